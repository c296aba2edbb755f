//! The sentences of the pages that have something in them.

mod en;
mod zh;

use std::fmt;

use crate::{
    action::{Kind, Kinds},
    language::{Language, Sentence},
    store::{BulkAct, BulkWhy},
};

/// What a page says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Say<'a> {
    /// How many records there are; more than were counted.
    Total {
        count: i64,
        more: bool,
    },
    /// So much within the last seven days.
    Week {
        count: i64,
    },
    /// The same, with its part of the adds.
    WeekPart {
        count: i64,
        percent: &'a str,
    },
    /// Nine of ten welcomes took no longer.
    NineOfTen {
        took: &'a str,
    },
    /// No event has come yet.
    NothingYet,
    /// Nothing is wrong, and nobody came today.
    AllWellNobody,
    /// Nothing is wrong, and all who came were welcomed.
    AllWell {
        adds: i64,
    },
    /// Nothing is wrong, but not all who came were to be welcomed.
    AllWellSome {
        adds: i64,
        welcomed: i64,
    },
    /// Rules were put in force.
    Published {
        version: i64,
    },
    /// An earlier version was put in force again, as this one.
    RolledBack {
        version: i64,
    },
    /// Those rules were in force already.
    InForceAlready,
    /// A contact way was made, was changed, was to stay as it is, was deleted.
    WayMade,
    WayChanged,
    WayAsItWas,
    WayDeleted,
    /// Tags were made, one was renamed, one was deleted.
    TagsMade,
    TagRenamed,
    TagDeleted,
    /// Some who came today were not welcomed, and so much is to be done.
    Missed {
        missed: i64,
        needs: usize,
    },
    /// Something is to be done, though nobody was missed today.
    ToDo {
        needs: usize,
    },
    /// How the others fared.
    Others {
        welcomed: i64,
        half_within: Option<&'a str>,
    },
    /// A cause, and how many customers it concerns.
    Need {
        reason: &'a str,
        kind: Kind,
        rule: Option<&'a str>,
        customers: i64,
        count: i64,
    },
    /// So many more things need somebody than are listed.
    MoreNeeds {
        more: usize,
    },
    /// A period of so many days up to now.
    LastDays {
        days: u32,
    },
    /// There are failures.
    Causes {
        causes: usize,
        customers: i64,
        days: Option<i64>,
    },
    /// There are none.
    NoFailures {
        days: Option<i64>,
    },
    /// What can be tried again, and what cannot.
    WhatCanBeRetried,
    /// The actions of one cause.
    ActionsOf {
        reason: &'a str,
    },
    /// Those of them that one rule asked for.
    ActionsOfRule {
        reason: &'a str,
        rule: &'a str,
    },
    /// Shall it be done to so many?
    BulkHowMany {
        act: BulkAct,
        count: i64,
    },
    /// There is none to do it to.
    BulkNothing {
        act: BulkAct,
    },
    /// What then happens to each.
    BulkMeans {
        act: BulkAct,
        only: Kinds,
    },
    /// How far it is.
    BulkRunning {
        act: BulkAct,
        ended: i64,
        matches: i64,
        failed: i64,
    },
    /// Nobody has to stay for it.
    BulkGoesOn,
    /// What came of it.
    BulkDone {
        act: BulkAct,
        done: i64,
        failed: i64,
        waiting: i64,
    },
    /// What came of it before it was cut short.
    BulkCancelled {
        done: i64,
        failed: i64,
        waiting: i64,
        left: i64,
    },
    /// Why one of them came to nothing.
    BulkWhy(BulkWhy),
    /// No row was chosen.
    NothingChosen,
    /// So many are tried again.
    Retried {
        count: i64,
    },
    /// None could be tried again.
    NotRetried,
    /// The event was handled again.
    Replayed,
    /// It is being handled already.
    ReplayUnderWay,
    /// The token of this name is ended.
    Revoked,
    /// A session is ended.
    SessionEnded,
    /// The welcome went out.
    Welcomed {
        after: Option<&'a str>,
        rule: Option<&'a str>,
    },
    /// It did not, and why.
    NotWelcomed {
        reason: &'a str,
    },
    /// It was never to be sent, and why.
    Skipped {
        reason: &'a str,
    },
    /// Nobody knows whether it arrived.
    Unsure {
        reason: &'a str,
    },
    /// It is not finished.
    Open,
    /// Nothing was asked for by any rule.
    NothingAsked,
    /// It was taken in from an export and never handled.
    OnlyImported,
    /// Not everything else is done.
    OthersOpen {
        kinds: &'a str,
    },
    /// It arrived; how often.
    Received {
        deliveries: i64,
    },
    /// WeCom had its answer.
    Acked,
    /// What was decided.
    Planned {
        run: i64,
        kinds: &'a str,
        rules: &'a str,
    },
    /// A rule with its version.
    Version {
        rule: &'a str,
        version: i64,
    },
    /// A call, and what came of it.
    Attempt {
        kind: Kind,
        number: usize,
        ok: bool,
    },
    /// It was not answered.
    NoAnswer {
        perhaps_arrived: bool,
    },
    /// An action ended.
    Ended {
        kind: Kind,
        how: &'a str,
    },
    /// An action is tried next at a time.
    NextTry {
        at: &'a str,
    },
    /// What unfolds an attempt.
    AttemptDetails,
    /// How long a text is and how many attachments there are.
    Lengths {
        bytes: usize,
        attachments: usize,
    },
    /// A picture, video or file of which the record has a number only.
    Picture,
    Video,
    File,
    Miniprogram,
    /// The chat of nobody in particular.
    Employee,
    /// How many employees, how many events.
    Customer {
        employees: usize,
        events: usize,
    },
    /// Nothing of this customer is on record.
    UnknownCustomer,
    /// Choose a customer.
    ChooseCustomer,
    /// Whether everything of a customer is to be taken out.
    AskToForget {
        events: u64,
        actions: u64,
        pending: u64,
    },
    /// It was.
    Forgotten,
    /// It was, and traces may be left.
    ForgottenWithTraces,
    /// Somebody added an employee, or left.
    With {
        what: &'a str,
        employee: &'a str,
    },
    /// A filter that came by a link.
    FilterChip {
        name: &'a str,
        value: &'a str,
    },
    /// Takes such a filter away.
    RemoveFilter {
        name: &'a str,
    },
    /// A value of the address that is none.
    BadValue {
        name: &'a str,
    },
    /// From one day to another.
    Period {
        since: &'a str,
        until: &'a str,
    },
    /// All is well with the set-up, as far as is seen from here.
    Healthy,
    /// So many checks fail, though callbacks are stored.
    ChecksFail(usize),
    /// Callbacks cannot be stored.
    NotHealthy,
    /// The token is wrong.
    WrongToken,
    /// It is not the browser that was sent to WeCom, or it took too long.
    LoginStale,
    /// Whoever was sent to WeCom did not agree there.
    LoginCancelled,
    /// WeCom does not take what came back.
    LoginRefused,
    /// WeCom could not be asked.
    LoginNotAsked,
    /// It is no employee of the corp.
    LoginStranger,
    /// The settings do not name this employee.
    LoginNotListed {
        userid: &'a str,
    },
    /// The link that logs in once was used, or its time is over.
    LinkUsed,
    /// Nothing is at this address.
    NotFound,
    /// This is not for this role.
    NotAllowed,
    /// The database or the program is at fault.
    Trouble,
}

impl Sentence for Say<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}

//! What the commands about the record say: `events` and `actions`.

mod en;
mod reason;
mod zh;

use std::{fmt, path::Path};

pub(in crate::cli) use reason::reason_in_chinese;

use crate::{
    action::{Kind, Status},
    language::{Language, Sentence},
    store::{EventOutcome, EventStatus, Failures},
};

/// A sentence of a command about the record.
#[derive(Debug)]
pub(in crate::cli) enum Record<'a> {
    /// What is not there.
    NoSuchEvents,
    NoSuchActions,
    NoEvent {
        id: i64,
    },
    /// `failures`: nothing, or what went wrong for one cause.
    NothingWrong,
    WentWrong(Failed<'a>),
    /// `stats`: nothing, the heading of the last line, and that there are more keys than are counted.
    NothingCounted,
    Sum,
    MoreKeys {
        shown: usize,
    },
    /// Below a full page.
    Older {
        before: i64,
    },
    Heading(Heading),
    Kind(Kind),
    Status(Status),
    EventStatus(EventStatus),
    Outcome(EventOutcome),
    OutcomeBy {
        outcome: EventOutcome,
        rule: Option<&'a str>,
    },
    /// Details of what happened.
    QuotaExpires {
        count: i64,
    },
    AndMore {
        shown: &'a str,
        more: usize,
    },
    /// Of an import.
    CannotRead {
        file: &'a Path,
    },
    CannotReadLine {
        line: u64,
    },
    Stopped {
        file: &'a Path,
    },
    Imported {
        new: u64,
        known: u64,
        gone: u64,
        place: &'a str,
        made: bool,
    },
    /// What is counted while it is done.
    Exported,
    ImportedSoFar,
    LookedAt,
    Replayed,
    /// What came of a retry.
    RetryDue {
        id: i64,
    },
    RetryTooLate {
        id: i64,
    },
    RetryNotFailed {
        id: i64,
        status: Status,
    },
    RetryMissing {
        id: i64,
    },
    NothingToRetry,
    NothingRetried,
    Retried {
        due: usize,
    },
    /// What came of a replay, or would.
    NotReplayable {
        id: i64,
        why: NotReplayable,
    },
    NothingToDo {
        id: i64,
        run: i64,
    },
    RunOf {
        id: i64,
        run: i64,
    },
    NoRuleMatches {
        id: i64,
    },
    ByRules {
        id: i64,
        rules: &'a [String],
    },
    Would {
        kind: Kind,
        would: &'a str,
        reason: Option<&'a str>,
    },
    /// The story of an event.
    Story {
        id: i64,
        what: &'a str,
        status: EventStatus,
    },
    Fact(Fact),
    Received {
        deliveries: i64,
    },
    Acked {
        after: &'a str,
    },
    Planned {
        run: i64,
        kinds: &'a [Kind],
        rules: &'a [String],
    },
    Version {
        rule: &'a str,
        version: i64,
    },
    Attempt {
        kind: Kind,
        number: usize,
    },
    Ok {
        took: &'a str,
    },
    Errcode {
        errcode: i64,
        took: &'a str,
        message: &'a str,
    },
    NoAnswer {
        took: &'a str,
        message: &'a str,
        perhaps_arrived: bool,
    },
    Ended {
        kind: Kind,
        status: Status,
    },
    Ending {
        id: i64,
        kind: Kind,
        status: Status,
        after: Option<&'a str>,
        reason: Option<&'a str>,
    },
    NextTry {
        at: &'a str,
        wait: &'a str,
    },
    OnlyImported,
    NothingAsked,
}

/// What went wrong for one cause.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Failed<'a> {
    pub(in crate::cli) failures: &'a Failures,
    pub(in crate::cli) app: &'a str,
    pub(in crate::cli) rule: Option<&'a str>,
    pub(in crate::cli) first: &'a str,
    pub(in crate::cli) last: &'a str,
    pub(in crate::cli) actions: &'a [String],
}

/// Why an event was not replayed.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum NotReplayable {
    NotFound,
    UnderWay,
    UnknownApp,
    NotFoundOrUnknownApp,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Heading {
    Id,
    Received,
    App,
    What,
    Employee,
    Customer,
    State,
    Acked,
    Status,
    Outcome,
    Rule,
    Event,
    Planned,
    Kind,
    Tries,
    Why,
}

/// What is known of an event, above its story.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Fact {
    App,
    Employee,
    Customer,
    State,
    Happened,
    Imported,
    Outcome,
    Reason,
    Source,
    Group,
    Update,
    Members,
    Tag,
    TagGroup,
    RuleGroup,
    Link,
    Quota,
    From,
}

impl Sentence for Record<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

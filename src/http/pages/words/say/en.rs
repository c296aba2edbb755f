//! The sentences of the pages in English.

use std::fmt::{Formatter, Result};

use super::Say;
use crate::{
    action::Kind,
    http::pages::{views::Count, words::names},
    language::Language::En,
};

#[expect(clippy::too_many_lines, reason = "a table, one row a sentence")]
pub(super) fn write(say: Say<'_>, f: &mut Formatter<'_>) -> Result {
    match say {
        Say::Total { count, more: false } => write!(f, "{} in all", Count(count)),
        Say::Total { count, more: true } => write!(f, "more than {}", Count(count)),
        Say::Week { count } => write!(f, "last 7 days {}", Count(count)),
        Say::WeekPart { count, percent } => write!(f, "last 7 days {} ({percent}%)", Count(count)),
        Say::NineOfTen { took } => write!(f, "today 90% within {took}"),
        Say::NothingYet => f.write_str("No event has come yet."),
        Say::AllWellNobody => f.write_str("All is well; nobody has come today so far."),
        Say::AllWell { adds: 1 } => f.write_str("All is well: the one new customer of today was welcomed."),
        Say::AllWell { adds } => write!(f, "All is well: all {} new customers of today were welcomed.", Count(adds)),
        Say::AllWellSome { adds, welcomed } => write!(
            f,
            "All is well: of {} new customers today {} were welcomed; the others were not to be, or are still open.",
            Count(adds),
            Count(welcomed)
        ),
        Say::Missed { missed, needs } => {
            write!(f, "Today {} got no welcome", customers(missed))?;
            if needs > 0 { write!(f, "; {} to be seen to.", things(needs)) } else { f.write_str(".") }
        }
        Say::ToDo { needs } => write!(f, "There {} {} to be seen to.", if needs == 1 { "is" } else { "are" }, things(needs)),
        Say::Others { welcomed, half_within: Some(took) } => {
            write!(f, "{} welcomed today, half of them within {took}.", Count(welcomed))
        }
        Say::Others { welcomed, half_within: None } => write!(f, "{} welcomed today.", Count(welcomed)),
        Say::Need { reason, kind, customers: 0, count } => {
            write!(f, "{reason} ({}, {} times)", names::kind(kind, En), Count(count))
        }
        Say::Need { reason, kind, customers: of, .. } => {
            write!(f, "{reason} ({}, {})", names::kind(kind, En), customers(of))
        }
        Say::Causes { causes, customers: of, days } => {
            let causes = if causes == 1 { "1 cause".to_owned() } else { format!("{causes} causes") };
            write!(f, "{causes} of failure{}, {} concerned.", within(days), customers(of))
        }
        Say::NoFailures { days } => write!(f, "Nothing failed{}: there is nothing to do.", within(days)),
        Say::WhatCanBeRetried => f.write_str(
            "A welcome cannot be sent after its 20 seconds: let the employee say hello by hand. Everything else can be \
             retried once its cause is mended.",
        ),
        Say::ActionsOf { reason } => write!(f, "Actions whose cause is: {reason}"),
        Say::RetryHowMany { count, more: false } => write!(f, "Retry {} that match?", actions(count)),
        Say::RetryHowMany { count, more: true } => write!(f, "Retry all that match, more than {}?", actions(count)),
        Say::RetryMeans { kind: Kind::Tag | Kind::Remark } => f.write_str(
            "WeCom is called once more for each of them, now. Customers notice nothing, and doing it twice does no harm.",
        ),
        Say::RetryMeans { kind: Kind::Notify | Kind::Forward } => {
            f.write_str("Each is sent once more, now. Where it may have arrived before, it arrives again.")
        }
        Say::RetryMeans { kind: Kind::Welcome | Kind::Decide } => {
            f.write_str("Those within their 20 seconds are tried again now; those beyond are not sent any more.")
        }
        Say::Retried { count } => write!(f, "Retrying {}. Reload in some seconds to see what came of it.", actions(count)),
        Say::NotRetried => {
            f.write_str("Nothing could be retried: it is done, under way, or its 20 seconds are over.")
        }
        Say::Replayed => f.write_str("Replayed by the rules of today; what came of it stands in the timeline."),
        Say::ReplayUnderWay => f.write_str("This event is being handled just now. Replay it in some seconds."),
        Say::Published { version } => write!(f, "Published: version {version} is in force."),
        Say::RolledBack { version } => write!(f, "Rolled back: the rules are in force as version {version}."),
        Say::InForceAlready => f.write_str("These rules are in force already; there is no new version."),
        Say::Revoked => f.write_str("The token is revoked, from now on."),
        Say::Welcomed { after, rule } => {
            f.write_str("The welcome went out")?;
            if let Some(after) = after {
                write!(f, " {after} after the event came")?;
            }
            match rule {
                Some(rule) => write!(f, ", by the rule {rule}."),
                None => f.write_str("."),
            }
        }
        Say::NotWelcomed { reason } => write!(f, "The customer got no welcome: {reason}."),
        Say::Skipped { reason } => write!(f, "No welcome was sent: {reason}."),
        Say::Unsure { reason } => write!(f, "Nobody knows whether the customer got the welcome: {reason}."),
        Say::Open => f.write_str("It is being handled; there is no result yet."),
        Say::NothingAsked => f.write_str("It is on record. No rule asked for anything."),
        Say::OnlyImported => f.write_str("It was imported from an export, and is handled only when it is replayed."),
        Say::OthersOpen { kinds } => write!(f, "Not done: {kinds}."),
        Say::Received { deliveries: 1 } => f.write_str("The event came"),
        Say::Received { deliveries } => write!(f, "The event came (WeCom delivered it {deliveries} times)"),
        Say::Acked => f.write_str("Stored, and WeCom had its answer"),
        Say::Planned { run: 0, kinds, rules: "" } => write!(f, "Planned: {kinds}"),
        Say::Planned { run: 0, kinds, rules } => write!(f, "Planned by {rules}: {kinds}"),
        Say::Planned { run, kinds, rules: "" } => write!(f, "Replay {run}, planned: {kinds}"),
        Say::Planned { run, kinds, rules } => write!(f, "Replay {run}, planned by {rules}: {kinds}"),
        Say::Version { rule, version } => write!(f, "{rule} (version {version})"),
        Say::Attempt { kind, number, ok } => {
            write!(f, "{}, try {number}: {}", names::kind(kind, En), if ok { "done" } else { "not done" })
        }
        Say::NoAnswer { perhaps_arrived: true } => f.write_str("no answer; it may have had its effect"),
        Say::NoAnswer { perhaps_arrived: false } => f.write_str("not reached"),
        Say::Ended { kind, how } => write!(f, "{}: {how}", names::kind(kind, En)),
        Say::NextTry { at } => write!(f, "next try {at}"),
        Say::AttemptDetails => f.write_str("The answer and what it means"),
        Say::Lengths { bytes, attachments } => write!(
            f,
            "Text {} of 4,000 bytes, {attachments} of 9 attachments",
            Count(i64::try_from(bytes).unwrap_or(i64::MAX))
        ),
        Say::Picture => f.write_str("picture"),
        Say::Video => f.write_str("video"),
        Say::File => f.write_str("file"),
        Say::Miniprogram => f.write_str("Mini-program"),
        Say::Employee => f.write_str("Employee"),
        Say::Customer { employees, events } => write!(
            f,
            "Has added {employees} {}; the latest {events} {}:",
            if employees == 1 { "employee" } else { "employees" },
            if events == 1 { "event" } else { "events" }
        ),
        Say::UnknownCustomer => f.write_str("Nothing is on record of this customer. Is the external_userid whole?"),
        Say::ChooseCustomer => f.write_str("Enter a customer's external_userid."),
        Say::With { what, employee } => write!(f, "{what} (employee {employee})"),
        Say::FilterChip { name, value } => write!(f, "{name}: {value}"),
        Say::RemoveFilter { name } => write!(f, "Remove the filter {name}"),
        Say::BadValue { name } => {
            write!(f, "The value of {name} is none, and was passed over. Choose another above, or press Reset.")
        }
        Say::Period { since, until } => write!(f, "{since} to {until}"),
        Say::ChecksFail(1) => f.write_str("One check fails: what to do stands beside it."),
        Say::ChecksFail(count) => write!(f, "{count} checks fail: what to do stands beside each."),
        Say::Healthy => f.write_str("The service is well: callbacks are taken in and stored."),
        Say::NotHealthy => f.write_str(
            "Callbacks cannot be stored at the moment; WeCom will deliver them again. See /readyz and the log.",
        ),
        Say::WrongToken => f.write_str("The token is wrong, has expired or was revoked. Look again and try once more."),
        Say::LinkUsed => f.write_str(
            "This link has been used, or its ten minutes are over. Log in with the token that the terminal shows.",
        ),
        Say::NotFound => f.write_str("There is nothing here. The link may be cut short, or the record was pruned."),
        Say::NotAllowed => f.write_str("Your role may neither see this page nor do this."),
        Say::Trouble => f.write_str(
            "It could not be done, and nothing was changed. Try again in some seconds; then see the health page and the log.",
        ),
    }
}

fn within(days: Option<i64>) -> String {
    match days {
        Some(1) => " in the last 24 hours".to_owned(),
        Some(days) => format!(" in the last {days} days"),
        None => String::new(),
    }
}

fn customers(count: i64) -> String {
    if count == 1 { "1 customer".to_owned() } else { format!("{} customers", Count(count)) }
}

fn actions(count: i64) -> String {
    if count == 1 { "1 action".to_owned() } else { format!("{} actions", Count(count)) }
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }
}

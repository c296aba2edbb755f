//! The sentences of the pages in English.

use std::fmt::{Formatter, Result};

use super::Say;
use crate::{
    action::Kinds,
    http::pages::{views::Count, words::names},
    language::Language::En,
    store::{BulkAct, BulkWhy},
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
        Say::Need { reason, kind, rule, customers: of, count } => {
            write!(f, "{reason} ({}", names::kind(kind, En))?;
            if let Some(rule) = rule {
                write!(f, ", rule “{rule}”")?;
            }
            match of {
                0 => write!(f, ", {} times)", Count(count)),
                _ => write!(f, ", {})", customers(of)),
            }
        }
        Say::MoreNeeds { more } => write!(f, "{more} more; see them all"),
        Say::LastDays { days: 1 } => f.write_str("Last day"),
        Say::LastDays { days } => write!(f, "Last {days} days"),
        Say::Causes { causes, customers: of, days } => {
            let causes = if causes == 1 { "1 cause".to_owned() } else { format!("{causes} causes") };
            write!(f, "{causes} of failure{}, {} concerned.", within(days), customers(of))
        }
        Say::NoFailures { days } => write!(f, "Nothing failed{}: there is nothing to do.", within(days)),
        Say::WhatCanBeRetried => f.write_str(
            "A welcome cannot be sent after its 20 seconds: let the employee say hello by hand. Everything else can be \
             retried once its cause is mended.",
        ),
        Say::ActionsOfRule { reason, rule } => write!(f, "Actions of the rule “{rule}” whose cause is: {reason}"),
        Say::ActionsOf { reason } => write!(f, "Actions whose cause is: {reason}"),
        Say::BulkHowMany { act: BulkAct::Retry, count } => write!(f, "Retry {} that match?", actions(count)),
        Say::BulkHowMany { act: BulkAct::Replay, count } => write!(f, "Replay {} that match?", events(count)),
        Say::BulkNothing { act: BulkAct::Retry } => f.write_str("No action matches: there is nothing to retry."),
        Say::BulkNothing { act: BulkAct::Replay } => f.write_str("No event matches: there is nothing to replay."),
        Say::BulkMeans { act: BulkAct::Retry, only } => {
            f.write_str(
            "Nothing has been done yet. For tags and remarks WeCom is called once more, and customers notice nothing; \
             notices and forwards are sent once more, and arrive again where they may have arrived before; a welcome is \
             sent only within its 20 seconds.",
            )?;
            limited(f, only)
        }
        Say::BulkMeans { act: BulkAct::Replay, only } => {
            f.write_str(
            "Nothing has been done yet. Each event is handled once more by the rules of today; what was sent of welcomes, \
             notices and forwards is not sent again, and no welcome after its 20 seconds.",
            )?;
            limited(f, only)
        }
        Say::BulkRunning { act, ended, matches, failed } => {
            let doing = match act {
                BulkAct::Retry => "Retrying",
                BulkAct::Replay => "Replaying",
            };
            write!(f, "{doing}: {} of {}", Count(ended), Count(matches))?;
            if failed > 0 { write!(f, ", {} came to nothing.", Count(failed)) } else { f.write_str(".") }
        }
        Say::BulkGoesOn => f.write_str("You may leave this page: it goes on by itself, and after a restart as well."),
        Say::BulkDone { act, done, failed, waiting } => {
            let did = match act {
                BulkAct::Retry => "Retried",
                BulkAct::Replay => "Replayed",
            };
            write!(f, "{did} {}: ", Count(done + failed + waiting))?;
            ended(f, done, failed, waiting)?;
            f.write_str(".")
        }
        Say::BulkCancelled { done: 0, failed: 0, waiting: 0, .. } => {
            f.write_str("Cancelled: nothing was done.")
        }
        Say::BulkCancelled { done, failed, waiting, left } => {
            f.write_str("Cancelled: ")?;
            ended(f, done, failed, waiting)?;
            write!(f, "; the other {} were left as they are.", Count(left))
        }
        Say::BulkWhy(BulkWhy::Missing) => f.write_str("It is not in the record any more"),
        Say::BulkWhy(BulkWhy::TooLate) => f.write_str("The welcome's 20 seconds are over"),
        Say::BulkWhy(BulkWhy::UnknownApp) => f.write_str("Its app is not in the settings"),
        Say::BulkWhy(BulkWhy::UnderWay) => f.write_str("It was being handled at that moment"),
        Say::BulkWhy(BulkWhy::Failed) => f.write_str("It was tried once more and failed"),
        Say::NothingChosen => f.write_str("Nothing is chosen: tick the rows that are to be retried."),
        Say::Retried { count } => write!(f, "Retrying {}. Reload in some seconds to see what came of it.", actions(count)),
        Say::NotRetried => {
            f.write_str("Nothing could be retried: it is done, under way, or its 20 seconds are over.")
        }
        Say::Replayed => f.write_str("Replayed by the rules of today; what came of it stands in the timeline."),
        Say::ReplayUnderWay => f.write_str("This event is being handled just now. Replay it in some seconds."),
        Say::Published { version } => write!(f, "Published: version {version} is in force."),
        Say::RolledBack { version } => write!(f, "Rolled back: the rules are in force as version {version}."),
        Say::WayMade => f.write_str("The contact way is made; its QR code can be downloaded"),
        Say::WayChanged => f.write_str("The contact way is changed; codes that are out go on working"),
        Say::WayAsItWas => f.write_str("Nothing was changed"),
        Say::WayDeleted => f.write_str("The contact way is deleted"),
        Say::TagsMade => f.write_str("The tags are made"),
        Say::TagRenamed => f.write_str("It is renamed; change the rules that name it as well"),
        Say::TagDeleted => f.write_str("It is deleted"),
        Say::InForceAlready => f.write_str("These rules are in force already; there is no new version."),
        Say::SessionEnded => f.write_str("The session is ended, from now on."),
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
        Say::AskToForget { events, actions, pending } => {
            write!(f, "Take everything of this customer out: {events} events and {actions} actions")?;
            if pending > 0 {
                write!(f, ", of which {pending} are still to be done")?;
            }
            f.write_str("?")
        }
        Say::Forgotten => f.write_str("The customer is forgotten."),
        Say::ForgottenWithTraces => f.write_str(
            "The customer is forgotten. In free places of the database file traces may be left: `wecom-greeter forget`, with the \
             server stopped, makes the file anew.",
        ),
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
        Say::LoginStale => f.write_str(
            "This login took too long, or was not begun in this browser. Scan the code once more.",
        ),
        Say::LoginCancelled => f.write_str("You did not agree to the login in WeCom."),
        Say::LoginRefused => f.write_str(
            "WeCom did not accept this login; it may be too old or used already. Scan the code once more; if it goes on, the \
             administrator finds the reason in the log.",
        ),
        Say::LoginNotAsked => f.write_str(
            "WeCom cannot be asked who you are at the moment. Try again soon; if it goes on, the administrator finds the \
             reason in the log.",
        ),
        Say::LoginStranger => f.write_str("You are not an employee of this company, and cannot log in."),
        Say::LoginNotListed { userid } => write!(
            f,
            "Your account in WeCom ({userid}) may not log in yet. Ask the administrator to add \"{userid}\" = \"viewer\" to the \
             setting admin.wecom_login, and to start the server again."
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

fn events(count: i64) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{} events", Count(count)) }
}

/// To which kinds of action it is limited.
fn limited(f: &mut Formatter<'_>, only: Kinds) -> Result {
    if only.is_all() { Ok(()) } else { write!(f, " Only {}.", names::kinds(only, En)) }
}

/// What came of many.
fn ended(f: &mut Formatter<'_>, done: i64, failed: i64, waiting: i64) -> Result {
    write!(f, "{} went well", Count(done))?;
    if failed > 0 {
        write!(f, ", {} came to nothing", Count(failed))?;
    }
    if waiting > 0 {
        write!(f, ", {} {} for the next try", Count(waiting), if waiting == 1 { "waits" } else { "wait" })?;
    }
    Ok(())
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }
}

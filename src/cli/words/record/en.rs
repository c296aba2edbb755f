//! What the commands about the record say, in English.

use std::fmt::{Formatter, Result};

use super::{Fact, Failed, Heading, NotReplayable, Record};
use crate::{language::Language, store::Failures};

#[expect(clippy::too_many_lines, reason = "one arm for each sentence; cut in two, none would be exhaustive")]
pub(super) fn write(sentence: &Record<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Record::NoSuchEvents => write!(f, "No such events."),
        Record::NoSuchActions => write!(f, "No such actions."),
        Record::NoEvent { id } => {
            write!(f, "there is no event {id}; `wecom-greeter events list` lists them")
        }
        Record::NothingWrong => write!(f, "Nothing went wrong."),
        Record::WentWrong(Failed { failures, app, rule, first, last, actions }) => {
            let Failures { code, kind, count, customers, .. } = failures;
            write!(f, "{count} × {kind}: {code}, app {app}")?;
            if let Some(rule) = rule {
                write!(f, ", rule {rule}")?;
            }
            let (reason, cure) = (code.sentence(Language::En), code.cure(Language::En));
            let actions = actions.join(", ");
            writeln!(
                f,
                "\n  {reason} ({customers} customers, {first} to {last}, actions {actions})\n  {cure}"
            )
        }
        Record::NothingCounted => write!(f, "There is nothing to count in this time."),
        Record::Sum => write!(f, "total"),
        Record::MoreKeys { shown } => {
            write!(f, "only the {shown} with the most adds are listed; ask for a shorter time")
        }
        Record::Older { before } => write!(f, "Older ones: --before {before}"),
        Record::Heading(heading) => f.write_str(self::heading(*heading)),
        Record::Kind(kind) => write!(f, "{kind}"),
        Record::Status(status) => write!(f, "{status}"),
        Record::EventStatus(status) => write!(f, "{status}"),
        Record::Outcome(outcome) => f.write_str(outcome.as_str()),
        Record::OutcomeBy { outcome, rule } => {
            f.write_str(outcome.as_str())?;
            rule.map_or(Ok(()), |rule| write!(f, ", by the rule `{rule}`"))
        }
        Record::QuotaExpires { count } => write!(f, "{count} of the quota expire"),
        Record::AndMore { shown, more } => write!(f, "{shown} and {more} more"),
        Record::CannotRead { file } => write!(f, "cannot read {}", file.display()),
        Record::CannotReadLine { line } => write!(f, "cannot read line {line} and after"),
        Record::Stopped { file } => write!(
            f,
            "stopped in {}: the lines before are imported, and importing the file again skips them",
            file.display()
        ),
        Record::Imported { new, known, gone, place, made } => {
            let made = if *made { ", which was made for them" } else { "" };
            write!(f, "Imported {new} events into {place}{made}")?;
            if *known > 0 {
                write!(f, "; {known} were there already")?;
            }
            if *gone > 0 {
                write!(f, "; {gone} stay away: they were pruned here, or their customers were forgotten")?;
            }
            f.write_str(".")
        }
        Record::Exported => write!(f, "events exported"),
        Record::ImportedSoFar => write!(f, "events imported"),
        Record::LookedAt => write!(f, "events looked at"),
        Record::Replayed => write!(f, "events replayed"),
        Record::RetryDue { id } => write!(f, "Action {id} is due now."),
        Record::RetryTooLate { id } => {
            write!(f, "Action {id} cannot be done any more: its deadline is over.")
        }
        Record::RetryNotFailed { id, status } => {
            write!(f, "Action {id} is {status}, so there is nothing to try again.")
        }
        Record::RetryMissing { id } => write!(f, "Action {id} is not in the record."),
        Record::NothingToRetry => write!(f, "No failed or expired actions there."),
        Record::NothingRetried => write!(f, "Nothing is tried again."),
        Record::Retried { due: 1 } => {
            write!(f, "1 action is tried again; a running server takes it up within a second.")
        }
        Record::Retried { due } => {
            write!(f, "{due} actions are tried again; a running server takes them up within a second.")
        }
        Record::NotReplayable { id, why } => {
            let why = match why {
                NotReplayable::NotFound => "is not in the record",
                NotReplayable::UnderWay => "is being planned or replayed already",
                NotReplayable::UnknownApp => "is of an app that is not in the settings",
                NotReplayable::NotFoundOrUnknownApp => {
                    "is not in the record, or is of an app that is not in the settings"
                }
            };
            write!(f, "Event {id} {why}.")
        }
        Record::NothingToDo { id, run } => write!(f, "Event {id}, run {run}: nothing to do"),
        Record::RunOf { id, run } => write!(f, "Event {id}, run {run}:"),
        Record::NoRuleMatches { id } => write!(f, "Event {id}: no rule matches"),
        Record::ByRules { id, rules } => write!(f, "Event {id}: by {}", rules.join(", ")),
        Record::Would { kind, would, reason } => {
            let would = match *would {
                "perform" => "would be performed",
                "expire" => "would not be sent",
                _ => "would be skipped",
            };
            write!(f, "  {kind} {would}")?;
            because(*reason, f)
        }
        Record::Story { id, what, status } => write!(f, "Event {id}: {what}, {status}"),
        Record::Fact(fact) => f.write_str(match fact {
            Fact::App => "app",
            Fact::Employee => "employee",
            Fact::Customer => "customer",
            Fact::State => "state",
            Fact::Happened => "happened",
            Fact::Imported => "imported",
            Fact::Outcome => "outcome",
            Fact::Reason => "reason",
            Fact::Source => "source",
            Fact::Group => "group",
            Fact::Update => "update",
            Fact::Members => "members",
            Fact::Tag => "tag",
            Fact::TagGroup => "tag group",
            Fact::RuleGroup => "rule group",
            Fact::Link => "link",
            Fact::Quota => "customers",
            Fact::From => "from",
        }),
        Record::Received { deliveries: 0 | 1 } => write!(f, "received"),
        Record::Received { deliveries } => write!(f, "received; delivered {deliveries} times in all"),
        Record::Acked { after } => write!(f, "stored and acked after {after}"),
        Record::Planned { run, kinds, rules } => {
            match run {
                0 => write!(f, "planned ")?,
                run => write!(f, "replayed ({run}) ")?,
            }
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            f.write_str(&kinds.join(", "))?;
            if rules.is_empty() { Ok(()) } else { write!(f, ", by {}", rules.join(", ")) }
        }
        Record::Version { rule, version } => write!(f, "{rule} (v{version})"),
        Record::Attempt { kind, number } => write!(f, "{kind} attempt {number}: "),
        Record::Ok { took } => write!(f, "ok after {took}"),
        Record::Errcode { errcode, took, message } => {
            write!(f, "errcode {errcode} after {took}: {message}")
        }
        Record::NoAnswer { took, message, perhaps_arrived } => {
            let perhaps = if *perhaps_arrived { ", it may have arrived" } else { "" };
            write!(f, "no answer after {took}{perhaps}: {message}")
        }
        Record::Ended { kind, status } => write!(f, "{kind} {status}"),
        Record::Ending { id, kind, status, after, reason } => {
            write!(f, "action {id}: {kind} {status}")?;
            if let Some(after) = after {
                write!(f, " {after} after it was planned")?;
            }
            because(*reason, f)
        }
        Record::NextTry { at, wait } => write!(f, "    next try at {at} (in {wait})"),
        Record::OnlyImported => write!(f, "  Imported; nothing is done for it until it is replayed."),
        Record::NothingAsked => write!(f, "  No rule asked for anything."),
    }
}

fn because(reason: Option<&str>, f: &mut Formatter<'_>) -> Result {
    match reason {
        Some(reason) => write!(f, ": {reason}"),
        None => Ok(()),
    }
}

fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Id => "id",
        Heading::Received => "received",
        Heading::App => "app",
        Heading::What => "what",
        Heading::Employee => "employee",
        Heading::Customer => "customer",
        Heading::State => "state",
        Heading::Acked => "acked",
        Heading::Status => "status",
        Heading::Outcome => "outcome",
        Heading::Rule => "rule",
        Heading::Event => "event",
        Heading::Planned => "planned",
        Heading::Kind => "kind",
        Heading::Tries => "tries",
        Heading::Why => "why",
    }
}

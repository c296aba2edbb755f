//! What can be wrong with tests, events and people, and what a trial says, in English.

use std::fmt::{Formatter, Result};

use super::{Trial, TrialFault};
use crate::{
    language::{Language, Sentence as _},
    rules::document::wrong::Said,
};

pub(super) fn fault(fault: &TrialFault) -> Said {
    match fault {
        TrialFault::WantsKeys { known, found } => Said::new(
            format!("wants keys ({}), and has {}", known.join(", "), found.en()),
            format!("write it as {{ {}: … }}", known.first().map_or("key", String::as_str)),
        ),
        TrialFault::KeyNoWord => {
            Said::new("a key must be a word", "put a text that begins with `{` in quotes")
        }
        TrialFault::KeyTwice(key) => {
            Said::new(format!("{} is there a second time", key.en()), "keep one of the two")
        }
        TrialFault::NoKey { key, near } => Said::new(format!("there is no key {} here", key.en()), near.en()),
        TrialFault::TooManyKeys { most } => {
            Said::new(format!("has more than {most} keys"), "remove those that mean nothing")
        }
        TrialFault::KeyEmpty => Said::new("is empty", "give it a value, or remove the key"),
        TrialFault::TooManyItems { count, most } => {
            Said::new(format!("has {count} items, more than {most}"), "shorten the list")
        }
        TrialFault::WantsText { found } => {
            Said::new(format!("wants a text, and has {}", found.en()), "write a text")
        }
        TrialFault::WantsBoolean { found } => {
            Said::new(format!("wants true or false, and has {}", found.en()), "write true or false")
        }
        TrialFault::WantsInteger { found } => {
            Said::new(format!("wants a whole number, and has {}", found.en()), "write digits, without quotes")
        }
        TrialFault::NoneOfWords { word, near } => {
            Said::new(format!("{} is none of the words here", word.en()), near.en())
        }
        TrialFault::NoInstant(text) => Said::new(
            format!("{} is no instant", text.en()),
            "write it with its offset, as in 2026-03-06T10:00:00+08:00",
        ),
        TrialFault::FileUnreadable { why } => {
            Said::new(why.as_str(), "mend the path, which begins at this file's folder")
        }
        TrialFault::EventEmpty => Said::new("there is nothing in it", EVENT),
        TrialFault::EventTooLong => Said::new("it is too long for an event", EVENT),
        TrialFault::EventEncrypted => Said::new(
            "it is the encrypted envelope",
            "give what it holds: `wecom-greeter events show ID --output json | jq -r .payload`",
        ),
        TrialFault::NoEvent => Said::new(
            "it is no message of WeCom's",
            "give the decrypted XML or JSON, or { change: add_external_contact, user_id: …, state: … }",
        ),
        TrialFault::NoChange { change, meant } => {
            Said::new(format!("there is no change {}", change.en()), meant.to(Language::En))
        }
        TrialFault::NobodyDescribed => {
            Said::new("there is nothing in it", "write { name: … }, or unavailable")
        }
        TrialFault::NoPerson => {
            Said::new("is neither a map of keys nor `unavailable`", "write { name: … }, or unavailable")
        }
        TrialFault::EarlierUnclear => Said::new(
            "does not say who has added the customer before",
            "write none, employee (this one), company (another employee), or unavailable",
        ),
        TrialFault::NoAnswer { error } => {
            Said::new(format!("does not have the form of WeCom's answer: {error}"), "mend that value")
        }
        TrialFault::TestsEmpty => {
            Said::new("the file is empty", "begin it with `rules: rules.yaml` and `tests:`")
        }
        TrialFault::NoTests => Said::new("there are no tests", "write some under `tests:`"),
        TrialFault::NoRulesNamed => {
            Said::new("names no rules", "add `rules: rules.yaml`, a path from this file")
        }
        TrialFault::InRules { line, path, wrong } => {
            let Said { what, mend } = wrong.say(Language::En);
            Said::new(format!("line {line}: {path}: {what}"), mend)
        }
        TrialFault::RulesTooLong => Said::new("holds too much", "put the rules into a file of their own"),
        TrialFault::FileUnnamed => Said::new("names no file", "write a path from this file"),
        TrialFault::TestUnnamed => {
            Said::new("the test has no name", "add `name: …`; a failure is told by it")
        }
        TrialFault::NoExpectation => {
            Said::new("expects nothing", "add `expect: …`, or `expect: { exact: true }`")
        }
        TrialFault::ExpectsNothing => {
            Said::new("expects nothing", "name what is expected, or write `exact: true`")
        }
        TrialFault::TestWithoutEvent => Said::new("says nothing of an event", ONE_EVENT),
        TrialFault::TestWithSeveralEvents => Said::new("has several events in one", ONE_EVENT),
        TrialFault::OnlyWithoutFile => Said::new("chooses among the events of an events_file", "remove it"),
        TrialFault::NoOccasion(on) => Said::new(
            format!("{} is no occasion of a notice", on.en()),
            "write event, missed_welcome or failed",
        ),
    }
}

const EVENT: &str = "give it WeCom's decrypted message, or { change: add_external_contact, state: … }";
const ONE_EVENT: &str = "give it one of event, payload, payload_file, events_file";

pub(super) fn trial(said: &Trial<'_>, f: &mut Formatter<'_>) -> Result {
    match said {
        Trial::WhyItFailed => write!(f, "(why it failed)"),
        Trial::NoAttachmentCanBeSent => write!(f, "none of its attachments can be sent"),
        Trial::TextCameOutBlank => write!(f, "the text came out blank"),
        Trial::TextAsks { names } => write!(
            f,
            "the text asks for {} without a default, and no look-up has told that",
            names.join(" and ")
        ),
        Trial::One => write!(f, "one"),
        Trial::By { rule } => write!(f, "by {rule}"),
        Trial::NoText => write!(f, "(no text)"),
        Trial::NothingBecause { none, reason } => write!(f, "{none}: {reason}"),
        Trial::Payload { file, faults } => write!(f, "{file}: {faults}"),
        Trial::NoExport { file, line, error } => write!(f, "{file}:{line}: is no line of an export: {error}"),
        Trial::NoPayload { file, line } => {
            write!(f, "{file}:{line}: has no payload; export it with `wecom-greeter events export`")
        }
        Trial::NoneSoChosen { file } => write!(f, "{file}: no event in it is as `only` says"),
    }
}

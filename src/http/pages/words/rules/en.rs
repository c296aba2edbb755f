//! The words of the pages about rules in English.

use std::fmt::{Formatter, Result};

use super::{RuleWords, SayRules};
use crate::language::{Language, Sentence as _};

pub(super) static WORDS: RuleWords = RuleWords {
    lead: "Who is greeted with what, tagged and remarked how",
    in_order: "Order",
    in_order_lead: "Asked from the top. The first that matches and has a welcome sends it; tags and remarks come from all that match.",
    place: "No.",
    meant_for: "For",
    every_add: "Every new customer",
    does: "Does",
    hits: "Hits, 7 days",
    welcomes: "Welcomes",
    last_hit: "Last hit",
    off: "off",
    edit: "Edit",
    none_yet: "No rules yet",
    none_yet_hint: "Without rules events are kept, and nobody is welcomed. Below is an example to start from.",
    file: "The whole file",
    file_lead: "Check and backtest before you publish. It is in force at once, and every earlier version can be brought back.",
    yaml: "Rules file (YAML)",
    check: "Check",
    backtest: "Backtest",
    explain: "Explain",
    publish: "Publish",
    publish_ask: "In force for new customers at once.",
    note: "Note",
    note_example: "What changed, and why",
    event: "Event number",
    event_example: "the newest add",
    over: "I have seen it; put my text in its place",
    over_form: "I have seen it; put my changes on top of it",
    draft: "Your changes that were not published are back.",
    draft_discard: "Discard them",
    line: "Place",
    wrong: "What is wrong",
    mend: "How to mend it",
    notes: "No faults, but worth a look",
    means_the_same: "It means the same; comments and layout may differ.",
    added: "New rules",
    removed: "Rules that are gone",
    moved: "Rules that are asked earlier or later",
    renamed: "Rules with a new name",
    whole_file: "the whole file",
    was: "Then",
    would: "By these rules",
    only_some: "Below are the newest of them only.",
    customer_event: "Event",
    matched: "matches",
    not_matched: "does not match",
    used_for: "Used for",
    would_get: "The customer would get",
    remark: "Remark",
    nothing: "nothing",
    versions: "Versions",
    version: "Version",
    versions_lead: "Every version that was published stays as it was",
    in_force: "in force",
    by: "By",
    when: "When",
    compare: "Compare",
    compare_was: "From version",
    compare_is: "To version",
    same_text: "same text as version",
    roll_back: "Roll back",
    roll_back_ask: "Its text comes into force at once, as a new version.",
    all_rules: "All rules",
    form: "The usual",
    welcome: "Welcome",
    welcome_hint: "Empty: this rule sends no text",
    placeholders: "Insert",
    customer_name: "customer's name",
    employee_name: "employee's name",
    channel: "channel",
    rest: "All of this rule",
    rest_lead: "As it stands in the file, where it can be changed as well:",
    preview: "What the customer would see",
    preview_customer: "Customer's name (for the preview)",
    preview_example: "Ms Wang",
    no_preview: "This rule sends no welcome.",
    new_rule: "New rule",
    copy: "Copy",
    up: "Up",
    down: "Down",
    by_channel: "for a channel",
    by_hours: "for hours",
    by_default: "for everybody",
    new_channel: "channel",
    new_channel_text: "Hello {{ customer.name | default('there') }}, welcome!",
    new_hours: "after-hours",
    new_hours_text: "Hello, we are closed now and will answer in the morning.",
    new_default: "everyone",
    new_default_text: "Hello {{ customer.name | default('there') }}, nice to meet you!",
    welcome_part: "The welcome",
};

pub(super) fn write(say: SayRules<'_>, f: &mut Formatter<'_>) -> Result {
    match say {
        SayRules::InForce { version, rules, flagged: 0 } => {
            write!(f, "Version {version} is in force, rules: {rules}.")
        }
        SayRules::InForce { version, rules, flagged } => {
            write!(f, "Version {version} is in force, rules: {rules}; with trouble: {flagged}.")
        }
        SayRules::Since { at, by: Some(by) } => write!(f, "Published {at} by {by}"),
        SayRules::Since { at, by: None } => write!(f, "Published {at}"),
        SayRules::NoRules => f.write_str("There are no rules yet, so nobody is welcomed."),
        SayRules::Sound { rules } => write!(f, "No fault; rules: {rules}. Not published yet."),
        SayRules::Faulty { count } => {
            write!(f, "Faults: {count}. Nothing was published, and your text is all here.")
        }
        SayRules::MoreFaults { more } => write!(f, "And {more} more; mend those above first."),
        SayRules::At { line, column } => write!(f, "line {line}, column {column}"),
        SayRules::Stale { seen, version, by, at } => {
            write!(f, "Not published: you began with version {seen}, and ")?;
            match by {
                Some(by) => write!(f, "{by} published version {version} {at}. ")?,
                None => write!(f, "version {version} was published {at}. ")?,
            }
            f.write_str("Your text is all here; below is what the other changed.")
        }
        SayRules::Between { was, is: Some(is) } => write!(f, "From version {was} to version {is}"),
        SayRules::Between { was, is: None } => write!(f, "Against version {was}"),
        SayRules::Tried { events, changed: 0, depends: 0 } => {
            write!(f, "Events of the last 7 days: {events}. Nothing would be different.")
        }
        SayRules::Tried { events, changed, depends: 0 } => {
            write!(f, "Events of the last 7 days: {events}; different: {changed}.")
        }
        SayRules::Tried { events, changed, depends } => write!(
            f,
            "Events of the last 7 days: {events}; different: {changed}; depending on what is known of the customer: {depends}."
        ),
        SayRules::Welcomes { lost, gained } => {
            write!(f, "Welcomes lost: {lost}, gained: {gained}. Nothing was sent.")
        }
        SayRules::NotAll { events } => write!(f, "Only the newest {events} events were tried."),
        SayRules::NoEvents => f.write_str("No event came in the last 7 days, so there is nothing to try."),
        SayRules::Busy => f.write_str("Others are having rules tried; press again in a few seconds."),
        SayRules::NoSuchEvent => f.write_str("There is no event of this number. Numbers stand on the page of events."),
        SayRules::NoAdd => f.write_str("Nobody has added an employee yet, so there is no event to explain."),
        SayRules::Greets { event, rule } => write!(f, "Event {event}: rule “{rule}” welcomes."),
        SayRules::GreetsNot { event } => write!(f, "Event {event}: no welcome is sent."),
        SayRules::NoteTooLong { max } => write!(f, "The note has at most {max} characters. Nothing was published."),
        SayRules::Unusable { version } => {
            write!(f, "Version {version} cannot be used by this program: it has these faults.")
        }
        SayRules::OnlyInYaml => f.write_str(
            "The way this rule is written (sharing a part with another, say) keeps a form from changing it. Change it in the whole file.",
        ),
        SayRules::ListChanged { version } => write!(
            f,
            "The attachments or notices were changed in version {version} as well, and cannot be put together by themselves. Your text is all here; look at the other's change, then open the rule again."
        ),
        SayRules::OrderOnlyInYaml => f.write_str(
            "The way the file is written (rules that share a part, say) keeps this rule from being moved or deleted here. Change it in the whole file.",
        ),
        SayRules::FileRefused => {
            f.write_str("A file was not uploaded; the reason stands at its field. Your text is all here.")
        }
        SayRules::File(why) => write!(f, "{}.", why.to(Language::En)),
        SayRules::NoNumber => f.write_str("The priority is a whole number, 100 for example."),
        SayRules::RuleGone { version } => {
            write!(f, "Version {version} has no such rule any more; it was removed or renamed. See the page of rules.")
        }
        SayRules::Flag { kind, reason, count, at } => write!(f, "{kind}: {reason} ({count} times, last {at})"),
        SayRules::BackTo { version } => write!(f, "Back to version {version}"),
        SayRules::Insert { what } => write!(f, "Insert the {what}"),
    }
}

//! The story of one event, as `events show` prints it: what came, what was decided, what was tried, how it ended.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    actions::milliseconds,
    happened,
    output::{brief, clean, duration, fit, or_dash, right},
    when::Zone,
    words::record::{Fact, Record, reason_in_chinese},
};
use crate::{
    action::{Kind, RuleUse, Status},
    language::{Language, Sentence as _},
    store::{ActionRecord, AttemptRecord, EventRecord, EventStatus},
};

/// One line of the story: when, how long after its run began, and what.
struct TimelineEntry {
    at_ms: i64,
    began_ms: i64,
    text: String,
}

/// The story as text, newlines included.
pub(super) fn render(record: &EventRecord, now_ms: i64, zone: &Zone, language: Language) -> String {
    let mut lines = heading(record, zone, language);
    lines.push(String::new());
    lines.extend(timeline(record, zone, language));
    lines.push(String::new());
    lines.extend(record.actions.iter().flat_map(|action| action_lines(action, now_ms, zone, language)));
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn heading(record: &EventRecord, zone: &Zone, language: Language) -> Vec<String> {
    let EventRecord { summary: event, fate, payload, .. } = record;
    let what = happened::what(event, fate);
    let story = Record::Story { id: event.id, what: &what, status: event.status };
    let mut lines = vec![story.to(language)];
    let fact = |fact: Fact, value: String| format!("  {}{value}", fit(&Record::Fact(fact).to(language), 11));
    lines.push(fact(Fact::App, or_dash(Some(&event.app))));
    lines.push(fact(Fact::Employee, or_dash(event.user_id.as_deref())));
    lines.push(fact(Fact::Customer, or_dash(event.external_user_id.as_deref())));
    lines.push(fact(Fact::State, or_dash(event.state.as_deref())));
    lines.extend(happened::details(payload, language).into_iter().map(|(name, value)| fact(name, value)));
    lines.push(fact(Fact::Happened, zone.precise(event.happened_at_ms)));
    if let Some(imported_at_ms) = event.imported_at_ms {
        lines.push(fact(Fact::Imported, zone.precise(imported_at_ms)));
    }
    if let Some(outcome) = fate.outcome {
        let rule = fate.rule.as_deref().map(clean);
        let ended = Record::OutcomeBy { outcome, rule: rule.as_deref() };
        lines.push(fact(Fact::Outcome, ended.to(language)));
    }
    lines
}

/// What happened when, under the dates.
fn timeline(record: &EventRecord, zone: &Zone, language: Language) -> Vec<String> {
    let event = &record.summary;
    let mut lines = Vec::new();
    let mut date = String::new();
    for entry in entries(record, language) {
        let day = zone.date(entry.at_ms);
        if day != date {
            lines.push(format!("  {day} {}", zone.offset(entry.at_ms)));
            date = day;
        }
        let after = entry.at_ms - entry.began_ms;
        let after = if after == 0 { String::new() } else { format!("+{}", duration(milliseconds(after))) };
        lines.push(format!("  {}  {}  {}", zone.time(entry.at_ms), right(&after, 8), entry.text));
    }
    if record.actions.is_empty() && event.status == EventStatus::Settled {
        let nothing = match event.imported_at_ms {
            Some(_) if event.run == 0 => Record::OnlyImported,
            _ => Record::NothingAsked,
        };
        lines.push(nothing.to(language));
    }
    lines
}

/// Where an action stands, when it is tried next, and its request.
fn action_lines(action: &ActionRecord, now_ms: i64, zone: &Zone, language: Language) -> Vec<String> {
    let mut lines = vec![format!("  {}", ending(action, language))];
    if let Some(due_ms) = action.due_ms.filter(|_| action.status == Status::Pending) {
        let wait = duration(milliseconds(due_ms.saturating_sub(now_ms).max(0)));
        let next = Record::NextTry { at: &zone.precise(due_ms), wait: &wait };
        lines.push(next.to(language));
    }
    if let Some(request) = &action.request {
        lines.push(format!("    {}", clean(&requested(request, language).to_string())));
    }
    lines
}

/// What the request keeps in English of what it lacks: WeCom's answers and what follows from them.
const NOTES: [&str; 2] = ["lesser", "unmade"];

/// The request, in Chinese without its notes: the reason above it says the same.
fn requested(request: &Value, language: Language) -> Cow<'_, Value> {
    match request {
        Value::Object(fields) if language == Language::Zh => {
            let kept = fields.iter().filter(|(name, _)| !NOTES.contains(&name.as_str()));
            Cow::Owned(Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect()))
        }
        request => Cow::Borrowed(request),
    }
}

fn entries(record: &EventRecord, language: Language) -> Vec<TimelineEntry> {
    let event = &record.summary;
    let began_ms = event.received_at_ms;
    let text = Record::Received { deliveries: event.deliveries }.to(language);
    let mut entries = vec![TimelineEntry { at_ms: began_ms, began_ms, text }];
    if let Some(acked_us) = event.acked_after_us {
        let after = duration(milliseconds(acked_us) / 1_000.0);
        let text = Record::Acked { after: &after }.to(language);
        entries.push(TimelineEntry { at_ms: began_ms + acked_us / 1_000, began_ms, text });
    }
    let mut runs: Vec<i64> = record.actions.iter().map(|action| action.run).collect();
    runs.dedup();
    for run in runs {
        let of_run: Vec<&ActionRecord> = record.actions.iter().filter(|action| action.run == run).collect();
        let planned_ms = of_run.iter().map(|action| action.created_at_ms).min().unwrap_or(began_ms);
        let began_ms = if run == 0 { began_ms } else { planned_ms };
        // The record keeps the rules of the latest run.
        let rules = if run == event.run { rules(record, language) } else { Vec::new() };
        let kinds: Vec<Kind> = of_run.iter().map(|action| action.kind).collect();
        let text = Record::Planned { run, kinds: &kinds, rules: &rules }.to(language);
        entries.push(TimelineEntry { at_ms: planned_ms, began_ms, text });
        for action in of_run {
            entries.extend(of_action(action, began_ms, language));
        }
    }
    // The sort is stable, so entries of one millisecond stay in the order in which they were added.
    entries.sort_by_key(|entry| entry.at_ms);
    entries
}

fn rules(record: &EventRecord, language: Language) -> Vec<String> {
    let version =
        |rule: &RuleUse| Record::Version { rule: &clean(&rule.name), version: rule.version }.to(language);
    record.rules.iter().map(version).collect()
}

fn of_action(action: &ActionRecord, began_ms: i64, language: Language) -> Vec<TimelineEntry> {
    let attempted = |(index, attempt): (usize, &AttemptRecord)| {
        let text = Record::Attempt { kind: action.kind, number: index + 1 }.to(language)
            + &answer(attempt, language);
        TimelineEntry { at_ms: attempt.at_ms, began_ms, text }
    };
    let mut entries: Vec<TimelineEntry> = action.attempts.iter().enumerate().map(attempted).collect();
    if let Some(settled_at_ms) = action.settled_at_ms {
        let text = Record::Ended { kind: action.kind, status: action.status }.to(language);
        entries.push(TimelineEntry { at_ms: settled_at_ms, began_ms, text });
    }
    entries
}

/// What the record has of tries that ended well without an answer of WeCom's: the rules were decided, a forward was taken.
const DONE: [&str; 2] = ["decided", "the receiver took it"];

fn answer(attempt: &AttemptRecord, language: Language) -> String {
    let took = duration(milliseconds(attempt.took_ms));
    let took = took.as_str();
    let message = match language {
        Language::En => &brief(&attempt.errmsg),
        // It looks for the address in it, which is cut off with the rest that is for WeCom's own support.
        Language::Zh => &attempt.errmsg,
    };
    let answer = match attempt.errcode {
        Some(0) => Record::Ok { took },
        // Nobody was asked, or it was no call of WeCom's: it is done all the same.
        None if DONE.contains(&attempt.errmsg.as_str()) => Record::Ok { took },
        Some(errcode) => Record::Errcode { errcode, took, message },
        None => Record::NoAnswer { took, message, perhaps_arrived: attempt.lost },
    };
    answer.to(language)
}

/// Why an action is where it is: in English as it stands in the record, in Chinese by its code.
pub(super) fn reason(action: &ActionRecord, language: Language) -> Option<String> {
    match language {
        Language::En => action.reason.as_deref().filter(|reason| !reason.is_empty()).map(brief),
        Language::Zh => reason_in_chinese(action),
    }
}

/// Where an action stands, in one line: `action 3: welcome done 94 ms after it was planned`.
pub(super) fn ending(action: &ActionRecord, language: Language) -> String {
    let settled_at_ms = action.settled_at_ms.filter(|_| action.status == Status::Done);
    let after = settled_at_ms.map(|at_ms| duration(milliseconds(at_ms - action.created_at_ms)));
    let reason = reason(action, language);
    Record::Ending {
        id: action.id,
        kind: action.kind,
        status: action.status,
        after: after.as_deref(),
        reason: reason.as_deref(),
    }
    .to(language)
}

//! The story of one event, as `events show` prints it: what came, what was decided, what was tried, how it ended.

use super::{
    actions::milliseconds,
    happened,
    output::{brief, clean, duration, or_dash, right},
    when::Zone,
};
use crate::{
    action::Status,
    store::{ActionRecord, AttemptRecord, EventRecord, EventStatus},
};

/// One line of the story: when, how long after its run began, and what.
struct TimelineEntry {
    at_ms: i64,
    began_ms: i64,
    text: String,
}

/// The story as text, newlines included.
pub(super) fn render(record: &EventRecord, now_ms: i64, zone: &Zone) -> String {
    let mut lines = heading(record, zone);
    lines.push(String::new());
    lines.extend(timeline(record, zone));
    lines.push(String::new());
    lines.extend(record.actions.iter().flat_map(|action| action_lines(action, now_ms, zone)));
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn heading(record: &EventRecord, zone: &Zone) -> Vec<String> {
    let EventRecord { summary: event, fate, payload, .. } = record;
    let mut lines = vec![format!("Event {}: {}, {}", event.id, happened::what(event, fate), event.status)];
    let fact = |name: &str, value: String| format!("  {name:<11}{value}");
    lines.push(fact("app", or_dash(Some(&event.app))));
    lines.push(fact("employee", or_dash(event.user_id.as_deref())));
    lines.push(fact("customer", or_dash(event.external_user_id.as_deref())));
    lines.push(fact("state", or_dash(event.state.as_deref())));
    lines.extend(happened::details(payload).into_iter().map(|(name, value)| fact(name, value)));
    lines.push(fact("happened", zone.precise(event.happened_at_ms)));
    if let Some(imported_at_ms) = event.imported_at_ms {
        lines.push(fact("imported", zone.precise(imported_at_ms)));
    }
    if let Some(outcome) = fate.outcome {
        let rule =
            fate.rule.as_deref().map_or_else(String::new, |rule| format!(", by the rule `{}`", clean(rule)));
        lines.push(fact("outcome", format!("{}{rule}", outcome.as_str())));
    }
    lines
}

/// What happened when, under the dates.
fn timeline(record: &EventRecord, zone: &Zone) -> Vec<String> {
    let event = &record.summary;
    let mut lines = Vec::new();
    let mut date = String::new();
    for entry in entries(record) {
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
        lines.push(match event.imported_at_ms {
            Some(_) if event.run == 0 => {
                "  Imported; nothing is done for it until it is replayed.".to_owned()
            }
            _ => "  No rule asked for anything.".to_owned(),
        });
    }
    lines
}

/// Where an action stands, when it is tried next, and its request.
fn action_lines(action: &ActionRecord, now_ms: i64, zone: &Zone) -> Vec<String> {
    let mut lines = vec![format!("  {}", ending(action))];
    if let Some(due_ms) = action.due_ms.filter(|_| action.status == Status::Pending) {
        let wait = milliseconds(due_ms.saturating_sub(now_ms).max(0));
        lines.push(format!("    next try at {} (in {})", zone.precise(due_ms), duration(wait)));
    }
    if let Some(request) = &action.request {
        lines.push(format!("    {}", clean(&request.to_string())));
    }
    lines
}

fn entries(record: &EventRecord) -> Vec<TimelineEntry> {
    let event = &record.summary;
    let began_ms = event.received_at_ms;
    let mut entries = vec![TimelineEntry {
        at_ms: began_ms,
        began_ms,
        text: match event.deliveries {
            0 | 1 => "received".to_owned(),
            deliveries => format!("received; delivered {deliveries} times in all"),
        },
    }];
    if let Some(acked_us) = event.acked_after_us {
        entries.push(TimelineEntry {
            at_ms: began_ms + acked_us / 1_000,
            began_ms,
            text: format!("stored and acked after {}", duration(milliseconds(acked_us) / 1_000.0)),
        });
    }
    let mut runs: Vec<i64> = record.actions.iter().map(|action| action.run).collect();
    runs.dedup();
    for run in runs {
        let of_run: Vec<&ActionRecord> = record.actions.iter().filter(|action| action.run == run).collect();
        let planned_ms = of_run.iter().map(|action| action.created_at_ms).min().unwrap_or(began_ms);
        let began_ms = if run == 0 { began_ms } else { planned_ms };
        // The record keeps the rules of the latest run.
        let rules = if run == event.run { rules(record) } else { String::new() };
        let kinds: Vec<&str> = of_run.iter().map(|action| action.kind.as_str()).collect();
        let what = if run == 0 { "planned".to_owned() } else { format!("replayed ({run})") };
        entries.push(TimelineEntry {
            at_ms: planned_ms,
            began_ms,
            text: format!("{what} {}{rules}", kinds.join(", ")),
        });
        for action in of_run {
            entries.extend(of_action(action, began_ms));
        }
    }
    // The sort is stable, so entries of one millisecond stay in the order in which they were added.
    entries.sort_by_key(|entry| entry.at_ms);
    entries
}

fn rules(record: &EventRecord) -> String {
    let rules: Vec<String> =
        record.rules.iter().map(|rule| format!("{} (v{})", clean(&rule.name), rule.version)).collect();
    if rules.is_empty() { String::new() } else { format!(", by {}", rules.join(", ")) }
}

fn of_action(action: &ActionRecord, began_ms: i64) -> Vec<TimelineEntry> {
    let mut entries: Vec<TimelineEntry> = action
        .attempts
        .iter()
        .enumerate()
        .map(|(index, attempt)| TimelineEntry {
            at_ms: attempt.at_ms,
            began_ms,
            text: format!("{} attempt {}: {}", action.kind, index + 1, answer(attempt)),
        })
        .collect();
    if let Some(settled_at_ms) = action.settled_at_ms {
        entries.push(TimelineEntry {
            at_ms: settled_at_ms,
            began_ms,
            text: format!("{} {}", action.kind, action.status),
        });
    }
    entries
}

fn answer(attempt: &AttemptRecord) -> String {
    let took = duration(milliseconds(attempt.took_ms));
    let message = brief(&attempt.errmsg);
    match attempt.errcode {
        Some(0) => format!("ok after {took}"),
        Some(errcode) => format!("errcode {errcode} after {took}: {message}"),
        None if attempt.lost => format!("no answer after {took}, it may have arrived: {message}"),
        None => format!("no answer after {took}: {message}"),
    }
}

/// Where an action stands, in one line: `action 3: welcome done 94 ms after it was planned`.
pub(super) fn ending(action: &ActionRecord) -> String {
    let after = action.settled_at_ms.filter(|_| action.status == Status::Done).map_or_else(
        String::new,
        |settled_at_ms| {
            format!(" {} after it was planned", duration(milliseconds(settled_at_ms - action.created_at_ms)))
        },
    );
    let reason = action.reason.as_deref().filter(|reason| !reason.is_empty());
    let reason = reason.map_or_else(String::new, |reason| format!(": {}", brief(reason)));
    format!("action {}: {} {}{after}{reason}", action.id, action.kind, action.status)
}

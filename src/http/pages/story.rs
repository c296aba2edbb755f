//! The story of one event: what came, what was decided, what was tried, how it ended, each with how long after it began.

use super::{
    frame::Frame,
    show,
    views::{AttemptView, TimelineView, Tone},
    words::{cure::cure, names, say::Say},
};
use crate::{
    action::{Kind, ReasonCode, Status},
    language::Language,
    store::{ActionRecord, AttemptRecord, EventRecord},
};

/// One line before it is shown.
struct Entry {
    at_ms: i64,
    began_ms: i64,
    view: TimelineView,
}

/// The lines, in the order of time.
pub(super) fn of(frame: &Frame, record: &EventRecord) -> Vec<TimelineView> {
    let event = &record.summary;
    let began_ms = event.received_at_ms;
    let mut entries = vec![entry(
        began_ms,
        began_ms,
        Tone::Quiet,
        frame.say(Say::Received { deliveries: event.deliveries }),
    )];
    if let Some(acked_us) = event.acked_after_us {
        entries.push(entry(began_ms + acked_us / 1_000, began_ms, Tone::Quiet, frame.say(Say::Acked)));
    }
    let mut runs: Vec<i64> = record.actions.iter().map(|action| action.run).collect();
    runs.dedup();
    for run in runs {
        let of_run: Vec<&ActionRecord> = record.actions.iter().filter(|action| action.run == run).collect();
        let planned_ms = of_run.iter().map(|action| action.created_at_ms).min().unwrap_or(began_ms);
        let began_ms = if run == 0 { began_ms } else { planned_ms };
        entries.push(entry(planned_ms, began_ms, Tone::Quiet, planned(frame, record, run, &of_run)));
        for action in of_run {
            entries.extend(of_action(frame, action, began_ms));
        }
    }
    // The sort is stable, so entries of one millisecond stay in the order in which they were added.
    entries.sort_by_key(|entry| entry.at_ms);
    entries.into_iter().map(|entry| shown(frame, entry)).collect()
}

fn planned(frame: &Frame, record: &EventRecord, run: i64, actions: &[&ActionRecord]) -> String {
    let mut kinds: Vec<Kind> = actions.iter().map(|action| action.kind).collect();
    kinds.dedup();
    let comma = if frame.language == Language::Zh { "、" } else { ", " };
    let kinds: Vec<&str> = kinds.into_iter().map(|kind| names::kind(kind, frame.language)).collect();
    // The record keeps the rules of the latest run.
    let used = if run == record.summary.run { record.rules.as_slice() } else { &[] };
    let rules: Vec<String> =
        used.iter().map(|rule| frame.say(Say::Version { rule: &rule.name, version: rule.version })).collect();
    frame.say(Say::Planned { run, kinds: &kinds.join(comma), rules: &rules.join(comma) })
}

fn of_action(frame: &Frame, action: &ActionRecord, began_ms: i64) -> Vec<Entry> {
    let attempts = action.attempts.iter().enumerate();
    let mut entries: Vec<Entry> = attempts
        .map(|(index, attempt)| {
            let ok = attempt.errcode == Some(0);
            let text = frame.say(Say::Attempt { kind: action.kind, number: index + 1, ok });
            let tone = if ok { Tone::Good } else { Tone::Bad };
            let mut entry = entry(attempt.at_ms, began_ms, tone, text);
            entry.view.attempt = Some(unfolded(frame, action, attempt));
            entry
        })
        .collect();
    if let Some(at_ms) = action.settled_at_ms {
        let mark = show::action_mark(frame, action);
        let text = frame.say(Say::Ended { kind: action.kind, how: mark.word });
        let mut ended = entry(at_ms, began_ms, mark.tone, text);
        // Of what is plainly done there is nothing more to say.
        let worth_saying = action.status != Status::Done || action.code.is_some();
        ended.view.note =
            Some(show::reason(frame, action.code)).filter(|note| worth_saying && !note.is_empty());
        entries.push(ended);
    } else if let Some(due_ms) = action.due_ms.filter(|_| action.status == Status::Pending) {
        let at = frame.times.instant(due_ms).exact;
        let text = frame
            .say(Say::Ended { kind: action.kind, how: names::status(action.status, frame.language).word });
        let mut waiting = entry(due_ms, began_ms, Tone::Wait, text);
        waiting.view.note = Some(frame.say(Say::NextTry { at: &at }));
        entries.push(waiting);
    }
    entries
}

fn unfolded(frame: &Frame, action: &ActionRecord, attempt: &AttemptRecord) -> AttemptView {
    let answer = match attempt.errcode {
        Some(code) => format!("{code} {}", attempt.errmsg),
        None => show::answer(frame, attempt),
    };
    AttemptView {
        summary: frame.say(Say::AttemptDetails),
        answer,
        meaning: attempt.errcode.filter(|code| *code != 0).map(|code| meaning(frame, code)),
        took: frame.times.duration(attempt.took_ms),
        request: action.request.as_ref().map(show::json),
    }
}

/// What WeCom's number means: its sentence and its cure where it stands for a cause of ours.
fn meaning(frame: &Frame, errcode: i64) -> String {
    let (class, cause) = (wecom_core::codes::class(errcode), wecom_core::cause::cause(errcode));
    let code = ReasonCode::of_answer(class, cause);
    let stop = if frame.language == Language::Zh { "。" } else { ". " };
    format!("{}{stop}{}", code.sentence(frame.language), cure(code, frame.language))
}

fn entry(at_ms: i64, began_ms: i64, tone: Tone, text: String) -> Entry {
    let view =
        TimelineView { tone, offset: String::new(), at: String::new(), text, note: None, attempt: None };
    Entry { at_ms, began_ms, view }
}

fn shown(frame: &Frame, entry: Entry) -> TimelineView {
    let Entry { at_ms, began_ms, view } = entry;
    let after = at_ms.saturating_sub(began_ms).max(0);
    TimelineView {
        offset: if after == 0 { "0".to_owned() } else { format!("+{}", frame.times.duration(after)) },
        at: frame.times.instant(at_ms).exact,
        ..view
    }
}

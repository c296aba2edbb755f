//! `/events/{id}`: what happened to one customer, when, and why.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    customers,
    done::Done,
    filter::Given,
    frame::{Frame, html, see_other},
    show, story,
    views::{ActionRow, EventPage, FactView, Headline, Mark, Place, Tone, Trial, TrialAction},
    words::{cure::cure, names, say::Say},
};
use crate::{
    action::{Kind, Kinds, ReasonCode, Status},
    flow::replay::{How, PreviewedAction, Replayed},
    http::{
        access::{Caller, Operator, Viewer},
        problem::{Misread, Problem, Thing},
    },
    store::{ActionRecord, EventOutcome, EventRecord, EventStatus},
};

/// What a replay is to do.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    only: String,
}

/// The event, and with `replay=preview` what a replay would do.
pub(super) async fn one(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let missing = || Problem::NotFound { thing: Thing::Event, id: id.to_string() };
    let record = frame.store().event(id).await?.ok_or_else(missing)?.without_secrets();
    let given = Given::of(request.query_string());
    let wanted = given.get("replay").is_some() && frame.may_operate();
    let trial =
        if wanted { Some(trial(&frame, id, given.get("only").unwrap_or_default()).await?) } else { None };
    html(&page(&frame, &record, trial))
}

/// Plans the event again and performs what the plan says.
pub(super) async fn replay(
    caller: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
    wanted: Form<Wanted>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let only = kind_of(&wanted.only)?;
    let how = How { only, repeat_reports: false };
    let done = match frame.private.replayer.replay_by(id, how, &caller.by()).await? {
        Replayed::Run { .. } => Done::Replayed,
        Replayed::UnderWay => Done::ReplayUnderWay,
        Replayed::NotFound | Replayed::UnknownApp => {
            return Err(Problem::NotFound { thing: Thing::Event, id: id.to_string() });
        }
    };
    Ok(see_other(&done.on(&format!("/events/{id}"))))
}

fn kind_of(only: &str) -> Result<Kinds, Problem> {
    Kinds::from_text(only).map_err(|error| Misread::Name { name: "only", known: error.known() }.into())
}

async fn trial(frame: &Frame, id: i64, only: &str) -> Result<Trial, Problem> {
    let how = How { only: kind_of(only)?, repeat_reports: false };
    let missing = || Problem::NotFound { thing: Thing::Event, id: id.to_string() };
    let preview = frame.private.replayer.preview(id, how).await?.ok_or_else(missing)?;
    let rules: Vec<String> = preview
        .rules
        .iter()
        .map(|rule| frame.say(Say::Version { rule: &rule.name, version: rule.version }))
        .collect();
    let actions = preview.actions.into_iter().map(|action| trial_action(frame, action)).collect();
    Ok(Trial { only: only.to_owned(), rules: rules.join(" "), actions })
}

fn trial_action(frame: &Frame, action: PreviewedAction) -> TrialAction {
    let words = frame.words;
    let (tone, word) = match action.would {
        "perform" => (Tone::Good, words.would_do),
        "expire" => (Tone::Bad, words.would_expire),
        _ => (Tone::Quiet, words.would_skip),
    };
    let request = action.request.and_then(|request| serde_json::to_value(request).ok());
    TrialAction {
        kind: names::kind(action.kind, frame.language),
        mark: Mark { tone, word },
        why: show::reason(frame, action.code),
        request: request.map(|request| show::json(&request)),
    }
}

fn page(frame: &Frame, record: &EventRecord, trial: Option<Trial>) -> EventPage {
    let event = &record.summary;
    let is_ours = frame.context().apps.get(&event.app).is_some();
    let actions: Vec<ActionRow> =
        record.actions.iter().map(|action| action_row(frame, record, action)).collect();
    let nothing_done = match event.imported_at_ms {
        Some(_) if event.run == 0 => Say::OnlyImported,
        _ if event.status == EventStatus::Settled => Say::NothingAsked,
        _ => Say::Open,
    };
    EventPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Events)),
        id: event.id,
        mark: names::fate(event, &record.fate, frame.language),
        answer: headline(frame, record),
        facts: facts(frame, record),
        timeline: story::of(frame, record),
        actions,
        nothing_done: frame.say(nothing_done),
        payload: String::from_utf8_lossy(&record.payload.0).into_owned(),
        phone: show::phone(frame, record),
        may_replay: frame.may_operate() && is_ours && event.status != EventStatus::Received,
        replay: trial,
        kinds: Kind::ALL.into_iter().map(|kind| (kind.as_str(), names::kind(kind, frame.language))).collect(),
    }
}

/// What became of it, in a sentence, and what is still open or went wrong beside it.
fn headline(frame: &Frame, record: &EventRecord) -> Headline {
    let event = &record.summary;
    let welcome = show::welcome(record);
    let reason = show::reason(frame, welcome.and_then(|welcome| welcome.code));
    let (tone, text) = match (record.fate.outcome, welcome) {
        (Some(EventOutcome::Welcomed), Some(welcome)) => {
            let after = welcome
                .settled_at_ms
                .filter(|_| welcome.run == 0)
                .map(|at_ms| frame.times.duration(at_ms.saturating_sub(event.received_at_ms).max(0)));
            let rule = record.fate.rule.as_deref();
            (Tone::Good, frame.say(Say::Welcomed { after: after.as_deref(), rule }))
        }
        (Some(EventOutcome::Missed | EventOutcome::Failed), _) => {
            (Tone::Bad, frame.say(Say::NotWelcomed { reason: &reason }))
        }
        (Some(EventOutcome::Skipped), _) => (Tone::Quiet, frame.say(Say::Skipped { reason: &reason })),
        (None, Some(welcome)) if welcome.code == Some(ReasonCode::UnknownEnd) => {
            (Tone::Unsure, frame.say(Say::Unsure { reason: &reason }))
        }
        _ if event.status != EventStatus::Settled => (Tone::Wait, frame.say(Say::Open)),
        _ if event.imported_at_ms.is_some() && event.run == 0 => (Tone::Quiet, frame.say(Say::OnlyImported)),
        _ if record.actions.is_empty() => (Tone::Quiet, frame.say(Say::NothingAsked)),
        _ => (Tone::Quiet, names::fate(event, &record.fate, frame.language).word.to_owned()),
    };
    let open: Vec<&str> = record
        .actions
        .iter()
        .filter(|action| action.run == event.run && action.kind != Kind::Welcome)
        .filter(|action| !matches!(action.status, Status::Done | Status::Skipped))
        .map(|action| names::kind(action.kind, frame.language))
        .collect();
    let more = (!open.is_empty()).then(|| frame.say(Say::OthersOpen { kinds: &open.join(", ") }));
    Headline { tone, text, more }
}

fn facts(frame: &Frame, record: &EventRecord) -> Vec<FactView> {
    let (event, words) = (&record.summary, frame.words);
    let plain =
        |name: &'static str, value: String| FactView { name, value, href: None, mono: false, copy: false };
    let list = |name: &str, value: &str| Given::default().href("/events", &[], &[(name, value)]);
    let mut facts = vec![plain(words.what_happened, names::change(event, &record.fate, frame.language))];
    if let Some(customer) = event.external_user_id.as_deref().filter(|id| !id.is_empty()) {
        let id = customers::percent(customer);
        facts.push(FactView {
            name: words.customer,
            value: customer.to_owned(),
            href: Some(format!("/customers/{id}")),
            mono: true,
            copy: true,
        });
    }
    if let Some(user) = event.user_id.as_deref().filter(|id| !id.is_empty()) {
        facts.push(FactView { href: Some(list("user", user)), ..plain(words.employee, user.to_owned()) });
    }
    let channel = match event.state.as_deref().filter(|state| !state.is_empty()) {
        Some(state) => {
            FactView { href: Some(list("state", state)), ..plain(words.channel, state.to_owned()) }
        }
        None => plain(words.channel, words.no_channel.to_owned()),
    };
    facts.push(channel);
    if let Some(rule) = record.fate.rule.as_deref() {
        facts.push(FactView { href: frame.rule_href(rule), ..plain(words.rule, rule.to_owned()) });
    }
    facts.push(plain(words.app, event.app.clone()));
    facts.push(plain(words.happened, frame.times.instant(event.happened_at_ms).exact));
    facts.push(plain(words.received_at, frame.times.instant(event.received_at_ms).exact));
    if event.deliveries > 1 {
        facts.push(plain(words.deliveries, event.deliveries.to_string()));
    }
    facts
}

fn action_row(frame: &Frame, record: &EventRecord, action: &ActionRecord) -> ActionRow {
    let failed = matches!(action.status, Status::Failed | Status::Expired);
    let in_time = action.deadline_ms.is_none_or(|deadline_ms| deadline_ms > frame.times.now_ms);
    let shown = action.status != Status::Done || action.code.is_some();
    ActionRow {
        id: action.id,
        kind: names::kind(action.kind, frame.language),
        run: if record.summary.run > 0 { action.run } else { 0 },
        mark: show::action_mark(frame, action),
        why: if shown { show::reason(frame, action.code) } else { String::new() },
        cure: action.code.filter(|_| failed).map(|code| cure(code, frame.language).into()),
        detail: action.request.as_ref().map(show::json),
        tries: action.attempts.len(),
        retry: frame.may_operate() && failed && in_time,
    }
}

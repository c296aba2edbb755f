//! `/bulk/{id}`: retries or replays of many. First how many, which, and what will happen to each; then how far it is, which a
//! reload shows as well; then what came of it.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Form, Path},
};

use super::{
    filter::{self, Given, ROWS},
    frame::{Frame, html, see_other},
    show,
    views::{BulkPage, BulkRow, BulkStand, Place, Tone},
    words::{names, say::Say},
};
use crate::{
    action::{Deadline, Kinds, Status, UnknownName},
    flow::replay::{How, PreviewedAction},
    http::{
        access::{Caller, Operator},
        bulk::{self, Wanted},
        problem::{Misread, Problem},
    },
    store::{BulkAct, BulkFailure, BulkItem, BulkRecord, BulkState, BulkWhy},
};

/// How many of them are shown before it is started.
const EXAMPLES: i64 = 5;

/// How many that are under way are shown elsewhere.
const UNDER_WAY_MAX: i64 = 3;

/// Prepares replays of all events that match. A filter that was not understood would mean more than was asked for.
pub(super) async fn replay_all(
    caller: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let mut wanted = filter::of_events(&frame, &given);
    if let Some(fault) = wanted.fault {
        return Err(Misread::Filter(fault).into());
    }
    wanted.event.before_id = None;
    let only: Result<Kinds, UnknownName> =
        form.iter().filter(|(name, _)| name == "only").map(|(_, kind)| kind.parse()).collect();
    let only = only.map_err(|error| Misread::Name { name: "only", known: error.known() })?;
    let wanted = Wanted::Replays(wanted.event, wanted.fate);
    let prepared = bulk::prepare(&frame.private, &wanted, only, None, &caller.by()).await?;
    Ok(see_other(&format!("/bulk/{}", prepared.id)))
}

/// The page.
pub(super) async fn show(
    _: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let record = bulk::show(&frame.private, *id).await?;
    let before = Given::of(request.query_string()).get("before").and_then(|before| before.parse().ok());
    let failures = frame.store().bulk_failures(record.id, record.act, before, ROWS).await?;
    let is_full = failures.len() == usize::try_from(ROWS).unwrap_or(usize::MAX);
    let last = failures.last().filter(|_| is_full).map(|(failure, _)| failure.id);
    let words = frame.words;
    let (heading, label, back, back_label) = match record.act {
        BulkAct::Retry => (words.bulk_retry, words.retry, "/failures", words.failures),
        BulkAct::Replay => (words.bulk_replay, words.replay, "/events", words.events),
    };
    let is_prepared = record.state == BulkState::Prepared;
    let place = if record.act == BulkAct::Retry { Place::Failures } else { Place::Events };
    html(&BulkPage {
        w: words,
        shell: frame.shell(Some(place)),
        id: record.id,
        heading,
        back,
        back_label,
        stand: stand(&frame, &record),
        start: (is_prepared && record.matches > 0).then_some(label),
        cancel: matches!(record.state, BulkState::Prepared | BulkState::Running),
        examples: if is_prepared { examples(&frame, &record).await? } else { Vec::new() },
        failed: failures
            .iter()
            .map(|(failure, item)| failed(&frame, record.act, failure, item.as_ref()))
            .collect(),
        next: last.map(|id| format!("/bulk/{}?before={id}#failed", record.id)),
    })
}

/// How far it is, for a page that shows it.
pub(super) async fn progress(
    _: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    html(&stand(&frame, &bulk::show(&frame.private, *id).await?))
}

pub(super) async fn start(
    caller: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let record = bulk::start(&frame.private, *id, &caller.by()).await?;
    Ok(see_other(&format!("/bulk/{}", record.id)))
}

pub(super) async fn cancel(
    caller: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let record = bulk::cancel(&frame.private, *id, &caller.by()).await?;
    Ok(see_other(&format!("/bulk/{}", record.id)))
}

/// Those that are under way: where each is followed, and how far it is.
pub(super) async fn under_way(frame: &Frame) -> Result<Vec<(String, String)>, Problem> {
    let running = frame.store().bulks_running(UNDER_WAY_MAX).await?;
    Ok(running.iter().map(|record| (format!("/bulk/{}", record.id), stand(frame, record).text)).collect())
}

fn stand(frame: &Frame, record: &BulkRecord) -> BulkStand {
    let BulkRecord { act, matches, begun, done, failed, waiting, .. } = *record;
    let ended = done + failed + waiting;
    // What was given out before it was cancelled comes to its end still.
    let running = record.state == BulkState::Running || record.state == BulkState::Cancelled && ended < begun;
    let (tone, say, more) = match record.state {
        BulkState::Prepared if matches == 0 => (Tone::Quiet, Say::BulkNothing { act }, None),
        BulkState::Prepared => {
            let means = frame.say(Say::BulkMeans { act, only: record.only });
            (Tone::Wait, Say::BulkHowMany { act, count: matches }, Some(means))
        }
        BulkState::Running => {
            (Tone::Wait, Say::BulkRunning { act, ended, matches, failed }, Some(frame.say(Say::BulkGoesOn)))
        }
        BulkState::Done => {
            let tone = if failed > 0 { Tone::Bad } else { Tone::Good };
            (tone, Say::BulkDone { act, done, failed, waiting }, None)
        }
        BulkState::Cancelled => {
            (Tone::Quiet, Say::BulkCancelled { done, failed, waiting, left: matches - begun }, None)
        }
    };
    BulkStand {
        w: frame.words,
        tone,
        text: frame.say(say),
        more,
        progress: (running || record.state == BulkState::Done && matches > 0).then_some((ended, matches)),
        running,
        failed: (failed > 0).then(|| format!("/bulk/{}#failed", record.id)),
    }
}

/// Some of them, with what will happen to each.
async fn examples(frame: &Frame, record: &BulkRecord) -> Result<Vec<BulkRow>, Problem> {
    let mut rows = Vec::new();
    for item in frame.store().bulk_newest(record.id, EXAMPLES).await? {
        let how = match record.act {
            BulkAct::Retry => vec![retried(frame, &item).to_owned()],
            BulkAct::Replay => replayed(frame, item.id, record.only).await?,
        };
        rows.push(row(frame, record.act, &item, how));
    }
    Ok(rows)
}

/// What a retry of an action does, as it stands now.
fn retried(frame: &Frame, item: &BulkItem) -> &'static str {
    let is_over =
        item.deadline_ms.is_some_and(|at_ms| Deadline::at_ms(at_ms).left(frame.times.now_ms).is_none());
    match item.status {
        Some(Status::Failed | Status::Expired) if is_over => frame.words.would_expire,
        Some(Status::Failed | Status::Expired) => frame.words.would_do,
        _ => frame.words.would_skip,
    }
}

/// What a replay of an event does, by the rules of today.
async fn replayed(frame: &Frame, event_id: i64, only: Kinds) -> Result<Vec<String>, Problem> {
    let how = How { only, repeat_reports: false };
    let Some(preview) = frame.private.replayer.preview(event_id, how).await? else {
        return Ok(vec![why(frame, BulkWhy::UnknownApp)]);
    };
    if preview.actions.is_empty() {
        return Ok(vec![frame.words.replay_nothing.to_owned()]);
    }
    let would = |action: &PreviewedAction| {
        let would = match action.would {
            "perform" => frame.words.would_do,
            "expire" => frame.words.would_expire,
            _ => frame.words.would_skip,
        };
        frame.say(Say::Ended { kind: action.kind, how: would })
    };
    Ok(preview.actions.iter().map(would).collect())
}

/// One that came to nothing.
fn failed(frame: &Frame, act: BulkAct, failure: &BulkFailure, item: Option<&BulkItem>) -> BulkRow {
    let Some(item) = item else {
        return BulkRow {
            at: frame.times.instant(frame.times.now_ms),
            what: failure.id.to_string(),
            customer: String::new(),
            employee: String::new(),
            how: vec![why(frame, failure.why)],
            href: None,
        };
    };
    let reason = match failure.why {
        // By now it may stand otherwise.
        BulkWhy::Failed if matches!(item.status, Some(Status::Failed | Status::Expired)) => {
            show::reason(frame, item.code)
        }
        _ => String::new(),
    };
    let reason = if reason.is_empty() { why(frame, failure.why) } else { reason };
    row(frame, act, item, vec![reason])
}

fn why(frame: &Frame, why: BulkWhy) -> String {
    frame.say(Say::BulkWhy(why))
}

fn row(frame: &Frame, act: BulkAct, item: &BulkItem, how: Vec<String>) -> BulkRow {
    let change = item.change.as_deref().unwrap_or_default();
    let changed = names::changes(frame.language).find(|(name, _)| *name == change);
    let changed = changed.map_or(change, |(_, called)| called);
    let what = match (act, item.kind) {
        (BulkAct::Retry, Some(kind)) => names::kind(kind, frame.language).to_owned(),
        _ => changed.to_owned(),
    };
    BulkRow {
        at: frame.times.instant(item.at_ms),
        what,
        customer: item.external_user_id.as_deref().map(show::shortened).unwrap_or_default(),
        employee: item.user_id.clone().unwrap_or_default(),
        how,
        href: Some(format!("/events/{}", item.event_id)),
    }
}

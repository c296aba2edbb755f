//! `/health`: what is not set up right.

use actix_web::HttpResponse;

use super::{
    frame::{Frame, html},
    views::{AppView, CheckView, Count, Headline, HealthPage, Mark, Place, QueueView, RefusedView, Tone},
    words::{cure::of_check, names, say::Say},
};
use crate::{
    doctor::{Asked, Check, Matter, Status, examine},
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    language::Sentence as _,
    store::{Depth, EventFilter, REFUSED_KEPT, RefusedFilter},
};

/// For so long an examination is shown to whoever comes: it asks WeCom a dozen questions for each app, and WeCom counts them.
const EXAMINED_FOR_MS: i64 = 60_000;

/// The page.
pub(super) async fn show(_: Caller<Viewer>, frame: Frame) -> Result<HttpResponse, Problem> {
    let state = frame.private.readiness.state().await;
    let depth = frame.store().depth().await?;
    let (checked_at_ms, failing, checks) = examined(&frame).await?;
    let (tone, say) = match (state.ready, failing) {
        (true, 0) => (Tone::Good, Say::Healthy),
        (true, failing) => (Tone::Bad, Say::ChecksFail(failing)),
        (false, _) => (Tone::Bad, Say::NotHealthy),
    };
    let headline = Headline { tone, text: frame.say(say), more: None };
    let page = HealthPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Health)),
        headline,
        checks,
        checked_at: frame.times.instant(checked_at_ms),
        servers: Count(frame.store().live_servers(frame.times.now_ms).await?.into()),
        refused: refused(&frame).await?,
        apps: apps(&frame).await?,
        queue: queue(&frame, &depth),
    };
    html(&page)
}

/// What `doctor` finds, when it was found, and how many of it fails.
async fn examined(frame: &Frame) -> Result<(i64, usize, Vec<CheckView>), Problem> {
    let private = &frame.private;
    // Whoever waits here holds a place of the pages, for as long as WeCom takes to answer.
    let _place = private.slow_place()?;
    let mut last = private.examined.lock().await;
    let now_ms = private.now_ms();
    let is_fresh = |at_ms: i64| (0..EXAMINED_FOR_MS).contains(&now_ms.saturating_sub(at_ms));
    if !last.as_ref().is_some_and(|(at_ms, _)| is_fresh(*at_ms)) {
        // Programs have it examined as well, by the API.
        let Ok(_turn) = private.examining.acquire().await else { return Err(Problem::Busy) };
        let asked = Asked::of_server(&private.config, &private.context)
            .map_err(|_| Problem::Internal("read the certificates that are trusted"))?;
        *last = Some((now_ms, Box::pin(examine(asked)).await));
    }
    let (at_ms, checks) = last.as_ref().map_or((now_ms, &[][..]), |(at_ms, of)| (*at_ms, &of.checks[..]));
    let failing = checks.iter().filter(|check| check.status() == Status::Fail).count();
    Ok((at_ms, failing, checks.iter().map(|check| check_view(check, frame)).collect()))
}

fn check_view(check: &Check, frame: &Frame) -> CheckView {
    let tone = match check.status() {
        Status::Ok => Tone::Good,
        Status::Warn => Tone::Wait,
        Status::Fail => Tone::Bad,
        Status::Skip => Tone::Quiet,
    };
    CheckView {
        mark: Mark { tone, word: check.status().name(frame.language) },
        name: check.matter.name(frame.language),
        app: check.app.clone().unwrap_or_default(),
        found: check.finding.to(frame.language).into(),
        cure: of_check(&check.finding, frame.language).map(Into::into),
        place: (check.matter == Matter::Rules && check.status() != Status::Ok)
            .then_some(("/rules", frame.words.rules)),
    }
}

/// The last callbacks that were refused, of all apps.
async fn refused(frame: &Frame) -> Result<Vec<RefusedView>, Problem> {
    let filter = RefusedFilter { limit: u32::try_from(REFUSED_KEPT).ok(), ..RefusedFilter::default() };
    let refused = frame.store().refused_callbacks(&filter).await?;
    let shown = refused.into_iter().map(|one| RefusedView {
        at: frame.times.instant(one.at_ms),
        app: one.app,
        what: one.class.sentence(frame.language),
        cure: one.class.cure(frame.language).into(),
        sender: one.sender.unwrap_or_else(|| "–".to_owned()),
    });
    Ok(shown.collect())
}

/// The apps with the paths of their callbacks, and when the last event of each came.
async fn apps(frame: &Frame) -> Result<Vec<AppView>, Problem> {
    let mut served: Vec<_> = frame.context().apps.iter().cloned().collect();
    served.sort_by(|a, b| a.name.cmp(&b.name));
    let mut views = Vec::with_capacity(served.len());
    for app in served {
        let last = EventFilter { app: Some(app.name.clone()), limit: Some(1), ..EventFilter::default() };
        let last = frame.store().events(&last).await?;
        views.push(AppView {
            name: app.name.clone(),
            corp_id: app.corp_id.clone(),
            path: format!("/callback/{}", app.name),
            last: last.first().map(|event| frame.times.instant(event.received_at_ms)),
        });
    }
    Ok(views)
}

fn queue(frame: &Frame, depth: &Depth) -> Vec<QueueView> {
    let waited = |since_ms: Option<i64>| {
        let waited = since_ms.map(|at_ms| frame.times.now_ms.saturating_sub(at_ms)).filter(|ms| *ms > 0);
        waited.map_or_else(|| "–".to_owned(), |ms| frame.times.duration(ms))
    };
    let mut rows = vec![QueueView {
        kind: frame.words.unplanned,
        waiting: Count(depth.unplanned),
        oldest: waited(depth.oldest_unplanned_ms),
    }];
    rows.extend(depth.actions.iter().map(|of| QueueView {
        kind: names::kind(of.kind, frame.language),
        waiting: Count(of.pending + of.running),
        oldest: waited(of.oldest_due_ms),
    }));
    rows
}

//! `/health`: what is not set up right.

use actix_web::HttpResponse;

use super::{
    frame::{Frame, html},
    views::{AppView, Count, Headline, HealthPage, Place, QueueView, Tone},
    words::{names, say::Say},
};
use crate::{
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    store::{Depth, EventFilter},
};

/// The page.
pub(super) async fn show(_: Caller<Viewer>, frame: Frame) -> Result<HttpResponse, Problem> {
    let state = frame.private.readiness.state().await;
    let depth = frame.store().depth().await?;
    let headline = if state.ready {
        Headline { tone: Tone::Good, text: frame.say(Say::Healthy), more: None }
    } else {
        Headline { tone: Tone::Bad, text: frame.say(Say::NotHealthy), more: None }
    };
    let page = HealthPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Health)),
        headline,
        apps: apps(&frame).await?,
        queue: queue(&frame, &depth),
    };
    html(&page)
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

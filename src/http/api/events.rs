//! Events: listed, shown, run again.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        access::{Caller, Operator, Viewer},
        private::Private,
        problem::{Problem, Thing},
    },
    body::Optional,
    filters::Filters,
    page::List,
};
use crate::{
    action::Kind,
    flow::replay::{How, Replayed},
    store::{EventRecord, ListedEvent},
};

/// `POST /events/{id}/replay`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Replay {
    /// Only actions of these kinds.
    only: Option<Vec<Kind>>,
    /// Nothing is stored and nobody is called.
    dry_run: bool,
    /// Notices and forwards that were sent before are sent again.
    repeat_reports: bool,
}

pub(super) async fn list(
    _: Caller<Viewer>,
    private: Data<Private>,
    filters: Query<Filters>,
) -> Result<Json<List<ListedEvent>>, Problem> {
    let filter = filters.events(private.now_ms(), &private.zone)?;
    let events = private.context.store.events_by_fate(&filter, &filters.fate()?).await?;
    Ok(Json(List::page(events, filters.limit()?, |event| event.summary.id)))
}

pub(super) async fn show(
    _: Caller<Viewer>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<Json<EventRecord>, Problem> {
    let record = private.context.store.event(*id).await?;
    record.map(|record| Json(record.without_secrets())).ok_or_else(|| missing(*id))
}

pub(super) async fn replay(
    caller: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
    asked: Optional<Replay>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let Replay { only, dry_run, repeat_reports } = asked.0;
    let how = How { only: only.into_iter().flatten().collect(), repeat_reports };
    if dry_run {
        let preview = private.replayer.preview(id, how).await?;
        return preview.map(|preview| HttpResponse::Ok().json(preview)).ok_or_else(|| missing(id));
    }
    match private.replayer.replay_by(id, how, &caller.by()).await? {
        Replayed::Run { run } => {
            let record = private.context.store.event(id).await?;
            let mut actions = record.map(|record| record.actions).unwrap_or_default();
            actions.retain(|action| action.run == run);
            let done = json!({ "event_id": id, "replayed": true, "run": run, "actions": actions });
            Ok(HttpResponse::Ok().json(done))
        }
        Replayed::NotFound => Err(missing(id)),
        Replayed::UnderWay => Err(Problem::UnderWay { id }),
        Replayed::UnknownApp => Err(Problem::UnknownApp { id }),
    }
}

fn missing(id: i64) -> Problem {
    Problem::NotFound { thing: Thing::Event, id: id.to_string() }
}

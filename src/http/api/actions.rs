//! Actions: listed, shown, tried again; and what went wrong by its cause.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use serde_json::{Value, json};

use super::{
    super::{
        access::{Caller, Operator, Viewer},
        private::Private,
        problem::{Problem, Thing},
    },
    filters::Filters,
    page::List,
};
use crate::store::{ActionFilter, ActionRecord, EventFilter, ExplainedFailures, Retry};

pub(super) async fn list(
    _: Caller<Viewer>,
    private: Data<Private>,
    filters: Query<Filters>,
) -> Result<Json<List<ActionRecord>>, Problem> {
    let filter = filters.actions(private.now_ms(), &private.zone)?;
    let actions = private.context.store.actions(&filter).await?;
    Ok(Json(List::page(actions, filters.limit()?, |action| action.id)))
}

pub(super) async fn show(
    _: Caller<Viewer>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<Json<ActionRecord>, Problem> {
    let id = id.into_inner();
    let Some(after) = id.checked_add(1) else { return Err(missing(id)) };
    let event = EventFilter { before_id: Some(after), limit: Some(1), ..EventFilter::default() };
    let found = private.context.store.actions(&ActionFilter { event, ..ActionFilter::default() }).await?;
    found.into_iter().find(|action| action.id == id).map(Json).ok_or_else(|| missing(id))
}

pub(super) async fn retry(
    caller: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let answers = private.context.store.retry_by(&[id], &caller.by(), private.now_ms()).await?;
    match answers.first().map(|(_, retry)| *retry) {
        Some(Retry::Due) => Ok(HttpResponse::Ok().json(json!({ "id": id, "retry": "due" }))),
        Some(Retry::TooLate) => Err(Problem::TooLate { id }),
        Some(Retry::NotFailed(status)) => Err(Problem::NotFailed { id, status }),
        Some(Retry::Missing) | None => Err(missing(id)),
    }
}

pub(super) async fn failures(
    _: Caller<Viewer>,
    private: Data<Private>,
    filters: Query<Filters>,
) -> Result<Json<List<ExplainedFailures>>, Problem> {
    let mut filter = filters.actions(private.now_ms(), &private.zone)?;
    // Its limit says how many actions are looked at, and not how many causes are shown.
    filter.event.limit = None;
    let found = private.context.store.failures(&filter).await?;
    Ok(Json(List::whole(found.into_iter().map(ExplainedFailures::from).collect())))
}

/// Who may be asked for: an app is what its callback's path ends in.
pub(super) async fn apps(_: Caller<Viewer>, private: Data<Private>) -> Json<Value> {
    let mut apps: Vec<Value> = private
        .context
        .apps
        .iter()
        .map(|app| {
            let callback = format!("/callback/{}", app.name);
            json!({ "name": app.name, "corp_id": app.corp_id, "agent_id": app.agent_id, "callback": callback })
        })
        .collect();
    apps.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
    Json(json!({ "items": apps, "next": null }))
}

fn missing(id: i64) -> Problem {
    Problem::NotFound { thing: Thing::Action, id: id.to_string() }
}

//! Acts on many: prepared by a filter, started, followed, cut short.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;

use super::{
    super::{
        access::{Caller, Operator},
        bulk::{self, Wanted},
        private::Private,
        problem::{Misread, Problem},
    },
    body::Object,
    filters::Filters,
    page::{List, Page},
};
use crate::{
    action::Kind,
    store::{BULK_MAX, BulkAct, BulkFailure, BulkRecord},
};

/// `POST /bulk`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBulk {
    act: BulkAct,
    /// What is meant. Whoever means all says so: `{}`.
    filter: Object<Filters>,
    /// Only actions of these kinds.
    only: Option<Vec<Kind>>,
}

pub(super) async fn prepare(
    caller: Caller<Operator>,
    private: Data<Private>,
    asked: Json<Object<NewBulk>>,
) -> Result<HttpResponse, Problem> {
    let Object(NewBulk { act, filter: Object(mut filter), only }) = asked.into_inner();
    // A list has a page; here its names say how many at most.
    let most = filter.limit.take();
    let may = u32::try_from(BULK_MAX).unwrap_or(u32::MAX);
    if most.is_some_and(|most| !(1..=may).contains(&most)) {
        return Err(Misread::Limit { most: may }.into());
    }
    let now_ms = private.now_ms();
    let wanted = match act {
        BulkAct::Retry => {
            let by = filter.asked_by();
            let mut actions = filter.actions(now_ms, &private.zone)?;
            // A page of the list is not meant either.
            actions.event.limit = None;
            Wanted::Retries(actions, by)
        }
        BulkAct::Replay => Wanted::Replays(filter.events(now_ms, &private.zone)?, filter.fate()?),
    };
    let only = only.into_iter().flatten().collect();
    let prepared = bulk::prepare(&private, &wanted, only, most, &caller.by()).await?;
    Ok(HttpResponse::Created().json(prepared))
}

pub(super) async fn start(
    caller: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<Json<BulkRecord>, Problem> {
    bulk::start(&private, *id, &caller.by()).await.map(Json)
}

pub(super) async fn show(
    _: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<Json<BulkRecord>, Problem> {
    bulk::show(&private, *id).await.map(Json)
}

pub(super) async fn cancel(
    caller: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
) -> Result<Json<BulkRecord>, Problem> {
    bulk::cancel(&private, *id, &caller.by()).await.map(Json)
}

/// Those that came to nothing.
pub(super) async fn failures(
    _: Caller<Operator>,
    private: Data<Private>,
    id: Path<i64>,
    page: Query<Page>,
) -> Result<Json<List<BulkFailure>>, Problem> {
    let (limit, before) = Page::of(&page)?;
    let record = bulk::show(&private, *id).await?;
    let found = private.context.store.bulk_failures(record.id, record.act, before, limit).await?;
    let failures = found.into_iter().map(|(failure, _)| failure).collect();
    Ok(Json(List::page(failures, limit, |failure: &BulkFailure| failure.id)))
}

//! Everything of one customer: as a timeline over all employees, and to be forgotten.

use actix_web::web::{Data, Json, Path, Query};
use serde::Serialize;

use super::{
    super::{
        access::{Admin, Caller, Viewer},
        private::Private,
        problem::Problem,
    },
    page::Page,
};
use crate::{
    flow::forget::Wiped,
    store::{EventFilter, EventRecord},
};

/// How many events are on a page at most: each comes with all that was done.
const PAGE_MAX: u32 = 100;

/// The timeline of a customer, newest first.
#[derive(Debug, Serialize)]
pub(super) struct Timeline {
    external_user_id: String,
    items: Vec<EventRecord>,
    next: Option<i64>,
}

/// Takes everything of a customer out, everywhere.
pub(super) async fn forget(
    caller: Caller<Admin>,
    private: Data<Private>,
    customer: Path<String>,
) -> Result<Json<Wiped>, Problem> {
    Ok(Json(private.forget(&customer, &caller.by()).await?))
}

pub(super) async fn show(
    _: Caller<Viewer>,
    private: Data<Private>,
    customer: Path<String>,
    page: Query<Page>,
) -> Result<Json<Timeline>, Problem> {
    let external_user_id = customer.into_inner();
    let (limit, before_id) = Page::of(&page)?;
    let limit = limit.min(PAGE_MAX);
    let filter = EventFilter {
        customer: Some(external_user_id.clone()),
        before_id,
        limit: Some(limit),
        ..EventFilter::default()
    };
    let store = &private.context.store;
    let (mut items, mut last) = (Vec::new(), None);
    let page = store.events(&filter).await?;
    let is_full = usize::try_from(limit).is_ok_and(|limit| page.len() >= limit);
    for summary in page {
        last = Some(summary.id);
        items.extend(store.event(summary.id).await?.map(EventRecord::without_secrets));
    }
    Ok(Json(Timeline { external_user_id, items, next: last.filter(|_| is_full) }))
}

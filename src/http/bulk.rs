//! Acts on many, as programs and people ask for them: what a filter finds, and no more of it than may be.

use super::{
    private::Private,
    problem::{Misread, Problem, Thing},
};
use crate::{
    access::By,
    action::Kinds,
    store::{
        ActionFilter, AskedBy, BULK_MAX, BulkAct, BulkAnswer, BulkRecord, BulkState, EventFilter, FateFilter,
    },
};

/// What is meant. The limits of the filters say nothing here.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// Failed actions that are to be tried again.
    Retries(ActionFilter, AskedBy),
    /// Events that are to be replayed.
    Replays(EventFilter, FateFilter),
}

/// Prepares it: finds what is meant, the newest of it up to `most` where somebody says so. Nothing is done yet.
pub(super) async fn prepare(
    private: &Private,
    wanted: &Wanted,
    only: Kinds,
    most: Option<u32>,
    by: &By,
) -> Result<BulkRecord, Problem> {
    let Ok(_turn) = private.heavy.try_acquire() else { return Err(Problem::Busy) };
    let most =
        most.map_or(BULK_MAX + 1, |most| usize::try_from(most).unwrap_or(usize::MAX).min(BULK_MAX + 1));
    let store = &private.context.store;
    let (act, ids) = match wanted {
        Wanted::Retries(filter, AskedBy::Anyone) => {
            (BulkAct::Retry, store.failed_ids(filter, only, most).await?)
        }
        Wanted::Retries(filter, by) => {
            (BulkAct::Retry, store.failed_ids_by_rule(filter, (by, only), most).await?)
        }
        Wanted::Replays(filter, fate) => (BulkAct::Replay, store.event_ids(filter, fate, most).await?),
    };
    if ids.len() > BULK_MAX {
        return Err(Misread::TooMany { most: BULK_MAX }.into());
    }
    these(private, act, only, ids, by).await
}

/// Prepares it for these.
pub(super) async fn these(
    private: &Private,
    act: BulkAct,
    only: Kinds,
    ids: Vec<i64>,
    by: &By,
) -> Result<BulkRecord, Problem> {
    match private.context.store.prepare_bulk(act, only, ids, by, private.now_ms()).await? {
        BulkAnswer::Stands(record) => Ok(record),
        BulkAnswer::TooManyRunning => Err(Problem::TooManyBulks),
        BulkAnswer::Missing => Err(Problem::Internal("prepare an act on many")),
    }
}

/// Starts it. Whoever starts it twice has started it once; what is cancelled stays so.
pub(super) async fn start(private: &Private, id: i64, by: &By) -> Result<BulkRecord, Problem> {
    let record = match private.context.store.start_bulk(id, by, private.now_ms()).await? {
        BulkAnswer::Stands(record) => record,
        BulkAnswer::TooManyRunning => return Err(Problem::TooManyBulks),
        BulkAnswer::Missing => return Err(missing(id)),
    };
    if record.state == BulkState::Cancelled {
        return Err(Problem::BulkCancelled { id });
    }
    private.waker.wake();
    Ok(record)
}

/// Cuts it short. One that has ended stays as it is.
pub(super) async fn cancel(private: &Private, id: i64, by: &By) -> Result<BulkRecord, Problem> {
    let cancelled = private.context.store.cancel_bulk(id, by, private.now_ms()).await?;
    cancelled.ok_or_else(|| missing(id))
}

/// How it stands.
pub(super) async fn show(private: &Private, id: i64) -> Result<BulkRecord, Problem> {
    private.context.store.bulk(id).await?.ok_or_else(|| missing(id))
}

fn missing(id: i64) -> Problem {
    Problem::NotFound { thing: Thing::Bulk, id: id.to_string() }
}

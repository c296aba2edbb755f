//! What becomes of those that an act on many has given out.

use std::collections::HashMap;

use super::bulk::{BulkAct, BulkWhy};
use crate::{
    action::{ReasonCode, Status},
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, row},
        record::event::EventStatus,
    },
};

/// What became of one that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkEnd {
    /// It has not been tried yet.
    Open,
    /// It was tried, and is tried again by itself.
    Waiting,
    /// It went well.
    Done,
    /// It came to nothing.
    Failed(BulkWhy),
}

impl Store {
    /// What has become of those so far, in the order in which they are given.
    pub async fn bulk_ends(&self, act: BulkAct, ids: &[i64]) -> Result<Vec<(i64, BulkEnd)>> {
        let mut tx = self.backend().read().await?;
        let mut ends = HashMap::new();
        for chunk in ids.chunks(ROWS_MAX) {
            match act {
                BulkAct::Retry => ends.extend(ends_of_retries(&mut tx, chunk).await?),
                BulkAct::Replay => ends.extend(ends_of_replays(&mut tx, chunk).await?),
            }
        }
        tx.commit().await?;
        let missing = BulkEnd::Failed(BulkWhy::Missing);
        Ok(ids.iter().map(|id| (*id, ends.get(id).copied().unwrap_or(missing))).collect())
    }
}

static RETRIES: Multirow = Multirow::new(
    &["id"],
    "SELECT action.id, action.status, action.attempts > action.attempts_before_retry
     FROM v JOIN action ON action.id = v.id",
);

async fn ends_of_retries(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, BulkEnd)>> {
    let (text, places) = RETRIES.text(tx, ids.len());
    let rows = on!(tx, "look what became of retries", |c| {
        let mut select = sqlx::query_as::<_, (i64, String, bool)>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    let end = |(id, status, tried): (i64, String, bool)| {
        let end = match read_name("action", "status", id, &status)? {
            Status::Done | Status::Skipped => BulkEnd::Done,
            Status::Failed | Status::Expired => BulkEnd::Failed(BulkWhy::Failed),
            Status::Pending if tried => BulkEnd::Waiting,
            Status::Pending | Status::Running => BulkEnd::Open,
        };
        Ok((id, end))
    };
    rows.into_iter().map(end).collect()
}

static REPLAYS: Multirow = Multirow::new(
    &["id"],
    "SELECT event.id, event.status, a.status AS action_status, a.code, COALESCE(a.attempts, 0) > 0 AS tried
     FROM v JOIN event ON event.id = v.id LEFT JOIN action a ON a.event_id = event.id AND a.run = event.run",
);

row! {
    struct ReplayRow {
        id: i64,
        status: String,
        action_status: Option<String>,
        code: Option<String>,
        tried: bool,
    }
}

/// A welcome that is not sent because its time was over before it was replayed is what was to be expected.
async fn ends_of_replays(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, BulkEnd>> {
    let (text, places) = REPLAYS.text(tx, ids.len());
    let rows = on!(tx, "look what became of replays", |c| {
        let mut select = sqlx::query_as::<_, ReplayRow>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    let mut ends = HashMap::new();
    for row in rows {
        let of_event: EventStatus = read_name("event", "status", row.id, &row.status)?;
        let of_action = row.action_status.as_deref();
        let of_action = of_action.map(|name| read_name("action", "status", row.id, name)).transpose()?;
        let untried = row.code.as_deref() == Some(ReasonCode::ExpiredUntried.as_str());
        let end = match of_action {
            _ if of_event == EventStatus::Received => BulkEnd::Open,
            Some(Status::Failed) => BulkEnd::Failed(BulkWhy::Failed),
            Some(Status::Expired) if !untried => BulkEnd::Failed(BulkWhy::Failed),
            Some(Status::Pending) if row.tried => BulkEnd::Waiting,
            Some(Status::Pending | Status::Running) => BulkEnd::Open,
            Some(Status::Done | Status::Skipped | Status::Expired) | None => BulkEnd::Done,
        };
        let of_all = ends.entry(row.id).or_insert(end);
        if weight(end) > weight(*of_all) {
            *of_all = end;
        }
    }
    Ok(ends)
}

/// Which of the ends of its actions is that of an event: the one that has most to be seen to.
fn weight(end: BulkEnd) -> u8 {
    match end {
        BulkEnd::Done => 0,
        BulkEnd::Waiting => 1,
        BulkEnd::Failed(_) => 2,
        BulkEnd::Open => 3,
    }
}

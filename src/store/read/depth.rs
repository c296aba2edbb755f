//! How much is left to do.

use serde::Serialize;

use crate::{
    action::Kind,
    store::{
        Store,
        backend::{Result, on, read_name, row},
    },
};

/// How much is left to do. Counts only what is unfinished, so it costs as little with millions of events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// Events that are stored and not yet planned.
    pub unplanned: i64,
    /// When the oldest of them arrived.
    pub oldest_unplanned_ms: Option<i64>,
    /// Actions that are not finished, by the name of their kind.
    pub actions: Vec<DepthOfKind>,
}

/// How many actions of one kind are unfinished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DepthOfKind {
    /// The kind of action.
    pub kind: Kind,
    /// How many wait for their turn or their next try.
    pub pending: i64,
    /// How many are being performed.
    pub running: i64,
    /// Since when the oldest has been due.
    pub oldest_due_ms: Option<i64>,
}

row! {
    struct DepthRow {
        kind: String,
        pending: i64,
        running: i64,
        oldest_due_ms: Option<i64>,
        /// One of them, for the message about a kind that cannot be read.
        first_id: i64,
    }
}

impl Store {
    /// How much is left to do.
    pub async fn depth(&self) -> Result<Depth> {
        let mut tx = self.backend().read().await?.for_a_search();
        let (unplanned, oldest_unplanned_ms) =
            on!(tx, "count unplanned events", |c| sqlx::query_as::<_, (i64, Option<i64>)>(
                "SELECT count(*), min(received_at_ms) FROM event WHERE status = 'received'"
            )
            .fetch_one(c))?;
        let rows = on!(tx, "count unfinished actions", |c| sqlx::query_as::<_, DepthRow>(
            "SELECT kind, count(*) FILTER (WHERE status = 'pending') AS pending,
                    count(*) FILTER (WHERE status = 'running') AS running, min(due_ms) AS oldest_due_ms,
                    min(id) AS first_id
             FROM action WHERE status IN ('pending', 'running') GROUP BY kind ORDER BY kind"
        )
        .fetch_all(c))?;
        tx.commit().await?;
        let of_kind = |DepthRow { kind, pending, running, oldest_due_ms, first_id }| {
            let kind = read_name("action", "kind", first_id, &kind)?;
            Ok(DepthOfKind { kind, pending, running, oldest_due_ms })
        };
        let actions = rows.into_iter().map(of_kind).collect::<Result<_>>()?;
        Ok(Depth { unplanned, oldest_unplanned_ms, actions })
    }

    /// When the app's newest event happened, in Unix seconds, of those that did not happen in the future; none without
    /// any. One look into the index of the events' identity, however many there are.
    pub async fn last_event_s(&self, app: &str, now_ms: i64) -> Result<Option<i64>> {
        let mut tx = self.backend().read().await?;
        let (last,) = on!(tx, "find the newest event", |c| sqlx::query_as::<_, (Option<i64>,)>(
            "SELECT max(create_time_s) FROM event WHERE app = $1 AND create_time_s <= $2"
        )
        .bind(app)
        .bind(now_ms / 1_000)
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(last)
    }
}

//! Takes old events out of the record: those that are settled, a few at a time, so that whoever stores an event meanwhile waits
//! for a few milliseconds at most.

use serde::Serialize;

use super::past::{self, TakenOut};
use crate::{
    access::{Act, By},
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Dialect, Result, on},
    },
};

/// How many events one step takes: some milliseconds on SQLite, where nobody else writes meanwhile.
pub const PRUNED_AT_ONCE: u32 = 16;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// These are gone; the next step goes on with what was received at this instant or later.
    More {
        /// How much it was.
        taken: TakenOut,
        /// Where the next step begins.
        from_ms: i64,
    },
    /// These are gone, and there are no more.
    Through(TakenOut),
    /// Another process takes events out at this moment.
    Busy,
}

/// What would be pruned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prunable {
    /// What goes.
    #[serde(flatten)]
    pub taken: TakenOut,
    /// Events that are as old and stay, because something is still to be done for them or for their customer.
    pub unsettled: u64,
}

/// Whether an event may go: it is settled, and nothing is under way for its customer. So the history of a customer goes from its
/// beginning on, and what is asked of the rest is answered as before.
macro_rules! may_go {
    () => {
        "(e.status = 'settled'
          AND NOT EXISTS (SELECT 1 FROM event u WHERE u.external_user_id = e.external_user_id AND u.status = 'planned'
                          AND u.status <> 'received'))"
    };
}

macro_rules! old {
    ($lock:literal) => {
        concat!(
            "SELECT e.id, e.received_at_ms FROM event e WHERE e.received_at_ms >= $1 AND e.received_at_ms < $2 AND ",
            may_go!(),
            " ORDER BY e.received_at_ms, e.id LIMIT $3 ",
            $lock
        )
    };
}

/// What there is to prune, counted; with what it hangs on.
macro_rules! counted {
    ($what:literal, $joined:literal) => {
        concat!("SELECT ", $what, " FROM event e ", $joined, " WHERE e.received_at_ms < $1 AND ", may_go!())
    };
}

/// Differs because SQLite has one writer: nobody else can begin a replay of one of them meanwhile.
const OLD: Dialect = Dialect { sqlite: old!(""), postgres: old!("FOR UPDATE OF e SKIP LOCKED") };

impl Store {
    /// Takes out the next few settled events that were received before an instant, the oldest first, beginning with those that
    /// were received at `from_ms`.
    pub async fn prune_step(&self, from_ms: i64, before_ms: i64, now_ms: i64) -> Result<Pruned> {
        let mut tx = self.backend().begin().await?;
        if !past::try_lock(&mut tx).await? {
            tx.rollback().await?;
            return Ok(Pruned::Busy);
        }
        let text = tx.text(&OLD);
        let rows = on!(tx, "look for old events", |c| sqlx::query_as::<_, (i64, i64)>(text)
            .bind(from_ms)
            .bind(before_ms)
            .bind(i64::from(PRUNED_AT_ONCE))
            .fetch_all(c))?;
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let taken = past::take_out(&mut tx, &ids, true, now_ms).await?;
        tx.commit().await?;
        let is_full = u32::try_from(rows.len()).is_ok_and(|rows| rows >= PRUNED_AT_ONCE);
        Ok(match rows.last() {
            Some((_, from_ms)) if is_full => Pruned::More { taken, from_ms: *from_ms },
            _ => Pruned::Through(taken),
        })
    }

    /// How much would be pruned.
    pub async fn prunable(&self, before_ms: i64) -> Result<Prunable> {
        let mut tx = self.backend().read().await?.for_a_search();
        let (events, unsettled) = on!(tx, "count old events", |c| sqlx::query_as::<_, (i64, i64)>(concat!(
            "SELECT count(*) FILTER (WHERE ",
            may_go!(),
            "), count(*) FILTER (WHERE NOT ",
            may_go!(),
            ") FROM event e WHERE e.received_at_ms < $1"
        ))
        .bind(before_ms)
        .fetch_one(c))?;
        let (actions,) = on!(tx, "count what was done for them", |c| sqlx::query_as::<_, (i64,)>(counted!(
            "count(*)",
            "JOIN action a ON a.event_id = e.id"
        ))
        .bind(before_ms)
        .fetch_one(c))?;
        let (attempts,) = on!(tx, "count the calls that were made for them", |c| {
            sqlx::query_as::<_, (i64,)>(counted!(
                "count(*)",
                "JOIN action a ON a.event_id = e.id JOIN attempt t ON t.action_id = a.id"
            ))
            .bind(before_ms)
            .fetch_one(c)
        })?;
        tx.commit().await?;
        let [events, actions, attempts, unsettled] =
            [events, actions, attempts, unsettled].map(|count| u64::try_from(count).unwrap_or(0));
        Ok(Prunable { taken: TakenOut { events, actions, attempts }, unsettled })
    }

    /// Writes the line of the audit about what somebody has pruned.
    pub async fn note_pruned(&self, before: &str, taken: &TakenOut, by: &By, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        let what = taken.to_string();
        let line = AuditLine { by, act: Act::Pruned, target: before, before: None, after: Some(&what) };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await
    }
}

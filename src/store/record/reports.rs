//! Gives reports to this process: notices by themselves, and forwards receiver by receiver.
//!
//! A receiver that hangs may have thousands of forwards waiting for it, all of them due. So the sweep goes through the
//! index from one receiver to the next, and takes for each as many as this process has room for.

use super::{
    claim::sweep,
    lease::{Claimed, LEASE_MS, load},
};
use crate::store::{
    Store,
    backend::{Dialect, ROWS_MAX, Result, on},
    processes::ProcessId,
};

impl Store {
    /// Leases to this process notices that are due and that no living process holds, at most 128. Those that have been due
    /// longest come first.
    pub async fn sweep_notices(&self, me: ProcessId, now_ms: i64, limit: usize) -> Result<Vec<Claimed>> {
        self.sweep(&[(&SWEEP_NOTICES, LEASE_MS)], me, now_ms, limit).await
    }

    /// Leases to this process forwards that are due and that no living process holds, for each receiver as many as there is
    /// `room` for, so that a receiver that hangs does not hold up the others. `room` is asked once for each receiver for
    /// which forwards wait.
    pub async fn sweep_forwards(
        &self,
        me: ProcessId,
        now_ms: i64,
        room: impl Fn(&str) -> usize + Send,
    ) -> Result<Vec<Claimed>> {
        let waiting: Vec<(String, i64)> = self
            .receivers()
            .await?
            .into_iter()
            .map(|receiver| {
                let room = i64::try_from(room(&receiver).min(ROWS_MAX)).unwrap_or(0);
                (receiver, room)
            })
            .filter(|(_, room)| *room > 0)
            .collect();
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let term = self.standing().term();
        let mut tx = self.backend().begin().await?;
        let text = tx.text(&SWEEP_FORWARDS);
        let mut ids: Vec<i64> = Vec::new();
        for (receiver, room) in &waiting {
            let rows = on!(tx, "sweep forwards", |c| sqlx::query_as::<_, (i64,)>(text)
                .bind(now_ms)
                .bind(room)
                .bind(me.id())
                .bind(LEASE_MS)
                .bind(receiver)
                .fetch_all(c))?;
            ids.extend(rows.into_iter().map(|(id,)| id));
        }
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(ROWS_MAX) {
            rows.append(&mut load(&mut tx, ids).await?);
        }
        tx.commit().await?;
        let mut claimed = self.claimed(rows, term, now_ms).await?;
        claimed.sort_by_key(|action| (action.first_due_ms, action.action_id));
        Ok(claimed)
    }

    /// The addresses for which forwards wait.
    async fn receivers(&self) -> Result<Vec<String>> {
        let mut tx = self.backend().read().await?;
        let receivers =
            on!(tx, "look who waits for forwards", |c| sqlx::query_as::<_, (String,)>(RECEIVERS)
                .bind(RECEIVERS_MAX)
                .fetch_all(c))?;
        tx.commit().await?;
        Ok(receivers.into_iter().map(|(receiver,)| receiver).collect())
    }
}

macro_rules! sweep_notices {
    ($lock:literal) => {
        sweep!("a.deadline_ms IS NULL AND a.kind = 'notify'", "a.due_ms, a.id", "$1 + $4", $lock)
    };
}

macro_rules! sweep_forwards {
    ($lock:literal) => {
        sweep!(
            "a.deadline_ms IS NULL AND a.kind = 'forward' AND a.receiver = $5",
            "a.due_ms, a.id",
            "$1 + $4",
            $lock
        )
    };
}

/// How many receivers a sweep looks at: as many as one version of the rules can name (2,000 rules of ten forwards). Each of
/// them costs one step in the index, and one statement where there is room for its forwards.
const RECEIVERS_MAX: i64 = 20_000;

// Steps through the index from one receiver to the next, however many forwards wait for each.
const RECEIVERS: &str = "WITH RECURSIVE waiting (receiver) AS (
         SELECT min(a.receiver) FROM action a
         WHERE a.status IN ('pending', 'running') AND a.deadline_ms IS NULL AND a.kind = 'forward'
         UNION ALL
         SELECT (SELECT min(a.receiver) FROM action a
                 WHERE a.status IN ('pending', 'running') AND a.deadline_ms IS NULL AND a.kind = 'forward'
                   AND a.receiver > waiting.receiver)
         FROM waiting WHERE waiting.receiver IS NOT NULL)
     SELECT receiver FROM waiting WHERE receiver IS NOT NULL LIMIT $1";

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
pub(in crate::store) const SWEEP_NOTICES: Dialect =
    Dialect { sqlite: sweep_notices!(""), postgres: sweep_notices!("FOR UPDATE OF a SKIP LOCKED") };

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
pub(in crate::store) const SWEEP_FORWARDS: Dialect =
    Dialect { sqlite: sweep_forwards!(""), postgres: sweep_forwards!("FOR UPDATE OF a SKIP LOCKED") };

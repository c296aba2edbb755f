//! Whether the database takes what a callback asks of it: a write that is undone again.
//!
//! A database that answers questions may take nothing: its disk is full, its file is damaged, somebody holds a lock. So the
//! rows of an event, an action and an attempt are written, as large as those of many callbacks, and rolled back. They
//! have negative ids, so that no number is used up, and nobody ever sees them.

use super::{
    Store,
    backend::{Result, run},
    processes::ProcessId,
};

/// As many bytes as the events of a busy second: where there is no room for these, there is soon none for one.
const PAYLOAD_BYTES: usize = 65_536;

/// What a probe is made of.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// An app of the settings: the row lands in the index where its next event will.
    pub app: &'a str,
    /// Where in the index it lands beyond that.
    pub digest: [u8; 32],
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
}

impl Store {
    /// Writes what a callback needs, and undoes it. Fails within seconds where the database does not take it.
    pub async fn probe(&self, me: ProcessId, probe: &Probe<'_>) -> Result<()> {
        let id = -me.id();
        let mut tx = self.backend().begin_probe().await?;
        run!(tx, "store an event", |c| {
            sqlx::query(
            "INSERT INTO event (id, app, create_time_s, digest, event, happened_at_ms, received_at_ms, payload, deliveries,
                                status, run, unfinished, rules, lease_epoch)
             VALUES ($1, $2, $3, $4, 'probe', $5, $5, $6, 1, 'received', 0, 0, '[]', 1)"
        )
        .bind(id)
        .bind(probe.app)
        .bind(probe.now_ms.div_euclid(1_000))
        .bind(probe.digest.as_slice())
        .bind(probe.now_ms)
        .bind(vec![0_u8; PAYLOAD_BYTES])
        .execute(c)
        })?;
        run!(tx, "store an action", |c| {
            sqlx::query(
            "INSERT INTO action (id, event_id, run, kind, ordinal, status, request, first_due_ms, due_ms, attempts,
                                 attempts_before_retry, earlier_lost, lease_epoch, created_at_ms)
             VALUES ($1, $1, 0, 'tag', 0, 'pending', '{}', $2, $2, 0, 0, $3, 0, $2)"
        )
        .bind(id)
        .bind(probe.now_ms)
        .bind(false)
        .execute(c)
        })?;
        run!(tx, "store an attempt", |c| {
            sqlx::query(
            "INSERT INTO attempt (action_id, number, at_ms, took_ms, errmsg, lost) VALUES ($1, 1, $2, 0, '', $3)"
        )
        .bind(id)
        .bind(probe.now_ms)
        .bind(false)
        .execute(c)
        })?;
        // No row has this id: it only shows that the table may be written to.
        run!(tx, "say that this process is alive", |c| sqlx::query(
            "UPDATE process SET alive_until_ms = alive_until_ms WHERE id = $1"
        )
        .bind(id)
        .execute(c))?;
        tx.rollback().await
    }
}

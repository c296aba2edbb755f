//! How long WeCom waited for each 200. That is known only after the commit that it waited for, so it goes into the record
//! with the event's next write, which is the end of an action as a rule, and otherwise by itself within seconds.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::store::{
    Store,
    backend::{Backend, Multirow, ROWS_MAX, Result, padded, run},
};

/// Of how many events it is remembered until it is written: a burst of ten thousand customers, in a quarter of a megabyte.
/// Of further ones the record does not say it.
const WAITING_MAX: usize = 16_384;

const WRITTEN_EVERY: Duration = Duration::from_secs(1);

/// How many batches are written at a time, each a transaction of its own: some milliseconds a second, in which no event that
/// arrives waits for long.
const BATCHES_AT_A_TIME: usize = 8;

/// What is not in the record yet: microseconds, by event. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Acked(Arc<Mutex<BTreeMap<i64, i64>>>);

impl Store {
    /// Notes how long WeCom waited for the 200 of an event that this process has accepted.
    pub fn note_acked(&self, event_id: i64, took: Duration) {
        let mut waiting = self.0.acked.waiting();
        if waiting.len() < WAITING_MAX {
            waiting.insert(event_id, i64::try_from(took.as_micros()).unwrap_or(i64::MAX));
        }
    }
}

impl Acked {
    /// What is noted of an event.
    pub(in crate::store) fn of(&self, event_id: i64) -> Option<i64> {
        self.waiting().get(&event_id).copied()
    }

    /// It stands in the record.
    pub(in crate::store) fn is_written(&self, event_id: i64) {
        self.waiting().remove(&event_id);
    }

    /// Writes down what nothing else has taken along, until the store is closed.
    pub(in crate::store) async fn write(self, backend: Arc<Backend>, closing: CancellationToken) {
        loop {
            let ends = tokio::select! {
                () = closing.cancelled() => true,
                // Not by the clock of the process: it is the database that is spared.
                () = tokio::time::sleep(WRITTEN_EVERY) => false,
            };
            for _ in 0..BATCHES_AT_A_TIME {
                let batch: Vec<(i64, i64)> =
                    self.waiting().iter().take(ROWS_MAX).map(|(id, took)| (*id, *took)).collect();
                // A database that is away is reported by the heartbeat, and what waits goes on waiting.
                if batch.is_empty() || write(&backend, &batch).await.is_err() {
                    break;
                }
                let mut waiting = self.waiting();
                for (event_id, _) in batch {
                    waiting.remove(&event_id);
                }
            }
            if ends {
                return;
            }
        }
    }

    /// Nothing panics while it holds the lock.
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<i64, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

static WRITE: Multirow = Multirow::new(
    &["id", "acked_after_us"],
    "UPDATE event SET acked_after_us = v.acked_after_us FROM v
     WHERE event.id = v.id AND event.acked_after_us IS NULL",
);

async fn write(backend: &Backend, batch: &[(i64, i64)]) -> Result<()> {
    let mut tx = backend.single().await?;
    let (text, places) = WRITE.text(&tx, batch.len());
    run!(tx, "record how long acks took", |c| {
        let mut update = sqlx::query(text);
        for row in padded(batch, places) {
            update = update.bind(row.map(|(id, _)| *id)).bind(row.map(|(_, took)| *took));
        }
        update.execute(c)
    })?;
    tx.commit().await
}

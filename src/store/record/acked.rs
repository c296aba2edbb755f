//! How long WeCom waited for each 200. That is known only after the commit that it waited for, so it goes into the record
//! with the event's next write, which is the end of an action as a rule, and otherwise by itself within seconds.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::store::{
    Store,
    backend::{Backend, Multirow, ROWS_MAX, Result, on, padded},
};

/// Of how many events it is remembered until it is written: a burst of ten thousand customers, in a quarter of a megabyte.
/// Of further ones the record does not say it.
const WAITING_MAX: usize = 16_384;

const WRITTEN_EVERY: Duration = Duration::from_secs(1);

/// How many batches are written at a time, each a transaction of its own: some milliseconds a second, in which no event that
/// arrives waits for long.
const BATCHES_AT_A_TIME: usize = 8;

/// How often is tried to write what was noted of an event. A row that somebody else is writing to is free in a moment; one that is
/// still not found then is not there any more.
const TRIES_MAX: u8 = 30;

/// What is not in the record yet, by event. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Acked(Arc<Mutex<BTreeMap<i64, Noted>>>);

/// What is noted of an event.
#[derive(Clone, Copy, Debug)]
struct Noted {
    took_us: i64,
    /// How often it was not found, or not free.
    tries: u8,
}

impl Store {
    /// Notes how long WeCom waited for the 200 of an event that this process has accepted.
    pub fn note_acked(&self, event_id: i64, took: Duration) {
        let mut waiting = self.0.acked.waiting();
        if waiting.len() < WAITING_MAX {
            let took_us = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
            waiting.insert(event_id, Noted { took_us, tries: 0 });
        }
    }
}

impl Acked {
    /// What is noted of an event.
    pub(in crate::store) fn of(&self, event_id: i64) -> Option<i64> {
        self.waiting().get(&event_id).map(|noted| noted.took_us)
    }

    /// It stands in the record now.
    pub(in crate::store) fn forget(&self, event_id: i64) {
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
            let mut from = i64::MIN;
            for _ in 0..BATCHES_AT_A_TIME {
                let batch = self.batch(from);
                let Some((last, _)) = batch.last() else { break };
                from = last.saturating_add(1);
                // A database that is away is reported by the heartbeat, and what waits goes on waiting.
                let Ok(written) = write(&backend, &batch).await else { break };
                self.settle(&batch, &written);
            }
            if ends {
                return;
            }
        }
    }

    /// A batch of what waits, from this event on.
    fn batch(&self, event_id: i64) -> Vec<(i64, i64)> {
        self.waiting().range(event_id..).take(ROWS_MAX).map(|(id, noted)| (*id, noted.took_us)).collect()
    }

    /// Those that are written are forgotten, and so is what was tried too often.
    fn settle(&self, batch: &[(i64, i64)], written: &[i64]) {
        let written: HashSet<i64> = written.iter().copied().collect();
        let mut waiting = self.waiting();
        for (event_id, _) in batch {
            let is_over = match waiting.get_mut(event_id) {
                _ if written.contains(event_id) => true,
                Some(noted) => {
                    noted.tries += 1;
                    noted.tries >= TRIES_MAX
                }
                None => false,
            };
            if is_over {
                waiting.remove(event_id);
            }
        }
    }

    /// Nothing panics while it holds the lock.
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<i64, Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(in crate::store) static WRITE: Multirow = Multirow::new(
    &["id", "acked_after_us"],
    "UPDATE event SET acked_after_us = COALESCE(event.acked_after_us, v.acked_after_us) FROM v
     WHERE event.id = v.id RETURNING event.id",
);

/// Differs because SQLite has one writer. On PostgreSQL somebody else may be writing to these rows, in an order of their own;
/// waiting for them, and having them wait, would be a deadlock.
pub(in crate::store) static WRITE_FREE: Multirow = Multirow::new(
    &["id", "acked_after_us"],
    "UPDATE event SET acked_after_us = COALESCE(event.acked_after_us, v.acked_after_us) FROM v
     WHERE event.id = v.id
       AND event.id IN (SELECT free.id FROM event free WHERE free.id IN (SELECT v.id FROM v) FOR UPDATE SKIP LOCKED)
     RETURNING event.id",
);

/// Writes them down, and returns for which events that was done: a row that is being written to has to wait.
async fn write(backend: &Backend, batch: &[(i64, i64)]) -> Result<Vec<i64>> {
    let mut tx = backend.single().await?;
    let write = if tx.is_postgres() { &WRITE_FREE } else { &WRITE };
    let (text, places) = write.text(&tx, batch.len());
    let written = on!(tx, "record how long acks took", |c| {
        let mut update = sqlx::query_as::<_, (i64,)>(text);
        for row in padded(batch, places) {
            update = update.bind(row.map(|(id, _)| *id)).bind(row.map(|(_, took)| *took));
        }
        update.fetch_all(c)
    })?;
    tx.commit().await?;
    Ok(written.into_iter().map(|(id,)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_found_is_not_written_for_ever() {
        let acked = Acked::default();
        for event_id in [1, 2] {
            acked.waiting().insert(event_id, Noted { took_us: 5, tries: 0 });
        }
        for _ in 1..TRIES_MAX {
            acked.settle(&acked.batch(0), &[]);
        }
        assert_eq!((acked.of(1), acked.of(2)), (Some(5), Some(5)), "a row that is busy is waited for");
        // The row that was free at last, and the event that was pruned meanwhile.
        acked.settle(&acked.batch(0), &[1]);
        assert!(acked.batch(0).is_empty());
    }
}

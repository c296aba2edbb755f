//! Keeps the last refused callbacks, beside the way of events. The address is public: whoever floods it costs a push into
//! a short queue in memory for each request, and the database one small transaction a second, however many come.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use tracing::debug;

use crate::{
    refusal::RefusalClass,
    shutdown::Shutdown,
    store::{REFUSED_KEPT, RefusedCallback, Store},
    telemetry::chain,
};

/// How often is written at most: the first refusal is there at once, for whoever looks while setting up, and of a flood
/// the last twenty of each app once a second.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);

/// How long a writing may take, at the end as well: what is not written is a hint that is lost, and no event.
const WRITTEN_WITHIN: Duration = Duration::from_secs(2);

/// So much is kept of the name of an app that is not there; names in the settings are shorter.
const NAME_CHARS_MAX: usize = 64;

/// What waits to be written. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    /// By app of the settings; without one, those for apps that are not there.
    refused: HashMap<Option<String>, VecDeque<RefusedCallback>>,
    verified: HashMap<String, i64>,
}

impl Refusals {
    /// A callback for an app of the settings was refused.
    pub fn refused(&self, callback: RefusedCallback) {
        let app = Some(callback.app.clone());
        self.push(app, callback);
    }

    /// A request came for an app that is not there.
    pub fn no_such_app(&self, name: &str, at_ms: i64, sender: Option<String>, signed: bool) {
        // It may hold anything, and somebody will read it on a page.
        let app =
            name.chars().take(NAME_CHARS_MAX).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
        let class = RefusalClass::NoSuchApp;
        self.push(None, RefusedCallback { app, class, at_ms, sender, signed });
    }

    /// The callback URL of an app of the settings was verified.
    pub fn verified(&self, app: &str, at_ms: i64) {
        self.waiting().verified.insert(app.to_owned(), at_ms);
        self.0.woken.notify_one();
    }

    fn push(&self, app: Option<String>, callback: RefusedCallback) {
        let mut waiting = self.waiting();
        let of_app = waiting.refused.entry(app).or_default();
        if of_app.len() >= REFUSED_KEPT {
            of_app.pop_front();
        }
        of_app.push_back(callback);
        drop(waiting);
        self.0.woken.notify_one();
    }

    /// Writes what comes until the end begins, and what is left then.
    pub async fn write(self, store: Store, shutdown: Shutdown) {
        loop {
            let ends = tokio::select! {
                () = shutdown.begun() => true,
                () = self.0.woken.notified() => false,
            };
            self.write_waiting(&store).await;
            if ends {
                return;
            }
            tokio::select! {
                () = shutdown.begun() => {}
                // Not by the clock of the process: it is the database that is spared.
                () = tokio::time::sleep(WRITTEN_EVERY) => {}
            }
        }
    }

    /// What cannot be written waits for the next second, as far as there is room beside what came meanwhile. A database that
    /// is away is reported by the heartbeat.
    async fn write_waiting(&self, store: &Store) {
        let taken = std::mem::take(&mut *self.waiting());
        let mut refused: Vec<RefusedCallback> = taken.refused.values().flatten().cloned().collect();
        refused.sort_by_key(|callback| callback.at_ms);
        let written = tokio::time::timeout(WRITTEN_WITHIN, async {
            for (app, at_ms) in &taken.verified {
                store.keep_verified(app, *at_ms).await?;
            }
            if refused.is_empty() { Ok(()) } else { store.keep_refused(&refused).await }
        });
        match written.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => debug!(error = %chain(&error), "Refused callbacks could not be kept yet"),
            Err(_) => debug!("Refused callbacks could not be kept yet: the database is slow"),
        }
        self.put_back(taken);
    }

    fn put_back(&self, taken: Waiting) {
        let mut waiting = self.waiting();
        for (app, older) in taken.refused {
            let newer = waiting.refused.entry(app).or_default();
            for callback in older.into_iter().rev() {
                if newer.len() < REFUSED_KEPT {
                    newer.push_front(callback);
                }
            }
        }
        for (app, at_ms) in taken.verified {
            waiting.verified.entry(app).or_insert(at_ms);
        }
        drop(waiting);
        self.0.woken.notify_one();
    }

    /// Nothing panics while it holds the lock.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_takes_no_more_memory_than_what_is_kept() {
        let refusals = Refusals::default();
        for n in 0..1_000 {
            let class = RefusalClass::Signature;
            refusals.refused(RefusedCallback {
                app: "default".into(),
                class,
                at_ms: n,
                sender: None,
                signed: true,
            });
            refusals.no_such_app(&format!("春\n{}{n}", "x".repeat(500)), n, None, false);
        }
        let waiting = refusals.waiting();
        assert_eq!(waiting.refused.len(), 2);
        let of_app = &waiting.refused[&Some("default".to_owned())];
        assert_eq!(of_app.iter().map(|one| one.at_ms).collect::<Vec<_>>(), (980..1_000).collect::<Vec<_>>());
        let strangers = &waiting.refused[&None];
        assert_eq!(strangers.len(), REFUSED_KEPT);
        assert!(strangers.iter().all(|one| one.app.len() == NAME_CHARS_MAX && one.app.starts_with("??x")));
    }

    #[test]
    fn what_could_not_be_written_waits_before_what_came_meanwhile() {
        let refusals = Refusals::default();
        let refuse = |at_ms: i64| {
            let (app, class) = ("default".to_owned(), RefusalClass::Signature);
            refusals.refused(RefusedCallback { app, class, at_ms, sender: None, signed: true });
        };
        (0..15).for_each(refuse);
        let taken = std::mem::take(&mut *refusals.waiting());
        (15..25).for_each(refuse);
        refusals.put_back(taken);
        let waiting = refusals.waiting();
        let kept: Vec<i64> =
            waiting.refused[&Some("default".to_owned())].iter().map(|one| one.at_ms).collect();
        assert_eq!(kept, (5..25).collect::<Vec<_>>());
    }
}

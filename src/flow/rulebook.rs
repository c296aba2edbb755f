//! The rules in force: compiled once per version, swapped whole, read without waiting.
//!
//! They are kept in the database, where `rules import` puts them, and looked for twice a second, so that every process
//! takes an import up within a second and without a restart. A version that this program cannot read is reported and
//! the last good one stays in force: a bad import must not silence every welcome.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use tracing::{error, info, warn};

use crate::{
    known::media::Shelf,
    rules::{Faults, Ruleset},
    shutdown::Shutdown,
    store::{self, Store},
    telemetry::Metrics,
};
use wecom_core::clock::Clock;

/// How often the database is asked for the version in force: one indexed read, half of the second that is promised.
const LOOKED_FOR_EVERY: Duration = Duration::from_millis(500);

/// The version of a database into which no rules have been imported; imported ones count from 1.
const NONE: i64 = 0;

/// The rules in force.
#[derive(Clone, Debug)]
pub struct Rulebook(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    metrics: Arc<Metrics>,
    shelf: Shelf,
    current: ArcSwap<Ruleset>,
    // The last version that was looked at, usable or not, so that a bad one is reported once.
    seen: AtomicI64,
}

/// Why the rules in the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not answer.
    #[error("the rules could not be read from the database")]
    Store(#[from] store::Error),
    /// They cannot be compiled by this version of the program.
    #[error(
        "version {version} of the rules in the database cannot be used by this program: {faults}\n\
         Import rules that it can use, or run the program that imported these"
    )]
    Unusable {
        /// Which one it is.
        version: i64,
        /// Why it does not compile.
        faults: Faults,
    },
}

impl Rulebook {
    /// Reads the rules in force, and onto the shelf the media ids of their files. With none imported yet it is empty,
    /// and says so.
    pub async fn open(store: Store, metrics: Arc<Metrics>, shelf: Shelf) -> Result<Self, Error> {
        let ruleset = read(&store).await?;
        let version = ruleset.version();
        shelf.load(version).await?;
        if version == NONE {
            warn!(
                "There are no rules yet, so no customer is greeted: write a file and run `wecom-greeter rules import FILE`"
            );
        } else {
            info!(rules.version = version, "Version {version} of the rules is in force");
            warn_of_nothing(&ruleset);
        }
        metrics.rules_version(version);
        let current = ArcSwap::from_pointee(ruleset);
        Ok(Self(Arc::new(Inner { store, metrics, shelf, current, seen: AtomicI64::new(version) })))
    }

    /// The rules in force at this moment.
    pub fn current(&self) -> Arc<Ruleset> {
        self.0.current.load_full()
    }

    /// Follows the database until the process ends.
    pub async fn follow(self, clock: Clock, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = shutdown.begun() => return,
                () = clock.sleep(LOOKED_FOR_EVERY) => {}
            }
            self.refresh().await;
        }
    }

    /// Looks once whether another version is in force, and takes it up.
    pub async fn refresh(&self) {
        // While the database is away the heartbeat and the intake say so loudly enough.
        let Ok(version) = self.0.store.active_version().await else { return };
        if version.unwrap_or(NONE) == self.0.seen.load(Ordering::Relaxed) {
            return;
        }
        match read(&self.0.store).await {
            Ok(ruleset) => {
                let version = ruleset.version();
                // Before the version is in force, so that its files have their ids from its first event on. If this fails,
                // it is tried again at the next look.
                if self.0.shelf.load(version).await.is_err() {
                    return;
                }
                self.0.seen.store(version, Ordering::Relaxed);
                self.0.metrics.rules_version(version);
                info!(rules.version = version, "Took up version {version} of the rules");
                warn_of_nothing(&ruleset);
                self.0.current.store(Arc::new(ruleset));
            }
            Err(error @ Error::Unusable { version, .. }) => {
                self.0.seen.store(version, Ordering::Relaxed);
                error!("{error}; the rules before it stay in force");
            }
            Err(Error::Store(_)) => {}
        }
    }
}

/// A file without a rule has no fault, and is seldom meant.
fn warn_of_nothing(ruleset: &Ruleset) {
    let version = ruleset.version();
    if ruleset.rules().next().is_none() {
        warn!(rules.version = version, "Version {version} has no rules in it, so no customer is greeted");
    }
}

async fn read(store: &Store) -> Result<Ruleset, Error> {
    match store.active_rules().await? {
        None => Ok(Ruleset::empty()),
        Some(stored) => Ruleset::stored(&stored.document, stored.version)
            .map_err(|faults| Error::Unusable { version: stored.version, faults }),
    }
}

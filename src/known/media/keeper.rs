//! Keeps the media ids of the rules in force fresh, in a server, for as long as it runs.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use tracing::{info, warn};

use super::{shelf::Shelf, uploader::Uploader};
use crate::{
    shutdown::Shutdown,
    store::{self, MediaKey},
    telemetry::{Lasting, Metrics, chain},
};
use wecom_core::clock::Clock;

/// How often the keeper looks whether something is due, or another process has uploaded something. A second, because a
/// server takes as long to take up new rules.
const LOOKED_FOR_EVERY: Duration = Duration::from_secs(1);

/// How often files are looked for that were brought and never named: they may wait for days, so an hour is nothing.
const FORGOTTEN_EVERY: Duration = Duration::from_hours(1);

/// How many files are uploaded at once. Each is in memory while it is sent, 40 MB at most, and the line is needed for
/// customers.
pub(crate) const UPLOADS_AT_ONCE: usize = 2;

/// Looks after the media ids on a [`Shelf`].
#[derive(Clone, Debug)]
pub struct Keeper {
    shelf: Shelf,
    uploader: Uploader,
    clock: Clock,
    shutdown: Shutdown,
    metrics: Arc<Metrics>,
    /// The database does not take part.
    away: Arc<Lasting>,
}

impl Keeper {
    /// A keeper of this shelf, for the corps of this uploader.
    pub fn new(
        shelf: Shelf,
        uploader: Uploader,
        clock: Clock,
        shutdown: Shutdown,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { shelf, uploader, clock, shutdown, metrics, away: Arc::default() }
    }

    /// Keeps them until the process ends.
    pub async fn run(self) {
        // Side by side, so that uploads of other processes are seen while one of ours is under way.
        tokio::join!(self.follow(), self.keep(), self.forget());
    }

    /// Takes away the files that somebody has brought and no rules have named.
    async fn forget(&self) {
        loop {
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(FORGOTTEN_EVERY) => {}
            }
            self.takes_part(&self.shelf.forget_old_files().await);
        }
    }

    async fn follow(&self) {
        loop {
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = self.clock.sleep(LOOKED_FOR_EVERY) => {}
            }
            // While the database is away the heartbeat says so loudly enough.
            let _ = self.shelf.refresh().await;
        }
    }

    async fn keep(&self) {
        loop {
            // An upload may take minutes, and one that is broken off costs nothing but another: its claim is void when this
            // process signs off.
            let look = async {
                self.look().await;
                self.shelf.changed().await;
            };
            tokio::select! {
                () = self.shutdown.begun() => return,
                () = look => {}
            }
        }
    }

    /// Uploads what is due now.
    async fn look(&self) {
        let due = self.shelf.due(self.uploader.corps());
        if !due.unwanted.is_empty() && !self.takes_part(&self.uploader.want(&due.unwanted).await) {
            return;
        }
        stream::iter(&due.now).for_each_concurrent(UPLOADS_AT_ONCE, |key| self.see_to(key)).await;
        for corp_id in self.uploader.corps() {
            let (missing, oldest_ms) = self.shelf.state(corp_id);
            self.metrics.media(corp_id, missing, oldest_ms);
        }
    }

    async fn see_to(&self, key: &MediaKey) {
        if self.takes_part(&self.uploader.see_to(key).await.map(drop)) {
            // In use from this moment on.
            drop(self.shelf.refresh().await);
        }
    }

    /// Whether the database took part. That it does not is told once, and once that it does again.
    fn takes_part(&self, done: &Result<(), store::Error>) -> bool {
        match done {
            Ok(()) if self.away.ends() => info!("Media ids are looked after again"),
            Err(error) if self.away.begins() => {
                warn!(error = %chain(error), "Media ids cannot be looked after while the database is away");
            }
            Ok(()) | Err(_) => {}
        }
        done.is_ok()
    }
}

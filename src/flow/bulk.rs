//! Works off acts on many: actions that are tried again, events that are replayed.
//!
//! A few at a time, so that customers of today are not in their way, and so that it is known what became of each; then
//! another has its turn, or another process. What is given out is done by the same ways as everything else: an action by
//! the sweep, an event by the planner. A process that is killed leaves what it gave out to whoever sweeps, and the counting
//! to whoever has the next turn.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tracing::{info, warn};

use super::{engine::Engine, planner::Received};
use crate::{
    store::{self, BulkAct, BulkEnd, BulkState, BulkTurn, ClaimedEvent},
    telemetry::{Lasting, chain},
};
use wecom_core::event::Event;

/// How many actions are given out at a time: a second's work, as five calls for one corp are made at once.
const RETRIES_AT_ONCE: usize = 50;

/// How many events are replayed at a time, as on the command line. A replay must not be in the way of the customers of
/// today.
const REPLAYS_AT_ONCE: usize = 8;

/// How long is waited for what becomes of them, at most. What takes longer waits for a receiver that hangs, and is left to
/// itself: a turn that went on would keep the others waiting.
const WAITED_MS: i64 = 25_000;

/// How often is looked what became of them: soon at first, as most take less than a second.
const LOOK_AGAIN: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
];

/// How often is looked whether there is something to do that another process was asked for, or left behind.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Whoever starts an act on many wakes who works it off. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// There is something to do.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Works them off in the name of an engine.
#[derive(Debug)]
pub struct Bulks {
    engine: Engine,
    waker: Waker,
    trouble: Lasting,
}

impl Bulks {
    /// By this engine, awake when that waker says so.
    pub fn new(engine: Engine, waker: Waker) -> Self {
        Self { engine, waker, trouble: Lasting::default() }
    }

    /// Works until the process ends.
    pub async fn run(self) {
        let engine = &self.engine;
        while !engine.shutdown.has_begun() {
            let more = engine.may_begin() && self.turn().await;
            if !more {
                tokio::select! {
                    () = engine.shutdown.begun() => return,
                    () = engine.clock.sleep(LOOK_EVERY) => {}
                    () = self.waker.0.notified() => {}
                }
            }
        }
    }

    /// One turn. Whether there was something to do.
    async fn turn(&self) -> bool {
        match self.try_turn().await {
            Ok(had_one) => {
                if self.trouble.ends() {
                    info!("Acts on many go on again");
                }
                had_one
            }
            Err(error) => {
                if self.trouble.begins() {
                    warn!(
                        error = %chain(&error),
                        "Acts on many do not go on; they are taken up again when the database answers"
                    );
                }
                false
            }
        }
    }

    async fn try_turn(&self) -> Result<bool, store::Error> {
        let engine = &self.engine;
        let Some(mut turn) = engine.store.claim_bulk(engine.process, engine.clock.now_ms()).await? else {
            return Ok(false);
        };
        let given_out = if turn.has_uncounted() {
            // By a process that has ended, or before the database went away.
            engine.store.bulk_uncounted(&turn).await?
        } else if turn.goes_on {
            // None where it was cancelled at this moment.
            self.give_out(&mut turn).await?.unwrap_or_default()
        } else {
            Vec::new()
        };
        let Some(ends) = self.ends(&turn, &given_out).await? else { return Ok(false) };
        let state = engine.store.count_bulk(&turn, &ends, engine.clock.now_ms()).await?;
        if state == Some(BulkState::Done) {
            info!(bulk.id = turn.id, "The {} of many, number {}, is through", turn.act, turn.id);
        }
        Ok(true)
    }

    /// Gives out the next few: their ids. `None`: it goes on no more.
    async fn give_out(&self, turn: &mut BulkTurn) -> Result<Option<Vec<i64>>, store::Error> {
        let engine = &self.engine;
        let now_ms = engine.clock.now_ms();
        match turn.act {
            BulkAct::Retry => {
                let ids = engine.store.give_out_retries(turn, RETRIES_AT_ONCE, now_ms).await?;
                if ids.is_some() {
                    // Not only when the next sweep looks by itself.
                    engine.sweep_once().await;
                }
                Ok(ids)
            }
            BulkAct::Replay => {
                let apps: Vec<&str> = engine.apps.iter().map(|app| app.name.as_str()).collect();
                let given_out = engine
                    .store
                    .give_out_replays(turn, REPLAYS_AT_ONCE, &apps, engine.process, now_ms)
                    .await?;
                let Some(events) = given_out else { return Ok(None) };
                let ids = events.iter().map(|claimed| claimed.lease.event_id).collect();
                for claimed in events {
                    self.plan(claimed).await;
                }
                Ok(Some(ids))
            }
        }
    }

    /// Has an event planned and performed in the background. Where there is no room for it, its lease runs out and a sweep
    /// takes it.
    async fn plan(&self, claimed: ClaimedEvent) {
        let planner = &self.engine.planner;
        let Some(admission) = planner.admit().await else { return };
        let event = Event::from_payload(&claimed.event.payload);
        planner.hand_over(Received { claimed, event }, admission);
    }

    /// Waits for what becomes of them. `None`: this process ends, and the next one counts.
    async fn ends(&self, turn: &BulkTurn, ids: &[i64]) -> Result<Option<Vec<(i64, BulkEnd)>>, store::Error> {
        let engine = &self.engine;
        let until_ms = engine.clock.steady_ms() + WAITED_MS;
        let mut pauses = LOOK_AGAIN.into_iter();
        loop {
            let ends = engine.store.bulk_ends(turn.act, ids).await?;
            let is_open = ends.iter().any(|(_, end)| *end == BulkEnd::Open);
            if !is_open || engine.clock.steady_ms() >= until_ms {
                return Ok(Some(ends));
            }
            let pause = pauses.next().unwrap_or(LOOK_AGAIN[LOOK_AGAIN.len() - 1]);
            tokio::select! {
                () = engine.shutdown.begun() => return Ok(None),
                () = engine.clock.sleep(pause) => {}
            }
        }
    }
}

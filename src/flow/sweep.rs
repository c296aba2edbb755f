//! Gives this process what nobody holds: what a crash, an overload or a long pause has left in the database.
//!
//! The fast way does without it: events and actions are handed on in memory. The sweep takes no more than this process
//! can begin on at once, and what it does not take another may.

use std::{collections::HashSet, sync::Arc, time::Duration};

use rand::RngExt as _;
use tracing::info;

use super::{
    context::Context,
    dispatch::Dispatcher,
    planner::{Planner, Received},
};
use crate::store::ClaimedEvent;
use wecom_core::event::Event;

/// How often the sweep looks, at the longest; jitter takes up to a third off, so that processes do not march in step.
const SWEEP_EVERY: Duration = Duration::from_millis(900);

/// How much the sweep claims at a time; the store gives no more. A full page is followed by the next at once.
const SWEEP_PAGE: usize = 128;

/// What the sweep claims even where this process has enough to do: welcomes come first in it, and have seconds.
const SWEEP_LEAST: usize = 16;

/// The pause before forwards are looked for again where their receivers take them faster than the sweep looks.
const FORWARDS_AGAIN: Duration = Duration::from_millis(50);

/// Looks for events and actions that no living process holds a lease of.
#[derive(Debug)]
pub(super) struct Sweep {
    context: Arc<Context>,
    planner: Planner,
    dispatcher: Dispatcher,
}

impl Sweep {
    pub(super) fn new(context: Arc<Context>, planner: Planner, dispatcher: Dispatcher) -> Self {
        Self { context, planner, dispatcher }
    }

    /// Looks every second until the process ends.
    pub(super) async fn run(self) {
        loop {
            self.once().await;
            let pause = SWEEP_EVERY.mul_f64(1.0 - rand::rng().random::<f64>() / 3.0);
            tokio::select! {
                () = self.context.shutdown.begun() => return,
                () = self.context.clock.sleep(pause) => {}
            }
        }
    }

    /// Brings forwards to whoever takes them faster than the sweep looks: a process holds a few for each address only.
    pub(super) async fn bring_forwards(self) {
        loop {
            tokio::select! {
                () = self.context.shutdown.begun() => return,
                () = self.dispatcher.drained() => {}
            }
            if self.context.may_begin() {
                self.forwards().await;
            }
            self.context.clock.sleep(FORWARDS_AGAIN).await;
        }
    }

    /// Looks once, and again at once for as long as there is a full page of something.
    pub(super) async fn once(&self) {
        // Where a part returns `None` the database is away, which the heartbeat reports.
        loop {
            if !self.context.may_begin() && !self.context.may_begin_within(SWEEP_EVERY).await {
                return;
            }
            if !self.context.store.standing().takes_over(&self.context.clock) {
                return;
            }
            let Some(actions) = self.actions().await else { return };
            let Some(notices) = self.notices().await else { return };
            self.forwards().await;
            let Some(events) = self.events().await else { return };
            let more = [events, actions, notices].contains(&SWEEP_PAGE);
            if !more || self.context.shutdown.has_begun() {
                return;
            }
        }
    }

    /// Takes up actions that are due, welcomes first. How many.
    async fn actions(&self) -> Option<usize> {
        let Context { store, clock, process, .. } = &*self.context;
        let room = self.dispatcher.room().clamp(SWEEP_LEAST, SWEEP_PAGE);
        let claimed = store.sweep_actions(*process, clock.now_ms(), room).await.ok()?;
        let count = claimed.len();
        if count > 0 {
            info!("Took up {count} actions that were due");
            self.dispatcher.take_over(claimed);
        }
        Some(count)
    }

    async fn notices(&self) -> Option<usize> {
        let Context { store, clock, process, .. } = &*self.context;
        let room = self.dispatcher.room_for_notices().min(SWEEP_PAGE);
        if room == 0 {
            return Some(0);
        }
        let claimed = store.sweep_notices(*process, clock.now_ms(), room).await.ok()?;
        let count = claimed.len();
        self.dispatcher.take_over(claimed);
        Some(count)
    }

    async fn forwards(&self) {
        let Context { store, clock, process, .. } = &*self.context;
        let room = |address: &str| self.dispatcher.room_at(address);
        let Ok(claimed) = store.sweep_forwards(*process, clock.now_ms(), room).await else { return };
        let receivers: HashSet<String> =
            claimed.iter().map(|claimed| claimed.action.receiver().to_owned()).collect();
        self.dispatcher.take_over(claimed);
        self.dispatcher.more_may_wait(&receivers);
    }

    /// Takes up events that were stored and not planned. How many.
    async fn events(&self) -> Option<usize> {
        let Context { store, clock, process, .. } = &*self.context;
        let room = self.planner.room().min(SWEEP_PAGE);
        let events = store.sweep_events(*process, clock.now_ms(), room).await.ok()?;
        let count = events.len();
        for claimed in events {
            self.plan(claimed).await?;
        }
        Some(count)
    }

    /// `None`: there are too many events already.
    async fn plan(&self, claimed: ClaimedEvent) -> Option<()> {
        info!(
            event.id = claimed.event.id,
            "Took up event {}, which was stored but not planned", claimed.event.id
        );
        let event = Event::from_payload(&claimed.event.payload);
        // There was room for it a moment ago; whoever took that since gives it back in milliseconds.
        let admission = self.planner.admit().await?;
        self.planner.hand_over(Received { claimed, event }, admission);
        Some(())
    }
}

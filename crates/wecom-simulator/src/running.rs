//! A running simulation: the state, its clock and its post. Whatever happens, happens here, one thing after the other:
//! an [`Act`] changes the state, then the callbacks about it are posted.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    acts::{Act, Happened, Outcome as _},
    error::Error,
    post::Post,
    time::Time,
    world::World,
};

/// The state with its clock and its post.
pub(crate) struct Running {
    world: Mutex<World>,
    pub(crate) clock: Arc<Time>,
    pub(crate) post: Arc<Post>,
    /// What is due next has changed.
    due: Notify,
}

impl Running {
    pub(crate) fn new(world: World, clock: Arc<Time>, post: Arc<Post>) -> Self {
        Self { world: Mutex::new(world), clock, post, due: Notify::new() }
    }

    /// The state, to read it. A panic elsewhere while it was held does not make it unusable: every change is whole
    /// before the next can begin.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state at this instant. Whoever waits for what is due next is woken if that has changed.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World, i64) -> T) -> T {
        let now_ms = self.clock.now_ms();
        let mut world = self.world();
        let next_ms = world.agenda.next_ms();
        let changed = change(&mut world, now_ms);
        if world.agenda.next_ms() != next_ms {
            self.due.notify_one();
        }
        changed
    }

    /// Lets something happen, and posts the callbacks about it.
    pub(crate) fn perform<A: Act>(&self, act: A) -> Result<A::Outcome, Error> {
        let happened = self.change(|world, now_ms| act.perform(world, now_ms))?;
        let Happened { mut outcome, notices, duplicates } = happened;
        outcome.set_deliveries(self.post.send_all(&notices, duplicates)?);
        Ok(outcome)
    }

    /// Lets something have happened at that instant, or now if it lies ahead. Nobody is called back about it.
    pub(crate) fn perform_before<A: Act>(&self, act: A, at_ms: i64) -> Result<A::Outcome, Error> {
        Ok(self.change(|world, now_ms| act.perform(world, at_ms.min(now_ms)))?.outcome)
    }

    /// Lets what is due happen; gives the numbers of the callbacks' deliveries.
    pub(crate) fn pass_time(&self) -> Vec<u64> {
        let notices = self.change(World::pass_time);
        // Where thousands of events are under way already these are lost, as they are when WeCom gives up.
        self.post.send_all(&notices, 0).unwrap_or_default()
    }

    /// The same if anything is due: what was due before a call of the API has happened before it.
    pub(crate) fn pass_time_if_due(&self) {
        let next_ms = self.world().agenda.next_ms();
        if next_ms.is_some_and(|next_ms| next_ms <= self.clock.now_ms()) {
            self.pass_time();
        }
    }

    /// Puts the clock ahead, and lets what has become due happen; gives the numbers of the callbacks' deliveries.
    pub(crate) fn forward(&self, by: Duration) -> Result<Vec<u64>, Error> {
        let notices = {
            // Held while the clock moves, so that `keep_time` cannot take what has become due: the deliveries are this
            // call's to report.
            let mut world = self.world();
            self.clock.forward(by)?;
            world.pass_time(self.clock.now_ms())
        };
        Ok(self.post.send_all(&notices, 0).unwrap_or_default())
    }

    /// Waits for each next thing that is due, and lets it happen. Ends with the simulator.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            let next_ms = self.world().agenda.next_ms();
            tokio::select! {
                () = self.due.notified() => {}
                () = self.clock.sleep_until(next_ms.unwrap_or(i64::MAX)), if next_ms.is_some() => {
                    self.pass_time();
                }
            }
        }
    }
}

//! The generator: sends callbacks at instants that are fixed ahead, or as fast as its connections allow.
//!
//! At a rate (open loop) the next callback is due whatever became of those before it, and its time counts from when it was
//! due. Where the server stalls, whoever came meanwhile is not left out of the figures, as it is where a generator waits for
//! one answer before it sends the next and counts from then ("coordinated omission"). Flat out (closed loop) each connection
//! sends its next callback when the last one is answered, which says how much goes through and not how long it takes.
//!
//! It runs on threads of its own: one has all connections, as in `wrk -t1`, and at a rate another keeps the time.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    callbacks::Callbacks,
    ledger::Ledger,
    percentiles::Percentiles,
    watch::Stopwatch,
    wire::{Failed, Wire},
};

/// The pacer sleeps for so long at least: at thousands a second, waking for each callback would cost more than sending it.
const PACER_SLEEPS: Duration = Duration::from_micros(100);

/// What is due and finds no connection free is sent so long after the end at most, and is counted as not sent then.
const LATE_MAX: Duration = Duration::from_secs(10);

/// How fast callbacks are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pace {
    /// So many a second.
    Rate(f64),
    /// As fast as the connections allow, for so long.
    FlatOut(Duration),
}

impl Pace {
    /// When a callback is due, in microseconds.
    pub(super) fn due_us(self, number: usize) -> u64 {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "numbers of callbacks, and microseconds of a run, are far below 2^53"
            )]
            Self::Rate(a_second) => (number as f64 * 1_000_000.0 / a_second) as u64,
            Self::FlatOut(_) => 0,
        }
    }
}

/// What is sent, and where to.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub(super) to: SocketAddr,
    pub(super) pace: Pace,
    pub(super) connections: usize,
    pub(super) callbacks: Arc<Callbacks>,
    /// None: a server that keeps nothing, to which the same callbacks may be sent over and over.
    pub(super) ledger: Option<Arc<Ledger>>,
    /// How long an answer is waited for.
    pub(super) patience: Duration,
    pub(super) watch: Stopwatch,
}

/// How it went, as far as the generator sees it.
#[derive(Debug)]
pub(super) struct Ran {
    /// From the beginning to the last answer.
    pub(super) took: Duration,
    pub(super) acks: u64,
    pub(super) ack: Option<Percentiles>,
}

impl Ran {
    /// Acks a second.
    pub(super) fn a_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of some millions")]
        let acks = self.acks as f64;
        if self.took.is_zero() { 0.0 } else { acks / self.took.as_secs_f64() }
    }
}

/// What the connections share.
#[derive(Debug)]
struct Shared {
    load: Load,
    /// The number of the next callback.
    next: AtomicUsize,
    /// One for each callback that is due. Flat out it is not asked.
    due: Semaphore,
    /// When the run began; its first callback is due then.
    began_us: u64,
}

/// Sends all callbacks and waits for their answers. Blocks its thread. `Err`: nothing listens there.
pub(super) fn run(load: Load) -> Result<Ran, RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let wires = runtime.block_on(connect(&load))?;
    let began_us = load.watch.us();
    let shared = Arc::new(Shared { load, next: AtomicUsize::new(0), due: Semaphore::new(0), began_us });
    let times = std::thread::scope(|scope| {
        if matches!(shared.load.pace, Pace::Rate(_)) {
            scope.spawn(|| shared.keep_pace());
        }
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for wire in wires {
                tasks.spawn(Arc::clone(&shared).send(wire));
            }
            tasks.join_all().await
        })
    });
    let took = Duration::from_micros(shared.load.watch.us().saturating_sub(began_us));
    shared.count_unsent();
    let times: Vec<u64> = times.into_iter().flatten().collect();
    let acks = u64::try_from(times.len()).unwrap_or(u64::MAX);
    Ok(Ran { took, acks, ack: Percentiles::of(times) })
}

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error("nothing takes connections at {0}")]
    NobodyThere(SocketAddr),
    #[error("the generator's threads cannot be started")]
    Threads(#[from] std::io::Error),
}

/// All connections, made before the time begins to run.
async fn connect(load: &Load) -> Result<Vec<Wire>, RunError> {
    let mut wires = Vec::with_capacity(load.connections);
    let mut are_taken = true;
    for _ in 0..load.connections {
        let mut wire = Wire::to(load.to, load.patience);
        if are_taken && wire.connect().await.is_err() {
            if wires.is_empty() {
                return Err(RunError::NobodyThere(load.to));
            }
            // One that cannot be made now is tried again with its first callback, and counted then; so are all after it, as
            // waiting for thousands one after the other would take hours.
            are_taken = false;
        }
        wires.push(wire);
    }
    Ok(wires)
}

impl Shared {
    /// Lets callbacks go when they are due. Ends when the last one is.
    fn keep_pace(&self) {
        let Load { callbacks, watch, pace, connections, .. } = &self.load;
        let mut let_go = 0;
        loop {
            let now_us = watch.us().saturating_sub(self.began_us);
            let mut due = let_go;
            while due < callbacks.count() && pace.due_us(due) <= now_us {
                due += 1;
            }
            self.due.add_permits(due - let_go);
            let_go = due;
            if let_go == callbacks.count() {
                break;
            }
            watch.sleep_until(self.began_us.saturating_add(pace.due_us(let_go)), PACER_SLEEPS);
        }
        // Each connection that waits for a callback finds that there is none any more.
        self.due.add_permits(*connections);
    }

    /// The next callback, and when it was due; none when the run is over.
    async fn next(&self) -> Option<(usize, u64)> {
        let Load { callbacks, watch, pace, ledger, .. } = &self.load;
        match *pace {
            Pace::Rate(_) => {
                self.due.acquire().await.ok()?.forget();
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                if number >= callbacks.count() {
                    return None;
                }
                let last_us = pace.due_us(callbacks.count().saturating_sub(1));
                let most_us = last_us.saturating_add(u64::try_from(LATE_MAX.as_micros()).unwrap_or(u64::MAX));
                let is_late = watch.us().saturating_sub(self.began_us) > most_us;
                (!is_late).then(|| (number, self.began_us.saturating_add(pace.due_us(number))))
            }
            Pace::FlatOut(time) => {
                let now_us = watch.us();
                let is_over = u128::from(now_us.saturating_sub(self.began_us)) >= time.as_micros();
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                let number = if ledger.is_some() { number } else { number % callbacks.count().max(1) };
                (!is_over && number < callbacks.count()).then_some((number, now_us))
            }
        }
    }

    /// Sends callbacks over one connection until the run is over; how long each ack took.
    async fn send(self: Arc<Self>, mut wire: Wire) -> Vec<u64> {
        let mut times = Vec::new();
        let Load { callbacks, watch, ledger, .. } = &self.load;
        while let Some((number, due_us)) = self.next().await {
            let Some(request) = callbacks.get(number) else { break };
            if let Some(ledger) = ledger {
                ledger.due(number, due_us);
            }
            let answered = wire.exchange(request).await;
            let now_us = watch.us();
            match (answered, ledger) {
                (Ok(200), _) => {
                    times.push(now_us.saturating_sub(due_us));
                    if let Some(ledger) = ledger {
                        ledger.acked(number, now_us);
                    }
                }
                (Ok(status), Some(ledger)) => ledger.failed(format!("http_{status}"), 1),
                (Err(failed), Some(ledger)) => ledger.failed(failed.as_str().to_owned(), 1),
                (_, None) => {}
            }
            if answered == Err(Failed::Connect) {
                // Whoever is not there answers at once that he is not: a pause, so that asking does not take all of a core.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        times
    }

    /// Counts what was due and was never sent, because no connection was free in time.
    fn count_unsent(&self) {
        let Load { callbacks, pace: Pace::Rate(_), ledger: Some(ledger), .. } = &self.load else { return };
        let sent = ledger.sent();
        if let Some(unsent) = callbacks.count().checked_sub(sent).filter(|unsent| *unsent > 0) {
            ledger.failed("not_sent".to_owned(), u64::try_from(unsent).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests;

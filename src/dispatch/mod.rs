//! Performs planned actions and records how they ended: claimed · performed · settled.
//!
//! Guarantees: **no call starts after its deadline**, and none is given more time than is left until then. Every
//! claim ends in exactly one of: settled, given back, or its lease running out. No transaction is open during a call.
//! The welcome's first try comes before anything else is done for its event; from then on neither waits for the other.
//!
//! All control flow is here: waiting, retrying, giving up. What an answer means is
//! [`judge`](crate::action::outcome::judge)'s; the call itself is [`perform`](mod@perform)'s (of tags by name [`tags`]'s), the record of it [`record`]'s; how many
//! at once is [`limits`]'s.

mod limits;
mod perform;
mod record;
mod tags;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;
use tracing::warn;

use crate::{
    action::Kind,
    apps::{Apps, WecomApp},
    clock::Clock,
    event::Event,
    shutdown::Shutdown,
    store::{Claimed, ProcessId, Store, StoredEvent},
    telemetry::Metrics,
};
use limits::{Limits, Turns};
use perform::perform;

/// The longest that one try of a welcome may take. WeCom answers within some 100 ms; a connection that hangs must leave
/// time for several more tries inside the 20 seconds.
const WELCOME_CALL_MAX: Duration = Duration::from_secs(4);

/// The longest that one try of a tag or remark may take.
const DURABLE_CALL_MAX: Duration = Duration::from_secs(10);

/// How many events' tags and remarks may wait in this process for their turn. Beyond it they wait in the database.
pub const FOLLOW_UPS_MAX: usize = 4_096;

/// The actions of one event that this process holds.
#[derive(Debug)]
pub struct Work {
    /// The app in whose name they are performed.
    pub app: Arc<WecomApp>,
    /// The event as it stands in the record.
    pub stored: Arc<StoredEvent>,
    /// The same, parsed.
    pub event: Arc<Event>,
    /// Its actions.
    pub claimed: Vec<Claimed>,
}

/// Performs actions.
#[derive(Clone, Debug)]
pub struct Dispatcher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    apps: Apps,
    clock: Clock,
    shutdown: Shutdown,
    metrics: Arc<Metrics>,
    process: ProcessId,
    limits: Limits,
    turns: Turns<(String, Option<String>, Option<String>)>,
    waiting: AtomicUsize,
}

/// How many calls may be under way at once for a corp.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// `send_welcome_msg`.
    pub welcomes: usize,
    /// `mark_tag` and `remark` together.
    pub tags: usize,
}

/// What became of an action when its task let go of it.
enum Left {
    Ended,
    ForTheSweep,
}

impl Dispatcher {
    /// A dispatcher that records in `store`.
    pub fn new(
        store: Store,
        apps: Apps,
        clock: Clock,
        shutdown: Shutdown,
        metrics: Arc<Metrics>,
        process: ProcessId,
        at_once: Concurrency,
    ) -> Self {
        let limits = Limits::new(at_once.welcomes, at_once.tags);
        let (turns, waiting) = (Turns::default(), AtomicUsize::new(0));
        Self(Arc::new(Inner { store, apps, clock, shutdown, metrics, process, limits, turns, waiting }))
    }

    /// Whether this process takes on more tags and remarks.
    pub fn has_room(&self) -> bool {
        self.room() > 0 && !self.0.shutdown.has_begun()
    }

    /// So many processes are alive: each takes its share of the tags and remarks that WeCom takes at once.
    pub fn share(&self, processes: usize) {
        self.0.limits.share(processes);
    }

    /// How many more events' tags and remarks it takes on.
    pub fn room(&self) -> usize {
        FOLLOW_UPS_MAX.saturating_sub(self.0.waiting.load(Ordering::Relaxed))
    }

    /// Takes over claims from the sweep: the events' payloads are parsed again.
    pub fn take_over(&self, claimed: Vec<Claimed>) {
        let mut rest = claimed.into_iter().peekable();
        while let Some(first) = rest.next() {
            let mut same_event = vec![first];
            while let Some(next) = rest.next_if(|next| next.event_id == same_event[0].event_id) {
                same_event.push(next);
            }
            let stored = Arc::clone(&same_event[0].event);
            let Some(app) = self.0.apps.get(&stored.app).cloned() else {
                warn!(
                    event.id = stored.id,
                    "Event {} is of app `{}`, which is not in the settings", stored.id, stored.app
                );
                continue;
            };
            let event = Arc::new(Event::parse(&stored.payload));
            self.hand_over(Work { app, stored, event, claimed: same_event });
        }
    }

    /// Performs an event's actions in the background.
    pub fn hand_over(&self, work: Work) {
        let dispatcher = self.clone();
        self.0.shutdown.spawn_until_hard(async move { dispatcher.run(work).await });
    }

    /// Performs an event's actions: the welcome at once, the others in turn after its first try.
    pub async fn run(&self, work: Work) {
        let Work { app, stored, event, claimed } = work;
        let (welcomes, follow_ups): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|claimed| claimed.kind == Kind::Welcome);
        let case = Case { app, stored, event };
        let (tried, first_try) = oneshot::channel();
        let welcome = async {
            let mut tried = Some(tried);
            for claimed in welcomes {
                self.see_through(&case, claimed, &mut tried).await;
            }
        };
        let follow_ups = async {
            if follow_ups.is_empty() {
                return;
            }
            let _waiting = Waiting::one_of(&self.0.waiting);
            // An error means that there is no welcome, or no more of it: go on just the same.
            let _ = first_try.await;
            let pair = (
                case.corp_id().to_owned(),
                case.event.user_id().map(str::to_owned),
                case.event.external_user_id().map(str::to_owned),
            );
            let _turn = self.0.turns.take(pair).await;
            let gives_way = Box::pin(self.must_give_way(&case)).await;
            for claimed in follow_ups {
                if gives_way {
                    Box::pin(self.give_way(&claimed)).await;
                } else {
                    self.see_through(&case, claimed, &mut None).await;
                }
            }
        };
        tokio::join!(welcome, follow_ups);
    }

    /// Whether another process is at work on the same employee's customer: its calls and ours would be in each other's
    /// way at WeCom (6000).
    async fn must_give_way(&self, case: &Case) -> bool {
        if self.0.limits.processes() < 2 {
            return false;
        }
        let now_ms = self.0.clock.now_ms();
        let held = self.0.store.pair_is_held_elsewhere(&case.stored, self.0.process, now_ms).await;
        // While the database does not answer nobody can tell; WeCom refuses what is in the way, and it is tried again.
        held.unwrap_or(false)
    }

    /// Tries one action until it ends or is left for later. `tried` is told when the first try is over.
    async fn see_through(&self, case: &Case, mut claimed: Claimed, tried: &mut Option<oneshot::Sender<()>>) {
        // What is claimed is due.
        let mut due_ms = self.0.clock.now_ms();
        loop {
            if !self.wait(due_ms, &claimed).await {
                // Signing off frees what is left.
                return;
            }
            let left = self.attempt(case, &mut claimed, &mut due_ms).await;
            // Nobody may be waiting for it; that is fine.
            let _ = tried.take().map(|tried| tried.send(()));
            match left {
                Some(Left::Ended | Left::ForTheSweep) => return,
                None => {}
            }
        }
    }

    /// Waits until the action is due. `false`: the process is ending, and this is not worth waiting for.
    async fn wait(&self, due_ms: i64, claimed: &Claimed) -> bool {
        if claimed.kind == Kind::Welcome {
            // Seconds, not more; the grace at the end is for these.
            self.0.clock.sleep_until(due_ms).await;
            return true;
        }
        tokio::select! {
            biased;
            () = self.0.shutdown.begun() => false,
            () = self.0.clock.sleep_until(due_ms) => true,
        }
    }

    /// One try. `None`: it is tried again in this process at `due_ms`.
    async fn attempt(&self, case: &Case, claimed: &mut Claimed, due_ms: &mut i64) -> Option<Left> {
        let limit = self.0.limits.of(case.corp_id(), claimed.kind);
        let place = match claimed.deadline {
            None => tokio::select! {
                biased;
                () = self.0.shutdown.begun() => return Some(Left::ForTheSweep),
                place = limit.place(&self.0.clock) => Some(place),
            },
            Some(deadline) => tokio::select! {
                biased;
                place = limit.place(&self.0.clock) => Some(place),
                () = self.0.clock.sleep_until(deadline.as_ms()) => None,
            },
        };
        let now_ms = self.0.clock.now_ms();
        let longest = if claimed.kind == Kind::Welcome { WELCOME_CALL_MAX } else { DURABLE_CALL_MAX };
        let left = claimed
            .deadline
            .map_or(Some(longest), |deadline| deadline.left(now_ms).map(|left| left.min(longest)));
        let (Some(_place), Some(timeout)) = (&place, left) else {
            return Some(Box::pin(self.expire(case, claimed)).await);
        };
        if claimed.deadline.is_none() && now_ms + millis(DURABLE_CALL_MAX) >= claimed.lease_until_ms {
            // It waited too long for its turn: soon it is somebody else's, and a call of ours would be one too many.
            return Some(Left::ForTheSweep);
        }
        if claimed.attempts == 0 && claimed.kind == Kind::Welcome {
            self.0.metrics.welcome_leaves(&case.app.name, now_ms - case.stored.received_at_ms);
        }
        // On the heap, as is the record of it: their states are tens of kilobytes, and thousands of customers may wait
        // for their turn without either.
        let performed =
            Box::pin(perform(&case.app, &case.stored, &case.event, &claimed.action, now_ms, timeout)).await;
        drop(place);
        Box::pin(self.record(case, claimed, due_ms, now_ms, performed, &limit)).await
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// An event in the hands of the dispatcher.
struct Case {
    app: Arc<WecomApp>,
    stored: Arc<StoredEvent>,
    event: Arc<Event>,
}

impl Case {
    fn corp_id(&self) -> &str {
        self.event.corp_id().unwrap_or(&self.app.corp_id)
    }
}

/// Counts itself while it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn one_of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

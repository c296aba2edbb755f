//! Performs planned actions and records how they ended: claimed · performed · settled.
//!
//! Guarantees: **no call starts after its deadline**, and none is given more time than is left until then. Every
//! claim ends in exactly one of: settled, given back, or its lease running out. No transaction is open during a call.
//! The welcome's first try comes before anything else is done for its event; from then on neither waits for the other.
//!
//! The control flow is here and in [`lanes`]: in which order, waiting, retrying, giving up. What an answer means is
//! [`judge`](crate::action::judge())'s; the call itself is [`perform`](mod@perform)'s ([`decide`], [`tags`], [`tell`]),
//! the record of it [`record`]'s; how many at once is [`limits`]'s, how many a minute [`pace`]'s, how many are in memory
//! [`held`]'s.

mod decide;
mod held;
mod lanes;
mod limits;
mod pace;
mod perform;
mod record;
mod tell;
mod tags;

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio_util::sync::DropGuard;
use tracing::warn;

use crate::{
    action::{Action, Kind},
    apps::{Apps, WecomApp},
    clock::Clock,
    config::Environment,
    event::Event,
    forward::Forwarder,
    lookups::{About, Lookups},
    rulebook::Rulebook,
    shutdown::Shutdown,
    store::{Claimed, ProcessId, Store, StoredEvent, TakesOn},
    telemetry::Metrics,
};
use held::{Held, Holding};
use limits::{Limits, Turns};
use pace::Pace;
use perform::perform;

/// The longest that one try of a welcome may take. WeCom answers within some 100 ms; a connection that hangs must leave
/// time for several more tries inside the 20 seconds.
const WELCOME_CALL_MAX: Duration = Duration::from_secs(4);

/// The longest that one try of anything else may take, look-ups before it included.
const DURABLE_CALL_MAX: Duration = Duration::from_secs(10);

/// The longest that one try to look up what rules were left open for may take: five of them stay within a minute.
const DECIDE_CALL_MAX: Duration = Duration::from_secs(5);

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
    parts: Parts,
    limits: Limits,
    pace: Pace,
    turns: Turns<(String, Option<String>, Option<String>)>,
    waiting: AtomicUsize,
    held: Held,
}

impl std::ops::Deref for Inner {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

/// What a dispatcher works with.
#[derive(Debug)]
pub struct Parts {
    /// Where outcomes are recorded.
    pub store: Store,
    /// The apps in whose name actions are performed.
    pub apps: Apps,
    /// The rules in force.
    pub rulebook: Rulebook,
    /// Looks up what rules and texts ask for.
    pub lookups: Lookups,
    /// Posts records to other systems.
    pub forwarder: Forwarder,
    /// Where the secrets of those are.
    pub environment: Environment,
    /// The time.
    pub clock: Clock,
    /// The end.
    pub shutdown: Shutdown,
    /// What has been done.
    pub metrics: Arc<Metrics>,
    /// In whose name actions are leased.
    pub process: ProcessId,
    /// How many calls at once.
    pub at_once: Concurrency,
}

/// How many calls may be under way at once for a corp.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// `send_welcome_msg`.
    pub welcomes: usize,
    /// `mark_tag` and `remark` together.
    pub tags: usize,
}

/// A notice or forward, and its place in memory; `None`: there is none, and it waits in the database.
struct Tiding {
    claimed: Claimed,
    holding: Option<Holding>,
}

/// What became of an action when its task let go of it.
enum Left {
    /// `followed`: further actions of the event were stored with its end.
    Ended {
        followed: bool,
    },
    ForTheSweep,
}

impl Dispatcher {
    /// A dispatcher with these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            limits: Limits::new(parts.at_once.welcomes, parts.at_once.tags),
            pace: Pace::default(),
            turns: Turns::default(),
            waiting: AtomicUsize::new(0),
            held: Held::default(),
            parts,
        }))
    }

    /// Whether this process takes on more tags and remarks.
    pub fn has_room(&self) -> bool {
        self.room() > 0 && !self.0.shutdown.has_begun()
    }

    /// What of notices and forwards this process takes on.
    pub fn takes_on(&self) -> TakesOn {
        if self.0.shutdown.has_begun() { TakesOn::none() } else { self.0.held.takes_on() }
    }

    /// How many more notices it takes on.
    pub fn room_for_notices(&self) -> usize {
        if self.0.shutdown.has_begun() { 0 } else { self.0.held.room_for_notices() }
    }

    /// How many more forwards to this address it takes on.
    pub fn room_at(&self, address: &str) -> usize {
        if self.0.shutdown.has_begun() { 0 } else { self.0.held.room_at(address) }
    }

    /// How many notices and forwards it holds.
    pub fn tidings_held(&self) -> usize {
        self.0.held.count()
    }

    /// Waits until an address for which there was no room for more has taken most of what is held for it.
    pub async fn drained(&self) {
        self.0.held.drained().await;
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

    /// Something was brought to these addresses, so that there may be more for them: [`Self::drained`] says when there is
    /// room for it.
    pub fn more_may_wait(&self, addresses: &HashSet<String>) {
        for address in addresses {
            self.0.held.more_may_wait(address);
        }
    }

    /// Performs an event's actions in the background.
    pub fn hand_over(&self, work: Work) {
        let dispatcher = self.clone();
        // Held from now on, not from when the task begins: who asks for room next is told the truth.
        let (work, tidings) = self.hold(work);
        self.0.shutdown.spawn_until_hard(async move { dispatcher.run_held(work, tidings).await });
    }

    /// Performs an event's actions, and what follows from them.
    pub async fn run(&self, work: Work) {
        let (work, tidings) = self.hold(work);
        self.run_held(work, tidings).await;
    }

    fn hold(&self, mut work: Work) -> (Work, Vec<Tiding>) {
        let (tidings, rest) =
            std::mem::take(&mut work.claimed).into_iter().partition(|claimed| claimed.kind.is_report());
        work.claimed = rest;
        (work, self.hold_tidings(tidings))
    }

    fn hold_tidings(&self, tidings: Vec<Claimed>) -> Vec<Tiding> {
        tidings
            .into_iter()
            .map(|claimed| Tiding { holding: self.0.held.take(&claimed.action), claimed })
            .collect()
    }

    /// Tries one action until it ends or is left for later; `tried` is dropped when the first try is over. Says whether
    /// further actions of the event were stored with its end.
    async fn see_through(&self, case: &Case, mut claimed: Claimed, tried: &mut Option<DropGuard>) -> bool {
        // What is claimed is due.
        let mut due_ms = self.0.clock.now_ms();
        loop {
            if !self.wait(due_ms, &claimed).await {
                // Signing off frees what is left.
                return false;
            }
            let left = self.attempt(case, &mut claimed, &mut due_ms).await;
            drop(tried.take());
            match left {
                Some(Left::Ended { followed }) => return followed,
                Some(Left::ForTheSweep) => return false,
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
        if let Some(free_at_ms) = self.0.pace.full_until(case, &claimed.action, &self.0) {
            return Some(self.leave_for(claimed, free_at_ms, pace::WHY).await);
        }
        let whose =
            if let Action::Forward(forward) = &claimed.action { &forward.url } else { case.corp_id() };
        let limit = self.0.limits.of(whose, claimed.kind);
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
        let longest = match claimed.kind {
            Kind::Welcome => WELCOME_CALL_MAX,
            Kind::Decide => DECIDE_CALL_MAX,
            Kind::Tag | Kind::Remark | Kind::Notify | Kind::Forward => DURABLE_CALL_MAX,
        };
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
        let performed = perform(&self.0, case, claimed, now_ms, timeout).await;
        drop(place);
        // On the heap, too.
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

    fn about(&self) -> About<'_> {
        About { app: &self.app, stored: &self.stored, event: &self.event }
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

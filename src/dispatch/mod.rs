//! Performs planned actions and records how they ended: claimed · performed · settled.
//!
//! Guarantees: **no call starts after its deadline**, and none is given more time than is left until then. Every
//! claim ends in exactly one of: settled, released, or its lease running out. No transaction is open during a call.
//! The welcome's first try comes before anything else is done for its event; from then on neither waits for the other.
//!
//! All control flow is here: waiting, retrying, giving up. What an answer means is
//! [`judge`](crate::action::outcome::judge)'s; the call itself is [`perform`]'s; how many at once is [`limits`]'s.

mod limits;
mod perform;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::RngExt as _;
use tokio::sync::oneshot;
use tracing::{error, info, warn};

use crate::{
    action::{
        Deadline, Kind,
        outcome::{self, Attempt, Next, Outcome},
    },
    apps::{Apps, WecomApp},
    clock::Clock,
    event::Event,
    shutdown::Shutdown,
    store::{AttemptRecord, Claimed, RuleFlag, Settled, Settlement, Store, StoredEvent},
    telemetry::{Metrics, chain},
};
use limits::{Limits, Turns};
use perform::{Performed, perform};

/// The longest that one try of a welcome may take. WeCom answers within some 100 ms; a connection that hangs must leave
/// time for several more tries inside the 20 seconds.
const WELCOME_CALL_MAX: Duration = Duration::from_secs(4);

/// The longest that one try of a tag or remark may take.
const DURABLE_CALL_MAX: Duration = Duration::from_secs(10);

/// Up to which pause a tag or remark waits in this process; beyond it the sweep brings it back when it is due.
const WAITS_HERE_MAX_MS: i64 = 5_000;

/// How many events' tags and remarks may wait in this process for their turn. Beyond it they wait in the database.
pub const FOLLOW_UPS_MAX: usize = 4_096;

/// The pause between tries to record an outcome while the database is away.
const SETTLE_AGAIN: Duration = Duration::from_millis(200);

/// How long it is tried. By then the lease has run out, and somebody else performs the action again.
const SETTLE_FOR_MS: i64 = 5 * 60_000;

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
        at_once: Concurrency,
    ) -> Self {
        let limits = Limits::new(at_once.welcomes, at_once.tags);
        let (turns, waiting) = (Turns::default(), AtomicUsize::new(0));
        Self(Arc::new(Inner { store, apps, clock, shutdown, metrics, limits, turns, waiting }))
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
            for claimed in follow_ups {
                self.see_through(&case, claimed, &mut None).await;
            }
        };
        tokio::join!(welcome, follow_ups);
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
            return Some(self.expire(case, claimed).await);
        };
        if claimed.attempts == 0 && claimed.kind == Kind::Welcome {
            self.0.metrics.welcome_leaves(&case.app.name, now_ms - case.stored.received_at_ms);
        }
        let performed = perform(&case.app, &case.stored, &case.event, &claimed.action, timeout).await;
        drop(place);
        self.record(case, claimed, due_ms, now_ms, performed, &limit).await
    }

    /// Judges an answer and records it.
    async fn record(
        &self,
        case: &Case,
        claimed: &mut Claimed,
        due_ms: &mut i64,
        at_ms: i64,
        performed: Performed,
        limit: &limits::Limit,
    ) -> Option<Left> {
        let now_ms = self.0.clock.now_ms();
        let sent = performed.request.as_ref().unwrap_or(&claimed.action);
        let Outcome { next, request, flag } = outcome::judge(&Attempt {
            action: sent,
            class: performed.class,
            message: &performed.message,
            number: claimed.attempts + 1,
            earlier_lost: claimed.earlier_lost,
            first_due_ms: claimed.first_due_ms,
            deadline: claimed.deadline,
            now_ms,
            dice: rand::rng().random(),
        });
        let next = match (next, performed.note) {
            (Next::Done { note: None }, note) => Next::Done { note },
            (next, _) => next,
        };
        let again_at_ms = if let Next::Again { at_ms, .. } = &next { Some(*at_ms) } else { None };
        limit.learn(performed.class, again_at_ms);
        self.0.metrics.called(&case.app.name, claimed.kind, performed.class);
        let waits_here = again_at_ms.is_some_and(|at_ms| {
            claimed.kind == Kind::Welcome
                || (at_ms - now_ms <= WAITS_HERE_MAX_MS && !self.0.shutdown.has_begun())
        });
        let request = request.or(performed.request);
        self.tell(case, claimed, &next, &performed.message, performed.took);
        let flags = self.flags(case, claimed, flag).await;
        let settled = self
            .settle(Settlement {
                lease: claimed.lease(),
                attempt: Some(AttemptRecord {
                    at_ms,
                    took_ms: i64::try_from(performed.took.as_millis()).unwrap_or(i64::MAX),
                    errcode: performed.errcode,
                    errmsg: performed.message,
                    lost: performed.lost,
                }),
                next: next.clone(),
                request: request.clone(),
                flags,
                keep: waits_here,
                now_ms,
            })
            .await;
        claimed.attempts += 1;
        claimed.earlier_lost |= performed.lost;
        if let Some(request) = request {
            claimed.action = request;
        }
        match (settled, again_at_ms) {
            (Settled::Recorded, Some(at_ms)) if waits_here => {
                *due_ms = at_ms;
                None
            }
            (Settled::Recorded, Some(_)) => Some(Left::ForTheSweep),
            (Settled::Recorded, None) => {
                self.0.metrics.settled(
                    &case.app.name,
                    claimed.kind,
                    &next,
                    now_ms - case.stored.received_at_ms,
                );
                Some(Left::Ended)
            }
            (Settled::LeaseLost, _) => {
                info!(
                    event.id = case.stored.id,
                    "Somebody else has taken over the {} of event {}", claimed.kind, case.stored.id
                );
                Some(Left::ForTheSweep)
            }
        }
    }

    /// Ends an action whose deadline came before a call could start.
    async fn expire(&self, case: &Case, claimed: &Claimed) -> Left {
        let now_ms = self.0.clock.now_ms();
        let next = Next::Expired { reason: why_expired(case, claimed) };
        self.tell(case, claimed, &next, "", Duration::ZERO);
        self.0.metrics.settled(&case.app.name, claimed.kind, &next, now_ms - case.stored.received_at_ms);
        let lease = claimed.lease();
        let settlement =
            Settlement { lease, attempt: None, next, request: None, flags: Vec::new(), keep: false, now_ms };
        match self.settle(settlement).await {
            Settled::Recorded => Left::Ended,
            Settled::LeaseLost => Left::ForTheSweep,
        }
    }

    /// The rules that asked for this action, marked with what WeCom says is wrong with it. They are read from the
    /// record: it is rare, and an action that was taken over comes without them.
    async fn flags(&self, case: &Case, claimed: &Claimed, flag: Option<String>) -> Vec<RuleFlag> {
        let Some(reason) = flag else { return Vec::new() };
        warn!(event.id = case.stored.id, "Event {}: {reason}", case.stored.id);
        let Ok(Some(event)) = self.0.store.event(case.stored.id).await else { return Vec::new() };
        let asked = event.rules.into_iter().filter(|rule| rule.used_for.contains(&claimed.kind));
        asked
            .map(|rule| RuleFlag {
                rule: rule.name,
                ruleset_version: rule.version,
                kind: claimed.kind,
                reason: reason.clone(),
            })
            .collect()
    }

    /// Records, again and again while the database is away, for as long as the lease may last.
    async fn settle(&self, settlement: Settlement) -> Settled {
        let until_ms = self.0.clock.now_ms() + SETTLE_FOR_MS;
        loop {
            match self.0.store.settle(settlement.clone()).await {
                Ok(settled) => return settled,
                Err(_) if self.0.clock.now_ms() < until_ms => self.0.clock.sleep(SETTLE_AGAIN).await,
                Err(error) => {
                    error!(error = %chain(&error), "The end of action {} could not be recorded; it will be performed again", settlement.lease.action_id);
                    return Settled::LeaseLost;
                }
            }
        }
    }

    /// One line for each try, where it is handled.
    fn tell(&self, case: &Case, claimed: &Claimed, next: &Next, message: &str, took: Duration) {
        let (kind, event_id) = (claimed.kind, case.stored.id);
        let after_ms = self.0.clock.now_ms() - case.stored.received_at_ms;
        match next {
            Next::Done { note: None } => {
                info!(
                    event.id = event_id,
                    "The {kind} of event {event_id} is done, {after_ms} ms after it arrived"
                );
            }
            Next::Done { note: Some(note) } => {
                info!(event.id = event_id, "The {kind} of event {event_id} is done: {note}")
            }
            Next::Again { reason, .. } => {
                info!(
                    event.id = event_id,
                    took_ms = took.as_millis(),
                    "The {kind} of event {event_id} is tried again: {reason}"
                );
            }
            Next::Expired { reason } => {
                warn!(event.id = event_id, "The {kind} of event {event_id} expired: {reason}")
            }
            Next::Failed { reason } => {
                warn!(event.id = event_id, "The {kind} of event {event_id} failed: {reason} {message}")
            }
        }
    }
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

fn why_expired(case: &Case, claimed: &Claimed) -> String {
    let deadline_ms = claimed.deadline.map_or(i64::MAX, Deadline::as_ms);
    if claimed.attempts > 0 {
        "the 20 seconds ended before WeCom took it".to_owned()
    } else if case.stored.received_at_ms >= deadline_ms {
        "the event arrived after its 20 seconds; if this happens often, compare this machine's clock with the real time"
            .to_owned()
    } else {
        "the 20 seconds ended before it could be tried".to_owned()
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

//! How many calls of one kind may be under way for one corp at once.
//!
//! WeCom publishes no figure for it: it answers 45033 when there are too many (about five `mark_tag` in practice).
//! So the limit learns: an answer that says "too many" halves it, a run of good answers raises it again, never above
//! what the settings allow. After 45009 nothing of that kind is called until the block may be over.
//!
//! Kinds of calls that have nothing to do with each other have limits of their own: a look-up, a notice or a receiver of
//! forwards that hangs holds up its like and nothing else.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{Notify, OwnedMutexGuard};

use crate::action::{
    Kind,
    outcome::{Class, End},
};
use wecom_core::clock::Clock;

/// How many look-ups for rules that were left open may be under way at once: they are reads, of which WeCom takes more
/// than of writes, and the welcomes' own look-ups come beside them.
const LOOK_UPS_MAX: usize = 16;

/// How many notices may be under way at once. They can wait, and WeCom counts them by the minute (`pace`).
const NOTICES_MAX: usize = 4;

/// How many posts to one address may be under way at once: enough for hundreds a second where it answers, and where it
/// hangs no more than these wait for it.
const FORWARDS_MAX: usize = 8;

/// What shares a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lane {
    Welcomes,
    /// Tags and remarks: both write the same record at WeCom.
    Pairs,
    LookUps,
    Notices,
    /// The forwards to one address.
    Forwards,
}

impl Lane {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Welcome => Self::Welcomes,
            Kind::Tag | Kind::Remark => Self::Pairs,
            Kind::Decide => Self::LookUps,
            Kind::Notify => Self::Notices,
            Kind::Forward => Self::Forwards,
        }
    }
}

/// A lock whose holder panicked guards nothing that could be half done: the data is a few counters.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many calls may be under way at once, for each kind of action of each corp.
#[derive(Debug)]
pub(super) struct Limits {
    welcomes_max: usize,
    tags_max: usize,
    processes: AtomicUsize,
    // By corp, and of forwards by address: as many as the settings and the rules name.
    by_whom: Mutex<HashMap<(String, Lane), Arc<Limit>>>,
}

impl Limits {
    /// Limits with these upper bounds for each corp.
    pub(super) fn new(welcomes_max: usize, tags_max: usize) -> Self {
        Self {
            welcomes_max: welcomes_max.max(1),
            tags_max: tags_max.max(1),
            processes: AtomicUsize::new(1),
            by_whom: Mutex::default(),
        }
    }

    /// Takes this process's share of what WeCom allows the corp: so many processes are alive.
    pub(super) fn share(&self, processes: usize) {
        let processes = processes.max(1);
        if self.processes.swap(processes, Ordering::Relaxed) != processes {
            for ((_, lane), limit) in &*lock(&self.by_whom) {
                limit.cap(self.max_of(*lane));
            }
        }
    }

    /// How many processes are alive, this one included.
    pub(super) fn processes(&self) -> usize {
        self.processes.load(Ordering::Relaxed)
    }

    fn max_of(&self, lane: Lane) -> usize {
        // Five between three is one each: too few is slow, too many is refused.
        let shared = |max: usize| (max / self.processes.load(Ordering::Relaxed)).max(1);
        match lane {
            Lane::Welcomes => self.welcomes_max,
            Lane::Pairs => shared(self.tags_max),
            Lane::LookUps => shared(LOOK_UPS_MAX),
            Lane::Notices => shared(NOTICES_MAX),
            Lane::Forwards => FORWARDS_MAX,
        }
    }

    /// The limit that an action of this kind is under: its corp's, or of a forward its address's.
    pub(super) fn of(&self, whose: &str, kind: Kind) -> Arc<Limit> {
        let lane = Lane::of(kind);
        let max = self.max_of(lane);
        let mut by_whom = lock(&self.by_whom);
        Arc::clone(by_whom.entry((whose.to_owned(), lane)).or_insert_with(|| Arc::new(Limit::new(max, lane))))
    }
}

/// How many calls of one lane may be under way for one corp, or to one address.
#[derive(Debug)]
pub(super) struct Limit {
    // A welcome has seconds: waiting out a minute's block would only mean that none is sent.
    waits_out_blocks: bool,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    max: usize,
    allowed: usize,
    under_way: usize,
    good_answers: usize,
    /// On the steady clock.
    blocked_until_ms: i64,
}

impl Limit {
    fn new(max: usize, lane: Lane) -> Self {
        let state = State { max, allowed: max, under_way: 0, good_answers: 0, blocked_until_ms: i64::MIN };
        Self { waits_out_blocks: lane != Lane::Welcomes, state: Mutex::new(state), freed: Notify::new() }
    }

    /// Waits until one more call may be made.
    pub(super) async fn permit(self: &Arc<Self>, clock: &Clock) -> Permit {
        loop {
            let freed = self.freed.notified();
            let blocked_until_ms = {
                let mut state = lock(&self.state);
                if state.blocked_until_ms <= clock.steady_ms() {
                    if state.under_way < state.allowed {
                        state.under_way += 1;
                        return Permit { limit: Arc::clone(self) };
                    }
                    None
                } else {
                    Some(state.blocked_until_ms)
                }
            };
            match blocked_until_ms {
                Some(until_ms) => clock.sleep_until_steady(until_ms).await,
                None => freed.await,
            }
        }
    }

    /// Learns from an answer. `again_at_ms`: when the call that was answered is to be tried again, on the steady clock.
    pub(super) fn learn(&self, end: End, again_at_ms: Option<i64>) {
        let mut state = lock(&self.state);
        match end {
            End::NotDone(class @ (Class::Crowded | Class::Throttled)) => {
                state.allowed = (state.allowed / 2).max(1);
                state.good_answers = 0;
                if let (Class::Throttled, true, Some(at_ms)) = (class, self.waits_out_blocks, again_at_ms) {
                    state.blocked_until_ms = state.blocked_until_ms.max(at_ms);
                }
            }
            End::Done if state.allowed < state.max => {
                state.good_answers += 1;
                // One more call for each round of good answers: back at the top in max²/2 calls, not in one.
                if state.good_answers >= state.allowed {
                    state.good_answers = 0;
                    state.allowed += 1;
                    self.freed.notify_one();
                }
            }
            _ => {}
        }
    }

    fn cap(&self, max: usize) {
        let mut state = lock(&self.state);
        let was_unhindered = state.allowed == state.max;
        state.max = max;
        state.allowed = if was_unhindered { max } else { state.allowed.min(max) };
        self.freed.notify_waiters();
    }

    /// How many may be under way at present.
    #[cfg(test)]
    fn allowed(&self) -> usize {
        lock(&self.state).allowed
    }
}

/// The right to make one call; given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limit: Arc<Limit>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        lock(&self.limit.state).under_way -= 1;
        self.limit.freed.notify_one();
    }
}

/// Takes turns by key: who asks first goes first, other keys are not affected.
#[derive(Debug)]
pub(super) struct Turns<K: Eq + Hash + Clone> {
    by_key: Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>,
}

impl<K: Eq + Hash + Clone> Default for Turns<K> {
    fn default() -> Self {
        Self { by_key: Arc::default() }
    }
}

impl<K: Eq + Hash + Clone> Turns<K> {
    /// Waits for the key's turn.
    pub(super) async fn take(&self, key: K) -> Turn<K> {
        let mutex = Arc::clone(lock(&self.by_key).entry(key.clone()).or_default());
        let guard = mutex.lock_owned().await;
        Turn { by_key: Arc::clone(&self.by_key), key, guard: Some(guard) }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        lock(&self.by_key).len()
    }
}

/// A key's turn. When it is dropped, whoever waits next for the key has it.
#[derive(Debug)]
pub(super) struct Turn<K: Eq + Hash + Clone> {
    by_key: Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>,
    key: K,
    guard: Option<OwnedMutexGuard<()>>,
}

impl<K: Eq + Hash + Clone> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut by_key = lock(&self.by_key);
        self.guard = None;
        // Whoever waits holds the mutex too; with nobody waiting the map's is the last one, and the key is forgotten.
        if let Entry::Occupied(entry) = by_key.entry(self.key.clone())
            && Arc::strong_count(entry.get()) == 1
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn too_many_at_once_halves_the_limit_and_good_answers_raise_it_again() {
        let limits = Limits::new(64, 5);
        let limit = limits.of("ww1", Kind::Tag);
        assert_eq!(limit.allowed(), 5);
        limit.learn(Class::Crowded.into(), None);
        limit.learn(Class::Crowded.into(), None);
        limit.learn(Class::Crowded.into(), None);
        assert_eq!(limit.allowed(), 1);
        for _ in 0..100 {
            limit.learn(End::Done, None);
        }
        assert_eq!(limit.allowed(), 5);
        assert_eq!(limits.of("ww2", Kind::Tag).allowed(), 5, "another corp has its own");
        limits.share(2);
        assert_eq!((limit.allowed(), limits.of("ww2", Kind::Tag).allowed()), (2, 2), "two processes share");
        limits.share(1);
        assert_eq!((limit.allowed(), limits.of("ww2", Kind::Tag).allowed()), (5, 5));
        assert!(Arc::ptr_eq(&limit, &limits.of("ww1", Kind::Remark)), "tags and remarks share one");
        for other in [Kind::Welcome, Kind::Decide, Kind::Notify, Kind::Forward] {
            assert!(!Arc::ptr_eq(&limit, &limits.of("ww1", other)), "{other} has one of its own");
        }
    }

    #[tokio::test]
    async fn no_more_than_allowed_are_under_way_and_none_is_lost() {
        let (clock, _hand) = Clock::manual(0);
        let limit = Limits::new(64, 3).of("ww1", Kind::Tag);
        let most = Arc::new(Mutex::new((0_usize, 0_usize)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (limit, clock, most) = (Arc::clone(&limit), clock.clone(), Arc::clone(&most));
            tasks.spawn(async move {
                let _permit = limit.permit(&clock).await;
                {
                    let mut most = lock(&most);
                    most.0 += 1;
                    most.1 = most.1.max(most.0);
                }
                tokio::task::yield_now().await;
                lock(&most).0 -= 1;
            });
        }
        tokio::time::timeout(Duration::from_secs(20), tasks.join_all()).await.expect("all get a permit");
        assert_eq!(lock(&most).1, 3);
    }

    #[tokio::test]
    async fn a_frequency_block_holds_tags_until_it_may_be_over_but_not_welcomes() {
        let (clock, hand) = Clock::manual(0);
        let limits = Limits::new(64, 5);
        for kind in [Kind::Tag, Kind::Welcome] {
            limits.of("ww1", kind).learn(Class::Throttled.into(), Some(60_000));
        }
        drop(limits.of("ww1", Kind::Welcome).permit(&clock).await);
        let tag = limits.of("ww1", Kind::Tag);
        let waiting = tag.permit(&clock);
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        hand.advance(Duration::from_mins(1));
        drop(waiting.await);
    }

    #[tokio::test]
    async fn turns_go_in_order_of_asking_and_are_forgotten_afterwards() {
        let turns = Arc::new(Turns::default());
        let first = turns.take("a").await;
        drop(turns.take("b").await);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..5 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            tasks.spawn(async move {
                let _turn = turns.take("a").await;
                lock(&order).push(number);
            });
            tokio::task::yield_now().await;
        }
        drop(first);
        tasks.join_all().await;
        assert_eq!(*lock(&order), [0, 1, 2, 3, 4]);
        assert_eq!(turns.len(), 0);
    }
}

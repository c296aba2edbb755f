//! The connections of a listener: how many there are, which give way when there are more, and how they end.
//!
//! The address of callbacks is public, and a connection costs a file descriptor whatever is sent on it. So there is a bound,
//! below what the system lets this process open: the database and WeCom keep theirs. It is a bound on descriptors, so that those
//! that come and go beside the open ones are within it too. At the bound whoever is waited for goes, those first that
//! have never delivered anything, and of these the one that has been silent for longest; WeCom's callbacks arrive within
//! milliseconds of their connection, so that theirs is the last. A connection whose request is being answered never goes. Where
//! all are, a new one is answered 503.
//!
//! The private listener has the same: there whoever was answered what they asked for counts as one that has delivered.
//!
//! When the process ends, connections that are waited for are closed at once, and the others when their answer is out.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Context,
};

use futures_util::task::AtomicWaker;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

/// So many may be on their way out beside those that are open: one that was closed holds its descriptor until its task has
/// run.
const LEAVING_MAX: usize = 64;

/// So many are told at once that there is no room for them; others are closed without a word. Each holds its descriptor until it
/// has been told.
const REFUSED_MAX: usize = 32;

/// So many may have been accepted and have no place yet: each holds its descriptor until a thread of the listener has looked at
/// it.
const ARRIVING_MAX: usize = 64;

/// How the descriptors of a listener are shared out.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Of connections that are open.
    most: usize,
    leaving: usize,
    refused: usize,
    arriving: usize,
}

impl Bounds {
    /// So many descriptors in all. Where there are few, those beside the open ones have a part of them only.
    fn within(descriptors: usize) -> Self {
        let leaving = LEAVING_MAX.min(descriptors / 8).max(1);
        let refused = REFUSED_MAX.min(descriptors / 16).max(1);
        let arriving = ARRIVING_MAX.min(descriptors / 8).max(1);
        let most = descriptors.saturating_sub(leaving + refused + arriving).max(1);
        Self { most, leaving, refused, arriving }
    }

    fn beside(self) -> usize {
        self.leaving + self.refused + self.arriving
    }
}

/// The connections of one listener. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    open: Mutex<Open>,
    none_left: Notify,
    refusals: Semaphore,
}

#[derive(Debug, Default)]
struct Open {
    /// All that hold a descriptor.
    count: usize,
    /// Those of them that were told to go.
    leaving: usize,
    /// Those from which something is waited for, in the order in which they give way.
    waiting: BTreeMap<Place, Arc<State>>,
    turns: u64,
    is_ending: bool,
}

/// Whether it has delivered before, and since when it is waited for: a turn, not an instant, so that no two are the same.
type Place = (bool, u64);

#[derive(Debug, Default)]
struct State {
    has_delivered: AtomicBool,
    must_go: AtomicBool,
    /// Of the task that reads and writes.
    task: AtomicWaker,
}

impl State {
    fn go(&self) {
        self.must_go.store(true, Ordering::Release);
        self.task.wake();
    }

    fn must_go(&self) -> bool {
        self.must_go.load(Ordering::Acquire)
    }
}

/// What became of a connection that has just been made.
#[derive(Debug)]
pub(super) enum Entered {
    /// There was room for it.
    Seated(Seat),
    /// There was room for it when another had been closed.
    InPlaceOfAnother(Seat),
    /// There is none.
    Full,
    /// The process ends.
    Ending,
}

impl Connections {
    /// They hold no more than so many descriptors, those that come and go with them.
    pub fn within(descriptors: usize) -> Self {
        Self::bounded(Bounds::within(descriptors))
    }

    fn bounded(bounds: Bounds) -> Self {
        Self(Arc::new(Shared {
            bounds,
            open: Mutex::default(),
            none_left: Notify::new(),
            refusals: Semaphore::new(bounds.refused),
        }))
    }

    /// How many may be open.
    pub(super) fn most(&self) -> usize {
        self.0.bounds.most
    }

    /// How many threads share them, `wanted` at most, and how many descriptors each may hold. A thread that holds as many is
    /// given no more, and all together hold no more than there may be. What is lost of them where they do not divide evenly is
    /// less than a thread's number: no more threads than there are places beside the open connections, and whoever comes when
    /// all of those are open still finds a thread, and has one of them give way.
    pub(super) fn shared_by(&self, wanted: usize) -> (usize, usize) {
        let bounds = self.0.bounds;
        let threads = wanted.clamp(1, bounds.beside());
        (threads, (bounds.most + bounds.beside()) / threads)
    }

    /// One more was made.
    pub(super) fn enter(&self) -> Entered {
        let mut open = self.0.open();
        if open.is_ending {
            return Entered::Ending;
        }
        let Bounds { most, leaving, .. } = self.0.bounds;
        if open.count >= most + leaving {
            return Entered::Full;
        }
        let is_full = open.count - open.leaving >= most;
        if is_full {
            let Some((_, gives_way)) = open.waiting.pop_first() else { return Entered::Full };
            open.leaving += 1;
            gives_way.go();
        }
        open.count += 1;
        let state = Arc::<State>::default();
        let place = open.wait_for(&state);
        drop(open);
        let seat =
            Seat(Arc::new(Held { shared: Arc::clone(&self.0), state, place: Mutex::new(Some(place)) }));
        if is_full { Entered::InPlaceOfAnother(seat) } else { Entered::Seated(seat) }
    }

    /// The turn of one for which there is no room to be told so; `None` where others have them all.
    pub(super) fn refusal(&self) -> Option<SemaphorePermit<'_>> {
        self.0.refusals.try_acquire().ok()
    }

    /// No new ones from now on, and those that are waited for are closed.
    pub fn end(&self) {
        let mut open = self.0.open();
        open.is_ending = true;
        let waiting = std::mem::take(&mut open.waiting);
        open.leaving += waiting.len();
        for state in waiting.into_values() {
            state.go();
        }
    }

    /// Waits until none is left.
    pub async fn ended(&self) {
        loop {
            let none_left = self.0.none_left.notified();
            if self.0.open().count == 0 {
                return;
            }
            none_left.await;
        }
    }
}

impl Shared {
    /// Every change is whole before anything could panic.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn wait_for(&mut self, state: &Arc<State>) -> Place {
        self.turns += 1;
        let place = (state.has_delivered.load(Ordering::Relaxed), self.turns);
        self.waiting.insert(place, Arc::clone(state));
        place
    }
}

/// A connection's place among the others; given back when its last clone is dropped.
#[derive(Clone, Debug)]
pub(super) struct Seat(Arc<Held>);

#[derive(Debug)]
struct Held {
    shared: Arc<Shared>,
    state: Arc<State>,
    /// Where it stands among those that are waited for. Locked only by whoever holds the lock of all, or is the last.
    place: Mutex<Option<Place>>,
}

impl Seat {
    /// Its request is whole, and is being answered: until the guard is dropped it does not give way.
    pub(super) fn answering(&self) -> Answering {
        let Held { shared, state, place } = &*self.0;
        let mut open = shared.open();
        // One that was told to go a moment ago is no longer among them, and goes: WeCom delivers again.
        if let Some(place) = take(place) {
            open.waiting.remove(&place);
        }
        Answering { seat: self.clone(), told: state.must_go() }
    }

    /// Whether it must go. Whoever has asked is woken when it must.
    pub(super) fn must_go(&self, cx: &Context<'_>) -> bool {
        let state = &self.0.state;
        state.task.register(cx.waker());
        state.must_go()
    }
}

fn take(place: &Mutex<Option<Place>>) -> Option<Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// A connection whose request is being answered.
#[derive(Debug)]
pub(super) struct Answering {
    seat: Seat,
    told: bool,
}

impl Answering {
    /// What it delivered is genuine: it gives way after those that have delivered nothing.
    pub(super) fn has_delivered(&self) {
        self.seat.0.state.has_delivered.store(true, Ordering::Relaxed);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let Held { shared, state, place } = &*self.seat.0;
        let mut open = shared.open();
        if open.is_ending {
            open.leaving += 1;
            state.go();
        } else {
            let waits = open.wait_for(state);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(waits);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = self.shared.open();
        if let Some(place) = take(&self.place) {
            open.waiting.remove(&place);
        }
        open.count -= 1;
        if self.state.must_go() {
            open.leaving -= 1;
        }
        if open.count == 0 {
            self.shared.none_left.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(entered: Entered) -> Seat {
        match entered {
            Entered::Seated(seat) | Entered::InPlaceOfAnother(seat) => seat,
            Entered::Full | Entered::Ending => panic!("there is no room"),
        }
    }

    /// So many may be open.
    fn connections(most: usize) -> Connections {
        Connections::bounded(Bounds {
            most,
            leaving: LEAVING_MAX,
            refused: REFUSED_MAX,
            arriving: ARRIVING_MAX,
        })
    }

    /// Whatever there is of descriptors, no more are held by those that are open, leave, are refused and arrive, and whoever
    /// comes when all are open still finds a thread.
    #[test]
    fn descriptors_are_shared_out_and_no_more_are_held() {
        for descriptors in (16..600).chain([1_024, 16_384, 1 << 20]) {
            let connections = Connections::within(descriptors);
            let bounds = connections.0.bounds;
            assert_eq!(bounds.most + bounds.beside(), descriptors);
            assert!(bounds.most >= descriptors / 2, "{descriptors}: {bounds:?}");
            for wanted in [0, 1, 2, 3, 7, 64, 511] {
                let (threads, each) = connections.shared_by(wanted);
                assert!((1..=wanted.max(1)).contains(&threads), "{threads} of {wanted}");
                assert!(threads * each <= descriptors, "{threads} × {each} of {descriptors}");
                assert!(threads * each > bounds.most, "{threads} × {each} of {bounds:?}");
            }
        }
        // Fewer than there is a use for: one, and it can give way.
        let one = Connections::within(0);
        let first = seat(one.enter());
        assert!(matches!(one.enter(), Entered::InPlaceOfAnother(_)) && must_go(&first));
    }

    fn must_go(seat: &Seat) -> bool {
        seat.0.state.must_go()
    }

    #[test]
    fn who_says_nothing_gives_way_and_who_delivers_does_so_last() {
        let connections = connections(3);
        let [wecom, first, second] = [(); 3].map(|()| seat(connections.enter()));
        let answering = wecom.answering();
        answering.has_delivered();
        drop(answering);
        let fourth = connections.enter();
        assert!(matches!(fourth, Entered::InPlaceOfAnother(_)));
        let fourth = seat(fourth);
        assert_eq!([&wecom, &first, &second].map(must_go), [false, true, false], "the longest silent");
        let busy = fourth.answering();
        let fifth = seat(connections.enter());
        assert!(must_go(&second) && !must_go(&fourth), "one whose request is answered never goes");
        let busy_too = fifth.answering();
        let sixth = seat(connections.enter());
        assert!(must_go(&wecom), "the last that is left");
        let and_this = sixth.answering();
        assert!(matches!(connections.enter(), Entered::Full));
        drop(busy);
        assert!(matches!(connections.enter(), Entered::InPlaceOfAnother(_)));
        assert!(must_go(&fourth));
        drop((busy_too, and_this));
    }

    #[test]
    fn places_are_given_back_and_those_that_are_slow_to_go_are_bounded() {
        let connections = connections(1);
        let mut slow: Vec<Seat> = (0..=LEAVING_MAX).map(|_| seat(connections.enter())).collect();
        assert!(matches!(connections.enter(), Entered::Full), "so many are still on their way out");
        let told: Vec<_> = std::iter::from_fn(|| connections.refusal()).take(2 * REFUSED_MAX).collect();
        assert_eq!(told.len(), REFUSED_MAX);
        drop(told);
        assert!(connections.refusal().is_some());
        slow.pop();
        assert!(matches!(connections.enter(), Entered::Seated(_)), "the one that stayed has gone");
        slow.clear();
        assert!(matches!(connections.enter(), Entered::Seated(_)));
    }

    #[tokio::test]
    async fn an_end_closes_those_that_wait_at_once_and_the_others_when_they_are_answered() {
        let connections = connections(9);
        let (idle, busy) = (seat(connections.enter()), seat(connections.enter()));
        let answering = busy.answering();
        connections.end();
        assert!(must_go(&idle) && !must_go(&busy));
        assert!(matches!(connections.enter(), Entered::Ending));
        let mut ended = Box::pin(connections.ended());
        drop(idle);
        assert!(futures_util::poll!(&mut ended).is_pending());
        drop(answering);
        assert!(must_go(&busy));
        assert!(futures_util::poll!(&mut ended).is_pending());
        drop(busy);
        tokio::time::timeout(std::time::Duration::from_secs(5), ended).await.expect("none is left");
    }
}

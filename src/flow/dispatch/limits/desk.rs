//! Where those who want to make a call wait for a place, and get it.
//!
//! A place is given to one who waits, under one lock; it is never set free for whoever comes to see it. One of those who
//! wait keeps the time for all of them.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, oneshot};

use super::room::{Bounds, Lane, Place, Room, Ticket};
use crate::action::outcome::End;
use wecom_core::clock::Clock;

/// A lock whose holder panicked guards nothing that could be half done: every change, of a room as of a few keys, is whole before anything
/// could panic.
pub(in crate::flow::dispatch) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the calls of one corp, or to one address, get their places.
#[derive(Debug)]
pub(super) struct Desk {
    room: Mutex<Room<oneshot::Sender<Permit>>>,
    /// Whoever waits and has it keeps the time for all who wait: places that time alone sets free are given by them.
    chair: tokio::sync::Mutex<()>,
    /// There is something new for whoever keeps the time.
    changed: Notify,
}

impl Desk {
    pub(super) fn new(room: Room<oneshot::Sender<Permit>>) -> Self {
        Self { room: Mutex::new(room), chair: tokio::sync::Mutex::default(), changed: Notify::new() }
    }

    /// There are more processes, or fewer.
    pub(super) fn share(&self, processes: usize, bounds: impl Fn(Lane) -> Bounds) {
        lock(&self.room).share(processes, bounds);
        // Whoever keeps the time lets in who may go now.
        self.changed.notify_one();
    }

    /// Gives the places that are free to those whose turn it is, and has whoever keeps the time look again.
    fn admit(self: &Arc<Self>, clock: &Clock) {
        self.admit_until(clock);
        self.changed.notify_one();
    }

    /// Gives the places that are free. When time alone sets the next one free.
    fn admit_until(self: &Arc<Self>, clock: &Clock) -> Option<i64> {
        loop {
            let now_ms = clock.steady_ms();
            let (give, place) = {
                let mut room = lock(&self.room);
                match room.admit(now_ms) {
                    Some(admitted) => admitted,
                    None => return room.next_ms(now_ms),
                }
            };
            let permit = Permit { desk: Arc::clone(self), place, clock: clock.clone() };
            // Who is no longer there drops it, which gives it to the next.
            drop(give.send(permit));
        }
    }

    /// Waits for its turn to keep the time, and keeps it until it is dropped.
    async fn keep_time(self: &Arc<Self>, clock: &Clock) -> Infallible {
        let _chair = self.chair.lock().await;
        loop {
            let changed = self.changed.notified();
            match self.admit_until(clock) {
                None => changed.await,
                Some(at_ms) => tokio::select! {
                    () = changed => {}
                    () = clock.sleep_until_steady(at_ms) => {}
                },
            }
        }
    }
}

/// How many calls of one lane may be under way for one corp, or to one address. Cheap to clone.
#[derive(Clone, Debug)]
pub(in crate::flow::dispatch) struct Limit {
    desk: Arc<Desk>,
    lane: Lane,
}

impl Limit {
    pub(super) fn new(desk: Arc<Desk>, lane: Lane) -> Self {
        Self { desk, lane }
    }

    /// Waits until one more call may be made. `deadline_ms`: until when it is worth anything, on the steady clock.
    pub(in crate::flow::dispatch) async fn permit(&self, clock: &Clock, deadline_ms: Option<i64>) -> Permit {
        loop {
            let (give, given) = oneshot::channel();
            let ticket = lock(&self.desk.room).enter(self.lane, deadline_ms, give);
            let _waiting = Waiting { desk: &self.desk, ticket };
            self.desk.admit(clock);
            tokio::select! {
                biased;
                // The room holds who waits until they leave, so that a place comes in the end.
                permit = given => if let Ok(permit) = permit { return permit },
                never = self.desk.keep_time(clock) => match never {},
            }
        }
    }

    /// Learns from how a call ended. `again_at_ms`: when it is to be tried again, on the steady clock.
    pub(in crate::flow::dispatch) fn answered(
        &self,
        place: Place,
        end: End,
        again_at_ms: Option<i64>,
        clock: &Clock,
    ) {
        lock(&self.desk.room).answered(place, end, again_at_ms, clock.steady_ms());
        self.desk.admit(clock);
    }

    /// How many calls may be under way at present, and whether WeCom is taken to be away, so that only now and then one tries.
    pub(in crate::flow::dispatch) fn standing(&self, clock: &Clock) -> (usize, bool) {
        lock(&self.desk.room).standing(self.lane, clock.steady_ms())
    }

    /// Whether no call of any kind would be answered, as far as those of this one can say.
    pub(in crate::flow::dispatch) fn is_unreachable(&self, clock: &Clock) -> bool {
        lock(&self.desk.room).is_unreachable(self.lane, clock.steady_ms())
    }
}

/// Leaves the room when dropped.
struct Waiting<'a> {
    desk: &'a Arc<Desk>,
    ticket: Ticket,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let left = lock(&self.desk.room).leave(self.ticket);
        drop(left);
    }
}

/// The right to make one call; given back when dropped.
#[derive(Debug)]
pub(in crate::flow::dispatch) struct Permit {
    desk: Arc<Desk>,
    place: Place,
    clock: Clock,
}

impl Permit {
    /// What its call's end is told with ([`Limit::answered`]).
    pub(in crate::flow::dispatch) fn place(&self) -> Place {
        self.place
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        lock(&self.desk.room).give_back(self.place, self.clock.steady_ms());
        self.desk.admit(&self.clock);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::Limits, *};
    use crate::action::{Kind, outcome::Class};

    /// Calls that are under way, and end when they are told to.
    async fn begin(limit: &Limit, count: usize, clock: &Clock) -> Vec<Permit> {
        let mut permits = Vec::new();
        for _ in 0..count {
            permits.push(limit.permit(clock, None).await);
        }
        permits
    }

    #[tokio::test]
    async fn a_corp_has_limits_of_its_own_and_processes_share_what_there_is() {
        let limits = Limits::new(400, 50);
        let (clock, _hand) = Clock::manual(0);
        let allowed = |corp, kind| limits.of(corp, kind).standing(&clock).0;
        let all = || {
            [Kind::Welcome, Kind::Tag, Kind::Decide, Kind::Notify, Kind::Forward]
                .map(|kind| allowed("ww1", kind))
        };
        assert_eq!(all(), [64, 5, 16, 4, 8]);
        limits.share(3);
        assert_eq!(all(), [21, 1, 5, 1, 8]);
        limits.share(1);
        assert_eq!(all(), [64, 5, 16, 4, 8]);
        assert_eq!(
            Limits::new(1, 1).of("ww1", Kind::Welcome).standing(&clock).0,
            1,
            "no more than the settings say"
        );
        let tags = limits.of("ww1", Kind::Tag);
        let held = begin(&tags, 5, &clock).await;
        let remark = limits.of("ww1", Kind::Remark);
        let no_place = |limit: Limit, clock: Clock| async move {
            futures_util::poll!(std::pin::pin!(limit.permit(&clock, None))).is_pending()
        };
        // One more may try whether a sixth is taken.
        let probe = begin(&tags, 2, &clock).await;
        assert!(no_place(remark, clock.clone()).await, "tags and remarks share one");
        for kind in [Kind::Welcome, Kind::Decide, Kind::Notify, Kind::Forward] {
            assert!(!no_place(limits.of("ww1", kind), clock.clone()).await, "{kind} has one of its own");
        }
        assert!(!no_place(limits.of("ww2", Kind::Tag), clock.clone()).await, "and another corp");
        drop((held, probe));
    }

    #[tokio::test]
    async fn too_many_at_once_lowers_the_limit_and_what_is_taken_raises_it() {
        let (clock, hand) = Clock::manual(0);
        let limit = Limits::new(64, 50).of("ww1", Kind::Tag);
        let round = async |taken: usize| {
            let mut permits = Vec::new();
            while let Some(permit) = {
                let mut waiting = std::pin::pin!(limit.permit(&clock, None));
                match futures_util::poll!(&mut waiting) {
                    std::task::Poll::Ready(permit) => Some(permit),
                    std::task::Poll::Pending => None,
                }
            } {
                permits.push(permit);
            }
            hand.advance(Duration::from_millis(100));
            // A task that never gives way is given nothing more by the runtime's channels.
            tokio::task::yield_now().await;
            for (index, permit) in permits.into_iter().enumerate() {
                let end = if index < taken { End::Done } else { Class::Crowded.into() };
                limit.answered(permit.place(), end, None, &clock);
                drop(permit);
            }
        };
        for _ in 0..20 {
            round(3).await;
        }
        assert_eq!(limit.standing(&clock).0, 3, "so many are taken");
        for _ in 0..100 {
            round(12).await;
        }
        assert_eq!(limit.standing(&clock).0, 12, "and now so many");
    }

    #[tokio::test]
    async fn no_more_than_allowed_are_under_way_and_none_is_lost() {
        let (clock, _hand) = Clock::manual(0);
        let limit = Limits::new(64, 3).of("ww1", Kind::Tag);
        let most = Arc::new(Mutex::new((0_usize, 0_usize)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (limit, clock, most) = (limit.clone(), clock.clone(), Arc::clone(&most));
            tasks.spawn(async move {
                let _permit = limit.permit(&clock, None).await;
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

    /// Two places given back at the moment at which two begin to wait: a notice that is kept for one of them only would leave
    /// the other asleep beside a free place.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_sleeps_beside_a_free_place() {
        let (clock, _hand) = Clock::manual(0);
        for _ in 0..2_000 {
            let limit = Limits::new(64, 2).of("ww1", Kind::Tag);
            let held = begin(&limit, 2, &clock).await;
            let start = Arc::new(tokio::sync::Barrier::new(4));
            let mut tasks = tokio::task::JoinSet::new();
            for permit in held {
                let start = Arc::clone(&start);
                tasks.spawn(async move {
                    start.wait().await;
                    drop(permit);
                    None
                });
            }
            for _ in 0..2 {
                let (limit, clock, start) = (limit.clone(), clock.clone(), Arc::clone(&start));
                tasks.spawn(async move {
                    start.wait().await;
                    Some(limit.permit(&clock, None).await)
                });
            }
            // Those who got one keep it: no place that is given back wakes the other.
            tokio::time::timeout(Duration::from_secs(20), tasks.join_all()).await.expect("both have a place");
        }
    }

    /// Whoever is given a place and is gone at the same moment gives it to the next.
    #[tokio::test]
    async fn a_place_that_nobody_takes_goes_to_the_next() {
        let (clock, _hand) = Clock::manual(0);
        let limit = Limits::new(64, 1).of("ww1", Kind::Tag);
        let held = limit.permit(&clock, None).await;
        let mut gone = Box::pin(limit.permit(&clock, None));
        let mut next = Box::pin(limit.permit(&clock, None));
        assert!(futures_util::poll!(&mut gone).is_pending() && futures_util::poll!(&mut next).is_pending());
        drop(held);
        drop(gone);
        assert!(futures_util::poll!(&mut next).is_ready());
    }

    #[tokio::test]
    async fn a_frequency_block_holds_tags_until_it_may_be_over_but_not_welcomes() {
        let (clock, hand) = Clock::manual(0);
        let limits = Limits::new(64, 5);
        for kind in [Kind::Tag, Kind::Welcome] {
            let limit = limits.of("ww1", kind);
            let permit = limit.permit(&clock, None).await;
            limit.answered(permit.place(), Class::Throttled.into(), Some(60_000), &clock);
        }
        drop(limits.of("ww1", Kind::Welcome).permit(&clock, None).await);
        let tag = limits.of("ww1", Kind::Tag);
        let waiting = tag.permit(&clock, None);
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        hand.advance(Duration::from_mins(1));
        drop(waiting.await);
    }

    #[tokio::test]
    async fn while_wecom_is_away_one_tries_and_when_it_is_back_all_go() {
        let (clock, hand) = Clock::manual(0);
        let limit = Limits::new(64, 5).of("ww1", Kind::Welcome);
        for _ in 0..10 {
            let permit = limit.permit(&clock, Some(20_000)).await;
            limit.answered(permit.place(), Class::Busy.into(), None, &clock);
        }
        assert!(limit.standing(&clock).1);
        let mut waiting: Vec<_> = (0..20).map(|_| Box::pin(limit.permit(&clock, Some(20_000)))).collect();
        for waiting in &mut waiting {
            assert!(futures_util::poll!(waiting).is_pending());
        }
        hand.advance(Duration::from_millis(300));
        let tried = async {
            loop {
                for waiting in &mut waiting {
                    if let std::task::Poll::Ready(permit) = futures_util::poll!(waiting) {
                        return permit;
                    }
                }
                tokio::task::yield_now().await;
            }
        };
        let permit = tokio::time::timeout(Duration::from_secs(5), tried).await.expect("one tries");
        let mut others = 0;
        for waiting in waiting.iter_mut().skip(1) {
            others += usize::from(futures_util::poll!(waiting).is_ready());
        }
        assert_eq!(others, 0);
        limit.answered(permit.place(), End::Done, None, &clock);
        assert!(!limit.standing(&clock).1);
        for waiting in waiting.iter_mut().skip(1) {
            assert!(futures_util::poll!(waiting).is_ready());
        }
    }

    #[tokio::test]
    async fn tags_give_way_while_a_welcome_waits_or_was_refused() {
        let (clock, hand) = Clock::manual(0);
        let limits = Limits::new(1, 5);
        let (welcomes, tags) = (limits.of("ww1", Kind::Welcome), limits.of("ww1", Kind::Tag));
        let has_place =
            async |limit: &Limit| futures_util::poll!(std::pin::pin!(limit.permit(&clock, None))).is_ready();
        let first = welcomes.permit(&clock, Some(20_000)).await;
        assert!(has_place(&tags).await, "no welcome waits");
        let mut second = Box::pin(welcomes.permit(&clock, Some(20_000)));
        assert!(futures_util::poll!(&mut second).is_pending());
        assert!(!has_place(&tags).await, "one waits");
        welcomes.answered(first.place(), End::Done, None, &clock);
        drop(first);
        let second = second.await;
        assert!(has_place(&tags).await);
        welcomes.answered(second.place(), Class::Crowded.into(), None, &clock);
        drop(second);
        assert!(!has_place(&tags).await, "one was refused");
        let mut tag = Box::pin(tags.permit(&clock, None));
        assert!(futures_util::poll!(&mut tag).is_pending());
        hand.advance(Duration::from_secs(1));
        drop(tag.await);
    }
}

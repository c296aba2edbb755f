//! The one place that asks what time it is.
//!
//! Everything else is handed a [`Clock`] or an instant, so that a test can let twenty seconds or three days pass
//! without waiting for them. Instants are Unix milliseconds (`i64`, names end in `_ms`): that is what the database
//! keeps and what WeCom's seconds become.
//!
//! A machine's clock is set now and then, back as well as forward. So whatever is waited for, and the age of whatever is
//! only in memory, goes by the steady clock ([`Clock::steady_ms`]), which only ever runs on.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

/// Gives the time, and waits until a given one.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Manual(Arc<watch::Sender<Hands>>),
}

/// What both clocks show at one moment.
#[derive(Clone, Copy, Debug)]
struct Hands {
    now_ms: i64,
    steady_ms: i64,
}

/// From when the steady clock of this process counts.
static STEADY_FROM: OnceLock<Instant> = OnceLock::new();

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still at `now_ms` until its [`ManualClock`] moves it.
    pub fn manual(now_ms: i64) -> (Self, ManualClock) {
        let hand = Arc::new(watch::Sender::new(Hands { now_ms, steady_ms: 0 }));
        (Self(Kind::Manual(Arc::clone(&hand))), ManualClock(Arc::downgrade(&hand)))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Kind::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let now = SystemTime::now();
                now.duration_since(UNIX_EPOCH)
                    .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Kind::Manual(hand) => hand.borrow().now_ms,
        }
    }

    /// Milliseconds on a clock that nobody sets: for waits, and for ages of what is only in memory. It counts from some
    /// moment of this process, so it is never stored and never compared with [`Clock::now_ms`].
    pub fn steady_ms(&self) -> i64 {
        match &self.0 {
            Kind::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let now = Instant::now();
                let since = now.saturating_duration_since(*STEADY_FROM.get_or_init(|| now));
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }
            Kind::Manual(hand) => hand.borrow().steady_ms,
        }
    }

    /// Returns after as long as it is from now until `at_ms`; at once if that has passed. A clock that is set meanwhile
    /// makes it neither longer nor shorter.
    pub async fn sleep_until(&self, at_ms: i64) {
        self.sleep_for(|hands| at_ms.saturating_sub(hands.now_ms)).await;
    }

    /// Returns when the steady clock shows `at_ms` or later; at once if it does already.
    pub async fn sleep_until_steady(&self, at_ms: i64) {
        self.sleep_for(|hands| at_ms.saturating_sub(hands.steady_ms)).await;
    }

    /// Returns after `pause` has passed.
    pub async fn sleep(&self, pause: Duration) {
        match &self.0 {
            Kind::System => tokio::time::sleep(pause).await,
            Kind::Manual(_) => self.sleep_for(|_| i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)).await,
        }
    }

    /// Returns after so many milliseconds as `left_ms` makes of both hands, which are read once: a clock that is moved
    /// between two readings would make the wait too long.
    async fn sleep_for(&self, left_ms: impl FnOnce(Hands) -> i64) {
        match &self.0 {
            Kind::System => {
                let left_ms = left_ms(Hands { now_ms: self.now_ms(), steady_ms: self.steady_ms() });
                if let Ok(left_ms @ 1..) = u64::try_from(left_ms) {
                    tokio::time::sleep(Duration::from_millis(left_ms)).await;
                }
            }
            Kind::Manual(hand) => {
                let mut hand = hand.subscribe();
                let hands = *hand.borrow();
                let until_ms = hands.steady_ms.saturating_add(left_ms(hands));
                // The sender is held by this very clock, so it cannot be gone.
                let _ = hand.wait_for(|hands| hands.steady_ms >= until_ms).await;
            }
        }
    }

    /// A watch that starts now.
    pub fn watch(&self) -> Watch {
        Watch { clock: self.clone(), began_ms: self.now_ms(), began_steady_ms: self.steady_ms() }
    }
}

/// Shows the clock's time, but never goes back: what has begun ends in time although the clock is set back meanwhile. It
/// follows a clock that is set forward.
#[derive(Clone, Debug)]
pub struct Watch {
    clock: Clock,
    began_ms: i64,
    began_steady_ms: i64,
}

impl Watch {
    /// Unix milliseconds: the clock's, or so many as have passed since the watch was started, whichever is later.
    pub fn now_ms(&self) -> i64 {
        self.shows_ms(Hands { now_ms: self.clock.now_ms(), steady_ms: self.clock.steady_ms() })
    }

    fn shows_ms(&self, hands: Hands) -> i64 {
        let passed_ms = hands.steady_ms.saturating_sub(self.began_steady_ms);
        hands.now_ms.max(self.began_ms.saturating_add(passed_ms))
    }

    /// Returns after as long as it is from now until this watch shows `at_ms`, as far as nobody sets the clock.
    pub async fn sleep_until(&self, at_ms: i64) {
        self.clock.sleep_for(|hands| at_ms.saturating_sub(self.shows_ms(hands))).await;
    }
}

/// The hand that moves a clock made by [`Clock::manual`].
#[derive(Clone, Debug)]
pub struct ManualClock(Weak<watch::Sender<Hands>>);

impl ManualClock {
    /// Moves the clock forward and wakes whoever waited for a moment up to there.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = self.0.upgrade() {
            let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            hand.send_modify(|hands| {
                hands.now_ms += by_ms;
                hands.steady_ms += by_ms;
            });
        }
    }

    /// Sets the clock, back or forward, as whoever administers the machine does: no time passes by it.
    pub fn set(&self, by_ms: i64) {
        if let Some(hand) = self.0.upgrade() {
            hand.send_modify(|hands| hands.now_ms += by_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_its_sleepers_when_it_is_moved_and_not_before() {
        let (clock, hand) = Clock::manual(1_000);
        let sleeping = clock.sleep(Duration::from_secs(20));
        tokio::pin!(sleeping);
        assert!(futures_util::poll!(&mut sleeping).is_pending());
        hand.advance(Duration::from_millis(19_999));
        assert!(futures_util::poll!(&mut sleeping).is_pending());
        hand.advance(Duration::from_millis(1));
        sleeping.await;
        assert_eq!(clock.now_ms(), 21_000);
    }

    #[tokio::test]
    async fn a_clock_that_is_set_makes_no_wait_longer_or_shorter() {
        const DAY_MS: i64 = 86_400_000;
        for by_ms in [-90_000, DAY_MS, -DAY_MS] {
            let (clock, hand) = Clock::manual(DAY_MS);
            let pause = clock.sleep(Duration::from_secs(1));
            let moment = clock.sleep_until(clock.now_ms() + 1_000);
            let steady = clock.sleep_until_steady(clock.steady_ms() + 1_000);
            tokio::pin!(pause, moment, steady);
            assert!(futures_util::poll!(&mut pause).is_pending());
            assert!(futures_util::poll!(&mut moment).is_pending());
            assert!(futures_util::poll!(&mut steady).is_pending());
            hand.set(by_ms);
            assert_eq!((clock.now_ms(), clock.steady_ms()), (DAY_MS + by_ms, 0));
            assert!(futures_util::poll!(&mut pause).is_pending(), "{by_ms}");
            assert!(futures_util::poll!(&mut moment).is_pending(), "{by_ms}");
            hand.advance(Duration::from_secs(1));
            tokio::join!(pause, moment, steady);
        }
    }

    #[tokio::test]
    async fn a_watch_runs_on_when_the_clock_is_set_back_and_follows_it_forward() {
        let (clock, hand) = Clock::manual(100_000);
        let watch = clock.watch();
        hand.advance(Duration::from_secs(2));
        hand.set(-90_000);
        assert_eq!((clock.now_ms(), watch.now_ms()), (12_000, 102_000));
        let sleeping = watch.sleep_until(103_000);
        tokio::pin!(sleeping);
        assert!(futures_util::poll!(&mut sleeping).is_pending());
        hand.advance(Duration::from_secs(1));
        sleeping.await;
        hand.set(1_000_000);
        assert_eq!(watch.now_ms(), 1_013_000);
    }

    #[tokio::test]
    async fn the_machines_clocks_run_on() {
        let clock = Clock::system();
        let (now_ms, steady_ms) = (clock.now_ms(), clock.steady_ms());
        clock.sleep(Duration::from_millis(20)).await;
        assert!(clock.steady_ms() >= steady_ms + 20 && clock.now_ms() >= now_ms);
        clock.sleep_until(now_ms - 1_000).await;
    }
}

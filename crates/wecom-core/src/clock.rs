//! The one place that asks what time it is.
//!
//! Everything else is handed a [`Clock`] or an instant, so that a test can let twenty seconds or three days pass
//! without waiting for them. Instants are Unix milliseconds (`i64`, names end in `_ms`): that is what the database
//! keeps and what WeCom's seconds become.

use std::{
    sync::{Arc, Weak},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

/// Gives the time, and waits until a given one.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Manual(Arc<watch::Sender<i64>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still at `now_ms` until its [`ManualClock`] moves it.
    pub fn manual(now_ms: i64) -> (Self, ManualClock) {
        let hand = Arc::new(watch::Sender::new(now_ms));
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
            Kind::Manual(hand) => *hand.borrow(),
        }
    }

    /// Returns when the clock shows `at_ms` or later; at once if it does already.
    pub async fn sleep_until(&self, at_ms: i64) {
        match &self.0 {
            Kind::System => {
                // Asked again after waking: the machine's clock may have been set back while we slept.
                loop {
                    let left_ms = at_ms - self.now_ms();
                    let Ok(left_ms @ 1..) = u64::try_from(left_ms) else { return };
                    tokio::time::sleep(Duration::from_millis(left_ms)).await;
                }
            }
            Kind::Manual(hand) => {
                let mut hand = hand.subscribe();
                // The sender is held by this very clock, so it cannot be gone.
                let _ = hand.wait_for(|now| *now >= at_ms).await;
            }
        }
    }

    /// Returns after `pause` has passed on this clock.
    pub async fn sleep(&self, pause: Duration) {
        let pause_ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        self.sleep_until(self.now_ms().saturating_add(pause_ms)).await;
    }
}

/// The hand that moves a clock made by [`Clock::manual`].
#[derive(Clone, Debug)]
pub struct ManualClock(Weak<watch::Sender<i64>>);

impl ManualClock {
    /// Moves the clock forward and wakes whoever waited for a moment up to there.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = self.0.upgrade() {
            hand.send_modify(|now| *now += i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
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
}

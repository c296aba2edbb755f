//! The simulator's own time: the clock that it was given, and how far it has been put ahead of that. So what takes hours
//! or days (transfers, media, statistics, expiry) can be tried at once.

use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

use crate::error::Error;
use wecom_core::clock::Clock;

/// Time is put ahead by at most so much in all. No period of the platform is longer than the year of a quota, and Unix
/// seconds keep their ten digits.
const AHEAD_MAX: Duration = Duration::from_hours(24 * 366 * 10);

/// A clock that can be put ahead, and never back.
pub(crate) struct Time {
    clock: Clock,
    ahead_ms: watch::Sender<i64>,
}

/// What the simulator's clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockReading {
    /// Unix milliseconds.
    pub now_ms: i64,
    /// How far it has been put ahead of the clock that the simulator was started with, in milliseconds.
    pub ahead_ms: i64,
}

impl Time {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, ahead_ms: watch::Sender::new(0) }
    }

    /// Unix milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(*self.ahead_ms.borrow())
    }

    pub(crate) fn reading(&self) -> ClockReading {
        ClockReading { now_ms: self.now_ms(), ahead_ms: *self.ahead_ms.borrow() }
    }

    /// Puts it ahead, and wakes whoever waits for an instant that has passed with that.
    pub(crate) fn forward(&self, by: Duration) -> Result<(), Error> {
        let most_ms = i64::try_from(AHEAD_MAX.as_millis()).unwrap_or(i64::MAX);
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let mut fits = false;
        self.ahead_ms.send_if_modified(|ahead_ms| {
            let wanted_ms = ahead_ms.saturating_add(by_ms);
            fits = wanted_ms <= most_ms;
            if fits {
                *ahead_ms = wanted_ms;
            }
            fits
        });
        if fits { Ok(()) } else { Err(Error::TooFarAhead { most_ms }) }
    }

    /// Returns when it shows `at_ms` or later.
    pub(crate) async fn sleep_until(&self, at_ms: i64) {
        let mut moved = self.ahead_ms.subscribe();
        // A turn after the first means that the clock has been put ahead.
        loop {
            let ahead_ms = *moved.borrow_and_update();
            tokio::select! {
                () = self.clock.sleep_until(at_ms.saturating_sub(ahead_ms)) => return,
                // The sender is held by this very clock, so it cannot be gone.
                _ = moved.changed() => {}
            }
        }
    }

    /// Returns after `pause` has passed on it.
    pub(crate) async fn sleep(&self, pause: Duration) {
        let pause_ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        self.sleep_until(self.now_ms().saturating_add(pause_ms)).await;
    }
}

/// Reads a duration as people write it: `30s`, `5m`, `36h`, `3d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_sleeps_is_woken_by_either_hand() {
        let (clock, hand) = Clock::manual(1_000);
        let time = Time::new(clock);
        let sleeping = time.sleep(Duration::from_secs(20));
        tokio::pin!(sleeping);
        assert!(futures_util::poll!(&mut sleeping).is_pending());
        time.forward(Duration::from_secs(15)).unwrap();
        assert!(futures_util::poll!(&mut sleeping).is_pending());
        hand.advance(Duration::from_secs(5));
        sleeping.await;
        assert_eq!(time.reading(), ClockReading { now_ms: 21_000, ahead_ms: 15_000 });
        assert!(time.forward(AHEAD_MAX).is_err(), "all in all it is too far");
        assert_eq!(time.reading().ahead_ms, 15_000);
    }

    #[test]
    fn durations_read_as_people_write_them() {
        assert_eq!(duration("3d"), Some(Duration::from_hours(72)));
        assert_eq!(duration("90s"), Some(Duration::from_secs(90)));
        for wrong in ["", "d", "3", "3w", "-1d", "+1d", "1.5h", "3 d", "3天", "99999999999999999999d"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}

//! Until when an action is worth performing: an instant, fixed once.
//!
//! A `welcome_code` works for 20 seconds. The instant at which it stops is computed once from the event and never moved:
//! no retry, redelivery or replay makes a deadline later.

use std::time::Duration;

/// How long WeCom honours a `welcome_code` (page 92599).
pub const WELCOME_WINDOW_MS: i64 = 20_000;

/// How far WeCom's `CreateTime` may be from our clock and still be believed. WeCom delivers an event up to four times
/// within some 20 seconds, so a first receipt may be that late without either clock being wrong, and a machine that
/// keeps time is within a second of WeCom's. A difference of a minute means a wrong clock, or a recorded event.
pub const PLAUSIBLE_DISTANCE_MS: i64 = 60_000;

/// From which age on an event is old, whatever is wrong with our clock: a machine's that is ahead of WeCom's by so much has no
/// valid certificate before it and calls nobody, and one that is set to another time zone, or a day, is off by less. What
/// is older is a delivery that somebody kept and sends again, or a recorded event; its code has stopped to work long ago.
pub const OLD_FROM_MS: i64 = 7 * 24 * 3_600_000;

/// WeCom is there since April 2016: a `CreateTime` before says nothing of when something happened.
const WECOM_SINCE_MS: i64 = 1_460_908_800_000;

/// How long after its deadline the answer to a welcome's last try is waited for. The call started in time, so WeCom may
/// have sent the welcome, and its answer is the only way to know. A gateway that is overloaded answers within some seconds
/// or never.
pub const LATE_ANSWER_MAX: Duration = Duration::from_secs(10);

/// The instant after which no call may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(i64);

impl Deadline {
    /// 20 seconds after the earlier of WeCom's `CreateTime` and our first receipt. A `CreateTime` (in whole seconds, as
    /// in the event) that is implausible is ignored, unless the event is [old](OLD_FROM_MS) by any clock.
    pub fn of_welcome(create_time_s: Option<i64>, first_received_ms: i64) -> Self {
        let start_ms = create_time_s
            .and_then(|seconds| seconds.checked_mul(1_000))
            .filter(|created_ms| {
                // What says nothing of its time is as new as its arrival.
                let is_time = *created_ms >= WECOM_SINCE_MS;
                first_received_ms.checked_sub(*created_ms).is_some_and(|age_ms| {
                    age_ms.abs() <= PLAUSIBLE_DISTANCE_MS || (is_time && age_ms >= OLD_FROM_MS)
                })
            })
            .map_or(first_received_ms, |created_ms| created_ms.min(first_received_ms));
        Self(start_ms.saturating_add(WELCOME_WINDOW_MS))
    }

    /// A deadline read back from the record, in Unix milliseconds.
    pub fn at_ms(at_ms: i64) -> Self {
        Self(at_ms)
    }

    /// The instant in Unix milliseconds.
    pub fn as_ms(self) -> i64 {
        self.0
    }

    /// How much time is left at `now_ms`; `None` when it has passed.
    pub fn left(self, now_ms: i64) -> Option<Duration> {
        u64::try_from(self.0.saturating_sub(now_ms)).ok().filter(|left| *left > 0).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIVED_MS: i64 = 1_733_900_461_210;

    #[test]
    fn the_window_starts_at_the_earlier_of_create_time_and_receipt() {
        let of = |create_s| Deadline::of_welcome(create_s, RECEIVED_MS).as_ms() - RECEIVED_MS;
        assert_eq!(of(Some(1_733_900_461)), 19_790, "CreateTime is 210 ms earlier");
        assert_eq!(of(Some(1_733_900_451)), 9_790, "delivered for the second time");
        assert_eq!(of(Some(1_733_900_466)), 20_000, "WeCom's clock is ahead: our receipt counts");
        assert_eq!(of(None), 20_000);
    }

    #[test]
    fn an_implausible_create_time_is_passed_over() {
        let week_s = OLD_FROM_MS / 1_000;
        let hours_off = 1_733_900_461 - 26 * 3_600;
        for create_s in [
            0,
            1,
            i64::MAX,
            i64::MIN,
            1_733_900_461 - 61,
            hours_off,
            1_733_900_462 - week_s,
            1_733_900_461 + 3_600,
            1_733_900_461 + 2 * week_s,
        ] {
            assert_eq!(
                Deadline::of_welcome(Some(create_s), RECEIVED_MS).as_ms(),
                RECEIVED_MS + 20_000,
                "{create_s}"
            );
        }
    }

    #[test]
    fn what_is_old_by_any_clock_has_no_time_left() {
        for days in [8, 30, 3_000] {
            let create_s = 1_733_900_461 - days * 24 * 3_600;
            let deadline = Deadline::of_welcome(Some(create_s), RECEIVED_MS);
            assert_eq!(deadline.as_ms(), create_s * 1_000 + 20_000, "{days} days");
            assert_eq!(deadline.left(RECEIVED_MS), None);
        }
    }

    #[test]
    fn a_create_time_is_believed_up_to_a_minute_away() {
        let of =
            |create_s| Deadline::of_welcome(Some(create_s), 1_733_900_460_000).as_ms() - 1_733_900_460_000;
        assert_eq!(of(1_733_900_400), -40_000, "a minute");
        assert_eq!(of(1_733_900_399), 20_000, "more");
    }

    #[test]
    fn nothing_is_left_at_the_deadline_itself() {
        let deadline = Deadline::at_ms(1_000);
        assert_eq!(deadline.left(999), Some(Duration::from_millis(1)));
        assert_eq!(deadline.left(1_000), None);
        assert_eq!(deadline.left(i64::MAX), None);
    }
}

//! How long to wait before trying again: pure schedules, one for each span that an action has, from twenty seconds to
//! three days.

use std::time::Duration;

use super::outcome::Class;

/// The first pause of a welcome's retry; doubles up to [`WELCOME_PAUSE_MAX`].
const WELCOME_PAUSE: Duration = Duration::from_millis(150);

/// The longest pause of a welcome's retry: with less than a second between tries an outage that ends inside the
/// window is noticed inside the window.
const WELCOME_PAUSE_MAX: Duration = Duration::from_secs(1);

/// The pause while another app is sending the same welcome (41096): its call takes some hundred milliseconds.
const CONTENDED_PAUSE: Duration = Duration::from_millis(300);

/// The pause after 45009 for a welcome. The block usually lasts a minute, which is longer than the code works, so the few
/// tries that fit are spread over its window.
const WELCOME_THROTTLED_PAUSE: Duration = Duration::from_millis(2_500);

/// The first pause of a tag's or remark's retry; grows threefold a try up to [`DURABLE_PAUSE_MAX`].
const DURABLE_PAUSE: Duration = Duration::from_secs(1);

/// And it is never longer than this, or than two thirds of the time for which it has been tried: after an outage of a minute
/// no tag waits another minute, whatever its number of tries, and after one of an hour most are on within the next.
const DURABLE_PAUSE_EARLY: Duration = Duration::from_secs(20);

/// The longest pause of a tag's or remark's retry.
const DURABLE_PAUSE_MAX: Duration = Duration::from_hours(3);

/// The first pause after 45009: the shortest block is a minute, the longest an hour (page 90454).
const THROTTLED_PAUSE: Duration = Duration::from_mins(1);
const THROTTLED_PAUSE_MAX: Duration = Duration::from_hours(1);

/// The pause while WeCom does not yet know a contact that it has just notified us of.
const NO_RELATION_PAUSE: Duration = Duration::from_secs(3);

/// The first pause while the app is not allowed to do it: a new trusted address takes a minute to work (60020).
const CONFIGURATION_PAUSE: Duration = Duration::from_mins(1);

/// For how long tags and remarks are tried: a long weekend.
pub const DURABLE_FOR: Duration = Duration::from_hours(3 * 24);

/// For how long notices and forwards are tried. A notice that is a day late helps nobody any more.
pub const REPORTS_FOR: Duration = Duration::from_hours(24);

/// How often the look-ups of rules that were left open are tried. With pauses of 1, 2, 4 and 8 s, up to half as much again
/// from the dice, and some seconds for each try, that takes less than a minute; then the rules are decided without them.
pub const DECIDE_TRIES: u32 = 5;

/// The first pause between these look-ups; doubles up to [`DECIDE_PAUSE_MAX`].
const DECIDE_PAUSE: Duration = Duration::from_secs(1);
const DECIDE_PAUSE_MAX: Duration = Duration::from_secs(8);

/// The pause before a welcome's attempt `number + 1`, with up to 50 % added by the dice (0 ≤ dice < 1).
pub fn welcome_pause(class: Class, number: u32, dice: f64) -> Duration {
    let pause = match class {
        Class::Contended => return CONTENDED_PAUSE + CONTENDED_PAUSE.mul_f64(dice * 1.5),
        Class::Throttled => WELCOME_THROTTLED_PAUSE,
        _ => grown(WELCOME_PAUSE, 2.0, number, WELCOME_PAUSE_MAX),
    };
    spread(pause, dice)
}

/// The pause before a tag's or remark's attempt `number + 1`, with up to 50 % added by the dice; `None` when it has
/// been tried for [`DURABLE_FOR`].
pub fn durable_pause(class: Class, number: u32, since_first_ms: i64, dice: f64) -> Option<Duration> {
    if u128::try_from(since_first_ms).is_ok_and(|since| since >= DURABLE_FOR.as_millis()) {
        return None;
    }
    let pause = match class {
        Class::Throttled => grown(THROTTLED_PAUSE, 2.0, number, THROTTLED_PAUSE_MAX),
        // Short, because there is nothing wrong with the call: there were only too many at once.
        Class::Crowded => grown(DURABLE_PAUSE / 4, 2.0, number, THROTTLED_PAUSE),
        Class::NoRelation => NO_RELATION_PAUSE,
        Class::Configuration => grown(CONFIGURATION_PAUSE, 3.0, number, DURABLE_PAUSE_MAX),
        _ => grown(DURABLE_PAUSE, 3.0, number, DURABLE_PAUSE_MAX).min(of_time_tried(since_first_ms)),
    };
    Some(spread(pause, dice))
}

fn of_time_tried(since_first_ms: i64) -> Duration {
    let since = Duration::from_millis(u64::try_from(since_first_ms).unwrap_or(0));
    DURABLE_PAUSE_EARLY.max(since.mul_f64(2.0 / 3.0))
}

/// The pause before a notice's or forward's attempt `number + 1`; `None` when it has been tried for [`REPORTS_FOR`].
pub fn reports_pause(class: Class, number: u32, since_first_ms: i64, dice: f64) -> Option<Duration> {
    let is_over = u128::try_from(since_first_ms).is_ok_and(|since| since >= REPORTS_FOR.as_millis());
    if is_over { None } else { durable_pause(class, number, since_first_ms, dice) }
}

/// The pause before attempt `number + 1` to look up what rules were left open for, with up to 50 % added by the dice;
/// `None` after [`DECIDE_TRIES`] of them.
pub fn decide_pause(number: u32, dice: f64) -> Option<Duration> {
    if number >= DECIDE_TRIES {
        return None;
    }
    let pause = grown(DECIDE_PAUSE, 2.0, number, DECIDE_PAUSE_MAX);
    Some(spread(pause, dice))
}

/// With up to 50 % added by the dice, so that what failed together does not come again together.
fn spread(pause: Duration, dice: f64) -> Duration {
    pause + pause.mul_f64(dice * 0.5)
}

fn grown(first: Duration, factor: f64, number: u32, longest: Duration) -> Duration {
    // 3^20 seconds is a century: past that the exponent no longer matters, and the float stays finite.
    let exponent = i32::try_from(number.saturating_sub(1).min(20)).unwrap_or(20);
    Duration::try_from_secs_f64(first.as_secs_f64() * factor.powi(exponent))
        .map_or(longest, |pause| pause.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 24 * 3_600 * 1_000;

    /// The pauses before the second try, the third and so on, in milliseconds.
    fn pauses(pause: impl Fn(u32) -> Option<Duration>) -> Vec<u128> {
        (1..=12).map_while(pause).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn a_welcome_is_tried_again_sooner_than_its_window_ends() {
        let of = |class, dice| pauses(|number| Some(welcome_pause(class, number, dice)));
        assert_eq!(of(Class::Busy, 0.0)[..5], [150, 300, 600, 1_000, 1_000]);
        assert_eq!(of(Class::Busy, 1.0)[..3], [225, 450, 900]);
        assert_eq!(of(Class::Contended, 0.0)[..2], [300, 300]);
        assert_eq!(of(Class::Contended, 1.0)[..2], [750, 750]);
        assert_eq!(of(Class::Throttled, 0.5)[..2], [3_125, 3_125]);
        assert_eq!(welcome_pause(Class::Busy, u32::MAX, 0.0), WELCOME_PAUSE_MAX);
    }

    #[test]
    fn a_tag_is_tried_for_days_with_pauses_that_grow_with_the_time_it_takes() {
        let of = |class, since_ms| pauses(|number| durable_pause(class, number, since_ms, 0.0));
        assert_eq!(of(Class::Busy, 0)[..5], [1_000, 3_000, 9_000, 20_000, 20_000]);
        assert_eq!(of(Class::Busy, 60_000)[2..6], [9_000, 27_000, 40_000, 40_000]);
        assert_eq!(of(Class::Busy, DAY_MS)[8..11], [6_561_000, 10_800_000, 10_800_000]);
        assert_eq!(of(Class::Crowded, 0)[..3], [250, 500, 1_000]);
        assert_eq!(of(Class::Crowded, 0)[8..10], [60_000, 60_000]);
        assert_eq!(of(Class::NoRelation, 0)[..2], [3_000, 3_000]);
        assert_eq!(of(Class::Configuration, 0)[..3], [60_000, 180_000, 540_000]);
        assert_eq!(of(Class::Throttled, 0)[5..8], [1_920_000, 3_600_000, 3_600_000]);
        assert_eq!(durable_pause(Class::Busy, 1, 0, 1.0), Some(Duration::from_millis(1_500)));
        assert_eq!(durable_pause(Class::Busy, 1, -1, 0.0), Some(DURABLE_PAUSE), "a clock was set back");
    }

    #[test]
    fn each_is_given_up_at_its_time_and_not_a_moment_before() {
        let durable = |since_ms| durable_pause(Class::Busy, 1, since_ms, 0.0).is_some();
        let report = |since_ms| reports_pause(Class::Busy, 1, since_ms, 0.0).is_some();
        assert_eq!([durable(3 * DAY_MS - 1), durable(3 * DAY_MS)], [true, false]);
        assert_eq!([report(DAY_MS - 1), report(DAY_MS)], [true, false]);
        assert_eq!(pauses(|number| decide_pause(number, 0.0)), [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(decide_pause(1, 1.0), Some(Duration::from_millis(1_500)));
    }
}

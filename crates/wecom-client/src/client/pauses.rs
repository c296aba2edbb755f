//! For how long no `gettoken` is asked for: after one that failed, and after tokens that WeCom refuses although it has only just
//! given them. Another would be refused as well, and each costs a `gettoken`, of which WeCom takes so many.

use std::time::Duration;

use super::error::Error;
use wecom_core::Class;

/// The first pause after a failure that may be over in a moment, and the longest.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_millis(800);

/// The first pause after a failure that an operator must mend, and the longest: 60 an hour are far from WeCom's ban.
const PAUSE_REFUSED: Duration = Duration::from_secs(5);
const PAUSE_REFUSED_MAX: Duration = Duration::from_mins(1);

/// The first pause after 45009, and the longest. WeCom's block may last an hour; after ten minutes a look is harmless.
const PAUSE_THROTTLED: Duration = Duration::from_mins(1);
const PAUSE_THROTTLED_MAX: Duration = Duration::from_mins(10);

/// A token that is refused when it is older than this was given for good and taken back since, as happens when a secret is
/// changed or another program asks for a token that ends ours.
const YOUNG_MS: i64 = 60_000;

/// The pauses after refusals in a row, the last one again and again. The first two are none: a token may be refused because
/// another was given at the same moment. The longest leaves a welcome three tries in its twenty seconds.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
];

/// How many in a row there have been.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    in_a_row: usize,
}

impl Refusals {
    /// A token that was asked for at `asked_ms` is refused. For how long none is to be asked for; none where it may be at once.
    pub(super) fn refused(&mut self, asked_ms: i64, now_ms: i64) -> Option<Duration> {
        let is_young = (0..YOUNG_MS).contains(&now_ms.saturating_sub(asked_ms));
        self.in_a_row = if is_young { self.in_a_row.saturating_add(1) } else { 0 };
        let after = self.in_a_row.checked_sub(1)?.min(PAUSES.len() - 1);
        Some(PAUSES[after]).filter(|pause| !pause.is_zero())
    }
}

/// The pause after the `count`th failure in a row, with up to 50 % added by `dice` (0 ≤ dice < 1).
pub(super) fn pause(cause: &Error, count: u32, dice: f64) -> Duration {
    let (first, longest) = match (cause, cause.class()) {
        (Error::Refused { .. }, Class::Throttled) => (PAUSE_THROTTLED, PAUSE_THROTTLED_MAX),
        // A gateway's 429 is over sooner than WeCom's own ban.
        (_, Class::Busy | Class::Crowded | Class::Contended | Class::Throttled) => (PAUSE, PAUSE_MAX),
        _ => (PAUSE_REFUSED, PAUSE_REFUSED_MAX),
    };
    // 2^16 of the shortest pause is beyond the longest of all.
    let pause = (first * (1 << count.saturating_sub(1).min(16))).min(longest);
    pause + pause.mul_f64(dice * 0.5)
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{super::token::GETTOKEN, *};

    #[test]
    fn pauses_grow_while_young_tokens_are_refused_and_are_over_with_the_first_that_lived() {
        let mut refusals = Refusals::default();
        let mut young =
            |now_ms: i64| refusals.refused(now_ms - 500, now_ms).map_or(0, |pause| pause.as_millis());
        assert_eq!(
            [1_000, 2_000, 4_000, 8_000, 16_000, 32_000].map(&mut young),
            [0, 0, 1_000, 2_500, 5_000, 5_000]
        );
        assert_eq!(refusals.refused(0, 100_000), None, "it lived for a while");
        assert_eq!(refusals.refused(100_000, 100_500), None, "and so the next is one of the first again");
    }

    #[test]
    fn a_pause_fits_its_cause() {
        let of = |errcode, count| {
            pause(&Error::Refused { path: GETTOKEN.path, errcode, errmsg: String::new() }, count, 0.0)
                .as_millis()
        };
        assert_eq!([1, 2, 3, 4, 99].map(|count| of(-1, count)), [200, 400, 800, 800, 800]);
        for wrong in [40001, 40013, 40091, 60020] {
            assert_eq!(
                [1, 2, 9, u32::MAX].map(|count| of(wrong, count)),
                [5_000, 10_000, 60_000, 60_000],
                "{wrong}"
            );
        }
        assert_eq!([1, 2, 9].map(|count| of(45009, count)), [60_000, 120_000, 600_000]);
        let gateway = Error::NotAnAnswer {
            path: GETTOKEN.path,
            status: 429,
            content_type: None,
            length: 0,
            readable: 0,
        };
        assert_eq!(pause(&gateway, 1, 0.999).as_millis(), 299);
    }
}

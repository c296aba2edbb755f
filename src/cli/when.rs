//! Instants as flags take them.

use super::words::arguments::Wrong;

pub(super) use crate::when::{When, Zone, date_in_china};

/// Reads an instant; the error says which forms there are.
pub(super) fn parse(text: &str) -> Result<When, Wrong> {
    crate::when::parse(text).ok_or(Wrong::NoInstant)
}

/// So many days from now something may end: some hundred years. Whoever types more means "never" or has mistyped, and soon after
/// that come instants that no calendar has.
const END_DAYS_MAX: i64 = 36_500;

/// In this year, and after it, nothing may end, for the same reason.
const NO_END_FROM_YEAR: i16 = 3_000;

/// The beginning of that year, in Unix milliseconds.
const NO_END_FROM_MS: i64 = 32_503_680_000_000;

/// Reads when something is to end.
pub(super) fn parse_end(text: &str) -> Result<When, Wrong> {
    const DAY_MS: i64 = 86_400_000;
    let end = crate::when::parse(text).ok_or(Wrong::NoEnd)?;
    let is_too_far = match end {
        When::Ago(ms) => ms > END_DAYS_MAX * DAY_MS,
        When::At(at_ms) => at_ms >= NO_END_FROM_MS,
        When::Civil(civil) => civil.year() >= NO_END_FROM_YEAR,
    };
    if is_too_far { Err(Wrong::EndTooFar { days: END_DAYS_MAX, year: NO_END_FROM_YEAR }) } else { Ok(end) }
}

/// From when until when, in Unix milliseconds; nothing lies between two instants of which the second is not the later.
pub(super) fn span(
    since: Option<When>,
    until: Option<When>,
    (now_ms, zone): (i64, &Zone),
) -> Result<(Option<i64>, Option<i64>), Wrong> {
    let at = |when: Option<When>| when.map(|when| when.at_ms(now_ms, zone));
    match (at(since), at(until)) {
        (Some(since), Some(until)) if since >= until => Err(Wrong::NothingBetween),
        both => Ok(both),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("90d", true)]
    #[case("36500d", true)]
    #[case("36501d", false)]
    #[case("9000000d", false)]
    #[case("2999-12-31", true)]
    #[case("3000-01-01", false)]
    #[case("2999-12-31T23:59:59Z", true)]
    #[case("3000-01-01T00:00:00Z", false)]
    #[case("9999-12-31 23:59:59", false)]
    fn an_end_is_one_that_somebody_can_mean(#[case] text: &str, #[case] taken: bool) {
        let too_far = Wrong::EndTooFar { days: END_DAYS_MAX, year: NO_END_FROM_YEAR };
        assert_eq!(parse_end(text).map(drop), if taken { Ok(()) } else { Err(too_far) });
    }
}

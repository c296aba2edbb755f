//! Days and months as WeCom counts them: in China's time, eight hours ahead of UTC all year.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

pub(crate) const DAY_S: i64 = 86_400;
pub(crate) const DAY_MS: i64 = DAY_S * 1_000;

/// WeCom's statistics go back so many days.
pub(crate) const STATISTIC_DAYS_KEPT: i64 = 180;

const OFFSET_MS: i64 = 8 * 3_600_000;

/// The midnight with which an instant's day began.
pub(crate) fn day_of(at_ms: i64) -> i64 {
    at_ms.saturating_sub(at_ms.saturating_add(OFFSET_MS).rem_euclid(DAY_MS))
}

/// A month that can be compared, and how many days it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    year: i16,
    number: i8,
    pub(crate) days: u32,
}

/// The month in which an instant lies. One so far away that no calendar has it counts to January 1970.
pub(crate) fn month_of(at_ms: i64) -> Month {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = at.to_zoned_datetime(TimeZone::fixed(Offset::constant(8))).date();
    Month { year: date.year(), number: date.month(), days: u32::try_from(date.days_in_month()).unwrap_or(31) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_turn_at_midnight_in_china() {
        // 2024-12-31, 15:59:59.999 UTC, is the last millisecond of the year there.
        let last = 1_735_660_799_999;
        assert_eq!(day_of(last), last + 1 - DAY_MS);
        assert_eq!(day_of(last + 1), last + 1);
        assert_eq!(month_of(last), Month { year: 2024, number: 12, days: 31 });
        assert_eq!(month_of(last + 1), Month { year: 2025, number: 1, days: 31 });
        assert_eq!(month_of(1_708_000_000_000).days, 29, "February of a leap year");
        assert_eq!(day_of(1_554_296_400_000), 1_554_220_800_000, "the example of the platform's page");
        let _ = (day_of(i64::MAX), day_of(i64::MIN), month_of(i64::MAX));
    }
}

//! How far the clocks of a time zone are ahead of UTC, for days and hours that the database makes of instants.
//!
//! A day in a zone may have 23 hours or 25. So the database adds to each instant the offset that holds at that instant, and
//! what it divides then is what a clock on the wall shows.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// Milliseconds of a second, and how many of those an hour and a day have.
const SECOND_MS: i64 = 1_000;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// How many changes of a zone's clocks are taken into account, the latest: more than there are between 1970 and 2100 where
/// they are changed twice a year. SQLite takes an expression of so many branches.
const CHANGES_MAX: usize = 300;

/// The offsets of a zone within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offsets {
    /// Until the first change.
    first_ms: i64,
    /// Each change, the latest first: from when on, and which offset.
    changes: Vec<(i64, i64)>,
}

impl Offsets {
    /// None, for what is not counted by time.
    pub(super) fn none() -> Self {
        Self { first_ms: 0, changes: Vec::new() }
    }

    /// Those of instants from `since_ms` on and before `until_ms`.
    pub(super) fn between(zone: &TimeZone, since_ms: i64, until_ms: i64) -> Self {
        let end = |ms: i64| if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or(end(ms));
        let (since, until) = (at(since_ms.max(0)), at(until_ms));
        let offset_ms = |seconds: i32| i64::from(seconds) * SECOND_MS;
        let changes = zone.preceding(until).take_while(|change| change.timestamp() > since).take(CHANGES_MAX);
        let changes: Vec<_> = changes
            .map(|change| (change.timestamp().as_millisecond(), offset_ms(change.offset().seconds())))
            .collect();
        let first = changes.last().map_or(since, |(from_ms, _)| at(from_ms - 1));
        Self { first_ms: offset_ms(zone.to_offset(first).seconds()), changes }
    }

    /// The offset at `at_ms` of that row. The latest changes stand first, because most of a record is young.
    pub(super) fn at(&self, row: &str) -> String {
        if self.changes.is_empty() {
            return self.first_ms.to_string();
        }
        let mut text = "CASE".to_owned();
        for (from_ms, offset_ms) in &self.changes {
            let _ = write!(text, " WHEN {row}.at_ms >= {from_ms} THEN {offset_ms}");
        }
        let _ = write!(text, " ELSE {} END", self.first_ms);
        text
    }
}

/// `2026-03-01`, of the number of a day since 1970.
pub(super) fn day(number: i64) -> Option<String> {
    let shown = civil(number.checked_mul(DAY_S)?)?;
    Some(shown.strftime("%Y-%m-%d").to_string())
}

/// `2026-03-01T09:00:00+08:00`, of the number of an hour since 1970 and the offset in milliseconds.
pub(super) fn hour(number: i64, offset_ms: i64) -> Option<String> {
    let shown = civil(number.checked_mul(HOUR_S)?)?;
    let offset = jiff::tz::Offset::from_seconds(i32::try_from(offset_ms / SECOND_MS).ok()?).ok()?;
    let zoned = shown.to_zoned_datetime(TimeZone::fixed(offset)).ok()?;
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// What a clock shows so many seconds after 1970 began there.
fn civil(seconds: i64) -> Option<DateTime> {
    Timestamp::from_second(seconds).ok().map(|instant| TimeZone::UTC.to_datetime(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(name: &str, since: &str, until: &str) -> Offsets {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        Offsets::between(&TimeZone::get(name).unwrap(), ms(since), ms(until))
    }

    #[test]
    fn a_zone_whose_clocks_are_left_alone_has_one_offset() {
        let shanghai = between("Asia/Shanghai", "2024-01-01T00:00:00Z", "2030-01-01T00:00:00Z");
        assert_eq!(shanghai.at("e"), "28800000");
    }

    #[test]
    fn a_zone_that_has_summer_time_has_its_changes_the_latest_first() {
        let new_york = between("America/New_York", "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z");
        assert_eq!(
            new_york.at("e"),
            "CASE WHEN e.at_ms >= 1793512800000 THEN -18000000 WHEN e.at_ms >= 1772953200000 THEN -14400000 \
             ELSE -18000000 END"
        );
        // Of all time there are no more than are taken.
        let of_all = between("America/New_York", "1970-01-01T00:00:00Z", "2026-12-01T00:00:00Z");
        assert!((100..CHANGES_MAX).contains(&of_all.changes.len()), "{}", of_all.changes.len());
    }

    #[test]
    fn days_and_hours_read_as_a_clock_shows_them() {
        assert_eq!(day(20_513).as_deref(), Some("2026-03-01"));
        assert_eq!(hour(20_513 * 24 + 9, 28_800_000).as_deref(), Some("2026-03-01T09:00:00+08:00"));
        assert_eq!(hour(20_513 * 24 + 9, -18_000_000).as_deref(), Some("2026-03-01T09:00:00-05:00"));
        assert_eq!(day(i64::MAX), None);
    }
}

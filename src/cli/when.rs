//! Instants as people give them and read them.
//!
//! Given as RFC 3339 (`2026-03-01T09:00:00+08:00`), as date or date and time in this machine's time zone (`2026-03-01`,
//! `2026-03-01 09:00`), or as a time ago (`90s`, `30m`, `2h`, `7d`, `2w`). Shown in this machine's time zone; JSON has
//! Unix milliseconds.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// An instant of the command line; which one, may depend on now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Unix milliseconds.
    At(i64),
    /// So many milliseconds ago.
    Ago(i64),
}

impl When {
    /// The instant in Unix milliseconds.
    pub(super) fn at_ms(self, now_ms: i64) -> i64 {
        match self {
            Self::At(at_ms) => at_ms,
            Self::Ago(ago_ms) => now_ms.saturating_sub(ago_ms),
        }
    }
}

/// Reads an instant; the error says which forms there are.
pub(super) fn parse(text: &str) -> Result<When, String> {
    let text = text.trim();
    if let Some(ago) = parse_ago(text) {
        return Ok(When::Ago(ago));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(When::At(instant.as_millisecond()));
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)));
    let zoned = civil.ok().and_then(|civil| civil.to_zoned_datetime(TimeZone::system()).ok());
    zoned.map(|zoned| When::At(zoned.timestamp().as_millisecond())).ok_or_else(|| {
        "expected an instant (2026-03-01T09:00:00+08:00), a date (2026-03-01, \"2026-03-01 09:00\") or a time ago \
         (90s, 30m, 2h, 7d, 2w)"
            .to_owned()
    })
}

fn parse_ago(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let unit_ms: i64 = match unit {
        's' => 1_000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        'w' => 604_800_000,
        _ => return None,
    };
    let number = text.strip_suffix(unit)?;
    let number: i64 = number.chars().all(|c| c.is_ascii_digit()).then(|| number.parse().ok())??;
    number.checked_mul(unit_ms)
}

/// `2026-03-01 09:00:00` in this machine's time zone.
pub(super) fn local(at_ms: i64) -> String {
    show(at_ms, "%Y-%m-%d %H:%M:%S")
}

/// `2026-03-01 09:00:00 +08:00`: with the offset of this machine's time zone, for rules go by Shanghai's, and most
/// servers by another.
pub(super) fn local_with_offset(at_ms: i64) -> String {
    show(at_ms, "%Y-%m-%d %H:%M:%S %:z")
}

/// As a list shows it: `03-01 09:00:00` within half a year, `2026-03-01` before.
pub(super) fn listed(at_ms: i64, now_ms: i64) -> String {
    /// Within it the day names the year.
    const HALF_A_YEAR_MS: u64 = 182 * 86_400_000;
    let near = now_ms.abs_diff(at_ms) < HALF_A_YEAR_MS;
    show(at_ms, if near { "%m-%d %H:%M:%S" } else { "%Y-%m-%d" })
}

/// `2026-03-01 09:00:00.210 +08:00`.
pub(super) fn local_precise(at_ms: i64) -> String {
    show(at_ms, "%Y-%m-%d %H:%M:%S%.3f %:z")
}

/// `2026-03-01`.
pub(super) fn local_date(at_ms: i64) -> String {
    show(at_ms, "%Y-%m-%d")
}

/// `2026-03-01`, the day in China, by which WeCom counts (UTC+8, without summer time).
pub(super) fn date_in_china(at_ms: i64) -> String {
    show_in(at_ms, "%Y-%m-%d", TimeZone::fixed(jiff::tz::offset(8)))
}

/// `09:00:00.210`.
pub(super) fn local_time(at_ms: i64) -> String {
    show(at_ms, "%H:%M:%S%.3f")
}

fn show(at_ms: i64, format: &str) -> String {
    show_in(at_ms, format, TimeZone::system())
}

fn show_in(at_ms: i64, format: &str, zone: TimeZone) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        // Beyond the year 9999: from a payload that nobody's clock wrote.
        |_| "unknown".to_owned(),
        |instant| instant.to_zoned_datetime(zone).strftime(format).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_dates_and_times_ago_are_understood() {
        assert_eq!(parse("2h"), Ok(When::Ago(7_200_000)));
        assert_eq!(parse("7d").map(|when| when.at_ms(604_800_001)), Ok(1));
        assert_eq!(parse("1970-01-01T08:00:01+08:00"), Ok(When::At(1_000)));
        assert_eq!(parse("1970-01-01T00:00:01Z"), Ok(When::At(1_000)));
        assert!(matches!(parse("2026-03-01"), Ok(When::At(_))));
        assert!(matches!(parse("2026-03-01 09:00"), Ok(When::At(_))));
    }

    #[test]
    fn nothing_else_is() {
        for text in
            ["", "h", "-2h", "+2h", "2 h", "2y", "yesterday", "2026-13-01", "99999999999999999999d", "２h"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

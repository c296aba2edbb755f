//! Instants as people give them and read them.
//!
//! Given as RFC 3339 (`2026-03-01T09:00:00+08:00`), as date or date and time in the time zone of the settings
//! (`2026-03-01`, `2026-03-01 09:00`), or as a time ago (`90s`, `30m`, `2h`, `7d`, `2w`). Shown in that zone, Beijing's where
//! nothing else is set, with the zone beside them; JSON has Unix milliseconds.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// An instant as a person gives it; which one, may depend on now and on where the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Unix milliseconds.
    At(i64),
    /// So many milliseconds ago.
    Ago(i64),
    /// What the clock shows in the zone of the settings.
    Civil(DateTime),
}

impl When {
    /// The same for an instant to come: `90d` is in ninety days.
    pub fn from_now_ms(self, now_ms: i64, zone: &Zone) -> i64 {
        match self {
            Self::Ago(ms) => now_ms.saturating_add(ms),
            other => other.at_ms(now_ms, zone),
        }
    }

    /// The instant in Unix milliseconds.
    pub fn at_ms(self, now_ms: i64, zone: &Zone) -> i64 {
        match self {
            Self::At(at_ms) => at_ms,
            Self::Ago(ago_ms) => now_ms.saturating_sub(ago_ms),
            // Within a day of the end of all calendars an instant may be beyond it; the end itself will do.
            Self::Civil(civil) => civil.to_zoned_datetime(zone.0.clone()).map_or_else(
                |_| if civil.year() < 0 { i64::MIN } else { i64::MAX },
                |zoned| zoned.timestamp().as_millisecond(),
            ),
        }
    }
}

/// Reads an instant; `None`: it is in none of the forms that there are.
pub fn parse(text: &str) -> Option<When> {
    let text = text.trim();
    if let Some(ago) = parse_ago(text) {
        return Some(When::Ago(ago));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(When::At(instant.as_millisecond()));
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)));
    civil.ok().map(When::Civil)
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

/// The time zone in which a person reads times: the setting `time_zone`.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    pub fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// The zone itself.
    pub fn time_zone(&self) -> TimeZone {
        self.0.clone()
    }

    /// `2026-03-01 09:00:00 +08:00`.
    pub fn instant(&self, at_ms: i64) -> String {
        self.show(at_ms, "%Y-%m-%d %H:%M:%S %:z")
    }

    /// `2026-03-01 09:00:00.210 +08:00`.
    pub fn precise(&self, at_ms: i64) -> String {
        self.show(at_ms, "%Y-%m-%d %H:%M:%S%.3f %:z")
    }

    /// As a list shows it, under a heading that has [the offset](Self::offset): `03-01 09:00:00` within half a year,
    /// `2026-03-01` before. Where the offset was another then, it stands there as well.
    pub fn listed(&self, at_ms: i64, now_ms: i64) -> String {
        /// Within it the day names the year.
        const HALF_A_YEAR_MS: u64 = 182 * 86_400_000;
        let near = now_ms.abs_diff(at_ms) < HALF_A_YEAR_MS;
        let same = self.offset(at_ms) == self.offset(now_ms);
        self.show(
            at_ms,
            match (near, same) {
                (true, true) => "%m-%d %H:%M:%S",
                (true, false) => "%m-%d %H:%M:%S %:z",
                (false, _) => "%Y-%m-%d",
            },
        )
    }

    /// `+08:00`: how far the clock is ahead of UTC at this instant.
    pub fn offset(&self, at_ms: i64) -> String {
        self.show(at_ms, "%:z")
    }

    /// `2026-03-01`.
    pub fn date(&self, at_ms: i64) -> String {
        self.show(at_ms, "%Y-%m-%d")
    }

    /// `09:00:00.210`.
    pub fn time(&self, at_ms: i64) -> String {
        self.show(at_ms, "%H:%M:%S%.3f")
    }

    fn show(&self, at_ms: i64, format: &str) -> String {
        show_in(at_ms, format, self.0.clone())
    }
}

/// `2026-03-01`, the day in China, by which WeCom counts (UTC+8, without summer time).
pub fn date_in_china(at_ms: i64) -> String {
    show_in(at_ms, "%Y-%m-%d", TimeZone::fixed(jiff::tz::offset(8)))
}

fn show_in(at_ms: i64, format: &str, zone: TimeZone) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        // Beyond the year 9999: from a payload that nobody's clock wrote. No calendar has it, so it is shown as it stands in the
        // record, which needs no word of any language.
        |_| format!("{at_ms} ms"),
        |instant| instant.to_zoned_datetime(zone).strftime(format).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_dates_and_times_ago_are_understood() {
        assert_eq!(parse("2h"), Some(When::Ago(7_200_000)));
        assert_eq!(parse("7d").map(|when| when.at_ms(604_800_001, &zone("UTC"))), Some(1));
        assert_eq!(parse("1970-01-01T08:00:01+08:00"), Some(When::At(1_000)));
        assert_eq!(parse("1970-01-01T00:00:01Z"), Some(When::At(1_000)));
        let at = |text: &str, name: &str| parse(text).map(|when| when.at_ms(0, &zone(name)));
        assert_eq!(at("2026-03-01", "Asia/Shanghai"), Some(1_772_294_400_000));
        assert_eq!(at("2026-03-01 09:00", "Asia/Shanghai"), Some(1_772_326_800_000));
        assert_eq!(at("2026-03-01 09:00", "UTC"), Some(1_772_355_600_000));
        assert_eq!(
            at("2026-03-01T09:00:00+08:00", "UTC"),
            Some(1_772_326_800_000),
            "it has a zone of its own"
        );
        assert_eq!(at("9999-12-31 23:59:59", "America/New_York"), Some(i64::MAX));
    }

    fn zone(name: &str) -> Zone {
        Zone::new(TimeZone::get(name).unwrap())
    }

    #[test]
    fn times_are_shown_in_the_zone_with_its_offset() {
        let (at_ms, shanghai, berlin) = (1_772_326_800_210, zone("Asia/Shanghai"), zone("Europe/Berlin"));
        assert_eq!(shanghai.instant(at_ms), "2026-03-01 09:00:00 +08:00");
        assert_eq!(shanghai.precise(at_ms), "2026-03-01 09:00:00.210 +08:00");
        assert_eq!(berlin.instant(at_ms), "2026-03-01 02:00:00 +01:00");
        assert_eq!(
            (shanghai.date(at_ms), shanghai.time(at_ms)),
            ("2026-03-01".into(), "09:00:00.210".into())
        );
        // The heading has the offset of now; a time of before the clocks were put forward has its own.
        let in_summer = at_ms + 60 * 86_400_000;
        assert_eq!(berlin.listed(at_ms, in_summer), "03-01 02:00:00 +01:00");
        assert_eq!(shanghai.listed(at_ms, in_summer), "03-01 09:00:00");
        assert_eq!(shanghai.listed(at_ms, at_ms + 400 * 86_400_000), "2026-03-01");
    }

    #[test]
    fn an_instant_beyond_all_calendars_is_shown_without_a_word() {
        assert_eq!(zone("Asia/Shanghai").instant(i64::MAX), "9223372036854775807 ms");
    }

    #[test]
    fn nothing_else_is() {
        for text in
            ["", "h", "-2h", "+2h", "2 h", "2y", "yesterday", "2026-13-01", "99999999999999999999d", "２h"]
        {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}

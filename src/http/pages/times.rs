//! Times as people read them on the pages: in the zone of the settings, short for the eye and exact when pointed at.

use jiff::{Timestamp, ToSpan as _, ZonedDateTime, civil::Date, tz::TimeZone};

use super::views::Instant;
use crate::{
    language::Language,
    when::{self, Zone},
};

/// The zone, the language and now.
#[derive(Clone, Debug)]
pub(super) struct Times {
    pub(super) zone: TimeZone,
    pub(super) now_ms: i64,
    pub(super) language: Language,
}

impl Times {
    /// An instant: with its seconds if it was today, with its year if that is another one.
    pub(super) fn instant(&self, at_ms: i64) -> Instant {
        let Some(at) = self.zoned(at_ms) else {
            // Beyond the year 9999: from a payload that nobody's clock wrote.
            let unknown = if self.language == Language::Zh { "不明" } else { "unknown" };
            return Instant { short: unknown.to_owned(), exact: unknown.to_owned(), iso: String::new() };
        };
        let now = self.now();
        let same_day = now.as_ref().is_some_and(|now| now.date() == at.date());
        let same_year = now.is_some_and(|now| now.year() == at.year());
        let format = match (self.language, same_day, same_year) {
            (Language::Zh, true, _) => "今天 %H:%M:%S",
            (Language::Zh, false, true) => "%-m月%-d日 %H:%M",
            (Language::Zh, false, false) => "%Y年%-m月%-d日 %H:%M",
            (Language::En, true, _) => "today %H:%M:%S",
            (Language::En, false, true) => "%b %-d, %H:%M",
            (Language::En, false, false) => "%b %-d, %Y, %H:%M",
        };
        Instant {
            iso: at.timestamp().to_string(),
            exact: at.strftime("%Y-%m-%d %H:%M:%S%.3f %:z").to_string(),
            short: at.strftime(format).to_string(),
        }
    }

    /// How long ago something was, roughly.
    pub(super) fn ago(&self, at_ms: i64) -> String {
        let ago_ms = self.now_ms.saturating_sub(at_ms).max(0);
        // Parts of a second say nothing here.
        let ago = match (ago_ms, self.language) {
            (..60_000, Language::Zh) => format!("{} 秒", ago_ms / 1_000),
            (..60_000, Language::En) => format!("{} s", ago_ms / 1_000),
            _ => self.duration(ago_ms),
        };
        if self.language == Language::Zh { format!("{ago}前") } else { format!("{ago} ago") }
    }

    /// A length of time, in the unit that suits it.
    pub(super) fn duration(&self, ms: i64) -> String {
        let zh = self.language == Language::Zh;
        // Lengths that people read are far from where numbers lose their whole parts.
        #[expect(clippy::cast_precision_loss, reason = "a length of time, rounded for people")]
        let seconds = ms as f64 / 1_000.0;
        match ms {
            ..1_000 => format!("{ms} {}", if zh { "毫秒" } else { "ms" }),
            1_000..60_000 => format!("{seconds:.1} {}", if zh { "秒" } else { "s" }),
            60_000..5_400_000 => format!("{} {}", ms / 60_000, if zh { "分钟" } else { "min" }),
            5_400_000..172_800_000 => format!("{} {}", ms / 3_600_000, if zh { "小时" } else { "h" }),
            _ => format!("{} {}", ms / 86_400_000, if zh { "天" } else { "days" }),
        }
    }

    /// `2026-11-29`, as days are keyed in statistics.
    pub(super) fn date(&self, at_ms: i64) -> String {
        self.zoned(at_ms).map_or_else(String::new, |at| at.date().to_string())
    }

    /// `11月30日 星期一 14:05`.
    pub(super) fn today_is(&self) -> String {
        let format = if self.language == Language::Zh { "%-m月%-d日" } else { "%A, %b %-d, %H:%M" };
        let Some(now) = self.now() else { return String::new() };
        let text = now.strftime(format).to_string();
        if self.language == Language::En {
            return text;
        }
        let days = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"];
        let day = usize::try_from(now.weekday().to_sunday_zero_offset()).unwrap_or_default();
        format!("{text} {} {}", days[day % days.len()], now.strftime("%H:%M"))
    }

    /// How a day of statistics (`2026-11-29`) is called.
    pub(super) fn day_label(&self, key: &str) -> String {
        let format = if self.language == Language::Zh { "%-m月%-d日" } else { "%b %-d" };
        key.parse::<Date>().map_or_else(|_| key.to_owned(), |date| date.strftime(format).to_string())
    }

    /// When the day began that was so many days before today, in Unix milliseconds.
    pub(super) fn days_ago_ms(&self, days: i64) -> i64 {
        let begun = self.now().and_then(|now| {
            let date = now.date().checked_sub(days.days()).ok()?;
            date.to_zoned_datetime(self.zone.clone()).ok()?.start_of_day().ok()
        });
        begun.map_or(i64::MIN, |begun| begun.timestamp().as_millisecond())
    }

    /// When a day (`2026-11-29`) begins.
    pub(super) fn begins_ms(&self, date: &str) -> Option<i64> {
        let date: Date = date.parse().ok()?;
        Some(date.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }

    /// The day after it.
    pub(super) fn next_day(date: &str) -> Option<String> {
        Some(date.parse::<Date>().ok()?.tomorrow().ok()?.to_string())
    }

    /// An instant as it stands in an address: `7d` or `24h` ago, a date, a date and time, or RFC 3339.
    pub(super) fn parse(&self, text: &str) -> Option<i64> {
        when::parse(text).map(|when| when.at_ms(self.now_ms, &Zone::new(self.zone.clone())))
    }

    /// The zone and how far it is ahead of UTC now.
    pub(super) fn zone_label(&self) -> String {
        let offset = self.now().map(|now| now.strftime("UTC%:z").to_string()).unwrap_or_default();
        format!("{} ({offset})", self.zone.iana_name().unwrap_or("UTC"))
    }

    fn now(&self) -> Option<ZonedDateTime> {
        self.zoned(self.now_ms)
    }

    fn zoned(&self, at_ms: i64) -> Option<ZonedDateTime> {
        Timestamp::from_millisecond(at_ms).ok().map(|at| at.to_zoned_datetime(self.zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn times(language: Language) -> Times {
        // 2026-11-30 14:05:00 in Shanghai.
        Times { zone: TimeZone::get("Asia/Shanghai").unwrap(), now_ms: 1_796_018_700_000, language }
    }

    #[rstest]
    #[case(Language::Zh, 0, "今天 14:05:00")]
    #[case(Language::En, 0, "today 14:05:00")]
    #[case(Language::Zh, 24, "11月29日 14:05")]
    #[case(Language::En, 24, "Nov 29, 14:05")]
    #[case(Language::Zh, 24 * 365, "2025年11月30日 14:05")]
    fn instants_are_short(#[case] language: Language, #[case] hours: i64, #[case] expected: &str) {
        let times = times(language);
        assert_eq!(times.instant(times.now_ms - hours * 3_600_000).short, expected);
    }

    #[rstest]
    #[case(22_940, "22 秒前")]
    #[case(0, "0 秒前")]
    #[case(180_000, "3 分钟前")]
    fn a_moment_ago_has_no_parts_of_a_second(#[case] ms: i64, #[case] expected: &str) {
        let times = times(Language::Zh);
        assert_eq!(times.ago(times.now_ms - ms), expected);
    }

    #[test]
    fn an_instant_that_no_calendar_has_is_no_mistake() {
        assert_eq!(times(Language::Zh).instant(i64::MAX).short, "不明");
    }

    #[rstest]
    #[case("1h", Some(1_796_015_100_000))]
    #[case("7d", Some(1_795_413_900_000))]
    #[case("2026-11-30", Some(1_795_968_000_000))]
    #[case("2026-11-30T00:00:00Z", Some(1_795_996_800_000))]
    #[case("", None)]
    #[case("d", None)]
    #[case("天", None)]
    #[case("-1d", None)]
    #[case("99999999999999999999d", None)]
    #[case("yesterday", None)]
    fn addresses_name_instants(#[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(times(Language::En).parse(text), expected);
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let times = times(Language::Zh);
        assert_eq!(times.days_ago_ms(0), 1_795_968_000_000);
        assert_eq!(times.begins_ms("2026-11-29"), Some(times.days_ago_ms(1)));
        assert_eq!(times.day_label("2026-11-09"), "11月9日");
        assert_eq!(times.today_is(), "11月30日 星期一 14:05");
        assert_eq!(times.zone_label(), "Asia/Shanghai (UTC+08:00)");
        assert_eq!(Times::next_day("2026-02-28").as_deref(), Some("2026-03-01"));
    }

    #[rstest]
    #[case(84, "84 毫秒")]
    #[case(1_240, "1.2 秒")]
    #[case(180_000, "3 分钟")]
    #[case(7_200_000, "2 小时")]
    #[case(400_000_000, "4 天")]
    fn lengths_stand_in_their_own_unit(#[case] ms: i64, #[case] expected: &str) {
        assert_eq!(times(Language::Zh).duration(ms), expected);
    }
}

//! Times as texts write them: in Shanghai, where WeCom counts its days, and in Chinese.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::rules::facts::DEFAULT_ZONE;

static SHANGHAI: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get(DEFAULT_ZONE).unwrap_or(TimeZone::UTC));

/// As `event.time` and `now.time` are written.
const TIME: &str = "%Y-%m-%d %H:%M";

/// A time of that form.
pub(crate) const SAMPLE: &str = "2026-03-06 10:00";

/// What a format of the filter `date` may hold; a subset of strftime's.
pub(crate) static DIRECTIVES: [&str; 11] =
    ["%Y", "%y", "%m", "%d", "%H", "%I", "%M", "%-m", "%-d", "%-H", "%%"];

/// The days as `now.weekday` says them.
pub(super) const WEEKDAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// The greetings, each with the hour from which it is used. Before five in the morning the evening's still is.
pub(super) const GREETINGS: [(i8, &str); 5] =
    [(5, "早上好"), (9, "上午好"), (11, "中午好"), (13, "下午好"), (18, "晚上好")];

/// A time of the day in Shanghai.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local(DateTime);

impl Local {
    /// An instant in Unix milliseconds; `None` outside of the years that the calendar has.
    pub(crate) fn at(ms: i64) -> Option<Self> {
        Timestamp::from_millisecond(ms).ok().map(|at| Self(SHANGHAI.to_datetime(at)))
    }

    /// Reads what [`Local::time`] and [`Local::date`] write.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let day = || Date::strptime("%Y-%m-%d", text).ok().map(|day| day.at(0, 0, 0, 0));
        DateTime::strptime(TIME, text).ok().or_else(day).map(Self)
    }

    /// `2026-03-06 10:00`.
    pub(crate) fn time(self) -> String {
        self.0.strftime(TIME).to_string()
    }

    /// `2026-03-06`.
    pub(crate) fn date(self) -> String {
        self.0.date().to_string()
    }

    pub(crate) fn year(self) -> i16 {
        self.0.year()
    }

    pub(crate) fn month(self) -> i8 {
        self.0.month()
    }

    pub(crate) fn day(self) -> i8 {
        self.0.day()
    }

    pub(crate) fn hour(self) -> i8 {
        self.0.hour()
    }

    pub(crate) fn minute(self) -> i8 {
        self.0.minute()
    }

    /// `星期五`.
    pub(crate) fn weekday(self) -> &'static str {
        let at = usize::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or_default();
        WEEKDAYS[at % WEEKDAYS.len()]
    }

    /// The greeting of this hour.
    pub(crate) fn greeting(self) -> &'static str {
        let of_night = GREETINGS[GREETINGS.len() - 1].1;
        let begun = GREETINGS.iter().rev().find(|(from, _)| *from <= self.hour());
        begun.map_or(of_night, |(_, greeting)| greeting)
    }
}

/// A time in a format in which [`unknown_directive`] finds nothing. A text that is no time stays as it is.
pub(crate) fn formatted(time: &str, format: &str) -> String {
    Local::read(time).map_or_else(|| time.to_owned(), |time| time.0.strftime(format).to_string())
}

/// The day of the week of a time. A text that is no time stays as it is.
pub(crate) fn weekday(time: &str) -> String {
    Local::read(time).map_or_else(|| time.to_owned(), |time| time.weekday().to_owned())
}

/// The first directive of a format that is not among [`DIRECTIVES`].
pub(crate) fn unknown_directive(format: &str) -> Option<&str> {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        rest = &rest[at..];
        let Some(known) = DIRECTIVES.iter().find(|known| rest.starts_with(**known)) else {
            let end = rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
            return Some(&rest[..end]);
        };
        rest = &rest[known.len()..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_go_through_the_day() {
        let at = |hour: i64, minute: i64| {
            // 2026-03-06 in Shanghai begins at 1772726400.
            Local::at((1_772_726_400 + hour * 3_600 + minute * 60) * 1_000).unwrap()
        };
        for (hour, minute, greeting) in [
            (0, 0, "晚上好"),
            (4, 59, "晚上好"),
            (5, 0, "早上好"),
            (8, 59, "早上好"),
            (9, 0, "上午好"),
            (10, 59, "上午好"),
            (11, 0, "中午好"),
            (13, 0, "下午好"),
            (17, 59, "下午好"),
            (18, 0, "晚上好"),
            (23, 59, "晚上好"),
        ] {
            assert_eq!(at(hour, minute).greeting(), greeting, "{hour}:{minute}");
        }
        assert_eq!((at(10, 0).time().as_str(), at(10, 0).weekday()), (SAMPLE, "星期五"));
        assert!(Local::at(i64::MAX).is_none());
    }

    #[test]
    fn times_are_formatted_and_what_is_none_stays() {
        assert_eq!(formatted(SAMPLE, "%-m月%-d日 %H:%M"), "3月6日 10:00");
        assert_eq!(formatted("2026-03-08", "%y/%m/%d %I%%"), "26/03/08 12%");
        assert_eq!(weekday("2026-03-08"), "星期日");
        assert_eq!((formatted("", "%Y"), weekday("昨天")), (String::new(), "昨天".to_owned()));
        assert_eq!(unknown_directive("%Y年%-m月%-d日 %H:%M 100%%"), None);
        assert_eq!(unknown_directive("%Y %A"), Some("%A"));
        assert_eq!(unknown_directive("%100d"), Some("%1"));
        assert_eq!((unknown_directive("%"), unknown_directive("%周x")), (Some("%"), Some("%周")));
    }
}

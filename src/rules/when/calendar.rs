//! Sets of days: those of a schedule's `dates`, and the calendars that schedules share.
//!
//! A day is one of a certain year, or of every year. The schedule's time zone decides which day an instant falls on. Every
//! event asks every rule with a schedule, so a set answers by a binary search, however many days it has.

use jiff::civil::{Date, Weekday};

use super::{days::Days, words::WhenFault};
use crate::rules::document::wrong::Quoted;

/// From a day through another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    Once(Date, Date),
    /// Every year, as (month, day). It goes through the turn of the year where the end comes before the begin.
    Yearly((i8, i8), (i8, i8)),
}

impl Dates {
    /// Reads `2026-03-01..2026-04-30`, one day, or without the year for each year.
    pub(crate) fn parse(text: &str) -> Result<Self, WhenFault> {
        let no_dates = || WhenFault::NoDates { dates: Quoted::of(text) };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (first.trim(), last.trim());
        if let (Some(first), Some(last)) = (date(first), date(last)) {
            if last < first {
                return Err(WhenFault::DatesReversed { dates: Quoted::of(text) });
            }
            return Ok(Self::Once(first, last));
        }
        // 2000 is a leap year, so that 02-29 is a day.
        let yearly = |text: &str| date(&format!("2000-{text}")).map(|date| (date.month(), date.day()));
        for day in [first, last] {
            if (has_form(day) && date(day).is_none())
                || (has_form(&format!("2000-{day}")) && yearly(day).is_none())
            {
                return Err(WhenFault::NoSuchDate { day: Quoted::of(day) });
            }
        }
        Ok(Self::Yearly(yearly(first).ok_or_else(no_dates)?, yearly(last).ok_or_else(no_dates)?))
    }
}

/// `YYYY-MM-DD`, and none of the other forms that the date library would read.
fn date(text: &str) -> Option<Date> {
    has_form(text).then(|| text.parse().ok()).flatten()
}

fn has_form(text: &str) -> bool {
    let is_part = |(at, b): (usize, u8)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(is_part)
}

/// A set of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// In order and without overlaps, so that a day is found by a binary search.
    once: Vec<(Date, Date)>,
    /// A bit for each day of the year.
    yearly: [u64; YEAR_WORDS],
}

/// Twelve months of 31 days. Days that no year has are never asked for.
const YEAR_SLOTS: usize = 12 * 31;
const YEAR_WORDS: usize = YEAR_SLOTS.div_ceil(64);

impl Calendar {
    pub(crate) fn of(dates: impl IntoIterator<Item = Dates>) -> Self {
        let mut spans: Vec<(Date, Date)> = Vec::new();
        let mut yearly = [0_u64; YEAR_WORDS];
        for dates in dates {
            match dates {
                Dates::Once(first, last) => spans.push((first, last)),
                Dates::Yearly(first, last) => {
                    let (first, last) = (slot(first), slot(last));
                    let through = |slot: usize| {
                        if first <= last {
                            (first..=last).contains(&slot)
                        } else {
                            slot >= first || slot <= last
                        }
                    };
                    for slot in (0..YEAR_SLOTS).filter(|slot| through(*slot)) {
                        yearly[slot / 64] |= 1 << (slot % 64);
                    }
                }
            }
        }
        spans.sort_unstable();
        let mut once: Vec<(Date, Date)> = Vec::with_capacity(spans.len());
        for (first, last) in spans {
            match once.last_mut() {
                Some((_, end)) if first <= *end => *end = last.max(*end),
                _ => once.push((first, last)),
            }
        }
        Self { once, yearly }
    }

    pub(crate) fn contains(&self, day: Date) -> bool {
        let slot = slot((day.month(), day.day()));
        let begun = self.once.partition_point(|(first, _)| *first <= day);
        self.yearly[slot / 64] & (1 << (slot % 64)) != 0
            || begun.checked_sub(1).and_then(|at| self.once.get(at)).is_some_and(|(_, last)| day <= *last)
    }

    /// Its last day; `None` where there is none, as every year has days of it.
    pub(crate) fn last(&self) -> Option<Date> {
        if self.yearly == [0; YEAR_WORDS] { self.once.last().map(|(_, last)| *last) } else { None }
    }

    /// Whether one of its days can be one of these days of the week. A day of every year sooner or later is each of them.
    pub(crate) fn meets(&self, days: Days) -> bool {
        self.yearly != [0; YEAR_WORDS]
            || self.once.iter().any(|(first, last)| {
                // Seven days in a row are every day of the week, so that no more need be looked at.
                first.series(jiff::Span::new().days(1)).take(7).take_while(|day| day <= last).any(|day| {
                    let weekday: Weekday = day.weekday();
                    days.contains(weekday)
                })
            })
    }
}

fn slot((month, day): (i8, i8)) -> usize {
    // The month is 1 to 12 and the day 1 to 31, so that neither becomes negative.
    usize::from(month.unsigned_abs()).saturating_sub(1) * 31
        + usize::from(day.unsigned_abs()).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(dates: &[&str]) -> Calendar {
        Calendar::of(dates.iter().map(|dates| Dates::parse(dates).unwrap()))
    }

    /// (dates, days in it, days not in it)
    #[test]
    fn a_calendar_has_the_days_it_was_given_and_no_others() {
        let table: &[(&[&str], &[&str], &[&str])] = &[
            (&["2026-10-01"], &["2026-10-01"], &["2026-09-30", "2026-10-02", "2025-10-01", "2027-10-01"]),
            (
                &["2026-10-01..2026-10-07"],
                &["2026-10-01", "2026-10-04", "2026-10-07"],
                &["2026-09-30", "2026-10-08"],
            ),
            (&["01-01"], &["2026-01-01", "1999-01-01"], &["2026-01-02", "2026-12-31"]),
            (&["12-24..12-26"], &["2026-12-24", "2030-12-26"], &["2026-12-23", "2026-12-27"]),
            (
                &["12-30..01-02"],
                &["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
                &["2026-12-29", "2027-01-03", "2026-06-15"],
            ),
            (&["02-29"], &["2028-02-29", "2000-02-29"], &["2027-02-28", "2027-03-01", "2028-02-28"]),
            (&["02-28..03-01"], &["2027-02-28", "2028-02-29", "2027-03-01"], &["2028-03-02", "2027-02-27"]),
            (&["2028-02-29"], &["2028-02-29"], &["2032-02-29"]),
            (
                // Overlapping, touching, contained and in no order.
                &["2026-05-03..2026-05-05", "2026-05-01..2026-05-10", "2026-05-11", "2026-04-01"],
                &["2026-04-01", "2026-05-01", "2026-05-04", "2026-05-06", "2026-05-10", "2026-05-11"],
                &["2026-04-02", "2026-04-30", "2026-05-12"],
            ),
            (&["01-01..12-31"], &["2026-01-01", "2026-07-31", "2028-02-29", "2026-12-31"], &[]),
            (&["03-01..02-28"], &["2026-02-28", "2026-03-01", "2026-12-31"], &["2028-02-29"]),
            (&[], &[], &["2026-01-01"]),
        ];
        for (dates, yes, no) in table {
            let calendar = calendar(dates);
            for day in *yes {
                assert!(calendar.contains(day.parse().unwrap()), "{dates:?} has {day}");
            }
            for day in *no {
                assert!(!calendar.contains(day.parse().unwrap()), "{dates:?} does not have {day}");
            }
        }
    }

    #[test]
    fn a_calendar_meets_days_of_the_week_or_does_not() {
        let monday = Days::of(&["mon"]);
        // 2026-03-06 is a Friday.
        assert!(!calendar(&["2026-03-06"]).meets(monday));
        assert!(!calendar(&["2026-03-06..2026-03-08", "2026-03-10"]).meets(monday));
        assert!(calendar(&["2026-03-06..2026-03-09"]).meets(monday));
        assert!(calendar(&["2026-03-06", "03-06"]).meets(monday), "in some year it is a Monday");
        assert!(calendar(&["9999-12-25..9999-12-31"]).meets(monday), "the last week there is");
    }

    #[test]
    fn texts_that_are_no_days_are_faults() {
        for dates in [
            "",
            "..",
            "2026-02-29",
            "2026-13-01",
            "01-32",
            "02-30",
            "2026-05-01..2026-04-01",
            "2026-3-1",
            "2026-03-01..04-01",
            "2026-03-01..",
            "2026-03-01..2026-03-02..2026-03-03",
            "+002026-03-01",
            "2026/03/01",
        ] {
            assert!(Dates::parse(dates).is_err(), "{dates}");
        }
    }
}

//! Schedules: days of the week, hours, dates and calendars, in a time zone.
//!
//! Hours that cross midnight belong to the day on which they begin: `days: [fri]`, `hours: "22:00-06:00"` holds at
//! three o'clock on Saturday morning, and not at three on Friday morning. It is the same with dates and calendars. The end
//! of hours is exclusive, that of dates inclusive. Hours are those of the clock on the wall: where it is put forward, the
//! hour that it skips never comes; where it is put back, an hour comes twice.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use super::{
    calendar::Calendar,
    days::Days,
    words::{Never, WhenFault},
    zones::LocalClock,
};
use crate::rules::document::wrong::Quoted;

const DAY_MINUTES: u16 = 24 * 60;

/// One set of times; a part that is empty does not restrict it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) days: Option<Days>,
    pub(crate) hours: Vec<Hours>,
    pub(crate) dates: Option<Calendar>,
    /// One of these must have the day.
    pub(crate) calendars: Vec<Arc<Calendar>>,
    /// None of these may have it.
    pub(crate) not_calendars: Vec<Arc<Calendar>>,
    /// Which of the rule set's [`Zones`](super::zones::Zones).
    pub(crate) zone: usize,
}

/// From a minute of the day up to, not including, another; through midnight where the end is not after the begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    from: u16,
    to: u16,
}

impl Schedule {
    pub(crate) fn holds(&self, clock: &LocalClock<'_>) -> bool {
        let Some(now) = clock.at(self.zone) else { return false };
        let minute = minute_of(now);
        if self.hours.is_empty() {
            return self.on(now.date());
        }
        self.hours.iter().any(|hours| {
            if hours.from < hours.to {
                (hours.from..hours.to).contains(&minute) && self.on(now.date())
            } else if minute >= hours.from {
                self.on(now.date())
            } else {
                minute < hours.to && now.date().yesterday().is_ok_and(|begun| self.on(begun))
            }
        })
    }

    fn on(&self, day: Date) -> bool {
        self.days.is_none_or(|days| days.contains(day.weekday()))
            && self.dates.as_ref().is_none_or(|dates| dates.contains(day))
            && (self.calendars.is_empty() || self.calendars.iter().any(|calendar| calendar.contains(day)))
            && !self.not_calendars.iter().any(|calendar| calendar.contains(day))
    }

    /// The last day on which it can begin to hold, where it has one.
    pub(crate) fn last(&self) -> Option<Date> {
        let of_calendars = self.calendars.iter().map(|calendar| calendar.last()).collect::<Option<Vec<_>>>();
        let of_calendars = of_calendars.and_then(|last| last.into_iter().max());
        let last =
            [self.dates.as_ref().and_then(Calendar::last), of_calendars].into_iter().flatten().min()?;
        // Hours through midnight go on into the next day.
        if self.hours.iter().any(|hours| hours.from >= hours.to) { last.tomorrow().ok() } else { Some(last) }
    }

    /// Why there can never be such a day, where that is certain: the file has a slip in it.
    pub(crate) fn never(&self) -> Option<Never> {
        if let (Some(days), Some(dates)) = (self.days, &self.dates)
            && !dates.meets(days)
        {
            return Some(Never::DatesAndDays);
        }
        let refused = |calendar| self.not_calendars.iter().any(|not| Arc::ptr_eq(not, calendar));
        if !self.calendars.is_empty() && self.calendars.iter().all(refused) {
            return Some(Never::Calendars);
        }
        None
    }
}

fn minute_of(time: DateTime) -> u16 {
    // 0 ≤ hour < 24 and 0 ≤ minute < 60: the product fits, and is never negative.
    u16::try_from(i16::from(time.hour()) * 60 + i16::from(time.minute())).unwrap_or(0)
}

impl Hours {
    pub(crate) fn parse(text: &str) -> Result<Self, WhenFault> {
        let hours = Quoted::of(text);
        let no_hours = || WhenFault::NoHours { hours: hours.clone() };
        let (from, to) = text.split_once('-').ok_or_else(no_hours)?;
        let (from, to) = (minutes(from).ok_or_else(no_hours)?, minutes(to).ok_or_else(no_hours)?);
        if from == DAY_MINUTES {
            return Err(WhenFault::HoursBeginAtEnd { hours });
        }
        if from == to {
            return Err(WhenFault::HoursOfNothing { hours });
        }
        Ok(Self { from, to })
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| -> Option<u16> {
        ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())
            .flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    (minute < 60 && hour * 60 + minute <= DAY_MINUTES).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{
        super::{calendar::Dates, zones::Zones},
        *,
    };
    use crate::rules::facts::DEFAULT_ZONE;

    fn holds(days: &[&str], hours: &[&str], dates: &[&str], zone: &str, local: &str) -> bool {
        let mut zones = Zones::default();
        let zone = zones.intern(zone).unwrap();
        let dates = dates.iter().map(|dates| Dates::parse(dates).unwrap()).collect::<Vec<_>>();
        let schedule = Schedule {
            days: (!days.is_empty()).then(|| Days::of(days)),
            hours: hours.iter().map(|hours| Hours::parse(hours).unwrap()).collect(),
            dates: (!dates.is_empty()).then(|| Calendar::of(dates)),
            zone,
            ..Schedule::default()
        };
        let at: Timestamp = local.parse().unwrap();
        schedule.holds(&LocalClock::new(&zones, at.as_millisecond()))
    }

    #[test]
    fn hours_that_cross_midnight_belong_to_the_day_they_begin_on() {
        // 2026-03-06 is a Friday.
        let friday_night = |at| holds(&["fri"], &["22:00-06:00"], &[], DEFAULT_ZONE, at);
        assert!(!friday_night("2026-03-06T03:00:00+08:00"), "the night of Thursday");
        assert!(!friday_night("2026-03-06T21:59:59+08:00"));
        assert!(friday_night("2026-03-06T22:00:00+08:00"));
        assert!(friday_night("2026-03-07T03:00:00+08:00"));
        assert!(friday_night("2026-03-07T05:59:59+08:00"));
        assert!(!friday_night("2026-03-07T06:00:00+08:00"));
        assert!(!friday_night("2026-03-07T22:00:00+08:00"));
        let new_year = |at| holds(&[], &["22:00-06:00"], &["2026-12-31"], DEFAULT_ZONE, at);
        assert!(!new_year("2026-12-31T05:00:00+08:00") && new_year("2027-01-01T05:00:00+08:00"));
    }

    #[test]
    fn ends_are_exclusive_for_hours_and_inclusive_for_dates() {
        let office = |at| holds(&["mon-fri"], &["09:00-12:00", "13:30-24:00"], &[], DEFAULT_ZONE, at);
        assert!(!office("2026-03-06T08:59:59+08:00") && office("2026-03-06T09:00:00+08:00"));
        assert!(office("2026-03-06T11:59:59+08:00") && !office("2026-03-06T12:00:00+08:00"));
        assert!(office("2026-03-06T23:59:59+08:00") && !office("2026-03-07T00:00:00+08:00"));
        let spring = |at| holds(&[], &[], &["2026-03-01..2026-04-30"], DEFAULT_ZONE, at);
        assert!(!spring("2026-02-28T23:59:59+08:00") && spring("2026-03-01T00:00:00+08:00"));
        assert!(spring("2026-04-30T23:59:59+08:00") && !spring("2026-05-01T00:00:00+08:00"));
    }

    #[test]
    fn dates_without_a_year_hold_each_year_and_through_its_turn() {
        let feast = |at: &str| holds(&[], &[], &["12-30..01-02", "02-29"], DEFAULT_ZONE, at);
        for yes in ["2026-12-30", "2027-01-02", "2028-02-29"] {
            assert!(feast(&format!("{yes}T12:00:00+08:00")), "{yes}");
        }
        for no in ["2026-12-29", "2027-01-03", "2027-03-01"] {
            assert!(!feast(&format!("{no}T12:00:00+08:00")), "{no}");
        }
    }

    #[test]
    fn a_schedule_is_read_in_its_own_zone() {
        assert!(holds(&["sun-mon"], &["09:00-10:00"], &[], "America/New_York", "2026-07-05T21:30:00+08:00"));
        assert!(!holds(&["sun-mon"], &["09:00-10:00"], &[], "Asia/Tokyo", "2026-07-05T21:30:00+08:00"));
        let mut zones = Zones::default();
        for name in ["Asia/Shanghi", "../etc/passwd", "/etc/localtime", "", "+08:00", &"A".repeat(99)] {
            assert_eq!(zones.intern(name), None, "{name}");
        }
    }

    #[test]
    fn where_the_clock_is_put_forward_or_back_hours_are_what_it_shows() {
        // New York leaves out 02:00 to 03:00 on 2026-03-08, and has 01:00 to 02:00 twice on 2026-11-01.
        let new_york = |hours: &str, at: &str| holds(&["sun"], &[hours], &[], "America/New_York", at);
        assert!(new_york("01:00-02:00", "2026-03-08T06:59:59Z"));
        assert!(
            !new_york("02:00-03:00", "2026-03-08T07:00:00Z")
                && new_york("03:00-04:00", "2026-03-08T07:00:00Z")
        );
        assert!(
            new_york("01:30-02:00", "2026-11-01T05:30:00Z")
                && new_york("01:30-02:00", "2026-11-01T06:30:00Z")
        );
        assert!(!new_york("01:30-02:00", "2026-11-01T07:00:00Z"));
        // A night that is an hour longer still belongs to the day on which it began.
        let saturday = |at: &str| holds(&["sat"], &["22:00-06:00"], &[], "America/New_York", at);
        assert!(
            saturday("2026-11-01T02:00:00Z")
                && saturday("2026-11-01T10:59:59Z")
                && !saturday("2026-11-01T11:00:00Z")
        );
    }

    #[test]
    fn the_night_of_a_leap_day_goes_on_in_march() {
        let night = |at: &str| holds(&[], &["22:00-06:00"], &["02-29"], DEFAULT_ZONE, at);
        assert!(night("2028-02-29T22:00:00+08:00") && night("2028-03-01T05:59:00+08:00"));
        assert!(!night("2028-02-29T05:00:00+08:00") && !night("2028-03-01T22:00:00+08:00"));
        assert!(!night("2027-03-01T05:00:00+08:00"), "there was no such day");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for hours in [
            "",
            "9-18",
            "09:00",
            "24:00-06:00",
            "09:00-09:00",
            "25:00-26:00",
            "09:60-10:00",
            "+9:00-10:00",
            "09:00-24:01",
        ] {
            assert!(Hours::parse(hours).is_err(), "{hours}");
        }
        assert!(Days::default().add("monday").is_err());
    }

    #[test]
    fn an_instant_out_of_range_holds_nowhere() {
        let zones = {
            let mut zones = Zones::default();
            zones.intern(DEFAULT_ZONE).unwrap();
            zones
        };
        for at_ms in [i64::MIN, i64::MAX] {
            assert!(!Schedule::default().holds(&LocalClock::new(&zones, at_ms)));
        }
    }
}

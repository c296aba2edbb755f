//! What happened in the demo's month: who added whom and when, who left, and what went wrong. Drawn by chance and by nothing
//! else, so that the same number and the same instant give the same month.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use wecom_simulator::people::{Person, people};

/// How many days lie before today.
pub(super) const DAYS: i64 = 30;

/// How many events a month has at most. They are written in the seconds before the pages open.
pub(super) const EVENTS_MAX: usize = 4_000;

/// The last minutes are left to those who come while one looks.
const QUIET_MS: i64 = 90_000;

/// How many of a hundred customers come in each hour of the day: a shop's, with the lunch break and the evening.
const HOURS: [u32; 24] = [1, 1, 0, 0, 0, 0, 1, 2, 4, 7, 9, 8, 6, 5, 7, 8, 7, 6, 5, 6, 8, 7, 4, 2];

/// How many of a thousand customers delete the employee in the end, and of how many the employee does.
const LOST: u32 = 90;
const DELETED: u32 = 15;

/// How many more come within each trouble that has an end, so that none goes by unnoticed.
const CAUGHT: usize = 4;

/// A day and an hour, in milliseconds.
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// What went wrong with one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Trouble {
    /// The address of this server had changed, and WeCom did not take it yet.
    Address,
    /// WeCom was busy.
    Busy,
    /// WeCom was busy for a moment.
    Moment,
    /// The server was being restarted: the event came with WeCom's last try.
    Restart,
    /// Somebody had deleted the tag in the console; it was made again later.
    TagGone,
    /// The tag of the Beijing shops has been deleted, and still is.
    BeijingTagGone,
    /// The two were chatting already, or another app was faster.
    ByAnother,
    /// WeCom did not take the code.
    Code,
    /// WeCom's spam control did not take the remark.
    Remark,
    /// The console has a welcome of its own for this employee: the event carries no code.
    NoCode,
}

/// A trouble that has a beginning and an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    pub(super) trouble: Trouble,
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
}

/// Somebody adds an employee.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Add {
    pub(super) person: Person,
    /// Which of the employees.
    pub(super) employee: usize,
    pub(super) trouble: Option<Trouble>,
    /// How long the event was on its way.
    pub(super) late_ms: i64,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Add(Add),
    /// A customer deletes the employee whom they added; which of the adds.
    Lost(usize),
    /// The employee deletes the customer.
    Deleted(usize),
}

/// Something that happens, and when.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Happening {
    pub(super) at_ms: i64,
    pub(super) what: What,
}

/// A month.
#[derive(Clone, Debug)]
pub(super) struct Month {
    /// In the order of time. Losses name adds by their place among these.
    pub(super) happenings: Vec<Happening>,
    pub(super) episodes: Vec<Episode>,
    /// When the first of its days began.
    pub(super) began_ms: i64,
}

impl Month {
    /// Draws the month that ends at that instant, with so many employees.
    pub(super) fn draw(chance: u64, now_ms: i64, zone: &TimeZone, employees: usize) -> Self {
        let today = date_of(now_ms, zone);
        let day = |ago: i64| begins_ms(today.saturating_sub(ago.days()), zone);
        let episodes = episodes(&day, now_ms);
        let mut dice = StdRng::seed_from_u64(chance);
        let mut people = people(chance);
        let mut instants = Vec::new();
        for ago in (0..=DAYS).rev() {
            let begins_ms = day(ago);
            let count = adds_of_day(ago, today.saturating_sub(ago.days()), &mut dice);
            instants.extend((0..count).map(|_| begins_ms + time_of_day(&mut dice)));
        }
        for episode in episodes.iter().filter(|episode| episode.until_ms < now_ms) {
            let long = episode.until_ms - episode.from_ms;
            instants.extend((0..CAUGHT).map(|_| episode.from_ms + dice.random_range(0..long)));
        }
        instants.retain(|at_ms| *at_ms < now_ms - QUIET_MS);
        instants.sort_unstable();
        instants.truncate(EVENTS_MAX / 2);
        let mut happenings: Vec<Happening> = Vec::new();
        let mut ends = Vec::new();
        for (nth, at_ms) in instants.into_iter().enumerate() {
            let Some(person) = people.next() else { break };
            let add = add(person, at_ms, employees, &episodes, &mut dice);
            ends.extend(end(nth, at_ms, &mut dice).filter(|end| end.at_ms < now_ms - QUIET_MS));
            happenings.push(Happening { at_ms, what: What::Add(add) });
        }
        happenings.extend(ends);
        // Stable: an add comes before the loss that names it.
        happenings.sort_by_key(|happening| happening.at_ms);
        Self { happenings, episodes, began_ms: day(DAYS) }
    }
}

fn date_of(at_ms: i64, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(at_ms).map_or(Date::ZERO, |at| zone.to_datetime(at).date())
}

fn begins_ms(date: Date, zone: &TimeZone) -> i64 {
    date.to_zoned_datetime(zone.clone()).map_or(0, |at| at.timestamp().as_millisecond())
}

/// The troubles that last for a while.
fn episodes(day: &impl Fn(i64) -> i64, now_ms: i64) -> Vec<Episode> {
    let episode = |trouble, ago: i64, from_min: i64, long_min: i64| {
        let from_ms = day(ago) + from_min * 60_000;
        Episode { trouble, from_ms, until_ms: from_ms + long_min * 60_000 }
    };
    vec![
        episode(Trouble::Address, 17, 14 * 60, 50),
        episode(Trouble::TagGone, 9, 10 * 60, 30 * 60),
        episode(Trouble::Restart, 6, 21 * 60, 3),
        episode(Trouble::Busy, 4, 19 * 60 + 30, 11),
        Episode { trouble: Trouble::BeijingTagGone, from_ms: day(2) + 9 * HOUR_MS, until_ms: now_ms },
    ]
}

/// How many add an employee on a day: more by and by, more at weekends, and not the same on two days.
fn adds_of_day(ago: i64, date: Date, dice: &mut StdRng) -> usize {
    let grown = 40 + usize::try_from(DAYS - ago).unwrap_or(0);
    let is_weekend = matches!(date.weekday().to_monday_zero_offset(), 5 | 6);
    let usual = if is_weekend { grown * 13 / 10 } else { grown };
    usual * dice.random_range(85..=115) / 100
}

/// An instant of a day, by the hours at which customers come.
fn time_of_day(dice: &mut StdRng) -> i64 {
    let mut left = dice.random_range(0..HOURS.iter().sum::<u32>());
    let hour = HOURS.iter().position(|weight| {
        let here = left < *weight;
        left = left.saturating_sub(*weight);
        here
    });
    i64::try_from(hour.unwrap_or(12)).unwrap_or(12) * HOUR_MS + dice.random_range(0..HOUR_MS)
}

fn add(person: Person, at_ms: i64, employees: usize, episodes: &[Episode], dice: &mut StdRng) -> Add {
    let employee = dice.random_range(0..employees.max(1));
    let during = episodes.iter().find(|episode| (episode.from_ms..episode.until_ms).contains(&at_ms));
    let of_state = |trouble| match trouble {
        Trouble::TagGone => person.state.is_some_and(|state| state.ends_with("-live")),
        Trouble::BeijingTagGone => {
            person.state.is_some_and(|state| state == "beijing" || state.starts_with("expo-"))
        }
        _ => true,
    };
    let by_chance = match dice.random_range(0..1_000) {
        0..30 => Some(Trouble::Moment),
        30..42 => Some(Trouble::ByAnother),
        42..46 => Some(Trouble::Code),
        46..50 => Some(Trouble::Remark),
        50..62 => Some(Trouble::NoCode),
        _ => None,
    };
    let trouble = during.map(|episode| episode.trouble).filter(|trouble| of_state(*trouble)).or(by_chance);
    let late_ms = match trouble {
        Some(Trouble::Restart) => dice.random_range(21_000..34_000),
        _ => dice.random_range(80..900),
    };
    Add { person, employee, trouble, late_ms }
}

/// How it ends between the two, where it does: soon, as a rule.
fn end(nth: usize, at_ms: i64, dice: &mut StdRng) -> Option<Happening> {
    let what = match dice.random_range(0..1_000) {
        drawn if drawn < LOST => What::Lost(nth),
        drawn if drawn < LOST + DELETED => What::Deleted(nth),
        _ => return None,
    };
    let after_ms = match dice.random_range(0..3) {
        0 => dice.random_range(60_000..HOUR_MS),
        1 => dice.random_range(HOUR_MS..DAY_MS),
        _ => dice.random_range(DAY_MS..12 * DAY_MS),
    };
    Some(Happening { at_ms: at_ms + after_ms, what })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    // 2026-11-30 14:05 in Shanghai.
    const NOW_MS: i64 = 1_796_018_700_000;

    fn month(chance: u64) -> Month {
        Month::draw(chance, NOW_MS, &TimeZone::get("Asia/Shanghai").unwrap(), 6)
    }

    fn adds(month: &Month) -> impl Iterator<Item = (i64, &Add)> {
        month.happenings.iter().filter_map(|happening| match &happening.what {
            What::Add(add) => Some((happening.at_ms, add)),
            _ => None,
        })
    }

    #[test]
    fn the_same_number_and_instant_give_the_same_month() {
        assert_eq!(month(7).happenings, month(7).happenings);
        assert_ne!(month(7).happenings, month(8).happenings);
    }

    #[test]
    fn every_day_has_its_customers_and_every_trouble_its_victims() {
        for chance in 0..20 {
            let month = month(chance);
            let count = month.happenings.len();
            assert!((1_500..=EVENTS_MAX).contains(&count), "{count}");
            let days: HashSet<i64> = adds(&month).map(|(at_ms, _)| (at_ms + 8 * HOUR_MS) / DAY_MS).collect();
            assert_eq!(days.len(), 31);
            let troubles: HashSet<Trouble> = adds(&month).filter_map(|(_, add)| add.trouble).collect();
            assert_eq!(troubles.len(), 10, "{troubles:?}");
            let night =
                adds(&month).filter(|(at_ms, _)| (at_ms + 8 * HOUR_MS) % DAY_MS < 6 * HOUR_MS).count();
            assert!(night * 20 < count, "{night} of {count} come at night");
        }
    }

    #[test]
    fn nobody_leaves_before_they_came_and_nothing_lies_ahead() {
        let month = month(2_026);
        let came: Vec<i64> = adds(&month).map(|(at_ms, _)| at_ms).collect();
        let mut left = HashSet::new();
        for Happening { at_ms, what } in &month.happenings {
            assert!((month.began_ms..NOW_MS).contains(at_ms));
            if let What::Lost(nth) | What::Deleted(nth) = what {
                assert!(came[*nth] < *at_ms && left.insert(*nth), "{what:?}");
            }
        }
        assert!(left.len() * 20 > came.len(), "{} of {}", left.len(), came.len());
    }
}

//! Schedules and the calendars that they share, on the days and at the hours where mistakes are made.

use std::fmt::Write as _;

use wecom_greeter::rules::Ruleset;

use super::added;

const CALENDARS: &str = "calendars:
  holidays: [\"2026-10-01..2026-10-07\", 01-01]
  新年: 12-30..01-02
  leap: [02-29]
  makeup: [2026-09-20, 2026-10-10]
";

fn holds(schedule: &str, at: &'static str) -> bool {
    let document =
        format!("{CALENDARS}rules: [{{name: r, when: {{schedule: {schedule}}}, tag: {{add: etA}}}}]\n");
    let set = Ruleset::compile(&document, 1).unwrap_or_else(|faults| panic!("{schedule}: {faults}"));
    added().at(at).with(|facts| set.verdicts(facts)[0].matched)
}

/// (schedule, times at which it holds, times at which it does not)
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn schedules() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (
            "{calendar: holidays}",
            &["2026-10-01T00:00:00+08:00", "2026-10-07T23:59:59+08:00", "2027-01-01T12:00:00+08:00"],
            &["2026-09-30T23:59:59+08:00", "2026-10-08T00:00:00+08:00", "2027-10-01T12:00:00+08:00"],
        ),
        (
            "{not_calendar: holidays}",
            &["2026-09-30T23:59:59+08:00", "2026-10-08T00:00:00+08:00"],
            &["2026-10-01T00:00:00+08:00", "2026-10-07T23:59:59+08:00"],
        ),
        (
            "{calendar: [holidays, 新年]}",
            &["2026-10-03T12:00:00+08:00", "2026-12-30T00:00:00+08:00", "2027-01-02T23:59:59+08:00"],
            &["2026-12-29T23:59:59+08:00", "2027-01-03T00:00:00+08:00"],
        ),
        (
            "{not_calendar: [holidays, 新年]}",
            &["2026-10-08T12:00:00+08:00"],
            &["2026-10-03T12:00:00+08:00", "2026-12-31T12:00:00+08:00"],
        ),
        (
            "{calendar: leap}",
            &["2028-02-29T00:00:00+08:00", "2028-02-29T23:59:59+08:00"],
            &["2028-02-28T23:59:59+08:00", "2028-03-01T00:00:00+08:00", "2027-03-01T12:00:00+08:00"],
        ),
        (
            // The night that begins on a leap day ends in March.
            "{calendar: leap, hours: \"22:00-06:00\"}",
            &["2028-02-29T22:00:00+08:00", "2028-03-01T05:59:59+08:00"],
            &["2028-02-29T03:00:00+08:00", "2028-03-01T06:00:00+08:00", "2028-03-01T23:00:00+08:00"],
        ),
        (
            // A night belongs to the day on which it begins, so that the last holiday's goes on into the morning after.
            "{calendar: holidays, hours: \"22:00-06:00\"}",
            &["2026-10-01T22:00:00+08:00", "2026-10-08T05:59:59+08:00"],
            &["2026-10-01T05:59:59+08:00", "2026-10-08T22:00:00+08:00"],
        ),
        (
            "{not_calendar: holidays, hours: \"22:00-06:00\"}",
            &["2026-10-01T05:59:59+08:00", "2026-10-08T22:00:00+08:00"],
            &["2026-10-01T22:00:00+08:00", "2026-10-08T05:59:59+08:00"],
        ),
        (
            // Working days as China has them: no holidays, and weekends that were made up for them.
            "[{days: mon-fri, not_calendar: holidays}, {calendar: makeup}]",
            &["2026-09-30T12:00:00+08:00", "2026-10-08T12:00:00+08:00", "2026-10-10T12:00:00+08:00"],
            &["2026-10-01T12:00:00+08:00", "2026-10-11T12:00:00+08:00", "2026-09-27T12:00:00+08:00"],
        ),
        (
            "{calendar: holidays, days: sat-sun}",
            &["2026-10-03T12:00:00+08:00", "2026-10-04T12:00:00+08:00"],
            &["2026-10-02T12:00:00+08:00", "2026-10-10T12:00:00+08:00"],
        ),
        (
            "{calendar: holidays, dates: 2026-10-06..2026-10-31}",
            &["2026-10-06T00:00:00+08:00"],
            &["2026-10-05T23:59:59+08:00", "2026-10-08T00:00:00+08:00"],
        ),
        (
            // The schedule's zone decides which day it is: Tokyo is an hour ahead of Shanghai.
            "{calendar: holidays, time_zone: Asia/Tokyo}",
            &["2026-09-30T23:00:00+08:00"],
            &["2026-09-30T22:59:59+08:00", "2026-10-07T23:00:00+08:00"],
        ),
        (
            "{calendar: holidays, time_zone: America/Los_Angeles}",
            &["2026-10-01T15:00:00+08:00", "2026-10-08T14:59:59+08:00"],
            &["2026-10-01T14:59:59+08:00", "2026-10-08T15:00:00+08:00"],
        ),
        (
            // Kiribati is a day ahead of Samoa's neighbours: +14.
            "{dates: 2026-01-01, time_zone: Pacific/Kiritimati}",
            &["2025-12-31T10:00:00Z", "2026-01-01T09:59:59Z"],
            &["2025-12-31T09:59:59Z", "2026-01-01T10:00:00Z"],
        ),
        (
            // Half hours: India is at +05:30.
            "{hours: \"09:00-09:30\", time_zone: Asia/Kolkata}",
            &["2026-03-06T03:30:00Z", "2026-03-06T03:59:59Z"],
            &["2026-03-06T03:29:59Z", "2026-03-06T04:00:00Z"],
        ),
        (
            // Berlin leaves out 02:00 to 03:00 on 2026-03-29.
            "{hours: \"02:00-03:00\", time_zone: Europe/Berlin}",
            &["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"],
            &["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
        ),
        (
            // And has 02:00 to 03:00 twice on 2026-10-25.
            "{hours: \"02:00-03:00\", dates: 2026-10-25, time_zone: Europe/Berlin}",
            &["2026-10-25T00:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-10-25T01:59:59Z"],
            &["2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z"],
        ),
        (
            // A night over the change of the clocks: 22:00 CEST through 06:00 CET, nine hours.
            "{days: sat, hours: \"22:00-06:00\", time_zone: Europe/Berlin}",
            &["2026-10-24T20:00:00Z", "2026-10-25T04:59:59Z"],
            &["2026-10-24T19:59:59Z", "2026-10-25T05:00:00Z"],
        ),
        (
            "{hours: \"00:00-24:00\", days: fri}",
            &["2026-03-06T00:00:00+08:00", "2026-03-06T23:59:59+08:00"],
            &["2026-03-05T23:59:59+08:00", "2026-03-07T00:00:00+08:00"],
        ),
        (
            "{hours: \"18:00-00:00\", days: fri}",
            &["2026-03-06T18:00:00+08:00", "2026-03-06T23:59:59+08:00"],
            &["2026-03-07T00:00:00+08:00", "2026-03-06T17:59:59+08:00"],
        ),
        (
            // The night of a Sunday ends on Monday, also in a range of days that goes through the end of the week.
            "{days: sat-sun, hours: \"23:00-01:00\"}",
            &["2026-03-07T23:00:00+08:00", "2026-03-08T00:30:00+08:00", "2026-03-09T00:59:59+08:00"],
            &["2026-03-07T00:30:00+08:00", "2026-03-09T23:00:00+08:00"],
        ),
        (
            "{dates: [12-31, 2026-03-06]}",
            &["2026-03-06T12:00:00+08:00", "2031-12-31T12:00:00+08:00"],
            &["2027-03-06T12:00:00+08:00", "2026-12-30T12:00:00+08:00"],
        ),
    ];
    let mut wrong = String::new();
    for (schedule, yes, no) in table {
        for (times, expected) in [(yes, true), (no, false)] {
            for at in times.iter().filter(|at| holds(schedule, at) != expected) {
                writeln!(wrong, "{schedule} at {at}: wanted {expected}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn calendars_may_stand_behind_the_rules_and_need_not_be_used() {
    let document = "rules: [{name: r, when: {schedule: {calendar: mine}}, tag: {add: etA}}]\ncalendars: {mine: 2026-03-06, unused: 01-01}\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(added().with(|facts| set.verdicts(facts)[0].matched));
    assert!(Ruleset::compile("calendars: {a: 01-01}\nrules: []\n", 1).is_ok());
}

#[test]
fn a_calendar_is_anchored_and_shared_as_any_text() {
    let document =
        "calendars: {a: &days [2026-03-06], b: *days}\nrules: [{name: r, when: {schedule: {calendar: b}}}]\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(added().with(|facts| set.verdicts(facts)[0].matched));
}

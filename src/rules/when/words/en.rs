//! The faults of conditions in English.

use super::{Never, OddState, Over, WhenFault, Whom, WrongPattern, Zone};
use crate::{language::Language, rules::document::wrong::Said};

const SHARES: &str = "write two numbers from 0 to 100, the lower one first, as \"0-50\"; the second is not included, so that \
                      \"50-100\" takes the others";
const DATES: &str = "write dates as 2026-03-01..2026-04-30, one day as 2026-03-01, each year as 12-24..12-26";
const OF_CUSTOMERS: &str = "put it on an event of a customer, as add_external_contact";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &WhenFault) -> Said {
    match fault {
        WhenFault::NoneOfThem { word, meant } => {
            Said::new(format!("{} is none of them", word.en()), meant.en())
        }
        WhenFault::NoExperiment { name } => Said::new(
            format!("{} is no name for an experiment", name.en()),
            "write one line of at most 64 characters, without blanks around",
        ),
        WhenFault::Nested { max } => Said::new(
            format!("conditions stand more than {max} deep in one another"),
            "write them as one `any` of `all`, or divide them among rules",
        ),
        WhenFault::ConditionEmpty => {
            Said::new("is a condition without anything in it", "write a condition, or remove it")
        }
        WhenFault::Never(why) => {
            Said::new(format!("can never hold: {}", never(*why)), "correct or remove one of the two")
        }
        WhenFault::NotNamed(whom) => {
            let whom = match whom {
                Whom::Employee => "an employee",
                Whom::Customer => "a customer",
                Whom::Both => "an employee and a customer",
            };
            Said::new(format!("can never be told: no event that the rule is `on` names {whom}"), OF_CUSTOMERS)
        }
        WhenFault::AsksNothing { keys } => {
            Said::new("asks for nothing", format!("give it a {}, or remove it", or(keys)))
        }
        WhenFault::NoCode => Said::new(
            "can never hold: no event that the rule is `on` carries a welcome code",
            "remove `welcome_code`, or put the rule on add_external_contact",
        ),
        WhenFault::WelcomeWithoutCode => Said::new(
            "can never be sent: the rule's `when` wants events without a welcome code",
            "remove the welcome, or `welcome_code: false`",
        ),
        WhenFault::NoState => {
            Said::new("can never hold: no event that the rule is `on` carries a State", OF_CUSTOMERS)
        }
        WhenFault::NoUser => {
            Said::new("can never hold: no event that the rule is `on` names an employee", OF_CUSTOMERS)
        }
        WhenFault::Pattern { pattern, wrong } => {
            let (what, mend) = self::pattern(*wrong);
            Said::new(format!("the pattern {} {what}", pattern.en()), mend)
        }
        WhenFault::NoWay { way, meant } => Said::new(
            format!("there is no way {}", way.en()),
            format!("{}; WeCom's number does as well", meant.en()),
        ),
        WhenFault::ReturningEmpty => {
            Said::new("asks for nothing", "write true or false, or { to: company, is: true }")
        }
        WhenFault::NobodyToReturn { word, meant } => {
            Said::new(format!("{} is nobody to return to", word.en()), meant.en())
        }
        WhenFault::NoShare { share } => Said::new(format!("{} is no share", share.en()), SHARES),
        WhenFault::ShareOfNobody { share } => {
            Said::new(format!("{} is a share of nobody", share.en()), SHARES)
        }
        WhenFault::ScheduleEmpty => {
            Said::new("restricts nothing", "give it days, hours, dates or a calendar, or remove it")
        }
        WhenFault::NoDay { day, meant } => Said::new(
            format!("{} is no day", day.en()),
            meant.map_or_else(
                || "write mon, tue, wed, thu, fri, sat or sun, or a range as mon-fri".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            ),
        ),
        WhenFault::NoHours { hours } => Said::new(
            format!("{} are no hours", hours.en()),
            "write hours as \"09:00-18:00\", or \"22:00-06:00\" through midnight",
        ),
        WhenFault::HoursBeginAtEnd { hours } => Said::new(
            format!("{} begins when the day is over", hours.en()),
            "24:00 can only be the end: begin at 00:00",
        ),
        WhenFault::HoursOfNothing { hours } => Said::new(
            format!("{} begin and end at the same minute", hours.en()),
            "leave `hours` out for the whole day",
        ),
        WhenFault::NoDates { dates } => Said::new(format!("{} are no dates", dates.en()), DATES),
        WhenFault::DatesReversed { dates } => {
            Said::new(format!("{} ends before it begins", dates.en()), "exchange the two dates")
        }
        WhenFault::NoSuchDate { day } => {
            Said::new(format!("there is no day {}", day.en()), "look at the calendar")
        }
        WhenFault::NoZone { zone, meant } => Said::new(
            format!("there is no time zone {}", zone.en()),
            match meant {
                Zone::China => "write Asia/Shanghai, which is the time of Beijing".to_owned(),
                Zone::Near(near) => format!("did you mean `{near}`?"),
                Zone::Unknown => "write it as the tz database does, as in Asia/Shanghai".to_owned(),
            },
        ),
        WhenFault::CalendarsWantNames { has } => Said::new(
            format!("wants names with dates, and has {}", has.en()),
            "write it as { holidays: [2026-10-01..2026-10-07, 01-01] }",
        ),
        WhenFault::TooManyCalendars { count, max } => Said::new(
            format!("has {count} calendars, more than {max}"),
            "put days that belong together into one calendar",
        ),
        WhenFault::NoCalendarName => Said::new(
            "this is no name for a calendar",
            "write a word or a few, at most 64 characters, as `holidays`",
        ),
        WhenFault::CalendarEmpty => Said::new("is empty", "give it dates, or remove it"),
        WhenFault::NoCalendar { name, near } => Said::new(
            format!("there is no calendar {}", name.en()),
            near.as_ref().map_or_else(
                || "list its days at the top of the file, under `calendars`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        ),
        WhenFault::OddState { state, odd } => {
            let what = match odd {
                OddState::Address => {
                    "is an address, and a state is what the contact way was made with; write that"
                }
                OddState::Shortened => {
                    "is a number as Excel shortens it, so that nobody matches it; write all of its digits"
                }
                OddState::TooLong => "has more than 64 bytes, and no state is as long; nobody matches it",
            };
            Said::note(format!("{} {what}", state.en()))
        }
        WhenFault::OddUser { user, typed } => {
            let mend =
                typed.as_ref().map(|typed| format!(": {}", typed.say(Language::En))).unwrap_or_default();
            Said::note(format!("{} can be no employee's userid, so nobody matches it{mend}", user.en()))
        }
        WhenFault::CustomersId { user } => {
            Said::note(format!("{} looks like the id of a customer, and `user` is the employee", user.en()))
        }
        WhenFault::Over { rule, last, what } => {
            let what = match what {
                Over::HoldsNoMore => "and the schedule never holds any more; give it new dates, or remove it",
                Over::ExcludesNoMore => {
                    "so that `not_calendar` excludes no day any more; add the days to come to the calendar"
                }
            };
            Said::note(format!("the days of the rule {} are over: the last is {last}, {what}", rule.en()))
        }
    }
}

fn never(never: Never) -> &'static str {
    match never {
        Never::WelcomeCode => "`welcome_code` cannot be both true and false",
        Never::State => "no `state` is in both of its lists",
        Never::User => "no `user` is in both of its lists",
        Never::Shares => "nobody is in both of its shares",
        Never::Not => "a condition and its `not` stand side by side",
        Never::DatesAndDays => "none of its dates is one of its days of the week",
        Never::Calendars => "the days that `calendar` wants are those that `not_calendar` refuses",
    }
}

fn pattern(wrong: WrongPattern) -> (&'static str, &'static str) {
    match wrong {
        WrongPattern::TooLong => ("is longer than 256 bytes", "shorten it"),
        WrongPattern::Backslash => ("ends in a single `\\`", "write `\\\\` for a backslash itself"),
        WrongPattern::Bracket => {
            ("has a `[` without its `]`", "close it, or write `\\[` for the bracket itself")
        }
        WrongPattern::Range => {
            ("has a range whose end comes before its begin", "write the lower character first, as in [0-9]")
        }
    }
}

/// `a, b or c`, all of them.
fn or(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => names.concat(),
    }
}

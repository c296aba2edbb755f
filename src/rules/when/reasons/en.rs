//! Why conditions hold or not, in English.

use std::fmt::{Display, Formatter, Result};

use super::{super::days::DAY_NAMES, Found, LISTED_MAX, Moment, Wanted, Who, Why, first_few};
use crate::rules::document::wrong::Quoted;

pub(super) fn found(found: &Found, f: &mut Formatter<'_>) -> Result {
    match found {
        Found::NoState => write!(f, "the event has no `state`"),
        Found::NoEmployee => write!(f, "the event names no employee"),
        Found::NoCustomer => write!(f, "the event names no customer"),
        Found::State(state) => write!(f, "`state` is {}", state.en()),
        Found::User(user) => write!(f, "`user` is {}", user.en()),
        Found::Departments { user, ids } if ids.is_empty() => {
            write!(f, "{} is in no department that can be seen", user.en())
        }
        Found::Departments { user, ids } => {
            write!(f, "{} is in or below `department` {}", user.en(), several(ids, "and"))
        }
        Found::Is { key, word } => write!(f, "`{key}` is {word}"),
        Found::NotTold(key) => write!(f, "`{key}` is not told"),
        Found::NotWithEmployee(key) => {
            write!(f, "`{key}`: WeCom does not name this employee among those who have the customer")
        }
        Found::Name { fits: true } => write!(f, "`customer.name` fits"),
        Found::Name { fits: false } => write!(f, "`customer.name` does not fit"),
        Found::NoCorpName => write!(f, "the customer has no `customer.corp_name`"),
        Found::CorpName(name) => write!(f, "`customer.corp_name` is {}", name.en()),
        Found::Tags(tags) if tags.is_empty() => {
            write!(f, "`tagged`: the customer has none of the tags from this employee")
        }
        Found::Tags(tags) => {
            let tags: Vec<String> = tags.iter().map(Quoted::en).collect();
            write!(f, "`tagged`: the customer has {} from this employee", several(&tags, "and"))
        }
        Found::Earlier { by_employee, had } => write!(
            f,
            "the record has {} add of the customer by {}",
            if *had { "an earlier" } else { "no earlier" },
            if *by_employee { "this employee" } else { "anyone of the company" }
        ),
        Found::WelcomeCode(true) => write!(f, "the event carries a welcome code"),
        Found::WelcomeCode(false) => write!(f, "the event carries no welcome code"),
        Found::Happened(Some(Moment { time, zone })) => {
            let day = usize::from(time.weekday().to_monday_zero_offset().unsigned_abs());
            let day = DAY_NAMES.get(day).copied().unwrap_or_default();
            let (date, hour, minute) = (time.date(), time.hour(), time.minute());
            write!(f, "it happened on {day} {date} {hour:02}:{minute:02} {zone}")
        }
        Found::Happened(None) => write!(f, "it happened on an unknown time"),
        Found::Percentile { at, experiment } => {
            write!(f, "the customer stands at {at} in the experiment {}", experiment.en())
        }
    }
}

fn wanted(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Quoted(values) => {
            let shown = |value: &Quoted| if value.text().is_empty() { "none".to_owned() } else { value.en() };
            several(&values.iter().map(shown).collect::<Vec<_>>(), "or")
        }
        Wanted::Words(words) => several(words, "or"),
        Wanted::Shares(shares) => format!("`share` {}", several(shares, "or")),
        Wanted::Earlier(true) => "one (`returning`)".to_owned(),
        Wanted::Earlier(false) => "none (`returning`)".to_owned(),
        Wanted::WelcomeCode(true) => "an event with one".to_owned(),
        Wanted::WelcomeCode(false) => "an event without one".to_owned(),
        Wanted::OtherTimes => "other times (`schedule`)".to_owned(),
    }
}

pub(super) fn why(why: &Why<'_>, f: &mut Formatter<'_>) -> Result {
    match why {
        Why::Mismatch { found, wanted } => {
            self::found(found, f)?;
            write!(f, ", and the rule asks for {}", self::wanted(wanted))
        }
        Why::NoneOfAny(each) => write!(f, "none of `any` holds: {}", in_a_row(each.to_vec(), "; ")),
        Why::NotHolds(found) => {
            write!(f, "what stands under `not` holds: {}", in_a_row(found.to_vec(), " and "))
        }
        Why::Missing { keys, who, could_not } => {
            let need = if keys.len() == 1 { "needs" } else { "need" };
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let who = match who {
                Who::Customer => "the customer, who",
                Who::Employee => "the employee, who",
                Who::Earlier => "the record of earlier adds, which",
            };
            let verb = if *could_not { "could not be" } else { "has not been" };
            write!(f, "{} {need} {who} {verb} looked up", keys.join(" and "))
        }
        Why::LeftOut(key) => write!(f, "WeCom does not tell the `{key}`"),
    }
}

/// `a, b or c`.
fn several<T: Display>(items: &[T], last_by: &str) -> String {
    let (shown, more) = first_few(items);
    match shown.split_last() {
        _ if more > 0 => format!("{} {last_by} {more} more", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {last_by} {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

pub(super) fn in_a_row(mut sentences: Vec<String>, between: &str) -> String {
    let more = sentences.len().saturating_sub(LISTED_MAX);
    sentences.truncate(LISTED_MAX);
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    sentences.join(between)
}

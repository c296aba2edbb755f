//! What many methods ask in the same way: texts and lists within limits, pages, days, employees and departments.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Refusal, check_userid};
use crate::simulator::{
    calendar::{DAY_MS, day_of},
    world::World,
};

/// The statistics go back so many days.
const STATISTIC_DAYS_KEPT: i64 = 180;

/// At most so many days in one question for statistics.
pub(super) const SPAN_DAYS_MAX: i64 = 30;

pub(super) fn invalid(what: impl fmt::Display) -> Refusal {
    Refusal::new(40058, format!("invalid Request Parameter, {what}"))
}

/// Something required that is absent or empty.
pub(super) fn empty(field: &str) -> Refusal {
    Refusal::new(40063, format!("{field} is empty"))
}

pub(super) fn check_chars(field: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(invalid(format!("{field} exceeds {most} characters")));
    }
    Ok(())
}

pub(super) fn check_count<T>(field: &str, list: &[T], most: usize) -> Result<(), Refusal> {
    if list.len() > most {
        return Err(invalid(format!("{field} has more than {most} elements")));
    }
    Ok(())
}

/// Which page is wanted.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Pages {
    cursor: Option<String>,
    limit: Option<i64>,
}

impl Pages {
    /// The rows of the page under `name`, and `next_cursor` where there are more. Rows come with a number that grows
    /// from one to the next; a cursor is the number of the last row told, so that what is deleted between two pages
    /// shifts nothing.
    pub(super) fn tell(
        &self,
        name: &str,
        (default, most): (Option<usize>, usize),
        rows: impl Iterator<Item = (u64, Value)>,
    ) -> Result<Map<String, Value>, Refusal> {
        let limit = match (self.limit, default) {
            (None, Some(default)) => default,
            (limit, _) => limit
                .and_then(|limit| usize::try_from(limit).ok())
                .filter(|limit| (1..=most).contains(limit))
                .ok_or_else(|| invalid(format!("limit is not 1 to {most}")))?,
        };
        let after = match self.cursor.as_deref() {
            None | Some("") => None,
            Some(cursor) => Some(number_of(cursor).ok_or(Refusal::new(50100, "invalid cursor"))?),
        };
        let mut rows = rows.filter(|(number, _)| after.is_none_or(|after| *number > after));
        let mut told = Vec::new();
        let mut last = 0;
        for (number, row) in rows.by_ref().take(limit) {
            last = number;
            told.push(row);
        }
        let mut answer = Map::from_iter([(name.to_owned(), Value::from(told))]);
        if rows.next().is_some() {
            answer.insert("next_cursor".to_owned(), json!(cursor_of(last)));
        }
        Ok(answer)
    }
}

fn cursor_of(number: u64) -> String {
    format!("cur_{number:016x}")
}

fn number_of(cursor: &str) -> Option<u64> {
    let digits = cursor.strip_prefix("cur_").filter(|digits| digits.len() == 16)?;
    u64::from_str_radix(digits, 16).ok()
}

/// Days of the statistics, each from its midnight to the next, as (begin, end) in Unix milliseconds.
pub(super) fn days(begin_s: i64, end_s: i64, now_ms: i64) -> Result<Vec<(i64, i64)>, Refusal> {
    let midnight = |at_s: i64| day_of(at_s.saturating_mul(1_000));
    let (begin, end) = (midnight(begin_s), midnight(end_s));
    if end < begin {
        return Err(invalid("the end is before the beginning"));
    }
    if (end - begin) / DAY_MS > SPAN_DAYS_MAX {
        return Err(invalid(format!("the time spans more than {SPAN_DAYS_MAX} days")));
    }
    let today = day_of(now_ms);
    if begin < today - STATISTIC_DAYS_KEPT * DAY_MS || end > today {
        return Err(invalid(format!("only the last {STATISTIC_DAYS_KEPT} days are kept")));
    }
    Ok((0..=(end - begin) / DAY_MS).map(|n| (begin + n * DAY_MS, begin + (n + 1) * DAY_MS)).collect())
}

/// A stretch of time between two Unix seconds, both required, at most so many days long.
pub(super) fn span(begin_s: Option<i64>, end_s: Option<i64>, days_max: i64) -> Result<(i64, i64), Refusal> {
    let (Some(begin_s), Some(end_s)) = (begin_s, end_s) else {
        return Err(invalid("start_time or end_time is missing"));
    };
    let length = end_s.saturating_sub(begin_s);
    if length < 0 {
        return Err(invalid("end_time is before start_time"));
    }
    if length > days_max * (DAY_MS / 1_000) {
        return Err(invalid(format!("the time spans more than {days_max} days")));
    }
    Ok((begin_s, end_s))
}

/// The member of that userid.
pub(super) fn employee(world: &World, userid: &str) -> Result<String, Refusal> {
    check_userid(userid)?;
    let found = world.employee(userid).map(|employee| employee.userid.clone());
    found.ok_or(Refusal::new(60111, "userid not found"))
}

/// Employees and departments.
#[derive(Clone, Deserialize, Default, PartialEq, Eq)]
#[serde(default)]
pub(in crate::simulator) struct Scope {
    pub(in crate::simulator) user_list: Vec<String>,
    pub(in crate::simulator) department_list: Vec<i64>,
}

impl Scope {
    pub(in crate::simulator) fn is_empty(&self) -> bool {
        self.user_list.is_empty() && self.department_list.is_empty()
    }

    /// Whether all of it is there.
    pub(super) fn check(&self, world: &World) -> Result<(), Refusal> {
        for userid in &self.user_list {
            employee(world, userid)?;
        }
        if self.department_list.iter().any(|id| world.department(*id).is_none()) {
            return Err(Refusal::new(60123, "invalid party id"));
        }
        Ok(())
    }

    /// The userids of all who are in it, each once. Who has left is not.
    pub(in crate::simulator) fn members(&self, world: &World) -> Vec<String> {
        let named = self.user_list.iter().filter_map(|userid| Some(world.employee(userid)?.userid.clone()));
        let below = self.department_list.iter().filter_map(|id| world.department(*id)).flatten();
        let mut members: Vec<String> = named.chain(below).collect();
        members.sort();
        members.dedup();
        members
    }

    /// As the API tells it.
    pub(super) fn tell(&self) -> Value {
        json!({ "user_list": self.user_list, "department_list": self.department_list })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_after_the_last_row_told_whatever_was_deleted() {
        let page = |cursor: Option<&str>, rows: &[u64]| {
            let pages = Pages { cursor: cursor.map(str::to_owned), limit: Some(2) };
            pages.tell("rows", (None, 2), rows.iter().map(|row| (*row, json!(row)))).unwrap()
        };
        let first = page(None, &[3, 5, 8, 9]);
        assert_eq!(first["rows"], json!([3, 5]));
        let next = first["next_cursor"].as_str();
        assert_eq!(page(next, &[3, 8, 9])["rows"], json!([8, 9]));
        assert!(page(next, &[8, 9]).get("next_cursor").is_none());
        assert_eq!(page(next, &[])["rows"], json!([]));
    }
}

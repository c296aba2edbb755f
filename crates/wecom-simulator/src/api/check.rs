//! Checks that many methods share, each with its refusal: members and customers, texts and lists within limits, pages,
//! days and periods.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::errcode::Refusal;
use crate::world::{
    World,
    calendar::{DAY_MS, STATISTIC_DAYS_KEPT, day_of},
    scope::Scope,
    staff::{Member, is_userid},
};

/// Statistics are given for at most so many days at once.
const SPAN_DAYS_MAX: i64 = 30;

/// The most characters in the name of a rule group. WeCom names no limit; this one keeps the memory
/// bounded.
pub(super) const NAME_CHARS_MAX: usize = 128;

/// 40058, with what is wrong.
pub(super) fn invalid(what: impl fmt::Display) -> Refusal {
    Refusal::new(40058, format!("invalid Request Parameter, {what}"))
}

/// The refusal of a field that is required and absent or empty (40063).
pub(super) fn empty(field: &str) -> Refusal {
    Refusal::new(40063, format!("{field} is empty"))
}

/// The value of a required field.
pub(super) fn given<T>(field: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| empty(field))
}

/// Refuses a text of more than `most` characters.
pub(super) fn chars(field: &str, text: Option<&str>, most: usize) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.chars().count() > most) {
        return Err(invalid(format!("{field} exceeds {most} characters")));
    }
    Ok(())
}

/// Refuses a list of more than `most` elements.
pub(super) fn count<T>(field: &str, list: &[T], most: usize) -> Result<(), Refusal> {
    if list.len() > most { Err(invalid(format!("{field} exceeds {most} elements"))) } else { Ok(()) }
}

/// Refuses a question about members and departments that names none.
pub(super) fn somebody(userid: &[String], partyid: &[i64]) -> Result<(), Refusal> {
    if userid.is_empty() && partyid.is_empty() {
        return Err(invalid("userid and partyid are both empty"));
    }
    Ok(())
}

/// Refuses what cannot be a userid (40003).
pub(super) fn check_userid(userid: &str) -> Result<(), Refusal> {
    if is_userid(userid) { Ok(()) } else { Err(Refusal::new(40003, "invalid userid")) }
}

/// The member of that userid: 40003 if it is no userid, 60111 if there is no such member.
pub(super) fn member<'w>(world: &'w World, userid: &str) -> Result<&'w Member, Refusal> {
    check_userid(userid)?;
    world.staff.get(userid).ok_or(Refusal::new(60111, "userid not found"))
}

/// As [`member`], also for one who has left since.
pub(super) fn member_ever<'w>(world: &'w World, userid: &str) -> Result<&'w Member, Refusal> {
    check_userid(userid)?;
    world.staff.ever(userid).ok_or(Refusal::new(60111, "userid not found"))
}

/// As [`member`], for one who has to be allowed to have customers (84074).
pub(super) fn serving<'w>(world: &'w World, userid: &str) -> Result<&'w Member, Refusal> {
    let member = member(world, userid)?;
    if member.serves() { Ok(member) } else { Err(Refusal::new(84074, "no external contact permission")) }
}

/// The member's userid as the company writes it.
pub(super) fn employee(world: &World, userid: &str) -> Result<String, Refusal> {
    member(world, userid).map(|member| member.employee.userid.clone())
}

/// Refuses a department that does not exist (60123).
pub(super) fn department(world: &World, id: i64) -> Result<(), Refusal> {
    let found = world.staff.department(id).map(|_| ());
    found.ok_or_else(|| Refusal::new(60123, format!("invalid party id {id}")))
}

/// Refuses a range with members or departments that do not exist.
pub(super) fn scope(world: &World, scope: &Scope) -> Result<(), Refusal> {
    for userid in &scope.user_list {
        member(world, userid)?;
    }
    scope.department_list.iter().try_for_each(|id| department(world, *id))
}

/// The place of a customer: 41035 if none is named, 40096 if there is no such customer.
pub(super) fn customer(world: &World, external_userid: &str) -> Result<usize, Refusal> {
    if external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    world.customers.place(external_userid).ok_or(Refusal::new(40096, "invalid external userid"))
}

/// The number of rows on a page: `usual` where none is asked for; without a usual one, one must be.
pub(super) fn limit(
    asked: Option<i64>,
    usual: impl Into<Option<usize>>,
    most: usize,
) -> Result<usize, Refusal> {
    let asked = match (asked, usual.into()) {
        (None, Some(usual)) => return Ok(usual),
        (asked, _) => asked.and_then(|limit| usize::try_from(limit).ok()),
    };
    let limit = asked.filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| invalid(format!("limit is not 1 to {most}")))
}

/// Orders the rows of a list. A row keeps its key, whatever happens to other rows.
pub(super) type Key = u128;

/// The key of a row that is `minor` among those of `major`.
pub(super) fn key(major: u64, minor: u64) -> Key {
    Key::from(major) << 64 | Key::from(minor)
}

/// The key of the row with which a page begins: 50100 if it is no cursor.
pub(super) fn cursor(asked: Option<&str>) -> Result<Key, Refusal> {
    let Some(cursor) = asked.filter(|cursor| !cursor.is_empty()) else { return Ok(0) };
    let digits = cursor.strip_prefix("cur_").filter(|digits| digits.len() == 32);
    let key = digits.and_then(|digits| Key::from_str_radix(digits, 16).ok());
    key.ok_or(Refusal::new(50100, "invalid cursor"))
}

/// A page of rows, and the cursor of the next page, which is empty on the last. Rows come in the order of their keys, and
/// a cursor is the key of the first row of the next page. Since rows keep their keys, pages do not shift when something is
/// deleted between two of them.
pub(super) fn page<K: Into<Key>, T>(
    rows: impl IntoIterator<Item = (K, T)>,
    from: Key,
    limit: usize,
) -> (Vec<T>, String) {
    let mut rows = rows.into_iter().map(|(key, row)| (key.into(), row)).filter(|(key, _)| *key >= from);
    let page = rows.by_ref().take(limit).map(|(_, row)| row).collect();
    let next = rows.next().map(|(key, _)| format!("cur_{key:032x}"));
    (page, next.unwrap_or_default())
}

/// Rows with their places as keys, of a list that is replaced as a whole and never loses a row.
pub(super) fn by_place<T>(rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = (u64, T)> {
    (0..).zip(rows)
}

/// Which page is wanted.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Pages {
    cursor: Option<String>,
    limit: Option<i64>,
}

impl Pages {
    /// Whether a page after the first is wanted.
    pub(super) fn has_cursor(&self) -> bool {
        self.cursor.as_ref().is_some_and(|cursor| !cursor.is_empty())
    }

    /// The number of rows on a page; without a usual one, one must be asked for.
    pub(super) fn limit(&self, usual: Option<usize>, most: usize) -> Result<usize, Refusal> {
        limit(self.limit, usual, most)
    }

    /// The answer with the page's rows under `name`, and `next_cursor` where there are more. Without a usual number of
    /// rows on a page, the caller must ask for one.
    pub(super) fn to_answer(
        &self,
        name: &str,
        (usual, most): (Option<usize>, usize),
        rows: impl Iterator<Item = (u64, Value)>,
    ) -> Result<Map<String, Value>, Refusal> {
        let limit = limit(self.limit, usual, most)?;
        let (rows, next_cursor) = page(rows, cursor(self.cursor.as_deref())?, limit);
        let mut answer = Map::from_iter([(name.to_owned(), Value::from(rows))]);
        if !next_cursor.is_empty() {
            answer.insert("next_cursor".to_owned(), json!(next_cursor));
        }
        Ok(answer)
    }
}

/// The days from one Unix second to another, each from its midnight to the next, as (begin, end) in Unix milliseconds.
/// Days after today are left out.
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
    if begin < today - STATISTIC_DAYS_KEPT * DAY_MS || begin > today {
        return Err(invalid(format!("only the last {STATISTIC_DAYS_KEPT} days are kept")));
    }
    let end = end.min(today);
    Ok((0..=(end - begin) / DAY_MS).map(|n| (begin + n * DAY_MS, begin + (n + 1) * DAY_MS)).collect())
}

/// A period between two Unix seconds, both required, at most so many days long.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_where_the_last_ended_whatever_was_deleted() {
        let page = |cursor: Option<&str>, rows: &[u64]| {
            let pages = Pages { cursor: cursor.map(str::to_owned), limit: Some(2) };
            pages.to_answer("rows", (None, 2), rows.iter().map(|row| (*row, json!(row)))).unwrap()
        };
        let first = page(None, &[3, 5, 8, 9]);
        assert_eq!(first["rows"], json!([3, 5]));
        let next = first["next_cursor"].as_str();
        assert_eq!(page(next, &[3, 8, 9])["rows"], json!([8, 9]));
        assert!(page(next, &[8, 9]).get("next_cursor").is_none());
        assert_eq!(page(next, &[])["rows"], json!([]));
    }
}

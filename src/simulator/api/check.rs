//! What the methods check alike: who is named, how long a text is, which page is wanted.

use super::{Refusal, check_userid, errcode::invalid};
use crate::simulator::{staff::Member, world::World};

/// The member of that name: 40003 for what is no userid, 60111 for nobody.
pub(super) fn member<'w>(world: &'w World, userid: &str) -> Result<&'w Member, Refusal> {
    check_userid(userid)?;
    world.staff.get(userid).ok_or(Refusal::new(60111, "userid not found"))
}

/// The member of that name, who may have customers (84074).
pub(super) fn serving<'w>(world: &'w World, userid: &str) -> Result<&'w Member, Refusal> {
    let member = member(world, userid)?;
    if member.serves() { Ok(member) } else { Err(Refusal::new(84074, "no external contact permission")) }
}

/// That there is a department of that id (60123).
pub(super) fn department(world: &World, id: i64) -> Result<(), Refusal> {
    world
        .staff
        .department(id)
        .map(|_| ())
        .ok_or_else(|| Refusal::new(60123, format!("invalid party id {id}")))
}

/// The place of a customer: 41035 where none is named, 40096 for nobody.
pub(super) fn customer(world: &World, external_userid: &str) -> Result<usize, Refusal> {
    if external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    world.places.get(external_userid).copied().ok_or(Refusal::new(40096, "invalid external userid"))
}

/// That a text, where there is one, has at most so many characters.
pub(super) fn chars(field: &str, text: Option<&str>, most: usize) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.chars().count() > most) {
        return Err(invalid(format!("{field} exceeds {most} characters")));
    }
    Ok(())
}

/// That a list has at most so many elements.
pub(super) fn count<T>(field: &str, list: &[T], most: usize) -> Result<(), Refusal> {
    if list.len() > most { Err(invalid(format!("{field} exceeds {most} elements"))) } else { Ok(()) }
}

/// That something required is there (40063).
pub(super) fn given<T>(field: &'static str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::new(40063, format!("{field} is empty")))
}

/// The number of rows on a page: `usual` where none is asked for.
pub(super) fn limit(asked: Option<i64>, usual: usize, most: usize) -> Result<usize, Refusal> {
    let Some(asked) = asked else { return Ok(usual) };
    let limit = usize::try_from(asked).ok().filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| invalid(format!("limit is not between 1 and {most}")))
}

/// The place at which a page begins. A cursor is that place, which is nobody's business.
pub(super) fn cursor(asked: Option<&str>) -> Result<usize, Refusal> {
    match asked {
        None | Some("") => Ok(0),
        Some(cursor) => cursor.parse().map_err(|_| Refusal::new(50100, "invalid cursor")),
    }
}

/// A page of rows, and the cursor of the next; empty on the last.
pub(super) fn page<T>(rows: Vec<T>, from: usize, limit: usize) -> (Vec<T>, String) {
    let next = if from + limit < rows.len() { (from + limit).to_string() } else { String::new() };
    (rows.into_iter().skip(from).take(limit).collect(), next)
}

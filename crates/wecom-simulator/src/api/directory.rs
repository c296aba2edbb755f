//! The directory, as far as an app of one's own sees it: members and departments (pages 90196, 90200, 90201, 96067,
//! 95402, 90208, 95351, 95350, 90216, 90213). Fields that WeCom no longer shows to such apps (phone, mail, portrait) are left out.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check,
    errcode::Refusal,
};
use crate::{
    corp::{Department, Hindrance},
    world::{World, staff::Member},
};

pub(super) const METHODS: &[Method] = &[
    Method::get("user/get", get),
    Method::get("user/simplelist", simplelist),
    Method::get("user/list", list),
    Method::post("user/getuserid", getuserid),
    Method::post("user/list_id", list_id),
    Method::get("department/list", departments),
    Method::get("department/get", one_department),
    Method::get("department/simplelist", department_ids),
    Method::get("tag/list", tags),
    Method::get("tag/get", tag),
];

/// The most rows on a page of `user/list_id`.
const PAGE_MAX: usize = 10_000;

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let userid = call.param("userid").ok_or(Refusal::new(41009, "missing userid"))?;
    let member = check::member(world, userid)?;
    Ok(members(shown(member)))
}

/// All that an app may know of a member.
fn shown(member: &Member) -> Value {
    let employee = &member.employee;
    let each = |value: i64| vec![value; employee.departments.len()];
    json!({
        "userid": employee.userid,
        "name": employee.name,
        "department": employee.departments,
        "order": each(0),
        "position": "",
        "is_leader_in_dept": each(0),
        "direct_leader": [],
        "telephone": "",
        "alias": employee.alias,
        // 1: has logged in, 4: has not.
        "status": if member.is(Hindrance::NotActivated) { 4 } else { 1 },
        "main_department": employee.departments.first(),
        "extattr": { "attrs": [] },
    })
}

/// The id of a department from the query: 60123 where it is none of them.
fn department(world: &World, text: &str) -> Result<i64, Refusal> {
    let id = text.parse().map_err(|_| Refusal::new(60123, "invalid party id"))?;
    check::department(world, id)?;
    Ok(id)
}

/// The members of the department that is asked for, and with `fetch_child=1` of those below it.
fn asked_for<'w>(world: &'w World, call: &Call<'_>) -> Result<Vec<&'w Member>, Refusal> {
    let id = department(world, check::given("department_id", call.param("department_id"))?)?;
    let whole = call.param("fetch_child") == Some("1");
    let mut members = world.staff.within(&[id]);
    members.retain(|member| whole || member.employee.departments.contains(&id));
    Ok(members)
}

/// The members of a department with all that an app may know of them.
fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let rows: Vec<Value> = asked_for(world, call)?.into_iter().map(shown).collect();
    Ok(members(json!({ "userlist": rows })))
}

/// The members of a department by id and name.
fn simplelist(world: &mut World, call: &Call<'_>) -> Answer {
    let rows = asked_for(world, call)?.into_iter().map(|Member { employee, .. }| {
        json!({ "userid": employee.userid, "name": employee.name, "department": employee.departments })
    });
    Ok(members(json!({ "userlist": rows.collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
struct ListId {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Which member is in which department: a row for each pair.
fn list_id(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ListId = call.json()?;
    let limit = check::limit(asked.limit, PAGE_MAX, PAGE_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let rows = world.staff.all().flat_map(|Member { employee, number, .. }| {
        let row = |id: &i64| {
            (check::key(*number, id.unsigned_abs()), json!({ "userid": employee.userid, "department": id }))
        };
        employee.departments.iter().map(row)
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(key, _)| *key);
    let (page, next_cursor) = check::page(rows, from, limit);
    Ok(members(json!({ "dept_user": page, "next_cursor": next_cursor })))
}

/// A department and all below it; all departments, where none is named.
fn below<'w>(world: &'w World, call: &Call<'_>) -> Result<Vec<&'w Department>, Refusal> {
    let Some(id) = call.param("id") else { return Ok(world.staff.departments().collect()) };
    let below = world.staff.below(department(world, id)?);
    Ok(world.staff.departments().filter(|department| below.contains(&department.id)).collect())
}

fn departments(world: &mut World, call: &Call<'_>) -> Answer {
    let to_json = |of: &Department| {
        json!({
            "id": of.id, "name": of.name, "parentid": of.parent_id, "order": of.order, "department_leader": [],
        })
    };
    let rows: Vec<Value> = below(world, call)?.into_iter().map(to_json).collect();
    Ok(members(json!({ "department": rows })))
}

fn one_department(world: &mut World, call: &Call<'_>) -> Answer {
    let id = department(world, check::given("id", call.param("id"))?)?;
    let of = world.staff.department(id).ok_or(Refusal::new(60123, "invalid party id"))?;
    Ok(members(json!({ "department": {
        "id": of.id, "name": of.name, "parentid": of.parent_id, "order": of.order, "department_leader": [],
    } })))
}

/// The tags of the directory. They have no names here; each is called by its number.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn tags(world: &mut World, _: &Call<'_>) -> Answer {
    let ids: BTreeSet<i64> =
        world.staff.all().flat_map(|member| member.employee.tags.iter().copied()).collect();
    let rows: Vec<Value> =
        ids.into_iter().map(|id| json!({ "tagid": id, "tagname": tag_name(id) })).collect();
    Ok(members(json!({ "taglist": rows })))
}

fn tag_name(id: i64) -> String {
    format!("标签{id}")
}

/// Who has a tag of the directory.
fn tag(world: &mut World, call: &Call<'_>) -> Answer {
    let no_such_tag = || Refusal::new(40068, "invalid tagid");
    let id: i64 = call.param("tagid").and_then(|id| id.parse().ok()).ok_or_else(no_such_tag)?;
    let tagged = world.staff.all().filter(|member| member.employee.tags.contains(&id));
    let tagged: Vec<Value> = tagged
        .map(|Member { employee, .. }| json!({ "userid": employee.userid, "name": employee.name }))
        .collect();
    if tagged.is_empty() {
        return Err(no_such_tag());
    }
    Ok(members(json!({ "tagname": tag_name(id), "userlist": tagged, "partylist": [] })))
}

#[derive(Deserialize)]
struct GetUserid {
    #[serde(default)]
    mobile: String,
}

/// Whose number it is: nobody's but the one that each member is given here, which `mobile_of` makes of the order in which
/// members were taken on.
fn getuserid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: GetUserid = call.json()?;
    let mobile = check::given("mobile", Some(asked.mobile).filter(|mobile| !mobile.is_empty()))?;
    let member = world.staff.all().find(|member| mobile_of(member) == mobile);
    let member = member.ok_or(Refusal::new(46004, "user no exist"))?;
    Ok(members(json!({ "userid": member.employee.userid })))
}

/// A made-up number, with the member's own at its end.
fn mobile_of(member: &Member) -> String {
    format!("138{:08}", member.number)
}

fn department_ids(world: &mut World, call: &Call<'_>) -> Answer {
    let to_json = |of: &Department| json!({ "id": of.id, "parentid": of.parent_id, "order": of.order });
    let rows: Vec<Value> = below(world, call)?.into_iter().map(to_json).collect();
    Ok(members(json!({ "department_id": rows })))
}

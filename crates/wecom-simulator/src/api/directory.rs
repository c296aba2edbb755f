//! The directory, as far as an app of one's own sees it: members and departments (pages 90196, 90200, 96067, 90208,
//! 95351). Fields that WeCom no longer shows to such apps (phone, mail, portrait) are left out.

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
    Method::post("user/list_id", list_id),
    Method::get("department/list", departments),
    Method::get("department/simplelist", department_ids),
];

/// The most rows on a page of `user/list_id`.
const PAGE_MAX: usize = 10_000;

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let userid = call.param("userid").ok_or(Refusal::new(41009, "missing userid"))?;
    let member = check::member(world, userid)?;
    let employee = &member.employee;
    let each = |value: i64| vec![value; employee.departments.len()];
    Ok(members(json!({
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
    })))
}

/// The id of a department from the query: 60123 where it is none of them.
fn department(world: &World, text: &str) -> Result<i64, Refusal> {
    let id = text.parse().map_err(|_| Refusal::new(60123, "invalid party id"))?;
    check::department(world, id)?;
    Ok(id)
}

/// The members of one department, and with `fetch_child=1` of those below it.
fn simplelist(world: &mut World, call: &Call<'_>) -> Answer {
    let id = department(world, check::given("department_id", call.param("department_id"))?)?;
    let whole = call.param("fetch_child") == Some("1");
    let within = world.staff.within(&[id]);
    let wanted = within.into_iter().filter(|member| whole || member.employee.departments.contains(&id));
    let rows = wanted.map(|Member { employee, .. }| {
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

fn department_ids(world: &mut World, call: &Call<'_>) -> Answer {
    let to_json = |of: &Department| json!({ "id": of.id, "parentid": of.parent_id, "order": of.order });
    let rows: Vec<Value> = below(world, call)?.into_iter().map(to_json).collect();
    Ok(members(json!({ "department_id": rows })))
}

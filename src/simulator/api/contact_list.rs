//! Many customers at once: ids, details by member, and everybody who was served (documents 92113, 92994, 99434).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer, Call, Method, Refusal, check,
    contact::{external_contact, relation},
    errcode::invalid,
    members,
};
use crate::simulator::world::World;

pub(super) const METHODS: &[Method] = &[
    Method::get("externalcontact/list", list),
    Method::post("externalcontact/batch/get_by_user", get_by_user),
    Method::post("externalcontact/contact_list", contact_list),
];

/// At most so many members in one `batch/get_by_user`, and so many customers on one of its pages.
const BATCH_MAX: usize = 100;

/// So many customers are on a page where no number is asked for.
const BATCH_USUAL: usize = 50;

/// At most so many entries on a page of `contact_list`.
const SERVED_MAX: usize = 1_000;

/// A `tmp_openid` stays the same for so long.
const TMP_OPENID_MS: i64 = 4 * 3_600_000;

/// The customers of one member; 84061 where there are none.
fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let userid = call.param("userid").unwrap_or_default();
    check::serving(world, userid)?;
    let customers = world.customers_of(userid).unwrap_or_default();
    if customers.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    Ok(members(json!({ "external_userid": customers })))
}

#[derive(Deserialize)]
struct GetByUser {
    #[serde(default)]
    userid_list: Vec<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// The customers of several members, each with what that member has noted.
fn get_by_user(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: GetByUser = call.json()?;
    if asked.userid_list.is_empty() {
        return Err(invalid("userid_list is empty"));
    }
    check::count("userid_list", &asked.userid_list, BATCH_MAX)?;
    // More than a page holds is taken for as many as it holds, and told nothing about.
    let limit = check::limit(asked.limit.map(|limit| limit.min(100)), BATCH_USUAL, BATCH_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let mut pairs = Vec::new();
    for userid in &asked.userid_list {
        let member = check::serving(world, userid)?;
        pairs.extend(member.customers.iter().map(|place| (*place, member.employee.userid.as_str())));
    }
    let bonds = pairs
        .into_iter()
        .filter_map(|(place, userid)| Some((place, world.follows(place).find(|bond| bond.is_of(userid))?)));
    let bonds: Vec<_> = bonds.collect();
    if bonds.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    let (page, next_cursor) = check::page(bonds, from, limit);
    let told = page.into_iter().map(|(place, bond)| {
        let mut follow_info = relation(world, place, bond);
        follow_info["tag_id"] = json!(bond.tags);
        json!({ "external_contact": external_contact(world, place), "follow_info": follow_info })
    });
    let told: Vec<Value> = told.collect();
    Ok(members(json!({
        "external_contact_list": told,
        "next_cursor": next_cursor,
        "fail_info": { "unlicensed_userid_list": [] },
    })))
}

#[derive(Deserialize)]
struct ContactList {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Everybody who has been added, once for each member.
fn contact_list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ContactList = call.json()?;
    let limit = check::limit(asked.limit, SERVED_MAX, SERVED_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let pairs =
        (0..world.customers.len()).flat_map(|place| world.follows(place).map(move |bond| (place, bond)));
    let (page, next_cursor) = check::page(pairs.collect(), from, limit);
    let told = page.into_iter().map(|(place, bond)| {
        json!({
            "is_customer": true,
            "tmp_openid": tmp_openid(place, call.now_ms),
            "external_userid": world.customers[place].customer.external_userid,
            "follow_userid": bond.employee,
            "add_time": bond.added_at_ms / 1_000,
        })
    });
    let told: Vec<Value> = told.collect();
    Ok(members(json!({ "info_list": told, "next_cursor": next_cursor })))
}

/// The same person's for some hours.
fn tmp_openid(place: usize, now_ms: i64) -> String {
    format!("tmp{:010}{place:015}", now_ms.div_euclid(TMP_OPENID_MS))
}

//! Many customers at once: ids, details by member, and everybody who was served (pages 92113, 92994, 99434).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, invalid},
    contact::{external_contact, relation},
    errcode::Refusal,
};
use crate::world::{World, bond::Bond};

pub(super) const METHODS: &[Method] = &[
    Method::get("externalcontact/list", list),
    Method::post("externalcontact/batch/get_by_user", get_by_user),
    Method::post("externalcontact/contact_list", contact_list),
];

/// The most members in one `batch/get_by_user`, and the most customers on one of its pages.
const BATCH_MAX: usize = 100;

/// So many customers are on a page where no number is asked for.
const BATCH_USUAL: usize = 50;

/// The most entries on a page of `contact_list`.
const SERVED_MAX: usize = 1_000;

/// The keys of group members begin here, so that they come after those of all customers.
const AFTER_CUSTOMERS: u64 = 1 << 63;

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
    /// The form of 2020: one member.
    userid: Option<String>,
    #[serde(default)]
    userid_list: Vec<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// The customers of several members, each with what that member has noted.
fn get_by_user(world: &mut World, call: &Call<'_>) -> Answer {
    let mut asked: GetByUser = call.json()?;
    if asked.userid_list.is_empty() {
        asked.userid_list.extend(asked.userid.filter(|userid| !userid.is_empty()));
    }
    if asked.userid_list.is_empty() {
        return Err(invalid("userid_list is empty"));
    }
    check::count("userid_list", &asked.userid_list, BATCH_MAX)?;
    // WeCom does not refuse a larger number: it gives as many as a page holds.
    let limit = check::limit(asked.limit.map(|limit| limit.min(100)), BATCH_USUAL, BATCH_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let mut bonds = Vec::new();
    for (number, userid) in (0..).zip(&asked.userid_list) {
        let member = check::serving(world, userid)?;
        bonds.extend(member.customers.iter().filter_map(|place| {
            let bond = world.follows(*place).find(|bond| bond.is_of(userid))?;
            Some((check::key(number, bond.number), (*place, bond)))
        }));
    }
    if bonds.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    bonds.sort_by_key(|(key, _)| *key);
    let (page, next_cursor) = check::page(bonds, from, limit);
    let rows = page.into_iter().map(|(place, bond)| {
        let mut follow_info = relation(world, place, bond);
        follow_info["tag_id"] = json!(bond.tags);
        json!({ "external_contact": external_contact(world, place), "follow_info": follow_info })
    });
    let rows: Vec<Value> = rows.collect();
    Ok(members(json!({
        "external_contact_list": rows,
        "next_cursor": next_cursor,
        "fail_info": { "unlicensed_userid_list": [] },
    })))
}

#[derive(Deserialize)]
struct ContactList {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Everybody who is served: customers, once for each member who follows them; then the people in customer groups, once
/// for each group.
fn contact_list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ContactList = call.json()?;
    world.settle_chats(call.now_ms);
    let limit = check::limit(asked.limit, SERVED_MAX, SERVED_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let world = &*world;
    let added = (0..world.customers.len()).flat_map(|place| {
        let row = move |bond: &Bond| {
            let json = served(world, place, &bond.employee, bond.added_at_ms, call.now_ms);
            (check::key(place as u64, bond.number), json)
        };
        world.follows(place).map(row)
    });
    let chats = world.groups.chats.iter().enumerate();
    let chats = chats.filter(|(_, chat)| chat.dismissed_ms.is_none() && !chat.internal);
    let in_groups = chats.flat_map(|(number, chat)| {
        let members = chat.members.iter().filter(|member| member.external);
        members.filter_map(move |member| {
            let place = world.customers.place(&member.userid)?;
            let mut json = served(world, place, chat.owner(), member.joined_ms, call.now_ms);
            json["chat_id"] = json!(chat.chat_id);
            Some((check::key(AFTER_CUSTOMERS + number as u64, member.number), json))
        })
    });
    let (page, next_cursor) = check::page(added.chain(in_groups), from, limit);
    Ok(members(json!({ "info_list": page, "next_cursor": next_cursor })))
}

/// Somebody from outside who is served by a member. Of somebody who is no customer WeCom does not give the id, but the
/// first character of the name.
fn served(world: &World, place: usize, employee: &str, since_ms: i64, now_ms: i64) -> Value {
    let customer = &world.customers[place].customer;
    let is_customer = world.follows(place).next().is_some();
    let mut json = json!({
        "is_customer": is_customer,
        "tmp_openid": tmp_openid(place, now_ms),
        "follow_userid": employee,
        "add_time": since_ms / 1_000,
    });
    if is_customer {
        json["external_userid"] = json!(customer.external_userid);
    } else {
        json["name"] = json!(format!("{}**", customer.name.chars().next().unwrap_or('*')));
    }
    json
}

/// An id that stays the same for a person for some hours.
fn tmp_openid(place: usize, now_ms: i64) -> String {
    format!("tmp{:010}{place:015}", now_ms.div_euclid(TMP_OPENID_MS))
}

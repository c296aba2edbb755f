//! A customer's ids elsewhere (pages 92115, 93274, 95884, 98729). How the ids of one person hang together is in `ids`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, empty, invalid},
    errcode::Refusal,
};
use crate::{ids, world::World};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/convert_to_openid", convert_to_openid),
    Method::post("externalcontact/unionid_to_external_userid", unionid_to_external_userid),
    Method::post("service/externalcontact/unionid_to_external_userid_3rd", unionid_to_external_userid_3rd),
    Method::post("externalcontact/to_service_external_userid", to_service_external_userid),
    Method::post("externalcontact/from_service_external_userid", from_service_external_userid),
    Method::post("externalcontact/get_new_external_userid", get_new_external_userid),
    Method::post("externalcontact/finish_external_userid_migration", finish_external_userid_migration),
    Method::post("externalcontact/opengid_to_chatid", opengid_to_chatid),
    Method::post("idconvert/convert_tmp_external_userid", convert_tmp_external_userid),
];

/// The most ids in one `get_new_external_userid`.
const MIGRATED_MAX: usize = 1_000;

/// The most ids in one `convert_tmp_external_userid`.
const TEMPORARY_MAX: usize = 100;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    external_userid: String,
    source_agentid: Option<i64>,
    #[serde(default)]
    unionid: String,
    #[serde(default)]
    openid: String,
    corpid: Option<String>,
}

/// The first of these who is a customer here.
fn known(world: &World, candidates: &[String]) -> Option<usize> {
    candidates.iter().find_map(|id| world.customers.place(id))
}

fn convert_to_openid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let place = check::customer(world, &asked.external_userid)?;
    let openid = world.customers[place].customer.ids().openid;
    let openid = openid.ok_or(Refusal::new(41056, "invalid external userid type"))?;
    Ok(members(json!({ "openid": openid })))
}

/// The customer who is a WeChat user: 40058 where the two ids belong to different people, 84061 where the user is no
/// customer.
pub(super) fn wechat_user(world: &World, unionid: &str, openid: &str) -> Result<usize, Refusal> {
    if unionid.is_empty() {
        return Err(Refusal::new(40063, "unionid is empty"));
    }
    let candidates =
        ids::of_wechat(unionid, openid).ok_or_else(|| invalid("unionid and openid do not match"))?;
    let place = known(world, &candidates).filter(|place| world.follows(*place).next().is_some());
    place.ok_or(Refusal::new(84061, "not external contact"))
}

fn unionid_to_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let place = wechat_user(world, &asked.unionid, &asked.openid)?;
    Ok(members(json!({ "external_userid": world.customers[place].customer.external_userid })))
}

fn unionid_to_external_userid_3rd(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    if asked.corpid.as_ref().is_some_and(|corpid| !corpid.eq_ignore_ascii_case(&world.corp_id)) {
        return Err(Refusal::new(40013, "invalid corpid"));
    }
    let found = match wechat_user(world, &asked.unionid, &asked.openid) {
        Ok(place) => {
            let id = world.customers[place].customer.ids().service_external_userid;
            json!([{ "corpid": world.corp_id, "external_userid": id }])
        }
        // Nobody's customer, so no company is named.
        Err(Refusal { code: 84061, .. }) => json!([]),
        Err(refusal) => return Err(refusal),
    };
    Ok(members(json!({ "external_userid_info": found })))
}

fn to_service_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let place = check::customer(world, &asked.external_userid)?;
    let id = world.customers[place].customer.ids().service_external_userid;
    Ok(members(json!({ "external_userid": id })))
}

fn from_service_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    if asked.source_agentid.is_none_or(|agent| agent <= 0) {
        return Err(Refusal::new(40056, "invalid agentid"));
    }
    if asked.external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    let place = known(world, &ids::of_service(&asked.external_userid))
        .ok_or(Refusal::new(40096, "invalid external userid"))?;
    Ok(members(json!({ "external_userid": world.customers[place].customer.external_userid })))
}

#[derive(Deserialize)]
struct Migrating {
    #[serde(default)]
    external_userid_list: Vec<String>,
}

/// The ids that customers will have after a migration that is not finished yet.
fn get_new_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let Migrating { external_userid_list: ids } = call.json()?;
    if ids.is_empty() {
        return Err(invalid("external_userid_list is empty"));
    }
    check::count("external_userid_list", &ids, MIGRATED_MAX)?;
    let item = |id: &String| {
        let customer = &world.customers[check::customer(world, id)?].customer;
        let new = ids::migrated(&customer.external_userid, customer.kind);
        Ok(json!({ "external_userid": id, "new_external_userid": new }))
    };
    let items: Vec<Value> = ids.iter().map(item).collect::<Result<_, Refusal>>()?;
    Ok(members(json!({ "items": items })))
}

/// Finishes a migration: from here on customers have their new ids only.
fn finish_external_userid_migration(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    if !asked.corpid.is_some_and(|corpid| corpid.eq_ignore_ascii_case(&world.corp_id)) {
        return Err(Refusal::new(40013, "invalid corpid"));
    }
    world.rename_customers(|customer| ids::migrated(&customer.external_userid, customer.kind));
    Ok(members(Value::Null))
}

#[derive(Deserialize)]
struct Temporary {
    #[serde(default)]
    business_type: i64,
    #[serde(default)]
    user_type: i64,
    #[serde(default)]
    tmp_external_userid_list: Vec<String>,
}

/// The customers behind temporary ids. The simulated company has no linked companies whose people could have some.
fn convert_tmp_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let Temporary { business_type, user_type, tmp_external_userid_list: ids } = call.json()?;
    if !(1..=3).contains(&business_type) || !(1..=4).contains(&user_type) || ids.is_empty() {
        return Err(invalid("business_type, user_type or tmp_external_userid_list"));
    }
    check::count("tmp_external_userid_list", &ids, TEMPORARY_MAX)?;
    let (mut results, mut unknown) = (Vec::new(), Vec::new());
    for id in ids {
        match known(world, &ids::of_temporary(&id)).filter(|_| user_type == 1) {
            Some(place) => results.push(json!({
                "tmp_external_userid": id,
                "external_userid": world.customers[place].customer.external_userid,
            })),
            None => unknown.push(id),
        }
    }
    Ok(members(json!({ "results": results, "invalid_tmp_external_userid_list": unknown })))
}

#[derive(Deserialize)]
struct OpengidToChatid {
    #[serde(default)]
    opengid: String,
}

fn opengid_to_chatid(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: OpengidToChatid = call.json()?;
    if asked.opengid.is_empty() {
        return Err(empty("opengid"));
    }
    let mut chats = world.groups.chats.iter();
    let chat =
        chats.find(|chat| chat.opengid == asked.opengid && chat.dismissed_ms.is_none() && !chat.internal);
    let chat = chat.ok_or(Refusal::new(90511, "invalid opengid"))?;
    Ok(members(json!({ "chat_id": chat.chat_id })))
}

//! Ids that apps get when WeCom upgrades them: of tags, of customer service accounts, and of users who are no customers
//! yet (pages 95884 and 98729).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{empty, invalid},
    errcode::Refusal,
    id_conversion::wechat_user,
};
use crate::{ids, world::World};

pub(super) const METHODS: &[Method] = &[
    Method::post("idconvert/external_tagid", external_tagid),
    Method::post("idconvert/open_kfid", open_kfid),
    Method::post("idconvert/unionid_to_external_userid", unionid_to_external_userid),
    Method::post("idconvert/batch/external_userid_to_pending_id", external_userid_to_pending_id),
];

#[derive(Deserialize)]
struct Upgraded {
    #[serde(default)]
    external_tagid_list: Vec<String>,
    #[serde(default)]
    open_kfid_list: Vec<String>,
}

/// The app's ids of the corp's tags and groups.
fn external_tagid(world: &mut World, call: &Call<'_>) -> Answer {
    let Upgraded { external_tagid_list: ids, .. } = call.json()?;
    if ids.is_empty() {
        return Err(invalid("external_tagid_list is empty"));
    }
    let is_known = |id: &String| {
        world.tags.name(id).is_some() || world.tags.groups().iter().any(|group| group.is.id == *id)
    };
    let (known, unknown): (Vec<String>, Vec<String>) = ids.into_iter().partition(is_known);
    let items: Vec<Value> = known
        .iter()
        .map(|id| json!({ "external_tagid": id, "open_external_tagid": ids::of_app(id) }))
        .collect();
    Ok(members(json!({ "items": items, "invalid_external_tagid_list": unknown })))
}

/// The simulated company has no accounts of customer service, so every id is unknown.
fn open_kfid(_: &mut World, call: &Call<'_>) -> Answer {
    let Upgraded { open_kfid_list: ids, .. } = call.json()?;
    if ids.is_empty() {
        return Err(invalid("open_kfid_list is empty"));
    }
    Ok(members(json!({ "items": [], "invalid_open_kfid_list": ids })))
}

#[derive(Deserialize)]
struct WechatUser {
    #[serde(default)]
    unionid: String,
    #[serde(default)]
    openid: String,
}

/// The customer who is a WeChat user, or a pending id for a user who is no customer yet.
fn unionid_to_external_userid(world: &mut World, call: &Call<'_>) -> Answer {
    let WechatUser { unionid, openid } = call.json()?;
    if openid.is_empty() {
        return Err(empty("openid"));
    }
    match wechat_user(world, &unionid, &openid) {
        Ok(place) => {
            Ok(members(json!({ "external_userid": world.customers[place].customer.external_userid })))
        }
        Err(Refusal { code: 84061, .. }) => Ok(members(json!({ "pending_id": ids::pending(&unionid) }))),
        Err(refusal) => Err(refusal),
    }
}

#[derive(Deserialize)]
struct Pending {
    #[serde(default)]
    external_userid: Vec<String>,
}

/// The pending ids that customers had before they became customers. Ids of no customer are left out.
fn external_userid_to_pending_id(world: &mut World, call: &Call<'_>) -> Answer {
    let Pending { external_userid: ids } = call.json()?;
    if ids.is_empty() {
        return Err(invalid("external_userid is empty"));
    }
    let item = |id: &String| {
        let customer = &world.customers[world.customers.place(id)?].customer;
        let pending = ids::pending(&customer.ids().unionid?);
        Some(json!({ "external_userid": id, "pending_id": pending }))
    };
    let result: Vec<Value> = ids.iter().filter_map(item).collect();
    Ok(members(json!({ "result": result })))
}

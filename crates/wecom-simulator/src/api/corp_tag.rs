//! Corp tags: the tree (page 92117). `agentid` is ignored: only apps of old suites need it.

use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    tag_list::{self, Part},
};
use crate::world::World;

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/get_corp_tag_list", get_corp_tag_list),
    Method::post("externalcontact/add_corp_tag", add_corp_tag),
    Method::post("externalcontact/edit_corp_tag", edit_corp_tag),
    Method::post("externalcontact/del_corp_tag", del_corp_tag),
];

fn get_corp_tag_list(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(members(json!({ "tag_group": tag_list::list(world, Part::Corp, &call.json()?)? })))
}

fn add_corp_tag(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(members(json!({ "tag_group": tag_list::add(world, None, call.json()?, call.now_ms)? })))
}

fn edit_corp_tag(world: &mut World, call: &Call<'_>) -> Answer {
    tag_list::edit(world, Part::Corp, call.json()?)?;
    Ok(members(Value::Null))
}

fn del_corp_tag(world: &mut World, call: &Call<'_>) -> Answer {
    tag_list::delete(world, Part::Corp, &call.json()?)?;
    Ok(members(Value::Null))
}

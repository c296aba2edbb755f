//! Marking customers with tags (page 92118).

use serde::Deserialize;
use serde_json::Value;

use super::{
    call::{Answer, Call, Method, members},
    check::{check_userid, invalid},
    errcode::Refusal,
    tag_list::unknown,
};
use crate::world::{World, strategies::Who};

pub(super) const METHODS: &[Method] = &[Method::post("externalcontact/mark_tag", mark_tag)];

/// So many tags fit on one customer of one member (page 92697).
const TAGS_PER_RELATION_MAX: usize = 3_000;

#[derive(Deserialize)]
struct MarkTag {
    #[serde(default)]
    userid: String,
    #[serde(default)]
    external_userid: String,
    #[serde(default)]
    add_tag: Vec<String>,
    #[serde(default)]
    remove_tag: Vec<String>,
}

/// Puts tags on a customer and takes tags off: all of them, or none if one is refused.
fn mark_tag(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: MarkTag = call.json()?;
    check_userid(&asked.userid)?;
    if asked.external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    if asked.add_tag.is_empty() && asked.remove_tag.is_empty() {
        return Err(invalid("add_tag and remove_tag are both empty"));
    }
    let named = || asked.add_tag.iter().chain(&asked.remove_tag);
    if let Some(id) = named().find(|id| world.tags.name(id).is_none()) {
        return Err(unknown(id));
    }
    // The tags of a rule group are for the members in its range only.
    let foreign = |strategy: i64| {
        let strategy = world.strategies.get(strategy);
        strategy.is_none_or(|strategy| !strategy.covers(Who::Member(&asked.userid), &world.staff))
    };
    if world.has_employee(&asked.userid)
        && named().filter_map(|id| world.tags.group_of(id)?.strategy).any(foreign)
    {
        return Err(Refusal::new(60011, "no privilege to access/modify contact/party/agent"));
    }
    let bond = world.bond(&asked.userid, &asked.external_userid)?;
    let mut tags = bond.tags.clone();
    tags.retain(|id| !asked.remove_tag.contains(id));
    for id in asked.add_tag {
        if !tags.contains(&id) {
            tags.push(id);
        }
    }
    if tags.len() > TAGS_PER_RELATION_MAX {
        return Err(invalid("too many tags on this customer"));
    }
    bond.tags = tags;
    Ok(members(Value::Null))
}

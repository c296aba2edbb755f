//! The tags of rule groups (page 94882).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check, customer_strategy,
    tag_list::{self, Part},
};
use crate::world::World;

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/get_strategy_tag_list", get_strategy_tag_list),
    Method::post("externalcontact/add_strategy_tag", add_strategy_tag),
    Method::post("externalcontact/edit_strategy_tag", edit_strategy_tag),
    Method::post("externalcontact/del_strategy_tag", del_strategy_tag),
];

#[derive(Deserialize)]
struct OfStrategy {
    strategy_id: Option<i64>,
}

/// The tags of one rule group, or of all rule groups.
fn get_strategy_tag_list(world: &mut World, call: &Call<'_>) -> Answer {
    let OfStrategy { strategy_id } = call.json()?;
    let part = match strategy_id {
        None => Part::AnyStrategy,
        Some(id) => Part::Strategy(customer_strategy::find(world, id)?.strategy_id),
    };
    Ok(members(json!({ "tag_group": tag_list::list(world, part, &call.json()?)? })))
}

fn add_strategy_tag(world: &mut World, call: &Call<'_>) -> Answer {
    let OfStrategy { strategy_id } = call.json()?;
    let id = customer_strategy::find(world, check::given("strategy_id", strategy_id)?)?.strategy_id;
    Ok(members(json!({ "tag_group": tag_list::add(world, Some(id), call.json()?, call.now_ms)? })))
}

fn edit_strategy_tag(world: &mut World, call: &Call<'_>) -> Answer {
    tag_list::edit(world, Part::AnyStrategy, call.json()?)?;
    Ok(members(Value::Null))
}

fn del_strategy_tag(world: &mut World, call: &Call<'_>) -> Answer {
    tag_list::delete(world, Part::AnyStrategy, &call.json()?)?;
    Ok(members(Value::Null))
}

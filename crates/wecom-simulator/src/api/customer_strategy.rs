//! Rule groups of customer contact (page 94883).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, invalid},
    errcode::Refusal,
};
use crate::world::{
    World,
    strategies::{Node, Strategy, Who},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/customer_strategy/list", list),
    Method::post("externalcontact/customer_strategy/get", get),
    Method::post("externalcontact/customer_strategy/get_range", get_range),
    Method::post("externalcontact/customer_strategy/create", create),
    Method::post("externalcontact/customer_strategy/edit", edit),
    Method::post("externalcontact/customer_strategy/del", del),
];

/// The most entries on a page.
const PAGE_MAX: usize = 1_000;

/// The most administrators, and the most nodes of a range.
const ADMINS_MAX: usize = 20;
const NODES_MAX: usize = 1_000;

/// What a rule group can allow. What a caller leaves out is allowed.
const PRIVILEGES: [&str; 21] = [
    "view_customer_list",
    "view_customer_data",
    "view_room_list",
    "contact_me",
    "join_room",
    "share_customer",
    "oper_resign_customer",
    "oper_resign_group",
    "send_customer_msg",
    "edit_welcome_msg",
    "view_behavior_data",
    "view_room_data",
    "send_group_msg",
    "room_deduplication",
    "rapid_reply",
    "onjob_customer_transfer",
    "edit_anti_spam_rule",
    "export_customer_list",
    "export_customer_data",
    "export_customer_group_list",
    "manage_customer_tag",
];

#[derive(Deserialize)]
struct Asked {
    strategy_id: Option<i64>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// The rule group of that id: 40058 where there is none.
pub(super) fn find(world: &World, id: i64) -> Result<&Strategy, Refusal> {
    world.strategies.get(id).ok_or_else(|| invalid(format!("no strategy_id {id}")))
}

fn named<'w>(world: &'w World, asked: &Asked) -> Result<&'w Strategy, Refusal> {
    find(world, check::given("strategy_id", asked.strategy_id)?)
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let all = world.strategies.iter().map(|strategy| {
        (strategy.strategy_id.unsigned_abs(), json!({ "strategy_id": strategy.strategy_id }))
    });
    paged("strategy", all, &asked)
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let strategy = named(world, &call.json()?)?;
    Ok(members(json!({ "strategy": {
        "strategy_id": strategy.strategy_id,
        "parent_id": strategy.parent_id,
        "strategy_name": strategy.strategy_name,
        "create_time": strategy.create_time,
        "admin_list": strategy.admin_list,
        "privilege": strategy.privilege,
    } })))
}

fn get_range(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let range = &named(world, &asked)?.range;
    paged("range", check::by_place(range.iter().map(|node| json!(node))), &asked)
}

fn paged(name: &str, rows: impl Iterator<Item = (u64, Value)>, asked: &Asked) -> Answer {
    let limit = check::limit(asked.limit, PAGE_MAX, PAGE_MAX)?;
    let (page, next_cursor) = check::page(rows, check::cursor(asked.cursor.as_deref())?, limit);
    let mut answer = json!({ name: page });
    // Absent on the last page.
    if !next_cursor.is_empty() {
        answer["next_cursor"] = json!(next_cursor);
    }
    Ok(members(answer))
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    parent_id: i64,
    #[serde(default)]
    strategy_name: String,
    #[serde(default)]
    admin_list: Vec<String>,
    #[serde(default)]
    privilege: BTreeMap<String, bool>,
    #[serde(default)]
    range: Vec<Node>,
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let Create { parent_id, strategy_name, admin_list, privilege, range } = call.json()?;
    if world.strategies.is_full() {
        return Err(invalid("too many strategies"));
    }
    if parent_id != 0 {
        find(world, parent_id)?;
    }
    let mut whole: BTreeMap<String, bool> =
        PRIVILEGES.iter().map(|name| ((*name).to_owned(), true)).collect();
    whole.extend(known(privilege)?);
    let strategy = Strategy {
        strategy_id: 0,
        parent_id,
        strategy_name,
        create_time: call.now_ms / 1_000,
        admin_list,
        privilege: whole,
        range,
    };
    check_whole(world, &strategy)?;
    Ok(members(json!({ "strategy_id": world.strategies.add(strategy) })))
}

#[derive(Deserialize)]
struct Edit {
    strategy_id: Option<i64>,
    strategy_name: Option<String>,
    admin_list: Option<Vec<String>>,
    privilege: Option<BTreeMap<String, bool>>,
    #[serde(default)]
    range_add: Vec<Node>,
    #[serde(default)]
    range_del: Vec<Node>,
}

/// Changes a rule group. What is absent stays as it is.
fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Edit = call.json()?;
    let mut strategy = find(world, check::given("strategy_id", asked.strategy_id)?)?.clone();
    strategy.strategy_name = asked.strategy_name.unwrap_or(strategy.strategy_name);
    strategy.admin_list = asked.admin_list.unwrap_or(strategy.admin_list);
    strategy.privilege.extend(known(asked.privilege.unwrap_or_default())?);
    strategy.range.retain(|node| !asked.range_del.iter().any(|gone| gone.same(node)));
    for node in asked.range_add {
        if !strategy.range.iter().any(|there| there.same(&node)) {
            strategy.range.push(node);
        }
    }
    check_whole(world, &strategy)?;
    world.strategies.put(strategy);
    Ok(members(Value::Null))
}

/// Deletes a rule group with its tags. One that has others below it cannot be deleted before them.
fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let id = named(world, &call.json()?)?.strategy_id;
    if world.strategies.iter().any(|strategy| strategy.parent_id == id) {
        return Err(invalid("the strategy is the parent of another"));
    }
    world.strategies.remove(id);
    world.delete_tags(|group, _| group.strategy == Some(id));
    Ok(members(Value::Null))
}

fn known(privilege: BTreeMap<String, bool>) -> Result<BTreeMap<String, bool>, Refusal> {
    match privilege.keys().find(|name| !PRIVILEGES.contains(&name.as_str())) {
        None => Ok(privilege),
        Some(_) => Err(invalid("unknown privilege")),
    }
}

fn check_whole(world: &World, strategy: &Strategy) -> Result<(), Refusal> {
    if strategy.strategy_name.is_empty() {
        return Err(Refusal::new(40063, "strategy_name is empty"));
    }
    check::chars("strategy_name", Some(&strategy.strategy_name), check::NAME_CHARS_MAX)?;
    check::count("admin_list", &strategy.admin_list, ADMINS_MAX)?;
    check::count("range", &strategy.range, NODES_MAX)?;
    if strategy.admin_list.is_empty() || strategy.range.is_empty() {
        return Err(invalid("admin_list or range is empty"));
    }
    for userid in &strategy.admin_list {
        check::member(world, userid)?;
    }
    let parent = world.strategies.get(strategy.parent_id);
    for node in &strategy.range {
        let who = node.who().ok_or_else(|| invalid("range has a node without userid or partyid"))?;
        match who {
            Who::Member(userid) => check::member(world, userid).map(|_| ())?,
            Who::Department(id) => check::department(world, id)?,
        }
        if parent.is_some_and(|parent| !parent.covers(who, &world.staff)) {
            return Err(invalid("range exceeds the parent's"));
        }
    }
    Ok(())
}

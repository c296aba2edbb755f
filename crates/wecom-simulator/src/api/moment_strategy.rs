//! Rule groups of moments (page 94890).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, Pages, empty, invalid},
    errcode::Refusal,
};
use crate::world::{
    World,
    moment_strategies::{MomentStrategy, Node, Privilege},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/moment_strategy/list", list),
    Method::post("externalcontact/moment_strategy/get", get),
    Method::post("externalcontact/moment_strategy/get_range", get_range),
    Method::post("externalcontact/moment_strategy/create", create),
    Method::post("externalcontact/moment_strategy/edit", edit),
    Method::post("externalcontact/moment_strategy/del", del),
];

/// So many entries on a page where no `limit` is given, and at most.
const PAGE_MAX: usize = 1_000;

/// How many rule groups fit.
const STRATEGIES_MAX: usize = 10_000;

/// The most administrators, and the most nodes in one call.
const ADMINS_MAX: usize = 20;
const NODES_MAX: usize = 100;

#[derive(Deserialize)]
struct Listed {
    strategy_id: Option<i64>,
    #[serde(flatten)]
    pages: Pages,
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Listed = call.json()?;
    let rows = world.moment_strategies.all.keys();
    let rows = rows.map(|id| (id.unsigned_abs(), json!({ "strategy_id": id })));
    asked.pages.to_answer("strategy", (Some(PAGE_MAX), PAGE_MAX), rows)
}

fn strategy(world: &World, id: Option<i64>) -> Result<(i64, &MomentStrategy), Refusal> {
    let id = id.ok_or_else(|| invalid("strategy_id is missing"))?;
    let found = world.moment_strategies.all.get(&id);
    found.map(|strategy| (id, strategy)).ok_or_else(|| invalid("strategy_id is unknown"))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Listed = call.json()?;
    let (id, strategy) = strategy(world, asked.strategy_id)?;
    Ok(members(json!({ "strategy": {
        "strategy_id": id,
        "parent_id": strategy.parent_id,
        "strategy_name": strategy.name,
        "create_time": strategy.created_ms / 1_000,
        "admin_list": strategy.admins,
        "privilege": strategy.privilege,
    } })))
}

fn get_range(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Listed = call.json()?;
    let (_, strategy) = strategy(world, asked.strategy_id)?;
    let rows = strategy.range.iter().map(|(number, node)| {
        let json = match node {
            Node::Member(userid) => json!({ "type": 1, "userid": userid }),
            Node::Department(id) => json!({ "type": 2, "partyid": id }),
        };
        (*number, json)
    });
    asked.pages.to_answer("range", (Some(PAGE_MAX), PAGE_MAX), rows)
}

#[derive(Deserialize)]
struct Create {
    #[serde(default)]
    parent_id: i64,
    #[serde(default)]
    strategy_name: String,
    #[serde(default)]
    admin_list: Vec<String>,
    privilege: Option<Privilege>,
    #[serde(default)]
    range: Vec<AskedNode>,
}

#[derive(Deserialize)]
struct AskedNode {
    r#type: i64,
    #[serde(default)]
    userid: String,
    #[serde(default)]
    partyid: i64,
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Create = call.json()?;
    if asked.strategy_name.is_empty() {
        return Err(empty("strategy_name"));
    }
    check::chars("strategy_name", Some(&asked.strategy_name), check::NAME_CHARS_MAX)?;
    let admins = admins(world, &asked.admin_list)?;
    if asked.range.is_empty() {
        return Err(empty("range"));
    }
    let nodes = nodes(world, &asked.range)?;
    if asked.parent_id != 0 {
        strategy(world, Some(asked.parent_id))?;
    }
    check_inside(world, asked.parent_id, &nodes)?;
    if world.moment_strategies.all.len() >= STRATEGIES_MAX {
        return Err(invalid("too many rule groups"));
    }
    let mut strategy = MomentStrategy {
        parent_id: asked.parent_id,
        name: asked.strategy_name,
        created_ms: call.now_ms,
        admins,
        privilege: asked.privilege.unwrap_or_default(),
        range: BTreeMap::new(),
    };
    strategy.extend(nodes);
    world.moment_strategies.made += 1;
    let id = world.moment_strategies.made;
    world.moment_strategies.all.insert(id, strategy);
    Ok(members(json!({ "strategy_id": id })))
}

fn admins(world: &World, asked: &[String]) -> Result<Vec<String>, Refusal> {
    if asked.is_empty() {
        return Err(empty("admin_list"));
    }
    check::count("admin_list", asked, ADMINS_MAX)?;
    asked.iter().map(|userid| check::employee(world, userid)).collect()
}

fn nodes(world: &World, asked: &[AskedNode]) -> Result<Vec<Node>, Refusal> {
    check::count("range", asked, NODES_MAX)?;
    let node = |asked: &AskedNode| match asked.r#type {
        1 => Ok(Node::Member(check::employee(world, &asked.userid)?)),
        2 if world.department(asked.partyid).is_none() => Err(Refusal::new(60123, "invalid party id")),
        2 => Ok(Node::Department(asked.partyid)),
        _ => Err(invalid("type of a node is not 1 or 2")),
    };
    asked.iter().map(node).collect()
}

/// Checks that all nodes are in the range of the rule group above.
fn check_inside(world: &World, parent_id: i64, nodes: &[Node]) -> Result<(), Refusal> {
    let Some(parent) = world.moment_strategies.all.get(&parent_id) else { return Ok(()) };
    let inside = |node: &Node| {
        parent.range.values().any(|above| match (above, node) {
            (Node::Department(id), node) => {
                let all = world.department(*id).unwrap_or_default();
                match node {
                    Node::Member(userid) => all.contains(userid),
                    Node::Department(below) => {
                        id == below
                            || world
                                .department(*below)
                                .is_some_and(|below| below.iter().all(|userid| all.contains(userid)))
                    }
                }
            }
            (above, node) => above == node,
        })
    };
    if nodes.iter().all(inside) {
        return Ok(());
    }
    Err(Refusal::new(60011, "no privilege to access/modify contact/party/agent"))
}

#[derive(Deserialize)]
struct Edit {
    strategy_id: Option<i64>,
    strategy_name: Option<String>,
    admin_list: Option<Vec<String>>,
    privilege: Option<Privilege>,
    #[serde(default)]
    range_add: Vec<AskedNode>,
    #[serde(default)]
    range_del: Vec<AskedNode>,
}

fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Edit = call.json()?;
    let (id, there) = strategy(world, asked.strategy_id)?;
    if asked.strategy_name.as_deref() == Some("") {
        return Err(empty("strategy_name"));
    }
    check::chars("strategy_name", asked.strategy_name.as_deref(), check::NAME_CHARS_MAX)?;
    let admins = asked.admin_list.map(|asked| admins(world, &asked)).transpose()?;
    let (add, del) = (nodes(world, &asked.range_add)?, nodes(world, &asked.range_del)?);
    check_inside(world, there.parent_id, &add)?;
    let Some(there) = world.moment_strategies.all.get_mut(&id) else {
        return Err(invalid("strategy_id is unknown"));
    };
    there.name = asked.strategy_name.unwrap_or_else(|| std::mem::take(&mut there.name));
    there.admins = admins.unwrap_or_else(|| std::mem::take(&mut there.admins));
    there.privilege = asked.privilege.unwrap_or(there.privilege);
    there.range.retain(|_, node| !del.contains(node));
    there.extend(add);
    Ok(members(Value::Null))
}

/// Removes a rule group; those below it move up to the one above.
fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Listed = call.json()?;
    let (id, gone) = strategy(world, asked.strategy_id)?;
    let above = gone.parent_id;
    world.moment_strategies.all.remove(&id);
    for below in world.moment_strategies.all.values_mut().filter(|below| below.parent_id == id) {
        below.parent_id = above;
    }
    Ok(members(Value::Null))
}

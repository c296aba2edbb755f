//! Acquisition links: making, changing and deleting them (page 97297).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, Pages, empty, invalid},
    errcode::Refusal,
};
use crate::world::{
    World,
    links::{Link, Priority},
    scope::Scope,
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/customer_acquisition/list_link", list_link),
    Method::post("externalcontact/customer_acquisition/get", get),
    Method::post("externalcontact/customer_acquisition/create_link", create_link),
    Method::post("externalcontact/customer_acquisition/update_link", update_link),
    Method::post("externalcontact/customer_acquisition/delete_link", delete_link),
];

/// A company has at most so many links here (41095): WeCom publishes no limit.
const LINKS_MAX: usize = 1_000;

/// The most members, and the most departments, behind one link.
const RANGE_MAX: usize = 500;

/// The most characters in the name of a link.
const NAME_CHARS_MAX: usize = 30;

/// The most links on one page.
const PAGE_MAX: usize = 100;

fn list_link(world: &mut World, call: &Call<'_>) -> Answer {
    let pages: Pages = call.json()?;
    let rows = world.links.all.iter().map(|(number, link)| (*number, json!(link.link_id)));
    pages.to_answer("link_id_list", (Some(PAGE_MAX), PAGE_MAX), rows)
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) link_id: String,
    link_name: Option<String>,
    range: Option<Scope>,
    skip_verify: Option<bool>,
    priority_option: Option<PriorityOption>,
    mark_source: Option<bool>,
}

#[derive(Deserialize)]
struct PriorityOption {
    priority_type: i64,
    #[serde(default)]
    priority_userid_list: Vec<String>,
}

impl Asked {
    /// Checks what is given; returns the priority in the form in which it is kept.
    fn check(&self, world: &World) -> Result<Option<Priority>, Refusal> {
        if self.link_name.as_deref() == Some("") {
            return Err(empty("link_name"));
        }
        check::chars("link_name", self.link_name.as_deref(), NAME_CHARS_MAX)?;
        if let Some(range) = &self.range {
            if range.is_empty() {
                return Err(empty("range"));
            }
            check::count("range.user_list", &range.user_list, RANGE_MAX)?;
            check::count("range.department_list", &range.department_list, RANGE_MAX)?;
            check::scope(world, range)?;
        }
        let Some(asked) = &self.priority_option else { return Ok(None) };
        let userids = &asked.priority_userid_list;
        match asked.priority_type {
            1 => {}
            2 if userids.is_empty() => return Err(empty("priority_userid_list")),
            2 => check::count("priority_userid_list", userids, RANGE_MAX)?,
            _ => return Err(invalid("priority_type is not 1 or 2")),
        }
        let userids =
            userids.iter().map(|userid| check::employee(world, userid)).collect::<Result<_, _>>()?;
        Ok(Some(Priority { kind: asked.priority_type, userids }))
    }
}

fn create_link(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let priority = asked.check(world)?;
    let name = asked.link_name.ok_or_else(|| empty("link_name"))?;
    let range = asked.range.ok_or_else(|| empty("range"))?;
    if world.links.all.len() >= LINKS_MAX {
        return Err(Refusal::new(41095, "customer acquisition link count out of limit"));
    }
    let link_id = format!("cawcde{}", world.random_text(12).to_lowercase());
    let mut link = Link::new(link_id, name, range, call.now_ms);
    link.skip_verify = asked.skip_verify.unwrap_or(link.skip_verify);
    link.mark_source = asked.mark_source.unwrap_or(link.mark_source);
    link.priority = priority;
    let json = json!({ "link": {
        "link_id": link.link_id,
        "link_name": link.name,
        "url": link.url,
        "create_time": link.created_ms / 1_000,
    } });
    world.links.made += 1;
    world.links.all.insert(world.links.made, link);
    Ok(members(json))
}

/// The link of that id.
pub(super) fn link<'a>(world: &'a World, link_id: &str) -> Result<&'a Link, Refusal> {
    if link_id.is_empty() {
        return Err(empty("link_id"));
    }
    world.links.get(link_id).map(|(_, link)| link).ok_or_else(|| invalid("link_id is unknown"))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let link = link(world, &asked.link_id)?;
    let mut json = json!({
        "link": {
            "link_id": link.link_id,
            "link_name": link.name,
            "url": link.url,
            "create_time": link.created_ms / 1_000,
            "skip_verify": link.skip_verify,
            "mark_source": link.mark_source,
        },
        "range": link.range,
    });
    if let Some(Priority { kind, userids }) = &link.priority {
        json["priority_option"] = json!({ "priority_type": kind, "priority_userid_list": userids });
    }
    Ok(members(json))
}

/// Changes what is given. A range is replaced as a whole.
fn update_link(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    link(world, &asked.link_id)?;
    let priority = asked.check(world)?;
    let usable = asked.range.as_ref().is_some_and(|range| !range.members(&world.staff).is_empty());
    if let Some(link) = world.links.get_mut(&asked.link_id) {
        // A link that had nobody left works again once it leads to somebody.
        link.unavailable &= !usable;
        link.name = asked.link_name.unwrap_or_else(|| std::mem::take(&mut link.name));
        link.range = asked.range.unwrap_or_else(|| std::mem::take(&mut link.range));
        link.skip_verify = asked.skip_verify.unwrap_or(link.skip_verify);
        link.mark_source = asked.mark_source.unwrap_or(link.mark_source);
        link.priority = priority.or(link.priority.take());
    }
    Ok(members(Value::Null))
}

fn delete_link(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    link(world, &asked.link_id)?;
    world.links.remove(&asked.link_id);
    Ok(members(Value::Null))
}

//! Corp tags: the tree, and marking customers (documents 92117 and 92118).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call, Method, Refusal, Verb, check_userid, members};
use crate::simulator::{
    corp::{Tag, TagGroup},
    world::World,
};

pub(super) const METHODS: &[Method] = &[
    Method { verb: Verb::Post, path: "externalcontact/mark_tag", answer: mark_tag },
    Method { verb: Verb::Post, path: "externalcontact/get_corp_tag_list", answer: get_corp_tag_list },
    Method { verb: Verb::Post, path: "externalcontact/add_corp_tag", answer: add_corp_tag },
];

/// So many tags fit on one customer of one member (document 92697).
const TAGS_PER_RELATION_MAX: usize = 3_000;

/// So many tags fit in one company (40126).
const TAGS_PER_CORP_MAX: usize = 3_000;

/// At most so many characters in a name.
const NAME_CHARS_MAX: usize = 30;

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

/// Puts tags on and takes tags off; all of them or none.
fn mark_tag(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: MarkTag = call.json()?;
    check_userid(&asked.userid)?;
    if asked.external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    if asked.add_tag.is_empty() && asked.remove_tag.is_empty() {
        return Err(Refusal::new(40058, "invalid Request Parameter, add_tag and remove_tag are both empty"));
    }
    if let Some(id) = asked.add_tag.iter().chain(&asked.remove_tag).find(|id| world.tag(id).is_none()) {
        // The id is the caller's own text: cut, so that the answer stays an answer.
        let id: String = id.chars().take(64).collect();
        return Err(Refusal::new(40068, format!("invalid tagid {id}")));
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
        return Err(Refusal::new(40058, "invalid Request Parameter, too many tags on this customer"));
    }
    bond.tags = tags;
    Ok(members(Value::Null))
}

#[derive(Deserialize)]
struct GetCorpTagList {
    #[serde(default)]
    tag_id: Vec<String>,
    #[serde(default)]
    group_id: Vec<String>,
}

/// The tag tree, or the part of it that is asked for.
fn get_corp_tag_list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: GetCorpTagList = call.json()?;
    let groups = world.tags.iter().filter_map(|group| {
        if !asked.group_id.is_empty() {
            return asked.group_id.contains(&group.id).then(|| tell(group, |_| true));
        }
        let wanted = |tag: &Tag| asked.tag_id.is_empty() || asked.tag_id.contains(&tag.id);
        group.tags.iter().any(wanted).then(|| tell(group, wanted))
    });
    Ok(members(json!({ "tag_group": groups.collect::<Vec<_>>() })))
}

fn tell(group: &TagGroup, wanted: impl Fn(&Tag) -> bool) -> Value {
    let tag = |tag: &Tag| json!({ "id": tag.id, "name": tag.name, "create_time": tag.create_time_s, "order": tag.order });
    json!({
        "group_id": group.id,
        "group_name": group.name,
        "create_time": group.create_time_s,
        "order": group.order,
        "tag": group.tags.iter().filter(|tag| wanted(tag)).map(tag).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
struct AddCorpTag {
    #[serde(default)]
    group_id: String,
    #[serde(default)]
    group_name: String,
    #[serde(default)]
    order: u32,
    #[serde(default)]
    tag: Vec<NewTag>,
}

#[derive(Deserialize)]
struct NewTag {
    #[serde(default)]
    name: String,
    #[serde(default)]
    order: u32,
}

/// Adds tags to a group, which is made if no group has its name.
fn add_corp_tag(world: &mut World, call: &Call<'_>) -> Answer {
    let mut asked: AddCorpTag = call.json()?;
    if asked.tag.is_empty() {
        return Err(Refusal::new(40058, "invalid Request Parameter, tag is empty"));
    }
    let place = if asked.group_id.is_empty() {
        check_name(&asked.group_name)?;
        world.tags.iter().position(|group| group.name == asked.group_name)
    } else {
        let place = world.tags.iter().position(|group| group.id == asked.group_id);
        Some(place.ok_or(Refusal::new(40068, format!("invalid tagid {}", asked.group_id)))?)
    };
    let mut names: Vec<&str> = Vec::new();
    for NewTag { name, .. } in &asked.tag {
        check_name(name)?;
        if place.is_some_and(|place| world.tags[place].tags.iter().any(|tag| tag.name == *name)) {
            return Err(Refusal::new(40071, "tag name already exist"));
        }
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let there: usize = world.tags.iter().map(|group| group.tags.len()).sum();
    if there + names.len() > TAGS_PER_CORP_MAX {
        return Err(Refusal::new(40126, "corp tag count out of limit"));
    }
    // From here on nothing is refused. The same name twice in one call makes one tag.
    let create_time_s = call.now_ms / 1_000;
    let place = place.unwrap_or_else(|| {
        let id = format!("etQ7fEDwAA{}", world.random_text(22));
        let group =
            TagGroup { id, name: asked.group_name, create_time_s, order: asked.order, tags: Vec::new() };
        world.tags.push(group);
        world.tags.len() - 1
    });
    let mut seen = Vec::new();
    asked.tag.retain(|tag| {
        let new = !seen.contains(&tag.name);
        seen.push(tag.name.clone());
        new
    });
    for NewTag { name, order } in asked.tag {
        let id = format!("etQ7fEDwAA{}", world.random_text(22));
        world.tags[place].tags.push(Tag { id, name, create_time_s, order });
    }
    let group = tell(&world.tags[place], |tag| seen.contains(&tag.name));
    Ok(members(json!({ "tag_group": group })))
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Refusal::new(40072, "invalid tag name length"));
    }
    Ok(())
}

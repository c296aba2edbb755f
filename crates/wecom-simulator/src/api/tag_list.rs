//! What corp tags and the tags of rule groups have in common: both are in one tree, and each method sees its part of it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{check::invalid, errcode::Refusal};
use crate::world::{
    World,
    tag_tree::{self, Group, Leaf, NAME_CHARS_MAX, NameTaken, NewLeaf, TAGS_MAX},
};

/// Which part of the tree a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The whole company's tags.
    Corp,
    /// The tags of all rule groups.
    AnyStrategy,
    /// The tags of one.
    Strategy(i64),
}

impl Part {
    fn has(self, strategy: Option<i64>) -> bool {
        match self {
            Self::Corp => strategy.is_none(),
            Self::AnyStrategy => strategy.is_some(),
            Self::Strategy(id) => strategy == Some(id),
        }
    }
}

/// Which tags are asked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    tag_id: Vec<String>,
    #[serde(default)]
    group_id: Vec<String>,
}

/// Tags to be made.
#[derive(Deserialize)]
pub(super) struct NewTags {
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

/// What is to change of a tag or a group.
#[derive(Deserialize)]
pub(super) struct Edit {
    #[serde(default)]
    id: String,
    name: Option<String>,
    order: Option<u32>,
}

/// 40068, with the beginning of the id, which is the caller's own text and may have any length.
pub(super) fn unknown(id: &str) -> Refusal {
    let id: String = id.chars().take(64).collect();
    Refusal::new(40068, format!("invalid tagid {id}"))
}

/// The groups of a part, or those that are asked for by ids. Deleted tags are shown only where they are asked for by id.
pub(super) fn list(world: &World, part: Part, asked: &Wanted) -> Result<Vec<Value>, Refusal> {
    let ours = || world.tags.groups().iter().filter(|group| part.has(group.strategy));
    if !asked.group_id.is_empty() {
        let known = |id: &&String| !ours().any(|group| group.is.id == **id);
        if let Some(id) = asked.group_id.iter().find(known) {
            return Err(unknown(id));
        }
        let wanted = ours().filter(|group| asked.group_id.contains(&group.is.id));
        return Ok(wanted.map(|group| to_json(group, |_| true, true)).collect());
    }
    if asked.tag_id.is_empty() {
        let living = ours().filter(|group| group.living().next().is_some());
        return Ok(living.map(|group| to_json(group, |_| true, false)).collect());
    }
    let wanted = |tag: &Leaf| asked.tag_id.contains(&tag.id);
    let known = |id: &&String| !ours().flat_map(|group| &group.tags).any(|tag| tag.id == **id);
    if let Some(id) = asked.tag_id.iter().find(known) {
        return Err(unknown(id));
    }
    let groups = ours().filter(|group| group.tags.iter().any(wanted));
    Ok(groups.map(|group| to_json(group, wanted, true)).collect())
}

fn to_json(group: &Group, wanted: impl Fn(&Leaf) -> bool, deleted_too: bool) -> Value {
    let tag = |leaf: &Leaf| {
        let mut json = json!({
            "id": leaf.id, "name": leaf.name, "create_time": leaf.create_time_s, "order": leaf.order,
        });
        if deleted_too {
            json["deleted"] = json!(leaf.deleted);
        }
        json
    };
    let tags = group.tags.iter().filter(|leaf| (deleted_too || !leaf.deleted) && wanted(leaf));
    let mut json = json!({
        "group_id": group.is.id,
        "group_name": group.is.name,
        "create_time": group.is.create_time_s,
        "order": group.is.order,
        "tag": tags.map(tag).collect::<Vec<_>>(),
    });
    if deleted_too {
        json["deleted"] = json!(group.is.deleted);
    }
    if let Some(id) = group.strategy {
        json["strategy_id"] = json!(id);
    }
    json
}

/// Adds tags to a group, which is made if no group of the part has its name.
pub(super) fn add(
    world: &mut World,
    strategy: Option<i64>,
    mut asked: NewTags,
    now_ms: i64,
) -> Result<Value, Refusal> {
    if asked.tag.is_empty() {
        return Err(invalid("tag is empty"));
    }
    let place = if asked.group_id.is_empty() {
        check_name(&asked.group_name)?;
        world.tags.group_where(|group| group.strategy == strategy && group.is.name == asked.group_name)
    } else {
        let found =
            world.tags.group_where(|group| group.strategy == strategy && group.is.id == asked.group_id);
        Some(found.ok_or_else(|| unknown(&asked.group_id))?)
    };
    let mut names: Vec<&str> = Vec::new();
    for NewTag { name, .. } in &asked.tag {
        check_name(name)?;
        if place.is_some_and(|place| world.tags.groups()[place].living().any(|tag| tag.name == *name)) {
            return Err(Refusal::new(40071, "tag name already exist"));
        }
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if world.tags.count() + names.len() > TAGS_MAX {
        return Err(Refusal::new(40126, "corp tag count out of limit"));
    }
    // Everything is checked; from here on the tree changes. A name that is given twice makes one tag.
    let mut seen = Vec::new();
    asked.tag.retain(|tag| {
        let new = !seen.contains(&tag.name);
        seen.push(tag.name.clone());
        new
    });
    let tags = asked.tag.into_iter().map(|NewTag { name, order }| NewLeaf { name, order });
    let new = tag_tree::NewTags {
        strategy,
        foreign: false,
        place,
        group: NewLeaf { name: asked.group_name, order: asked.order },
        tags: tags.collect(),
    };
    let (place, _) = world.grow_tags(new, now_ms);
    Ok(to_json(&world.tags.groups()[place], |tag| seen.contains(&tag.name), false))
}

/// Checks that this app may change a tag or group, which it may if it has made it (pages 92117 and 94882).
fn check_own(world: &World, id: &str) -> Result<(), Refusal> {
    if world.tags.is_foreign(id) {
        return Err(Refusal::new(60011, "no privilege to access/modify contact/party/agent"));
    }
    Ok(())
}

/// Renames or moves a tag or group that the app has made. What is absent stays as it is.
pub(super) fn edit(world: &mut World, part: Part, asked: Edit) -> Result<(), Refusal> {
    let Edit { id, name, order } = asked;
    if let Some(name) = &name {
        check_name(name)?;
    }
    if world.tags.has(|strategy| part.has(strategy), &id) {
        check_own(world, &id)?;
    }
    match world.tags.edit(|strategy| part.has(strategy), &id, name, order) {
        Ok(true) => Ok(()),
        Ok(false) => Err(unknown(&id)),
        Err(NameTaken) => Err(Refusal::new(40071, "tag name already exist")),
    }
}

/// Deletes tags and groups that the app has made: all of them, or none if one cannot be deleted.
pub(super) fn delete(world: &mut World, part: Part, asked: &Wanted) -> Result<(), Refusal> {
    let Wanted { tag_id, group_id } = asked;
    if tag_id.is_empty() && group_id.is_empty() {
        return Err(Refusal::new(40068, "invalid tagid, tag_id and group_id are both empty"));
    }
    let no_tag = |id: &&String| !world.tags.group_of(id).is_some_and(|group| part.has(group.strategy));
    let no_group = |id: &&String| {
        world.tags.group_where(|group| part.has(group.strategy) && group.is.id == **id).is_none()
    };
    if let Some(id) = tag_id.iter().find(no_tag).or_else(|| group_id.iter().find(no_group)) {
        return Err(unknown(id));
    }
    tag_id.iter().chain(group_id).try_for_each(|id| check_own(world, id))?;
    world.delete_tags(
        |group, is| {
            if group.is.id == is.id { group_id.contains(&is.id) } else { tag_id.contains(&is.id) }
        },
    );
    Ok(())
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Refusal::new(40072, "invalid tag name length"));
    }
    Ok(())
}

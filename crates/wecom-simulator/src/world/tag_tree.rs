//! The tags, in their groups: the company's own and those of rule groups. What is deleted stays in the tree with a mark
//! for a while, because the API still shows it, as deleted, to whoever asks for it by its id.

use std::collections::HashMap;

use rand::rngs::StdRng;

use super::random;
use crate::corp::{Tag, TagGroup};

/// So many deleted tags and groups are remembered; the oldest are forgotten, and are then unknown.
const DELETED_KEPT: usize = 10_000;

/// So many tags fit in one company, those of rule groups included (40126).
pub(crate) const TAGS_MAX: usize = 3_000;

/// The most characters in a name.
pub(crate) const NAME_CHARS_MAX: usize = 30;

/// All tags, in the order in which their groups were made.
#[derive(Default)]
pub(crate) struct TagTree {
    groups: Vec<Group>,
    /// By the id of a tag that is there: its group's and its own place.
    places: HashMap<String, (usize, usize)>,
}

/// A group of tags.
pub(crate) struct Group {
    pub(crate) is: Leaf,
    /// The rule group to which it belongs; none: it is the whole company's.
    pub(crate) strategy: Option<i64>,
    pub(crate) tags: Vec<Leaf>,
}

/// What tags and groups have in common.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) create_time_s: i64,
    pub(crate) order: u32,
    /// Whether it was made in the console or by another app: this app may not change it then (60011).
    pub(crate) foreign: bool,
    pub(crate) deleted: bool,
}

/// A tag or a group that is to be made.
pub(crate) struct NewLeaf {
    pub(crate) name: String,
    pub(crate) order: u32,
}

/// Tags that are to be made and have been checked.
pub(crate) struct NewTags {
    /// The rule group to which they belong; none: they are the whole company's.
    pub(crate) strategy: Option<i64>,
    pub(crate) foreign: bool,
    /// The group that they are added to; none: a new one.
    pub(crate) place: Option<usize>,
    /// The new group.
    pub(crate) group: NewLeaf,
    pub(crate) tags: Vec<NewLeaf>,
}

/// The name belongs to another tag of the group, or to another group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameTaken;

impl Group {
    /// The tags of the group that are not deleted.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Leaf> {
        self.tags.iter().filter(|tag| !tag.deleted)
    }
}

impl TagTree {
    pub(crate) fn new(groups: &[TagGroup]) -> Self {
        let leaf = |tag: &Tag| Leaf {
            id: tag.id.clone(),
            name: tag.name.clone(),
            create_time_s: tag.create_time_s,
            order: tag.order,
            foreign: true,
            deleted: false,
        };
        let group = |group: &TagGroup| Group {
            is: Leaf {
                id: group.id.clone(),
                name: group.name.clone(),
                create_time_s: group.create_time_s,
                order: group.order,
                foreign: true,
                deleted: false,
            },
            strategy: None,
            tags: group.tags.iter().map(leaf).collect(),
        };
        let mut tree = Self { groups: groups.iter().map(group).collect(), places: HashMap::new() };
        tree.find_places();
        tree
    }

    /// The groups, deleted ones included.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The groups that are not deleted, as the library and the control API show them.
    pub(crate) fn living(&self) -> Vec<TagGroup> {
        let tag = |leaf: &Leaf| Tag {
            id: leaf.id.clone(),
            name: leaf.name.clone(),
            create_time_s: leaf.create_time_s,
            order: leaf.order,
        };
        let living = self.groups.iter().filter(|group| !group.is.deleted);
        let group = |group: &Group| TagGroup {
            id: group.is.id.clone(),
            name: group.is.name.clone(),
            create_time_s: group.is.create_time_s,
            order: group.is.order,
            tags: group.living().map(tag).collect(),
        };
        living.map(group).collect()
    }

    /// How many tags there are.
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }

    /// The names of a tag's group and of itself.
    pub(crate) fn name(&self, id: &str) -> Option<(&str, &str)> {
        let (group, tag) = self.place(id)?;
        Some((group.is.name.as_str(), tag.name.as_str()))
    }

    /// Whether there is such a tag or group of this rule group, or of the whole company.
    pub(crate) fn has(&self, ours: impl Fn(Option<i64>) -> bool, id: &str) -> bool {
        self.group_of(id).is_some_and(|group| ours(group.strategy))
            || self.group_where(|group| group.is.id == id && ours(group.strategy)).is_some()
    }

    /// Whether a tag or a group was made in the console or by another app, so that this app may not change it.
    pub(crate) fn is_foreign(&self, id: &str) -> bool {
        let group = || self.group_where(|group| group.is.id == id).map(|place| &self.groups[place].is);
        self.place(id).map(|(_, tag)| tag).or_else(group).is_some_and(|leaf| leaf.foreign)
    }

    /// The group of a tag that is there.
    pub(crate) fn group_of(&self, id: &str) -> Option<&Group> {
        self.place(id).map(|(group, _)| group)
    }

    fn place(&self, id: &str) -> Option<(&Group, &Leaf)> {
        let (group, tag) = *self.places.get(id)?;
        Some((&self.groups[group], &self.groups[group].tags[tag]))
    }

    /// The place of the first group that fits and is not deleted.
    pub(crate) fn group_where(&self, fits: impl Fn(&Group) -> bool) -> Option<usize> {
        self.groups.iter().position(|group| !group.is.deleted && fits(group))
    }

    /// Makes tags, and their group where that is new; gives the group's place and the tags' ids.
    pub(crate) fn grow(&mut self, new: NewTags, dice: &mut StdRng, now_ms: i64) -> (usize, Vec<String>) {
        let NewTags { strategy, foreign, place, group, tags } = new;
        let prefix = if strategy.is_some() { "st" } else { "et" };
        let mut leaf = |NewLeaf { name, order }| Leaf {
            id: format!("{prefix}Q7fEDwAA{}", random::text(dice, 22)),
            name,
            create_time_s: now_ms / 1_000,
            order,
            foreign,
            deleted: false,
        };
        let place = place.unwrap_or_else(|| self.add_group(leaf(group), strategy));
        let mut ids = Vec::with_capacity(tags.len());
        for tag in tags {
            let tag = leaf(tag);
            ids.push(tag.id.clone());
            self.add_tag(place, tag);
        }
        (place, ids)
    }

    /// Adds an empty group and gives its place. The caller adds tags at once: a group without tags counts as deleted.
    fn add_group(&mut self, is: Leaf, strategy: Option<i64>) -> usize {
        self.groups.push(Group { is, strategy, tags: Vec::new() });
        self.groups.len() - 1
    }

    fn add_tag(&mut self, place: usize, tag: Leaf) {
        let group = &mut self.groups[place];
        self.places.insert(tag.id.clone(), (place, group.tags.len()));
        group.tags.push(tag);
    }

    /// Renames or moves a tag or group of this rule group, or of the whole company. Gives whether there is one.
    pub(crate) fn edit(
        &mut self,
        ours: impl Fn(Option<i64>) -> bool,
        id: &str,
        name: Option<String>,
        order: Option<u32>,
    ) -> Result<bool, NameTaken> {
        let taken = |leaf: &Leaf| !leaf.deleted && leaf.id != id && name.as_ref() == Some(&leaf.name);
        let found = if let Some((group, tag)) = self.places.get(id).copied() {
            let group = &mut self.groups[group];
            if !ours(group.strategy) {
                return Ok(false);
            }
            if group.tags.iter().any(taken) {
                return Err(NameTaken);
            }
            &mut group.tags[tag]
        } else {
            let Some(place) = self.group_where(|group| group.is.id == id && ours(group.strategy)) else {
                return Ok(false);
            };
            let strategy = self.groups[place].strategy;
            if self.groups.iter().any(|group| group.strategy == strategy && taken(&group.is)) {
                return Err(NameTaken);
            }
            &mut self.groups[place].is
        };
        found.name = name.unwrap_or_else(|| std::mem::take(&mut found.name));
        found.order = order.unwrap_or(found.order);
        Ok(true)
    }

    /// Deletes tags and groups, and gives the ids of the tags. A group goes with its last tag, and tags go with their
    /// group.
    pub(crate) fn delete(&mut self, gone: impl Fn(&Group, &Leaf) -> bool) -> Vec<String> {
        let mut deleted = Vec::new();
        for group in self.groups.iter_mut().filter(|group| !group.is.deleted) {
            let whole = gone(group, &group.is);
            let doomed: Vec<bool> =
                group.tags.iter().map(|tag| !tag.deleted && (whole || gone(group, tag))).collect();
            for (tag, _) in group.tags.iter_mut().zip(doomed).filter(|(_, doomed)| *doomed) {
                tag.deleted = true;
                deleted.push(tag.id.clone());
            }
            group.is.deleted = group.tags.iter().all(|tag| tag.deleted);
        }
        self.forget();
        self.find_places();
        deleted
    }

    /// Forgets the oldest that are deleted, past [`DELETED_KEPT`].
    fn forget(&mut self) {
        let marks = self.groups.iter().flat_map(|group| &group.tags).filter(|tag| tag.deleted).count();
        let mut surplus = marks.saturating_sub(DELETED_KEPT);
        for group in &mut self.groups {
            group.tags.retain(|tag| {
                let forgotten = tag.deleted && surplus > 0;
                surplus -= usize::from(forgotten);
                !forgotten
            });
        }
        self.groups.retain(|group| !group.tags.is_empty());
    }

    fn find_places(&mut self) {
        self.places.clear();
        for (place, group) in self.groups.iter().enumerate() {
            let tags = group.tags.iter().enumerate().filter(|(_, tag)| !tag.deleted);
            self.places.extend(tags.map(|(at, tag)| (tag.id.clone(), (place, at))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corp::Corp;

    #[test]
    fn what_is_deleted_is_remembered_for_a_while() {
        let mut tree = TagTree::new(&Corp::sample().tags);
        let leaf = |id: String| Leaf {
            name: id.clone(),
            id,
            create_time_s: 0,
            order: 0,
            foreign: false,
            deleted: false,
        };
        let place = tree.add_group(leaf("etMany".into()), None);
        for number in 0..DELETED_KEPT + 5 {
            tree.add_tag(place, leaf(format!("et{number}")));
        }
        let before = tree.count();
        assert_eq!(tree.delete(|_, tag| tag.id == "et3"), ["et3"]);
        assert_eq!(
            (tree.count(), tree.name("et3"), tree.name("et4")),
            (before - 1, None, Some(("etMany", "et4")))
        );
        assert_eq!(tree.delete(|group, _| group.is.id == "etMany").len(), DELETED_KEPT + 4);
        assert_eq!(
            tree.groups.last().map(|group| (group.is.deleted, group.tags.len())),
            Some((true, DELETED_KEPT))
        );
        assert_eq!(tree.living().len(), 3);
    }
}

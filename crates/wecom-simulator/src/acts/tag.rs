//! What people do with tags in the console (pages 92117 and 92130). The API's methods change the same, and WeCom sends
//! no callback about those.

use serde::{Deserialize, Serialize};

use super::{Act, Happened, Outcome};
use crate::{
    error::Error,
    occurrence::{Occurrence, TagChange},
    world::{
        World,
        tag_tree::{NAME_CHARS_MAX, NameTaken, NewLeaf, NewTags, TAGS_MAX},
    },
};

/// The most tags in one act.
const TAGS_AT_ONCE_MAX: usize = 100;

/// Something that is done with tags in the console. In JSON the field `act` holds the name in snake case,
/// `{"act": "create", "group": "渠道", "tags": ["直播"]}`. Such tags and groups are not the app's: it can put them on
/// customers, and neither change nor delete them (60011).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum TagAct {
    /// Tags are made. Events: `create` of the group, where it is new, and of each tag.
    Create {
        /// The name of their group; one that is not there yet is made. At most 30 characters.
        group: String,
        /// Their names; at most 30 characters each.
        tags: Vec<String>,
        /// The rule group to which they belong; absent: they are the whole company's.
        #[serde(default)]
        strategy_id: Option<i64>,
    },
    /// A tag or a group gets another name. Event: `update`.
    Rename {
        /// The id of the tag or group.
        id: String,
        /// Its name; at most 30 characters.
        name: String,
    },
    /// The tags of a group are put into another order. Event: `shuffle`.
    Reorder {
        /// The group's id.
        group: String,
        /// The ids of all its tags, the first first.
        tags: Vec<String>,
    },
    /// A tag or a group is deleted: it leaves the tree, and the customers who had it. Event: `delete`.
    Delete {
        /// The id of the tag or group.
        id: String,
    },
}

/// What came of a [`TagAct`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TagActed {
    /// The group's id.
    pub group_id: String,
    /// The ids of the tags that were made.
    pub tag_ids: Vec<String>,
    /// The numbers of the events' deliveries.
    pub deliveries: Vec<u64>,
}

impl Outcome for TagActed {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for TagAct {
    type Outcome = TagActed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<TagActed>, Error> {
        match self {
            Self::Create { group, tags, strategy_id } => world.create_tags(group, tags, strategy_id, now_ms),
            Self::Rename { id, name } => world.rename_tag(&id, name),
            Self::Reorder { group, tags } => world.reorder_tags(group, &tags),
            Self::Delete { id } => {
                let change = world.tag_change(&id)?;
                let group_id = world.group_id(&change);
                world.follow_tag_delete(&change);
                Ok(happened(group_id, vec![Occurrence::TagDelete(change)]))
            }
        }
    }
}

fn happened(group_id: String, notices: Vec<Occurrence>) -> Happened<TagActed> {
    Happened::new(TagActed { group_id, ..TagActed::default() }, notices)
}

impl World {
    fn rename_tag(&mut self, id: &str, name: String) -> Result<Happened<TagActed>, Error> {
        check_name(&name)?;
        let change = self.tag_change(id)?;
        let group_id = self.group_id(&change);
        self.tags.edit(|_| true, id, Some(name), None).map_err(name_taken)?;
        Ok(happened(group_id, vec![Occurrence::TagUpdate(change)]))
    }

    fn reorder_tags(&mut self, group: String, tags: &[String]) -> Result<Happened<TagActed>, Error> {
        let place =
            self.tags.group_where(|there| there.is.id == group).ok_or_else(|| Error::no_tag(&group))?;
        let there = &self.tags.groups()[place];
        let mut ids: Vec<&str> = there.living().map(|tag| tag.id.as_str()).collect();
        let mut wanted: Vec<&str> = tags.iter().map(String::as_str).collect();
        ids.sort_unstable();
        wanted.sort_unstable();
        if ids != wanted {
            return Err(Error::impossible(format!(
                "`tags` names each tag of the group once, the first first: {}",
                ids.join(", ")
            )));
        }
        let strategy_id = there.strategy;
        // WeCom shows larger numbers first.
        for (order, id) in (1..).zip(tags.iter().rev()) {
            self.tags.edit(|_| true, id, None, Some(order)).map_err(name_taken)?;
        }
        Ok(happened(group.clone(), vec![Occurrence::TagShuffle { id: group, strategy_id }]))
    }

    fn create_tags(
        &mut self,
        group: String,
        tags: Vec<String>,
        strategy: Option<i64>,
        now_ms: i64,
    ) -> Result<Happened<TagActed>, Error> {
        check_name(&group)?;
        tags.iter().try_for_each(|name| check_name(name))?;
        if !(1..=TAGS_AT_ONCE_MAX).contains(&tags.len()) {
            return Err(Error::impossible(format!("`tags` has 1 to {TAGS_AT_ONCE_MAX} names")));
        }
        if self.tags.count() + tags.len() > TAGS_MAX {
            return Err(Error::Full { most: TAGS_MAX });
        }
        if let Some(id) = strategy.filter(|id| self.strategies.get(*id).is_none()) {
            return Err(Error::impossible(format!(
                "no rule group has the id {id}: customer_strategy/create makes one"
            )));
        }
        let place = self.tags.group_where(|there| there.strategy == strategy && there.is.name == group);
        let taken = |name: &String| {
            let there =
                place.is_some_and(|place| self.tags.groups()[place].living().any(|tag| tag.name == *name));
            there || tags.iter().filter(|other| *other == name).count() > 1
        };
        if tags.iter().any(taken) {
            return Err(name_taken(NameTaken));
        }
        let is_new = place.is_none();
        let leaf = |name| NewLeaf { name, order: 0 };
        let new = NewTags {
            strategy,
            foreign: true,
            place,
            group: leaf(group),
            tags: tags.into_iter().map(leaf).collect(),
        };
        let (place, tag_ids) = self.grow_tags(new, now_ms);
        let group_id = self.tags.groups()[place].is.id.clone();
        let change = |id: &String, group| TagChange { id: id.clone(), group, strategy_id: strategy };
        let group = is_new.then(|| change(&group_id, true));
        let changes = group.into_iter().chain(tag_ids.iter().map(|id| change(id, false)));
        let notices = changes.map(Occurrence::TagCreate).collect();
        Ok(Happened::new(TagActed { group_id, tag_ids, deliveries: Vec::new() }, notices))
    }

    /// How a callback names a tag or group that exists.
    fn tag_change(&self, id: &str) -> Result<TagChange, Error> {
        let change = |group, strategy_id| TagChange { id: id.to_owned(), group, strategy_id };
        if let Some(group) = self.tags.group_of(id) {
            return Ok(change(false, group.strategy));
        }
        let place = self.tags.group_where(|group| group.is.id == id).ok_or_else(|| Error::no_tag(id))?;
        Ok(change(true, self.tags.groups()[place].strategy))
    }

    /// The id of a tag's group, or of the group itself.
    fn group_id(&self, change: &TagChange) -> String {
        self.tags.group_of(&change.id).map_or(change.id.clone(), |group| group.is.id.clone())
    }

    /// Deletes a tag or a group from the tree, and the tags from the customers who had them.
    pub(super) fn follow_tag_delete(&mut self, TagChange { id, group: whole, .. }: &TagChange) {
        self.delete_tags(|group, is| is.id == *id && (group.is.id == is.id) == *whole);
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::impossible(format!(
            "a tag's and a group's name has 1 to {NAME_CHARS_MAX} characters"
        )));
    }
    Ok(())
}

fn name_taken(NameTaken: NameTaken) -> Error {
    Error::impossible("a name is taken: each is unique among the groups, and in its group")
}

//! What people do with tags and notes by hand, in the console and in the client: the state follows, and WeCom tells it
//! (documents 92117 and 92130). The API's own calls change the same, and tell nothing.

use serde::{Deserialize, Serialize};

use crate::{
    api::{COMPANY_CHARS_MAX, DESCRIPTION_CHARS_MAX, REMARK_CHARS_MAX},
    error::Error,
    occurrence::{Contact, Occurrence, TagChange},
    world::World,
    world::tag_tree::{NAME_CHARS_MAX, NameTaken, NewLeaf, NewTags, TAGS_MAX},
};

/// At most so many tags in one act.
const TAGS_AT_ONCE_MAX: usize = 100;

/// At most so many phones of one customer, and so many bytes in each.
const PHONES_MAX: usize = 5;
const PHONE_BYTES_MAX: usize = 32;

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
        /// Its id.
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
        /// Its id.
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

/// What a member notes about a customer in the client, as the library and `/_simulator/edits` take it. What is absent
/// stays, what is empty is cleared. Event: `edit_external_contact`, unless nothing or nothing but the phones changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// Tags that are put on: ids.
    pub add_tag: Vec<String>,
    /// Tags that are taken off: ids.
    pub remove_tag: Vec<String>,
    /// What the member calls the customer; at most 20 characters.
    pub remark: Option<String>,
    /// At most 150 characters.
    pub description: Option<String>,
    /// The customer's company; at most 20 characters.
    pub company: Option<String>,
    /// The customer's phones, five at most.
    pub mobiles: Option<Vec<String>>,
}

impl World {
    /// Lets something be done with tags in the console; gives what is to be told.
    pub(crate) fn act_on_tags(
        &mut self,
        act: TagAct,
        now_ms: i64,
    ) -> Result<(TagActed, Vec<Occurrence>), Error> {
        match act {
            TagAct::Create { group, tags, strategy_id } => self.make_tags(group, tags, strategy_id, now_ms),
            TagAct::Rename { id, name } => {
                check_name(&name)?;
                let change = self.tag_change(&id)?;
                let group_id = self.group_id(&change);
                self.tags.edit(|_| true, &id, Some(name), None).map_err(name_taken)?;
                Ok((TagActed { group_id, ..TagActed::default() }, vec![Occurrence::TagUpdate(change)]))
            }
            TagAct::Reorder { group, tags } => {
                let place =
                    self.tags.group_where(|there| there.is.id == group).ok_or_else(|| no_tag(&group))?;
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
                // Larger comes first.
                for (order, id) in (1..).zip(tags.iter().rev()) {
                    self.tags.edit(|_| true, id, None, Some(order)).map_err(name_taken)?;
                }
                let acted = TagActed { group_id: group.clone(), ..TagActed::default() };
                Ok((acted, vec![Occurrence::TagShuffle { id: group, strategy_id }]))
            }
            TagAct::Delete { id } => {
                let change = self.tag_change(&id)?;
                let group_id = self.group_id(&change);
                self.follow_tag_delete(&change);
                Ok((TagActed { group_id, ..TagActed::default() }, vec![Occurrence::TagDelete(change)]))
            }
        }
    }

    fn make_tags(
        &mut self,
        group: String,
        tags: Vec<String>,
        strategy: Option<i64>,
        now_ms: i64,
    ) -> Result<(TagActed, Vec<Occurrence>), Error> {
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
        let of_group = TagChange { id: group_id.clone(), group: true, strategy_id: strategy };
        let of_tags =
            tag_ids.iter().map(|id| TagChange { id: id.clone(), group: false, strategy_id: strategy });
        let told = is_new.then_some(of_group).into_iter().chain(of_tags).map(Occurrence::TagCreate).collect();
        Ok((TagActed { group_id, tag_ids, deliveries: Vec::new() }, told))
    }

    /// What is told of a tag or group that is there.
    fn tag_change(&self, id: &str) -> Result<TagChange, Error> {
        let told = |group, strategy_id| TagChange { id: id.to_owned(), group, strategy_id };
        if let Some(group) = self.tags.group_of(id) {
            return Ok(told(false, group.strategy));
        }
        let place = self.tags.group_where(|group| group.is.id == id).ok_or_else(|| no_tag(id))?;
        Ok(told(true, self.tags.groups()[place].strategy))
    }

    fn group_id(&self, change: &TagChange) -> String {
        self.tags.group_of(&change.id).map_or(change.id.clone(), |group| group.is.id.clone())
    }

    /// Lets a tag or group go that was deleted by hand.
    pub(crate) fn follow_tag_delete(&mut self, TagChange { id, group: whole, .. }: &TagChange) {
        self.delete_tags(|group, is| is.id == *id && (group.is.id == is.id) == *whole);
    }

    /// Lets a member note something about a customer; gives what is to be told.
    pub(crate) fn edit_customer(&mut self, edit: Edit) -> Result<Option<Occurrence>, Error> {
        let Edit { employee, customer, add_tag, remove_tag, remark, description, company, mobiles } = edit;
        for (field, text, most) in [
            ("remark", &remark, REMARK_CHARS_MAX),
            ("description", &description, DESCRIPTION_CHARS_MAX),
            ("company", &company, COMPANY_CHARS_MAX),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().count() > most) {
                return Err(Error::impossible(format!("`{field}` has at most {most} characters")));
            }
        }
        if let Some(mobiles) = &mobiles
            && (mobiles.len() > PHONES_MAX || mobiles.iter().any(|phone| phone.len() > PHONE_BYTES_MAX))
        {
            return Err(Error::impossible(format!(
                "`mobiles` has at most {PHONES_MAX} phones of {PHONE_BYTES_MAX} bytes"
            )));
        }
        if let Some(id) = add_tag.iter().chain(&remove_tag).find(|id| self.tag(id).is_none()) {
            return Err(no_tag(id));
        }
        let bond = self.bond(&employee, &customer).map_err(|_| {
            Error::impossible(format!(
                "{customer} is no customer of {employee}: let the customer be added first"
            ))
        })?;
        let mut noted = bond.remark.clone();
        let some = |text: String| (!text.is_empty()).then_some(text);
        noted.remark = remark.map_or(noted.remark, some);
        noted.description = description.map_or(noted.description, some);
        noted.company = company.map_or(noted.company, some);
        let mut tags = bond.tags.clone();
        tags.retain(|id| !remove_tag.contains(id));
        for id in add_tag {
            if !tags.contains(&id) {
                tags.push(id);
            }
        }
        if tags.len() > TAGS_MAX {
            return Err(Error::Full { most: TAGS_MAX });
        }
        // WeCom tells nothing where nothing but the phones has changed.
        let is_told = noted != bond.remark || tags != bond.tags;
        noted.mobiles = mobiles.unwrap_or(noted.mobiles);
        let contact = Contact::of(&bond.employee, customer);
        (bond.remark, bond.tags) = (noted, tags);
        Ok(is_told.then_some(Occurrence::EditExternalContact(contact)))
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

fn no_tag(id: &str) -> Error {
    Error::impossible(format!(
        "no tag or group has the id {id:?}: GET /_simulator/state tells which there are"
    ))
}

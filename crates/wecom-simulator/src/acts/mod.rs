//! What people do by hand around groups, mass messages, moments, links, tags and notes: the state follows, and what WeCom tells of
//! it is told. The API's own calls tell nothing.

pub(crate) mod group;
pub(crate) mod link;
pub(crate) mod scan;
pub(crate) mod tag;
pub(crate) mod talk;

use std::sync::Arc;

use serde_json::{Map, json};

use crate::{
    Shared, Simulator,
    acts::group::{GroupAct, GroupActed},
    acts::link::{LinkAct, LinkActed},
    acts::tag::{Edit, TagAct, TagActed},
    error::Error,
    texts,
    world::groups::GroupView,
    world::mass_messages::{MessageAct, MessageActed},
    world::moments::{MomentAct, MomentActed},
    world::templates::{TEMPLATES_MAX, Template},
};

impl Simulator {
    /// Lets somebody make, join, leave or change a group, or write there.
    pub fn group(&self, act: GroupAct) -> Result<GroupActed, Error> {
        self.shared.act_on_group(act)
    }

    /// The groups, dismissed ones included, oldest first.
    pub fn groups(&self) -> Vec<GroupView> {
        self.shared.world().groups.views().collect()
    }

    /// Lets a member send a mass message.
    pub fn mass_message(&self, act: MessageAct) -> Result<MessageActed, Error> {
        self.shared.world().act_on_message(act, self.shared.clock.now_ms())
    }

    /// Lets somebody publish a moment, comment on it or like it.
    pub fn moment(&self, act: MomentAct) -> Result<MomentActed, Error> {
        self.shared.world().act_on_moment(act, self.shared.clock.now_ms())
    }

    /// Lets somebody open an acquisition link or write by it, or the console change something about links.
    pub fn link(&self, act: LinkAct) -> Result<LinkActed, Error> {
        self.shared.act_on_link(act)
    }

    /// Lets something be done with tags in the console.
    pub fn tags(&self, act: TagAct) -> Result<TagActed, Error> {
        self.shared.act_on_tags(act)
    }

    /// Lets a member note something about a customer in the client. Gives the numbers of the event's deliveries: none
    /// where nothing is told.
    pub fn edit(&self, edit: Edit) -> Result<Vec<u64>, Error> {
        self.shared.edit(edit)
    }

    /// Puts a group welcome template there that another app has made (41058); gives its id.
    pub fn add_foreign_template(&self, text: &str) -> Result<String, Error> {
        self.shared.add_foreign_template(text)
    }
}

impl Shared {
    pub(super) fn act_on_group(self: &Arc<Self>, act: GroupAct) -> Result<GroupActed, Error> {
        let (mut acted, told) = self.world().act_on_group(act, self.clock.now_ms())?;
        acted.deliveries = self.tell_all(&told)?;
        Ok(acted)
    }

    pub(super) fn act_on_link(self: &Arc<Self>, act: LinkAct) -> Result<LinkActed, Error> {
        let (mut acted, told) = self.world().act_on_link(act, self.clock.now_ms())?;
        acted.deliveries = self.tell_all(&told)?;
        Ok(acted)
    }

    pub(super) fn act_on_tags(self: &Arc<Self>, act: TagAct) -> Result<TagActed, Error> {
        let (mut acted, told) = self.world().act_on_tags(act, self.clock.now_ms())?;
        acted.deliveries = self.tell_all(&told)?;
        Ok(acted)
    }

    pub(super) fn edit(self: &Arc<Self>, edit: Edit) -> Result<Vec<u64>, Error> {
        let told = self.world().edit_customer(edit)?;
        self.tell_all(told.as_slice())
    }

    pub(super) fn add_foreign_template(&self, text: &str) -> Result<String, Error> {
        texts::check("text", text, texts::WRITTEN_CHARS_MAX)?;
        let mut world = self.world();
        if world.templates.all.len() >= TEMPLATES_MAX {
            return Err(Error::Full { most: TEMPLATES_MAX });
        }
        let template_id = format!("msgXXXXXX{}", world.random_text(20));
        let content = Map::from_iter([("text".to_owned(), json!({ "content": text }))]);
        world.templates.all.insert(template_id.clone(), Template { foreign: true, content });
        Ok(template_id)
    }
}

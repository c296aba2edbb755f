//! Any event at all happens. The state follows it as far as the event says what has changed.

use super::{Act, Delivered, Happened};
use crate::{
    customer::check_duplicates,
    error::Error,
    occurrence::{Contact, Occurrence},
    world::{World, behaviour::Count, groups::JoinedBy},
};

use super::group::SCENE_CODE;

/// An event that somebody makes WeCom send.
pub(crate) struct Occur {
    pub(crate) occurrence: Occurrence,
    pub(crate) duplicates: u32,
}

impl Act for Occur {
    type Outcome = Delivered;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Delivered>, Error> {
        let Self { mut occurrence, duplicates } = self;
        if let Some(fault) = occurrence.fault() {
            return Err(Error::Occurrence(fault));
        }
        check_duplicates(duplicates)?;
        let second = world.follow(&mut occurrence, now_ms);
        let notices = [occurrence].into_iter().chain(second).collect();
        Ok(Happened { outcome: Delivered::default(), notices, duplicates })
    }
}

impl World {
    /// Lets the state follow an event, and fills in what the caller left open. Gives the second callback, where WeCom
    /// sends two about the same thing.
    fn follow(&mut self, occurrence: &mut Occurrence, now_ms: i64) -> Option<Occurrence> {
        match occurrence {
            Occurrence::DelExternalContact { contact, .. } => {
                if let Some(place) = self.customers.place(&contact.customer) {
                    self.part(&contact.employee, place);
                }
            }
            Occurrence::DelFollowUser(contact) => {
                let link_id = self.deleted_by_customer(contact, now_ms);
                let link_id = link_id.filter(|link_id| self.links.get(link_id).is_some())?;
                let contact = Contact::of(&contact.employee, &contact.customer);
                return Some(Occurrence::AcquisitionDelFollowUser { contact, link_id: Some(link_id) });
            }
            Occurrence::AcquisitionDelFollowUser { contact, .. } => {
                self.deleted_by_customer(contact, now_ms);
            }
            Occurrence::CustomerStartChat { contact, .. } => self.follow_first_message(contact, now_ms),
            Occurrence::MsgAuditApproved(contact) if contact.welcome_code.is_none() => {
                self.give_code_again(contact, now_ms);
            }
            Occurrence::TagDelete(change) => self.follow_tag_delete(change),
            other => {
                self.follow_group(other, now_ms);
                self.links.follow(other);
            }
        }
        None
    }

    /// Notes that a customer has deleted a member. Gives the link by which the customer had come, unless the customer
    /// had deleted the member before.
    fn deleted_by_customer(&mut self, contact: &Contact, now_ms: i64) -> Option<String> {
        let bond = self.bond(&contact.employee, &contact.customer).ok().filter(|bond| !bond.left)?;
        bond.left = true;
        let link_id = bond.link_id.clone();
        self.behaviour.count(&contact.employee, now_ms, Count::NegativeFeedback);
        link_id
    }

    /// A customer who agrees to message archiving gets a welcome once more (page 92005).
    fn give_code_again(&mut self, contact: &mut Contact, now_ms: i64) {
        let Some(place) = self.customers.place(&contact.customer) else { return };
        if let Ok(bond) = self.bond(&contact.employee, &contact.customer) {
            bond.welcomed = false;
            let employee = bond.employee.clone();
            contact.welcome_code = Some(self.issue_code(&employee, place, now_ms));
        }
    }

    /// Follows an event about a group. A group that the company does not know is made by its `create`, and stays
    /// unknown otherwise.
    fn follow_group(&mut self, occurrence: &mut Occurrence, now_ms: i64) {
        self.settle_chats(now_ms);
        match occurrence {
            Occurrence::ChatCreate { chat_id } if !self.groups.knows(chat_id) => {
                let owner = self.employees().next().map(|employee| employee.userid.clone());
                if let Some(owner) = owner {
                    // If no more groups fit, the callback is sent all the same.
                    let _ = self.make_chat(Some(chat_id.clone()), (owner, String::new()), now_ms);
                }
            }
            Occurrence::ChatUpdate(update) => {
                let changed = match update.detail.as_deref() {
                    Some("add_member") => {
                        let is_code = update.join_scene == Some(SCENE_CODE);
                        let by = if is_code { JoinedBy::Code } else { JoinedBy::Link };
                        self.join_chat(&update.chat_id, &update.members, &by, None, now_ms)
                    }
                    Some("del_member") => self.leave_chat(&update.chat_id, &update.members, now_ms),
                    _ => None,
                };
                if let Some(changed) = changed
                    && update.last_version.is_none()
                    && update.version.is_none()
                {
                    (update.last_version, update.version) =
                        (Some(changed.last_version), Some(changed.version));
                }
            }
            Occurrence::ChatDismiss { chat_id } => {
                if let Some(chat) = self.groups.chat_mut(chat_id) {
                    chat.dismissed_ms = Some(now_ms);
                }
            }
            _ => {}
        }
    }
}

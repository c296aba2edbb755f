//! Messages between a member and a customer. From the first one on no welcome can be sent (page 92599), and the
//! statistics count them (page 92132). When a customer who came by an acquisition link writes, WeCom sends callbacks
//! with the first message, the third, the fifth and the tenth (page 97299).

use serde::{Deserialize, Serialize};

use super::{Act, Happened, Outcome};
use crate::{
    customer::Relation,
    error::Error,
    occurrence::{Contact, Occurrence},
    world::{World, bond::Bond, links::AcquiredChat},
};

/// With which of a customer's messages WeCom sends `message_from_customer`.
const MESSAGES_NOTIFIED: [u32; 3] = [3, 5, 10];

/// The most messages at once: more changes nothing but a figure in the statistics.
const MESSAGES_MAX: u64 = 1_000_000;

/// Who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer writes to the member.
    #[default]
    Customer,
    /// The member writes to the customer.
    Employee,
}

/// Messages between a member and a customer.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// Which of the two writes.
    #[serde(default)]
    pub by: Speaker,
    /// How many messages, 1 to 1,000,000.
    #[serde(default = "one")]
    pub messages: u64,
}

fn one() -> u64 {
    1
}

/// A relation after an act, and the callbacks about it.
#[derive(Serialize)]
pub(crate) struct Changed {
    #[serde(flatten)]
    pub(crate) relation: Option<Relation>,
    pub(crate) deliveries: Vec<u64>,
}

impl Changed {
    pub(super) fn of(world: &World, employee: &str, customer: &str) -> Self {
        Self { relation: world.relation(employee, customer), deliveries: Vec::new() }
    }
}

impl Outcome for Changed {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for Talk {
    type Outcome = Changed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Changed>, Error> {
        let notices = world.talk(&self, now_ms)?;
        Ok(Happened::new(Changed::of(world, &self.employee, &self.customer), notices))
    }
}

impl World {
    /// Lets one of two write to the other; gives the callbacks about it.
    pub(super) fn talk(&mut self, talk: &Talk, now_ms: i64) -> Result<Vec<Occurrence>, Error> {
        let Talk { employee, customer, by, messages } = talk;
        if !(1..=MESSAGES_MAX).contains(messages) {
            return Err(Error::Messages { most: MESSAGES_MAX });
        }
        let place = self.customers.place(customer).ok_or_else(|| Error::NoCustomer(customer.clone()))?;
        let is_here = self.has_employee(employee);
        let can_write = |bond: &&mut Bond| {
            is_here
                && bond.is_of(employee)
                && !bond.left
                && bond.temp_chat.as_ref().is_none_or(|chat| chat.is_open())
        };
        let bond = self.customers[place].bonds.iter_mut().find(can_write);
        let bond =
            bond.ok_or_else(|| Error::CannotTalk { employee: employee.clone(), customer: customer.clone() })?;
        bond.chatting = true;
        let (employee, link_id) = (bond.employee.clone(), bond.link_id.clone());
        self.behaviour.talk(&employee, place, *by == Speaker::Employee, *messages, now_ms);
        let link_id = link_id.filter(|_| *by == Speaker::Customer);
        let notices = link_id.map(|id| self.note_by_link(&id, &employee, customer, *messages, now_ms));
        Ok(notices.unwrap_or_default())
    }

    /// Notes what a customer who came by a link has written. About a link that was deleted WeCom sends nothing.
    fn note_by_link(
        &mut self,
        link_id: &str,
        employee: &str,
        customer: &str,
        count: u64,
        now_ms: i64,
    ) -> Vec<Occurrence> {
        let came = self.links.get_mut(link_id).and_then(|link| link.acquired_mut(employee, customer));
        let Some(came) = came else { return Vec::new() };
        let before = came.messages;
        came.messages = before.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        let (after, state) = (came.messages, came.state.clone());
        let mut notices = Vec::new();
        if before == 0 {
            let contact = Contact::of(employee, customer);
            notices.push(Occurrence::CustomerStartChat { contact, link_id: Some(link_id.to_owned()) });
        }
        for messages in MESSAGES_NOTIFIED.into_iter().filter(|number| (before + 1..=after).contains(number)) {
            let chat_key = format!("CAK{}", self.random_text(28));
            let (employee, customer, state) = (employee.to_owned(), customer.to_owned(), state.clone());
            let chat = AcquiredChat { employee, customer, state, messages };
            self.links.note_chat(chat_key.clone(), link_id, &chat, now_ms);
            notices.push(Occurrence::MessageFromCustomer { chat_key, link_id: link_id.to_owned() });
        }
        notices
    }

    /// Follows a `customer_start_chat` that somebody has made WeCom send: the customer has written once.
    pub(super) fn follow_first_message(&mut self, contact: &Contact, now_ms: i64) {
        let Contact { employee, customer, .. } = contact;
        let has_begun = |bond: &Bond| bond.is_of(employee) && bond.chatting;
        if !self.customers.bonds(customer).iter().any(has_begun) {
            let (employee, customer) = (employee.clone(), customer.clone());
            // The callbacks of this message are dropped: the one that is followed here is among them and is sent
            // already. And if the two cannot write to each other, there is nothing to change.
            let _ = self.talk(&Talk { employee, customer, by: Speaker::Customer, messages: 1 }, now_ms);
        }
    }
}

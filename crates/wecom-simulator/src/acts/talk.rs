//! Messages between a member and a customer, whoever tells of them: the two are chatting from then on, the statistics
//! count it, and of a customer who came by an acquisition link WeCom tells the first message, the third, the fifth and
//! the tenth (documents 92599, 92132 and 97299).

use serde::Deserialize;

use crate::{
    error::Error,
    occurrence::{Contact, Occurrence},
    world::links::AcquiredChat,
    world::{Bond, World},
};

/// With which of a customer's messages `message_from_customer` is told.
const MESSAGES_TOLD: [u32; 3] = [3, 5, 10];

/// At most so many messages at once: more says nothing new to the statistics.
const MESSAGES_MAX: u64 = 1_000_000;

/// Who says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    #[default]
    Customer,
    /// The member.
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
    /// Who writes.
    #[serde(default)]
    pub by: Speaker,
    /// How many messages, 1 to 1,000,000.
    #[serde(default = "one")]
    pub messages: u64,
}

fn one() -> u64 {
    1
}

impl World {
    /// Lets one of two write to the other; gives what is to be told.
    pub(crate) fn talk(&mut self, talk: &Talk, now_ms: i64) -> Result<Vec<Occurrence>, Error> {
        let Talk { employee, customer, by, messages } = talk;
        if !(1..=MESSAGES_MAX).contains(messages) {
            return Err(Error::Messages { most: MESSAGES_MAX });
        }
        let place = *self.places.get(customer).ok_or_else(|| Error::NoCustomer(customer.clone()))?;
        let is_here = self.has_employee(employee);
        let can = |bond: &&mut Bond| {
            is_here
                && bond.is_of(employee)
                && !bond.left
                && bond.temp_chat.as_ref().is_none_or(|chat| chat.is_open())
        };
        let bond = self.customers[place].bonds.iter_mut().find(can);
        let bond =
            bond.ok_or_else(|| Error::CannotTalk { employee: employee.clone(), customer: customer.clone() })?;
        bond.chatting = true;
        let (employee, link_id) = (bond.employee.clone(), bond.link_id.clone());
        self.behaviour.talk(&employee, place, *by == Speaker::Employee, *messages, now_ms);
        let wrote = link_id.filter(|_| *by == Speaker::Customer);
        Ok(wrote
            .map(|link_id| self.wrote_by_link(&link_id, &employee, customer, *messages, now_ms))
            .unwrap_or_default())
    }

    /// Notes what a customer who came by a link has written. Of a link that was deleted nothing is told.
    fn wrote_by_link(
        &mut self,
        link_id: &str,
        employee: &str,
        customer: &str,
        count: u64,
        now_ms: i64,
    ) -> Vec<Occurrence> {
        let came = self.links.get_mut(link_id).and_then(|link| link.acquired_mut(employee, customer));
        let Some(came) = came else { return Vec::new() };
        let from = came.messages;
        came.messages = from.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        let (to, state) = (came.messages, came.state.clone());
        let mut told = Vec::new();
        if from == 0 {
            let contact = Contact::of(employee, customer);
            told.push(Occurrence::CustomerStartChat { contact, link_id: Some(link_id.to_owned()) });
        }
        for messages in MESSAGES_TOLD.into_iter().filter(|number| (from + 1..=to).contains(number)) {
            let chat_key = format!("CAK{}", self.random_text(28));
            let (employee, customer, state) = (employee.to_owned(), customer.to_owned(), state.clone());
            let chat = AcquiredChat { employee, customer, state, messages };
            self.links.note_chat(chat_key.clone(), link_id, &chat, now_ms);
            told.push(Occurrence::MessageFromCustomer { chat_key, link_id: link_id.to_owned() });
        }
        told
    }

    /// Lets the state follow a `customer_start_chat` that was told by hand.
    pub(crate) fn follow_first_message(&mut self, contact: &Contact, now_ms: i64) {
        let Contact { employee, customer, .. } = contact;
        let has_begun = |bond: &Bond| bond.is_of(employee) && bond.chatting;
        if !self.bonds(customer).iter().any(has_begun) {
            let (employee, customer) = (employee.clone(), customer.clone());
            // What it would tell is what was told by hand; of two who cannot write nothing is to be followed.
            let _ = self.talk(&Talk { employee, customer, by: Speaker::Customer, messages: 1 }, now_ms);
        }
    }
}

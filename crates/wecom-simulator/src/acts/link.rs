//! What customers do with acquisition links (获客助手): open them, ask to be added, write; and what the console does with
//! them.

use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use super::{
    Act, Happened, Outcome,
    talk::{Speaker, Talk},
};
use crate::{
    customer::AddCustomer,
    error::Error,
    occurrence::{Contact, Occurrence},
    world::{
        World,
        links::{Acquired, Link, Priority},
    },
};

/// `add_way` of a customer who came by a link (page 92114).
const ADD_WAY_LINK: u32 = 16;

/// A channel has at most so many bytes (`customer_channel`, page 97297).
const STATE_BYTES_MAX: usize = 64;

/// The balance is at most so high.
const BALANCE_MAX: u64 = 1_000_000;

/// Something that happens around acquisition links. In JSON the field `act` holds the name in snake case,
/// `{"act": "open", "link_id": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum LinkAct {
    /// A customer opens a link and asks to be added. Events: `friend_request`, then `add_external_contact` of
    /// `change_external_contact`, then `balance_low` or `balance_exhausted` where it comes to that. Whoever has the
    /// member as a contact already just opens the chat.
    Open {
        /// The link's id.
        link_id: String,
        /// The channel: what stands behind `customer_channel=` in the URL; at most 64 bytes.
        #[serde(default)]
        state: String,
        /// An external_userid; absent: somebody new.
        #[serde(default)]
        customer: Option<String>,
        /// The event `open_profile` comes first, which WeCom sends to companies of certain trades only.
        #[serde(default)]
        profile: bool,
        /// The customer looks and goes away.
        #[serde(default)]
        only_look: bool,
        /// The member does not consent, where the link asks for that (`skip_verify` is false).
        #[serde(default)]
        declined: bool,
    },
    /// A customer who came by a link writes to the member whose contact the link made them. Events:
    /// `customer_start_chat` with the first message, `message_from_customer` with the 3rd, 5th and 10th.
    Say {
        /// The link's id.
        link_id: String,
        /// The external_userid of the customer who writes.
        customer: String,
        /// How many messages.
        #[serde(default = "one")]
        count: u32,
    },
    /// Somebody deletes a link in the console. Event: `delete_link`.
    Delete {
        /// The link's id.
        link_id: String,
    },
    /// The company buys, or uses up elsewhere, until so many are left. Events: `balance_increased`, `balance_low`,
    /// `balance_exhausted`.
    Quota {
        /// How many customers can still come.
        balance: u64,
        /// For how many days what is bought works.
        #[serde(default = "a_year")]
        days: u32,
    },
}

fn one() -> u32 {
    1
}

fn a_year() -> u32 {
    365
}

/// What came of a [`LinkAct`].
#[derive(Clone, Default, Serialize)]
pub struct LinkActed {
    /// Who opened the link.
    pub customer: Option<String>,
    /// The member whose contact the customer became, or was.
    pub employee: Option<String>,
    /// The code, where the add gave one.
    pub welcome_code: Option<String>,
    /// The numbers of the events' deliveries.
    pub deliveries: Vec<u64>,
}

impl Outcome for LinkActed {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for LinkAct {
    type Outcome = LinkActed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<LinkActed>, Error> {
        match self {
            Self::Open { link_id, state, customer, profile, only_look, declined } => {
                let visit = Visit { link_id: &link_id, state: &state, profile, only_look, declined };
                world.open_link(&visit, customer, now_ms)
            }
            Self::Say { link_id, customer, count } => world.say_by_link(&link_id, &customer, count, now_ms),
            Self::Delete { link_id } => {
                world.links.get(&link_id).ok_or_else(no_link)?;
                world.links.remove(&link_id);
                Ok(Happened::new(LinkActed::default(), vec![Occurrence::DeleteLink { link_id }]))
            }
            Self::Quota { balance, .. } if balance > BALANCE_MAX => Err(Error::Full { most: 1_000_000 }),
            Self::Quota { balance, days } => {
                let notices = world.links.quota.set(balance, i64::from(days.max(1)), now_ms);
                Ok(Happened::new(LinkActed::default(), notices))
            }
        }
    }
}

/// How a customer opens a link: the fields of [`LinkAct::Open`] beside the customer.
struct Visit<'a> {
    link_id: &'a str,
    state: &'a str,
    profile: bool,
    only_look: bool,
    declined: bool,
}

impl World {
    fn open_link(
        &mut self,
        visit: &Visit<'_>,
        customer: Option<String>,
        now_ms: i64,
    ) -> Result<Happened<LinkActed>, Error> {
        let Visit { link_id, state, profile, only_look, declined } = *visit;
        if state.len() > STATE_BYTES_MAX || state.chars().any(char::is_control) {
            return Err(Error::impossible("a link's state has at most 64 bytes and no control characters"));
        }
        let link = self.usable(link_id)?;
        let consents = link.skip_verify || !declined;
        if self.links.quota.balance(now_ms) == 0 {
            return Err(Error::impossible("the quota is used up: let `quota` happen first"));
        }
        let (members, priority) = (link.range.members(&self.staff), link.priority.clone());
        if let Some(customer) = &customer {
            self.check_customer(customer)?;
        }
        let employee = self.choose_of_link(&members, priority.as_ref(), customer.as_deref())?;
        let customer = match customer {
            Some(customer) => customer,
            None => self.newcomer()?,
        };
        if let Some(link) = self.links.get_mut(link_id) {
            link.click(customer.clone(), now_ms);
        }
        let (link, channel) = (|| link_id.to_owned(), || state.to_owned());
        let mut notices = Vec::new();
        if profile {
            notices.push(Occurrence::OpenProfile { link_id: link(), state: channel() });
        }
        let mut acted = LinkActed { customer: Some(customer.clone()), ..LinkActed::default() };
        if self.friendship(&employee, &customer).is_some() {
            acted.employee = Some(employee);
            return Ok(Happened::new(acted, notices));
        }
        if only_look {
            return Ok(Happened::new(acted, notices));
        }
        notices.push(Occurrence::FriendRequest { link_id: link(), state: channel() });
        if consents {
            let contact = self.acquire(link_id, (employee, customer), channel(), now_ms)?;
            acted.employee = Some(contact.employee.clone());
            acted.welcome_code.clone_from(&contact.welcome_code);
            notices.push(Occurrence::AddExternalContact(contact));
            notices.extend(self.links.quota.spend(now_ms));
        }
        Ok(Happened::new(acted, notices))
    }

    fn usable(&self, link_id: &str) -> Result<&Link, Error> {
        let (_, link) = self.links.get(link_id).ok_or_else(no_link)?;
        if link.unavailable {
            return Err(Error::impossible("the link has become unavailable"));
        }
        Ok(link)
    }

    /// The member who gets a customer. Where the link prefers members who have the customer already, one of those; else
    /// any with room.
    fn choose_of_link(
        &mut self,
        members: &[String],
        priority: Option<&Priority>,
        customer: Option<&str>,
    ) -> Result<String, Error> {
        if let (Some(Priority { kind, userids }), Some(customer)) = (priority, customer) {
            let listed = |userid: &str| userids.iter().any(|listed| listed.eq_ignore_ascii_case(userid));
            let mut bonds = self.customers.bonds(customer).iter();
            let has = bonds.find(|bond| !bond.half && !bond.left && (*kind == 1 || listed(&bond.employee)));
            if let Some(bond) = has {
                return Ok(bond.employee.clone());
            }
        }
        let has_room = |userid: &&String| self.staff.get(userid).is_some_and(|member| !member.is_full());
        let members: Vec<&String> = members.iter().filter(has_room).collect();
        if members.is_empty() {
            return Err(Error::impossible(
                "nobody is behind this link any more: they have left the company, or have as many customers as is allowed",
            ));
        }
        Ok(members[self.dice.random_range(0..members.len())].clone())
    }

    /// Makes a customer the contact of a member, by the link.
    fn acquire(
        &mut self,
        link_id: &str,
        (employee, customer): (String, String),
        state: String,
        now_ms: i64,
    ) -> Result<Contact, Error> {
        let add = AddCustomer {
            employee: Some(employee),
            customer: Some(customer.clone()),
            state: Some(state.clone()).filter(|state| !state.is_empty()),
            add_way: Some(ADD_WAY_LINK),
            ..AddCustomer::default()
        };
        let contact = self.add(&add, now_ms)?.contact;
        if let Some(link) = self.links.get_mut(link_id) {
            let employee = contact.employee.clone();
            link.customers.push(Acquired { customer, employee, state, at_ms: now_ms, messages: 0 });
        }
        if let Ok(bond) = self.bond(&contact.employee, &contact.customer) {
            bond.link_id = Some(link_id.to_owned());
        }
        Ok(contact)
    }

    fn say_by_link(
        &mut self,
        link_id: &str,
        customer: &str,
        count: u32,
        now_ms: i64,
    ) -> Result<Happened<LinkActed>, Error> {
        let (_, link) = self.links.get(link_id).ok_or_else(no_link)?;
        let came = link.customers.iter().rev().find(|came| came.customer == customer);
        let came = came.ok_or_else(|| Error::impossible("this customer did not come by this link"))?;
        let (employee, customer) = (came.employee.clone(), customer.to_owned());
        let acted = LinkActed {
            customer: Some(customer.clone()),
            employee: Some(employee.clone()),
            ..LinkActed::default()
        };
        let talk = Talk { employee, customer, by: Speaker::Customer, messages: u64::from(count) };
        Ok(Happened::new(acted, self.talk(&talk, now_ms)?))
    }
}

fn no_link() -> Error {
    Error::impossible("no link has this link_id: make one with customer_acquisition/create_link")
}

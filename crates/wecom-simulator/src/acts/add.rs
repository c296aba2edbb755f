//! Somebody adds a member: the beginning of a relation.

use rand::RngExt as _;

use super::{Act, Happened, Outcome};
use crate::{
    corp::Hindrance,
    customer::{AddCustomer, Added, Customer, CustomerKind},
    error::Error,
    ids,
    occurrence::{Contact, Occurrence},
    people,
    world::{
        World,
        behaviour::Count,
        bond::{Bond, Oper},
        random,
        relations::no_employee,
        staff::Member,
    },
};

/// `add_way` where the caller names none: scanned (page 92114).
const SCANNED: u32 = 1;

/// What an add has come to.
pub(super) struct Made {
    pub(super) contact: Contact,
    pub(super) name: String,
    pub(super) step: Step,
}

/// How far an add has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The customer has asked; the member has not consented.
    Waits,
    /// The customer has the member as a contact, and the member has not added back.
    Half,
    /// They are contacts.
    Whole,
}

impl Made {
    /// What the caller and the callback URL get to know of it.
    pub(super) fn happened(self, duplicates: u32) -> Happened<Added> {
        let Self { contact, name, step } = self;
        let notice = match step {
            Step::Waits => None,
            Step::Half => Some(Occurrence::AddHalfExternalContact(contact.clone())),
            Step::Whole => Some(Occurrence::AddExternalContact(contact.clone())),
        };
        let Contact { employee, customer, state, welcome_code } = contact;
        let waiting = step == Step::Waits;
        let outcome =
            Added { employee, customer, name, state, welcome_code, waiting, deliveries: Vec::new() };
        Happened { outcome, notices: notice.into_iter().collect(), duplicates }
    }
}

impl Outcome for Added {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for &AddCustomer {
    type Outcome = Added;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Added>, Error> {
        Ok(world.add(self, now_ms)?.happened(self.duplicates))
    }
}

impl World {
    /// Makes a customer and a member contacts, with a welcome code where WeCom would give one.
    pub(super) fn add(&mut self, add: &AddCustomer, now_ms: i64) -> Result<Made, Error> {
        add.check()?;
        let employee = self.choose_employee(add.employee.as_deref())?;
        if add.customer.is_none() && self.staff.get(&employee).is_some_and(Member::is_full) {
            // Checked before `person`, so that nobody new is made for an add that fails.
            return Err(Error::NoRoom(employee));
        }
        let place = self.person(add)?;
        let before = self.take_earlier(&employee, place, add)?;
        let is_first = before.is_none();
        // The second half of an add: who asked, and whether a welcome has been sent, is known since the first half.
        let half = before.as_ref().filter(|bond| bond.half && !bond.left);
        let asks_now = half.is_none();
        let asks = if add.by_employee { Oper::Employee } else { Oper::Customer };
        let (oper, temp_chat) = half.map_or((asks, None), |bond| (bond.oper.clone(), bond.temp_chat.clone()));
        let (welcomed, chatting) = half.map_or((false, false), |bond| (bond.welcomed, bond.chatting));
        // A customer who deletes the member leaves the member's side of the relation as it is: tags and notes stay.
        let (tags, remark, sent, received) = before
            .map_or_else(Default::default, |bond| (bond.tags, bond.remark, bond.welcomes, bond.received));
        let number = self.customers.next_bond();
        let person = &mut self.customers[place];
        person.bonds.push(Bond {
            number,
            employee: employee.clone(),
            added_at_ms: now_ms,
            state: add.state.clone(),
            add_way: add.add_way.unwrap_or(SCANNED),
            link_id: None,
            oper,
            half: add.half,
            left: false,
            tags,
            remark,
            welcomes: sent,
            received,
            welcomed,
            chatting,
            temp_chat,
        });
        let Customer { external_userid, name, kind, .. } = person.customer.clone();
        if is_first && let Some(member) = self.staff.ever_mut(&employee) {
            member.customers.push(place);
        }
        self.count_add(&employee, add, asks_now, now_ms);
        // WeCom gives no code for a customer who uses WeCom, nor a second one for the second half of an add, nor to whom a
        // welcome is set in the console.
        let gives_code = !add.without_code
            && !welcomed
            && !chatting
            && kind == CustomerKind::Wechat
            && self.set_up.gives_codes_to(&employee);
        let welcome_code = gives_code.then(|| self.issue_code(&employee, place, now_ms));
        self.applications.forget(place, &employee);
        let contact = Contact { employee, customer: external_userid, state: add.state.clone(), welcome_code };
        Ok(Made { contact, name, step: if add.half { Step::Half } else { Step::Whole } })
    }

    /// Takes out the relation that the two have already, which the new one goes on from. An error where nothing is left
    /// to add, or the member has no room.
    fn take_earlier(
        &mut self,
        employee: &str,
        place: usize,
        add: &AddCustomer,
    ) -> Result<Option<Bond>, Error> {
        let person = &mut self.customers[place];
        let Some(at) = person.bonds.iter().position(|bond| bond.employee == employee) else {
            // A customer whom the member has deleted takes no room any more; one who has deleted the member does.
            if self.staff.get(employee).is_some_and(Member::is_full) {
                return Err(Error::NoRoom(employee.to_owned()));
            }
            return Ok(None);
        };
        let bond = &person.bonds[at];
        if !bond.left && (!bond.half || add.half) {
            let customer = person.customer.external_userid.clone();
            return Err(Error::AlreadyContacts { employee: employee.to_owned(), customer });
        }
        Ok(Some(person.bonds.remove(at)))
    }

    fn count_add(&mut self, employee: &str, add: &AddCustomer, asks_now: bool, now_ms: i64) {
        if add.by_employee && asks_now {
            self.behaviour.count(employee, now_ms, Count::Apply);
        }
        if !add.half {
            self.behaviour.count(employee, now_ms, Count::Contact);
        }
    }

    /// One of those who may have customers: the one asked for, or any.
    fn choose_employee(&mut self, asked: Option<&str>) -> Result<String, Error> {
        let serving = || self.staff.serving().map(|member| &member.employee);
        if let Some(userid) = asked {
            let found = self.staff.get(userid);
            if found.is_some_and(|member| member.is(Hindrance::NoCustomerContact)) {
                return Err(Error::NotServing(userid.to_owned()));
            }
            let found = found.map(|member| member.employee.userid.clone());
            return found.ok_or_else(|| no_employee(userid, serving()));
        }
        let with_room = self.staff.serving().filter(|member| !member.is_full());
        let all: Vec<String> = with_room.map(|member| member.employee.userid.clone()).collect();
        if all.is_empty() {
            let full = serving().next().map(|employee| employee.userid.clone());
            return Err(full.map_or(Error::NoEmployees, Error::NoRoom));
        }
        Ok(all[self.comers.random_range(0..all.len())].clone())
    }

    /// The place of the customer who is meant; somebody new where nobody is named.
    pub(super) fn person(&mut self, add: &AddCustomer) -> Result<usize, Error> {
        match &add.customer {
            Some(id) => self.customers.place(id).ok_or_else(|| Error::NoCustomer(id.clone())),
            None => self.new_person(add),
        }
    }

    /// Makes a customer whom nobody follows yet; gives the place.
    fn new_person(&mut self, add: &AddCustomer) -> Result<usize, Error> {
        self.customers.check_room()?;
        let sample = people::person(&mut self.comers);
        let external_userid = ids::new(add.kind, &random::text(&mut self.comers, 22));
        Ok(self.customers.push(Customer {
            external_userid,
            gender: add.gender.unwrap_or(if add.name.is_some() { 0 } else { sample.gender }),
            name: add.name.clone().unwrap_or(sample.name),
            kind: add.kind,
            corp_name: add.corp_name.clone(),
            corp_full_name: add.corp_full_name.clone(),
            position: add.position.clone(),
        }))
    }

    /// Somebody from WeChat who is nobody's contact yet; gives the external_userid.
    pub(super) fn newcomer(&mut self) -> Result<String, Error> {
        let place = self.new_person(&AddCustomer::default())?;
        Ok(self.customers[place].customer.external_userid.clone())
    }
}

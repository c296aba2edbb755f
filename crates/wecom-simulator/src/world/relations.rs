//! Customers and who follows them: how a relation begins, what it holds, and how it ends.

use rand::RngExt as _;

use crate::{
    corp::Hindrance,
    customer::{AddCustomer, Customer, CustomerKind, Relation},
    error::Error,
    ids,
    occurrence::{Contact, Occurrence},
    people,
    world::behaviour::Count,
    world::bond::{Bond, Oper},
    world::staff::Member,
    world::{World, random_text},
};

/// How many customers fit. At some 600 bytes each a long day of a load generator stays below a gigabyte.
const CUSTOMERS_MAX: usize = 1_000_000;

/// A customer and who follows.
pub(crate) struct Person {
    pub(crate) customer: Customer,
    pub(crate) bonds: Vec<Bond>,
}

/// Why a pair has no relation that a call can work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairFault {
    UnknownEmployee,
    UnknownCustomer,
    Unrelated,
}

/// What an add came to.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) contact: Contact,
    pub(crate) name: String,
    pub(crate) step: Step,
}

/// How far an add has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The customer has asked; the member has not consented.
    Waits,
    /// The customer has the member, who has not added back.
    Half,
    /// They are contacts.
    Whole,
}

impl World {
    pub(crate) fn customers(&self) -> impl DoubleEndedIterator<Item = &Customer> + ExactSizeIterator {
        self.customers.iter().map(|person| &person.customer)
    }

    pub(crate) fn customer(&self, external_userid: &str) -> Option<&Customer> {
        self.places.get(external_userid).map(|place| &self.customers[*place].customer)
    }

    /// All relations of a customer, half ones and leavers' included.
    pub(crate) fn bonds(&self, external_userid: &str) -> &[Bond] {
        self.places.get(external_userid).map_or(&[], |place| &self.customers[*place].bonds)
    }

    /// The relations of a customer that the API tells of: whole ones, of members who are here.
    pub(crate) fn follows(&self, place: usize) -> impl Iterator<Item = &Bond> {
        let told = |bond: &&Bond| !bond.half && self.has_employee(&bond.employee);
        self.customers[place].bonds.iter().filter(told)
    }

    /// The external_userids of a member's customers, in the order of their adds; `None` if there is no such member.
    pub(crate) fn customers_of(&self, userid: &str) -> Option<Vec<&str>> {
        let member = self.staff.get(userid)?;
        let followed = |place: &&usize| {
            self.customers[**place].bonds.iter().any(|bond| !bond.half && bond.is_of(userid))
        };
        let ids = member.customers.iter().filter(followed);
        Some(ids.map(|place| self.customers[*place].customer.external_userid.as_str()).collect())
    }

    /// The relation that a call works on. A member who has not added back has none yet (84061).
    pub(crate) fn bond(&mut self, employee: &str, customer: &str) -> Result<&mut Bond, PairFault> {
        if !self.has_employee(employee) {
            return Err(PairFault::UnknownEmployee);
        }
        let place = *self.places.get(customer).ok_or(PairFault::UnknownCustomer)?;
        let bonds = &mut self.customers[place].bonds;
        bonds.iter_mut().find(|bond| bond.is_of(employee) && !bond.half).ok_or(PairFault::Unrelated)
    }

    /// A relation as it stands, half ones included.
    pub(crate) fn relation(&self, employee: &str, customer: &str) -> Option<Relation> {
        let bond = self.bonds(customer).iter().find(|bond| bond.is_of(employee))?;
        Some(Relation {
            employee: bond.employee.clone(),
            customer: customer.to_owned(),
            added_at_ms: bond.added_at_ms,
            state: bond.state.clone(),
            add_way: bond.add_way,
            half: bond.half,
            left: bond.left,
            tags: bond.tags.clone(),
            tag_names: bond.tags.iter().filter_map(|id| self.tag_name(id)).collect(),
            remark: bond.remark.clone(),
            welcomes: bond.welcomes.clone(),
            received: bond.received.clone(),
            chatting: bond.chatting,
            temp_chat: bond.temp_chat.as_deref().cloned(),
        })
    }

    /// Makes a customer and a member contacts, with a welcome code where WeCom would give one.
    pub(crate) fn add(&mut self, add: &AddCustomer, now_ms: i64) -> Result<Made, Error> {
        add.check()?;
        let employee = self.choose_employee(add.employee.as_deref())?;
        if add.customer.is_none() && self.staff.get(&employee).is_some_and(Member::is_full) {
            // Nobody new is made for an add that fails.
            return Err(Error::NoRoom(employee));
        }
        let place = self.place_of(add)?;
        let bonds = &self.customers[place].bonds;
        let known = bonds.iter().position(|bond| bond.employee == employee);
        if let Some(bond) = known.map(|known| &bonds[known])
            && !bond.left
            && (!bond.half || add.half)
        {
            let customer = self.customers[place].customer.external_userid.clone();
            return Err(Error::AlreadyContacts { employee, customer });
        }
        // A customer whom the member has deleted takes no room; one who has deleted the member does.
        if known.is_none() && self.staff.get(&employee).is_some_and(Member::is_full) {
            return Err(Error::NoRoom(employee));
        }
        let bonds = &mut self.customers[place].bonds;
        let before = known.map(|known| bonds.remove(known));
        // The second half of one add: who asked is who asked before, and what was said is not said again.
        let half = before.as_ref().filter(|bond| bond.half && !bond.left);
        let (welcomed, chatting) = half.map_or((false, false), |bond| (bond.welcomed, bond.chatting));
        let asks = if add.by_employee { Oper::Employee } else { Oper::Customer };
        let asks_now = half.is_none();
        let (oper, temp_chat) = half.map_or((asks, None), |bond| (bond.oper.clone(), bond.temp_chat.clone()));
        // The member's side of a relation outlives the customer's: what was noted is still there.
        let (tags, remark, sent, received) = before
            .map_or_else(Default::default, |bond| (bond.tags, bond.remark, bond.welcomes, bond.received));
        let bond = Bond {
            number: self.next_bond(),
            employee: employee.clone(),
            added_at_ms: now_ms,
            state: add.state.clone(),
            add_way: add.add_way.unwrap_or(1),
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
        };
        self.customers[place].bonds.push(bond);
        if known.is_none()
            && let Some(member) = self.staff.ever_mut(&employee)
        {
            member.customers.push(place);
        }
        if add.by_employee && asks_now {
            self.behaviour.count(&employee, now_ms, Count::Apply);
        }
        if !add.half {
            self.behaviour.count(&employee, now_ms, Count::Contact);
        }
        let customer = &self.customers[place].customer;
        let (external_userid, name) = (customer.external_userid.clone(), customer.name.clone());
        // WeCom gives no code for somebody who uses WeCom, nor a second one for one add.
        let spoken = welcomed || chatting;
        let gives_code = !add.without_code && !spoken && customer.kind == CustomerKind::Wechat;
        let welcome_code = gives_code.then(|| self.issue_code(&employee, place, now_ms));
        let contact = Contact { employee, customer: external_userid, state: add.state.clone(), welcome_code };
        // Whoever has been added waits no more.
        self.applications.forget(place, &contact.employee);
        Ok(Made { contact, name, step: if add.half { Step::Half } else { Step::Whole } })
    }

    /// The number of a relation that begins now.
    pub(crate) fn next_bond(&mut self) -> u64 {
        self.bonds_made += 1;
        self.bonds_made
    }

    /// The place of the customer who is meant; somebody new where nobody is named.
    pub(crate) fn place_of(&mut self, add: &AddCustomer) -> Result<usize, Error> {
        match &add.customer {
            Some(id) => self.places.get(id).copied().ok_or_else(|| Error::NoCustomer(id.clone())),
            None => self.new_person(add),
        }
    }

    /// One of those who may have customers: the one asked for, or any.
    fn choose_employee(&mut self, asked: Option<&str>) -> Result<String, Error> {
        let known = || self.staff.serving().map(|member| member.employee.userid.clone());
        let with_room = || self.staff.serving().filter(|member| !member.is_full());
        if let Some(userid) = asked {
            let found = self.staff.get(userid);
            if found.is_some_and(|member| member.is(Hindrance::NoCustomerContact)) {
                return Err(Error::NotServing(userid.to_owned()));
            }
            let found = found.map(|member| member.employee.userid.clone());
            return found.ok_or_else(|| Error::NoEmployee {
                userid: userid.to_owned(),
                known: known().take(20).collect::<Vec<_>>().join(", "),
            });
        }
        let all: Vec<String> = with_room().map(|member| member.employee.userid.clone()).collect();
        if all.is_empty() {
            return Err(known().next().map_or(Error::NoEmployees, Error::NoRoom));
        }
        Ok(all[self.comers.random_range(0..all.len())].clone())
    }

    /// Somebody new, whom nobody follows yet; gives the place.
    pub(crate) fn new_person(&mut self, add: &AddCustomer) -> Result<usize, Error> {
        if self.customers.len() >= CUSTOMERS_MAX {
            return Err(Error::Full { most: CUSTOMERS_MAX });
        }
        let sample = people::person(&mut self.comers);
        let external_userid = ids::new(add.kind, &random_text(&mut self.comers, 22));
        let customer = Customer {
            external_userid: external_userid.clone(),
            gender: add.gender.unwrap_or(if add.name.is_some() { 0 } else { sample.gender }),
            name: add.name.clone().unwrap_or(sample.name),
            kind: add.kind,
            corp_name: add.corp_name.clone(),
            corp_full_name: add.corp_full_name.clone(),
            position: add.position.clone(),
        };
        let place = self.customers.len();
        self.customers.push(Person { customer, bonds: Vec::new() });
        self.places.insert(external_userid, place);
        Ok(place)
    }

    /// Ends a relation from the member's side, and gives what it was.
    pub(crate) fn part(&mut self, employee: &str, place: usize) -> Option<Bond> {
        let bonds = &mut self.customers[place].bonds;
        let at = bonds.iter().position(|bond| bond.is_of(employee))?;
        let bond = bonds.remove(at);
        if let Some(member) = self.staff.ever_mut(employee) {
            member.customers.retain(|followed| *followed != place);
        }
        Some(bond)
    }

    /// Lets the state follow what has happened, and completes what the caller left open. Gives what WeCom tells beside
    /// it.
    pub(crate) fn follow(&mut self, occurrence: &mut Occurrence, now_ms: i64) -> Option<Occurrence> {
        match occurrence {
            Occurrence::DelExternalContact { contact, .. } => {
                if let Some(place) = self.places.get(&contact.customer).copied() {
                    self.part(&contact.employee, place);
                }
            }
            Occurrence::DelFollowUser(contact) => {
                // Who came by a link is told of twice.
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
                if let Ok(bond) = self.bond(&contact.employee, &contact.customer) {
                    bond.welcomed = false;
                    let employee = bond.employee.clone();
                    let place = self.places[&contact.customer];
                    contact.welcome_code = Some(self.issue_code(&employee, place, now_ms));
                }
            }
            Occurrence::TagDelete(change) => self.follow_tag_delete(change),
            other => {
                self.follow_group(other, now_ms);
                self.links.follow(other);
            }
        }
        None
    }

    /// Notes that a customer has deleted a member; gives the link by which the customer had come, unless it was so
    /// already.
    fn deleted_by_customer(&mut self, contact: &Contact, now_ms: i64) -> Option<String> {
        let bond = self.bond(&contact.employee, &contact.customer).ok().filter(|bond| !bond.left)?;
        bond.left = true;
        let link_id = bond.link_id.clone();
        self.behaviour.count(&contact.employee, now_ms, Count::NegativeFeedback);
        link_id
    }
}

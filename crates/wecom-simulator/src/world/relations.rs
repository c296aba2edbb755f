//! Who is meant by an id, and what two people are to each other. Nothing here changes anything but the relation that
//! it hands out.

use super::{World, bond::Bond};
use crate::{
    corp::Employee,
    customer::{Customer, Relation},
    error::Error,
};

/// So many userids are named where an unknown one was given.
const KNOWN_NAMED: usize = 20;

/// Why a member and a customer have no relation that a call can work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairFault {
    UnknownEmployee,
    UnknownCustomer,
    Unrelated,
}

impl World {
    /// The members who work here.
    pub(crate) fn employees(&self) -> impl Iterator<Item = &Employee> {
        self.staff.all().map(|member| &member.employee)
    }

    pub(crate) fn has_employee(&self, userid: &str) -> bool {
        self.staff.get(userid).is_some()
    }

    /// The member of that userid, in letters of either case.
    pub(crate) fn employee(&self, userid: &str) -> Option<&Employee> {
        self.staff.get(userid).map(|member| &member.employee)
    }

    /// The member's userid as the company writes it; an error that says what to do where there is no such member.
    pub(crate) fn known_employee(&self, userid: &str) -> Result<String, Error> {
        let found = self.employee(userid).map(|employee| employee.userid.clone());
        found.ok_or_else(|| no_employee(userid, self.employees()))
    }

    /// The userids of a department with all below it; `None` if there is no such department.
    pub(crate) fn department(&self, id: i64) -> Option<Vec<String>> {
        self.staff.department(id)?;
        Some(self.staff.within(&[id]).iter().map(|member| member.employee.userid.clone()).collect())
    }

    pub(crate) fn customer(&self, external_userid: &str) -> Option<&Customer> {
        self.customers.get(external_userid)
    }

    /// Checks that there is such a customer; the error says what to do where there is none.
    pub(crate) fn check_customer(&self, external_userid: &str) -> Result<(), Error> {
        let found = self.customer(external_userid).map(|_| ());
        found.ok_or_else(|| Error::NoCustomer(external_userid.to_owned()))
    }

    /// The relations of a customer that the API shows: whole ones, of members who work here.
    pub(crate) fn follows(&self, place: usize) -> impl Iterator<Item = &Bond> {
        let is_shown = |bond: &&Bond| !bond.half && self.has_employee(&bond.employee);
        self.customers[place].bonds.iter().filter(is_shown)
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
        let place = self.customers.place(customer).ok_or(PairFault::UnknownCustomer)?;
        let bonds = &mut self.customers[place].bonds;
        bonds.iter_mut().find(|bond| bond.is_of(employee) && !bond.half).ok_or(PairFault::Unrelated)
    }

    /// The relation of two who are contacts on both sides: each has added the other, and neither has deleted the other.
    pub(crate) fn friendship(&self, employee: &str, customer: &str) -> Option<&Bond> {
        let is_mutual = |bond: &&Bond| !bond.half && !bond.left && bond.is_of(employee);
        self.customers.bonds(customer).iter().find(is_mutual)
    }

    /// A relation as it stands, half ones included, for whoever runs the simulator.
    pub(crate) fn relation(&self, employee: &str, customer: &str) -> Option<Relation> {
        let bond = self.customers.bonds(customer).iter().find(|bond| bond.is_of(employee))?;
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

    /// `Group/Tag` of a tag's id.
    pub(crate) fn tag_name(&self, id: &str) -> Option<String> {
        self.tags.name(id).map(|(group, name)| format!("{group}/{name}"))
    }
}

/// That there is no member of this userid, with some that there are.
pub(crate) fn no_employee<'a>(userid: &str, known: impl Iterator<Item = &'a Employee>) -> Error {
    let known: Vec<&str> = known.map(|employee| employee.userid.as_str()).take(KNOWN_NAMED).collect();
    Error::NoEmployee { userid: userid.to_owned(), known: known.join(", ") }
}

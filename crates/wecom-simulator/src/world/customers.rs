//! The customers, each with the members who follow them.

use std::{
    collections::HashMap,
    ops::{Index, IndexMut},
};

use super::bond::Bond;
use crate::{customer::Customer, error::Error};

/// How many customers fit. At some 600 bytes each a long day of a load generator stays below a gigabyte.
const CUSTOMERS_MAX: usize = 1_000_000;

/// A customer and the relations to members.
pub(crate) struct Person {
    pub(crate) customer: Customer,
    pub(crate) bonds: Vec<Bond>,
}

/// All customers, in the order of their first adds. Nobody is ever taken out, so a place stays valid.
#[derive(Default)]
pub(crate) struct Customers {
    people: Vec<Person>,
    /// The place of each external_userid in the list.
    places: HashMap<String, usize>,
    /// How many relations there ever were.
    bonds_made: u64,
}

impl Customers {
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Customer> + ExactSizeIterator {
        self.people.iter().map(|person| &person.customer)
    }

    /// The place of the customer of that external_userid.
    pub(crate) fn place(&self, external_userid: &str) -> Option<usize> {
        self.places.get(external_userid).copied()
    }

    pub(crate) fn get(&self, external_userid: &str) -> Option<&Customer> {
        self.place(external_userid).map(|place| &self.people[place].customer)
    }

    /// All relations of a customer: half ones, and those of members who have left the company, included.
    pub(crate) fn bonds(&self, external_userid: &str) -> &[Bond] {
        self.place(external_userid).map_or(&[], |place| &self.people[place].bonds)
    }

    /// Refuses one more customer where no more fit.
    pub(crate) fn check_room(&self) -> Result<(), Error> {
        if self.people.len() >= CUSTOMERS_MAX { Err(Error::Full { most: CUSTOMERS_MAX }) } else { Ok(()) }
    }

    /// Adds a customer whom nobody follows yet; gives the place.
    pub(crate) fn push(&mut self, customer: Customer) -> usize {
        let place = self.people.len();
        self.places.insert(customer.external_userid.clone(), place);
        self.people.push(Person { customer, bonds: Vec::new() });
        place
    }

    /// The number of a relation that begins now.
    pub(crate) fn next_bond(&mut self) -> u64 {
        self.bonds_made += 1;
        self.bonds_made
    }

    /// Takes deleted tags off every customer.
    pub(crate) fn take_off_tags(&mut self, deleted: &[String]) {
        for bond in self.people.iter_mut().flat_map(|person| &mut person.bonds) {
            bond.tags.retain(|tag| !deleted.contains(tag));
        }
    }

    /// Gives every customer the id that `new` makes. Returns the new ids by the old ones.
    pub(crate) fn rename(&mut self, new: impl Fn(&Customer) -> String) -> HashMap<String, String> {
        let mut renamed = HashMap::new();
        self.places.clear();
        for (place, person) in self.people.iter_mut().enumerate() {
            let id = new(&person.customer);
            let before = std::mem::replace(&mut person.customer.external_userid, id.clone());
            renamed.insert(before, id.clone());
            self.places.insert(id, place);
        }
        renamed
    }
}

impl Index<usize> for Customers {
    type Output = Person;

    fn index(&self, place: usize) -> &Person {
        &self.people[place]
    }
}

impl IndexMut<usize> for Customers {
    fn index_mut(&mut self, place: usize) -> &mut Person {
        &mut self.people[place]
    }
}

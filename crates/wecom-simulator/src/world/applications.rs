//! Customers who have asked to be added and wait for a member's consent: that is how the code of a contact way with
//! verification works (`skip_verify` false, page 96348). Until the member consents, WeCom sends no callback about it
//! and the API does not show it; the add that follows is an add like any other.

use std::collections::HashMap;

use serde_json::Value;

use crate::{customer::AddCustomer, error::Error};

/// So many can wait at the same time: more than any member would ever consent to.
const WAITING_MAX: usize = 100_000;

/// What a customer has asked for.
#[derive(Clone)]
pub(crate) struct Application {
    /// The add that the member's consent makes; whose it is, is said by the place.
    pub(crate) add: AddCustomer,
    pub(crate) temp_chat: Option<TempChatAsked>,
}

/// A temporary chat that begins with the add.
#[derive(Clone)]
pub(crate) struct TempChatAsked {
    pub(crate) seconds: i64,
    pub(crate) conclusions: Option<Value>,
}

/// The customers who wait, by their place and the member's userid in lower case. A second request of the same customer
/// to the same member replaces the first.
#[derive(Default)]
pub(crate) struct Applications {
    waiting: HashMap<(usize, String), Application>,
}

impl Applications {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Refuses one more where too many wait.
    pub(crate) fn check_room(&self) -> Result<(), Error> {
        if self.waiting.len() >= WAITING_MAX { Err(Error::Full { most: WAITING_MAX }) } else { Ok(()) }
    }

    pub(crate) fn note(&mut self, place: usize, employee: &str, application: Application) {
        self.waiting.insert((place, employee.to_lowercase()), application);
    }

    pub(crate) fn get(&self, place: usize, employee: &str) -> Option<&Application> {
        self.waiting.get(&(place, employee.to_lowercase()))
    }

    /// Forgets what a customer has asked of a member.
    pub(crate) fn forget(&mut self, place: usize, employee: &str) {
        self.waiting.remove(&(place, employee.to_lowercase()));
    }

    /// Forgets all that a member was asked.
    pub(crate) fn forget_member(&mut self, employee: &str) {
        let employee = employee.to_lowercase();
        self.waiting.retain(|(_, asked), _| *asked != employee);
    }

    /// The members, in lower case, for whom a customer waits.
    pub(crate) fn members_asked(&self, place: usize) -> Vec<&str> {
        let asked = self.waiting.keys().filter(|(of, _)| *of == place);
        let mut asked: Vec<&str> = asked.map(|(_, employee)| employee.as_str()).collect();
        asked.sort_unstable();
        asked
    }
}

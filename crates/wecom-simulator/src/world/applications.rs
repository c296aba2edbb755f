//! Customers who have asked to be added and wait for a member's consent: what comes of the code of a contact way with
//! verification (`skip_verify` false, document 96348). Nothing is told of it, and the API knows nothing of it, until the
//! member consents; then the add is told as any other.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    customer::AddCustomer,
    error::Error,
    occurrence::Contact,
    world::World,
    world::relations::{Made, Step},
};

/// So many can wait at the same time: more than any member would ever consent to.
const WAITING_MAX: usize = 100_000;

/// What a customer has asked for.
#[derive(Clone)]
pub(crate) struct Application {
    /// The add as it will be; its customer is told by the place.
    add: AddCustomer,
    pub(crate) temp_chat: Option<TempChatAsked>,
}

/// A temporary chat that begins with the add.
#[derive(Clone)]
pub(crate) struct TempChatAsked {
    pub(crate) seconds: i64,
    pub(crate) conclusions: Option<Value>,
}

/// Those who wait, by their place and the member's userid in lower case. Whoever asks again has asked once.
#[derive(Default)]
pub(crate) struct Applications {
    waiting: HashMap<(usize, String), Application>,
}

impl Applications {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets what a customer has asked of a member.
    pub(crate) fn forget(&mut self, place: usize, employee: &str) {
        self.waiting.remove(&(place, employee.to_lowercase()));
    }

    /// Forgets all that a member was asked.
    pub(crate) fn forget_of(&mut self, employee: &str) {
        let employee = employee.to_lowercase();
        self.waiting.retain(|(_, asked), _| *asked != employee);
    }

    /// The members, in lower case, for whom a customer waits.
    pub(crate) fn of(&self, place: usize) -> Vec<&str> {
        let asked = self.waiting.keys().filter(|(of, _)| *of == place);
        let mut asked: Vec<&str> = asked.map(|(_, employee)| employee.as_str()).collect();
        asked.sort_unstable();
        asked
    }
}

impl World {
    /// Lets a customer ask to be added by a member who is there.
    pub(crate) fn apply(
        &mut self,
        employee: String,
        add: AddCustomer,
        temp_chat: Option<TempChatAsked>,
    ) -> Result<Made, Error> {
        add.check()?;
        if self.applications.len() >= WAITING_MAX {
            return Err(Error::Full { most: WAITING_MAX });
        }
        let place = self.place_of(&add)?;
        let customer = self.customers[place].customer.clone();
        if self.friendship(&employee, &customer.external_userid).is_some() {
            return Err(Error::AlreadyContacts { employee, customer: customer.external_userid });
        }
        let state = add.state.clone();
        let application = Application { add, temp_chat };
        self.applications.waiting.insert((place, employee.to_lowercase()), application);
        let contact = Contact { employee, customer: customer.external_userid, state, welcome_code: None };
        Ok(Made { contact, name: customer.name, step: Step::Waits })
    }

    /// Lets a member consent: to what a customer has asked for, or to a half add. Gives how often more the event is
    /// delivered, too.
    pub(crate) fn accept(
        &mut self,
        employee: &str,
        customer: &str,
        now_ms: i64,
    ) -> Result<(Made, u32), Error> {
        let nothing =
            || Error::NothingToAccept { employee: employee.to_owned(), customer: customer.to_owned() };
        let place = *self.places.get(customer).ok_or_else(nothing)?;
        let application = self.applications.waiting.get(&(place, employee.to_lowercase())).cloned();
        let (add, temp_chat) = if let Some(Application { add, temp_chat }) = application {
            (add, temp_chat)
        } else {
            let half = self.bonds(customer).iter().find(|bond| bond.is_of(employee) && bond.half);
            let half = half.ok_or_else(nothing)?;
            let add = AddCustomer {
                employee: Some(half.employee.clone()),
                state: half.state.clone(),
                add_way: Some(half.add_way),
                ..AddCustomer::default()
            };
            (add, None)
        };
        let add = AddCustomer { customer: Some(customer.to_owned()), ..add };
        let made = self.add(&add, now_ms)?;
        if let Some(chat) = temp_chat {
            self.open_temp_chat(&made, chat, now_ms);
        }
        Ok((made, add.duplicates))
    }
}

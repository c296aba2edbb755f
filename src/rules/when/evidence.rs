//! What conditions are held against: one event, and what is known of the people in it.

use std::cell::OnceCell;

use super::{
    reasons::{Found, Wanted},
    share::{Experiments, Percentiles},
    truth::Truth,
    zones::{LocalClock, Zones},
};
use crate::rules::facts::{
    Facts, Known,
    customer::{Customer, FollowUser},
    employee::{Earlier, Employee},
};

/// How one key of `when` is decided for an event, and put into words.
pub(crate) trait Evaluate {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth;

    /// What is the case, whether that is what the rule asks for or not: `` `state` is `spring` ``. Customers' names are left
    /// out: a reason may end up in a log.
    fn found(&self, evidence: &Evidence<'_>) -> Found;

    /// What the rule asks for: the end of a sentence that begins with what was found.
    fn wanted(&self) -> Wanted;
}

/// The time zones and experiments of a rule set. Conditions name them by index, so that an event works each out only once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interned {
    pub(crate) zones: Zones,
    pub(crate) experiments: Experiments,
}

/// What counts as known while one event is held against the conditions.
pub(crate) struct Evidence<'a> {
    /// `""` where the event has none.
    pub(super) state: &'a str,
    /// The employee's userid; `""` where the event names none.
    pub(super) user: &'a str,
    /// The customer's id; `""` where the event names none.
    pub(super) customer_id: &'a str,
    pub(super) welcome_code: bool,
    pub(super) clock: LocalClock<'a>,
    pub(super) percentiles: Percentiles<'a>,
    pub(crate) customer: Known<'a, Customer>,
    pub(super) employee: Known<'a, Employee>,
    pub(super) earlier: Known<'a, Earlier>,
    unasked: Unasked,
    /// Made once for all rules.
    user_in_small_letters: OnceCell<String>,
    /// Found once for all rules: a customer may have hundreds of employees.
    follower: OnceCell<Option<&'a FollowUser>>,
}

/// What a look-up counts as that has not been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unasked {
    /// It can still be made, so the condition is open.
    Open,
    /// Nobody is going to make it, so the condition is unknown.
    Unknown,
}

impl<'a> Evidence<'a> {
    pub(crate) fn new(interned: &'a Interned, facts: &Facts<'a>, unasked: Unasked) -> Self {
        let customer_id = facts.event.external_user_id().unwrap_or_default();
        Self {
            state: facts.event.state().unwrap_or_default(),
            user: facts.event.user_id().unwrap_or_default(),
            customer_id,
            welcome_code: facts.has_welcome_code(),
            clock: LocalClock::new(&interned.zones, facts.happened_at_ms),
            percentiles: Percentiles::new(&interned.experiments, customer_id),
            customer: facts.customer,
            employee: facts.employee,
            earlier: facts.earlier,
            unasked,
            user_in_small_letters: OnceCell::new(),
            follower: OnceCell::new(),
        }
    }

    /// The employee's userid in small letters: userids that differ in case alone are one.
    pub(super) fn user_without_case(&self) -> &str {
        if !self.user.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.user;
        }
        self.user_in_small_letters.get_or_init(|| self.user.to_ascii_lowercase())
    }

    /// What this employee has with the customer, where both are known.
    pub(super) fn follower(&self) -> Option<&'a FollowUser> {
        *self.follower.get_or_init(|| self.customer.get().and_then(|customer| customer.follower(self.user)))
    }

    /// Asks the employee. Without an employee in the event the answer is no.
    pub(super) fn ask_employee(&self, holds: impl FnOnce(&Employee) -> bool) -> Truth {
        self.ask(self.user, self.employee, holds)
    }

    /// Asks the record of earlier adds. Without a customer in the event the answer is no.
    pub(super) fn ask_earlier(&self, holds: impl FnOnce(&Earlier) -> bool) -> Truth {
        self.ask(self.customer_id, self.earlier, holds)
    }

    /// Asks the customer. Without a customer in the event the answer is no.
    pub(super) fn ask_customer(&self, holds: impl FnOnce(&Customer) -> bool) -> Truth {
        self.ask(self.customer_id, self.customer, holds)
    }

    /// Asks what the customer and this employee have with each other. WeCom leaves out employees whom the app may not see:
    /// then nothing is known of the two.
    pub(super) fn ask_follower(&self, holds: impl FnOnce(&FollowUser) -> bool) -> Truth {
        match self.ask_customer(|_| true) {
            Truth::Yes if self.user.is_empty() => Truth::No,
            Truth::Yes => self.follower().map_or(Truth::Unknown, |follower| holds(follower).into()),
            unanswered => unanswered,
        }
    }

    fn ask<T>(&self, id: &str, known: Known<'_, T>, holds: impl FnOnce(&T) -> bool) -> Truth {
        match known {
            _ if id.is_empty() => Truth::No,
            Known::Is(found) => holds(found).into(),
            Known::NotAsked if self.unasked == Unasked::Open => Truth::Open,
            Known::NotAsked | Known::Unavailable => Truth::Unknown,
        }
    }
}

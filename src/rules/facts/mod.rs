//! What rules are applied to: one event, the people in it as far as they have been looked up, and the time.
//!
//! Whatever has to be looked up is [`Known`] or not, and [`Needs`] names the look-ups. Nothing here looks anything up:
//! whoever plans does, and hands the answers in as [`Facts`].

pub(crate) mod add_way;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod employee;
pub(crate) mod media;

use customer::Customer;
use employee::{Earlier, Employee};
use media::Media;
use wecom_core::event::Event;

/// The zone of days and hours where nobody names one: WeCom counts its own days in Shanghai.
pub(crate) const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The app whose callback it came to, by its name in the settings.
    pub app: &'a str,
    pub corp_id: &'a str,
    pub event: &'a Event,
    /// When it happened, in Unix milliseconds. Schedules go by this, so that a replay chooses as the first run did.
    pub happened_at_ms: i64,
    /// When we first received it, in Unix milliseconds: the welcome's deadline is counted from the earlier of this
    /// and WeCom's own time.
    pub first_received_ms: i64,
    /// Now, in Unix milliseconds: what a text means by `now`.
    pub now_ms: i64,
    pub customer: Known<'a, Customer>,
    pub employee: Known<'a, Employee>,
    /// What the record says of this customer's earlier adds.
    pub earlier: Known<'a, Earlier>,
    /// The media ids of the files that rules name.
    pub media: &'a Media,
}

impl Facts<'_> {
    /// Whether the event carries a code, without which nobody can be welcomed.
    pub(crate) fn has_welcome_code(&self) -> bool {
        self.event.welcome_code().is_some_and(|code| !code.is_empty())
    }

    /// The same facts with every failed or `incomplete` look-up forgotten, so that it can be made again.
    pub(crate) fn reopened(&self, incomplete: Needs) -> Self {
        Self {
            customer: self.customer.reopened(incomplete.customer),
            employee: self.employee.reopened(incomplete.employee),
            earlier: self.earlier.reopened(incomplete.earlier),
            ..*self
        }
    }
}

/// What is known of somebody or something that has to be looked up.
#[derive(Debug)]
pub enum Known<'a, T> {
    /// Nobody has asked, because [`Needs`] did not say so.
    NotAsked,
    /// The answer.
    Is(&'a T),
    /// No answer came in time, or the question was refused.
    Unavailable,
}

impl<T> Clone for Known<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Known<'_, T> {}

impl<'a, T> Known<'a, T> {
    /// The answer, where there is one.
    pub fn get(self) -> Option<&'a T> {
        if let Self::Is(answer) = self { Some(answer) } else { None }
    }

    /// Whether it could still be asked for.
    pub fn is_open(self) -> bool {
        matches!(self, Self::NotAsked)
    }

    fn reopened(self, is_incomplete: bool) -> Self {
        if is_incomplete || matches!(self, Self::Unavailable) { Self::NotAsked } else { self }
    }
}

/// The look-ups that something needs before it can be decided or written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The customer, by `externalcontact/get`.
    pub customer: bool,
    /// The employee, by `user/get`, with the tree of departments.
    pub employee: bool,
    /// Earlier adds of the customer, in the record.
    pub earlier: bool,
}

impl Needs {
    pub(crate) const NOTHING: Self = Self { customer: false, employee: false, earlier: false };
    pub(crate) const CUSTOMER: Self = Self { customer: true, ..Self::NOTHING };
    pub(crate) const EMPLOYEE: Self = Self { employee: true, ..Self::NOTHING };
    pub(crate) const EARLIER: Self = Self { earlier: true, ..Self::NOTHING };

    /// Whether nothing is needed.
    pub fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }

    /// What either needs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            customer: self.customer || other.customer,
            employee: self.employee || other.employee,
            earlier: self.earlier || other.earlier,
        }
    }

    /// What any of them needs.
    pub(crate) fn of_all(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::NOTHING, Self::and)
    }

    /// These without the others.
    pub(crate) fn except(self, others: Self) -> Self {
        Self {
            customer: self.customer && !others.customer,
            employee: self.employee && !others.employee,
            earlier: self.earlier && !others.earlier,
        }
    }

    /// Of these, the look-ups that have not been made and can be. Nobody can look up whom the event does not name.
    pub(crate) fn askable(self, facts: &Facts<'_>) -> Self {
        let named = |id: Option<&str>| id.is_some_and(|id| !id.is_empty());
        let customer = named(facts.event.external_user_id());
        Self {
            customer: self.customer && customer && facts.customer.is_open(),
            employee: self.employee && named(facts.event.user_id()) && facts.employee.is_open(),
            earlier: self.earlier && customer && facts.earlier.is_open(),
        }
    }

    /// The look-ups by name, as the record and `rules explain` write them.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.customer, "customer"), (self.employee, "employee"), (self.earlier, "earlier")];
        all.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{customer::FollowUser, *};

    #[test]
    fn a_customers_name_is_not_in_debug_output() {
        let mut customer = Customer::default();
        customer.external_contact.name = Some("小周".to_owned());
        customer.follow_user.push(FollowUser { remark: Some("周总".to_owned()), ..FollowUser::default() });
        let shown = format!("{:?}", Known::Is(&customer));
        assert!(!shown.contains('周'), "{shown}");
    }
}

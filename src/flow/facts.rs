//! What has been looked up for an event, as the rules take it: found, failed, or not asked for yet.

use crate::rules::{Customer, Earlier, Employee, Known, Needs};

/// What has been looked up for an event.
#[derive(Debug, Default)]
pub struct Findings {
    /// From WeCom, in the eyes of the event's employee.
    pub customer: Finding<Customer>,
    /// From the company's directory.
    pub employee: Finding<Employee>,
    /// The customer's earlier adds, from this record.
    pub earlier: Finding<Earlier>,
    /// What was found and has something missing in it that may be known later.
    pub incomplete: Needs,
}

/// What came of one look-up.
#[derive(Debug, Default)]
pub enum Finding<T> {
    /// It has not been made.
    #[default]
    NotAsked,
    /// There was an answer, with something missing in it perhaps: [`Findings::incomplete`].
    Found(Box<T>),
    /// It failed, or took too long.
    Unavailable,
}

impl Findings {
    /// Whether something that was asked for is not known.
    pub fn is_lacking(&self) -> bool {
        self.customer.is_unavailable()
            || self.employee.is_unavailable()
            || self.earlier.is_unavailable()
            || !self.incomplete.is_nothing()
    }

    /// What of these needs nobody has asked for yet.
    pub(super) fn open(&self, needs: Needs) -> Needs {
        Needs {
            customer: needs.customer && self.customer.is_open(),
            employee: needs.employee && self.employee.is_open(),
            earlier: needs.earlier && self.earlier.is_open(),
        }
    }
}

impl<T> Finding<T> {
    /// Whether nobody has asked yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked)
    }

    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable)
    }

    /// The same, as the rules take it.
    pub(super) fn known(&self) -> Known<'_, T> {
        match self {
            Self::NotAsked => Known::NotAsked,
            Self::Found(found) => Known::Is(found),
            Self::Unavailable => Known::Unavailable,
        }
    }
}

//! The facts of an event as the rules take them: put together from the record, the settings and WeCom's answers.
//!
//! The rules know neither the record nor WeCom's client; here one is made of the other, for whoever plans an event and
//! for whoever fills in a remark later.

use crate::{
    event::Event,
    known::apps::WecomApp,
    rules::{Customer, Earlier, Employee, Facts, Known, Media, Needs},
    store::StoredEvent,
};

/// What has been looked up for an event.
#[derive(Debug, Default)]
pub struct Findings {
    /// The customer.
    pub customer: Finding<Customer>,
    /// The employee.
    pub employee: Finding<Employee>,
    /// The customer's earlier adds.
    pub earlier: Finding<Earlier>,
    /// What was found and is not whole: a part of it may be known later.
    pub half_known: Needs,
}

/// What came of one look-up.
#[derive(Debug, Default)]
pub enum Finding<T> {
    /// It has not been made.
    #[default]
    NotAsked,
    /// The answer.
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
            || !self.half_known.is_nothing()
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
    pub fn known(&self) -> Known<'_, T> {
        match self {
            Self::NotAsked => Known::NotAsked,
            Self::Found(found) => Known::Is(found),
            Self::Unavailable => Known::Unavailable,
        }
    }
}

/// The facts of an event, as the rules take them.
pub fn facts<'a>(
    app: &'a WecomApp,
    stored: &StoredEvent,
    event: &'a Event,
    found: &'a Findings,
    media: &'a Media,
    now_ms: i64,
) -> Facts<'a> {
    Facts {
        app: &app.name,
        corp_id: event.corp_id().unwrap_or(&app.corp_id),
        event,
        happened_at_ms: stored.happened_at_ms,
        first_received_ms: stored.received_at_ms,
        now_ms,
        customer: found.customer.known(),
        employee: found.employee.known(),
        earlier: found.earlier.known(),
        media,
    }
}

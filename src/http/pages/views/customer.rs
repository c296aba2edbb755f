//! Everything of one customer, over all employees.

use askama::Template;

use super::{EventRow, Headline, Icon, Instant, Mark, Shell, Tone};
use crate::http::pages::words::Words;

/// One employee whom the customer has added.
#[derive(Clone, Debug)]
pub struct Relation {
    pub employee: String,
    pub channel: String,
    pub added: Instant,
    pub mark: Mark,
}

/// One event of the customer's.
#[derive(Clone, Debug)]
pub struct Encounter {
    pub event_id: i64,
    pub tone: Tone,
    pub at: Instant,
    pub what: String,
    pub mark: Mark,
    pub lines: Vec<String>,
}

/// `/customers` and `/customers/{external_userid}`.
#[derive(Debug, Template)]
#[template(path = "customer.html")]
pub struct CustomerPage {
    pub w: &'static Words,
    pub shell: Shell,
    /// Empty where none is chosen.
    pub id: String,
    pub headline: Headline,
    pub relations: Vec<Relation>,
    pub rows: Vec<EventRow>,
    pub entries: Vec<Encounter>,
    pub next: Option<String>,
}

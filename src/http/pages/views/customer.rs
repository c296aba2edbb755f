//! Everything of one customer, over all employees.

use askama::Template;

use super::{EventRow, Headline, Icon, Instant, Mark, Shell, Tone};
use crate::http::pages::words::Words;

/// One employee whom the customer has added.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) employee: String,
    /// What that employee's customers did, and what came by that channel.
    pub(crate) employee_href: String,
    pub(crate) channel: String,
    pub(crate) channel_href: Option<String>,
    pub(crate) added: Instant,
    pub(crate) mark: Mark,
}

/// One event of the customer's.
#[derive(Clone, Debug)]
pub(crate) struct Encounter {
    pub(crate) event_id: i64,
    pub(crate) tone: Tone,
    pub(crate) at: Instant,
    pub(crate) what: String,
    pub(crate) mark: Mark,
    /// What more is known of it, with where that leads.
    pub(crate) lines: Vec<(String, Option<String>)>,
}

/// `/customers` and `/customers/{external_userid}`.
#[derive(Debug, Template)]
#[template(path = "customer.html")]
pub(crate) struct CustomerPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    /// Empty where none is chosen.
    pub(crate) id: String,
    pub(crate) headline: Headline,
    pub(crate) relations: Vec<Relation>,
    pub(crate) rows: Vec<EventRow>,
    pub(crate) entries: Vec<Encounter>,
    pub(crate) next: Option<String>,
    /// Where everything of them is taken out, for whoever may.
    pub(crate) forget: Option<String>,
}

/// `/customers/{external_userid}/forget`: whether everything of them is to be taken out.
#[derive(Debug, Template)]
#[template(path = "customer_forget.html")]
pub(crate) struct ForgetPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) id: String,
    pub(crate) question: String,
    pub(crate) action: String,
    pub(crate) back: String,
}

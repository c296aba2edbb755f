//! What happened, newest first.

use askama::Template;

use super::{Choice, Icon, Instant, Mark, Shell};
use crate::http::pages::words::Words;

/// One event in a list.
#[derive(Clone, Debug)]
pub struct EventRow {
    pub id: i64,
    pub at: Instant,
    pub what: String,
    pub customer: String,
    pub employee: String,
    pub channel: String,
    pub rule: String,
    pub mark: Mark,
    /// Whether its end is still open, so that a live list looks at it again.
    pub open: bool,
}

/// A filter that came by a link and has no field: it can only be taken away.
#[derive(Clone, Debug)]
pub struct Chip {
    pub text: String,
    /// The list without it.
    pub without: String,
    /// The name of that link.
    pub remove: String,
}

/// The row of filters as it stands.
#[derive(Clone, Debug, Default)]
pub struct FilterView {
    pub state: String,
    pub user: String,
    pub customer: String,
    pub statuses: Vec<Choice>,
    pub changes: Vec<Choice>,
    pub periods: Vec<Choice>,
    pub apps: Vec<Choice>,
    /// What has no field and is kept by the form.
    pub kept: Vec<(&'static str, String)>,
    pub chips: Vec<Chip>,
    /// What is wrong with the address.
    pub fault: Option<String>,
    /// Whether it leaves anything out.
    pub is_set: bool,
}

/// `/events`.
#[derive(Debug, Template)]
#[template(path = "events.html")]
pub struct EventsPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub filter: FilterView,
    /// How many there are, in words.
    pub total: String,
    pub rows: Vec<EventRow>,
    /// Where new rows come from; `None` on older pages.
    pub live: Option<String>,
    pub first_page: Option<String>,
    pub next_page: Option<String>,
}

/// The rows alone, for a list that is kept up to date.
#[derive(Debug, Template)]
#[template(path = "event_rows.html")]
pub struct EventRows {
    pub w: &'static Words,
    pub rows: Vec<EventRow>,
}

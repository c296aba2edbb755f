//! What happened, newest first.

use askama::Template;

use super::{Choice, Icon, Instant, Mark, Shell};
use crate::http::pages::words::Words;

/// One event in a list.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub(crate) id: i64,
    pub(crate) at: Instant,
    pub(crate) what: String,
    pub(crate) customer: String,
    pub(crate) employee: String,
    pub(crate) channel: String,
    pub(crate) rule: String,
    pub(crate) mark: Mark,
}

/// A filter that came by a link and has no field: it can only be taken away.
#[derive(Clone, Debug)]
pub(crate) struct Chip {
    pub(crate) text: String,
    /// The list without it.
    pub(crate) without: String,
    /// The name of that link.
    pub(crate) remove: String,
}

/// The row of filters as it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterView {
    pub(crate) state: String,
    pub(crate) user: String,
    pub(crate) customer: String,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) changes: Vec<Choice>,
    pub(crate) periods: Vec<Choice>,
    pub(crate) apps: Vec<Choice>,
    /// What has no field and is kept by the form.
    pub(crate) kept: Vec<(&'static str, String)>,
    pub(crate) chips: Vec<Chip>,
    /// What is wrong with the address.
    pub(crate) fault: Option<String>,
    /// Whether it leaves anything out.
    pub(crate) is_set: bool,
}

/// `/events`.
#[derive(Debug, Template)]
#[template(path = "events.html")]
pub(crate) struct EventsPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) filter: FilterView,
    /// How many there are, in words.
    pub(crate) total: String,
    pub(crate) rows: Vec<EventRow>,
    /// Where all that match are prepared to be replayed, and the kinds of action to choose from.
    pub(crate) replay: Option<String>,
    pub(crate) kinds: Vec<Choice>,
    /// Where new rows come from; `None` on older pages.
    pub(crate) live: Option<String>,
    pub(crate) first_page: Option<String>,
    pub(crate) next_page: Option<String>,
}

/// The rows alone, for a list that is kept up to date.
#[derive(Debug, Template)]
#[template(path = "event_rows.html")]
pub(crate) struct EventRows {
    pub(crate) w: &'static Words,
    pub(crate) rows: Vec<EventRow>,
}

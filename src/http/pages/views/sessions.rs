//! Who is logged in.

use askama::Template;

use super::Shell;
use crate::http::pages::words::Words;

/// One session.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) who: String,
    pub(crate) role: &'static str,
    pub(crate) address: String,
    pub(crate) begun: String,
    pub(crate) used: String,
    /// Whether the page is asked for by it.
    pub(crate) current: bool,
}

/// `/sessions`.
#[derive(Debug, Template)]
#[template(path = "sessions.html")]
pub(crate) struct SessionsPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    /// How many there are.
    pub(crate) total: String,
    pub(crate) rows: Vec<SessionRow>,
}

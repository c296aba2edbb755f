//! A page that could not be shown, and what to do instead.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// Not found, not allowed, not now.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) title: &'static str,
    pub(crate) what: String,
    pub(crate) cure: String,
    pub(crate) back: String,
    pub(crate) back_label: &'static str,
}

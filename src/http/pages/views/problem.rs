//! A page that could not be shown, and what to do instead.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// Not found, not allowed, not now.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub title: &'static str,
    pub what: String,
    pub cure: &'static str,
    pub back: String,
    pub back_label: &'static str,
}

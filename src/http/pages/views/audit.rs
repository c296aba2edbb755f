//! Who changed what.

use askama::Template;

use super::{Instant, Shell};
use crate::http::pages::words::Words;

/// One act.
#[derive(Clone, Debug)]
pub struct AuditRow {
    pub at: Instant,
    pub who: String,
    pub act: String,
    pub target: String,
    pub change: String,
    pub address: String,
}

/// `/audit`.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub rows: Vec<AuditRow>,
    pub next: Option<String>,
}

//! Who changed what.

use askama::Template;

use super::{Instant, Shell};
use crate::http::pages::words::Words;

/// One act.
#[derive(Clone, Debug)]
pub(crate) struct AuditRow {
    pub(crate) at: Instant,
    pub(crate) who: String,
    pub(crate) act: String,
    pub(crate) target: String,
    pub(crate) change: String,
    pub(crate) address: String,
}

/// `/audit`.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) rows: Vec<AuditRow>,
    pub(crate) next: Option<String>,
}

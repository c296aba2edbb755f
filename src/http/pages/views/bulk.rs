//! Retries or replays of many: before, while and after.

use askama::Template;

use super::{Instant, Shell, Tone};
use crate::http::pages::words::Words;

/// One of many.
#[derive(Clone, Debug)]
pub(crate) struct BulkRow {
    pub(crate) at: Instant,
    pub(crate) what: String,
    pub(crate) customer: String,
    pub(crate) employee: String,
    /// What will happen to it, or why it came to nothing.
    pub(crate) how: Vec<String>,
    pub(crate) href: Option<String>,
}

/// How far it is.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk_stand.html")]
pub(crate) struct BulkStand {
    pub(crate) w: &'static Words,
    pub(crate) tone: Tone,
    pub(crate) text: String,
    pub(crate) more: Option<String>,
    /// How many are behind it, and of how many, where that is shown.
    pub(crate) progress: Option<(i64, i64)>,
    /// Whether it changes by itself.
    pub(crate) running: bool,
    /// Where those are that came to nothing.
    pub(crate) failed: Option<String>,
}

/// `/bulk/{id}`.
#[derive(Debug, Template)]
#[template(path = "bulk.html")]
pub(crate) struct BulkPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) id: i64,
    pub(crate) heading: &'static str,
    pub(crate) back: &'static str,
    pub(crate) back_label: &'static str,
    pub(crate) stand: BulkStand,
    /// What the button that starts it says; `None` where it cannot be started any more.
    pub(crate) start: Option<&'static str>,
    pub(crate) cancel: bool,
    /// Some of them, before it is started.
    pub(crate) examples: Vec<BulkRow>,
    /// Those that came to nothing.
    pub(crate) failed: Vec<BulkRow>,
    pub(crate) next: Option<String>,
}

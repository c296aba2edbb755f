//! What is not set up right.

use askama::Template;

use super::{Count, Headline, Instant, Shell};
use crate::http::pages::words::Words;

/// One app.
#[derive(Clone, Debug)]
pub(crate) struct AppView {
    pub(crate) name: String,
    pub(crate) corp_id: String,
    pub(crate) path: String,
    pub(crate) last: Option<Instant>,
}

/// What is still to be done of one kind.
#[derive(Clone, Debug)]
pub(crate) struct QueueView {
    pub(crate) kind: &'static str,
    pub(crate) waiting: Count,
    pub(crate) oldest: String,
}

/// `/health`.
#[derive(Debug, Template)]
#[template(path = "health.html")]
pub(crate) struct HealthPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) headline: Headline,
    pub(crate) apps: Vec<AppView>,
    pub(crate) queue: Vec<QueueView>,
}

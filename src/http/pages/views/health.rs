//! What is not set up right.

use askama::Template;

use super::{Count, Headline, Instant, Mark, Prose, Shell};
use crate::http::pages::words::Words;

/// One app.
#[derive(Clone, Debug)]
pub(crate) struct AppView {
    pub(crate) name: String,
    pub(crate) corp_id: String,
    pub(crate) path: String,
    pub(crate) last: Option<Instant>,
}

/// What `doctor` found of one thing.
#[derive(Clone, Debug)]
pub(crate) struct CheckView {
    pub(crate) mark: Mark,
    pub(crate) name: &'static str,
    /// Whose; empty where it is of all apps.
    pub(crate) app: String,
    pub(crate) found: Prose,
    pub(crate) cure: Option<Prose>,
    /// Where it is mended, and what that page is called.
    pub(crate) place: Option<(&'static str, &'static str)>,
}

/// A callback that was refused.
#[derive(Clone, Debug)]
pub(crate) struct RefusedView {
    pub(crate) at: Instant,
    pub(crate) app: String,
    pub(crate) what: &'static str,
    pub(crate) cure: Prose,
    pub(crate) sender: String,
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
    pub(crate) checks: Vec<CheckView>,
    pub(crate) checked_at: Instant,
    pub(crate) servers: Count,
    pub(crate) refused: Vec<RefusedView>,
    pub(crate) apps: Vec<AppView>,
    pub(crate) queue: Vec<QueueView>,
}

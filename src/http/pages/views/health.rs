//! What is not set up right.

use askama::Template;

use super::{Count, Headline, Instant, Mark, Shell};
use crate::http::pages::words::Words;

/// One check.
#[derive(Clone, Debug)]
pub struct CheckView {
    pub name: String,
    pub app: Option<String>,
    pub mark: Mark,
    pub found: String,
    pub cure: Option<String>,
}

/// One app.
#[derive(Clone, Debug)]
pub struct AppView {
    pub name: String,
    pub corp_id: String,
    pub path: String,
    pub last: Option<Instant>,
}

/// One process.
#[derive(Clone, Debug)]
pub struct ProcessView {
    pub id: i64,
    pub me: bool,
    pub role: &'static str,
    pub started: Instant,
    pub mark: Mark,
}

/// What is still to be done of one kind.
#[derive(Clone, Debug)]
pub struct QueueView {
    pub kind: &'static str,
    pub waiting: Count,
    pub oldest: String,
}

/// One callback that was refused.
#[derive(Clone, Debug)]
pub struct RefusedView {
    pub at: Instant,
    pub app: String,
    pub what: String,
    pub cure: Option<String>,
    pub sender: String,
}

/// `/health`.
#[derive(Debug, Template)]
#[template(path = "health.html")]
pub struct HealthPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub headline: Headline,
    pub checks: Option<Vec<CheckView>>,
    pub apps: Vec<AppView>,
    pub processes: Vec<ProcessView>,
    pub queue: Vec<QueueView>,
    pub refused: Option<Vec<RefusedView>>,
}

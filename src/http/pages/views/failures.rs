//! What has to be done.

use askama::Template;

use super::{Choice, Count, Headline, Icon, Instant, Mark, Shell, Tone};
use crate::http::pages::words::Words;

/// The failures of one cause.
#[derive(Clone, Debug)]
pub struct Group {
    pub mark: Mark,
    pub what: &'static str,
    pub cure: &'static str,
    /// Where it is mended, and what the way there is called.
    pub place: Option<(String, &'static str)>,
    pub kind: &'static str,
    /// Named where there is more than one.
    pub app: Option<String>,
    pub rule: String,
    pub count: Count,
    pub customers: Count,
    pub first: Instant,
    pub last: Instant,
    /// The page with its actions.
    pub href: String,
    /// Where all of them are tried again, where that helps.
    pub retry: Option<String>,
    /// Whether its actions are those below.
    pub open: bool,
}

/// One action that failed.
#[derive(Clone, Debug)]
pub struct Failed {
    pub id: i64,
    pub event_id: i64,
    pub at: Instant,
    pub customer: String,
    pub employee: String,
    pub answer: String,
}

/// The actions of the chosen cause.
#[derive(Clone, Debug)]
pub struct OpenGroup {
    pub title: String,
    pub total: String,
    /// Why nothing can be tried again.
    pub why_not: Option<&'static str>,
    pub may_retry: bool,
    pub retry_all: Option<String>,
    pub actions: Vec<Failed>,
    pub back: String,
    pub next: Option<String>,
}

/// `/failures`.
#[derive(Debug, Template)]
#[template(path = "failures.html")]
pub struct FailuresPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub headline: Headline,
    pub periods: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub state: String,
    pub user: String,
    pub fault: Option<String>,
    pub groups: Vec<Group>,
    pub open: Option<OpenGroup>,
}

/// How many, which, and what will happen to them, before anything is done.
#[derive(Debug, Template)]
#[template(path = "retry_all.html")]
pub struct RetryAllPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub question: String,
    pub consequence: String,
    pub examples: Vec<Failed>,
    pub start: String,
    pub kept: Vec<(&'static str, String)>,
    pub back: String,
}

/// How far an act on many has come.
#[derive(Clone, Debug)]
pub struct Progress {
    pub tone: Tone,
    pub text: String,
    pub more: String,
    pub matches: Count,
    pub done: Count,
    /// Those that failed again.
    pub failed: Option<String>,
    pub ended: bool,
    pub may_cancel: bool,
    pub href: String,
}

/// The page that follows it.
#[derive(Debug, Template)]
#[template(path = "progress.html")]
pub struct ProgressPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub progress: Progress,
}

/// The part of it that changes.
#[derive(Debug, Template)]
#[template(path = "progress_part.html")]
pub struct ProgressPart {
    pub w: &'static Words,
    pub progress: Progress,
}

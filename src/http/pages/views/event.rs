//! What happened to one customer, when, and why.

use askama::Template;

use super::{Bubble, Headline, Icon, Mark, Phone, Shell, Tone};
use crate::http::pages::words::Words;

/// Something that is known of the event.
#[derive(Clone, Debug)]
pub struct FactView {
    pub name: &'static str,
    pub value: String,
    pub href: Option<String>,
    pub mono: bool,
    pub copy: bool,
}

/// One call, unfolded.
#[derive(Clone, Debug)]
pub struct AttemptView {
    pub summary: String,
    pub answer: String,
    pub meaning: Option<String>,
    pub took: String,
    pub request: Option<String>,
}

/// One line of the story.
#[derive(Clone, Debug)]
pub struct TimelineView {
    pub tone: Tone,
    /// How long after the run began.
    pub offset: String,
    /// When, exactly.
    pub at: String,
    pub text: String,
    pub note: Option<String>,
    pub attempt: Option<AttemptView>,
}

/// One thing that was to be done.
#[derive(Clone, Debug)]
pub struct ActionRow {
    pub id: i64,
    pub kind: &'static str,
    pub run: i64,
    pub mark: Mark,
    pub why: String,
    pub cure: Option<&'static str>,
    pub detail: Option<String>,
    pub tries: usize,
    /// Whether this person may have it tried again, and it would help.
    pub retry: bool,
}

/// What a replay would do to one action.
#[derive(Clone, Debug)]
pub struct TrialAction {
    pub kind: &'static str,
    pub mark: Mark,
    pub why: String,
    pub request: Option<String>,
}

/// What a replay would do.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The kind that was chosen; empty for all.
    pub only: String,
    pub rules: String,
    pub actions: Vec<TrialAction>,
}

/// `/events/{id}`.
#[derive(Debug, Template)]
#[template(path = "event.html")]
pub struct EventPage {
    pub w: &'static Words,
    pub shell: Shell,
    pub id: i64,
    pub mark: Mark,
    pub answer: Headline,
    pub facts: Vec<FactView>,
    pub timeline: Vec<TimelineView>,
    pub actions: Vec<ActionRow>,
    pub nothing_done: String,
    pub payload: String,
    pub phone: Option<Phone>,
    pub may_replay: bool,
    pub replay: Option<Trial>,
    /// The kinds to choose from, by their names in the record.
    pub kinds: Vec<(&'static str, &'static str)>,
}

//! What happened to one customer, when, and why.

use askama::Template;

use super::{Bubble, Headline, Icon, Mark, Phone, Prose, Shell, Tone};
use crate::http::pages::words::Words;

/// Something that is known of the event.
#[derive(Clone, Debug)]
pub(crate) struct FactView {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) href: Option<String>,
    pub(crate) mono: bool,
    pub(crate) copy: bool,
}

/// One call, unfolded.
#[derive(Clone, Debug)]
pub(crate) struct AttemptView {
    pub(crate) summary: String,
    pub(crate) answer: String,
    pub(crate) meaning: Option<String>,
    pub(crate) took: String,
    pub(crate) request: Option<String>,
}

/// One line of the story.
#[derive(Clone, Debug)]
pub(crate) struct TimelineView {
    pub(crate) tone: Tone,
    /// How long after the run began.
    pub(crate) offset: String,
    /// When, exactly.
    pub(crate) at: String,
    pub(crate) text: String,
    pub(crate) note: Option<String>,
    pub(crate) attempt: Option<AttemptView>,
}

/// One thing that was to be done.
#[derive(Clone, Debug)]
pub(crate) struct ActionRow {
    pub(crate) id: i64,
    pub(crate) kind: &'static str,
    pub(crate) run: i64,
    pub(crate) mark: Mark,
    pub(crate) why: String,
    pub(crate) cure: Option<Prose>,
    pub(crate) detail: Option<String>,
    pub(crate) tries: usize,
    /// Whether this person may have it tried again, and it would help.
    pub(crate) retry: bool,
}

/// What a replay would do to one action.
#[derive(Clone, Debug)]
pub(crate) struct TrialAction {
    pub(crate) kind: &'static str,
    pub(crate) mark: Mark,
    pub(crate) why: String,
    pub(crate) request: Option<String>,
}

/// What a replay would do.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The kind that was chosen; empty for all.
    pub(crate) only: String,
    pub(crate) rules: String,
    pub(crate) actions: Vec<TrialAction>,
}

/// `/events/{id}`.
#[derive(Debug, Template)]
#[template(path = "event.html")]
pub(crate) struct EventPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) id: i64,
    pub(crate) mark: Mark,
    pub(crate) answer: Headline,
    pub(crate) facts: Vec<FactView>,
    pub(crate) timeline: Vec<TimelineView>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) nothing_done: String,
    pub(crate) payload: String,
    pub(crate) phone: Option<Phone>,
    pub(crate) may_replay: bool,
    pub(crate) replay: Option<Trial>,
    /// The kinds to choose from, by their names in the record.
    pub(crate) kinds: Vec<(&'static str, &'static str)>,
}

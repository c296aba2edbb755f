//! Rules: in the order in which they are asked, tried out before they count, their versions, and one of them as a form.

use askama::Template;

use super::{Bubble, Choice, Headline, Icon, Instant, Mark, Phone, Prose, Shell};
use crate::http::pages::words::{Words, rules::RuleWords};

/// A rule of the list.
#[derive(Clone, Debug)]
pub(crate) struct RuleRow {
    pub(crate) number: usize,
    pub(crate) name: String,
    /// Its form, where it is in force.
    pub(crate) href: Option<String>,
    /// Where a copy of it begins.
    pub(crate) copy: Option<String>,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
    pub(crate) enabled: bool,
    /// The events and apps that it is for.
    pub(crate) meant_for: Vec<String>,
    pub(crate) does: String,
    pub(crate) hits: String,
    /// The events that it had a part in.
    pub(crate) hits_href: String,
    /// How its welcomes ended.
    pub(crate) welcomes: Vec<(Mark, String)>,
    pub(crate) last: Option<Instant>,
    pub(crate) flags: Vec<String>,
}

/// A fault or a note at its line.
#[derive(Clone, Debug)]
pub(crate) struct FaultRow {
    pub(crate) line: usize,
    pub(crate) at: String,
    pub(crate) rule: String,
    /// The line of the file.
    pub(crate) source: String,
    pub(crate) what: String,
    pub(crate) mend: String,
}

/// One line of a difference.
#[derive(Clone, Debug)]
pub(crate) struct DiffLine {
    pub(crate) class: &'static str,
    pub(crate) sign: char,
    pub(crate) text: String,
}

/// One field that differs.
#[derive(Clone, Debug)]
pub(crate) struct ChangeView {
    pub(crate) rule: String,
    pub(crate) field: String,
    pub(crate) lines: Vec<DiffLine>,
}

/// What changed from one file to another.
#[derive(Clone, Debug, Default)]
pub(crate) struct DiffView {
    pub(crate) title: String,
    /// Rules that are new, gone, renamed, moved: what happened to them, and which.
    pub(crate) lists: Vec<(&'static str, Vec<String>)>,
    pub(crate) changes: Vec<ChangeView>,
}

/// An event of which something else would have come.
#[derive(Clone, Debug)]
pub(crate) struct TriedRow {
    pub(crate) id: i64,
    pub(crate) at: Instant,
    pub(crate) channel: String,
    pub(crate) employee: String,
    /// Which part, what it was, what it would be.
    pub(crate) parts: Vec<(&'static str, String, String)>,
}

/// A rule and its part in an outcome.
#[derive(Clone, Debug)]
pub(crate) struct WhyRow {
    pub(crate) name: String,
    pub(crate) mark: Mark,
    pub(crate) why: String,
    pub(crate) used_for: String,
}

/// What came of an event, and why.
#[derive(Clone, Debug)]
pub(crate) struct WhyView {
    pub(crate) rows: Vec<WhyRow>,
    pub(crate) welcome: Option<String>,
    pub(crate) tags: String,
    pub(crate) remark: String,
}

/// What a check, a trial, an explanation or a refused publishing has to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct TriedView {
    pub(crate) headline: Option<Headline>,
    pub(crate) faults: Vec<FaultRow>,
    pub(crate) more_faults: Option<String>,
    pub(crate) notes: Vec<FaultRow>,
    pub(crate) difference: Option<DiffView>,
    pub(crate) events: Vec<TriedRow>,
    pub(crate) only_some: bool,
    pub(crate) why: Option<WhyView>,
    /// The version to be taken the place of, where another was faster.
    pub(crate) over: Option<i64>,
}

/// What stands around the text that is edited.
#[derive(Clone, Debug)]
pub(crate) struct EditorView {
    /// Where it is sent.
    pub(crate) action: String,
    /// The version that it was made from; 0: none.
    pub(crate) version: i64,
    pub(crate) note: String,
    /// The event to be explained.
    pub(crate) event: String,
    /// Whether what stands in it differs from what is in force.
    pub(crate) kept: bool,
}

/// `/rules`.
#[derive(Debug, Template)]
#[template(path = "rules.html")]
pub(crate) struct RulesPage {
    pub(crate) w: &'static Words,
    pub(crate) r: &'static RuleWords,
    pub(crate) shell: Shell,
    pub(crate) headline: Headline,
    pub(crate) note: Option<String>,
    pub(crate) rows: Vec<RuleRow>,
    pub(crate) yaml: String,
    pub(crate) editor: EditorView,
    pub(crate) tried: TriedView,
    pub(crate) may_publish: bool,
}

/// A version of the list.
#[derive(Clone, Debug)]
pub(crate) struct VersionRow {
    pub(crate) version: i64,
    pub(crate) at: Instant,
    pub(crate) by: String,
    pub(crate) note: String,
    pub(crate) same_as: Option<i64>,
    pub(crate) in_force: bool,
    /// Where it is held against the one before it.
    pub(crate) compare: Option<String>,
    /// What a rollback to it is called, for those who may.
    pub(crate) back: Option<String>,
}

/// `/rules/versions`.
#[derive(Debug, Template)]
#[template(path = "versions.html")]
pub(crate) struct VersionsPage {
    pub(crate) w: &'static Words,
    pub(crate) r: &'static RuleWords,
    pub(crate) shell: Shell,
    pub(crate) rows: Vec<VersionRow>,
    pub(crate) total: String,
    pub(crate) was: Vec<Choice>,
    pub(crate) is: Vec<Choice>,
    pub(crate) tried: TriedView,
}

/// The phone beside the form.
#[derive(Clone, Debug, Template)]
#[template(path = "preview.html")]
pub(crate) struct PreviewView {
    pub(crate) phone: Option<Phone>,
    /// Why there is none.
    pub(crate) why_not: String,
}

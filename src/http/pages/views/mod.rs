//! What the pages show, as plain data, and the templates that show it. Nothing here reads the record or the clock: whoever fills
//! a page decides what stands on it, and a test can fill one with whatever it likes.
//!
//! A template is checked by the compiler and escapes every value. Times, signs and numbers have types of their own, so that they
//! look the same on every page.

mod audit;
mod bulk;
mod contact_ways;
mod customer;
mod event;
mod events;
mod failures;
mod health;
mod icon;
mod login;
mod overview;
mod phone;
mod problem;
mod prose;
mod rule_form;
mod rules;
mod sessions;
mod shell;
mod stats;
mod tags;
mod tokens;

use std::fmt;

use askama::filters::HtmlSafe;

pub(crate) use audit::{AuditPage, AuditRow};
pub(crate) use bulk::{BulkPage, BulkRow, BulkStand};
pub(crate) use contact_ways::{
    ContactWayPage, ContactWaysPage, DeleteWayPage, GreeterView, MadeRow, OtherChannel, PlannedWay,
    TableFaultRow, Typed, WayBatchPage, WayFacts, WayRow, WayTablePage,
};
pub(crate) use customer::{CustomerPage, Encounter, ForgetPage, Relation};
pub(crate) use event::{ActionRow, AttemptView, EventPage, FactView, TimelineView, Trial, TrialAction};
pub(crate) use events::{Chip, EventRow, EventRows, EventsPage, FilterView};
pub(crate) use failures::{Failed, FailuresPage, Group, OpenGroup};
pub(crate) use health::{AppView, CheckView, HealthPage, QueueView, RefusedView};
pub(crate) use icon::Icon;
pub(crate) use login::{LoggedInPage, LoginPage};
pub(crate) use overview::{Day, Need, OverviewPage};
pub(crate) use phone::{Bubble, Phone};
pub(crate) use problem::ProblemPage;
pub(crate) use prose::Prose;
pub(crate) use rule_form::{
    Control, EntryField, EntryView, FieldView, GroupView, Option3, RulePage, SourceLine, TagsView,
};
pub(crate) use rules::{
    ChangeView, DiffLine, DiffView, EditorView, FaultRow, PreviewView, RuleRow, RulesPage, TriedRow,
    TriedView, VersionRow, VersionsPage, WhyRow, WhyView,
};
pub(crate) use sessions::{SessionRow, SessionsPage};
pub(crate) use shell::{Place, Shell, Who};
pub(crate) use stats::{Cell, Column, StatsPage, StatsRow, Tab};
pub(crate) use tags::{MissingTag, TagForm, TagGroupView, TagPage, TagRow, TagsPage};
pub(crate) use tokens::{TokenRow, TokensPage};

/// How good or bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Wait,
    Bad,
    Quiet,
    Unsure,
}

impl Tone {
    /// The class in the style sheet.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
            Self::Unsure => "wait unsure",
        }
    }

    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::Good => Icon::Good,
            Self::Wait => Icon::Wait,
            Self::Bad => Icon::Bad,
            Self::Quiet => Icon::Quiet,
            Self::Unsure => Icon::Unsure,
        }
    }
}

/// What became of something, as a sign, a word and a colour, so that none of them stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) tone: Tone,
    pub(crate) word: &'static str,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tone, word } = self;
        write!(f, r#"<span class="mark {}">{}{word}</span>"#, tone.as_str(), tone.icon())
    }
}

// Its word is one of the program's own.
impl HtmlSafe for Mark {}

/// An instant: short for the eye, exact when pointed at, and as machines read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Instant {
    pub(crate) iso: String,
    pub(crate) exact: String,
    pub(crate) short: String,
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { iso, exact, short } = self;
        write!(f, r#"<time datetime="{iso}" title="{exact}">{short}</time>"#)
    }
}

// Made of numbers and of the program's own words.
impl HtmlSafe for Instant {}

/// A number of things, with its thousands set apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count(pub i64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// The answer to a page's question, in words.
#[derive(Clone, Debug)]
pub(crate) struct Headline {
    pub(crate) tone: Tone,
    pub(crate) text: String,
    pub(crate) more: Option<String>,
}

/// A word on what was just done.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// One choice of a field.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// One figure with what it means.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) label: &'static str,
    /// What is counted, in a sentence.
    pub(crate) meaning: &'static str,
    /// The figure itself.
    pub(crate) today: String,
    pub(crate) unit: Option<&'static str>,
    /// The same for a longer time.
    pub(crate) week: String,
    /// The list behind it.
    pub(crate) href: String,
    /// Whether somebody should look at it.
    pub(crate) alarming: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = |number| Count(number).to_string();
        assert_eq!(shown(0), "0");
        assert_eq!(shown(999), "999");
        assert_eq!(shown(1_000), "1,000");
        assert_eq!(shown(-12_345_678), "-12,345,678");
    }
}

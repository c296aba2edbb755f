//! `state`: the channel that the customer came by.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        glob::Glob,
        reader::{ConditionReader, Scope},
        reasons::{Found, Wanted},
        truth::Truth,
        words::{OddState, WhenFault},
    },
    patterns::{Case, Patterns},
};
use crate::rules::{
    document::{
        reader::{Position, Reader},
        typed::Of,
        wrong::Quoted,
    },
    facts::change::Change,
};

/// The longest state, that of an acquisition link (page 97299); contact ways take 30 characters.
const STATE_BYTES_MAX: usize = 64;

/// One of the patterns matches the event's State, which is `""` where it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State(Patterns);

impl State {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>, scope: Scope<'_>) -> Self {
        let patterns = Patterns::read_each(conditions.reader, at, Case::Counts, look);
        if scope.never_has(Change::carries_state) && patterns.want_a_value() {
            conditions.reader.fault(at, WhenFault::NoState);
        }
        Self(patterns)
    }

    /// The patterns as they stand in the file.
    pub(crate) fn written(&self) -> impl Iterator<Item = &str> {
        self.0.all_written()
    }

    /// The channels, where none of them is a pattern.
    pub(crate) fn exact(&self) -> Option<Vec<&str>> {
        self.0.exact()
    }

    /// One of the patterns alone.
    pub(crate) fn only(&self, index: usize) -> Self {
        Self(self.0.only(index))
    }

    /// Whether one of its patterns matches whatever there is.
    pub(crate) fn takes_all(&self) -> bool {
        self.0.take_all()
    }

    /// Whether everything is matched that the other matches, as far as that is certain.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.0.cover(&other.0)
    }

    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.0.exclude(&other.0)
    }
}

/// Adds a note where a pattern is no channel that anybody has.
fn look(reader: &mut Reader, at: &Position<'_>, glob: &Glob) {
    let written = glob.written();
    reader.note_odd(at, written, Of::State);
    let Some(state) = glob.exact() else { return };
    let odd = if state.contains("://") {
        OddState::Address
    } else if crate::rules::document::excel::is_shortened(state) {
        OddState::Shortened
    } else if state.len() > STATE_BYTES_MAX {
        OddState::TooLong
    } else {
        return;
    };
    reader.log.note(at.mark(), WhenFault::OddState { state: Quoted::of(state), odd });
}

impl Evaluate for State {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        self.0.match_one(evidence.state).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        match evidence.state {
            "" => Found::NoState,
            state => Found::State(Quoted::of(state)),
        }
    }

    fn wanted(&self) -> Wanted {
        self.0.wanted()
    }
}

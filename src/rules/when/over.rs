//! Schedules whose days come to an end: when the last is over, a rule that waits for them does nothing any more, which
//! nobody notices.

use jiff::civil::Date;

use super::{
    words::{Over, WhenFault},
    zones::LocalClock,
};
use crate::rules::document::{
    fault::{Mark, Note},
    wrong::Quoted,
};

/// A schedule, or what it excludes, with its last day.
#[derive(Clone, Debug)]
pub(crate) struct Dated {
    pub(super) at: Mark,
    pub(super) rule: String,
    pub(super) last: Date,
    /// The time zone of its days.
    pub(super) zone: usize,
    /// What follows when they are over.
    pub(super) what: Over,
}

impl Dated {
    /// The note that its days are over by that clock.
    pub(crate) fn note(&self, clock: &LocalClock<'_>) -> Option<Note> {
        let today = clock.at(self.zone)?.date();
        let Self { at, rule, last, what, .. } = self;
        (today > *last)
            .then(|| Note::new(*at, WhenFault::Over { rule: Quoted::of(rule), last: *last, what: *what }))
    }
}

//! Schedules whose days come to an end: when the last is over, a rule that waits for them does nothing any more, which
//! nobody notices.

use jiff::civil::Date;

use super::zones::LocalClock;
use crate::rules::document::fault::{Mark, Note, quoted};

/// What has become of a schedule with such dates.
pub(super) const HOLDS_NO_MORE: &str =
    "and the schedule never holds any more; give it new dates, or remove it";
/// What has become of a `not_calendar`.
pub(super) const EXCLUDES_NO_MORE: &str =
    "so that `not_calendar` excludes no day any more; add the days to come to the calendar";

/// A schedule, or what it excludes, with its last day.
#[derive(Clone, Debug)]
pub(crate) struct Dated {
    pub(super) at: Mark,
    pub(super) rule: String,
    pub(super) last: Date,
    /// The time zone of its days.
    pub(super) zone: usize,
    /// What follows when they are over, with how to mend it.
    pub(super) what: &'static str,
}

impl Dated {
    /// The note that its days are over by that clock.
    pub(crate) fn note(&self, clock: &LocalClock<'_>) -> Option<Note> {
        let today = clock.at(self.zone)?.date();
        let Self { at, rule, last, what, .. } = self;
        (today > *last).then(|| {
            Note::new(
                *at,
                format!("the days of the rule {} are over: the last is {last}, {what}", quoted(rule)),
            )
        })
    }
}

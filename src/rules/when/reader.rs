//! What reading conditions takes besides a document's [`Reader`]: what all of a file's conditions share, and where in the
//! rule a condition stands.

use super::{calendars::Calendars, evidence::Interned, over::Dated, zones::UnknownZones};
use crate::rules::{
    document::reader::Reader,
    facts::change::{Change, Changes},
};

/// At most so many patterns, schedules or conditions in one list.
pub(super) const ITEMS_MAX: usize = 200;

/// What the conditions of one file share while they are read.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) interned: Interned,
    pub(crate) calendars: Calendars,
    /// Schedules of the rules read so far whose days come to an end.
    pub(crate) dated: Vec<Dated>,
    pub(super) unknown_zones: UnknownZones,
}

/// Reads conditions.
pub(crate) struct ConditionReader<'r> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) shared: &'r mut Shared,
}

/// Where a condition stands.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// What `share` draws by.
    pub(super) experiment: &'s str,
    /// The changes that the rule is `on`; `NONE` where those are a fault themselves.
    pub(super) on: Changes,
    /// 1 for a condition directly under `when`.
    pub(super) depth: usize,
    /// It stands under an odd number of `not`s, where a condition that never holds makes the rule match.
    pub(super) negated: bool,
}

impl Scope<'_> {
    /// Whether no event of the rule has what the condition asks for, so that the rule could never match.
    pub(super) fn never_has(self, has: impl Fn(&Change) -> bool) -> bool {
        !self.negated && self.lacks(has)
    }

    /// Whether no event of the rule has it.
    pub(super) fn lacks(self, has: impl Fn(&Change) -> bool) -> bool {
        self.on != Changes::NONE && !self.on.iter().any(has)
    }
}

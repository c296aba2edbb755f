//! The verdicts of a rule set as trials take them, with the look-ups on which each rule stood or fell.

use crate::rules::{Facts, Ruleset, Verdict};

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) rule: String,
    pub(super) matched: bool,
    pub(super) reason: Option<String>,
    /// `customer`, `employee`, `earlier`.
    pub(super) lookups: Vec<&'static str>,
}

/// What becomes of each rule, in the order in which they are looked at.
pub(super) fn seen(set: &Ruleset, facts: &Facts<'_>) -> Vec<Seen> {
    let told = set.verdicts(facts).into_iter();
    told.map(|Verdict { rule, matched, reason, lookups, .. }| Seen { rule, matched, reason, lookups })
        .collect()
}

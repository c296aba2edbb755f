//! What the rules make of an event: the actions that are planned, and the rules that had a part in them.

use serde::{Deserialize, Serialize};

use super::{Action, Deadline, Kind, Reason};

/// What the rules made of an event: which of them were used, and what is to be done, in the order in which it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The rules that matched and supplied something, highest priority first.
    pub rules: Vec<RuleUse>,
    /// The actions: at most one of each kind but [`Kind::Notify`] and [`Kind::Forward`], of which each rule may have
    /// several.
    pub actions: Vec<PlannedAction>,
}

/// One action of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "most of a plan is performed, and a plan lives only until it is stored"
)]
pub enum PlannedAction {
    /// To be performed.
    Perform {
        /// What is to be done.
        action: Action,
        /// Until when it is worth anything; only a welcome has one.
        deadline: Option<Deadline>,
    },
    /// Not to be performed. It is on record only so that the operator can read why.
    Skip {
        /// What would have been done.
        kind: Kind,
        /// Why it is not.
        reason: Reason,
    },
}

impl PlannedAction {
    /// The kind of action.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Perform { action, .. } => action.kind(),
            Self::Skip { kind, .. } => *kind,
        }
    }
}

/// A rule and what it supplied; the `rules` of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUse {
    /// The rule's name.
    pub name: String,
    /// The version of the rule set it was read from.
    pub version: i64,
    /// Which actions it had a part in.
    pub used_for: Vec<Kind>,
}

impl RuleUse {
    /// Adds the rules that were used later to those that were used before. A rule stands there once, with everything that
    /// it was used for.
    pub fn merge(rules: &mut Vec<Self>, more: &[Self]) {
        for used in more {
            match rules.iter_mut().find(|rule| (&rule.name, rule.version) == (&used.name, used.version)) {
                Some(rule) => {
                    for kind in &used.used_for {
                        if !rule.used_for.contains(kind) {
                            rule.used_for.push(*kind);
                        }
                    }
                }
                None => rules.push(used.clone()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_named_once_with_all_that_it_was_used_for() {
        let used = |name: &str, version, kinds: &[Kind]| RuleUse {
            name: name.to_owned(),
            version,
            used_for: kinds.to_vec(),
        };
        let mut rules = vec![used("a", 1, &[Kind::Welcome]), used("b", 1, &[Kind::Welcome])];
        RuleUse::merge(
            &mut rules,
            &[used("b", 1, &[Kind::Welcome, Kind::Tag]), used("a", 2, &[Kind::Tag]), used("c", 1, &[])],
        );
        assert_eq!(
            rules,
            [
                used("a", 1, &[Kind::Welcome]),
                used("b", 1, &[Kind::Welcome, Kind::Tag]),
                used("a", 2, &[Kind::Tag]),
                used("c", 1, &[])
            ]
        );
    }
}

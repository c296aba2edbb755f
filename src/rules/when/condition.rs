//! A rule's `when` as it is decided: questions, and conditions made of conditions.
//!
//! A condition is held against the [`Evidence`] and gives a [`Truth`]. Which look-ups would decide an open one is asked
//! apart, with [`Condition::open`], because most conditions never need one. The cheapest conditions stand first in every
//! list, so that a rule for another channel never asks who the customer is.

use super::{evidence::Evidence, table::Question, truth::Truth};
use crate::rules::facts::Needs;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Ask(Question),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    /// A condition that holds where all of a list hold.
    pub(super) fn all(mut all: Vec<Self>) -> Self {
        all.sort_by_cached_key(Self::cost);
        if all.len() == 1 { all.remove(0) } else { Self::All(all) }
    }

    /// A condition that holds where one of a list holds.
    pub(super) fn any(mut any: Vec<Self>) -> Self {
        any.sort_by_cached_key(Self::cost);
        if any.len() == 1 { any.remove(0) } else { Self::Any(any) }
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Ask(question) => question.key().cost,
            Self::All(list) | Self::Any(list) => list.iter().map(Self::cost).max().unwrap_or(0),
            Self::Not(condition) => condition.cost(),
        }
    }

    pub(crate) fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        match self {
            Self::Ask(question) => question.evaluation().holds(evidence),
            Self::All(all) => fold(all, evidence, Truth::Yes, Truth::No, Truth::and),
            Self::Any(any) => fold(any, evidence, Truth::No, Truth::Yes, Truth::or),
            Self::Not(condition) => condition.holds(evidence).not(),
        }
    }

    /// The look-ups that would decide what is open in it; nothing where it is decided already.
    pub(crate) fn open(&self, evidence: &Evidence<'_>) -> Needs {
        if self.holds(evidence) != Truth::Open {
            return Needs::NOTHING;
        }
        match self {
            Self::All(list) | Self::Any(list) => {
                Needs::of_all(list.iter().map(|condition| condition.open(evidence)))
            }
            Self::Not(condition) => condition.open(evidence),
            Self::Ask(question) => question.key().needs,
        }
    }

    /// The look-ups on which it stands or falls for this event: none where conditions without a look-up decide it.
    pub(crate) fn stands_on(&self, evidence: &Evidence<'_>) -> Needs {
        let decided = |list: &[Self], by: Truth| {
            list.iter().any(|condition| condition.needs().is_nothing() && condition.holds(evidence) == by)
        };
        match self {
            Self::All(list) if decided(list, Truth::No) => Needs::NOTHING,
            Self::Any(list) if decided(list, Truth::Yes) => Needs::NOTHING,
            Self::All(list) | Self::Any(list) => {
                Needs::of_all(list.iter().map(|condition| condition.stands_on(evidence)))
            }
            Self::Not(condition) => condition.stands_on(evidence),
            Self::Ask(question) => question.key().needs,
        }
    }

    /// The look-ups that it can ask for, whatever the event.
    fn needs(&self) -> Needs {
        match self {
            Self::Ask(question) => question.key().needs,
            Self::All(list) | Self::Any(list) => Needs::of_all(list.iter().map(Self::needs)),
            Self::Not(condition) => condition.needs(),
        }
    }
}

/// Joins the truths of a list, up to the one that settles it.
fn fold(
    list: &[Condition],
    evidence: &Evidence<'_>,
    from: Truth,
    settles: Truth,
    join: fn(Truth, Truth) -> Truth,
) -> Truth {
    let mut all = from;
    for condition in list {
        all = join(all, condition.holds(evidence));
        if all == settles {
            break;
        }
    }
    all
}

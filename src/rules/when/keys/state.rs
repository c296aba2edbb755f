//! `state`: the channel that the customer came by.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        reader::{ConditionReader, Scope},
        truth::Truth,
    },
    patterns::Patterns,
};
use crate::rules::{
    document::{fault::quoted, reader::Position},
    facts::change::Change,
};

/// One of the patterns matches the event's State, which is `""` where it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State(Patterns);

impl State {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>, scope: Scope<'_>) -> Self {
        let patterns = Patterns::read(conditions, at);
        if scope.never_has(Change::carries_state) && patterns.want_a_value() {
            let what = "can never hold: no event that the rule is `on` carries a State";
            conditions.reader.fault(at, what, "put it on an event of a customer, as add_external_contact");
        }
        Self(patterns)
    }

    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.0.exclude(&other.0)
    }
}

impl Evaluate for State {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        self.0.match_one(evidence.state).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> String {
        match evidence.state {
            "" => "the event has no `state`".to_owned(),
            state => format!("`state` is {}", quoted(state)),
        }
    }

    fn wanted(&self) -> String {
        self.0.wanted()
    }
}

//! `welcome_code`: whether the event brought a code, without which nobody can be welcomed.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::ConditionReader,
    truth::Truth,
};
use crate::rules::document::reader::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WelcomeCode(pub(crate) bool);

impl WelcomeCode {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Option<Self> {
        conditions.reader.boolean(at).map(Self)
    }
}

impl Evaluate for WelcomeCode {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        (evidence.welcome_code == self.0).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> String {
        let found = if evidence.welcome_code {
            "the event carries a welcome code"
        } else {
            "the event carries no welcome code"
        };
        found.to_owned()
    }

    fn wanted(&self) -> String {
        if self.0 { "an event with one" } else { "an event without one" }.to_owned()
    }
}

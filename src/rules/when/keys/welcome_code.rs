//! `welcome_code`: whether the event brought a code, without which nobody can be welcomed.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::ConditionReader,
    reasons::{Found, Wanted},
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

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        Found::WelcomeCode(evidence.welcome_code)
    }

    fn wanted(&self) -> Wanted {
        Wanted::WelcomeCode(self.0)
    }
}

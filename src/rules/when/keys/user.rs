//! `user`: the employee's userid.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        reader::{ConditionReader, Scope},
        truth::Truth,
    },
    patterns::Patterns,
};
use crate::rules::document::{fault::quoted, outside::is_userid, reader::Position};

/// One of the patterns matches the employee's userid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User(Patterns);

impl User {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>, scope: Scope<'_>) -> Self {
        let patterns = Patterns::read_each(conditions.reader, at, |reader, item, glob| {
            let Some(user) = glob.exact().filter(|user| !user.is_empty()) else { return };
            reader.uses_user(item, user);
            if !is_userid(user) {
                let what = format!("{} can be no employee's userid, so nobody matches it", quoted(user));
                reader.log.note(item.mark(), what);
            }
        });
        if scope.never_has(|change| change.customer) && patterns.want_a_value() {
            let what = "can never hold: no event that the rule is `on` names an employee";
            conditions.reader.fault(at, what, "put it on an event of a customer, as add_external_contact");
        }
        Self(patterns)
    }

    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.0.exclude(&other.0)
    }
}

impl Evaluate for User {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        self.0.match_one(evidence.user).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> String {
        match evidence.user {
            "" => "the event names no employee".to_owned(),
            user => format!("`user` is {}", quoted(user)),
        }
    }

    fn wanted(&self) -> String {
        self.0.wanted()
    }
}

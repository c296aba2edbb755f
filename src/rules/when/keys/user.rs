//! `user`: the employee's userid. WeCom's userids ignore case (page 90195), and so does this.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        reader::{ConditionReader, Scope},
        truth::Truth,
    },
    patterns::{Case, Patterns},
};
use crate::language::Language;
use crate::rules::document::{
    fault::quoted,
    outside::{is_customer_id, is_userid},
    reader::Position,
    typed,
};

/// One of the patterns matches the employee's userid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User(Patterns);

impl User {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>, scope: Scope<'_>) -> Self {
        let patterns = Patterns::read_each(conditions.reader, at, Case::Ignored, |reader, item, glob| {
            let Some(user) = glob.exact().filter(|user| !user.is_empty()) else { return };
            reader.uses_user(item, user);
            if !is_userid(user) {
                let mend =
                    typed::mend(user).map(|mend| format!(": {}", mend.say(Language::En))).unwrap_or_default();
                let what =
                    format!("{} can be no employee's userid, so nobody matches it{mend}", quoted(user));
                reader.log.note(item.mark(), what);
            } else if is_customer_id(user) {
                let what =
                    format!("{} looks like the id of a customer, and `user` is the employee", quoted(user));
                reader.log.note(item.mark(), what);
            }
        });
        if scope.never_has(|change| change.employee) && patterns.want_a_value() {
            let what = "can never hold: no event that the rule is `on` names an employee";
            conditions.reader.fault(at, what, "put it on an event of a customer, as add_external_contact");
        }
        Self(patterns)
    }

    /// Whether one of its patterns matches whatever there is.
    pub(crate) fn takes_all(&self) -> bool {
        self.0.take_all()
    }

    /// Whether everything is matched that the other matches, as far as that is certain.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.0.cover(&other.0)
    }

    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.0.exclude(&other.0)
    }
}

impl Evaluate for User {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        self.0.match_one(evidence.user_without_case()).into()
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

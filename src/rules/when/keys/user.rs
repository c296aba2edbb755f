//! `user`: the employee's userid. WeCom's userids ignore case (page 90195), and so does this.

use super::{
    super::{
        evidence::{Evaluate, Evidence},
        reader::{ConditionReader, Scope},
        reasons::{Found, Wanted},
        truth::Truth,
        words::WhenFault,
    },
    patterns::{Case, Patterns},
};
use crate::rules::document::{
    outside::{is_customer_id, is_userid},
    reader::Position,
    typed,
    wrong::Quoted,
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
                let typed = typed::mend(user);
                reader.log.note(item.mark(), WhenFault::OddUser { user: Quoted::of(user), typed });
            } else if is_customer_id(user) {
                reader.log.note(item.mark(), WhenFault::CustomersId { user: Quoted::of(user) });
            }
        });
        if scope.never_has(|change| change.employee) && patterns.want_a_value() {
            conditions.reader.fault(at, WhenFault::NoUser);
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

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        match evidence.user {
            "" => Found::NoEmployee,
            user => Found::User(Quoted::of(user)),
        }
    }

    fn wanted(&self) -> Wanted {
        self.0.wanted()
    }
}

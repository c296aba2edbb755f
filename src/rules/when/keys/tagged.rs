//! `tagged`: tags that the customer has from this employee.

use super::super::{
    evidence::{Evaluate, Evidence, NOT_WITH_EMPLOYEE},
    reader::{ConditionReader, ITEMS_MAX},
    truth::Truth,
    words::{all_of, one_of},
};
use crate::rules::{
    document::{fault::quoted, reader::Position, resources::TagRole},
    facts::customer::{FollowUser, TagName},
};

/// The customer has one of these tags from the employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tagged(Vec<TagName>);

impl Tagged {
    /// `渠道/春季`, an id, or a list.
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        let reader = &mut *conditions.reader;
        let mut tags = Vec::new();
        for item in reader.one_or_more(at, ITEMS_MAX) {
            if let Some(tag) = reader.customer_tag(&item) {
                reader.uses_tag(&item, tag, TagRole::Condition, false);
                tags.push(TagName::new(tag));
            }
        }
        Self(tags)
    }

    /// Those of the tags that the customer has.
    fn had<'a>(&'a self, follower: &'a FollowUser) -> impl Iterator<Item = &'a TagName> {
        self.0.iter().filter(|tag| follower.tags.iter().any(|has| tag.is(has)))
    }
}

impl Evaluate for Tagged {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_follower(|follower| self.had(follower).next().is_some())
    }

    fn found(&self, evidence: &Evidence<'_>) -> String {
        let Some(follower) = evidence.follower() else { return format!("`tagged`: {NOT_WITH_EMPLOYEE}") };
        let has: Vec<String> = self.had(follower).map(|tag| quoted(tag.written())).collect();
        if has.is_empty() {
            "`tagged`: the customer has none of the tags from this employee".to_owned()
        } else {
            format!("`tagged`: the customer has {} from this employee", all_of(&has))
        }
    }

    fn wanted(&self) -> String {
        one_of(&self.0.iter().map(|tag| quoted(tag.written())).collect::<Vec<_>>())
    }
}

//! `tagged`: tags that the customer has from this employee.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::{ConditionReader, ITEMS_MAX},
    reasons::{Found, Wanted},
    truth::Truth,
};
use crate::rules::{
    document::{reader::Position, resources::TagRole, wrong::Quoted},
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

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let Some(follower) = evidence.follower() else { return Found::NotWithEmployee("tagged") };
        Found::Tags(self.had(follower).map(|tag| Quoted::of(tag.written())).collect())
    }

    fn wanted(&self) -> Wanted {
        Wanted::Quoted(self.0.iter().map(|tag| Quoted::of(tag.written())).collect())
    }
}

//! `share`: part of the customers, by an experiment.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::{ConditionReader, ITEMS_MAX, Scope},
    reasons::{Found, Wanted},
    share::{Share, shown},
    truth::Truth,
};
use crate::rules::document::{reader::Position, wrong::Quoted};

/// The customer's percentile in the experiment is in one of the shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shares {
    experiment: usize,
    shares: Vec<Share>,
}

impl Shares {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>, scope: Scope<'_>) -> Self {
        let shares = conditions.reader.parsed(at, ITEMS_MAX, Share::parse);
        let experiment = conditions.shared.interned.experiments.intern(scope.experiment);
        Self { experiment, shares }
    }

    /// Whether everybody is in it.
    pub(crate) fn takes_all(&self) -> bool {
        self.shares.iter().any(|share| share.is_whole())
    }

    /// Whether everybody of the other is in one of these shares.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let is_within = |narrow: &Share| self.shares.iter().any(|wide| wide.covers(*narrow));
        self.experiment == other.experiment && other.shares.iter().all(is_within)
    }

    /// Whether nobody is in both.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        let (one, other) = (&self.shares, &other.shares);
        // An empty list is a fault of its own.
        !one.is_empty()
            && !other.is_empty()
            && one.iter().all(|one| other.iter().all(|other| one.misses(*other)))
    }
}

impl Evaluate for Shares {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        let percentile = evidence.percentiles.of(self.experiment);
        percentile.is_some_and(|percentile| self.shares.iter().any(|share| share.has(percentile))).into()
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let at = evidence.percentiles.of(self.experiment).map(shown).unwrap_or_default();
        let experiment = Quoted::of(evidence.percentiles.experiments.name(self.experiment));
        Found::Percentile { at, experiment }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Shares(self.shares.iter().map(Share::to_string).collect())
    }
}

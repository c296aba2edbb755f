//! `add_way`: how the customer and the employee came together.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::{ConditionReader, ITEMS_MAX},
    reasons::{Found, Wanted},
    truth::Truth,
    words::WhenFault,
};
use crate::rules::{
    document::{reader::Position, wrong::Quoted},
    facts::add_way::{ADD_WAYS, name, number},
};

/// They came together in one of these ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddWays(Vec<i64>);

impl AddWays {
    /// `scan_qr_code`, a number, or a list.
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        let reader = &mut *conditions.reader;
        let mut ways = Vec::new();
        for item in reader.one_or_more(at, ITEMS_MAX) {
            let Some(text) = reader.text(&item) else { continue };
            if let Some(way) = number(text) {
                ways.push(way);
            } else {
                let names = ADD_WAYS.map(|(name, _)| name);
                let meant = reader.log.meant(text, &names);
                reader.malformed(&item, WhenFault::NoWay { way: Quoted::of(text), meant });
            }
        }
        Self(ways)
    }

    /// Whether it has every way of the other.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|way| self.0.contains(way))
    }
}

impl Evaluate for AddWays {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_follower(|follower| follower.add_way.is_some_and(|way| self.0.contains(&way)))
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        match evidence.follower().map(|follower| follower.add_way) {
            Some(Some(way)) => Found::Is { key: "add_way", word: name(way) },
            Some(None) => Found::NotTold("add_way"),
            None => Found::NotWithEmployee("add_way"),
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Words(self.0.iter().map(|way| name(*way)).collect())
    }
}

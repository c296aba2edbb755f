//! `returning`: whether the customer was added before.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::ConditionReader,
    reasons::{Found, Wanted},
    truth::Truth,
    words::WhenFault,
};
use crate::rules::{
    document::{reader::Position, wrong::Quoted},
    facts::employee::Earlier,
};

/// The record has an earlier add of the customer, or has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Returning {
    to: Whose,
    is: bool,
}

/// Who had added the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Employee,
    Company,
}

impl Whose {
    fn had(self, earlier: Earlier) -> bool {
        match self {
            Self::Employee => earlier.by_employee,
            Self::Company => earlier.by_company || earlier.by_employee,
        }
    }
}

impl Returning {
    /// `true`, or `{ to: company, is: true }`.
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Option<Self> {
        let reader = &mut *conditions.reader;
        if !at.is_map() {
            return reader.boolean(at).map(|is| Self { to: Whose::Employee, is });
        }
        let fields = reader.fields(at, &["to", "is"])?;
        if fields.is_empty() {
            reader.fault(at, WhenFault::ReturningEmpty);
        }
        let is = fields.get("is").map_or(Some(true), |at| reader.boolean(&at));
        let to = match fields.get("to").map(|at| (reader.text(&at), at)) {
            None | Some((Some("employee"), _)) => Some(Whose::Employee),
            Some((Some("company"), _)) => Some(Whose::Company),
            Some((None, _)) => None,
            Some((Some(other), at)) => {
                let meant = reader.log.meant(other, &["employee", "company"]);
                reader.malformed(&at, WhenFault::NobodyToReturn { word: Quoted::of(other), meant });
                None
            }
        };
        Some(Self { to: to?, is: is? })
    }
}

impl Evaluate for Returning {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        evidence.ask_earlier(|earlier| self.to.had(*earlier) == self.is)
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        let had = evidence.earlier.get().is_some_and(|earlier| self.to.had(*earlier));
        Found::Earlier { by_employee: self.to == Whose::Employee, had }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Earlier(self.is)
    }
}

//! `department`: where the employee works.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::{ConditionReader, ITEMS_MAX},
    reasons::{Found, Wanted},
    truth::Truth,
};
use crate::rules::document::{reader::Position, wrong::Quoted};

/// The employee is in one of the departments or below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Departments(Vec<i64>);

impl Departments {
    pub(crate) fn read(conditions: &mut ConditionReader<'_>, at: &Position<'_>) -> Self {
        let items = conditions.reader.one_or_more(at, ITEMS_MAX);
        Self(items.iter().filter_map(|item| conditions.reader.department(item)).collect())
    }

    /// Whether it has every department of the other.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|department| self.0.contains(department))
    }
}

impl Evaluate for Departments {
    fn holds(&self, evidence: &Evidence<'_>) -> Truth {
        let is_in = evidence.ask_employee(|employee| {
            self.0.iter().any(|department| employee.departments.contains(department))
        });
        match (is_in, evidence.employee.get()) {
            (Truth::No, Some(employee)) if employee.above_unknown => Truth::Unknown,
            (truth, _) => truth,
        }
    }

    fn found(&self, evidence: &Evidence<'_>) -> Found {
        if evidence.user.is_empty() {
            return Found::NoEmployee;
        }
        let ids = evidence.employee.get().map(|employee| employee.departments.clone()).unwrap_or_default();
        Found::Departments { user: Quoted::of(evidence.user), ids }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Words(self.0.iter().map(i64::to_string).collect())
    }
}

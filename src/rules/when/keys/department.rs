//! `department`: where the employee works.

use super::super::{
    evidence::{Evaluate, Evidence},
    reader::{ConditionReader, ITEMS_MAX},
    truth::Truth,
    words::{all_of, one_of},
};
use crate::rules::document::{fault::quoted, reader::Position};

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

    fn found(&self, evidence: &Evidence<'_>) -> String {
        if evidence.user.is_empty() {
            return "the event names no employee".to_owned();
        }
        let user = quoted(evidence.user);
        match evidence.employee.get().map_or(&[][..], |employee| &employee.departments) {
            [] => format!("{user} is in no department that can be seen"),
            departments => format!("{user} is in or below `department` {}", all_of(departments)),
        }
    }

    fn wanted(&self) -> String {
        one_of(&self.0)
    }
}

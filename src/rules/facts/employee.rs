//! The employee as the directory tells of them (`user/get`, page 90196, and `department/list`, page 90208): as much of
//! it as rules ask for. And what the record knows of a customer's earlier adds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who an employee is.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Employee {
    /// The employee's id.
    pub userid: String,
    /// The name; some apps are only told the userid in its place.
    pub name: Option<String>,
    /// The alias.
    pub alias: Option<String>,
    /// The name of the main department, where the app may see it.
    pub department: Option<String>,
    /// The departments that the employee is in, by id, and every department above them.
    pub departments: Vec<i64>,
    /// The tree of departments could not be read: there are none but the employee's own in `departments`, and whether
    /// another is above them is not known.
    #[serde(skip)]
    pub above_unknown: bool,
}

impl fmt::Debug for Employee {
    /// Without names, which do not belong into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Employee")
            .field("userid", &self.userid)
            .field("departments", &self.departments)
            .finish_non_exhaustive()
    }
}

/// Whether this customer was added before the event in question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Earlier {
    /// By the same employee.
    pub by_employee: bool,
    /// By anyone of the corp.
    pub by_company: bool,
}

//! The employee as the directory describes them (`user/get`, page 90196, and `department/list`, page 90208), as far as
//! rules ask for it, and what the record knows of a customer's earlier adds.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Employee {
    pub userid: String,
    /// Some apps are given the userid in its place.
    pub name: Option<String>,
    pub alias: Option<String>,
    /// The name of the main department, where the app may see it.
    pub department: Option<String>,
    /// The departments that the employee is in, by id, and every department above them.
    pub departments: Vec<i64>,
    /// The tree of departments could not be read: `departments` holds only the employee's own, and a condition that asks
    /// for a department above them cannot be decided.
    #[serde(skip)]
    pub above_unknown: bool,
}

impl fmt::Debug for Employee {
    /// Names are left out: this ends up in logs.
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

//! Employees and departments together: the form that several families have for "who".

use serde::{Deserialize, Serialize};

use super::read;
use crate::wecom::values;

/// Employees, and departments with all who are in them. What is empty is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Scope {
    /// Userids.
    #[serde(deserialize_with = "read::texts", skip_serializing_if = "Vec::is_empty")]
    pub user_list: Vec<String>,
    /// Department ids.
    #[serde(deserialize_with = "read::numbers", skip_serializing_if = "Vec::is_empty")]
    pub department_list: Vec<i64>,
}

impl Scope {
    /// Whether it is nobody.
    pub fn is_empty(&self) -> bool {
        self.user_list.is_empty() && self.department_list.is_empty()
    }
}

/// One employee or one department of a rule group's range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct StrategyNode {
    /// Which of the two it is.
    #[serde(rename = "type", deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub node_type: Option<StrategyNodeType>,
    /// The employee.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub userid: Option<String>,
    /// The department.
    #[serde(deserialize_with = "values::integer", skip_serializing_if = "Option::is_none")]
    pub partyid: Option<i64>,
}

impl StrategyNode {
    /// This employee.
    pub fn user(userid: impl Into<String>) -> Self {
        Self { node_type: Some(StrategyNodeType::EMPLOYEE), userid: Some(userid.into()), partyid: None }
    }

    /// This department.
    pub fn party(partyid: i64) -> Self {
        Self { node_type: Some(StrategyNodeType::DEPARTMENT), userid: None, partyid: Some(partyid) }
    }
}

values::open_number! {
    /// What a node of a rule group's range is.
    StrategyNodeType {
        /// An employee.
        EMPLOYEE = 1, "employee";
        /// A department.
        DEPARTMENT = 2, "department";
    }
}

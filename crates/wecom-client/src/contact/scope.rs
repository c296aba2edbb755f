//! Sets of employees and departments, in the form that several families share, and the requests by which rule groups
//! of both kinds and their ranges are listed page by page.

use serde::{Deserialize, Serialize};

use crate::client::{Endpoint, Error, limits::Check, paging::paged, read, values};

/// At most so many rule groups, or employees and departments of one, on a page.
pub(super) const STRATEGY_PAGE_MAX: u32 = 1_000;

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
    /// Whether it names neither an employee nor a department.
    pub fn is_empty(&self) -> bool {
        self.user_list.is_empty() && self.department_list.is_empty()
    }
}

/// One employee or one department of a rule group's range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct StrategyNode {
    /// Whether the node is an employee or a department.
    #[serde(rename = "type", deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub node_type: Option<StrategyNodeType>,
    /// The employee's userid.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub userid: Option<String>,
    /// The department's id.
    #[serde(deserialize_with = "values::integer", skip_serializing_if = "Option::is_none")]
    pub partyid: Option<i64>,
}

impl StrategyNode {
    /// The node of one employee.
    pub fn user(userid: impl Into<String>) -> Self {
        Self { node_type: Some(StrategyNodeType::EMPLOYEE), userid: Some(userid.into()), partyid: None }
    }

    /// The node of one department.
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

/// Which page of the rule groups; the request of [`customer_strategy_list`](super::External::customer_strategy_list)
/// and [`moment_strategy_list`](super::External::moment_strategy_list).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ListStrategies {
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page: 1,000 if absent, which is the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl ListStrategies {
    pub(super) fn check(&self, endpoint: Endpoint) -> Result<(), Error> {
        Check::of(endpoint).page_size("limit", self.limit, STRATEGY_PAGE_MAX).end()
    }
}

/// Which rule group's range; the request of
/// [`customer_strategy_get_range`](super::External::customer_strategy_get_range) and
/// [`moment_strategy_get_range`](super::External::moment_strategy_get_range).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetStrategyRange {
    /// The rule group; required.
    pub strategy_id: i64,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page: 1,000 if absent, which is the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl GetStrategyRange {
    /// Asks for the range of this rule group, from its first page.
    pub fn of(strategy_id: i64) -> Self {
        Self { strategy_id, ..Self::default() }
    }

    pub(super) fn check(&self, endpoint: Endpoint) -> Result<(), Error> {
        Check::of(endpoint)
            .given("strategy_id", self.strategy_id != 0)
            .page_size("limit", self.limit, STRATEGY_PAGE_MAX)
            .end()
    }
}

paged!(ListStrategies, limit);
paged!(GetStrategyRange, limit);

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::STRATEGY_PAGE_MAX;
    use crate::method::{Argument, formatcp, ids, integer, json};

    pub(crate) const STRATEGY_ID: Argument = integer("strategy_id", "The rule group's id").required();
    pub(crate) const LIMIT: Argument =
        integer("limit", formatcp!("How many on a page: 1 to {STRATEGY_PAGE_MAX}, which is WeCom's default"));
    pub(crate) const PARENT_ID: Argument = integer("parent_id", "The rule group above it; 0 for none");
    pub(crate) const ADMINS: Argument = ids("admin_list", "Its administrators' userids");
    pub(crate) const PRIVILEGE: Argument =
        json("privilege", "What its employees may do: {\"view_customer_list\": true, …}");
    pub(crate) const RANGE: Argument = json(
        "range",
        "Its employees and departments: [{\"type\": 1, \"userid\": …}, {\"type\": 2, \"partyid\": …}]",
    );
    pub(crate) const RANGE_ADD: Argument =
        json("range_add", "Who comes in: [{\"type\": 1, \"userid\": …}, …]");
    pub(crate) const RANGE_DEL: Argument = json("range_del", "Who goes out, likewise");
    pub(crate) const CREATED: &str =
        "--strategy-name 门店 --admin-list zhangsan --range '[{\"type\": 2, \"partyid\": 3}]'";
}

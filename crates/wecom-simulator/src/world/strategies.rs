//! Rule groups of customer contact (规则组, page 94883): who belongs to which, and what they may do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::staff::Staff;

/// How many rule groups fit: a company has some dozens.
const STRATEGIES_MAX: usize = 10_000;

/// The rule groups, by id.
#[derive(Default)]
pub(crate) struct Strategies {
    made: i64,
    all: BTreeMap<i64, Strategy>,
}

/// A rule group.
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Strategy {
    pub(crate) strategy_id: i64,
    pub(crate) parent_id: i64,
    pub(crate) strategy_name: String,
    pub(crate) create_time: i64,
    pub(crate) admin_list: Vec<String>,
    pub(crate) privilege: BTreeMap<String, bool>,
    pub(crate) range: Vec<Node>,
}

/// A member or a department of a range, in WeCom's form: `type` 1 with `userid`, 2 with `partyid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Node {
    #[serde(rename = "type")]
    kind: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    userid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partyid: Option<i64>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who<'a> {
    Member(&'a str),
    Department(i64),
}

impl Node {
    /// What it is; `None` where type and field disagree.
    pub(crate) fn who(&self) -> Option<Who<'_>> {
        match (self.kind, &self.userid, self.partyid) {
            (1, Some(userid), _) => Some(Who::Member(userid)),
            (2, _, Some(partyid)) => Some(Who::Department(partyid)),
            _ => None,
        }
    }

    /// Whether both mean the same member or department.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self.who(), other.who()) {
            (Some(Who::Member(one)), Some(Who::Member(another))) => one.eq_ignore_ascii_case(another),
            (one, another) => one == another,
        }
    }
}

impl Strategy {
    /// Whether a member or a department is in the range, by itself or below a department that is.
    pub(crate) fn covers(&self, who: Who<'_>, staff: &Staff) -> bool {
        let member = match who {
            Who::Member(userid) => staff.get(userid),
            Who::Department(_) => None,
        };
        self.range.iter().filter_map(Node::who).any(|node| match (node, who) {
            (Who::Member(one), Who::Member(another)) => one.eq_ignore_ascii_case(another),
            (Who::Department(above), Who::Department(id)) => staff.below(above).contains(&id),
            (Who::Department(above), Who::Member(_)) => {
                let below = staff.below(above);
                member.is_some_and(|member| member.employee.departments.iter().any(|id| below.contains(id)))
            }
            (Who::Member(_), Who::Department(_)) => false,
        })
    }
}

impl Strategies {
    pub(crate) fn is_full(&self) -> bool {
        self.all.len() >= STRATEGIES_MAX
    }

    /// Adds a rule group under the next id, and gives that id.
    pub(crate) fn add(&mut self, strategy: Strategy) -> i64 {
        self.made += 1;
        self.all.insert(self.made, Strategy { strategy_id: self.made, ..strategy });
        self.made
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Strategy> {
        self.all.get(&id)
    }

    pub(crate) fn put(&mut self, strategy: Strategy) {
        self.all.insert(strategy.strategy_id, strategy);
    }

    pub(crate) fn remove(&mut self, id: i64) {
        self.all.remove(&id);
    }

    /// All rule groups, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Strategy> {
        self.all.values()
    }
}

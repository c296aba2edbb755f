//! Rule groups of moments (客户朋友圈规则组): who administers the moments of which members.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The rule groups, by id.
#[derive(Default)]
pub(crate) struct MomentStrategies {
    pub(crate) all: BTreeMap<i64, MomentStrategy>,
    pub(crate) made: i64,
}

/// A rule group.
pub(crate) struct MomentStrategy {
    /// The one above; 0: none.
    pub(crate) parent_id: i64,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) admins: Vec<String>,
    pub(crate) privilege: Privilege,
    /// By numbers that count up, so that the pages of the range do not shift when some of it is removed.
    pub(crate) range: BTreeMap<u64, Node>,
}

/// What is allowed in a rule group. What a caller leaves out is allowed.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Privilege {
    view_moment_list: bool,
    send_moment: bool,
    manage_moment_cover_and_sign: bool,
}

impl Default for Privilege {
    fn default() -> Self {
        Self { view_moment_list: true, send_moment: true, manage_moment_cover_and_sign: true }
    }
}

/// A member or a department.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Member(String),
    Department(i64),
}

impl MomentStrategy {
    /// Adds the nodes that are not in the range yet.
    pub(crate) fn extend(&mut self, nodes: Vec<Node>) {
        let mut next = self.range.last_key_value().map_or(0, |(number, _)| number + 1);
        for node in nodes {
            if !self.range.values().any(|there| *there == node) {
                self.range.insert(next, node);
                next += 1;
            }
        }
    }
}

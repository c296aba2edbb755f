//! Intercept rules (敏感词): words and patterns that members may not send to customers.

use std::collections::{BTreeMap, BTreeSet};

use super::api::Scope;

/// The rules, by id.
#[derive(Default)]
pub(super) struct InterceptRules {
    pub(super) all: BTreeMap<String, InterceptRule>,
    /// The ids of rules that were deleted: 41071 and not 41070.
    pub(super) deleted: BTreeSet<String>,
}

/// A rule.
pub(super) struct InterceptRule {
    pub(super) name: String,
    pub(super) words: Vec<String>,
    /// 1 phone numbers, 2 mail addresses, 3 red packets.
    pub(super) semantics: Vec<i64>,
    /// 1 warn and block, 2 warn.
    pub(super) kind: i64,
    pub(super) scope: Scope,
    pub(super) created_ms: i64,
}

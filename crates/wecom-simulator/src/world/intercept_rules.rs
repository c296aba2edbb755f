//! Intercept rules (敏感词): words and patterns that members may not send to customers.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;

/// The rules, by id.
#[derive(Default)]
pub(crate) struct InterceptRules {
    pub(crate) all: BTreeMap<String, InterceptRule>,
    /// The ids of deleted rules: asking for one gives 41071, and for an unknown one 41070.
    pub(crate) deleted: BTreeSet<String>,
}

/// A rule.
pub(crate) struct InterceptRule {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    /// 1 phone numbers, 2 mail addresses, 3 red packets.
    pub(crate) semantics: Vec<i64>,
    /// 1 warn and block, 2 warn.
    pub(crate) kind: i64,
    pub(crate) scope: Scope,
    pub(crate) created_ms: i64,
}

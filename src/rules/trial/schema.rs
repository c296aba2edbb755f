//! The JSON Schemas (draft 2020-12) by which editors complete and check rules files and test files as they are typed.
//!
//! They are written by hand, for their descriptions are what an editor shows; tests hold them against the reader of
//! rules, key by key, and against every example of the documentation. A schema cannot say everything that
//! [`Ruleset::compile`](super::super::Ruleset::compile) checks; what it refuses, that refuses as well.

/// Of rules files.
pub const RULES_SCHEMA: &str = include_str!("schema/rules.json");

/// Of test files.
pub const TESTS_SCHEMA: &str = include_str!("schema/tests.json");

//! The JSON Schemas (draft 2020-12) by which editors complete and check rules files and test files as they are typed.
//!
//! They are written by hand, for their descriptions are what an editor shows; tests hold them against the reader of
//! rules, key by key, and against every example of the documentation. A schema cannot say everything that
//! [`Ruleset::compile`](crate::rules::Ruleset::compile) checks; what it refuses, that refuses as well.

/// Of rules files.
pub const RULES_SCHEMA: &str = include_str!("schema/rules.json");

/// Of test files.
pub const TESTS_SCHEMA: &str = include_str!("schema/tests.json");

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::facts::{add_way::ADD_WAYS, change::Changes};

    #[test]
    fn the_words_that_can_be_written_are_all_there() {
        let rules: Value = serde_json::from_str(RULES_SCHEMA).unwrap();
        let tests: Value = serde_json::from_str(TESTS_SCHEMA).unwrap();
        assert_eq!(rules["$defs"]["change"]["enum"], json!(Changes::all_names()));
        assert_eq!(
            tests["$defs"]["event"]["properties"]["change"]["examples"],
            json!(Changes::all_names()),
            "of tests"
        );
        let ways = json!(ADD_WAYS.map(|(name, _)| name));
        assert_eq!(rules["$defs"]["add_way"]["oneOf"][0]["enum"], ways);
        assert_eq!(tests["$defs"]["customer"]["oneOf"][1]["properties"]["add_way"]["oneOf"][0]["enum"], ways);
    }
}

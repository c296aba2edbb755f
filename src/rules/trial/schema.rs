//! The JSON Schemas (draft 2020-12) by which editors complete and check rules files and test files as they are typed.
//!
//! The keys of `when` come from the table of conditions. The rest is written by hand, because its descriptions are what an
//! editor shows; tests hold it against the reader of rules, key by key, and against every example of the documentation. A
//! schema cannot say everything that [`Ruleset::compile`](crate::rules::Ruleset::compile) checks; whatever it refuses, that
//! refuses as well.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use crate::rules::when::table::{Form, KEYS, Key};

/// The schema of rules files.
pub static RULES_SCHEMA: LazyLock<String> = LazyLock::new(|| {
    // Both texts are a part of the program, and a test reads them.
    let mut schema: Json = serde_json::from_str(include_str!("schema/rules.json")).unwrap_or_default();
    schema["$defs"]["condition"]["properties"] = properties(&KEYS);
    format!("{schema:#}\n")
});

/// The schema of test files.
pub const TESTS_SCHEMA: &str = include_str!("schema/tests.json");

fn properties(keys: &[&'static Key]) -> Json {
    keys.iter().map(|key| (key.own_name().to_owned(), property(key))).collect::<Map<_, _>>().into()
}

fn property(key: &Key) -> Json {
    let form = match &key.form {
        Form::Boolean => json!({ "type": "boolean" }),
        Form::Definition(name) => definition(name),
        Form::OneOrMore(name) => {
            let list = json!({ "type": "array", "items": definition(name), "minItems": 1, "maxItems": 200 });
            json!({ "oneOf": [definition(name), list] })
        }
        Form::Words(words) => {
            let word = json!({ "enum": words });
            json!({ "oneOf": [word, { "type": "array", "items": word, "minItems": 1 }] })
        }
        Form::Keys => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties(key.below()),
            "minProperties": 1,
        }),
        Form::Json(text) => serde_json::from_str(text).unwrap_or_default(),
    };
    let mut property = Map::from_iter([("description".to_owned(), key.description().into())]);
    if let Json::Object(form) = form {
        property.extend(form);
    }
    property.into()
}

fn definition(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::facts::{add_way::ADD_WAYS, change::Changes};

    #[test]
    fn the_words_that_can_be_written_are_all_there() {
        let rules: Json = serde_json::from_str(&RULES_SCHEMA).unwrap();
        let tests: Json = serde_json::from_str(TESTS_SCHEMA).unwrap();
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

    #[test]
    fn every_key_of_the_table_is_in_the_schema() {
        let schema: Json = serde_json::from_str(&RULES_SCHEMA).unwrap();
        let condition = &schema["$defs"]["condition"]["properties"];
        let customer = &condition["customer"]["properties"];
        for key in KEYS {
            assert!(condition[key.name]["description"].is_string(), "{}", key.name);
            assert!(condition[key.name].as_object().is_some_and(|form| form.len() > 1), "{}", key.name);
        }
        for key in KEYS.iter().flat_map(|key| key.below()) {
            assert!(customer[key.own_name()]["description"].is_string(), "{}", key.name);
        }
    }
}

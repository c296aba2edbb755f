//! JSON to fields: some kinds of callback carry JSON with XML's names as keys and numbers as numbers (page 91144).

use serde_json::Value;

use super::fields::Fields;
use crate::json::repaired;

/// Reads an object, also one whose texts break JSON's rules. Depth is bounded by `serde_json` (128), memory by a small multiple of the text's length.
pub(super) fn read(source: &str) -> Fields<'static> {
    let mut fields = Fields::new();
    let read = serde_json::from_str(source).or_else(|_| serde_json::from_str(&repaired(source)));
    if let Ok(Value::Object(object)) = read {
        fields.whole = object.into_iter().all(|(name, value)| push(&mut fields, name, value));
    }
    fields
}

/// Adds a value; `false` if there is no room for it.
fn push(fields: &mut Fields<'static>, name: String, value: Value) -> bool {
    match value {
        // As in XML: a list is the children of its name, or of a name inside (`{"Item": […]}`).
        Value::Array(items) => items
            .into_iter()
            .all(|item| scalar(item).is_none_or(|text| fields.push(name.clone(), "Item", text))),
        Value::Object(object) => object.into_iter().all(|(inner, value)| match value {
            Value::Array(items) => items
                .into_iter()
                .all(|item| scalar(item).is_none_or(|text| fields.push(name.clone(), inner.clone(), text))),
            value => scalar(value).is_none_or(|text| fields.push(name.clone(), inner, text)),
        }),
        value => scalar(value).is_none_or(|text| fields.push("", name, text)),
    }
}

/// The text of a value that stands for itself.
fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_the_texts_that_xml_would_have() {
        let fields = read(
            r#"{"A": "x", "N": 17, "L": ["1", 2], "M": {"Item": ["3", "4"], "O": 5}, "Z": null, "D": {"E": {}}}"#,
        );
        assert!(fields.whole);
        assert_eq!((fields.text("A"), fields.number("N")), (Some("x"), Some(17)));
        assert_eq!(
            (fields.list("L"), fields.inner("M", "O")),
            (vec!["1".to_owned(), "2".to_owned()], Some("5"))
        );
        assert_eq!(fields.inner("M", "Item"), Some("3"));
    }

    #[test]
    fn a_text_that_breaks_the_rules_does_not_cost_the_message() {
        let fields = read("{\"State\": \"a\u{14}\\ud800b\", \"N\": 1}");
        assert!(fields.whole);
        assert_eq!((fields.text("State"), fields.number("N")), (Some("a\u{14}\u{fffd}b"), Some(1)));
    }

    #[test]
    fn what_is_not_an_object_gives_nothing() {
        for source in ["{", "{]", "{\"A\": 1", &format!("{{\"a\":{}", "[".repeat(100_000))] {
            assert!(!read(source).whole);
        }
    }
}

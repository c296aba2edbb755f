//! Readers that only these answers need, beside those of [`values`]: a yes or no, a fraction,
//! plain lists, and the one object for the sake of which the call was made.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use super::values;

/// Yes or no, given as a boolean, as 0 or 1, or as text; anything else is `None`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(match values::text(from)?.as_deref() {
        Some("1" | "true") => Some(true),
        Some("0" | "false") => Some(false),
        _ => None,
    })
}

/// A number with or without fraction, or a text of one; anything else is `None`.
pub(crate) fn fraction<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    })
}

/// A list of texts, which may come as numbers; absent means empty.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    values::texts(from).map(Option::unwrap_or_default)
}

/// A list of whole numbers, which may come as texts; absent means empty, and what is no number is left out.
pub(crate) fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Number(#[serde(deserialize_with = "values::integer")] Option<i64>);
    let list: Vec<Number> = values::list(from)?;
    Ok(list.into_iter().filter_map(|number| number.0).collect())
}

/// An object whose fields may all be absent. Where something else stands in its place, all of them are.
pub(crate) fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    values::object(from).map(Option::unwrap_or_default)
}

/// The object that the call was made for, also as the one element of a list. Without it the answer is an error.
pub(crate) fn needed<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    values::object(from)?.ok_or_else(|| D::Error::custom("expected an object"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Fields {
        #[serde(deserialize_with = "texts")]
        texts: Vec<String>,
        #[serde(deserialize_with = "numbers")]
        numbers: Vec<i64>,
        #[serde(deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "fraction")]
        fraction: Option<f64>,
    }

    fn read(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_yes_has_many_forms() {
        for (json, flag) in [
            ("true", Some(true)),
            ("1", Some(true)),
            ("\"true\"", Some(true)),
            ("false", Some(false)),
            ("0", Some(false)),
            ("null", None),
            ("[]", None),
            ("7", None),
        ] {
            assert_eq!(read(&format!("{{\"flag\":{json}}}")).flag, flag, "{json}");
        }
    }

    #[test]
    fn a_fraction_may_be_whole_or_text() {
        for (json, fraction) in [
            ("45.5", Some(45.5)),
            ("45", Some(45.0)),
            ("\" 45.5\"", Some(45.5)),
            ("null", None),
            ("\"NaN\"", None),
        ] {
            assert_eq!(read(&format!("{{\"fraction\":{json}}}")).fraction, fraction, "{json}");
        }
    }

    #[test]
    fn lists_are_read_whatever_their_elements_are() {
        let fields = read(r#"{"texts":["a",1],"numbers":[1,"2",null]}"#);
        assert_eq!((fields.texts, fields.numbers), (vec!["a".to_owned(), "1".to_owned()], vec![1, 2]));
        let fields = read(r#"{"texts":null,"numbers":null}"#);
        assert_eq!((fields.texts, fields.numbers), (vec![], vec![]));
    }

    #[test]
    fn the_one_object_may_be_a_list_of_one_but_not_absent() {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "needed")]
            way: std::collections::BTreeMap<String, i64>,
        }
        for json in [r#"{"way":{"a":1}}"#, r#"{"way":[{"a":1}]}"#] {
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap().way["a"], 1);
        }
        for json in ["{}", r#"{"way":null}"#, r#"{"way":[]}"#] {
            assert!(serde_json::from_str::<Answer>(json).is_err(), "{json}");
        }
    }
}

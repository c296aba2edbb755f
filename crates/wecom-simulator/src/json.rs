//! Reads JSON bodies, of the API and of the simulator's own requests. serde reads a struct from an array as well, in the
//! order of the fields, so that `[[], ["et…"]]` would delete tags. WeCom takes objects only, and so does this.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, Error as _, IntoDeserializer, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// Reads a body that must be an object.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    from_object(serde_json::from_slice(body)?)
}

/// Reads what has been parsed as an object.
pub(crate) fn from_object<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, Error> {
    T::deserialize(Strict(Value::Object(object)))
}

/// Reads a body as a call of the API carries it: what is null is absent, at any depth of objects.
pub(crate) fn from_call<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut object = serde_json::from_slice(body)?;
    strip_nulls(&mut object);
    from_object(object)
}

fn strip_nulls(object: &mut Map<String, Value>) {
    object.retain(|_, value| !value.is_null());
    object.values_mut().for_each(strip);
}

/// The recursion has an end: serde_json parses 128 levels at most.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => strip_nulls(object),
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Whether a text in the JSON has an escape such as `\u5c0f` for a character beyond ASCII. The characters that JSON can
/// write only with an escape (`\u0000` to `\u001f`) are all ASCII.
pub(crate) fn escapes_beyond_ascii(body: &[u8]) -> bool {
    const LAST_OF_ASCII: u32 = 0x7f;
    let mut rest = body;
    // Each turn passes an escape, so the loop ends. In JSON a backslash can stand only in a text.
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let digits = rest.get(at + 2..at + 6).filter(|_| rest[at + 1] == b'u');
        let code = digits.and_then(|digits| u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        if code.is_some_and(|code| code > LAST_OF_ASCII) {
            return true;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}

/// A value that gives a struct only from an object.
struct Strict(Value);

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(Self));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, Self(value)));
                let mut members = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_array() {
            return Err(Error::invalid_type(Unexpected::Seq, &visitor));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // None of the enums that are read here has a variant of several unnamed fields.
        if self.0.as_object().is_some_and(|members| members.values().any(Value::is_array)) {
            return Err(Error::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Strict {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Outer {
        names: Vec<String>,
        inner: Option<Inner>,
        many: Vec<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        order: u32,
    }

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for wrong in [
            r#"[["a"], null, []]"#,
            r#"{"inner": [1]}"#,
            r#"{"many": [{"order": 1}, [1]]}"#,
            r#""text""#,
            "null",
            "{} {}",
            "",
        ] {
            assert!(from_slice::<Outer>(wrong.as_bytes()).is_err(), "{wrong}");
            assert!(from_call::<Outer>(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let right = br#"{"names": ["a"], "inner": {"order": 1}, "many": [{"order": 2}]}"#;
        let read: Outer = from_slice(right).unwrap();
        assert_eq!(
            (read.names.len(), read.inner, read.many),
            (1, Some(Inner { order: 1 }), vec![Inner { order: 2 }])
        );
    }

    #[test]
    fn null_is_absent_in_a_call() {
        let nulls = br#"{"names": null, "inner": null, "many": [{"order": 2, "other": null}]}"#;
        assert_eq!(from_call::<Outer>(nulls).unwrap().many, [Inner { order: 2 }]);
        assert!(from_slice::<Outer>(nulls).is_err());
    }

    #[test]
    fn escapes_of_characters_beyond_ascii_are_found() {
        for escaped in [r#"{"a": "\u5c0f"}"#, r#"{"a": "\n\u00e9"}"#, r#"{"\ud83d\ude00": 1}"#, r"\\\u0080"] {
            assert!(escapes_beyond_ascii(escaped.as_bytes()), "{escaped}");
        }
        for plain in [
            r#"{"a": "\u0000\u001f\u007f\n"}"#,
            r#"{"a": "\\u5c0f"}"#,
            r#"{"a": "小\"u5c0f"}"#,
            r"\",
            r"\u5c",
        ] {
            assert!(!escapes_beyond_ascii(plain.as_bytes()), "{plain}");
        }
    }
}

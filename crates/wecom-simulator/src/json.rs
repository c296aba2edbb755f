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
    T::deserialize(Strict { value: Value::Object(object), of_a_call: false })
}

/// Reads a body as a call of the API carries it: what is null is absent, at any depth of objects; 0 and 1 stand for false
/// and true, as PHP writes them, and the other way round; a number may come as a text.
pub(crate) fn from_call<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut object = serde_json::from_slice(body)?;
    strip_nulls(&mut object);
    T::deserialize(Strict { value: Value::Object(object), of_a_call: true })
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

/// A value that gives a struct only from an object.
struct Strict {
    value: Value,
    /// Whether it came with a call of the API, where a truth may be a number and a number a text.
    of_a_call: bool,
}

impl Strict {
    /// A part of it.
    fn part(of_a_call: bool) -> impl Fn(Value) -> Self {
        move |value| Self { value, of_a_call }
    }

    /// It as the number that WeCom reads in its place.
    fn number(self) -> Value {
        let Self { value, of_a_call } = self;
        match value {
            Value::Bool(truth) if of_a_call => u8::from(truth).into(),
            Value::String(text) if of_a_call => match text.trim().parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => Value::String(text),
            },
            value => value,
        }
    }
}

/// The methods that read a number of one kind.
macro_rules! numbers {
    ($($method:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number().$method(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let part = Self::part(self.of_a_call);
        match self.value {
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(part));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, part(value)));
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
        if self.value.is_array() {
            return Err(Error::invalid_type(Unexpected::Seq, &visitor));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value.as_i64() {
            Some(number @ 0..=1) if self.of_a_call => visitor.visit_bool(number == 1),
            _ => self.value.deserialize_bool(visitor),
        }
    }

    numbers! { deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64 }
    numbers! { deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64 }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
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
        if self.value.as_object().is_some_and(|members| members.values().any(Value::is_array)) {
            return Err(Error::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
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
    fn truths_and_numbers_of_a_call_come_in_several_forms() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Forms {
            yes: Option<bool>,
            no: bool,
            number: Option<i64>,
            list: Vec<u32>,
        }
        let read = Forms { yes: Some(true), no: false, number: Some(1), list: vec![7, 0] };
        for body in [
            r#"{"yes": true, "no": false, "number": 1, "list": [7, 0]}"#,
            r#"{"yes": 1, "no": 0, "number": "1", "list": ["7", false]}"#,
            r#"{"yes": 1, "no": 0, "number": true, "list": [" 7", "0"]}"#,
        ] {
            assert_eq!(from_call::<Forms>(body.as_bytes()).unwrap(), read, "{body}");
        }
        for wrong in [
            r#"{"no": 2, "list": []}"#,
            r#"{"no": "yes", "list": []}"#,
            r#"{"no": 0, "number": "many", "list": []}"#,
            r#"{"no": 0, "number": "", "list": []}"#,
            r#"{"no": 0, "list": ["-1"]}"#,
        ] {
            assert!(from_call::<Forms>(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(from_slice::<Forms>(br#"{"yes": 1, "no": 0, "number": "1", "list": []}"#).is_err());
    }

    #[test]
    fn null_is_absent_in_a_call() {
        let nulls = br#"{"names": null, "inner": null, "many": [{"order": 2, "other": null}]}"#;
        assert_eq!(from_call::<Outer>(nulls).unwrap().many, [Inner { order: 2 }]);
        assert!(from_slice::<Outer>(nulls).is_err());
    }
}

//! How the platform's values are read: leniently, because its JSON is made by many hands.
//!
//! A number may come as a string and a string as a number, a list as `null` or as its one element, and a field may
//! turn up with a shape that nobody documented. None of that is a reason to lose the rest of an answer: what cannot
//! be read as what it should be is read as absent. The readers here are for `#[serde(deserialize_with = "…")]`.
//!
//! Why not `serde_with` (3.25): its `PickFirst`, `OneOrMany`, `VecSkipError` and `DefaultOnError` read a number that is a
//! text, a list that is one element and a list with an element that is none. They do not read ` 7 `, `7.0` or `true` as
//! a number, take a list inside of a list for an object's fields in their order, and have no empty text for an empty
//! list: each is a reader of one's own again, after a buffer for each field. It would also bring its macros along, where
//! these readers need no package.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, StrDeserializer},
    },
};

/// A number that stands for one of a set that the platform extends without notice: the known ones have names, the
/// others keep their number.
macro_rules! open_number {
    ($(#[$about:meta])* $name:ident { $($(#[$case_about:meta])* $case:ident = $number:literal, $text:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            $($(#[$case_about])* pub const $case: Self = Self($number);)+

            /// Every value that has a name.
            pub const NAMED: &'static [Self] = &[$(Self::$case),+];

            /// The name that rules and records use; `None` for a number that is not known (yet).
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($text),)+
                    _ => None,
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::client::values::required(from).map(Self)
            }
        }

        impl From<$crate::client::values::Number> for $name {
            fn from(number: $crate::client::values::Number) -> Self {
                Self(number.0)
            }
        }
    };
}
pub(crate) use open_number;

/// A whole number, given as a number or as a string; anything else is an error.
pub(crate) fn required<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    integer(from)?.ok_or_else(|| Error::custom("expected a whole number"))
}

/// A whole number, given as a number or as a string; anything else is `None`.
pub(crate) fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    from.deserialize_any(Scalar).map(|value| match value {
        Value::Integer(number) => Some(number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Other => None,
    })
}

/// As [`integer`], for the types made of one.
pub(crate) fn number<'de, D: Deserializer<'de>, T: From<Number>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(integer(from)?.map(|number| T::from(Number(number))))
}

/// A number on its way into its own type; see [`number`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) i64);

/// A text, given as a string or as a number; anything else is `None`.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    from.deserialize_any(Scalar).map(|value| match value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(text) => Some(text),
        Value::Other => None,
    })
}

/// A text without which an answer says nothing, given as a string or as a number; anything else is an error, and so is
/// an empty one.
pub(crate) fn needed_text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = text(from)?.filter(|text| !text.is_empty());
    text.ok_or_else(|| Error::custom("expected a text"))
}

/// A list, given as an array, as `null`, or as its one element. An element that cannot be one (`null` among objects,
/// say) is left out, and takes nothing else with it.
pub(crate) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    from.deserialize_any(List(PhantomData))
}

/// An object, or anything else in the place of one (an empty string, an empty list), which is `None`.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    // A lone element, by the same rule as a list's; of several none is the one.
    list(from).map(|mut list| if list.len() == 1 { list.pop() } else { None })
}

/// A list of texts that may be absent, which differs from empty.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text(#[serde(deserialize_with = "text")] Option<String>);
    let list = Option::<ListOf<Text>>::deserialize(from)?;
    Ok(list.map(|list| list.0.into_iter().filter_map(|text| text.0).collect()))
}

struct ListOf<T>(Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for ListOf<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        list(from).map(Self)
    }
}

enum Value {
    Integer(i64),
    Text(String),
    Other,
}

/// Takes whatever comes.
struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Integer(i64::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Other, Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // 1.0 is a whole number that somebody's serialiser wrote as a fraction; 2^53 bounds what a float holds exactly.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, as checked")]
            return Ok(Value::Integer(value as i64));
        }
        Ok(Value::Other)
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element::<Element<T>>()? {
            list.extend(element.0);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Vec<T>, E> {
        // An empty string in place of an empty list; and a lone text in place of a list of texts.
        if value.is_empty() {
            return Ok(Vec::new());
        }
        Ok(T::deserialize(StrDeserializer::<E>::new(value)).into_iter().collect())
    }
}

/// One element of a list, if it can be one.
struct Element<T>(Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ElementOf(PhantomData)).map(Self)
    }
}

struct ElementOf<T>(PhantomData<T>);

impl<T: DeserializeOwned> ElementOf<T> {
    /// A scalar is taken for what it can be.
    fn scalar<'de, E: Error, V: IntoDeserializer<'de, E>>(value: V) -> Option<T> {
        T::deserialize(value.into_deserializer()).ok()
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for ElementOf<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element of a list")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(Self::scalar::<E, _>(()))
    }

    /// A list inside the list: serde would take its elements for an object's fields in their order.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Fields {
        #[serde(deserialize_with = "integer")]
        number: Option<i64>,
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "list")]
        list: Vec<std::collections::BTreeMap<String, i64>>,
        #[serde(deserialize_with = "texts")]
        texts: Option<Vec<String>>,
        #[serde(deserialize_with = "object")]
        object: Option<std::collections::BTreeMap<String, i64>>,
    }

    fn read(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_number_may_be_a_string_and_a_string_a_number() {
        for number in ["7", "\"7\"", "\" 7 \"", "7.0"] {
            assert_eq!(read(&format!("{{\"number\":{number}}}")).number, Some(7), "{number}");
        }
        assert_eq!(read(r#"{"text":12}"#).text.as_deref(), Some("12"));
    }

    #[test]
    fn what_has_an_unheard_of_shape_is_absent_and_takes_nothing_else_with_it() {
        for odd in
            ["null", "[]", "{}", "[[1],{\"a\":2}]", "\"seven\"", "1.5", "1e300", "18446744073709551615"]
        {
            let fields = read(&format!("{{\"number\":{odd},\"text\":\"kept\"}}"));
            assert_eq!((fields.number, fields.text.as_deref()), (None, Some("kept")), "{odd}");
        }
    }

    #[test]
    fn an_object_may_be_empty_in_any_way() {
        for empty in ["null", "[]", "\"\"", "\"none\"", "0", "false", "1.5"] {
            assert_eq!(read(&format!("{{\"object\":{empty},\"number\":1}}")).object, None, "{empty}");
        }
        assert!(read(r#"{"object":{"a":1}}"#).object.is_some());
        assert!(read(r#"{"object":[{"a":1}]}"#).object.is_some());
    }

    #[test]
    fn an_element_that_is_none_takes_no_other_with_it() {
        let whole = read(r#"{"list":[{"a":1},{"a":2}]}"#).list;
        for odd in ["null", "\"\"", "\"text\"", "7", "1.5", "true", "[]", "[{\"a\":9},[1]]"] {
            for list in
                [format!("[{odd},{{\"a\":1}},{{\"a\":2}}]"), format!("[{{\"a\":1}},{odd},{{\"a\":2}}]")]
            {
                assert_eq!(read(&format!("{{\"list\":{list}}}")).list, whole, "{list}");
            }
        }
        assert!(read(r#"{"object":[null,{"a":1}]}"#).object.is_some());
    }

    #[test]
    fn a_text_that_is_needed_may_be_a_number_but_not_absent() {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "needed_text")]
            id: String,
        }
        for (json, id) in [(r#"{"id":"a"}"#, "a"), (r#"{"id":12}"#, "12")] {
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap().id, id);
        }
        for json in ["{}", r#"{"id":null}"#, r#"{"id":""}"#, r#"{"id":{}}"#] {
            assert!(serde_json::from_str::<Answer>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_list_may_be_null_or_its_one_element() {
        assert_eq!(read(r#"{"list":null}"#).list, vec![]);
        assert_eq!(read(r#"{"list":""}"#).list, vec![]);
        assert_eq!(read(r#"{"list":{"a":1}}"#).list, read(r#"{"list":[{"a":1}]}"#).list);
        assert_eq!(read("{}").texts, None);
        assert_eq!(read(r#"{"texts":[]}"#).texts, Some(vec![]));
        assert_eq!(read(r#"{"texts":["a",1,null]}"#).texts, Some(vec!["a".to_owned(), "1".to_owned()]));
        assert_eq!(read(r#"{"texts":"a"}"#).texts, Some(vec!["a".to_owned()]));
    }
}

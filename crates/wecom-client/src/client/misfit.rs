//! What a piece of JSON is, and why it cannot be read as what belongs in its place.

use std::fmt;

/// What a piece of JSON is, or is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `null`.
    Nothing,
    /// A text.
    Text,
    /// A number of any kind.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list of anything.
    List,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Integers,
    /// A list of objects.
    Objects,
    /// An object.
    Object,
    /// An object or a list.
    ObjectOrList,
    /// Unix seconds.
    UnixSeconds,
}

/// Why something cannot be read as what WeCom wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It is something else.
    InPlaceOf {
        /// What it is.
        found: Shape,
        /// What belongs there.
        wanted: Shape,
    },
    /// It is of the right kind, and something inside of it is not.
    NotReadAs {
        /// What belongs there.
        wanted: Shape,
    },
    /// Nothing of that kind can be read there.
    Unreadable {
        /// What it is.
        found: Shape,
    },
    /// It is absent, and WeCom requires it.
    Absent,
    /// A field is missing in it.
    Missing {
        /// The field.
        name: String,
    },
    /// Something else, in serde's words.
    Other(String),
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::List => "a list",
            Self::Texts => "a list of texts",
            Self::Integers => "a list of whole numbers",
            Self::Objects => "a list of objects",
            Self::Object => "an object",
            Self::ObjectOrList => "an object or a list",
            Self::UnixSeconds => "Unix seconds",
        })
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InPlaceOf { found, wanted } => write!(f, "{found} in place of {wanted}"),
            Self::NotReadAs { wanted } => write!(f, "it cannot be read as {wanted}"),
            Self::Unreadable { found } => write!(f, "{found} that cannot be read"),
            Self::Absent => write!(f, "it is absent, and WeCom requires it"),
            Self::Missing { name } => write!(f, "missing field `{name}`"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

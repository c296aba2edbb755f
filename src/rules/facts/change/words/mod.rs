//! Which change was meant by a name that stands for none, in either language.

mod en;
mod zh;

use std::fmt;

use crate::language::{Language, Sentence};

/// What was meant by a name that stands for no change, perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChangeMeant {
    /// One of these, which are written alike.
    OneOf(Vec<String>),
    /// Some change of that family.
    OfFamily { family: &'static str, changes: Vec<&'static str> },
    /// Nobody knows. Most rules are on changes of customers.
    Unknown { of_customers: Vec<&'static str> },
}

impl Sentence for ChangeMeant {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

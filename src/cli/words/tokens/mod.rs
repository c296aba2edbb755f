//! What `tokens` says.

mod en;
mod zh;

use std::fmt;

use crate::{
    access::Role,
    language::{Language, Sentence},
};

/// A sentence about tokens.
#[derive(Debug)]
pub(in crate::cli) enum Tokens<'a> {
    Heading(Heading),
    None,
    Never,
    Ended { at: &'a str },
    MadeDatabase { place: &'a str },
    Made { name: &'a str, role: Role, until: Option<&'a str> },
    Taken { name: &'a str },
    TooMany,
    Revoked { name: &'a str },
    Missing { name: &'a str },
}

/// What `tokens list` shows of one.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Heading {
    Name,
    Role,
    Made,
    Ends,
    Used,
}

impl Sentence for Tokens<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

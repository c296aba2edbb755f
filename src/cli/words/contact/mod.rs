//! What `contact` says beside WeCom's answers.

mod codes;
mod en;
mod zh;

use std::{fmt, path::Path};

pub(in crate::cli) use codes::{is_quoted, meaning_in_chinese};

use crate::language::{Language, Sentence};

/// A sentence of `contact`.
#[derive(Debug)]
pub(in crate::cli) enum Contact<'a> {
    /// Of a help: what is never sent twice, and the heading of its examples.
    SentOnce,
    Examples,
    /// Wrong usage.
    TableOrJson,
    NoDestination,
    NoPages {
        method: &'a str,
    },
    NoApp {
        name: &'a str,
        apps: &'a [&'a str],
    },
    WhichApp {
        apps: &'a [&'a str],
    },
    TooLong {
        name: &'a str,
        bytes_max: u64,
    },
    Stdin,
    CannotRead {
        file: &'a str,
    },
    CannotWrite {
        file: &'a Path,
    },
    IsThere {
        file: &'a Path,
    },
    /// An argument that is not known and looks like one that is.
    NearMiss {
        given: &'a str,
        meant: &'a str,
    },
    /// Beside an answer.
    MorePages,
    NoAddress,
    AddressTooLong,
    Beside {
        remarks: &'a str,
    },
    NotInTable {
        more: u64,
    },
    BegunAnew,
    ReadInPart,
    AddressSeen {
        address: &'a str,
    },
    /// Of a method that is in no table.
    CallAbout,
    CallAfter,
    CallArgument(CallArgument),
    Credential {
        name: &'a str,
    },
    Path(WrongPath),
    HasCommand {
        command: &'a str,
    },
    SameMethod {
        command: &'a str,
    },
    Saved {
        file: &'a Path,
        bytes: u64,
    },
    /// A refusal: what it was, what it means, what to do.
    Refused {
        method: &'a str,
        errcode: i64,
        message: &'a str,
    },
    Means {
        meaning: &'a str,
    },
    SeeCode {
        errcode: i64,
    },
    Again(Again),
    /// The same as a line of its own.
    ToDo(Again),
    PerhapsDone {
        method: &'a str,
    },
}

/// An argument of `contact call`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum CallArgument {
    Verb,
    Path,
    Body,
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum WrongPath {
    WholeAddress,
    Length { most: usize },
    Slash,
    Characters,
    Unreadable,
}

/// What to do after a refusal that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Again {
    LookFirst,
    NotSentTwice,
    Later,
}

impl Sentence for Contact<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

//! How a failure is reported: the words around it, and what to do.

mod en;
mod zh;

use std::{fmt, path::Path};

use crate::language::{Language, Sentence};

/// The words around a failure.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Failure<'a> {
    /// What failed.
    Error(&'a str),
    /// Why.
    Because(&'a str),
    /// What to do.
    ToDo(Remedy),
    /// The threads of the program could not be started.
    NoThreads,
    /// The pages of the manual could not be written.
    CannotWritePages { folder: &'a Path },
    /// So many pages of the manual have been written.
    PagesWritten { pages: usize, folder: &'a Path },
}

/// What to do, where the error itself does not say so.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Remedy {
    CheckDatabase,
    CheckFolder,
    OtherPorts,
    CopyKeysAgain,
    GiveKeysOrNone,
}

impl Sentence for Failure<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}

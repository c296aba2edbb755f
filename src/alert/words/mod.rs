//! What alerts say. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use std::fmt;

use super::watch::Report;
use crate::language::{Language, Sentence};

/// What frames the reports of one message.
pub(super) enum Frame<'a> {
    /// The first line.
    Title,
    /// A report that it lasts: what stands before the sentence.
    Firing,
    /// A report that it is over.
    Over,
    /// Since when it was seen, as a text.
    Since(&'a str),
    /// From when to when it was seen.
    Between(&'a str, &'a str),
    /// So many reports have no room.
    More(usize),
}

impl Sentence for Report {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::report(self, f),
            Language::Zh => zh::report(self, f),
        }
    }
}

impl Sentence for Frame<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::frame(self, f),
            Language::Zh => zh::frame(self, f),
        }
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes >> 20
}

//! What `prune` and `forget` say.

mod en;
mod zh;

use std::fmt;

use crate::{
    language::{Language, Sentence},
    store::{CustomerHash, TakenOut},
};

/// A sentence about what is kept and what is not.
#[derive(Debug)]
pub(in crate::cli) enum Keeping<'a> {
    /// Nothing is as old.
    NothingOld { before: &'a str },
    /// What would be pruned.
    WouldPrune { taken: &'a TakenOut, before: &'a str },
    /// What was pruned.
    Pruned { taken: &'a TakenOut, before: &'a str },
    /// Somebody ended it before it was through.
    PruneInterrupted { taken: &'a TakenOut, before: &'a str },
    /// Events that are as old and stay.
    Unsettled { events: u64 },
    /// How large the SQLite file was, and is.
    Shrank { from: &'a str, to: &'a str },
    /// The file cannot give room back beside a server.
    StaysLarge,
    /// What progress counts.
    PrunedSoFar,
    /// Nothing is known of the customer.
    NobodyKnown { hash: CustomerHash },
    /// What would be forgotten.
    WouldForget { taken: &'a TakenOut, pending: u64, relations: u64, mentions: u64 },
    /// What was forgotten.
    Forgot { taken: &'a TakenOut, pending: u64, relations: u64, mentions: u64, hash: CustomerHash },
    /// Traces may be left in free places of the file.
    NotWiped,
}

impl Sentence for Keeping<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

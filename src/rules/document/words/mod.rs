//! What can be wrong with a document, whatever it is about: the faults, each with what its sentence needs. `en.rs` and
//! `zh.rs` say them in words.

pub(super) mod en;
pub(super) mod zh;

use super::{
    typed::Odd,
    wrong::{Said, Wrong},
};
use crate::language::Language;

/// A fault of a document, or of a value in it whatever the value is for.
#[derive(Clone, Debug)]
pub(crate) enum DocumentFault {
    /// A note.
    Odd(Odd),
}

impl Wrong for DocumentFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Odd(odd) => match odd {
                Odd::InQuotes { .. } => "typed_quotes",
                Odd::Several { .. } => "several_in_one",
                Odd::FullWidth { .. } => "full_width",
                Odd::Blank { .. } => "blank_at_an_end",
            },
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}

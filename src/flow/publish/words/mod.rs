//! What can be wrong with the files that rules name. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use std::{fmt, io, path::PathBuf, sync::Arc};

use super::brought::NotBrought;
use crate::{
    action::MediaKind,
    language::Language,
    rules::{Said, Wrong},
};

/// A fault of a file that a rule names, or of all of them.
#[derive(Clone, Debug)]
pub(super) enum FileWrong {
    Of {
        path: String,
        rule: String,
        wrong: What,
    },
    /// There are too many files, or too much in them.
    TooMuch {
        files_max: usize,
        megabytes_max: u64,
    },
}

/// What is wrong with one file.
#[derive(Clone, Debug)]
pub(super) enum What {
    PathTooLong {
        bytes_max: usize,
    },
    Missing {
        at: PathBuf,
    },
    Unreadable {
        at: PathBuf,
        error: Arc<io::Error>,
    },
    /// Rules that come without a folder name a file that those in force do not have.
    NotInForce,
    /// A link leads out of the folder.
    LeadsOut,
    /// WeCom does not take it as that kind; `fault`: what the client says of it.
    Refused {
        kind: MediaKind,
        bytes: u64,
        refused: Refused,
        fault: String,
    },
}

/// Why WeCom does not take a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooSmall {
        above: u64,
    },
    TooLarge {
        max: u64,
    },
    /// Its first bytes are those of another kind.
    Format,
}

impl Wrong for FileWrong {
    fn code(&self) -> &'static str {
        match self {
            Self::Of { wrong, .. } => match wrong {
                What::PathTooLong { .. } => "file_path_too_long_to_store",
                What::Missing { .. } => "file_missing",
                What::Unreadable { .. } => "file_unreadable",
                What::NotInForce => "file_not_in_force",
                What::LeadsOut => "file_link_leads_out",
                What::Refused { refused, .. } => match refused {
                    Refused::TooSmall { .. } => "file_too_small",
                    Refused::TooLarge { .. } => "file_too_big_for_wecom",
                    Refused::Format => "file_of_another_kind",
                },
            },
            Self::TooMuch { .. } => "too_many_files",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}

/// Why a file was not taken. In English it says so itself.
pub(super) fn not_brought_in_chinese(why: &NotBrought, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    zh::not_brought(why, f)
}

//! What plans and verdicts say: why a rule was passed over, and why something is not done. `en.rs` and `zh.rs` say it in
//! words.

mod en;
mod zh;

use std::fmt;

use super::fill::RemarkError;
use crate::{
    action::{Reason, ReasonCode},
    language::{Language, Sentence},
};

/// Why a rule has no part in what comes of an event, or perhaps none.
#[derive(Debug)]
pub(super) enum Passed<'a> {
    /// A rule above it matched and says `stop`.
    BelowStop {
        above: &'a str,
    },
    /// It matches, unless that rule above it does, which is open.
    BelowOpenStop {
        above: &'a str,
    },
    /// Somebody has to be looked up first.
    Open {
        missing: &'a str,
    },
    /// Somebody could not be looked up; what the rule says of that.
    Unknown {
        missing: &'a str,
        on_failure: &'static str,
    },
    NotEnabled,
    /// It is on these changes, and the event is another.
    OnOthers {
        on: &'a [&'static str],
        is: &'a str,
    },
    /// It is for these apps, and the event came to another.
    ForOthers {
        apps: &'a [String],
        app: &'a str,
    },
}

impl Sentence for Passed<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::passed(self, f),
            Language::Zh => zh::passed(self, f),
        }
    }
}

/// Why an action is not possible.
#[derive(Debug)]
pub(super) enum Impossible<'a> {
    NoRule,
    /// An add without a code has one of a few causes. WeCom does not say which.
    NoCode,
    NoCodeForWecomUser,
    BlankWelcome {
        rule: &'a str,
    },
    /// Its files have not been uploaded, and it has nothing else.
    FilesMissing {
        rule: &'a str,
        files: &'a [String],
    },
    NoPair,
    NoEmployee,
    Remark(&'a RemarkError),
}

impl Impossible<'_> {
    /// As the record has it.
    pub(super) fn reason(&self, language: Language) -> Reason {
        let code = match self {
            Self::NoRule => ReasonCode::NoRule,
            Self::NoCode | Self::NoCodeForWecomUser => ReasonCode::NoWelcomeCode,
            Self::BlankWelcome { .. } | Self::Remark(_) => ReasonCode::BlankText,
            Self::FilesMissing { .. } => ReasonCode::FilesMissing,
            Self::NoPair | Self::NoEmployee => ReasonCode::NobodyNamed,
        };
        code.because(self.to(language))
    }
}

impl Sentence for Impossible<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::impossible(self, f),
            Language::Zh => zh::impossible(self, f),
        }
    }
}

impl Sentence for RemarkError {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::remark(self, f),
            Language::Zh => zh::remark(self, f),
        }
    }
}

//! What can be wrong with a text, and what in it is worth a look. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use std::borrow::Cow;

use minijinja::ErrorKind;

use crate::{
    language::Language,
    rules::document::wrong::{Meant, Quoted, Said, Wrong},
};

/// A fault of a text, or a note on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextFault {
    /// Longer than any message.
    TooLong {
        bytes: usize,
        most: usize,
    },
    /// The engine cannot parse it; its own message.
    Syntax(String),
    /// It is well-formed, and an operation in it fails whatever is filled in; the engine's own message.
    Unfillable {
        kind: ErrorKind,
        message: String,
    },
    /// A placeholder in braces of an input method; as it is meant.
    WideBraces {
        written: String,
        meant: String,
    },
    /// Another product's placeholder for which nothing is filled in.
    Foreign {
        written: String,
        instead: Instead,
    },
    /// A character in a placeholder that has no place there.
    Typed {
        tag: String,
        wrong: char,
        mend: Retype,
    },
    TooManyTags {
        most: usize,
    },
    TagTooLong,
    /// `{% for %}` and its like.
    NoStatement(String),
    /// `is odd`.
    NoTest {
        name: String,
        near: Meant,
    },
    /// `is defined`, which every name is.
    AlwaysDefined(String),
    NoFunctions,
    /// What the engine calls an expression that is no name.
    NoPlace(&'static str),
    NoFilter {
        name: String,
        near: Meant,
    },
    /// `date` or `weekday` behind what is no time; the names that are.
    WantsTime {
        filter: String,
        times: &'static [&'static str],
    },
    /// `date` without a format; what one may hold.
    WantsFormat {
        directives: &'static [&'static str],
    },
    UnknownDirective {
        directive: String,
        directives: &'static [&'static str],
    },
    /// A number compared with a text.
    NumberWithText(String),
    /// A text compared with a number.
    TextWithNumber(String),
    /// A name that has parts and no value of its own.
    Alone {
        root: &'static str,
        parts: &'static [&'static str],
    },
    NoName {
        name: String,
        mend: Rename,
    },
    /// A name that is known only in notices about what went wrong.
    NotHere(String),
    /// A part of it is a comment to YAML, and must have been meant.
    Comment {
        comment: Quoted,
        text: Quoted,
    },
    /// The same, where that is not certain: a note.
    PerhapsComment {
        comment: Quoted,
        text: Quoted,
    },
    TooManyCharacters {
        characters: usize,
        most: usize,
    },
    Blank(IfBlank),
    /// Blank, whatever is filled in.
    AlwaysBlank(IfBlank),
    /// Another product's placeholder that is read as ours: a note.
    ReadAs {
        theirs: String,
        ours: String,
    },
    /// What would be sent as it stands, though it looks like code: a note.
    Sent {
        written: String,
        code: Code,
    },
    /// A number compared with one that it can never be, or always is not: a note.
    OutOfRange {
        name: String,
        range: (i64, i64),
        number: i64,
        is_equality: bool,
        holds: Holds,
    },
    /// A name compared with words that are none of its values: a note.
    NeverThese {
        name: String,
        given: Vec<String>,
        words: Vec<&'static str>,
        holds: Holds,
    },
}

/// What to write in place of another product's placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Our name for the same.
    Name(&'static str),
    RedeemCode,
    CompanyName,
    ChannelName,
}

/// How a character is mended that has no place in a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retype {
    /// As the character that was meant.
    As(char),
    /// Nobody sees it.
    Anew,
    /// It is part of a text, which stands in quotes.
    InQuotes,
}

/// Which name was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rename {
    Near(String),
    /// None that is near; those that there are.
    OneOf {
        root: &'static str,
        parts: &'static [&'static str],
    },
    /// Not even the first part is known: perhaps it is a text.
    InQuotes,
}

/// What to do about a text that is blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfBlank {
    WriteText,
    WriteTextOrRemove,
    WriteTitle,
    NamePage,
}

/// What kind of code it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// `\n`.
    LineBreak,
    /// `\t`, `\u60a8`.
    Escape,
    /// `<br>`.
    Markup,
    /// `&nbsp;`.
    Entity,
    /// `**重点**`.
    Markdown,
    /// `{name}`, of which nobody knows what should be filled in.
    Placeholder,
}

/// Which answer a comparison has for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Never,
    Always,
}

impl TextFault {
    /// The part of the text that it is about, as it stands there, by which its column is found.
    pub(super) fn written(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::WideBraces { written, .. }
            | Self::Foreign { written, .. }
            | Self::Sent { written, .. }
            | Self::ReadAs { theirs: written, .. }
            | Self::Typed { tag: written, .. }
            | Self::NoFilter { name: written, .. }
            | Self::WantsTime { filter: written, .. }
            | Self::NumberWithText(written)
            | Self::TextWithNumber(written)
            | Self::NoName { name: written, .. }
            | Self::NotHere(written)
            | Self::OutOfRange { name: written, .. }
            | Self::NeverThese { name: written, .. } => Some(written.into()),
            Self::Alone { root, .. } => Some((*root).into()),
            Self::NoStatement(name) => Some(format!("{{% {name}").into()),
            Self::NoTest { name, .. } | Self::AlwaysDefined(name) => Some(format!("is {name}").into()),
            Self::WantsFormat { .. } | Self::UnknownDirective { .. } => Some("date".into()),
            // The engine puts signs in backticks.
            Self::Syntax(message) | Self::Unfillable { message, .. } => {
                message.split('`').nth(1).map(Cow::from)
            }
            Self::TooLong { .. }
            | Self::TooManyTags { .. }
            | Self::TagTooLong
            | Self::NoFunctions
            | Self::NoPlace(_)
            | Self::Comment { .. }
            | Self::PerhapsComment { .. }
            | Self::TooManyCharacters { .. }
            | Self::Blank(_)
            | Self::AlwaysBlank(_) => None,
        }
    }
}

impl Wrong for TextFault {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "text_too_long",
            Self::Syntax(_) => "text_syntax",
            Self::Unfillable { .. } => "text_unfillable",
            Self::WideBraces { .. } => "placeholder_in_wide_braces",
            Self::Foreign { .. } => "placeholder_of_another_product",
            Self::Typed { .. } => "placeholder_mistyped",
            Self::TooManyTags { .. } => "too_many_placeholders",
            Self::TagTooLong => "placeholder_too_long",
            Self::NoStatement(_) => "unknown_statement",
            Self::NoTest { .. } => "unknown_test",
            Self::AlwaysDefined(_) => "always_defined",
            Self::NoFunctions => "function_call",
            Self::NoPlace(_) => "not_a_name",
            Self::NoFilter { .. } => "unknown_filter",
            Self::WantsTime { .. } => "filter_wants_time",
            Self::WantsFormat { .. } => "date_without_format",
            Self::UnknownDirective { .. } => "unknown_date_directive",
            Self::NumberWithText(_) => "number_compared_with_text",
            Self::TextWithNumber(_) => "text_compared_with_number",
            Self::Alone { .. } => "name_without_part",
            Self::NoName { .. } => "unknown_name",
            Self::NotHere(_) => "name_only_in_notices",
            Self::Comment { .. } => "text_cut_by_comment",
            Self::PerhapsComment { .. } => "text_perhaps_cut_by_comment",
            Self::TooManyCharacters { .. } => "too_many_characters",
            Self::Blank(_) => "text_blank",
            Self::AlwaysBlank(_) => "text_always_blank",
            Self::ReadAs { .. } => "placeholder_read_as_ours",
            Self::Sent { .. } => "sent_as_it_stands",
            Self::OutOfRange { .. } => "comparison_out_of_range",
            Self::NeverThese { .. } => "comparison_with_no_value",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}

/// The parts of a name, each written in full.
fn in_full(root: &str, parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| format!("{root}.{part}")).collect()
}

//! What is wrong with a document, or worth a look in it, in either language.
//!
//! Each room that reads a part of a document has an enum of what can be wrong with that part (`words/`): a variant has what
//! its sentence needs, `code` names it for programs, and `en.rs` and `zh.rs` say it in words.

use std::{fmt, sync::Arc};

use super::{fault::nearest, typed::Typed};
use crate::language::Language;

/// What is wrong with a document and how it is mended, or what is worth a look.
pub(crate) trait Wrong: fmt::Debug + Send + Sync {
    /// Its name for programs: `snake_case`, the same in every language, and never another's.
    fn code(&self) -> &'static str;

    /// It in that language.
    fn say(&self, language: Language) -> Said;
}

/// What is wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// What is wrong, in words that go on after the place.
    pub(crate) what: String,
    /// How it is mended; empty where there is nothing to do, as in a note.
    pub(crate) mend: String,
}

impl Said {
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), mend: mend.into() }
    }

    /// What there is nothing to do about.
    pub(crate) fn note(what: impl Into<String>) -> Self {
        Self::new(what, "")
    }

    /// Both in one sentence.
    pub(crate) fn in_one(self, language: Language) -> String {
        let Self { what, mend } = self;
        match language {
            _ if mend.is_empty() => what,
            Language::En => format!("{what}; {mend}"),
            Language::Zh => format!("{what}；{mend}"),
        }
    }
}

impl<W: Wrong + ?Sized> Wrong for Arc<W> {
    fn code(&self) -> &'static str {
        (**self).code()
    }

    fn say(&self, language: Language) -> Said {
        (**self).say(language)
    }
}

/// A value whose form is refused because an input method typed it: how it is mended is what that is to blame for.
#[derive(Debug)]
pub(super) struct Retyped<W> {
    pub(super) wrong: W,
    pub(super) mend: Typed,
}

impl<W: Wrong> Wrong for Retyped<W> {
    fn code(&self) -> &'static str {
        self.wrong.code()
    }

    fn say(&self, language: Language) -> Said {
        Said { mend: self.mend.say(language), ..self.wrong.say(language) }
    }
}

/// A fault of a document that was stored already, which is a note there: how it is mended stands in the same sentence.
#[derive(Debug)]
pub(crate) struct Noted<W>(pub(crate) W);

impl<W: Wrong> Wrong for Noted<W> {
    fn code(&self) -> &'static str {
        self.0.code()
    }

    fn say(&self, language: Language) -> Said {
        Said::note(self.0.say(language).in_one(language))
    }
}

/// A text of the document as a sentence quotes it: shortened, and on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quoted(String);

impl Quoted {
    pub(crate) fn of(text: &str) -> Self {
        /// Long enough to find the place again, short enough for one line of a terminal.
        const SHOWN_CHARS: usize = 40;
        let mut shown: String =
            text.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().nth(SHOWN_CHARS).is_some() {
            shown.push('…');
        }
        Self(shown)
    }

    /// The text itself, without the marks of a quotation.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// It in an English sentence: `spring`.
    pub(crate) fn en(&self) -> String {
        format!("`{}`", self.0)
    }

    /// It in a Chinese sentence: 「spring」.
    pub(crate) fn zh(&self) -> String {
        format!("「{}」", self.0)
    }
}

/// A name that is unknown: which one was meant perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// This one, which is written most alike.
    Near(String),
    /// One of these.
    OneOf(Vec<String>),
    /// The fault is only counted, and nobody reads it.
    Unsaid,
}

impl Meant {
    pub(crate) fn of(wrong: &str, known: &[&str]) -> Self {
        nearest(wrong, known.iter().copied()).map_or_else(
            || Self::OneOf(known.iter().map(|&known| known.to_owned()).collect()),
            |near| Self::Near(near.to_owned()),
        )
    }

    /// "did you mean `x`?", or what there is to choose from.
    pub(crate) fn en(&self) -> String {
        match self {
            Self::Near(near) => format!("did you mean `{near}`?"),
            Self::OneOf(known) => format!("known here: {}", known.join(", ")),
            Self::Unsaid => String::new(),
        }
    }

    /// The same in Chinese.
    pub(crate) fn zh(&self) -> String {
        match self {
            Self::Near(near) => format!("是不是想写 `{near}`？"),
            Self::OneOf(known) => format!("这里可以写：`{}`", known.join("`、`")),
            Self::Unsaid => String::new(),
        }
    }
}

//! A single value: its text as it was written, and the lines of the document that it spans.

use std::{borrow::Cow, ops::Range};

use granit_parser::ScalarStyle;

#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Written without quotes, so that `true`, `~` and numbers are not just texts.
    pub(crate) plain: bool,
    pub(crate) style: ScalarStyle,
    /// The bytes of the document that it spans.
    pub(crate) bytes: Range<usize>,
    /// The source text of a scalar that spans several lines.
    pub(crate) written: Option<Box<str>>,
    /// The comment that follows a text without quotes.
    pub(crate) comment: Option<Box<str>>,
}

impl Scalar {
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Whether the quotes are all that keeps it from being true or false.
    pub(crate) fn is_quoted_bool(&self) -> bool {
        !self.plain && matches!(self.text.as_str(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        self.plain.then(|| self.text.parse().ok()).flatten()
    }

    /// Its source text where it spans several lines of the document; `None` for one line.
    pub(crate) fn lines(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// The comment right behind it; a text in quotes has none.
    pub(crate) fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// Whether it is a `|` block, in which line n of the text is line n of the block, not counting empty lines at the top.
    pub(crate) fn is_block(&self) -> bool {
        self.style == ScalarStyle::Literal
    }

    /// The text with its line breaks as they are in the document, where YAML folds them into blanks. Line n of it is the
    /// n-th line of the scalar, which is how faults in a folded text find their line. `None` where nothing was folded.
    pub(crate) fn unfolded(&self) -> Option<Cow<'_, str>> {
        let written = self.lines().filter(|_| !self.is_block())?;
        Some(match self.style {
            ScalarStyle::SingleQuoted => written.trim_matches('\'').replace("''", "'").into(),
            ScalarStyle::DoubleQuoted => {
                let inside = written.strip_prefix('"').unwrap_or(written);
                let inside = inside.strip_suffix('"').unwrap_or(inside);
                // Only quotes and line feeds matter inside of placeholders. Other escapes may stay as they are: they
                // do not move anything to another line.
                inside.replace("\\\"", "\"").replace("\\n", " ").into()
            }
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => written.into(),
        })
    }
}

//! A single value: its text as it was written, and over which lines of the document it goes.

use std::{borrow::Cow, ops::Range};

use granit_parser::ScalarStyle;

#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Written without quotes, so that `true`, `~` and numbers mean more than their letters.
    pub(crate) plain: bool,
    pub(crate) style: ScalarStyle,
    /// Where it stands in the document.
    pub(crate) bytes: Range<usize>,
    /// As it stands there, where it goes over several lines.
    pub(crate) written: Option<Box<str>>,
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

    /// Whether it would be true or false, were it not in quotes.
    pub(crate) fn is_quoted_bool(&self) -> bool {
        !self.plain && matches!(self.text.as_str(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        self.plain.then(|| self.text.parse().ok()).flatten()
    }

    /// The lines of the document over which it goes, without what stands before it on the first; `None` for one line.
    pub(crate) fn lines(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Whether it is written as a `|` block: line n of the text is line n of the block, but for empty ones at its begin.
    pub(crate) fn is_block(&self) -> bool {
        self.style == ScalarStyle::Literal
    }

    /// The text as if its lines had not been folded into one: what stands in line n of it stands in the n-th of its
    /// lines in the document. `None` where nothing was folded.
    pub(crate) fn unfolded(&self) -> Option<Cow<'_, str>> {
        let written = self.lines().filter(|_| !self.is_block())?;
        Some(match self.style {
            ScalarStyle::SingleQuoted => written.trim_matches('\'').replace("''", "'").into(),
            ScalarStyle::DoubleQuoted => {
                let inside = written.strip_prefix('"').unwrap_or(written);
                let inside = inside.strip_suffix('"').unwrap_or(inside);
                // What placeholders are written with; of other escapes the place is the same, whatever they mean.
                inside.replace("\\\"", "\"").replace("\\n", " ").into()
            }
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => written.into(),
        })
    }
}

//! A single value: its text as it was written, and over which lines of the document it goes.

use std::{borrow::Cow, ops::Range};

use granit_parser::ScalarStyle;

#[derive(Debug)]
pub(in super::super) struct Scalar {
    pub(in super::super) text: String,
    /// Written without quotes, so that `true`, `~` and numbers mean more than their letters.
    pub(super) plain: bool,
    pub(super) style: ScalarStyle,
    /// Where it stands in the document.
    pub(super) bytes: Range<usize>,
    /// As it stands there, where it goes over several lines.
    pub(super) written: Option<Box<str>>,
}

impl Scalar {
    pub(in super::super) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    pub(in super::super) fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Whether it would be true or false, were it not in quotes.
    pub(in super::super) fn is_quoted_bool(&self) -> bool {
        !self.plain && matches!(self.text.as_str(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
    }

    pub(in super::super) fn as_integer(&self) -> Option<i64> {
        self.plain.then(|| self.text.parse().ok()).flatten()
    }

    /// The lines of the document over which it goes, without what stands before it on the first; `None` for one line.
    pub(in super::super) fn lines(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Whether it is written as a `|` block: line n of the text is line n of the block, but for empty ones at its begin.
    pub(in super::super) fn is_block(&self) -> bool {
        self.style == ScalarStyle::Literal
    }

    /// The text as if its lines had not been folded into one: what stands in line n of it stands in the n-th of its
    /// lines in the document. `None` where nothing was folded.
    pub(in super::super) fn unfolded(&self) -> Option<Cow<'_, str>> {
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

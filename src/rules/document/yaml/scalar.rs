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

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str, style: ScalarStyle) -> Scalar {
        let written = text.contains('\n').then(|| text.into());
        Scalar {
            text: text.into(),
            plain: style == ScalarStyle::Plain,
            style,
            bytes: 0..text.len(),
            written,
            comment: None,
        }
    }

    #[test]
    fn only_a_bare_word_is_more_than_a_text() {
        let bare = |text| scalar(text, ScalarStyle::Plain);
        let quoted = |text| scalar(text, ScalarStyle::DoubleQuoted);
        for text in ["", "~", "null", "Null", "NULL"] {
            assert!(bare(text).is_null() && !quoted(text).is_null(), "{text}");
        }
        for (text, value) in [
            ("true", true),
            ("True", true),
            ("TRUE", true),
            ("false", false),
            ("False", false),
            ("FALSE", false),
        ] {
            assert_eq!((bare(text).as_bool(), quoted(text).as_bool()), (Some(value), None), "{text}");
            assert!(quoted(text).is_quoted_bool() && !bare(text).is_quoted_bool(), "{text}");
        }
        for text in ["yes", "tRue", "nil", "x"] {
            assert!(
                bare(text).as_bool().is_none() && !bare(text).is_null() && !quoted(text).is_quoted_bool(),
                "{text}"
            );
        }
        assert_eq!((bare("-12").as_integer(), quoted("12").as_integer()), (Some(-12), None));
        assert_eq!((bare("1.5").as_integer(), bare("9223372036854775808").as_integer()), (None, None));
    }

    #[test]
    fn a_folded_text_has_the_lines_of_the_document() {
        let of = |text, style| scalar(text, style).unfolded().map(Cow::into_owned);
        assert_eq!(of("'it''s\n  so'", ScalarStyle::SingleQuoted).as_deref(), Some("it's\n  so"));
        assert_eq!(of("\"a \\\"b\\\"\n\\nc\"", ScalarStyle::DoubleQuoted).as_deref(), Some("a \"b\"\n c"));
        assert_eq!(of("a\n  b", ScalarStyle::Plain).as_deref(), Some("a\n  b"));
        assert_eq!(of("a\n  b", ScalarStyle::Folded).as_deref(), Some("a\n  b"));
        assert_eq!(of("a\n  b", ScalarStyle::Literal), None, "a block has its lines already");
        assert_eq!(of("a", ScalarStyle::Plain), None, "nothing was folded");
        assert!(scalar("a", ScalarStyle::Literal).is_block() && !scalar("a", ScalarStyle::Folded).is_block());
    }
}

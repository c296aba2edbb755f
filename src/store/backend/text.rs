//! Text on its way into a column.
//!
//! PostgreSQL allows no NUL in a text and limits what an index can hold; SQLite does neither. So that both keep the same,
//! NUL becomes U+FFFD, and texts that are searched by are cut. The payload is bytes and is kept as it is.

use std::borrow::Cow;

/// The longest text that is searched by. WeCom's own limits are 64 bytes for ids and 30 characters for a `State`;
/// PostgreSQL refuses an index entry of more than some 2,700 bytes.
pub(in crate::store) const FACT_BYTES_MAX: usize = 512;

/// A text that both databases can hold.
pub(in crate::store) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A text that is searched by: cut to [`FACT_BYTES_MAX`] bytes, between characters.
pub(in crate::store) fn fact(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if text.len() <= FACT_BYTES_MAX {
        return text;
    }
    let end = text.floor_char_boundary(FACT_BYTES_MAX);
    Cow::Owned(text[..end].to_owned())
}

/// [`fact`] in place, for a text that is owned already.
pub(in crate::store) fn make_fact(text: &mut String) {
    if let Cow::Owned(cut) = fact(text) {
        *text = cut;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_searched_by_are_cut_between_characters() {
        assert_eq!(fact("spring-2026"), "spring-2026");
        assert_eq!(fact("a\0b"), "a\u{fffd}b");
        let long = "春".repeat(400);
        assert_eq!(fact(&long).len(), 510);
        assert_eq!(clean(&long), long);
    }
}

//! Texts cut to what there is room for, in characters as people see them.

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

/// The first so many characters of a text, or fewer, so that no emoji of several falls apart.
pub(crate) fn cut_at(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    within(text, end)
}

/// The text within so many bytes: where it is longer, cut between two characters and ended by `…`.
pub(crate) fn shortened(text: Cow<'_, str>, bytes: usize) -> String {
    /// The mark that something is missing.
    const MARK: char = '…';
    if text.len() <= bytes {
        return text.into_owned();
    }
    let mut short = within(&text, bytes.saturating_sub(MARK.len_utf8())).trim_end().to_owned();
    short.push(MARK);
    short
}

/// Joins emoji to one; behind the last of them it means nothing.
const JOINER: char = '\u{200d}';

/// What so many bytes hold of a text, in characters as people see them: an emoji of several is kept or left whole. One
/// that alone has more bytes, as a letter under a tower of accents, is cut rather than nothing kept.
pub(crate) fn within(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let end = text.floor_char_boundary(bytes);
    let mut cursor = GraphemeCursor::new(end, text.len(), true);
    // The whole text is at hand, so that the cursor never asks for more of it.
    let whole = match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
        Ok(true) | Err(_) => end,
    };
    if whole > 0 { &text[..whole] } else { text[..end].trim_end_matches(JOINER) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shortened_between_characters() {
        assert_eq!(shortened("abc".into(), 3), "abc");
        assert_eq!(shortened("abcdef".into(), 5), "ab…");
        assert_eq!(shortened("春夏秋冬".into(), 11), "春夏…");
        assert_eq!(shortened("春夏 冬".into(), 9), "春夏…");
        assert_eq!(shortened("春夏".into(), 3), "…");
        assert_eq!(cut_at("春夏秋", 2), "春夏");
        // A family of three, and a flag, are one character to those who see them.
        assert_eq!(cut_at("春👨\u{200d}👩\u{200d}👧秋", 3), "春");
        assert_eq!(cut_at("春👨\u{200d}👩\u{200d}👧秋", 6), "春👨\u{200d}👩\u{200d}👧");
        assert_eq!((cut_at("🇨🇳🇨🇳", 3), within("🇨🇳🇨🇳", 9)), ("🇨🇳", "🇨🇳"));
        // What is one character to those who see it, and more than there is room for, is cut all the same.
        let tower = format!("a{}", "\u{301}".repeat(70));
        assert_eq!(shortened(tower.clone().into(), 20), format!("a{}…", "\u{301}".repeat(8)));
        assert_eq!(cut_at(&tower, 20), format!("a{}", "\u{301}".repeat(19)));
        assert_eq!(cut_at("👨\u{200d}👩\u{200d}👧秋", 2), "👨");
        assert_eq!((within("春", 2), cut_at("春", 0)), ("", ""));
    }
}

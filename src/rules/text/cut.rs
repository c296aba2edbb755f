//! Cutting texts to a length without taking a character apart: an emoji of several code points is one to those who see it.

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

/// The first so many characters of a text, or fewer, so that no emoji of several falls apart.
pub(crate) fn cut_at(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    within(text, end)
}

/// The text within so many bytes. A longer one is cut between two characters and ends in `…`.
pub(crate) fn shortened(text: Cow<'_, str>, bytes: usize) -> String {
    const MARK: char = '…';
    if text.len() <= bytes {
        return text.into_owned();
    }
    let mut short = within(&text, bytes.saturating_sub(MARK.len_utf8())).trim_end().to_owned();
    short.push(MARK);
    short
}

/// The zero-width joiner, which makes one emoji of several. At the end of a text it means nothing.
const JOINER: char = '\u{200d}';

/// The begin of a text that fits into so many bytes, with no visible character taken apart. Only where the very first one
/// is too long, such as a letter under a tower of accents, it is cut, for otherwise nothing would be left.
pub(crate) fn within(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let end = text.floor_char_boundary(bytes);
    let mut cursor = GraphemeCursor::new(end, text.len(), true);
    // The cursor has the whole text, so that it never needs more context, which would be the error.
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
        // A family of three, and a flag, are one visible character each.
        assert_eq!(cut_at("春👨\u{200d}👩\u{200d}👧秋", 3), "春");
        assert_eq!(cut_at("春👨\u{200d}👩\u{200d}👧秋", 6), "春👨\u{200d}👩\u{200d}👧");
        assert_eq!((cut_at("🇨🇳🇨🇳", 3), within("🇨🇳🇨🇳", 9)), ("🇨🇳", "🇨🇳"));
        // A single visible character that is longer than the room is cut all the same.
        let tower = format!("a{}", "\u{301}".repeat(70));
        assert_eq!(shortened(tower.clone().into(), 20), format!("a{}…", "\u{301}".repeat(8)));
        assert_eq!(cut_at(&tower, 20), format!("a{}", "\u{301}".repeat(19)));
        assert_eq!(cut_at("👨\u{200d}👩\u{200d}👧秋", 2), "👨");
        assert_eq!((within("春", 2), cut_at("春", 0)), ("", ""));
    }
}

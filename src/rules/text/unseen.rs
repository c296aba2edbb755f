//! Characters that nobody sees, by Unicode's properties: what is dropped from a value before it is filled in, and what
//! counts as nothing.

use std::borrow::Cow;

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, DefaultIgnorableCodePoint, GeneralCategory, PrependedConcatenationMark, WhiteSpace,
    },
};

/// A pattern without dots. Unicode counts it among the symbols, for it is as wide as one, and no property tells that it
/// shows nothing.
const BRAILLE_BLANK: char = '\u{2800}';

/// The value without control characters (but line feeds and tabs), for which WeCom refuses a request (40033), and without
/// those that turn the direction of the text around it.
pub(crate) fn without_controls(value: &str) -> Cow<'_, str> {
    let turns = CodePointSetData::new::<BidiControl>();
    let goes = |c: char| (c.is_control() && c != '\n' && c != '\t') || turns.contains(c);
    if value.contains(goes) { value.chars().filter(|c| !goes(*c)).collect() } else { Cow::Borrowed(value) }
}

/// Whether there is nothing to be seen of a text: it is empty, or of blanks, fillers and marks of zero width alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

fn is_unseen(c: char) -> bool {
    let of_format = || {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        // Numbers' signs in Arabic, say, are of this category and drawn.
        category == GeneralCategory::Format
            && !CodePointSetData::new::<PrependedConcatenationMark>().contains(c)
    };
    // Nearly every name is told by its first letter, without a look at any table.
    !c.is_ascii_graphic()
        && (c.is_control()
            || c == BRAILLE_BLANK
            || CodePointSetData::new::<WhiteSpace>().contains(c)
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || of_format())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_dropped_and_the_rest_stays() {
        for (value, left) in [
            ("周\u{7}总", "周总"),
            ("\0\u{1}\u{8}\u{b}\u{c}\r\u{1b}[2J\u{7f}", "[2J"),
            ("a\u{80}b\u{85}c\u{9f}d", "abcd"),
            ("a\n\tb\r\n", "a\n\tb\n"),
            ("\u{202e}gnp.exe\u{202c}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}", "gnp.exe"),
            // A family is joined by U+200D, a heart is red by U+FE0F.
            ("👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} é 中", "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} é 中"),
        ] {
            assert_eq!(without_controls(value), left, "{value:?}");
        }
    }

    #[test]
    fn a_name_that_nobody_sees_is_blank() {
        for text in [
            "",
            " ",
            "\u{3000}\u{a0}\u{2003}",
            "\u{200b}",
            "\u{200c}\u{200d}",
            "\u{feff}",
            "\u{2060}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}\u{1160}",
            "\u{2800}",
            "\u{ad}",
            "\u{34f}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{e0020}",
            "\u{e0100}",
            "\u{fff9}\u{fffb}",
            "\u{7}\n",
            "\u{202e} \u{2063}",
            "\u{17b4}",
            "\u{2028}",
            "\u{1d173}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in [
            "a",
            "\u{200b}周",
            ".",
            "❤\u{fe0f}",
            "\u{600}",
            "\u{e000}",
            "\u{2801}",
            "\u{fffd}",
            "ツ",
            "\u{301}",
        ] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}

//! What a Chinese input method types in place of ASCII, and characters that nobody sees: a value with them looks right and
//! never matches.

use std::borrow::Cow;

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

use super::{words, wrong::Quoted};
use crate::language::Language;

/// The characters between which people put several values into one.
pub(crate) const SEPARATORS: [char; 8] =
    [',', '\u{ff0c}', '\u{3001}', '\u{ff64}', ';', '\u{ff1b}', '|', '\u{ff5c}'];

/// Marks that people put around a value and that YAML does not take for quotes or brackets.
const AROUND: [(char, char); 13] = [
    ('\u{201c}', '\u{201d}'),
    ('\u{201d}', '\u{201c}'),
    ('\u{201d}', '\u{201d}'),
    ('\u{201c}', '\u{201c}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{2019}', '\u{2019}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{300e}', '\u{300f}'),
    ('\u{300a}', '\u{300b}'),
    ('\u{3010}', '\u{3011}'),
    ('\u{ff02}', '\u{ff02}'),
    ('\u{ff07}', '\u{ff07}'),
    ('\u{ff3b}', '\u{ff3d}'),
];

/// The ASCII character in whose place a key of the input method gives this one.
pub(crate) fn ascii(c: char) -> Option<char> {
    Some(match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}' => '"',
        '\u{2018}'..='\u{201b}' | '\u{2032}' => '\'',
        '\u{3001}' | '\u{ff64}' => ',',
        '\u{3002}' | '\u{ff61}' => '.',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{3010}' | '\u{3014}' => '[',
        '\u{3011}' | '\u{3015}' => ']',
        '\u{ffe5}' => '$',
        '\u{301c}' => '~',
        _ => return None,
    })
}

/// The text with each such character as the ASCII one, and without those that nobody sees.
pub(crate) fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars().filter(|c| !is_unseen(*c)).map(|c| ascii(c).unwrap_or(c)).collect::<String>().into()
}

/// The first character of the text that nobody sees and that has no meaning in a value.
pub(crate) fn unseen(text: &str) -> Option<char> {
    if text.is_ascii() { None } else { text.chars().find(|c| is_unseen(*c)) }
}

/// Characters of zero width, but those that join emoji and colour them.
fn is_unseen(c: char) -> bool {
    !c.is_ascii()
        && !matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
        && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// The value inside of quotes or brackets that an input method has typed around it.
pub(crate) fn inside(text: &str) -> Option<&str> {
    let text = text.trim();
    AROUND.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
}

/// The values that stand in one text, with separators of whichever kind between them; none where it is one value.
pub(crate) fn values(text: &str) -> Vec<&str> {
    let is_mark = |c: char| AROUND.iter().any(|(open, close)| c == *open || c == *close);
    let parts = text.split(SEPARATORS).map(|part| part.trim().trim_matches(is_mark).trim());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 { parts } else { Vec::new() }
}

/// The same where a text has to have more than a `|` in it, which is a part of many a value.
fn listed(text: &str) -> Vec<&str> {
    if text.contains(|c: char| c != '|' && SEPARATORS.contains(&c)) { values(text) } else { Vec::new() }
}

/// What an input method has made of a value, and what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A character that nobody sees.
    Unseen(char),
    /// Several values in one.
    List(Vec<String>),
    /// A character in the place of an ASCII one, and the whole value as it was meant.
    Sign { typed: char, meant: char, whole: String },
}

impl Typed {
    /// How it is mended.
    pub(crate) fn say(&self, language: Language) -> String {
        match language {
            Language::En => words::en::typed(self),
            Language::Zh => words::zh::typed(self),
        }
    }
}

/// How to mend a value whose form is refused, where an input method is to blame.
pub(crate) fn mend(text: &str) -> Option<Typed> {
    if let Some(c) = unseen(text) {
        return Some(Typed::Unseen(c));
    }
    let parts = values(text);
    if !parts.is_empty() {
        return Some(Typed::List(parts.into_iter().map(|part| in_ascii(part).into_owned()).collect()));
    }
    let (typed, meant) = text.chars().find_map(|c| Some((c, ascii(c)?)))?;
    let whole = in_ascii(inside(text).unwrap_or(text)).trim().to_owned();
    Some(Typed::Sign { typed, meant, whole })
}

/// The ids that were meant, with commas between them, where an input method typed something else than ASCII.
pub(crate) fn ids(text: &str) -> Option<String> {
    let is_typed = text.chars().any(|c| ascii(c).is_some()) || unseen(text).is_some();
    let parts = values(text);
    is_typed.then(|| match parts[..] {
        [] => in_ascii(inside(text).unwrap_or(text)).trim().to_owned(),
        _ => parts.iter().map(|part| in_ascii(part).into_owned()).collect::<Vec<_>>().join(","),
    })
}

/// A value that may be any text, and what such a one is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    State,
    App,
    Tag,
}

/// What is odd about a value that may be any text: it is right as it stands, and hardly ever meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Odd {
    /// Quotes that are none to YAML.
    InQuotes { value: Quoted, of: Of, inside: String },
    /// Several values in one.
    Several { value: Quoted, of: Of, parts: Vec<String> },
    /// A character of full width.
    FullWidth { value: Quoted, typed: char, meant: char, whole: String },
    /// A blank at an end.
    Blank { value: Quoted, of: Of },
}

/// What is odd about a text that is several values (`parts`), written as one. `each` makes of one of them how it is to be
/// written.
pub(super) fn one_for_several<'t, T: Into<String>>(
    text: &str,
    of: Of,
    parts: Vec<&'t str>,
    each: impl Fn(&'t str) -> T,
) -> Option<Odd> {
    let parts: Vec<String> = parts.into_iter().map(|part| each(part).into()).collect();
    (!parts.is_empty()).then(|| Odd::Several { value: Quoted::of(text), of, parts })
}

/// What is odd about a value that may be any text, as a channel.
pub(super) fn oddity(text: &str, of: Of) -> Option<Odd> {
    let value = Quoted::of(text);
    if let Some(inside) = inside(text).filter(|inside| !inside.contains(SEPARATORS)) {
        return Some(Odd::InQuotes { value, of, inside: inside.trim().to_owned() });
    }
    if let Some(several) = one_for_several(text, of, listed(text), |part| part) {
        return Some(several);
    }
    if let Some(typed) = text.chars().find(|c| matches!(c, '\u{ff01}'..='\u{ff5e}')) {
        let meant = ascii(typed).unwrap_or(typed);
        return Some(Odd::FullWidth { value, typed, meant, whole: in_ascii(text).into_owned() });
    }
    (text.trim() != text && !text.trim().is_empty()).then_some(Odd::Blank { value, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_input_method_typed_is_told_in_ascii() {
        for (text, told) in [
            (
                "０９：００－１８：００",
                "`０` is not `0`: switch the input method to English and write `09:00-18:00`",
            ),
            ("“zhangsan”", "`“` is not `\"`: switch the input method to English and write `zhangsan`"),
            ("「zhangsan」", "`「` is not `\"`: switch the input method to English and write `zhangsan`"),
            ("zhangsan，lisi", "for several write a list, as [zhangsan, lisi]"),
            ("“zhangsan”、“lisi”；wangwu", "for several write a list, as [zhangsan, lisi, wangwu]"),
            ("［1，2］", "for several write a list, as [1, 2]"),
            ("zhang\u{200b}san", "there is a character in it that nobody sees (U+200B): type it anew"),
            ("2026—03—01", "`—` is not `-`: switch the input method to English and write `2026-03-01`"),
            ("渠道／春季", "`／` is not `/`: switch the input method to English and write `渠道/春季`"),
        ] {
            let told_of = mend(text).map(|typed| typed.say(Language::En));
            assert_eq!(told_of.as_deref(), Some(told), "{text}");
        }
        assert_eq!(mend("张三"), None);
        assert_eq!(mend("9-18"), None);
    }

    #[test]
    fn ids_that_were_typed_are_told_in_ascii() {
        for (text, meant) in [
            ("etA，etB", Some("etA,etB")),
            ("“etA”、“etB”", Some("etA,etB")),
            ("ｅｔＡ", Some("etA")),
            ("etA\u{200b}", Some("etA")),
            ("“etA”", Some("etA")),
            ("etA", None),
            ("张三", None),
        ] {
            assert_eq!(ids(text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn what_is_right_is_not_odd() {
        for text in [
            "spring-2026",
            "门店",
            "渠道/春季",
            "VIP(北京)",
            "👨\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}",
            "a·b",
            "",
        ] {
            assert_eq!((oddity(text, Of::State), unseen(text)), (None, None), "{text}");
        }
        for text in [
            "“spring”",
            "「春」",
            "a，b",
            "a、b",
            "a；b",
            "a, b",
            "spring－1",
            "门店１",
            " spring",
            "［a，b］",
        ] {
            assert!(oddity(text, Of::State).is_some(), "{text}");
        }
    }
}

//! What got into a value on its way here and is no part of it: quotes, blanks, line ends, characters that nobody sees.
//!
//! A value that was copied from a web page, that docker's `--env-file` handed on with its quotes, or that an editor saved
//! with the line ends of Windows looks right to whoever checks it. So what is found is said by kind and place. It is
//! never shown: the value may be a secret.

use super::words::{Character, Place, Stray};

/// Where a value was written, which decides how it came by what is not its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Environment,
    /// A file that holds this one value.
    OwnFile,
    SettingsFile,
}

/// Opening and closing quotes, those of Chinese input methods among them.
const QUOTES: [(char, char); 9] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('＂', '＂'),
    ('＇', '＇'),
];

/// What is at the ends of a value that may hold anything else, as a path may; nothing where nothing is.
pub(super) fn at_the_ends(text: &str, source: Source) -> Vec<Stray> {
    findings(text, source, |at, length, c| {
        is_never_meant(c) || c.is_whitespace() && (at == 0 || at + 1 == length)
    })
}

/// What stands anywhere in a value that consists of visible ASCII; nothing where nothing does.
pub(super) fn anywhere(text: &str, source: Source) -> Vec<Stray> {
    findings(text, source, |_, _, c| is_stray(c))
}

fn findings(text: &str, source: Source, counts: impl Fn(usize, usize, char) -> bool) -> Vec<Stray> {
    let mut found = Vec::new();
    let inner = text.trim_matches(|c: char| is_stray(c) && !is_quote(c));
    if let (Some(first), Some(last)) = (inner.chars().next(), inner.chars().next_back())
        && (is_quote(first) || is_quote(last))
    {
        found.push(quoted(first, last, inner.chars().count() > 1, source));
    }
    let length = text.chars().count();
    // The first says what happened; a text of another language would name each of its characters.
    let first = text.chars().enumerate().find(|(at, c)| !is_quote(*c) && counts(*at, length, *c));
    if let Some((at, c)) = first {
        let place = match at {
            0 => Place::Begins,
            at if at + 1 == length => Place::Ends,
            at => Place::Character(at + 1),
        };
        found.push(Stray::Character { place, character: character(c) });
    }
    found
}

fn quoted(first: char, last: char, is_pair: bool, source: Source) -> Stray {
    let both = is_pair && QUOTES.contains(&(first, last));
    match (both, source) {
        (true, Source::SettingsFile) => Stray::QuotesInQuotes,
        (true, Source::Environment) => Stray::QuotesKept,
        (true, Source::OwnFile) => Stray::QuotesKeptByFile,
        (false, _) if is_quote(first) => Stray::QuoteBefore,
        (false, _) => Stray::QuoteBehind,
    }
}

fn is_quote(c: char) -> bool {
    QUOTES.iter().any(|(open, close)| c == *open || c == *close)
}

/// Whether nobody types this character into a value of visible ASCII on purpose.
fn is_stray(c: char) -> bool {
    !c.is_ascii_graphic()
}

/// Whether nobody means this character in any value, though a path may hold it.
fn is_never_meant(c: char) -> bool {
    c.is_control() || is_unseen(c)
}

/// Format characters that take no room: byte order mark, zero-width blanks and joiners, marks of direction.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn character(c: char) -> Character {
    let code = u32::from(c);
    match c {
        ' ' => Character::Blank,
        '\t' => Character::Tab,
        '\r' => Character::CarriageReturn,
        '\n' => Character::LineBreak,
        '\u{a0}' => Character::NoBreakSpace,
        '\u{3000}' => Character::FullWidthBlank,
        '\u{feff}' => Character::ByteOrderMark,
        '\u{ff01}'..='\u{ff5e}' => Character::FullWidth(code),
        _ if is_unseen(c) => Character::Unseen(code),
        _ if c.is_control() => Character::Control(code),
        _ if c.is_whitespace() => Character::OtherBlank(code),
        _ => Character::NotAscii,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        config::words::{Expected, What},
        language::{Language, Sentence as _},
    };

    #[rstest]
    #[case("\"s3cret\"", "it stands in quotes, which docker's `--env-file` keeps")]
    #[case("'s3cret'\r", "it stands in quotes, which docker's `--env-file` keeps")]
    #[case("“s3cret”", "it stands in quotes, which docker's `--env-file` keeps")]
    #[case("\"s3cret", "it begins with a quote")]
    #[case("s3cret'", "it ends in a quote")]
    #[case("\"", "it begins with a quote")]
    #[case(" s3cret", "it begins with a blank")]
    #[case("s3cret\t", "it ends in a tab")]
    #[case("s3cret\r", "it ends in a carriage return (U+000D)")]
    #[case("s3 cret", "it has, as its character 3, a blank")]
    #[case("s3\ncret", "it has, as its character 3, a line break")]
    #[case("\u{feff}s3cret", "it begins with a byte order mark (U+FEFF)")]
    #[case("s3cret\u{a0}", "it ends in a no-break space (U+00A0)")]
    #[case("s3cret\u{200b}", "it ends in a character that nobody sees (U+200B)")]
    #[case("s3cret\u{202c}", "it ends in a character that nobody sees (U+202C)")]
    #[case("ｓ3cret", "it begins with a full-width character (U+FF53)")]
    #[case("s3cret\u{3000}", "it ends in a full-width blank")]
    #[case("s3cret\u{7}", "it ends in a control character (U+0007)")]
    #[case("s3cretß", "it ends in a character that is not ASCII")]
    fn what_does_not_belong_is_named_and_the_value_is_not(#[case] text: &str, #[case] expected: &str) {
        let found = anywhere(text, Source::Environment);
        let said = What::Expected { expected: Expected::Ascii, stray: found }.to(Language::En);
        let said = said.split_once("; ").expect("something is found").1;
        assert!(said.starts_with(expected), "{said}");
        assert!(!said.contains("s3"), "{said}");
    }

    #[rstest]
    #[case("sqlite:///data/my folder/greeter.db")]
    #[case("sqlite:///数据/greeter.db")]
    #[case("sqlite:///data/it's.db")]
    #[case("sqlite:///data/数据")]
    fn a_path_may_hold_what_paths_hold(#[case] text: &str) {
        assert_eq!(at_the_ends(text, Source::Environment), []);
    }

    #[rstest]
    #[case("sqlite://greeter.db ")]
    #[case("sqlite://greeter.db\r")]
    #[case("\"sqlite://greeter.db\"")]
    #[case("sqlite://gree\u{200b}ter.db")]
    #[case("\u{feff}sqlite://greeter.db")]
    #[case("sqlite://a\nb.db")]
    fn a_path_holds_nothing_that_nobody_meant(#[case] text: &str) {
        assert!(!at_the_ends(text, Source::OwnFile).is_empty());
    }

    #[test]
    fn a_clean_value_is_let_be() {
        assert_eq!(anywhere("abc-DEF_123.~+/=!@#", Source::Environment), []);
        assert_eq!(anywhere("", Source::Environment), []);
    }
}

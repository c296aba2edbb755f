//! What got into a value on its way here and is no part of it: quotes, blanks, line ends, characters that nobody sees.
//!
//! A value that was copied from a web page, that docker's `--env-file` handed on with its quotes, or that an editor saved
//! with the line ends of Windows looks right to whoever checks it. So what is found is said by kind and place. It is
//! never shown: the value may be a secret.

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

/// What is at the ends of a value that may hold anything else, as a path may; `None` where nothing is.
pub(super) fn at_the_ends(text: &str, source: Source) -> Option<String> {
    let found = findings(text, source, |at, length, c| {
        is_never_meant(c) || c.is_whitespace() && (at == 0 || at + 1 == length)
    });
    (!found.is_empty()).then(|| found.join("; "))
}

/// What stands anywhere in a value that consists of visible ASCII; `None` where nothing does.
pub(super) fn anywhere(text: &str, source: Source) -> Option<String> {
    let found = findings(text, source, |_, _, c| is_stray(c));
    (!found.is_empty()).then(|| found.join("; "))
}

fn findings(text: &str, source: Source, counts: impl Fn(usize, usize, char) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let inner = text.trim_matches(|c: char| is_stray(c) && !is_quote(c));
    if let (Some(first), Some(last)) = (inner.chars().next(), inner.chars().next_back())
        && (is_quote(first) || is_quote(last))
    {
        found.push(quoted(first, last, inner.chars().count() > 1, source));
    }
    let length = text.chars().count();
    let others = text.chars().enumerate().filter(|(at, c)| !is_quote(*c) && counts(*at, length, *c));
    for (at, c) in others {
        let place = match at {
            0 => "begins with".to_owned(),
            at if at + 1 == length => "ends in".to_owned(),
            at => format!("has, as its character {},", at + 1),
        };
        found.push(format!("it {place} {}", called(c)));
        // The first says what happened; a text of another language would name each of its characters.
        break;
    }
    found
}

fn quoted(first: char, last: char, is_pair: bool, source: Source) -> String {
    let both = is_pair && QUOTES.contains(&(first, last));
    match (both, source) {
        (true, Source::SettingsFile) => {
            "it has quotes of its own inside of those of the file: write one pair of them".to_owned()
        }
        (true, Source::Environment) => {
            "it stands in quotes, which docker's `--env-file` keeps as a part of the value (a shell takes them off): \
             write it without"
                .to_owned()
        }
        (true, Source::OwnFile) => {
            "it stands in quotes, which a file of one value keeps, as docker's `--env-file` does: write it without"
                .to_owned()
        }
        (false, _) if is_quote(first) => "it begins with a quote that is no part of it".to_owned(),
        (false, _) => "it ends in a quote that is no part of it".to_owned(),
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

fn called(c: char) -> String {
    let code = u32::from(c);
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\r' => "a carriage return (U+000D): its lines end as on Windows".to_owned(),
        '\n' => "a line break".to_owned(),
        '\u{a0}' => "a no-break space (U+00A0), as web pages have it".to_owned(),
        '\u{3000}' => "a full-width blank (U+3000)".to_owned(),
        '\u{feff}' => "a byte order mark (U+FEFF): save it as UTF-8 without one".to_owned(),
        '\u{ff01}'..='\u{ff5e}' => format!("a full-width character (U+{code:04X}) in place of the ASCII one"),
        _ if is_unseen(c) => format!("a character that nobody sees (U+{code:04X})"),
        _ if c.is_control() => format!("a control character (U+{code:04X})"),
        _ if c.is_whitespace() => format!("a blank (U+{code:04X})"),
        _ => "a character that is not ASCII".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
        let said = anywhere(text, Source::Environment).expect("something is found");
        assert!(said.starts_with(expected), "{said}");
        assert!(!said.contains("s3"), "{said}");
    }

    #[rstest]
    #[case("sqlite:///data/my folder/greeter.db")]
    #[case("sqlite:///数据/greeter.db")]
    #[case("sqlite:///data/it's.db")]
    #[case("sqlite:///data/数据")]
    fn a_path_may_hold_what_paths_hold(#[case] text: &str) {
        assert_eq!(at_the_ends(text, Source::Environment), None);
    }

    #[rstest]
    #[case("sqlite://greeter.db ")]
    #[case("sqlite://greeter.db\r")]
    #[case("\"sqlite://greeter.db\"")]
    #[case("sqlite://gree\u{200b}ter.db")]
    #[case("\u{feff}sqlite://greeter.db")]
    #[case("sqlite://a\nb.db")]
    fn a_path_holds_nothing_that_nobody_meant(#[case] text: &str) {
        assert!(at_the_ends(text, Source::OwnFile).is_some());
    }

    #[test]
    fn a_clean_value_is_let_be() {
        assert_eq!(anywhere("abc-DEF_123.~+/=!@#", Source::Environment), None);
        assert_eq!(anywhere("", Source::Environment), None);
    }
}

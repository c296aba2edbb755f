//! What a person most likely meant where the document is no YAML, or is another than it seems: hints by the lines alone.

use crate::rules::document::fault::Mark;

/// Why YAML sees no key where one was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colon {
    /// Its colon is a Chinese one.
    Wide,
    /// No blank stands behind it.
    NoBlank,
}

/// How to mend a line in which a key was meant and YAML sees none, because its colon is a Chinese one or has no blank
/// behind it.
pub(crate) fn colon(line: &str) -> Option<Colon> {
    let line = line.trim_start_matches([' ', '-', '{', '[', ',']);
    let word = line.len() - line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let behind = &line[word..];
    if word == 0 {
        None
    } else if behind.starts_with('\u{ff1a}') {
        Some(Colon::Wide)
    } else if behind
        .strip_prefix(':')
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with([' ', '\t', '/']))
    {
        Some(Colon::NoBlank)
    } else {
        None
    }
}

/// The tab that indents a line, from that line of the document on: the parser tells where the value above it begins.
pub(super) fn tab_below(document: &str, line: usize) -> Option<Mark> {
    document.lines().enumerate().skip(line.saturating_sub(1)).find_map(|(at, text)| {
        let indent = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
        Some(Mark { line: at + 1, column: indent.find('\t')? + 1 })
    })
}

/// Whether a sign of a Chinese input method stands beside quotes or brackets of YAML, or where a value begins.
pub(super) fn has_typed_sign(line: &str) -> bool {
    const BETWEEN: [char; 4] = ['\u{ff0c}', '\u{ff1a}', '\u{3001}', '\u{ff1b}'];
    const BEGINS: [char; 11] = [
        '\u{ff5b}', '\u{ff3b}', '\u{ff0d}', '\u{ff03}', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}',
        '\u{300c}', '\u{3010}', '\u{3000}',
    ];
    let chars: Vec<char> = line.chars().filter(|c| *c != ' ').collect();
    let beside = chars.windows(2).any(|pair| {
        (BETWEEN.contains(&pair[1]) && "\"']}".contains(pair[0]))
            || (BETWEEN.contains(&pair[0]) && "\"'[{".contains(pair[1]))
    });
    let value = line.split_once(": ").map_or(line, |(_, value)| value);
    let begins = |text: &str| text.trim_start_matches([' ', '-', '[', '{']).starts_with(BEGINS);
    beside || begins(value) || begins(line)
}

/// Whether a `#` takes the end of braces with it.
pub(super) fn has_comment_in_braces(line: &str) -> bool {
    line.split_once(" #").is_some_and(|(before, behind)| {
        before.contains(['{', '[']) && behind.contains(['}', ']']) && !before.trim_end().ends_with(['}', ']'])
    })
}

/// The comment behind a text without quotes that ends there.
pub(super) fn comment_behind(source: &str, end: usize) -> Option<Box<str>> {
    /// Enough to see what was meant.
    const COMMENT_CHARS_MAX: usize = 80;
    let head = source.get(..end)?.trim_end_matches([' ', '\t']);
    let behind = source.get(head.len()..)?;
    let comment = behind.trim_start_matches([' ', '\t']);
    // Only what begins as one is looked at: a line may have a thousand texts.
    let is_comment = comment.starts_with('#') && comment.len() < behind.len();
    is_comment.then(|| {
        let line: String = comment.chars().take(COMMENT_CHARS_MAX).take_while(|c| *c != '\n').collect();
        line.trim_end().into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_is_found_where_it_indents() {
        for (document, line, at) in [
            ("a: 您好\n\t再见\nb: 2", 1, Some((2, 1))),
            ("a: 您好\n\n  \t再见", 1, Some((3, 3))),
            ("\ta: 1\nb: 2", 1, Some((1, 1))),
            ("\ta: 1\nb: 2\n\tc", 2, Some((3, 1))),
            ("a: 1\t\nb: 2", 1, None),
        ] {
            assert_eq!(tab_below(document, line).map(|at| (at.line, at.column)), at, "{document:?}");
        }
    }

    #[test]
    fn signs_of_an_input_method_are_seen_where_yaml_has_its_own() {
        for line in [
            "  state: [\"a\"，\"b\"]",
            "  welcome: ｛ text: x ｝",
            "－ name: a",
            "  - “a”: b",
            "＃ x",
            "  a: {b: 'c'，d: e}",
        ] {
            assert!(has_typed_sign(line), "{line}");
        }
        for line in ["  text: 您好，很高兴：见到“您”", "  - name: 春季、夏季", "  text: \"您好，“您”\""]
        {
            assert!(!has_typed_sign(line), "{line}");
        }
        assert!(has_comment_in_braces("  welcome: { text: 您好 #客户昵称# }"));
        assert!(has_comment_in_braces("  state: [a, b #c ]"));
        for line in
            ["  welcome: { text: 您好 } # x [1]", "  welcome: { text: 您好 # x", "  welcome: 您好 # x }"]
        {
            assert!(!has_comment_in_braces(line), "{line}");
        }
    }

    #[test]
    fn a_colon_that_makes_no_key_is_seen() {
        for (line, seen) in [
            ("  state\u{ff1a}x", Some(Colon::Wide)),
            ("- a_1\u{ff1a}", Some(Colon::Wide)),
            ("  state:x", Some(Colon::NoBlank)),
            ("  - { name:x }", Some(Colon::NoBlank)),
            ("  state: x", None),
            ("  state:\tx", None),
            ("  state:", None),
            ("  state", None),
            ("  https://example.com", None),
            ("  渠道\u{ff1a}x", None),
        ] {
            assert_eq!(colon(line), seen, "{line}");
        }
    }

    #[test]
    fn a_comment_is_what_follows_a_blank_and_a_sign() {
        let behind = |source: &str, end| comment_behind(source, end).map(String::from);
        assert_eq!(behind("a: x # c \nb: y", 4).as_deref(), Some("# c"));
        assert_eq!(behind("a: x  # c", 6).as_deref(), Some("# c"), "the text ends before its blanks");
        assert_eq!(behind("a: x#c", 4), None);
        assert_eq!(behind("a: x\n# c", 4), None);
        assert_eq!(behind("a: x", 4), None);
        let long = format!("a: x #{}", "春".repeat(200));
        assert_eq!(behind(&long, 4).map(|comment| comment.chars().count()), Some(80));
    }
}

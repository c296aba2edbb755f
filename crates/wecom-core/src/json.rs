//! JSON that breaks JSON's rules, made readable. WeCom copies what people typed into its answers without always
//! escaping it: a nickname with a raw control character would otherwise cost the whole answer.

use std::fmt::Write as _;

/// `text` with everything in its strings that JSON forbids put right: control characters and line breaks are kept, as
/// escapes; half of a surrogate pair and NUL become U+FFFD; a backslash that begins no escape stands for itself.
/// Control characters between values become blanks. JSON that keeps the rules comes out as it is.
///
/// Takes one pass; the result is at most six times as long as `text`.
pub fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    let mut in_string = false;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => {
                in_string = !in_string;
                out.push('"');
                1
            }
            '\\' if in_string => take_escape(rest, &mut out),
            c if c < ' ' => {
                push_control(c, in_string, &mut out);
                1
            }
            _ => {
                let end = rest.find(|c| c < ' ' || c == '"' || c == '\\').unwrap_or(rest.len());
                // A backslash outside of a string is a fault that is left for the parser to find.
                let end = end.max(first.len_utf8());
                out.push_str(&rest[..end]);
                end
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// Puts out what the escape at the begin of `rest` stands for, and says how many bytes it took.
fn take_escape(rest: &str, out: &mut String) -> usize {
    match rest.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            out.push_str(&rest[..2]);
            2
        }
        Some(b'u') => match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => {
                out.push_str(&rest[..12]);
                12
            }
            (Some(0xd800..=0xdfff), _) => {
                out.push(char::REPLACEMENT_CHARACTER);
                6
            }
            (Some(_), _) => {
                out.push_str(&rest[..6]);
                6
            }
            (None, _) => {
                out.push_str("\\\\");
                1
            }
        },
        _ => {
            out.push_str("\\\\");
            1
        }
    }
}

/// The number of a `\uXXXX` at the begin of `text`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` would take a sign.
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

fn push_control(c: char, in_string: bool, out: &mut String) {
    match c {
        '\n' | '\r' | '\t' if !in_string => out.push(c),
        _ if !in_string => out.push(' '),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // PostgreSQL has no text with a NUL in it.
        '\0' => out.push(char::REPLACEMENT_CHARACTER),
        _ => {
            // Writing to a String does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_json_forbids_is_read_as_it_was_meant() {
        for (source, name) in [
            ("{\"n\":\"a\u{14}b\"}", "a\u{14}b"),
            ("{\"n\":\"a\nb\r\n\tc\"}", "a\nb\r\n\tc"),
            ("{\"n\":\"a\0b\"}", "a\u{fffd}b"),
            (r#"{"n":"a\ud800b"}"#, "a\u{fffd}b"),
            (r#"{"n":"a\udc00\ud83d"}"#, "a\u{fffd}\u{fffd}"),
            (r#"{"n":"\ud800\ud83d\ude00"}"#, "\u{fffd}😀"),
            (r#"{"n":"\uD83D\n"}"#, "\u{fffd}\n"),
            (r#"{"n":"it\'s \x14 \u12 \u+123"}"#, r"it\'s \x14 \u12 \u+123"),
            (r#"{"n":"\u你好"}"#, r"\u你好"),
            ("\u{1}{\u{2}\"n\"\u{b}:\n\"v\"}\0", "v"),
        ] {
            let read: Value = serde_json::from_str(&repaired(source)).unwrap();
            assert_eq!(read["n"], name, "{source:?}");
        }
    }

    #[test]
    fn what_no_repair_can_read_stays_unreadable() {
        for source in ["{\"n\":\"a", "{\"n\":\"a\\", "{\\\"n\":1}", "{\"n\":\"\\ud8", "{'n':1}"] {
            assert!(serde_json::from_str::<Value>(&repaired(source)).is_err(), "{source}");
        }
    }

    proptest! {
        #[test]
        fn what_keeps_the_rules_comes_out_as_it_is(text in any::<String>()) {
            let json = serde_json::json!({ &text: [&text, 1, null] }).to_string();
            prop_assert_eq!(repaired(&json), json);
        }

        #[test]
        fn any_text_in_a_string_is_readable_and_bounded(text in "[^\"\\\\]{0,60}", odd in "(\\\\|\"|u|d8|[0-9a-f]|\u{1}|你){0,60}") {
            let quoted = format!("\"{text}\"");
            prop_assert!(serde_json::from_str::<Value>(&repaired(&quoted)).is_ok());
            prop_assert!(repaired(&odd).len() <= odd.len() * 6);
        }
    }
}

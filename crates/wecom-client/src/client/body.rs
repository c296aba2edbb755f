//! How a request's JSON is written: in plain UTF-8 and without any `\uXXXX`, which WeCom refuses (40033).

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

/// `body` as JSON. Control characters other than tab and line breaks are left out: JSON has no way to write them but the
/// escapes that WeCom refuses, and one in a customer's name must not cost the whole request.
pub(super) fn written(body: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = Vec::with_capacity(256);
    body.serialize(&mut Serializer::with_formatter(&mut json, Plain))?;
    Ok(json)
}

/// Compact JSON, as `serde_json` writes it, but for the control characters.
struct Plain;

impl Formatter for Plain {
    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        writer.write_all(match escape {
            CharEscape::Quote => br#"\""#,
            CharEscape::ReverseSolidus => br"\\",
            CharEscape::Solidus => br"\/",
            CharEscape::LineFeed => br"\n",
            CharEscape::CarriageReturn => br"\r",
            CharEscape::Tab => br"\t",
            CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => b"",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_written_plainly_or_not_at_all() {
        let all: String = ('\0'..='\u{2fff}').collect();
        let json =
            String::from_utf8(written(&serde_json::json!({ "a": &all, &all: [1, null] })).unwrap()).unwrap();
        assert!(!json.contains("\\u") && !json.contains("\\b") && !json.contains("\\f"), "{json}");
        let kept: String = all.chars().filter(|c| *c >= ' ' || "\n\r\t".contains(*c)).collect();
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&read["a"], &read[&kept]), (&kept.clone().into(), &serde_json::json!([1, null])));
    }

    #[test]
    fn what_has_no_odd_characters_is_written_as_by_serde_json() {
        let body = serde_json::json!({"n": "您好 \"😀\" \\ / \n", "l": [1.5, true, {}], "u": "\\u0007"});
        assert_eq!(written(&body).unwrap(), serde_json::to_vec(&body).unwrap());
    }
}

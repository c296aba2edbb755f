//! A stored message as people see it: in JSON there and back without loss, and without its welcome code.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Serialize, Serializer};

use wecom_core::event::Event;

/// A decrypted message. In JSON it is `payload` where it is UTF-8 (byte for byte), else `payload_base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(pub Vec<u8>);

impl std::fmt::Debug for Payload {
    /// Only its length: it holds the welcome code and may hold a customer's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(1))?;
        let text = std::str::from_utf8(&self.0).ok();
        map.serialize_entry("payload", &text)?;
        if text.is_none() {
            map.serialize_entry("payload_base64", &BASE64_STANDARD.encode(&self.0))?;
        }
        map.end()
    }
}

impl Payload {
    /// Blanks everything that can be read as a welcome code, at its length: with the code one could send the welcome.
    pub(in crate::store) fn blank_welcome_code(&mut self) {
        let event = Event::from_payload(&self.0);
        if let Some(code) = event.welcome_code().filter(|code| !code.is_empty()) {
            blank(&mut self.0, code.as_bytes());
        }
        blank_elements(&mut self.0);
    }
}

/// Puts `*` in place of the secret wherever it stands. Where it does not stand there as it was read (it may be escaped),
/// all of the bytes are blanked rather than none.
fn blank(bytes: &mut [u8], secret: &[u8]) {
    let places: Vec<usize> = bytes
        .windows(secret.len())
        .enumerate()
        .filter(|(_, window)| *window == secret)
        .map(|(at, _)| at)
        .collect();
    if places.is_empty() {
        bytes.fill(b'*');
    }
    for at in places {
        bytes[at..at + secret.len()].fill(b'*');
    }
}

/// Puts `*` in place of the content of every `WelcomeCode` element: a message may have more of them than the one that is
/// read. An element without an end is blanked to the end of the message.
fn blank_elements(bytes: &mut [u8]) {
    const BEGIN: &[u8] = b"<WelcomeCode";
    const END: &[u8] = b"</WelcomeCode";
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], BEGIN) {
        from += at + BEGIN.len();
        // An element whose name only begins like this one is never read as a code.
        if !bytes.get(from).is_some_and(|next| matches!(next, b'>' | b' ' | b'\t' | b'\r' | b'\n')) {
            continue;
        }
        let Some(begin) = bytes[from..].iter().position(|byte| *byte == b'>') else { return };
        let begin = from + begin + 1;
        let end = find(&bytes[begin..], END).map_or(bytes.len(), |end| begin + end);
        let inner =
            match (bytes[begin..end].strip_prefix(b"<![CDATA["), bytes[begin..end].strip_suffix(b"]]>")) {
                (Some(_), Some(_)) => begin + 9..end - 3,
                _ => begin..end,
            };
        bytes[inner].fill(b'*');
        from = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_blanked_wherever_it_stands() {
        let blanked = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            blank(&mut bytes, b"CODE-1");
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(blanked("<a>CODE-1</a><b>CODE-1</b>"), "<a>******</a><b>******</b>");
        assert_eq!(blanked("<a>CODE&#45;1</a>"), "*".repeat(17));
    }

    #[test]
    fn every_welcome_code_is_blanked_and_nothing_else() {
        for (text, expected) in [
            (
                "<xml><WelcomeCode>A</WelcomeCode><X>A</X><WelcomeCode ><![CDATA[B]]></WelcomeCode ></xml>",
                "<xml><WelcomeCode>*</WelcomeCode><X>A</X><WelcomeCode ><![CDATA[*]]></WelcomeCode ></xml>",
            ),
            ("<WelcomeCodes>A</WelcomeCodes><WelcomeCode/>", "<WelcomeCodes>A</WelcomeCodes><WelcomeCode/>"),
            ("<WelcomeCode></WelcomeCode><WelcomeCode>C", "<WelcomeCode></WelcomeCode><WelcomeCode>*"),
            (
                "<WelcomeCode><![CDATA[]]]></WelcomeCode><WelcomeCode",
                "<WelcomeCode><![CDATA[*]]></WelcomeCode><WelcomeCode",
            ),
            ("<WelcomeCode><![CDATA[]]></WelcomeCode>", "<WelcomeCode><![CDATA[]]></WelcomeCode>"),
            ("<WelcomeCode><![CDATA[>]]></WelcomeCode>", "<WelcomeCode><![CDATA[*]]></WelcomeCode>"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            blank_elements(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}

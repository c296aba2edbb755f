//! A stored message as people see it: in JSON there and back without loss, and without its welcome code.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Serialize, Serializer};

use wecom_core::event::{Event, Hidden, Kind};

/// The elements with which one could act in the company's name: send its welcome, or ask for a suite's tokens.
const SECRETS: [&str; 3] = ["WelcomeCode", "SuiteTicket", "AuthCode"];

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
    /// Blanks everything that can be read as one of the secrets, at its length.
    pub(in crate::store) fn blank_secrets(&mut self) {
        let event = Event::from_payload(&self.0);
        let mut secrets: Vec<&str> = event.welcome_code().into_iter().collect();
        if let Kind::Suite(suite) = &event.kind {
            secrets.extend([&suite.ticket, &suite.auth_code].into_iter().flatten().map(Hidden::reveal));
        }
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            blank(&mut self.0, secret.as_bytes());
        }
        for name in SECRETS {
            blank_elements(&mut self.0, name);
        }
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

/// Puts `*` in place of the content of every element of that name: a message may have more of them than the one that is
/// read. An element without an end is blanked to the end of the message.
fn blank_elements(bytes: &mut [u8], name: &str) {
    let (opening, closing) = (format!("<{name}"), format!("</{name}"));
    let (opening, closing) = (opening.as_bytes(), closing.as_bytes());
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], opening) {
        from += at + opening.len();
        // An element whose name only begins like this one is never read as a code.
        if !bytes.get(from).is_some_and(|next| matches!(next, b'>' | b' ' | b'\t' | b'\r' | b'\n')) {
            continue;
        }
        let Some(begin) = bytes[from..].iter().position(|byte| *byte == b'>') else { return };
        let begin = from + begin + 1;
        let end = find(&bytes[begin..], closing).map_or(bytes.len(), |end| begin + end);
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
    fn the_secrets_of_a_suite_are_blanked() {
        for (text, expected) in [
            (
                "<xml><InfoType>suite_ticket</InfoType><SuiteTicket><![CDATA[tick-1]]></SuiteTicket></xml>",
                "<xml><InfoType>suite_ticket</InfoType><SuiteTicket><![CDATA[******]]></SuiteTicket></xml>",
            ),
            (
                "<xml><InfoType>create_auth</InfoType><AuthCode>code-1</AuthCode><State>s</State></xml>",
                "<xml><InfoType>create_auth</InfoType><AuthCode>******</AuthCode><State>s</State></xml>",
            ),
        ] {
            let mut payload = Payload(text.as_bytes().to_vec());
            payload.blank_secrets();
            assert_eq!(String::from_utf8(payload.0).unwrap(), expected);
        }
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
            blank_elements(&mut bytes, "WelcomeCode");
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}

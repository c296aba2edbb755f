//! Takes the four signed texts out of a request: signature, timestamp and nonce from the query, the ciphertext from
//! the body or, when the address is verified, from the query. Pages 90968 and 91116.
//!
//! Nothing here can be trusted yet, so everything is bounded, borrowed where it can be, and read in one pass. The
//! query's parameters are taken by name: `open` works with whatever else a proxy or a URL template adds to it.

use std::{borrow::Cow, fmt};

use quick_xml::{Reader, events::Event};
use serde::{
    Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use super::{Refused, Sealed};
use crate::flat;

/// The longest query string that is looked at. WeCom's have about 130 bytes, and about 300 with an echostr.
pub const QUERY_MAX_BYTES: usize = 8 * 1024;

/// The longest timestamp, nonce or signature. WeCom's have 10, about 10 and 40 bytes.
pub const PARAMETER_MAX_BYTES: usize = 128;

/// How deep the body's elements may stand in each other. WeCom's body has two levels.
const MAX_DEPTH: usize = 8;

/// The four texts, with the encoding of the query and the body undone.
pub(super) struct Envelope<'a> {
    pub(super) signature: Cow<'a, [u8]>,
    pub(super) timestamp: Cow<'a, [u8]>,
    pub(super) nonce: Cow<'a, [u8]>,
    pub(super) encrypt: Cow<'a, [u8]>,
}

impl<'a> Envelope<'a> {
    /// The envelope of a delivery.
    pub(super) fn of_delivery(sealed: &Sealed<'a>) -> Result<Self, Refused> {
        let query = Query::split(sealed.query)?;
        // Before the body is read: the cheap check first.
        let [signature, timestamp, nonce] = query.signed()?;
        let body = std::str::from_utf8(sealed.body).map_err(|_| Refused::BodyNotText)?;
        let body = body.trim_start_matches('\u{feff}').trim_ascii_start();
        let encrypt = if body.starts_with('{') { encrypt_of_json(body)? } else { encrypt_of_xml(body)? };
        let encrypt = match encrypt {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Ok(Self { signature, timestamp, nonce, encrypt })
    }

    /// The envelope of a verification of the address.
    pub(super) fn of_echo(query: &'a str) -> Result<Self, Refused> {
        let query = Query::split(query)?;
        let [signature, timestamp, nonce] = query.signed()?;
        let encrypt = percent_decode("echostr", query.echostr.ok_or(Refused::ParameterMissing("echostr"))?)?;
        // Base64 has no space: it was a plus, which some proxies decode as forms do.
        let encrypt = if encrypt.contains(&b' ') {
            Cow::Owned(encrypt.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect())
        } else {
            encrypt
        };
        Ok(Self { signature, timestamp, nonce, encrypt })
    }
}

/// The parameters of a query that matter here, still encoded.
#[derive(Default)]
struct Query<'a> {
    msg_signature: Option<&'a str>,
    timestamp: Option<&'a str>,
    nonce: Option<&'a str>,
    echostr: Option<&'a str>,
}

impl<'a> Query<'a> {
    fn split(query: &'a str) -> Result<Self, Refused> {
        if query.len() > QUERY_MAX_BYTES {
            return Err(Refused::QueryTooLong);
        }
        let mut found = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, place) = match name {
                "msg_signature" => ("msg_signature", &mut found.msg_signature),
                "timestamp" => ("timestamp", &mut found.timestamp),
                "nonce" => ("nonce", &mut found.nonce),
                "echostr" => ("echostr", &mut found.echostr),
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Refused::ParameterTwice(name));
            }
        }
        Ok(found)
    }

    fn signed(&self) -> Result<[Cow<'a, [u8]>; 3], Refused> {
        let short = |name, value: Option<&'a str>| {
            let value = value.ok_or(Refused::ParameterMissing(name))?;
            if value.len() > PARAMETER_MAX_BYTES {
                return Err(Refused::ParameterTooLong(name));
            }
            percent_decode(name, value)
        };
        Ok([
            short("msg_signature", self.msg_signature)?,
            short("timestamp", self.timestamp)?,
            short("nonce", self.nonce)?,
        ])
    }
}

/// Decodes once. A `+` stays one: WeCom percent-encodes, it does not send forms.
fn percent_decode<'a>(name: &'static str, value: &'a str) -> Result<Cow<'a, [u8]>, Refused> {
    let value = value.as_bytes();
    if !value.contains(&b'%') {
        return Ok(Cow::Borrowed(value));
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let ([high, low], tail) = tail.split_first_chunk().ok_or(Refused::ParameterEncoding(name))?;
            let (Some(high), Some(low)) = (hex(*high), hex(*low)) else {
                return Err(Refused::ParameterEncoding(name));
            };
            decoded.push(high << 4 | low);
            rest = tail;
        } else {
            decoded.push(*first);
        }
    }
    Ok(Cow::Owned(decoded))
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// `Encrypt` of the root element, bare or as CDATA. No reference is resolved: base64 needs none.
fn encrypt_of_xml(body: &str) -> Result<Cow<'_, str>, Refused> {
    encrypt_of_flat(body).map_or_else(|| encrypt_of_any_xml(body), |text| Ok(Cow::Borrowed(text)))
}

/// The same where the body is laid out as WeCom lays it out and nothing is wrong with it.
fn encrypt_of_flat(body: &str) -> Option<&str> {
    let mut encrypt = None;
    flat::read(body, |name, text| {
        let twice = name == "Encrypt" && encrypt.replace(text).is_some();
        (!twice).then_some(())
    })?;
    encrypt.map(str::trim_ascii).filter(|text| !text.is_empty())
}

fn encrypt_of_any_xml(body: &str) -> Result<Cow<'_, str>, Refused> {
    let mut reader = Reader::from_str(body);
    let mut depth = 0_usize;
    let mut closed = false;
    let mut inside = false;
    let mut encrypt: Option<Cow<'_, str>> = None;
    loop {
        match reader.read_event().map_err(|_| Refused::BodyMalformed)? {
            // One root element with nothing beside it, and nothing but text in what is to be decrypted.
            Event::Start(_) | Event::Empty(_) if closed || inside => return Err(Refused::BodyMalformed),
            Event::Start(start) => {
                if depth == MAX_DEPTH {
                    return Err(Refused::TooDeep);
                }
                depth += 1;
                if depth == 2 && start.name().as_ref() == "Encrypt" {
                    if encrypt.replace(Cow::Borrowed("")).is_some() {
                        return Err(Refused::EncryptTwice);
                    }
                    inside = true;
                }
            }
            Event::Empty(_) => closed = depth == 0,
            Event::End(_) => {
                depth = depth.checked_sub(1).ok_or(Refused::BodyMalformed)?;
                inside = false;
                closed = depth == 0;
            }
            Event::Text(text) if depth == 0 && !text.trim_ascii().is_empty() => {
                return Err(Refused::BodyMalformed);
            }
            Event::CData(_) if depth == 0 => return Err(Refused::BodyMalformed),
            Event::Text(text) => add(&mut encrypt, inside, text.into_inner()),
            Event::CData(text) => add(&mut encrypt, inside, text.into_inner()),
            Event::GeneralRef(_) if inside => return Err(Refused::BodyMalformed),
            Event::GeneralRef(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::DocType(_) => return Err(Refused::Doctype),
            Event::Eof if closed => {
                return encrypt.filter(|text| !text.is_empty()).ok_or(Refused::EncryptMissing);
            }
            Event::Eof => return Err(Refused::BodyMalformed),
        }
    }
}

/// Adds a piece of text to what is to be decrypted. Whitespace around it is layout, and was not signed.
fn add<'a>(encrypt: &mut Option<Cow<'a, str>>, inside: bool, piece: Cow<'a, str>) {
    let (true, Some(text)) = (inside, encrypt) else { return };
    let piece = match piece {
        Cow::Borrowed(piece) => Cow::Borrowed(piece.trim_ascii()),
        Cow::Owned(piece) => Cow::Owned(piece.trim_ascii().to_owned()),
    };
    if text.is_empty() {
        *text = piece;
    } else if !piece.is_empty() {
        text.to_mut().push_str(&piece);
    }
}

/// `encrypt` of the object that some kinds of callback send instead of XML (page 91144).
fn encrypt_of_json(body: &str) -> Result<Cow<'_, str>, Refused> {
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let found = deserializer.deserialize_map(EncryptVisitor).map_err(|_| Refused::BodyMalformed)?;
    deserializer.end().map_err(|_| Refused::BodyMalformed)?;
    match found {
        Found::Once(text) if !text.is_empty() => Ok(text),
        Found::Once(_) | Found::Never => Err(Refused::EncryptMissing),
        Found::Twice => Err(Refused::EncryptTwice),
    }
}

enum Found<'a> {
    Never,
    Once(Cow<'a, str>),
    Twice,
}

/// Reads the one member that matters and passes over the others without keeping them.
struct EncryptVisitor;

impl<'de> Visitor<'de> for EncryptVisitor {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `encrypt`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::Never;
        while let Some(Text(name)) = map.next_key()? {
            // Lower case as documented; the libraries that read it take the XML's spelling as well.
            if name.eq_ignore_ascii_case("encrypt") {
                let Text(text) = map.next_value()?;
                found = if let Found::Never = found { Found::Once(text) } else { Found::Twice };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// A JSON string, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    /// What a sender may write, with enough whole elements among it that many a body is flat.
    const PIECES: &[&str] = &[
        "<Encrypt>Ab</Encrypt>",
        "<AgentID><![CDATA[1]]></AgentID>",
        "<ToUserName>ww1</ToUserName>\n",
        "<Encrypt><![CDATA[ Ab+/= ]]></Encrypt>",
        "<Encrypt></Encrypt>",
        "<Encrypt>",
        "</Encrypt>",
        "<Encrypt/>",
        "<A a='1'>",
        "</A>",
        "<![CDATA[",
        "]]>",
        ">",
        "&#98;",
        " ",
        "\u{c}",
        "中",
        "<!-- c -->",
        "<xml>",
        "</xml>",
        "x",
    ];

    proptest! {
        #[test]
        fn what_is_flat_is_read_as_the_parser_reads_it(
            pieces in vec(prop_oneof![3 => select(&PIECES[..4]), 1 => select(PIECES)], 0..5),
            tail in prop_oneof![3 => Just(""), 1 => select(PIECES)],
        ) {
            let body = format!("<xml>{}</xml>{tail}", pieces.concat());
            prop_assert_eq!(encrypt_of_xml(&body), encrypt_of_any_xml(&body));
        }
    }

    fn encrypt(body: &str) -> Result<String, Refused> {
        let query = "msg_signature=s&timestamp=1&nonce=n";
        let envelope = Envelope::of_delivery(&Sealed { query, body: body.as_bytes() })?;
        Ok(String::from_utf8(envelope.encrypt.into_owned()).unwrap())
    }

    #[test]
    fn the_ciphertext_is_found_however_the_body_is_laid_out() {
        for body in [
            "<xml><ToUserName><![CDATA[ww1]]></ToUserName><AgentID>1</AgentID><Encrypt><![CDATA[Ab+/==]]></Encrypt></xml>",
            "<xml><Encrypt>Ab+/==</Encrypt><ToUserName>a &amp; b</ToUserName></xml>",
            "\u{feff}<?xml version=\"1.0\"?>\r\n<xml >\r\n<Encrypt >\r\n<![CDATA[Ab+/==]]>\r\n</Encrypt ></xml >\r\n",
            "<xml><Encrypt><![CDATA[Ab]]><![CDATA[+/==]]></Encrypt><AgentID/></xml>",
            "<xml><Other><Encrypt>no</Encrypt></Other><Encrypt>Ab+/==</Encrypt></xml>",
            r#"{"tousername": "ww1", "encrypt": "Ab+/==", "agentid": 218, "more": [{"encrypt": 1}]}"#,
            r#" {"encrypt": "Ab+\/=="} "#,
        ] {
            assert_eq!(encrypt(body).as_deref(), Ok("Ab+/=="), "{body}");
        }
    }

    #[test]
    fn a_body_that_is_not_wecoms_is_refused_by_what_is_wrong_with_it() {
        let deep = "<a>".repeat(400_000);
        for (body, refused) in [
            ("", Refused::BodyMalformed),
            ("success", Refused::BodyMalformed),
            ("<xml><Encrypt>Ab</Encrypt>", Refused::BodyMalformed),
            ("<xml><Encrypt>Ab</Encrypt></xml><xml/>", Refused::BodyMalformed),
            ("success<xml><Encrypt>Ab</Encrypt></xml>", Refused::BodyMalformed),
            ("<xml><Encrypt>Ab</Encrypt></xml>success", Refused::BodyMalformed),
            ("<xml><Encrypt>A&#98;</Encrypt></xml>", Refused::BodyMalformed),
            ("<xml><Encrypt>A<b/></Encrypt></xml>", Refused::BodyMalformed),
            ("<!DOCTYPE xml [<!ENTITY e 'x'>]><xml><Encrypt>&e;</Encrypt></xml>", Refused::Doctype),
            ("<xml><Encrypt>A</Encrypt><Encrypt>B</Encrypt></xml>", Refused::EncryptTwice),
            ("<xml><Encrypt></Encrypt></xml>", Refused::EncryptMissing),
            ("<xml/>", Refused::EncryptMissing),
            ("{}", Refused::EncryptMissing),
            (r#"{"encrypt": ""}"#, Refused::EncryptMissing),
            (r#"{"encrypt": "A", "encrypt": "B"}"#, Refused::EncryptTwice),
            (r#"{"encrypt": 7}"#, Refused::BodyMalformed),
            (r#"{"encrypt": "A"} {}"#, Refused::BodyMalformed),
            (&deep, Refused::TooDeep),
        ] {
            assert_eq!(encrypt(body), Err(refused), "{}", &body[..body.len().min(80)]);
        }
        let sealed = Sealed { query: "msg_signature=s&timestamp=1&nonce=n", body: b"\xff" };
        assert_eq!(Envelope::of_delivery(&sealed).err(), Some(Refused::BodyNotText));
    }

    #[test]
    fn parameters_are_taken_by_name_decoded_once_and_only_if_there_is_one_of_each() {
        let echo = |query: &str| {
            Envelope::of_echo(query)
                .map(|envelope| String::from_utf8(envelope.encrypt.into_owned()).unwrap())
                .map_err(|refused| refused.to_string())
        };
        let signed = "a=1&nonce=n&timestamp=1&msg_signature=s&";
        assert_eq!(echo(&format!("{signed}echostr=a%2Bb%2fc%3D")), Ok("a+b/c=".into()));
        assert_eq!(echo(&format!("{signed}echostr=a+b/c=&x")), Ok("a+b/c=".into()));
        assert_eq!(echo(&format!("{signed}echostr=a b%20c==")), Ok("a+b+c==".into()));
        assert_eq!(echo(&format!("{signed}echostr=a%252B")), Ok("a%2B".into()));
        let refused = |query: &str| Envelope::of_echo(query).err();
        assert_eq!(refused(signed), Some(Refused::ParameterMissing("echostr")));
        assert_eq!(
            refused("echostr=a&nonce=n&timestamp=1"),
            Some(Refused::ParameterMissing("msg_signature"))
        );
        assert_eq!(refused(&format!("{signed}echostr=a&nonce=n")), Some(Refused::ParameterTwice("nonce")));
        for broken in ["%", "%2", "%zz", "a%2"] {
            let query = format!("{signed}echostr={broken}");
            assert_eq!(refused(&query), Some(Refused::ParameterEncoding("echostr")), "{query}");
        }
        let long = "1".repeat(PARAMETER_MAX_BYTES + 1);
        let query = format!("nonce={long}&timestamp=1&msg_signature=s&echostr=a");
        assert_eq!(refused(&query), Some(Refused::ParameterTooLong("nonce")));
        assert_eq!(refused(&"x".repeat(QUERY_MAX_BYTES + 1)), Some(Refused::QueryTooLong));
    }
}

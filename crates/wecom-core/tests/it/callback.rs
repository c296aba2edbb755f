//! A callback is opened if WeCom sealed it for us, to the byte, and in every other case refused without a panic.
//!
//! The vectors are published samples and break the symmetry of `seal` and `open`, which could share a mistake.

use std::fmt::Write;

use proptest::{collection::vec, prelude::*};
use serde::Deserialize;
use wecom_core::{
    callback::{self, Keys, Refused, RefusedClass, Sealed},
    event::{Event, Kind},
};

#[derive(Deserialize)]
struct Vector {
    source: String,
    token: String,
    encoding_aes_key: String,
    receive_id: String,
    msg_signature: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    plaintext: Option<String>,
    random16_hex: Option<String>,
    expect: Option<String>,
}

impl Vector {
    fn all() -> Vec<Self> {
        include_str!("../fixtures/vectors.jsonl")
            .lines()
            .map(|line| serde_json::from_str(line).expect("a vector a line"))
            .collect()
    }

    fn genuine() -> Vec<Self> {
        Self::all().into_iter().filter(|vector| vector.expect.as_deref().unwrap_or("ok") == "ok").collect()
    }

    fn keys(&self) -> Keys {
        Keys::new(&self.token, &self.encoding_aes_key, &self.receive_id).expect("genuine keys")
    }

    fn query(&self) -> String {
        format!("msg_signature={}&timestamp={}&nonce={}", self.msg_signature, self.timestamp, self.nonce)
    }

    fn body(&self) -> String {
        format!(
            "<xml><ToUserName><![CDATA[ww]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>",
            self.encrypt
        )
    }

    fn open(&self) -> Result<Vec<u8>, Refused> {
        open(&self.keys(), &self.query(), self.body().as_bytes())
    }
}

fn open(keys: &Keys, query: &str, body: &[u8]) -> Result<Vec<u8>, Refused> {
    callback::open(keys, &Sealed { query, body }).map(|plaintext| {
        let bytes = plaintext.as_bytes().to_vec();
        assert_eq!(bytes, plaintext.into_bytes());
        bytes
    })
}

fn echo(keys: &Keys, query: &str) -> Result<Vec<u8>, Refused> {
    callback::open_echo(keys, query).map(callback::Plaintext::into_bytes)
}

#[test]
fn every_vector_opens_to_the_byte_or_is_refused_for_what_is_wrong_with_it() {
    let mut opened = 0;
    for vector in Vector::all() {
        let keys = vector.keys();
        let echo_query =
            format!("{}&echostr={}", vector.query(), vector.encrypt.replace('+', "%2B").replace('/', "%2F"));
        let json = format!(r#"{{"tousername":"ww","encrypt":"{}","agentid":218}}"#, vector.encrypt);
        let ends = [
            vector.open(),
            open(&keys, &vector.query(), json.as_bytes()),
            echo(&keys, &echo_query),
            echo(&keys, &format!("{}&echostr={}", vector.query(), vector.encrypt.replace('+', " "))),
        ];
        let right = match vector.expect.as_deref() {
            None | Some("ok") => {
                opened += 1;
                Ok(vector.plaintext.as_deref().expect("a genuine vector has a plaintext").as_bytes().to_vec())
            }
            Some("receive_id_mismatch") => Err("receiver"),
            Some("bad_length") => Err("message_length"),
            Some("bad_padding") => Err("padding"),
            Some(other) => panic!("unknown expectation {other}"),
        };
        for end in ends {
            assert_eq!(
                end.as_ref().map_err(Refused::reason),
                right.as_ref().map_err(|reason| *reason),
                "{}",
                vector.source
            );
        }
    }
    assert_eq!(opened, 13);
}

#[test]
fn a_vector_sealed_again_with_its_random_bytes_is_the_same_to_the_byte() {
    let mut sealed_again = 0;
    for vector in Vector::genuine() {
        let (Some(plaintext), Some(hex)) = (&vector.plaintext, &vector.random16_hex) else { continue };
        let random: Vec<u8> = (0..16)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
            .collect();
        let random = random.try_into().expect("16 bytes");
        let sealed =
            callback::seal(&vector.keys(), plaintext.as_bytes(), &vector.timestamp, &vector.nonce, random);
        assert_eq!(sealed.encrypt, vector.encrypt, "{}", vector.source);
        assert_eq!(sealed.msg_signature, vector.msg_signature, "{}", vector.source);
        assert_eq!(sealed.to_query(), vector.query());
        sealed_again += 1;
    }
    assert_eq!(sealed_again, 8);
}

#[test]
fn whatever_is_changed_in_a_vector_it_is_refused_as_forbidden() {
    for vector in Vector::genuine() {
        let keys = vector.keys();
        let (query, body) = (vector.query(), vector.body());
        let changed = |query: &str, body: &str| {
            let refused = open(&keys, query, body.as_bytes()).expect_err("it was changed");
            assert_eq!(
                (refused.clone(), refused.class()),
                (Refused::Signature, RefusedClass::Forbidden),
                "{query} {body}"
            );
        };
        changed(&query.replacen("nonce=", "nonce=1", 1), &body);
        changed(&query.replacen("timestamp=", "timestamp=0", 1), &body);
        changed(&query.replacen("msg_signature=", "msg_signature=0", 1), &body);
        changed(&query.replace(&vector.msg_signature, &vector.msg_signature.to_uppercase()), &body);
        changed(&query.replace(&vector.msg_signature, ""), &body);
        changed(&query, &body.replacen("<Encrypt><![CDATA[", "<Encrypt><![CDATA[A", 1));
        let other_token = Keys::new("other", &vector.encoding_aes_key, &vector.receive_id).expect("keys");
        assert_eq!(open(&other_token, &query, body.as_bytes()), Err(Refused::Signature));
        let other_receiver = Keys::new(&vector.token, &vector.encoding_aes_key, "another").expect("keys");
        let refused = open(&other_receiver, &query, body.as_bytes()).expect_err("it is for somebody else");
        assert_eq!((refused.reason(), refused.class()), ("receiver", RefusedClass::Forbidden));
        let message = refused.to_string();
        assert!(message.contains("`another`") && message.contains(&vector.receive_id), "{message}");
        assert_eq!(
            open(&other_receiver.with_receivers([&vector.receive_id]), &query, body.as_bytes()),
            Ok(vector.plaintext.clone().unwrap_or_default().into_bytes())
        );
    }
}

/// Page 96516: a plain corp id is not case-sensitive, an encrypted one is. The first two are sealed as WeCom's own example and
/// another's library have them, so that what opens is not only what this crate seals.
#[test]
fn a_plain_receiver_may_be_written_in_another_case_and_an_encrypted_one_may_not() {
    for vector in Vector::genuine().into_iter().filter(|vector| vector.receive_id.starts_with('w')) {
        let plaintext = vector.plaintext.clone().unwrap_or_default().into_bytes();
        for (receiver, opens) in [
            (vector.receive_id.to_ascii_uppercase(), true),
            (vector.receive_id.replacen('w', "W", 1), true),
            (format!("{}x", vector.receive_id), false),
            (vector.receive_id[1..].to_owned(), false),
            (vector.receive_id.replacen('w', "v", 1), false),
        ] {
            let keys = Keys::new(&vector.token, &vector.encoding_aes_key, &receiver).expect("keys");
            let opened = open(&keys, &vector.query(), vector.body().as_bytes());
            let right = if opens { Ok(plaintext.clone()) } else { Err("receiver") };
            assert_eq!(opened.map_err(|refused| refused.reason()), right, "{receiver} {}", vector.source);
        }
    }
    let keys = |receiver: &str| {
        Keys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", receiver).expect("keys")
    };
    for (ours, theirs, opens) in [
        ("ww4asffe99e54c0f4c", "WW4asffe99E54c0f4c", true),
        ("tj4asffe99e54c0f4c", "TJ4ASFFE99E54C0F4C", true),
        ("wpAbCdEfGhIjKlMnOpQrStUvWxYz012345", "wpAbCdEfGhIjKlMnOpQrStUvWxYz012345", true),
        ("wpAbCdEfGhIjKlMnOpQrStUvWxYz012345", "wpabCdEfGhIjKlMnOpQrStUvWxYz012345", false),
        ("wpAbCdEfGhIjKlMnOpQrStUvWxYz012345", "WPAbCdEfGhIjKlMnOpQrStUvWxYz012345", false),
        // The letters `K` and `ſ` of Unicode are no letters of an id, whatever they become in small.
        ("wwk", "ww\u{212a}", false),
        ("", "", true),
        ("", "ww1", false),
        ("ww1", "", false),
    ] {
        let sealed = callback::seal(&keys(theirs), b"<xml/>", "1733900461", "n", [7; 16]);
        let body = format!("<xml><Encrypt><![CDATA[{}]]></Encrypt></xml>", sealed.encrypt);
        let opened = open(&keys(ours), &sealed.to_query(), body.as_bytes());
        assert_eq!(opened.is_ok(), opens, "{ours} {theirs}: {opened:?}");
    }
}

#[test]
fn a_wrong_aes_key_is_told_apart_from_a_wrong_token() {
    for vector in Vector::genuine() {
        let mut key = vector.encoding_aes_key.clone().into_bytes();
        key.reverse();
        let key = String::from_utf8(key).expect("letters and digits");
        let keys = Keys::new(&vector.token, &key, &vector.receive_id).expect("keys");
        let refused = open(&keys, &vector.query(), vector.body().as_bytes()).expect_err("the key is wrong");
        assert!(matches!(refused, Refused::Padding | Refused::MessageLength), "{refused:?}");
        assert_eq!(refused.class(), RefusedClass::Malformed);
    }
}

#[test]
fn a_ciphertext_that_somebody_with_our_token_made_wrong_is_malformed() {
    let vector = &Vector::genuine()[0];
    for (encrypt, right) in [
        ("A", Refused::Base64),
        ("QUJD QUJD", Refused::Base64),
        ("QUJDRA", Refused::Base64),
        ("QUJD", Refused::CipherLength),
        ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq", Refused::CipherLength),
    ] {
        let mut texts = [vector.token.as_str(), "1", "n", encrypt];
        texts.sort_unstable();
        let query = format!("msg_signature={}&timestamp=1&nonce=n", sha1_hex(&texts.concat()));
        let body = format!("<xml><Encrypt>{encrypt}</Encrypt></xml>");
        let refused = open(&vector.keys(), &query, body.as_bytes()).expect_err("it is wrong");
        assert_eq!((refused.clone(), refused.class()), (right, RefusedClass::Malformed), "{encrypt}");
    }
}

fn sha1_hex(text: &str) -> String {
    use sha1::{Digest, Sha1};
    Sha1::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String can be written to");
        hex
    })
}

#[test]
fn other_parameters_do_not_matter_and_neither_does_their_order() {
    let vector = &Vector::genuine()[0];
    let query = format!(
        "corp=%24&nonce={}&x&timestamp={}&=&msg_signature={}&%",
        vector.nonce, vector.timestamp, vector.msg_signature
    );
    assert!(open(&vector.keys(), &query, vector.body().as_bytes()).is_ok());
}

#[test]
fn nothing_secret_shows_in_debug() {
    let vector = &Vector::genuine()[0];
    let (query, body) = (vector.query(), vector.body());
    let plaintext = callback::open(&vector.keys(), &Sealed { query: &query, body: body.as_bytes() })
        .expect("it is genuine");
    let length = plaintext.as_bytes().len();
    assert_eq!(format!("{plaintext:?}"), format!("Plaintext({length} bytes)"));
    let keys = format!("{:?}", vector.keys());
    assert!(!keys.contains(&vector.token) && !keys.contains(&vector.encoding_aes_key[..8]), "{keys}");
}

fn encoding_aes_key() -> impl Strategy<Value = String> {
    // 43 characters of the whole alphabet: the surplus bits of the last one are whatever they are.
    "[A-Za-z0-9]{43}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_sealed_opens_to_the_same_bytes(
        key in encoding_aes_key(),
        token in "[A-Za-z0-9]{1,32}",
        receiver in "(ww[a-z0-9]{16})?",
        message in vec(any::<u8>(), 0..200),
        nonce in "[ -~]{1,20}",
        random: [u8; 16],
    ) {
        let keys = Keys::new(&token, &key, &receiver).expect("keys");
        let sealed = callback::seal(&keys, &message, "1733900461", &nonce, random);
        for body in [sealed.to_xml("ww]]>1", Some("1000042")), sealed.to_xml("", None), sealed.to_json("ww\"", None)] {
            prop_assert_eq!(open(&keys, &sealed.to_query(), body.as_bytes()), Ok(message.clone()));
        }
        prop_assert_eq!(echo(&keys, &sealed.to_echo_query()), Ok(message));
    }

    #[test]
    fn one_flipped_bit_of_what_was_signed_never_opens(at in any::<prop::sample::Index>(), bit in 0..7_u8, part in 0..4_u8) {
        let vector = &Vector::genuine()[0];
        let flip = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            bytes
        };
        let keys = vector.keys();
        let mut query = vector.query();
        let mut body = vector.body().into_bytes();
        if part == 3 {
            let flipped = flip(&vector.encrypt);
            body = [b"<xml><Encrypt><![CDATA[".as_slice(), &flipped, b"]]></Encrypt></xml>"].concat();
        } else {
            let text = [&vector.msg_signature, &vector.timestamp, &vector.nonce][usize::from(part)];
            let flipped = flip(text).into_iter().fold(String::new(), |mut text, byte| {
                write!(text, "%{byte:02x}").expect("a String can be written to");
                text
            });
            query = query.replace(text.as_str(), &flipped);
        }
        prop_assert!(open(&keys, &query, &body).is_err());
    }

    #[test]
    fn no_bytes_at_all_panic_or_open(query in any::<String>(), body in vec(any::<u8>(), 0..400)) {
        let keys = Vector::genuine()[0].keys();
        prop_assert!(open(&keys, &query, &body).is_err());
        prop_assert!(echo(&keys, &query).is_err());
        let genuine = Vector::genuine()[0].query();
        prop_assert!(open(&keys, &genuine, &body).is_err());
    }

    #[test]
    fn no_markup_at_all_panics_or_opens(
        pieces in vec(prop::sample::select(PIECES.to_vec()), 0..40),
        parameters in vec(prop::sample::select(PARAMETERS.to_vec()), 0..10),
    ) {
        let keys = Vector::genuine()[0].keys();
        let query = parameters.concat();
        prop_assert!(open(&keys, &query, pieces.concat().as_bytes()).is_err());
        prop_assert!(open(&keys, &Vector::genuine()[0].query(), pieces.concat().as_bytes()).is_err());
        prop_assert!(echo(&keys, &query).is_err());
        // And as a message that was authentic.
        let _ = Event::from_payload(pieces.concat().as_bytes());
    }
}

const PIECES: &[&str] = &[
    "<xml>",
    "</xml>",
    "<xml ",
    "<Encrypt>",
    "</Encrypt>",
    "<Encrypt/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml?>",
    "<!DOCTYPE ",
    "[",
    "]",
    "&",
    "&amp;",
    "&#0;",
    "&#xD800;",
    "&x;",
    "<",
    ">",
    "/",
    "\"",
    "'",
    "=",
    " ",
    "\u{feff}",
    "\0",
    "A",
    "{",
    "}",
    "\"encrypt\":",
    "中",
    "<Event>",
    "</Event>",
    "<MemChangeList>",
    "<Item>",
    "</Item>",
];

const PARAMETERS: &[&str] = &[
    "msg_signature=",
    "timestamp=",
    "nonce=",
    "echostr=",
    "&",
    "=",
    "%",
    "%2",
    "%25",
    "+",
    " ",
    "0",
    "a",
    "中",
    "\0",
];

#[test]
fn every_padding_from_1_to_32_opens() {
    let vector = &Vector::genuine()[0];
    let keys = vector.keys();
    for length in 0..64 {
        let message = vec![b'x'; length];
        let sealed = callback::seal(&keys, &message, "1", "n", [7; 16]);
        assert_eq!(open(&keys, &sealed.to_query(), sealed.to_xml("ww", None).as_bytes()), Ok(message));
    }
}

#[test]
fn a_megabyte_of_anything_is_refused_quickly() {
    let vector = &Vector::genuine()[0];
    for piece in [
        "<a>",
        "<a/>",
        "<xml a='1' ",
        "&amp;",
        "<!--",
        "<![CDATA[",
        "{\"a\":",
        "[",
        "{\"encrypt\":\"\",",
        "]]>",
        "<Encrypt>",
    ] {
        let body = piece.repeat(1_000_000 / piece.len());
        for body in [format!("<xml>{body}"), format!("{{{body}"), format!("<xml {body}"), body.clone()] {
            assert!(open(&vector.keys(), &vector.query(), body.as_bytes()).is_err(), "{piece}");
            assert_eq!(Event::from_payload(body.as_bytes()).kind, Kind::Unknown, "{piece}");
        }
    }
}

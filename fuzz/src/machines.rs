//! What machines send: callbacks, events, JSON.

use aes::{
    Aes256Enc,
    cipher::{Array, BlockModeEncrypt, InnerIvInit, KeyInit},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::{Digest, Sha1};
use wecom_core::{
    callback::{self, Keys, Sealed},
    event::{Event, Identity},
    json::repaired,
};

const TOKEN: &str = "QDG6eK";

/// In base64: thirty-two times zero.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn keys() -> Keys {
    Keys::new(TOKEN, KEY, "ww9f3c1d7be20a4455").expect("keys")
}

/// A request at the callback address: the first line is the query, the rest the body. And the same bytes as a message that is
/// sealed, as the inside of a ciphertext whose signature is right, and as what stands where a ciphertext should be.
pub fn callback(data: &[u8]) {
    let keys = keys();
    let (query, body) = halves(data);
    let query = String::from_utf8_lossy(query);
    if let Ok(opened) = callback::open(&keys, &Sealed { query: &query, body }) {
        assert!(opened.as_bytes().len() <= body.len());
    }
    if let Ok(opened) = callback::open_echo(&keys, &query) {
        assert!(opened.as_bytes().len() <= query.len());
    }

    let sealed = callback::seal(&keys, data, "1733900461", "n", [7; 16]);
    for body in [sealed.to_xml("ww", None), sealed.to_json("ww", Some("1"))] {
        let sealed = Sealed { query: &sealed.to_query(), body: body.as_bytes() };
        let opened = callback::open(&keys, &sealed).expect("what was sealed is opened");
        assert_eq!(opened.as_bytes(), data, "to the byte");
    }

    let mut inside = data.to_vec();
    inside.resize(data.len().next_multiple_of(16), 1);
    for encrypt in [encrypted(inside), String::from_utf8_lossy(data).into_owned()] {
        let (query, body) = signed(&encrypt);
        if let Ok(opened) = callback::open(&keys, &Sealed { query: &query, body: body.as_bytes() }) {
            assert!(opened.as_bytes().len() <= body.len());
        }
    }
}

fn encrypted(mut bytes: Vec<u8>) -> String {
    let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
    cbc::Encryptor::inner_iv_init(Aes256Enc::new(&Array([0; 32])), &Array([0; 16])).encrypt_blocks(blocks);
    BASE64_STANDARD.encode(bytes)
}

/// A request whose signature is right, whatever it is for.
fn signed(encrypt: &str) -> (String, String) {
    let mut texts = [TOKEN, "1", "n", encrypt];
    texts.sort_unstable();
    let digest = Sha1::digest(texts.concat());
    let signature = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let query = format!("msg_signature={signature}&timestamp=1&nonce=n");
    (query, format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"))
}

/// A decrypted message, as XML or JSON.
pub fn event(data: &[u8]) {
    let event = Event::from_payload(data);
    assert_eq!(event, Event::from_payload(data), "the same bytes are the same event");
    assert_eq!(Identity::of(data, &event), Identity::of(data, &event));
    let texts = [
        Some(event.event()),
        event.change(),
        event.corp_id(),
        event.suite_id(),
        event.agent_id(),
        event.sender(),
        event.message_type(),
        event.user_id(),
        event.external_user_id(),
        event.state(),
        event.welcome_code(),
    ];
    for text in texts.into_iter().flatten() {
        // A byte that is not UTF-8 becomes three.
        assert!(text.len() <= 3 * data.len(), "{} bytes of {}", text.len(), data.len());
    }
    if let Some(at_s) = event.create_time_s() {
        assert!((1_262_304_000..=9_999_999_999).contains(&at_s), "{at_s} is no time of WeCom's");
    }
}

/// JSON as WeCom writes it, which is not always JSON.
pub fn json(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let once = repaired(&text);
    assert!(once.len() <= 6 * text.len(), "{} bytes of {}", once.len(), text.len());
    let read = serde_json::from_str::<serde_json::Value>(&text);
    if let Ok(value) = read {
        let again = serde_json::from_str::<serde_json::Value>(&once).expect("what was JSON still is");
        assert_eq!(again, value, "and says the same");
    }
}

/// What stands before the first line's end, and after it.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    end.map_or((data, &[]), |end| (&data[..end], &data[end + 1..]))
}

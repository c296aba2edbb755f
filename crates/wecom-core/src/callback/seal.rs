//! What WeCom does on its side: encrypts, signs, and writes a message as a request. The simulator speaks with it.

use super::{Keys, cipher, signature};

/// A message as WeCom would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedMessage {
    /// The signature over Token, timestamp, nonce and ciphertext.
    pub msg_signature: String,
    /// The ciphertext in base64.
    pub encrypt: String,
    /// The timestamp that was signed; WeCom's is in Unix seconds.
    pub timestamp: String,
    /// The nonce that was signed.
    pub nonce: String,
}

/// Seals a message for the first of the keys' receivers. Same arguments, same bytes: `random` must be random where
/// nobody may recognise that two messages are equal.
pub fn seal(keys: &Keys, plaintext: &[u8], timestamp: &str, nonce: &str, random: [u8; 16]) -> SealedMessage {
    let encrypt = cipher::encrypt(keys, plaintext, random);
    let signature = signature::sign(&keys.token, timestamp.as_bytes(), nonce.as_bytes(), encrypt.as_bytes());
    SealedMessage {
        msg_signature: signature.into_iter().map(char::from).collect(),
        encrypt,
        timestamp: timestamp.to_owned(),
        nonce: nonce.to_owned(),
    }
}

impl SealedMessage {
    /// The query of a delivery, to be sent with [`to_xml`](Self::to_xml) or [`to_json`](Self::to_json).
    pub fn to_query(&self) -> String {
        format!(
            "msg_signature={}&timestamp={}&nonce={}",
            self.msg_signature,
            percent_encode(&self.timestamp),
            percent_encode(&self.nonce)
        )
    }

    /// The query of a verification of the address, which carries the ciphertext itself.
    pub fn to_echo_query(&self) -> String {
        format!("{}&echostr={}", self.to_query(), percent_encode(&self.encrypt))
    }

    /// The body of a delivery: `to_user_name` is the corp (or, for instructions, the suite), `agent_id` the app, none
    /// for a suite.
    pub fn to_xml(&self, to_user_name: &str, agent_id: Option<&str>) -> String {
        format!(
            "<xml><ToUserName>{}</ToUserName><Encrypt>{}</Encrypt><AgentID>{}</AgentID></xml>",
            cdata(to_user_name),
            cdata(&self.encrypt),
            cdata(agent_id.unwrap_or_default())
        )
    }

    /// The body of a delivery in the form that some kinds of callback have (page 91144).
    pub fn to_json(&self, to_user_name: &str, agent_id: Option<&str>) -> String {
        serde_json::json!({ "tousername": to_user_name, "encrypt": self.encrypt, "agentid": agent_id.unwrap_or_default() })
            .to_string()
    }
}

/// Wraps a text so that it is read as it is, whatever is in it.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

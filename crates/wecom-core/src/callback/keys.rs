//! What an app shares with WeCom: Token, EncodingAESKey and the names that messages to it are sealed for.

use std::fmt;

use aes::{
    Aes256Dec, Aes256Enc,
    cipher::{Array, KeyInit},
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use thiserror::Error;

/// The longest Token that WeCom's console takes.
const TOKEN_MAX_LENGTH: usize = 32;

/// The length of an EncodingAESKey: 32 bytes in base64 without the padding.
const AES_KEY_LENGTH: usize = 43;

/// 43 characters carry 258 bits, 2 more than the key has, and WeCom's console does not make them 0: a strict decoder
/// refuses most genuine keys.
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The keys of one app's callback address.
///
/// Neither the Token nor the key can be got out of it again; `Debug` shows the receivers only.
#[derive(Clone)]
pub struct Keys {
    pub(super) token: String,
    /// The key schedules, computed once: doing so for each message would double the time of decrypting it.
    pub(super) decrypt: Aes256Dec,
    pub(super) encrypt: Aes256Enc,
    /// The first half of the key, as the protocol has it.
    pub(super) iv: [u8; 16],
    /// Never empty. The first is the one that [`seal`](super::seal()) seals for.
    pub(super) receivers: Vec<String>,
}

impl Keys {
    /// The keys as WeCom's console shows them (接收消息服务器配置), and the name that messages are sealed for: the corp
    /// id (企业ID) for an app of the company's own, the suite id for a third-party suite's instruction address, the
    /// empty string where an individual runs the suite (page 90968).
    pub fn new(token: &str, encoding_aes_key: &str, receiver: &str) -> Result<Self, KeyError> {
        if token.is_empty() || token.len() > TOKEN_MAX_LENGTH {
            return Err(KeyError::TokenLength { length: token.chars().count() });
        }
        if let Some(place) = foreign(token) {
            return Err(KeyError::TokenCharacter { place });
        }
        if encoding_aes_key.len() != AES_KEY_LENGTH {
            return Err(KeyError::KeyLength { length: encoding_aes_key.chars().count() });
        }
        // The console makes and takes letters and digits only; base64's other two characters would work as well.
        let key = KEY_BASE64.decode(encoding_aes_key).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
        let Some(key) = key else {
            return Err(KeyError::KeyCharacter {
                place: foreign(encoding_aes_key).unwrap_or(AES_KEY_LENGTH),
            });
        };
        let mut iv = [0; 16];
        iv.copy_from_slice(&key[..16]);
        Ok(Self {
            token: token.to_owned(),
            decrypt: Aes256Dec::new(&Array(key)),
            encrypt: Aes256Enc::new(&Array(key)),
            iv,
            receivers: vec![receiver.to_owned()],
        })
    }

    /// The same keys, accepting what is sealed for these receivers as well: a suite's address receives some messages
    /// sealed for the suite, and some for the corp that authorised it.
    #[must_use]
    pub fn with_receivers<T: Into<String>>(mut self, receivers: impl IntoIterator<Item = T>) -> Self {
        self.receivers.extend(receivers.into_iter().map(Into::into));
        self
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("receivers", &self.receivers).finish_non_exhaustive()
    }
}

/// The place of the first character that is neither letter nor digit, counted from 1.
fn foreign(text: &str) -> Option<usize> {
    text.chars().position(|char| !char.is_ascii_alphanumeric()).map(|place| place + 1)
}

/// What is wrong with a Token or EncodingAESKey, never with the value in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The Token is empty or too long.
    #[error(
        "Token has {length} characters, WeCom's have 1 to {TOKEN_MAX_LENGTH}: copy it from 接收消息 in the app's console"
    )]
    TokenLength {
        /// How many characters it has.
        length: usize,
    },
    /// The Token has a character that WeCom's never have.
    #[error(
        "character {place} of Token is neither a letter nor a digit: look for a space, a quotation mark or a line end \
         that was copied with it"
    )]
    TokenCharacter {
        /// Which character, counted from 1.
        place: usize,
    },
    /// The EncodingAESKey is not as long as WeCom's.
    #[error(
        "EncodingAESKey has {length} characters instead of {AES_KEY_LENGTH}: copy all of it from 接收消息 in the app's \
         console, without `=` or spaces around it"
    )]
    KeyLength {
        /// How many characters it has.
        length: usize,
    },
    /// The EncodingAESKey has a character that WeCom's never have.
    #[error(
        "character {place} of EncodingAESKey is neither a letter nor a digit: look for a space, a quotation mark or a \
         line end that was copied with it"
    )]
    KeyCharacter {
        /// Which character, counted from 1.
        place: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

    #[test]
    fn the_fault_of_a_key_has_its_place_and_not_its_value() {
        let error = |token: &str, key: &str| Keys::new(token, key, "ww1").unwrap_err();
        assert_eq!(error("", KEY), KeyError::TokenLength { length: 0 });
        assert_eq!(error(&"t".repeat(33), KEY), KeyError::TokenLength { length: 33 });
        assert_eq!(error("QDG6eK ", KEY), KeyError::TokenCharacter { place: 7 });
        assert_eq!(error("QDG6eK", &KEY[1..]), KeyError::KeyLength { length: 42 });
        assert_eq!(error("QDG6eK", &format!("{KEY}=")), KeyError::KeyLength { length: 44 });
        assert_eq!(error("QDG6eK", &format!("\"{}", &KEY[1..])), KeyError::KeyCharacter { place: 1 });
        assert_eq!(error("QDG6eK", &format!("{}=", &KEY[1..])), KeyError::KeyCharacter { place: 43 });
        assert_eq!(error("QDG6eK", &"中".repeat(14)), KeyError::KeyLength { length: 14 });
        assert!(Keys::new(&"t".repeat(32), KEY, "").is_ok());
        for shown in [error("秘密", KEY).to_string(), error("QDG6eK", "x").to_string()] {
            assert!(!shown.contains("秘密") && !shown.contains("QDG6eK"), "{shown}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let keys = Keys::new("QDG6eK", KEY, "ww1").unwrap().with_receivers(["ww2"]);
        assert_eq!(format!("{keys:?}"), r#"Keys { receivers: ["ww1", "ww2"], .. }"#);
    }
}

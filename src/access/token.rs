//! Tokens and what a browser holds of a session: 256 random bits with a prefix by which people and scanners know them.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The name under which the token of the settings stands in the audit; no other token may have it.
pub const SETTING: &str = "admin.token";

/// The longest name of a token: a person, a machine, what for.
pub const NAME_CHARS_MAX: usize = 64;

/// What every token begins with: whoever finds one in a log or in a repository knows what it is.
const TOKEN_PREFIX: &str = "wgt_";

/// What a session's secret begins with.
const SESSION_PREFIX: &str = "wgs_";

/// What the code of a link begins with that logs in once.
const LINK_PREFIX: &str = "wgl_";

/// How many characters 256 bits are in base64 without padding.
const RANDOM_CHARS: usize = 43;

/// A secret that was made just now: it is shown, or sent to a browser, once.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// A token of these random bytes.
    pub fn token(random: [u8; 32]) -> Self {
        Self::of(TOKEN_PREFIX, random)
    }

    /// The secret of a session of these random bytes.
    pub fn session(random: [u8; 32]) -> Self {
        Self::of(SESSION_PREFIX, random)
    }

    /// The code of a link that logs in once.
    pub fn link(random: [u8; 32]) -> Self {
        Self::of(LINK_PREFIX, random)
    }

    fn of(prefix: &str, random: [u8; 32]) -> Self {
        Self(format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(random)).into())
    }

    /// It as a text.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    pub fn hash(&self) -> Hash {
        Hash::of(self.expose())
    }
}

/// The SHA-256 of a token: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Of any text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Of a text that looks like a token of ours; whatever else is sent need not be looked for in the database.
    pub fn of_token(text: &str) -> Option<Self> {
        Self::of_shape(TOKEN_PREFIX, text)
    }

    /// Of a text that looks like a session's secret.
    pub fn of_session(text: &str) -> Option<Self> {
        Self::of_shape(SESSION_PREFIX, text)
    }

    fn of_shape(prefix: &str, text: &str) -> Option<Self> {
        let random = text.strip_prefix(prefix)?;
        let is_shaped = random.len() == RANDOM_CHARS
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_shaped.then(|| Self::of(text))
    }

    /// Whether both are of one text; it takes as long whichever bytes differ.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// As the record kept it.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// A short name of what it is of, for lists: 64 of its bits, with which nobody comes in.
    pub fn id(&self) -> String {
        let first = self.0[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{first:016x}")
    }

    /// Its bytes, as the record keeps them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Hash {
    /// It opens nothing, and is nobody's business all the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hash")
    }
}

/// Whether a token may be called so: letters of any language, digits and `-_.@`, up to [`NAME_CHARS_MAX`], and not as the
/// token of the settings is called.
pub fn is_name(name: &str) -> bool {
    let is_of_names = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && name.chars().all(is_of_names) && name != SETTING
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_token_is_known_by_its_prefix_and_found_by_its_hash() {
        let token = Secret::token([7; 32]);
        assert_eq!(token.expose(), "wgt_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert_eq!(Hash::of_token(token.expose()), Some(token.hash()));
        assert_eq!(Hash::of_session(token.expose()), None);
        assert!(token.hash().is(&token.hash()) && !token.hash().is(&Secret::token([8; 32]).hash()));
        let session = Secret::session([7; 32]);
        assert_eq!(Hash::of_session(session.expose()), Some(session.hash()));
        assert_eq!(Hash::of_token(session.expose()), None);
        assert!(!format!("{token:?}{:?}", token.hash()).contains("BwcH"));
    }

    #[test]
    fn the_hash_is_sha_256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let byte = |at| u8::from_str_radix(&empty[at..at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..empty.len()).step_by(2).map(byte).collect();
        assert_eq!(Hash::of("").as_bytes()[..], bytes);
    }

    #[rstest]
    #[case::empty("", false)]
    #[case::plain("grafana", true)]
    #[case::chinese("张三-报表", true)]
    #[case::the_settings("admin.token", false)]
    #[case::with_a_blank("a b", false)]
    #[case::with_a_quote("a\"b", false)]
    #[case::with_a_line_end("a\nb", false)]
    #[case::an_address("li.si@example.com", true)]
    fn names_are_plain(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_name(name), expected);
    }

    #[test]
    fn names_have_an_end() {
        assert!(is_name(&"三".repeat(64)) && !is_name(&"三".repeat(65)));
    }
}

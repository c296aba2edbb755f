//! The `state` of a login by WeCom: what comes back from WeCom's page belongs to the browser that was sent there, not long ago.
//!
//! Nothing is kept between the way there and the way back: whoever has not logged in can make the server store nothing, and the
//! way back may lead to another process. The state is an instant with a signature over it and over what the browser keeps in a
//! cookie; who has neither the cookie nor the key makes none. That it works once is recorded when somebody comes in by it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Hash, Secret};

/// How long the way there and back may take: time to find the phone. WeCom's own code works for five minutes from the scan.
pub const LOGIN_LASTS_MS: i64 = 10 * 60_000;

/// So far may the clocks of two processes be apart.
const CLOCKS_APART_MS: i64 = 60_000;

/// What the key is made for; with it no other use of the app's secret gives the same key.
const PURPOSE: &[u8] = b"wecom-greeter: state of a login by WeCom";

/// An instant in hexadecimal digits, and a signature.
const INSTANT_DIGITS: usize = 16;
const SIGNATURE_DIGITS: usize = 64;

/// What states are signed with: the same in all processes, as it is made of the app's secret.
pub struct LoginKey(Hmac<Sha256>);

impl std::fmt::Debug for LoginKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginKey")
    }
}

impl LoginKey {
    /// The key of the app that has this secret.
    pub fn of_secret(secret: &str) -> Option<Self> {
        let mut of_app = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        of_app.update(PURPOSE);
        Hmac::new_from_slice(&of_app.finalize().into_bytes()).ok().map(Self)
    }

    /// The state for a browser that keeps this secret.
    pub fn state(&self, kept: &Secret, now_ms: i64) -> String {
        let instant = format!("{now_ms:016x}");
        let signature = self.signing(&instant, &kept.hash()).finalize().into_bytes();
        signature.iter().fold(instant, |state, byte| state + &format!("{byte:02x}"))
    }

    /// Whether the state belongs to whoever keeps what has this hash, and is fresh. What is to be remembered of it once
    /// somebody has come in.
    pub fn check(&self, state: &str, kept: &Hash, now_ms: i64) -> Option<Hash> {
        if state.len() != INSTANT_DIGITS + SIGNATURE_DIGITS
            || !state.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return None;
        }
        let (instant, signature) = state.split_at(INSTANT_DIGITS);
        let bytes = (0..SIGNATURE_DIGITS).step_by(2).map(|at| u8::from_str_radix(&signature[at..at + 2], 16));
        let bytes: Vec<u8> = bytes.collect::<Result<_, _>>().ok()?;
        self.signing(instant, kept).verify_slice(&bytes).ok()?;
        let begun_ms = i64::from_str_radix(instant, 16).ok()?;
        let age_ms = now_ms.saturating_sub(begun_ms);
        // Letters of the other case are the same state.
        (-CLOCKS_APART_MS..LOGIN_LASTS_MS).contains(&age_ms).then(|| Hash::of(&state.to_ascii_lowercase()))
    }

    fn signing(&self, instant: &str, kept: &Hash) -> Hmac<Sha256> {
        let mut signing = self.0.clone();
        signing.update(instant.as_bytes());
        signing.update(kept.as_bytes());
        signing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_733_900_461_000;

    fn key(secret: &str) -> LoginKey {
        LoginKey::of_secret(secret).unwrap()
    }

    #[test]
    fn a_state_belongs_to_one_browser_one_app_and_ten_minutes() {
        let (mine, others) = (Secret::session([1; 32]), Secret::session([2; 32]));
        let state = key("s3cret").state(&mine, NOW_MS);
        assert!(state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{state}");
        let spent = key("s3cret").check(&state, &mine.hash(), NOW_MS + LOGIN_LASTS_MS - 1);
        assert!(spent.is_some(), "another process of the same app knows it as well");
        assert_eq!(spent, key("s3cret").check(&state.to_uppercase(), &mine.hash(), NOW_MS).or(spent));
        assert_eq!(key("s3cret").check(&state, &mine.hash(), NOW_MS + LOGIN_LASTS_MS), None, "too late");
        assert_eq!(key("s3cret").check(&state, &mine.hash(), NOW_MS - CLOCKS_APART_MS - 1), None, "not yet");
        assert_eq!(key("s3cret").check(&state, &others.hash(), NOW_MS), None, "another browser");
        assert_eq!(key("other").check(&state, &mine.hash(), NOW_MS), None, "another app");
    }

    #[test]
    fn whatever_else_is_sent_is_none() {
        let (key, mine) = (key("s3cret"), Secret::session([1; 32]));
        let state = key.state(&mine, NOW_MS);
        let later = format!("{:016x}{}", NOW_MS + 1, &state[16..]);
        for wrong in
            ["", "x", "春", &state[1..], &format!("{state}0"), &later, &"g".repeat(80), &"春".repeat(27)]
        {
            assert_eq!(key.check(wrong, &mine.hash(), NOW_MS), None, "{wrong}");
        }
    }
}

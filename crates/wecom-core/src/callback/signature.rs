//! Was it WeCom who sent this? SHA-1 over four texts in byte order, compared in constant time. Page 90968, 计算签名.

use std::borrow::Cow;

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use super::{Envelope, Keys, Refused};

/// A ciphertext that somebody sealed who knows our Token. Made by [`verify`] only.
pub(super) struct Verified<'a>(Cow<'a, [u8]>);

impl Verified<'_> {
    /// The ciphertext, in base64.
    pub(super) fn encrypt(&self) -> &[u8] {
        &self.0
    }
}

/// Lets an envelope pass if its signature is right.
///
/// The signature is taken in lower case only: that is what WeCom sends, and a second spelling of the same request
/// would serve nobody.
pub(super) fn verify<'a>(keys: &Keys, envelope: Envelope<'a>) -> Result<Verified<'a>, Refused> {
    let right = sign(&keys.token, &envelope.timestamp, &envelope.nonce, &envelope.encrypt);
    if bool::from(right.as_slice().ct_eq(&envelope.signature)) {
        Ok(Verified(envelope.encrypt))
    } else {
        Err(Refused::Signature)
    }
}

/// The signature of a message, in lower-case hexadecimal. The texts are signed as they came: `007` is not `7`.
pub(super) fn sign(token: &str, timestamp: &[u8], nonce: &[u8], encrypt: &[u8]) -> [u8; 40] {
    let mut texts = [token.as_bytes(), timestamp, nonce, encrypt];
    texts.sort_unstable();
    let mut sha1 = Sha1::new();
    for text in texts {
        sha1.update(text);
    }
    let mut hex = [0; 40];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(sha1.finalize()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    hex
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_sorted_by_their_bytes() {
        // sha1("123abc") is also what `printf 123abc | sha1sum` says.
        let right = b"4be30d9814c6d4e9800e0d2ea9ec9fb00efa887b";
        assert_eq!(&sign("b", b"a", b"123", b"c"), right);
        assert_eq!(&sign("123", b"c", b"b", b"a"), right);
        assert_ne!(&sign("123", b"C", b"b", b"a"), right);
    }
}

//! Random text, as WeCom's ids and codes are made of.

use rand::{RngExt as _, rngs::StdRng};

/// `length` characters of WeCom's id alphabet.
pub(crate) fn text(dice: &mut StdRng, length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..length).map(|_| char::from(ALPHABET[dice.random_range(0..ALPHABET.len())])).collect()
}

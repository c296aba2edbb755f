//! What makes two deliveries the same event.

use sha2::{Digest, Sha256};

use super::Event;

/// The name of an event within its app: WeCom's time and a hash of the plaintext.
///
/// WeCom advises FromUserName and CreateTime (page 90930), but the sender of a customer event is always `sys`: two
/// customers who add in one second would be one. The ciphertext does not serve, as WeCom does not say whether it
/// encrypts anew for another delivery. The time comes first so that an index keeps neighbours side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// WeCom's time of the event in Unix seconds; 0 where it gave none that can be right.
    pub create_time_s: i64,
    /// SHA-256 of the plaintext, byte for byte.
    pub digest: [u8; 32],
}

impl Identity {
    /// The identity of an event that was read from this plaintext.
    pub fn of(plaintext: &[u8], event: &Event) -> Self {
        Self { create_time_s: event.create_time_s().unwrap_or(0), digest: Sha256::digest(plaintext).into() }
    }
}

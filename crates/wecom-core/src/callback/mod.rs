//! From a request at the callback address to the message that WeCom put into it, and back.
//!
//! Four stages, four types: what arrives is [`Sealed`]; `envelope` takes the four signed texts out of it;
//! `signature` makes `Verified` of them; `cipher` makes [`Plaintext`] of that. Each can only be made from the one
//! before it, so whoever holds a [`Plaintext`] need not ask where it came from: **it exists only if its signature was
//! right and it was sealed for one of our receivers.**
//!
//! Everything up to the signature is an attacker's. No bytes make this panic, and none make it allocate more than a
//! small multiple of their length. The protocol is on pages 90968 and 91116; there is nothing in it that bounds the
//! age of a request, and WeCom may deliver the same one again, so replays are left to the event's identity.
//!
//! [`seal()`] is the exact inverse. The simulator speaks with it; the published vectors keep the two from agreeing on
//! a mistake.

mod cipher;
mod envelope;
mod keys;
mod refused;
mod seal;
mod signature;

pub use cipher::{Plaintext, is_same_receiver};
use envelope::Envelope;
pub use envelope::{PARAMETER_MAX_BYTES, QUERY_MAX_BYTES};
pub use keys::{KeyError, Keys};
pub use refused::{Refused, RefusedClass};
pub use seal::{SealedMessage, seal};

/// A request at the callback address as it came: untrusted.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// The raw query string, without the question mark.
    pub query: &'a str,
    /// The raw body. Whoever reads it from the network bounds its length.
    pub body: &'a [u8],
}

/// Opens a delivery (`POST`): its message, if WeCom sealed it for one of our receivers.
pub fn open(keys: &Keys, sealed: &Sealed<'_>) -> Result<Plaintext, Refused> {
    let envelope = Envelope::of_delivery(sealed)?;
    cipher::decrypt(keys, &signature::verify(keys, envelope)?)
}

/// Opens the verification of the address (`GET`). The answer is the plaintext, exactly.
pub fn open_echo(keys: &Keys, query: &str) -> Result<Plaintext, Refused> {
    let envelope = Envelope::of_echo(query)?;
    cipher::decrypt(keys, &signature::verify(keys, envelope)?)
}

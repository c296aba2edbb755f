//! Decrypts a message and compares its receiver: AES-256-CBC with WeCom's own padding and frame. Page 90968,
//! 密文解密得到msg的过程.
//!
//! ```text
//! 16 random bytes | length of the message, 4 bytes big-endian | message | receiver | padding, 1 to 32 bytes
//! ```
//!
//! The padding is PKCS#7 for blocks of 32 bytes, so it can be longer than an AES block and no unpadder of an AES
//! library is right for it.

use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, block_padding::NoPadding};
use base64::{Engine, prelude::BASE64_STANDARD};
use subtle::ConstantTimeEq;

use super::{Keys, Refused, signature::Verified};

/// WeCom pads to multiples of this.
const PADDING_BLOCK: usize = 32;

/// The length of an AES block.
const AES_BLOCK: usize = 16;

/// The longest id of a corp or suite; WeCom's have 18 characters, its other ids at most 64.
const ID_MAX_LENGTH: usize = 64;

/// What stands before the message: the random bytes and its length.
const HEAD: usize = 20;

/// The message of a callback: authentic, and sealed for one of our receivers. Made by [`open`](super::open) and
/// [`open_echo`](super::open_echo) only.
///
/// `Debug` shows its length and nothing of it: it holds welcome codes and personal data.
pub struct Plaintext {
    /// The decrypted bytes, up to the end of the message.
    bytes: Vec<u8>,
}

impl Plaintext {
    /// The message, byte for byte.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(HEAD..).unwrap_or_default()
    }

    /// The message, byte for byte.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.drain(..HEAD.min(self.bytes.len()));
        self.bytes
    }
}

impl std::fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plaintext({} bytes)", self.as_bytes().len())
    }
}

/// Decrypts what was verified and compares the receiver.
///
/// Of the padding only the last byte is looked at, as in WeCom's own libraries. Nothing is lost by it: what stands
/// between message and padding must be a receiver of ours in all its length, so only one length of padding is right.
pub(super) fn decrypt(keys: &Keys, verified: &Verified<'_>) -> Result<Plaintext, Refused> {
    let mut bytes = BASE64_STANDARD.decode(verified.encrypt()).map_err(|_| Refused::Base64)?;
    if bytes.is_empty() || !bytes.len().is_multiple_of(AES_BLOCK) {
        return Err(Refused::CipherLength);
    }
    cbc::Decryptor::inner_iv_init(&keys.decrypt, &Array(keys.iv))
        .decrypt_padded::<NoPadding>(&mut bytes)
        .map_err(|_| Refused::CipherLength)?;

    let padding = bytes.last().map_or(0, |last| usize::from(*last));
    if !(1..=PADDING_BLOCK).contains(&padding) {
        return Err(Refused::Padding);
    }
    bytes.truncate(bytes.len().checked_sub(padding).ok_or(Refused::Padding)?);

    let message_end = message_end(&bytes).ok_or(Refused::MessageLength)?;
    let receiver = &bytes[message_end..];
    // Every receiver is compared, so that the time taken does not reveal which was nearly right.
    let ours =
        keys.receivers.iter().fold(subtle::Choice::from(0), |any, ours| any | is_same_id(ours, receiver));
    if !bool::from(ours) {
        return Err(for_somebody_else(keys, receiver));
    }
    bytes.truncate(message_end);
    Ok(Plaintext { bytes })
}

/// How an encrypted corp id begins (`open_corpid`), as apps of providers get it. Its letters carry information.
const ENCRYPTED_CORP_ID: &str = "wp";

/// Whether `receiver` is this id of ours, in a time that does not hang on how much of it is right. A plain corp id is the
/// same in capitals and in small letters, and so is a suite's; an encrypted one is not (page 96516).
fn is_same_id(ours: &str, receiver: &[u8]) -> subtle::Choice {
    if ours.starts_with(ENCRYPTED_CORP_ID) {
        return ours.as_bytes().ct_eq(receiver);
    }
    // Lowered without a branch on what the letters are.
    let lengths = ours.len().ct_eq(&receiver.len());
    ours.bytes().zip(receiver).fold(lengths, |same, (ours, theirs)| {
        same & ours.to_ascii_lowercase().ct_eq(&theirs.to_ascii_lowercase())
    })
}

/// Whether two ids are those of one corp or suite: see [`is_same_id`].
pub fn is_same_receiver(ours: &str, theirs: &str) -> bool {
    is_same_id(ours, theirs.as_bytes()).into()
}

/// Names both sides for the operator, who most likely has a wrong corp id in the settings. Corp and suite ids are no
/// secrets; what does not look like one is not shown, as nobody knows what it is.
fn for_somebody_else(keys: &Keys, receiver: &[u8]) -> Refused {
    let is_id = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let got = match std::str::from_utf8(receiver) {
        Ok("") => "nobody by name".to_owned(),
        Ok(id) if id.len() <= ID_MAX_LENGTH && receiver.iter().all(is_id) => format!("`{id}`"),
        _ => "what is no id of a corp or suite".to_owned(),
    };
    let expected: Vec<_> = keys.receivers.iter().map(|ours| format!("`{ours}`")).collect();
    Refused::Receiver { expected: expected.join(" or "), got }
}

/// Where the message ends, if that is within the bytes.
fn message_end(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.get(16..)?.first_chunk()?);
    HEAD.checked_add(usize::try_from(length).ok()?).filter(|end| *end <= bytes.len())
}

/// Encrypts a message for the first of our receivers; the inverse of [`decrypt`].
pub(super) fn encrypt(keys: &Keys, message: &[u8], random: [u8; 16]) -> String {
    let receiver = keys.receivers.first().map_or("", String::as_str);
    // A message of 4 GiB cannot come from WeCom's side; its length would be wrong and nobody would open it.
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let filled = HEAD + message.len() + receiver.len();
    let padding = PADDING_BLOCK - filled % PADDING_BLOCK;
    let mut bytes = Vec::with_capacity(filled + padding);
    bytes.extend_from_slice(&random);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(message);
    bytes.extend_from_slice(receiver.as_bytes());
    bytes.resize(filled + padding, u8::try_from(padding).unwrap_or(0));
    let (blocks, _none_left) = Array::slice_as_chunks_mut(&mut bytes);
    cbc::Encryptor::inner_iv_init(&keys.encrypt, &Array(keys.iv)).encrypt_blocks(blocks);
    BASE64_STANDARD.encode(bytes)
}

//! Why a request was not opened.

use thiserror::Error;

/// Why a request was not opened, in words for the operator's log. The sender learns the [class](Refused::class) only.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The query string is longer than any that WeCom sends.
    #[error("the query string is longer than {} bytes", super::QUERY_MAX_BYTES)]
    QueryTooLong,
    /// A parameter that WeCom always sends is not there.
    #[error("the query has no `{0}`: this is no callback of WeCom, or a proxy dropped it")]
    ParameterMissing(&'static str),
    /// A parameter is there twice. A proxy may have judged the one and we would take the other.
    #[error("the query has `{0}` more than once")]
    ParameterTwice(&'static str),
    /// A parameter is longer than any that WeCom sends.
    #[error("`{0}` in the query is longer than {max} bytes", max = super::PARAMETER_MAX_BYTES)]
    ParameterTooLong(&'static str),
    /// A `%` in a parameter is not followed by two hexadecimal digits.
    #[error("`{0}` in the query is not percent-encoded correctly")]
    ParameterEncoding(&'static str),
    /// The body is not UTF-8.
    #[error("the body is not UTF-8")]
    BodyNotText,
    /// The body is neither XML nor a JSON object, or is broken off.
    #[error("the body is neither well-formed XML nor a JSON object")]
    BodyMalformed,
    /// The body declares a document type, which WeCom never does and attackers like to.
    #[error("the body has a DOCTYPE")]
    Doctype,
    /// The body's elements stand too deep in each other.
    #[error("the body's XML is nested too deep")]
    TooDeep,
    /// The body has nothing to decrypt.
    #[error("the body has no `Encrypt`: is plaintext mode used, or is this no callback of WeCom?")]
    EncryptMissing,
    /// The body has two texts to decrypt.
    #[error("the body has `Encrypt` more than once")]
    EncryptTwice,
    /// Who sent this does not know our Token, or it was changed on the way.
    #[error("the signature is wrong: compare `token` with Token in WeCom's console, if this came from WeCom")]
    Signature,
    /// What was to be decrypted is not base64.
    #[error("the signature is right, but `Encrypt` is not base64")]
    Base64,
    /// What was to be decrypted has no length that AES-CBC can have.
    #[error("the signature is right, but the ciphertext is empty or not a multiple of 16 bytes")]
    CipherLength,
    /// The decrypted bytes do not end in a padding.
    #[error(
        "the signature is right, but the padding is not: compare `encoding_aes_key` with EncodingAESKey in WeCom's \
         console"
    )]
    Padding,
    /// The decrypted bytes are shorter than they say.
    #[error(
        "the signature is right, but the message's length is not: compare `encoding_aes_key` with EncodingAESKey in \
         WeCom's console"
    )]
    MessageLength,
    /// The message was sealed for somebody else.
    #[error(
        "the message is for {got}, and this app takes what is for {expected}: compare `corp_id` with 企业ID in WeCom's \
         console"
    )]
    Receiver {
        /// The receivers of the keys.
        expected: String,
        /// The receiver of the message, if it has the form of an id.
        got: String,
    },
}

/// What the sender may learn of the reason: one of two statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusedClass {
    /// The request cannot be read: 400.
    Malformed,
    /// The request can be read and is not for us, or not from WeCom: 403.
    Forbidden,
}

impl Refused {
    /// Which of the two statuses the request is answered with.
    pub fn class(&self) -> RefusedClass {
        match self {
            Self::Signature | Self::Receiver { .. } => RefusedClass::Forbidden,
            Self::QueryTooLong
            | Self::ParameterMissing(_)
            | Self::ParameterTwice(_)
            | Self::ParameterTooLong(_)
            | Self::ParameterEncoding(_)
            | Self::BodyNotText
            | Self::BodyMalformed
            | Self::Doctype
            | Self::TooDeep
            | Self::EncryptMissing
            | Self::EncryptTwice
            | Self::Base64
            | Self::CipherLength
            | Self::Padding
            | Self::MessageLength => RefusedClass::Malformed,
        }
    }

    /// A short name of the reason, for metrics and log fields.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::QueryTooLong => "query_too_long",
            Self::ParameterMissing(_) => "parameter_missing",
            Self::ParameterTwice(_) => "parameter_twice",
            Self::ParameterTooLong(_) => "parameter_too_long",
            Self::ParameterEncoding(_) => "parameter_encoding",
            Self::BodyNotText => "body_not_text",
            Self::BodyMalformed => "body_malformed",
            Self::Doctype => "doctype",
            Self::TooDeep => "too_deep",
            Self::EncryptMissing => "encrypt_missing",
            Self::EncryptTwice => "encrypt_twice",
            Self::Signature => "signature",
            Self::Base64 => "base64",
            Self::CipherLength => "cipher_length",
            Self::Padding => "padding",
            Self::MessageLength => "message_length",
            Self::Receiver { .. } => "receiver",
        }
    }
}

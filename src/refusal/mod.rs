//! Why a callback was refused, as it is counted, kept and shown: a code for programs, from a closed list, with what it is
//! and what to compare in either language.
//!
//! [`Refused`] says what was wrong with a request that was read; a class is also there for what was not read to its end,
//! and for an app that is not in the settings.

mod en;
mod zh;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{action::UnknownName, language::Language};
use wecom_core::callback::Refused;

/// Declares the classes, each with its name in the record, the metrics and the API.
macro_rules! classes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal;)*) => {
        /// Why a callback was refused, by the names of the record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum RefusalClass {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)*
        }

        impl RefusalClass {
            /// Every class.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the record, the metrics and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

classes! {
    /// Who sent it does not know our Token.
    Signature = "signature";
    /// The padding is wrong: another EncodingAESKey.
    Padding = "padding";
    /// The length inside is wrong: another EncodingAESKey.
    MessageLength = "message_length";
    /// It is sealed for another corp.
    Receiver = "receiver";
    /// The path names an app that is not in the settings.
    NoSuchApp = "no_such_app";
    /// The address is none of those from which WeCom says that it calls back.
    Sender = "sender";
    /// The query lacks what WeCom always sends.
    ParameterMissing = "parameter_missing";
    /// The query has something twice.
    ParameterTwice = "parameter_twice";
    /// A part of the query is too long.
    ParameterTooLong = "parameter_too_long";
    /// The query is not percent-encoded correctly.
    ParameterEncoding = "parameter_encoding";
    /// The query is too long.
    QueryTooLong = "query_too_long";
    /// The body is not UTF-8.
    BodyNotText = "body_not_text";
    /// The body is neither XML nor JSON.
    BodyMalformed = "body_malformed";
    /// The body has a DOCTYPE.
    Doctype = "doctype";
    /// The body is nested too deep.
    TooDeep = "too_deep";
    /// The body has nothing to decrypt.
    EncryptMissing = "encrypt_missing";
    /// The body has two texts to decrypt.
    EncryptTwice = "encrypt_twice";
    /// What is to be decrypted is not base64.
    Base64 = "base64";
    /// What is to be decrypted has no possible length.
    CipherLength = "cipher_length";
    /// The body is larger than the settings allow.
    TooLarge = "too_large";
    /// The body did not arrive in time.
    TooSlow = "too_slow";
    /// The body broke off.
    BrokenOff = "broken_off";
}

impl RefusalClass {
    /// What was wrong, as a person reads it.
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::En => en::sentence(self),
            Language::Zh => zh::sentence(self),
        }
    }

    /// What to compare, and where.
    pub fn cure(self, language: Language) -> &'static str {
        match language {
            Language::En => en::cure(self),
            Language::Zh => zh::cure(self),
        }
    }

    /// Whether it means that a setting of ours and WeCom's console disagree. Everything else may be anybody's noise.
    pub fn is_disagreement(self) -> bool {
        matches!(
            self,
            Self::Signature
                | Self::Padding
                | Self::MessageLength
                | Self::Receiver
                | Self::NoSuchApp
                | Self::Sender
        )
    }
}

impl From<&Refused> for RefusalClass {
    fn from(refused: &Refused) -> Self {
        match refused {
            Refused::QueryTooLong => Self::QueryTooLong,
            Refused::ParameterMissing(_) => Self::ParameterMissing,
            Refused::ParameterTwice(_) => Self::ParameterTwice,
            Refused::ParameterTooLong(_) => Self::ParameterTooLong,
            Refused::ParameterEncoding(_) => Self::ParameterEncoding,
            Refused::BodyNotText => Self::BodyNotText,
            Refused::BodyMalformed => Self::BodyMalformed,
            Refused::Doctype => Self::Doctype,
            Refused::TooDeep => Self::TooDeep,
            Refused::EncryptMissing => Self::EncryptMissing,
            Refused::EncryptTwice => Self::EncryptTwice,
            Refused::Signature => Self::Signature,
            Refused::Base64 => Self::Base64,
            Refused::CipherLength => Self::CipherLength,
            Refused::Padding => Self::Padding,
            Refused::MessageLength => Self::MessageLength,
            Refused::Receiver { .. } => Self::Receiver,
        }
    }
}

impl fmt::Display for RefusalClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RefusalClass {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .iter()
            .copied()
            .find(|class| class.as_str() == name)
            .ok_or(UnknownName::new("class of a refused callback", "one of docs/OPERATING.md"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_reads_back_and_has_both_languages() {
        for class in RefusalClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(*class));
            for language in Language::ALL {
                let (sentence, cure) = (class.sentence(language), class.cure(language));
                assert!(!sentence.is_empty() && !cure.is_empty(), "{class}");
                let is_zh = language == Language::Zh;
                assert_eq!(sentence.contains(|c| matches!(c, '\u{4e00}'..='\u{9fff}')), is_zh, "{class}");
            }
        }
    }

    /// The log and the metrics call a fault by one name.
    #[test]
    fn a_class_is_called_as_the_fault_is() {
        for refused in [
            Refused::Signature,
            Refused::Padding,
            Refused::ParameterMissing("nonce"),
            Refused::EncryptMissing,
            Refused::Receiver { got: "a".into(), expected: "b".into() },
        ] {
            assert_eq!(RefusalClass::from(&refused).as_str(), refused.reason());
        }
    }
}

//! What an answer says is wrong with a rule: a code for programs, and a text for people.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::action::UnknownName;

/// Something wrong with a rule that showed itself in WeCom's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// What it is.
    pub code: FlagCode,
    /// The same in words an operator understands, with WeCom's answer in it.
    pub text: String,
}

/// What can be wrong with a rule, by the names of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagCode {
    /// A media id of the welcome was refused. The server takes this flag back itself, once the rule's files have been
    /// uploaded again.
    MediaRefused,
    /// The welcome's attachments were refused, and it went out without them.
    AttachmentRefused,
    /// The welcome's text was refused, and its fallback went out instead.
    TextRefused,
    /// The content of a welcome, remark or notice was refused, and there was nothing to send in its place.
    ContentRefused,
    /// A tag id is not known to WeCom, or the corp has no tag of that name.
    UnknownTag,
    /// A tag that the rule wants made was not made.
    TagNotMade,
    /// A tag that the rule wants made was not made, because the corp has as many tags as WeCom allows.
    TagLimit,
}

impl FlagCode {
    /// Every code.
    pub const ALL: [Self; 7] = [
        Self::MediaRefused,
        Self::AttachmentRefused,
        Self::TextRefused,
        Self::ContentRefused,
        Self::UnknownTag,
        Self::TagNotMade,
        Self::TagLimit,
    ];

    /// The name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MediaRefused => "media_refused",
            Self::AttachmentRefused => "attachment_refused",
            Self::TextRefused => "text_refused",
            Self::ContentRefused => "content_refused",
            Self::UnknownTag => "unknown_tag",
            Self::TagNotMade => "tag_not_made",
            Self::TagLimit => "tag_limit",
        }
    }

    /// A flag with this code and this text.
    pub(in crate::action) fn because(self, text: String) -> Flag {
        Flag { code: self, text }
    }
}

impl fmt::Display for FlagCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FlagCode {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|code| code.as_str() == name).ok_or(UnknownName::new(
            "code of a rule's flag",
            "media_refused, attachment_refused, text_refused, content_refused, unknown_tag, tag_not_made or tag_limit",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for code in FlagCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        assert!("media".parse::<FlagCode>().is_err());
    }
}

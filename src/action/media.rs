//! The kinds of file that a message can carry, by the names that rules, the record and WeCom use.

use std::{fmt, str::FromStr};

use serde::Serialize;

use super::UnknownName;

/// As what a file goes into a message; WeCom's media types (page 90253). In the order of their names, in which the record
/// lists files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// Anything, at most 20 MB.
    File,
    /// JPG or PNG, at most 10 MB.
    Image,
    /// MP4, at most 10 MB.
    Video,
}

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::File, Self::Image, Self::Video];

    /// The name in rules, in the record and in WeCom's requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Image => "image",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaKind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(UnknownName::new("kind of media", "file, image or video"))
    }
}

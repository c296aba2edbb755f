//! The media ids that WeCom gave for the files that rules send.

use std::{borrow::Cow, collections::HashMap};

use crate::action::MediaKind;

/// The media ids of the files that rules name.
#[derive(Clone, Debug, Default)]
pub struct Media(Ids);

#[derive(Clone, Debug, Default)]
enum Ids {
    /// Nobody uploads anything: a file stands for itself.
    #[default]
    AsWritten,
    Uploaded(HashMap<(MediaKind, String), String>),
}

impl Media {
    /// For a look at rules without WeCom: a file's media id reads `file:` and its path.
    pub fn as_written() -> Self {
        Self(Ids::AsWritten)
    }

    /// What has been uploaded, by kind and by path as it is written.
    pub fn uploaded(ids: impl IntoIterator<Item = ((MediaKind, String), String)>) -> Self {
        Self(Ids::Uploaded(ids.into_iter().collect()))
    }

    /// The media id of a file; `None` while it has none.
    pub fn id_of(&self, kind: MediaKind, path: &str) -> Option<Cow<'_, str>> {
        match &self.0 {
            Ids::AsWritten => Some(Cow::Owned(format!("file:{path}"))),
            Ids::Uploaded(ids) => ids.get(&(kind, path.to_owned())).map(|id| Cow::Borrowed(id.as_str())),
        }
    }
}

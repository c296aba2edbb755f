//! What rules refer to that lies outside of their file: files, tags, employees, departments, addresses.
//!
//! The rules are pure and look nothing up; whoever imports them, keeps media ids fresh or checks them online asks here
//! what there is to see to, and hands the media ids of the files back as [`Media`].

use std::{borrow::Cow, collections::HashMap};

use serde::Serialize;

/// As what a file goes into a message; WeCom's media types (page 90253).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// JPG or PNG, at most 10 MB.
    Image,
    /// MP4, at most 10 MB.
    Video,
    /// Anything, at most 20 MB.
    File,
}

/// A file that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileUse {
    /// As it is written: relative to the rules file.
    pub path: String,
    /// As what it is sent.
    pub kind: FileKind,
    /// The rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which value of the document names it: `rules[2].welcome.attachments[0].image.file`.
    pub at: String,
}

/// What a rule wants with a tag that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TagRole {
    /// To put it on.
    Add,
    /// To take it off.
    Remove,
    /// To know whether the customer has it.
    Condition,
}

/// A tag that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagUse {
    /// `Group/Tag`, or an id.
    pub tag: String,
    /// What for.
    pub role: TagRole,
    /// Whether it is made where it is missing.
    pub create: bool,
    /// The rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Somebody or something else that a rule names: a userid without wildcards, a department, an app, an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use<T> {
    /// What is named.
    pub named: T,
    /// The rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Everything outside of the file that rules refer to, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Resources {
    /// Files.
    pub files: Vec<FileUse>,
    /// Tags.
    pub tags: Vec<TagUse>,
    /// Media ids written out.
    pub media_ids: Vec<Use<String>>,
    /// Employees: of `when.user` where it is no pattern, and of `notify.to`.
    pub users: Vec<Use<String>>,
    /// Departments: of `when.department` and of `notify.to`.
    pub departments: Vec<Use<i64>>,
    /// Apps, by their names in the settings.
    pub apps: Vec<Use<String>>,
    /// Addresses of `forward`.
    pub forwards: Vec<Use<String>>,
    /// Environment variables of `forward.secret_env`.
    pub secrets: Vec<Use<String>>,
    /// Whether any rule notifies, for which the app needs its `agent_id`.
    pub notifies: bool,
}

/// The media ids of the files that rules name.
#[derive(Clone, Debug, Default)]
pub struct Media(Ids);

#[derive(Clone, Debug, Default)]
enum Ids {
    /// Nobody uploads anything: a file stands for itself.
    #[default]
    AsWritten,
    Uploaded(HashMap<(FileKind, String), String>),
}

impl Media {
    /// For a look at rules without WeCom: a file's media id reads `file:` and its path.
    pub fn as_written() -> Self {
        Self(Ids::AsWritten)
    }

    /// What has been uploaded, by kind and by path as it is written.
    pub fn uploaded(ids: impl IntoIterator<Item = ((FileKind, String), String)>) -> Self {
        Self(Ids::Uploaded(ids.into_iter().collect()))
    }

    /// The media id of a file; `None` while it has none.
    pub fn id_of(&self, kind: FileKind, path: &str) -> Option<Cow<'_, str>> {
        match &self.0 {
            Ids::AsWritten => Some(Cow::Owned(format!("file:{path}"))),
            Ids::Uploaded(ids) => ids.get(&(kind, path.to_owned())).map(|id| Cow::Borrowed(id.as_str())),
        }
    }
}

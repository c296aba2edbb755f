//! What rules refer to outside of their file: files, tags, employees, departments, addresses.
//!
//! The rules are pure and look nothing up. Whoever imports them, keeps media ids fresh or checks them against WeCom reads
//! here what there is to upload or to check.

use serde::Serialize;

use crate::action::MediaKind;

/// A file that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileUse {
    /// As it is written: relative to the rules file.
    pub path: String,
    pub kind: MediaKind,
    /// The name of the rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which value of the document names it: `rules[2].welcome.attachments[0].image.file`.
    pub at: String,
}

/// What a rule does with a tag that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TagRole {
    Add,
    Remove,
    /// It only asks whether the customer has the tag.
    Condition,
}

/// A tag that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagUse {
    /// `Group/Tag`, or an id.
    pub tag: String,
    pub role: TagRole,
    /// Whether it is made where it is missing.
    pub create: bool,
    /// The name of the rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Somebody or something else that a rule names: a userid without wildcards, a department, an app, an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use<T> {
    pub named: T,
    /// The name of the rule.
    pub rule: String,
    /// The line of the document, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Everything outside of the file that rules refer to, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Resources {
    pub files: Vec<FileUse>,
    pub tags: Vec<TagUse>,
    /// Media ids that are written out.
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

impl Resources {
    /// Adds what one rule refers to.
    pub(crate) fn append(&mut self, mut of: Self) {
        self.files.append(&mut of.files);
        self.tags.append(&mut of.tags);
        self.media_ids.append(&mut of.media_ids);
        self.users.append(&mut of.users);
        self.departments.append(&mut of.departments);
        self.apps.append(&mut of.apps);
        self.forwards.append(&mut of.forwards);
        self.secrets.append(&mut of.secrets);
        self.notifies |= of.notifies;
    }

    /// Puts everything into the order of the file: keys are read in the language's order, not in that of the file.
    pub(crate) fn sort(&mut self) {
        self.files.sort_by_key(|file| (file.line, file.column));
        self.tags.sort_by_key(|tag| (tag.line, tag.column));
        self.media_ids.sort_by_key(|used| (used.line, used.column));
        self.users.sort_by_key(|used| (used.line, used.column));
        self.departments.sort_by_key(|used| (used.line, used.column));
        self.apps.sort_by_key(|used| (used.line, used.column));
        self.forwards.sort_by_key(|used| (used.line, used.column));
        self.secrets.sort_by_key(|used| (used.line, used.column));
    }
}

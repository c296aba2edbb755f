//! The corp's tags: in which rules they stand, how often they were put on.

use askama::Template;

use super::{Choice, Icon, Instant, Notice, Shell};
use crate::http::pages::words::{Words, tags::TagWords};

/// A tag.
#[derive(Clone, Debug)]
pub(crate) struct TagRow {
    pub(crate) name: String,
    /// The rules that name it, with their addresses.
    pub(crate) rules: Vec<(String, String)>,
    pub(crate) times: String,
    pub(crate) last: Option<Instant>,
    pub(crate) edit: String,
}

/// A group.
#[derive(Clone, Debug)]
pub(crate) struct TagGroupView {
    /// What its heading is found by.
    pub(crate) anchor: String,
    pub(crate) name: String,
    pub(crate) edit: String,
    pub(crate) rows: Vec<TagRow>,
}

/// A tag that rules name and WeCom does not have.
#[derive(Clone, Debug)]
pub(crate) struct MissingTag {
    pub(crate) name: String,
    pub(crate) rules: Vec<(String, String)>,
    /// Whether it is made by itself when it is first needed.
    pub(crate) created: bool,
}

/// `/tags`.
#[derive(Debug, Template)]
#[template(path = "tags.html")]
pub(crate) struct TagsPage {
    pub(crate) w: &'static Words,
    pub(crate) t: &'static TagWords,
    pub(crate) shell: Shell,
    pub(crate) notices: Vec<Notice>,
    pub(crate) apps: Vec<Choice>,
    pub(crate) app: String,
    /// The search.
    pub(crate) tag: String,
    pub(crate) total: String,
    pub(crate) counted: String,
    /// Whether WeCom has said what there is.
    pub(crate) known: bool,
    pub(crate) may_change: bool,
    pub(crate) groups: Vec<TagGroupView>,
    pub(crate) missing: Vec<MissingTag>,
    pub(crate) form: TagForm,
}

/// The form by which tags are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagForm {
    pub(crate) groups: Vec<Choice>,
    pub(crate) group: String,
    pub(crate) names: String,
    pub(crate) group_fault: Option<String>,
    pub(crate) names_fault: Option<String>,
}

/// `/tags/{app}/{id}`: a tag or a group, to be renamed or deleted.
#[derive(Debug, Template)]
#[template(path = "tag.html")]
pub(crate) struct TagPage {
    pub(crate) w: &'static Words,
    pub(crate) t: &'static TagWords,
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) is_group: bool,
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) name: String,
    pub(crate) fault: Option<String>,
    pub(crate) refused: Option<String>,
    /// The rules that name it, with their addresses.
    pub(crate) rules: Vec<(String, String)>,
    pub(crate) used: String,
    pub(crate) rename_means: String,
    pub(crate) delete_means: String,
    pub(crate) delete_ask: String,
}

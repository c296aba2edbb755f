//! One rule as a form: its fields, its lists, the phone beside them, and how the rule is written.

use askama::Template;

use super::{Bubble, EditorView, Icon, PreviewView, Prose, Shell, TriedView};
use crate::http::pages::words::{Words, form::FormWords, rules::RuleWords};

/// A value to choose: as it is sent, as people read it, and whether it is chosen.
pub(crate) type Option3 = (&'static str, &'static str, bool);

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    Line,
    Text,
    /// Something on each line.
    Lines,
    /// A box; whether something is sent where it is not ticked.
    Switch {
        sent_when_off: bool,
        on: bool,
    },
    Choice(Vec<Option3>),
    /// Boxes: what is sent, the label, whether it is ticked.
    Boxes(Vec<(String, &'static str, bool)>),
}

/// A field with its label, what is to be said of it, and what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct FieldView {
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) control: Control,
    pub(crate) value: String,
    pub(crate) wrong: String,
    /// Whether its lines are tags that can be picked.
    pub(crate) picks_tags: bool,
}

/// A part of the form.
#[derive(Clone, Debug)]
pub(crate) struct GroupView {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    /// Whether it can be folded, and whether it is open then.
    pub(crate) folded: bool,
    pub(crate) open: bool,
    pub(crate) fields: Vec<FieldView>,
}

/// A field of an attachment or a notice.
#[derive(Clone, Debug)]
pub(crate) struct EntryField {
    pub(crate) id: String,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) control: Control,
    pub(crate) value: String,
    pub(crate) wrong: String,
    /// The field of a file that is uploaded for it; empty: none can be. And which files a browser offers.
    pub(crate) upload: String,
    pub(crate) accept: &'static str,
}

/// An attachment or a notice.
#[derive(Clone, Debug)]
pub(crate) struct EntryView {
    pub(crate) number: usize,
    pub(crate) shown: usize,
    pub(crate) id: String,
    /// Which item of the file it is; empty: none yet.
    pub(crate) at: String,
    pub(crate) title: &'static str,
    pub(crate) kind: String,
    /// Of a notice, whom it may go to.
    pub(crate) receivers: Vec<Option3>,
    pub(crate) fields: Vec<EntryField>,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
}

/// A line of the rule as it is written.
#[derive(Clone, Debug)]
pub(crate) struct SourceLine {
    pub(crate) number: usize,
    pub(crate) text: String,
    pub(crate) faulty: bool,
}

/// `/rules/{name}`.
#[derive(Debug, Template)]
#[template(path = "rule.html")]
#[expect(clippy::struct_excessive_bools, reason = "a template asks for each of them by itself")]
pub(crate) struct RulePage {
    pub(crate) w: &'static Words,
    pub(crate) r: &'static RuleWords,
    pub(crate) f: &'static FormWords,
    pub(crate) shell: Shell,
    /// Whether the rule is not in the file yet.
    pub(crate) is_new: bool,
    pub(crate) name: String,
    /// Whether it shows what was typed another time.
    pub(crate) restored: bool,
    pub(crate) enabled: bool,
    pub(crate) groups: Vec<GroupView>,
    pub(crate) welcome: String,
    pub(crate) welcome_wrong: String,
    pub(crate) welcome_bytes: usize,
    /// The attachments; `None`: the form cannot show them.
    pub(crate) attachments: Option<Vec<EntryView>>,
    pub(crate) notices: Option<Vec<EntryView>>,
    pub(crate) customer: String,
    /// Placeholders, with what pressing them does.
    pub(crate) placeholders: Vec<(&'static str, &'static str, String)>,
    pub(crate) source: Vec<SourceLine>,
    /// What the form does not show: where it stands, and how it is written.
    pub(crate) others: Vec<(String, String)>,
    pub(crate) preview: PreviewView,
    pub(crate) preview_at: String,
    pub(crate) editor: EditorView,
    pub(crate) tried: TriedView,
    pub(crate) may_publish: bool,
}

impl RulePage {
    /// The groups before the welcome, or those behind it.
    pub(crate) fn groups(&self, before: bool) -> impl Iterator<Item = &GroupView> {
        let is_before =
            move |group: &&GroupView| ["basics", "who", "time", "more-who"].contains(&group.id) == before;
        self.groups.iter().filter(is_before)
    }

    /// So many of so many attachments.
    pub(crate) fn attachments_count(&self) -> String {
        let count = self.attachments.as_ref().map_or(0, Vec::len);
        format!("{count} / {}", wecom_core::message::ATTACHMENTS_MAX)
    }

    /// The kinds of attachments to be added.
    pub(crate) fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let language = self.shell.language;
        let kinds = ["image", "link", "miniprogram", "video", "file"];
        kinds
            .into_iter()
            .map(|kind| (kind, crate::http::pages::words::form::choice("attachment", kind, language)))
            .collect()
    }
}

/// Tags of WeCom to be picked from.
#[derive(Debug, Template)]
#[template(path = "rule_tags.html")]
pub(crate) struct TagsView {
    /// Groups and their tags, as rules write them.
    pub(crate) groups: Vec<(String, Vec<(String, String)>)>,
}

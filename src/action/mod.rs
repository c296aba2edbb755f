//! What can be done for a customer, until when, how often, and how it ended. Pure: no I/O and no clock.
//!
//! An [`Action`] is planned from an event by the rules, stored, performed by `dispatch`, and settled with an
//! [`Outcome`](outcome::Outcome). This module holds what must be true wherever that happens: [`deadline`] (when it
//! is too late), [`outcome`] (what WeCom's answer means for it), [`retry`] (when to try again).
//! The content of a welcome is in [`message`]; what is told to employees and to other systems in [`notice`].

pub mod deadline;
pub use wecom_core::message;
pub mod notice;
pub mod outcome;
pub mod retry;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use deadline::Deadline;
use message::{Attachment, Text};
pub use notice::{Decide, Forward, Notify, Recipients, Trigger};

/// The kinds of action, by the names of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `send_welcome_msg`: once, inside 20 seconds.
    Welcome,
    /// `mark_tag`: durable, idempotent.
    Tag,
    /// `remark`: durable, idempotent.
    Remark,
    /// The rules that ask for something that had to be looked up first, decided after the welcome.
    Decide,
    /// `message/send`: an app message to employees.
    Notify,
    /// The record, posted to a system of the company's own.
    Forward,
}

impl Kind {
    /// Every kind, in the order in which the actions of one event are performed.
    pub const ALL: [Self; 6] =
        [Self::Welcome, Self::Decide, Self::Tag, Self::Remark, Self::Notify, Self::Forward];

    /// The name in the record, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Tag => "tag",
            Self::Remark => "remark",
            Self::Decide => "decide",
            Self::Notify => "notify",
            Self::Forward => "forward",
        }
    }

    /// Whether it writes what WeCom keeps of one employee and one customer: never two of these at once for a pair.
    pub fn is_of_pair(self) -> bool {
        matches!(self, Self::Tag | Self::Remark)
    }

    /// Whether it tells somebody: it waits apart from what is done for the customer.
    pub fn tells(self) -> bool {
        matches!(self, Self::Notify | Self::Forward)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownName {
            what: "kind of action",
            expected: "welcome, decide, tag, remark, notify or forward",
        })
    }
}

/// Where an action stands, by the names of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Waits for its turn or its next try.
    Pending,
    /// Somebody holds its lease and is performing it.
    Running,
    /// Done.
    Done,
    /// Its deadline passed.
    Expired,
    /// Will not be tried again by itself.
    Failed,
    /// Was never to be performed; the reason says why.
    Skipped,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Done, Self::Expired, Self::Failed, Self::Skipped];

    /// The name in the record, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(UnknownName {
            what: "status of an action",
            expected: "pending, running, done, expired, failed or skipped",
        })
    }
}

/// A name that is none of a closed set's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: expected {expected}")]
pub struct UnknownName {
    what: &'static str,
    expected: &'static str,
}

/// Something to be done for one customer of one employee. Serialises to the body of WeCom's call, without the
/// `welcome_code`: that is a secret while it works, and is read from the event when the call is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Action {
    /// Send the welcome.
    Welcome(Welcome),
    /// Put tags on and take tags off.
    Tag(Tag),
    /// Set remark, description, company or phones.
    Remark(Remark),
    /// Decide the rules that were left open, and plan what they say.
    Decide(Decide),
    /// Tell employees.
    Notify(Notify),
    /// Tell another system.
    Forward(Forward),
}

impl Action {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Welcome(_) => Kind::Welcome,
            Self::Tag(_) => Kind::Tag,
            Self::Remark(_) => Kind::Remark,
            Self::Decide(_) => Kind::Decide,
            Self::Notify(_) => Kind::Notify,
            Self::Forward(_) => Kind::Forward,
        }
    }

    /// Whom a forward is posted to; empty for everything else.
    pub fn receiver(&self) -> &str {
        if let Self::Forward(forward) = self { &forward.url } else { "" }
    }

    /// The request as it stands in the record.
    pub fn to_json(&self) -> String {
        // Strings and lists of strings only: there is nothing in it that could fail to serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a request back from the record.
    pub fn from_json(kind: Kind, json: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            Kind::Welcome => Self::Welcome(serde_json::from_str(json)?),
            Kind::Tag => Self::Tag(serde_json::from_str(json)?),
            Kind::Remark => Self::Remark(serde_json::from_str(json)?),
            Kind::Decide => Self::Decide(serde_json::from_str(json)?),
            Kind::Notify => Self::Notify(serde_json::from_str(json)?),
            Kind::Forward => Self::Forward(serde_json::from_str(json)?),
        })
    }
}

/// The content of a welcome. `text` and `attachments` are never both empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Up to nine attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What goes out instead if WeCom refuses the text. Ours, not WeCom's: the client does not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Text>,
    /// Files of the rule that had no media id when the welcome was planned, and so are not among the attachments.
    /// Ours, not WeCom's: the client does not send it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// In which ways it is less than its rule says, in words an operator understands: what was not known when it was
    /// chosen, what WeCom refused of it. Ours, not WeCom's: the client does not send it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lesser: Vec<String>,
}

impl Welcome {
    /// The media ids in it.
    pub fn media_ids(&self) -> Vec<String> {
        self.attachments.iter().filter_map(Attachment::media_id).map(str::to_owned).collect()
    }

    /// The same without what carries a media id: links stay, and pictures by URL.
    #[must_use]
    pub fn without_media(&self) -> Self {
        let attachments = self.attachments.iter().filter_map(Attachment::without_media).collect();
        Self { attachments, ..self.clone() }
    }
}

/// Tags to put on and take off one (employee, customer) pair: by tag id, or as `Group/Tag` until the names have been
/// resolved, which is done when the tags are set (an id has no slash in it).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The employee.
    pub userid: String,
    /// The customer.
    pub external_userid: String,
    /// Still to be put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tag: Vec<String>,
    /// Still to be taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tag: Vec<String>,
    /// Tag ids that WeCom does not know (40068) and that were dropped from the lists; of an action that is done, also the
    /// names for which the corp has no tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Tag ids already dealt with, one call each, after WeCom refused the list without naming the culprit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<String>,
    /// Those of the names in `add_tag` that are to be made where the corp has no such tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<String>,
    /// The tags of both lists, those of higher rules first. It is there where one list has a name and the other an id:
    /// should both turn out to be one tag, what stands first here holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranked: Vec<String>,
    /// Send one tag a call from now on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_by_one: bool,
    /// Why those of `create` that are names still were not made: WeCom's answer, and what it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmade: Option<String>,
}

/// Remark fields of one (employee, customer) pair; what is `None` is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The employee.
    pub userid: String,
    /// The customer.
    pub external_userid: String,
    /// At most 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// At most 150 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// At most 20 characters; WeChat customers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark_company: Option<String>,
    /// Overwrites the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark_mobiles: Option<Vec<String>>,
    /// The texts above are templates still: they ask for the customer, who is looked up when the remark is set, so
    /// that nothing but the welcome's own text ever delays a welcome.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrendered: bool,
}

/// What the rules made of an event: what was used, and what is to be done, in the order of doing it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The rules that matched and supplied something, highest priority first.
    pub rules: Vec<RuleUse>,
    /// The actions: at most one of each kind but [`Kind::Notify`] and [`Kind::Forward`], of which each rule may have
    /// several.
    pub actions: Vec<Planned>,
}

/// One action of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "most of a plan is performed; what is skipped is there for a moment"
)]
pub enum Planned {
    /// To be performed.
    Perform {
        /// What.
        action: Action,
        /// Until when.
        deadline: Option<Deadline>,
    },
    /// On record only, so that the operator reads why nothing was done.
    Skip {
        /// What would have been done.
        kind: Kind,
        /// Why it is not, in words an operator understands.
        reason: String,
    },
}

impl Planned {
    /// The kind of action.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Perform { action, .. } => action.kind(),
            Self::Skip { kind, .. } => *kind,
        }
    }
}

/// A rule and what it supplied; the `rules` of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUse {
    /// The rule's name.
    pub name: String,
    /// The version of the rule set it was read from.
    pub version: i64,
    /// Which actions it had a part in.
    pub used_for: Vec<Kind>,
}

impl RuleUse {
    /// Adds the rules that were used to those that were used before: the same rule once, with all that it was used for.
    pub fn merge(rules: &mut Vec<Self>, more: &[Self]) {
        for used in more {
            match rules.iter_mut().find(|rule| (&rule.name, rule.version) == (&used.name, used.version)) {
                Some(rule) => {
                    for kind in &used.used_for {
                        if !rule.used_for.contains(kind) {
                            rule.used_for.push(*kind);
                        }
                    }
                }
                None => rules.push(used.clone()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_named_once_with_all_that_it_was_used_for() {
        let used = |name: &str, version, kinds: &[Kind]| RuleUse {
            name: name.to_owned(),
            version,
            used_for: kinds.to_vec(),
        };
        let mut rules = vec![used("a", 1, &[Kind::Welcome]), used("b", 1, &[Kind::Welcome])];
        RuleUse::merge(
            &mut rules,
            &[used("b", 1, &[Kind::Welcome, Kind::Tag]), used("a", 2, &[Kind::Tag]), used("c", 1, &[])],
        );
        assert_eq!(
            rules,
            [
                used("a", 1, &[Kind::Welcome]),
                used("b", 1, &[Kind::Welcome, Kind::Tag]),
                used("a", 2, &[Kind::Tag]),
                used("c", 1, &[])
            ]
        );
    }
}

//! What can be done for a customer, until when, how often, and how it ended. Pure: no I/O and no clock.
//!
//! An [`Action`] is planned from an event by the rules, stored, performed by `dispatch`, and settled with an
//! [`Outcome`](outcome::Outcome). The content of a welcome is in [`message`](wecom_core::message); what is sent to
//! employees and other systems in [`notice`]. What has to hold wherever an action is handled stands in [`deadline`]
//! (when it is too late), [`reason`] (why something is not plainly done), [`outcome`] (how an attempt can end), [`retry`]
//! (when to try again) and [`judge`](mod@judge) (which end WeCom's answer means).

pub mod deadline;
mod kind;
mod media;
pub mod notice;
mod plan;
pub mod reason;
pub mod recorded;
pub mod outcome;
pub mod retry;
pub mod judge;

use serde::{Deserialize, Serialize};

pub use deadline::Deadline;
pub use judge::judge;
pub use kind::{Kind, Status, UnknownName};
pub use media::MediaKind;
pub use notice::{Decide, Forward, Notify, Recipients, Trigger};
pub use plan::{Plan, PlannedAction, RuleUse};
pub use reason::{InBoth, Reason, ReasonCode};
use wecom_core::message::{Attachment, SendWelcomeMsg, Text};

/// Something to be done for one customer of one employee. Serialises to the body of WeCom's call, without the
/// `welcome_code`, which is a secret while it works and is read from the event when the call is made.
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
    /// Send employees an app message.
    Notify(Notify),
    /// Post the record to another system.
    Forward(Forward),
}

impl Action {
    /// The kind, which also says how its request is read back.
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

    /// The address that a forward is posted to; empty for every other action.
    pub fn receiver(&self) -> &str {
        if let Self::Forward(forward) = self { &forward.url } else { "" }
    }

    /// The request as it stands in the record.
    pub fn to_json(&self) -> String {
        // Strings and lists of strings only, so there is nothing in it that could fail to serialise.
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

/// A welcome: what WeCom is asked to send, and what the planner keeps beside it. The first is never blank, and never has
/// its code in it: that is a secret while it works, and comes from the event when the call is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// WeCom's own request.
    #[serde(flatten)]
    pub message: SendWelcomeMsg,
    /// What goes out instead if WeCom refuses the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Text>,
    /// Files of the rule that had no media id when the welcome was planned, and so are not among the attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// In which ways it is less than its rule says, in words an operator understands: what was not known when it was
    /// chosen, what WeCom refused of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lesser: Vec<String>,
    /// The weightiest of these ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesser_code: Option<ReasonCode>,
}

impl Welcome {
    /// The media ids that its attachments name.
    pub fn media_ids(&self) -> Vec<String> {
        self.message.attachments.iter().filter_map(Attachment::media_id).map(str::to_owned).collect()
    }

    /// The welcome without attachments that carry a media id: links stay, and pictures by URL.
    #[must_use]
    pub fn without_media(&self) -> Self {
        let attachments = self.message.attachments.iter().filter_map(Attachment::without_media).collect();
        self.saying(self.message.text.clone(), attachments)
    }

    /// The welcome with another content.
    #[must_use]
    pub fn saying(&self, text: Option<Text>, attachments: Vec<Attachment>) -> Self {
        Self { message: SendWelcomeMsg::content(text, attachments), ..self.clone() }
    }
}

/// Tags to put on and take off one (employee, customer) pair, by tag id, or as `Group/Tag` until the names are resolved,
/// which is done when the tags are set. An id has no slash in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The employee's userid.
    pub userid: String,
    /// The customer's external_userid.
    pub external_userid: String,
    /// Still to be put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tag: Vec<String>,
    /// Still to be taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tag: Vec<String>,
    /// Tag ids that WeCom does not know (40068) and that were dropped from the lists. Once the action is done, also the
    /// names for which the corp has no tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Tag ids already dealt with, one call each, after WeCom refused the list without naming the culprit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<String>,
    /// Those of the names in `add_tag` that are to be made where the corp has no such tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<String>,
    /// The tags of both lists, those of higher rules first. Only filled where one list has a name and the other an id:
    /// should both turn out to be the same tag, the one that stands first here wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranked: Vec<String>,
    /// Send one tag a call from now on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_by_one: bool,
    /// Why those of `create` that are names still were not made: WeCom's answer, and what it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmade: Option<String>,
    /// The code of that answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmade_code: Option<ReasonCode>,
}

/// Remark fields of one (employee, customer) pair; a field that is `None` is not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The employee's userid.
    pub userid: String,
    /// The customer's external_userid.
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
    /// The whole list of phone numbers: WeCom overwrites the one that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark_mobiles: Option<Vec<String>>,
    /// The texts above are still templates that need the customer. The customer is looked up when the remark is set, so
    /// that only the welcome's own text ever delays a welcome.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrendered: bool,
}

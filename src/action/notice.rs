//! What is told to others: an app message to employees, the record to another system, and the note to ourselves that
//! some rules are still to be decided.
//!
//! Unlike tags and remarks there may be several of these for one event, each from one rule, which it names: what goes
//! wrong with it is that rule's to mend.

use serde::{Deserialize, Serialize};

use super::Kind;

/// What makes a rule tell somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The event itself.
    #[default]
    Event,
    /// The event's welcome ended without having been sent: it expired, failed, or there was nothing to send. An event
    /// that carries no code has no welcome to be missed.
    MissedWelcome,
    /// Any other action of the event will not be tried again.
    Failed,
}

/// Who is told: exactly one of these, as `message/send` takes them (page 90236).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipients {
    /// Employees by userid; at most 1000.
    Users(Vec<String>),
    /// Everybody in a department.
    Department(i64),
    /// Everybody with a tag of the directory.
    Tag(i64),
}

/// A text to employees in the app's name (`message/send`, page 90236).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The rule that says so.
    pub rule: String,
    /// On what.
    #[serde(default)]
    pub on: Trigger,
    /// To whom.
    pub to: Recipients,
    /// The text, at most 2048 bytes when it is sent.
    pub text: String,
    /// What went wrong, for the text to name: the `reason` of the action that ended badly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The text is a template still: it asks for what is looked up when it is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrendered: bool,
}

/// The event's record, posted to a system of the company's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The rule that says so.
    pub rule: String,
    /// Where to: `https://…`, or `http://…` where that is allowed.
    pub url: String,
    /// The environment variable that holds the key of the signature; none: the post is not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
}

/// Rules whose conditions need something looked up and that have no part in the welcome are decided after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// What has to be known for it: `customer`, `employee`, `earlier`.
    pub asks: Vec<String>,
    /// Only actions of this kind come of it (a replay of one kind).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Kind>,
    /// Why nobody was greeted although a rule greets and there was a code: the rules that are decided have it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<String>,
}

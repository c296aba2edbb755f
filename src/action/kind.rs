//! The kinds of action and where an action stands, by the names that the record, the API and the command line use.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

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

    /// Whether it writes what WeCom keeps of one employee and one customer. Two of these at once for the same pair fail.
    pub fn is_of_pair(self) -> bool {
        matches!(self, Self::Tag | Self::Remark)
    }

    /// Whether it is a notice or a forward. Reports wait apart from what is done for the customer, so that a receiver
    /// that hangs delays no tag.
    pub fn is_report(self) -> bool {
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
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(UnknownName::new("kind of action", "welcome, decide, tag, remark, notify or forward"))
    }
}

/// Where an action stands, by the names of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Waits for its turn or its next try.
    Pending,
    /// A process holds its lease and is performing it.
    Running,
    /// WeCom, or the receiver, took it.
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
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(UnknownName::new(
            "status of an action",
            "pending, running, done, expired, failed or skipped",
        ))
    }
}

/// A name that is not in a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: expected {expected}")]
pub struct UnknownName {
    what: &'static str,
    expected: &'static str,
}

impl UnknownName {
    /// The fault that a name is no `what`; `expected` lists the names that are.
    pub fn new(what: &'static str, expected: &'static str) -> Self {
        Self { what, expected }
    }

    /// The names that are, one by one: `expected` has nothing else in it but what joins them.
    pub fn known(&self) -> Vec<&'static str> {
        let words = self.expected.split([',', ' ']).filter(|word| !word.is_empty());
        words.filter(|word| !matches!(*word, "or" | "one" | "of")).collect()
    }
}

//! Customers and their relations, as callers of the library and readers of `/_simulator/` see them.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    error::Error,
    ids::{self, OtherIds},
    texts,
};

pub use crate::ids::CustomerKind;

/// A contact way's `state` holds at most so many characters (page 96348), a link's at most as many bytes.
const STATE_CHARS_MAX: usize = 64;

/// The most duplicates of one event.
const DUPLICATES_MAX: u32 = 100;

/// A customer to be added. Everything may be left out.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddCustomer {
    /// The member's userid; absent: one of them.
    pub employee: Option<String>,
    /// The external_userid of a customer who is known already; absent: somebody new.
    pub customer: Option<String>,
    /// What the customer is called; absent: a made-up name.
    pub name: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// Whether the customer uses WeChat (as most) or WeCom.
    pub kind: CustomerKind,
    /// The customer's company, for one who uses WeCom.
    pub corp_name: Option<String>,
    /// The same in full.
    pub corp_full_name: Option<String>,
    /// What the customer is in that company.
    pub position: Option<String>,
    /// The channel's `state`; absent: the customer came by a way that has none.
    pub state: Option<String>,
    /// How the customer came: 1 scan, 2 phone search … 16 acquisition link (page 92114); absent: 1.
    pub add_way: Option<u32>,
    /// The member asked to be added, and not the customer: an application of the member's in the statistics.
    pub by_employee: bool,
    /// The customer has the member, who skips verification and has not added back (`add_half_external_contact`).
    pub half: bool,
    /// No `WelcomeCode`, as where the console has a welcome for this member.
    pub without_code: bool,
    /// How many times more the same event is delivered, at the same time, each sealed anew.
    pub duplicates: u32,
}

impl AddCustomer {
    /// Somebody new for this member, from this channel.
    pub fn new(employee: impl Into<String>, name: impl Into<String>, state: Option<&str>) -> Self {
        Self {
            employee: Some(employee.into()),
            name: Some(name.into()),
            state: state.map(str::to_owned),
            ..Self::default()
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(state) = &self.state
            && (state.chars().count() > STATE_CHARS_MAX || state.chars().any(char::is_control))
        {
            return Err(Error::State { most: STATE_CHARS_MAX });
        }
        for (field, text) in [
            ("name", &self.name),
            ("corp_name", &self.corp_name),
            ("corp_full_name", &self.corp_full_name),
            ("position", &self.position),
        ] {
            texts::check(field, text.as_deref().unwrap_or_default(), texts::NAME_CHARS_MAX)?;
        }
        check_duplicates(self.duplicates)
    }
}

/// A customer who has been added, and where to follow what comes of it.
#[derive(Clone, Serialize)]
pub struct Added {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// What the customer is called.
    pub name: String,
    /// The channel.
    pub state: Option<String>,
    /// The code, where the event has one.
    pub welcome_code: Option<String>,
    /// The customer has only asked, and waits for the member's consent: no event has been sent.
    pub waiting: bool,
    /// The numbers of the event's deliveries: one, and one for each duplicate; none while the customer waits.
    pub deliveries: Vec<u64>,
}

pub(crate) fn check_duplicates(duplicates: u32) -> Result<(), Error> {
    if duplicates > DUPLICATES_MAX {
        return Err(Error::Duplicates { most: DUPLICATES_MAX });
    }
    Ok(())
}

/// A customer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Customer {
    /// `wm…` or `wo…`.
    pub external_userid: String,
    /// What the customer is called.
    pub name: String,
    /// From WeChat or WeCom.
    pub kind: CustomerKind,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// The customer's company, for one who uses WeCom.
    pub corp_name: Option<String>,
    /// The same in full.
    pub corp_full_name: Option<String>,
    /// What the customer is in that company.
    pub position: Option<String>,
}

impl Customer {
    /// What the same person is called elsewhere.
    pub fn ids(&self) -> OtherIds {
        ids::elsewhere(&self.external_userid, self.kind)
    }
}

/// What a member and a customer are to each other, and what has been done about it.
#[derive(Clone, PartialEq, Serialize)]
pub struct Relation {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// When they became contacts, in Unix milliseconds.
    pub added_at_ms: i64,
    /// The channel.
    pub state: Option<String>,
    /// How: WeCom's number.
    pub add_way: u32,
    /// The member has not added back.
    pub half: bool,
    /// The customer has deleted the member.
    pub left: bool,
    /// Ids of the tags that this member has put on this customer, in the order in which they came.
    pub tags: Vec<String>,
    /// The same as `Group/Tag`.
    pub tag_names: Vec<String>,
    /// What the member has noted.
    pub remark: RemarkView,
    /// The welcomes that were sent, oldest first.
    pub welcomes: Vec<SentWelcome>,
    /// What the customer has received from the member, oldest first: the last fifty.
    pub received: Vec<Received>,
    /// They have written to each other; a welcome does not count.
    pub chatting: bool,
    /// Their temporary chat, where the customer came by a way that opens one.
    pub temp_chat: Option<TempChat>,
}

/// A temporary chat (page 96348).
#[derive(Clone, PartialEq, Serialize)]
pub struct TempChat {
    /// Until when it lasts unless it is closed, in Unix milliseconds.
    pub until_ms: i64,
    /// When it ended, by itself or closed.
    pub ended_at_ms: Option<i64>,
    /// What is sent to the customer when it ends, as the contact way had it.
    pub conclusions: Option<Value>,
}

impl TempChat {
    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.ended_at_ms.is_none()
    }
}

/// What a member has noted about a customer.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct RemarkView {
    /// What the member calls the customer; none: the customer's own name.
    pub remark: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The customer's company.
    pub company: Option<String>,
    /// The customer's phones.
    pub mobiles: Vec<String>,
}

/// Something that reached a customer from a member.
#[derive(Clone, PartialEq, Serialize)]
pub struct Received {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What it is.
    pub kind: ReceivedKind,
    /// Its content, in the form in which the app gave it: `text`, `attachments`.
    #[serde(serialize_with = "message")]
    pub message: Arc<Value>,
}

fn message<S: Serializer>(message: &Arc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    message.as_ref().serialize(serializer)
}

/// What a customer receives from a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedKind {
    /// The welcome (`send_welcome_msg`).
    Welcome,
    /// A mass message that the member has sent (`add_msg_template`).
    MassMessage,
    /// A moment that the member has published, for the customer to see.
    Moment,
    /// The message of a transfer to the member (`transfer_success_msg`).
    TransferSuccess,
    /// The closing message of a temporary chat (`conclusions` of a contact way).
    Conclusion,
}

/// A welcome that reached its customer.
#[derive(Clone, PartialEq, Serialize)]
pub struct SentWelcome {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// How long after the add, in milliseconds.
    pub after_ms: i64,
    /// What was sent: the request's body without the code.
    pub message: Value,
}

impl SentWelcome {
    /// Its text; empty where it had attachments only.
    pub fn text(&self) -> &str {
        self.message["text"]["content"].as_str().unwrap_or_default()
    }
}

//! What WeCom says happened: the decrypted message of a callback as a typed [`Event`].
//!
//! [`Event::parse`] never fails. Its input is authentic, so refusing it would help nobody: WeCom delivers the same
//! bytes a few times more and then never again. What is not known here becomes [`Kind::Unknown`], a word that WeCom
//! has added becomes `Other`, a field that is missing is `None`; the record keeps the bytes as they came.
//!
//! An event comes in one of two envelopes with the same content: to an app of the company's own (`ToUserName`,
//! `CreateTime`, `Event`) or to a third-party suite (`AuthCorpId`, `TimeStamp`, `InfoType`). Both give equal events
//! here, apart from [`Event::suite_id`]. Whom an event is about is asked of the [`Event`] itself, whatever its kind;
//! what else it says is in its [`Kind`].
//!
//! Nothing here reads a clock or does I/O. `xml` and `json` make fields of the bytes; each kind has a file.

#[macro_use]
mod open;

pub mod acquisition;
pub mod customer;
pub mod customer_group;
pub mod customer_tag;
pub mod directory;
pub mod message;
pub mod suite;

mod fields;
mod hidden;
mod identity;
mod json;
mod xml;

use std::{borrow::Cow, ops::RangeInclusive};

use crate::callback::Plaintext;

use acquisition::Acquisition;
use customer::Customer;
use customer_group::CustomerGroup;
use customer_tag::CustomerTag;
use directory::Directory;
use fields::Fields;
pub use hidden::Hidden;
pub use identity::Identity;
use message::Message;
use suite::Suite;

/// What an event's time can be, in Unix seconds: from 2010, before there was any WeCom, to the last number of ten
/// digits. Some gateways write milliseconds.
const CREATE_TIMES_S: RangeInclusive<i64> = 1_262_304_000..=9_999_999_999;

/// One event or message, as WeCom sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    corp_id: Option<String>,
    suite_id: Option<String>,
    agent_id: Option<String>,
    sender: Option<String>,
    message_type: Option<String>,
    name: String,
    change: Option<String>,
    create_time_s: Option<i64>,
    user_id: Option<String>,
    external_user_id: Option<String>,
    state: Option<String>,
    welcome_code: Option<Hidden>,
}

/// What happened, by WeCom's families of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `change_external_contact`: between an employee and a customer. Page 92130.
    Customer(Customer),
    /// `change_external_chat`: to a group chat with customers. Page 92130.
    CustomerGroup(Box<CustomerGroup>),
    /// `change_external_tag`: to the corp's customer tags. Page 92130.
    CustomerTag(CustomerTag),
    /// `customer_acquisition`: to acquisition links (获客助手) and their quota. Pages 97299 and 97402.
    Acquisition(Box<Acquisition>),
    /// `change_contact`: to the company's own directory. Page 90970.
    Directory(Box<Directory>),
    /// A message that an employee sent to the app, or something that they did in it. Pages 90239 and 90240.
    Message(Box<Message>),
    /// What only a third-party suite receives: tickets and authorisations. Pages 90628 and 90642.
    Suite(Suite),
    /// Anything else, and whatever is neither whole XML nor JSON. Its bytes are kept.
    Unknown,
}

impl Event {
    /// Reads the plaintext of a callback. Never fails; see the module's text for what becomes of the unknown.
    pub fn parse(plaintext: &Plaintext) -> Self {
        Self::from_payload(plaintext.as_bytes())
    }

    /// Reads again what was once the plaintext of a callback: the payload of a record, of an export, of a sample. What
    /// just came from the network goes through [`Event::parse`], which takes nothing that was not verified.
    ///
    /// Bytes that are not UTF-8 (a `State` that was cut inside a character, say) are read with U+FFFD in their place:
    /// the customer is greeted all the same.
    pub fn from_payload(plaintext: &[u8]) -> Self {
        // Checked first as `from_utf8_lossy` takes several times as long over what is right anyway.
        let text = match std::str::from_utf8(plaintext) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(plaintext),
        };
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let fields = if text.starts_with('{') { json::read(text) } else { xml::read(text) };
        Self::of(&fields)
    }

    fn of(fields: &Fields<'_>) -> Self {
        let name = fields.text("Event").or_else(|| fields.text("InfoType")).unwrap_or_default();
        // WeCom's own page spells it so in one place (99485).
        let name = if name == "customer_aqcuisition" { acquisition::EVENT } else { name };
        Self {
            kind: if fields.whole { Kind::of(name, fields) } else { Kind::Unknown },
            corp_id: fields.owned("AuthCorpId").or_else(|| fields.owned("ToUserName")),
            suite_id: fields.owned("SuiteId"),
            agent_id: fields.owned("AgentID"),
            sender: fields.owned("FromUserName"),
            message_type: fields.owned("MsgType"),
            name: name.to_owned(),
            change: fields.owned("ChangeType"),
            create_time_s: fields
                .number("CreateTime")
                .or_else(|| fields.number("TimeStamp"))
                .filter(|seconds| CREATE_TIMES_S.contains(seconds)),
            user_id: fields.owned("UserID"),
            external_user_id: fields.owned("ExternalUserID"),
            state: fields.owned("State"),
            welcome_code: fields.hidden("WelcomeCode"),
        }
    }

    /// The corp that it happened in: `ToUserName`, or `AuthCorpId` in the suite form.
    pub fn corp_id(&self) -> Option<&str> {
        self.corp_id.as_deref()
    }

    /// The third-party suite that it was sent to (`SuiteId`); none in the in-house form.
    pub fn suite_id(&self) -> Option<&str> {
        self.suite_id.as_deref()
    }

    /// The app that it was sent to (`AgentID`); customer events come without one.
    pub fn agent_id(&self) -> Option<&str> {
        self.agent_id.as_deref()
    }

    /// `FromUserName`: the employee who wrote to the app, or `sys`.
    pub fn sender(&self) -> Option<&str> {
        self.sender.as_deref()
    }

    /// `MsgType`: `event` for events, else the type of a message; none in the suite form.
    pub fn message_type(&self) -> Option<&str> {
        self.message_type.as_deref()
    }

    /// `Event` or `InfoType`, e.g. `change_external_contact`; empty if there is none, as in a plain message.
    pub fn event(&self) -> &str {
        &self.name
    }

    /// `ChangeType`, e.g. `add_external_contact`. Means something only together with [`Event::event`]: `create` and
    /// `update` are changes of groups and of tags, `del_follow_user` of customers and of acquisition.
    pub fn change(&self) -> Option<&str> {
        self.change.as_deref()
    }

    /// When it happened by WeCom's clock (`CreateTime` or `TimeStamp`), in Unix seconds. None where that is no time at
    /// which anything can have happened: 0, a negative number, one with the digits of milliseconds.
    pub fn create_time_s(&self) -> Option<i64> {
        self.create_time_s
    }

    /// The employee that it is about (`UserID`); in the suite form an encrypted id.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The customer that it is about (`ExternalUserID`).
    pub fn external_user_id(&self) -> Option<&str> {
        self.external_user_id.as_deref()
    }

    /// The channel that the customer came by: the contact way's `state` or the link's `customer_channel`. Text, even
    /// where it is all digits.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// What allows one welcome within 20 seconds (`WelcomeCode`). A capability: never shown, never logged.
    pub fn welcome_code(&self) -> Option<&str> {
        self.welcome_code.as_ref().map(Hidden::reveal)
    }
}

impl Kind {
    fn of(name: &str, fields: &Fields<'_>) -> Self {
        match name {
            customer::EVENT => Self::Customer(Customer::of(fields)),
            customer_group::EVENT => Self::CustomerGroup(Box::new(CustomerGroup::of(fields))),
            customer_tag::EVENT => Self::CustomerTag(CustomerTag::of(fields)),
            acquisition::EVENT => Self::Acquisition(Box::new(Acquisition::of(fields))),
            directory::EVENT => Self::Directory(Box::new(Directory::of(fields))),
            _ => match (Suite::of(name, fields), Message::of(name, fields)) {
                (Some(suite), _) => Self::Suite(suite),
                (None, Some(message)) => Self::Message(Box::new(message)),
                (None, None) => Self::Unknown,
            },
        }
    }
}

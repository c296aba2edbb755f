//! Mass messages (群发) in answers: those of the methods of `mass_message_record`.

use serde::{Deserialize, Serialize};

use super::{SentAttachment, content};
use crate::client::{
    Timestamp,
    paging::{Page, cursor},
    values,
};
use wecom_core::message::Text;

/// The answer of [`External::get_groupmsg_list_v2`](super::External::get_groupmsg_list_v2).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgPage {
    /// The messages.
    #[serde(deserialize_with = "values::list")]
    pub group_msg_list: Vec<Groupmsg>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for GroupmsgPage {
    type Item = Groupmsg;
    type Next = String;

    fn into_parts(self) -> (Vec<Groupmsg>, Option<String>) {
        (self.group_msg_list, cursor(self.next_cursor))
    }
}

/// A mass message as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Groupmsg {
    /// The mass message's id.
    #[serde(deserialize_with = "values::text")]
    pub msgid: Option<String>,
    /// Who made it; absent where an app did.
    #[serde(deserialize_with = "values::text")]
    pub creator: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Whether the corp or an employee made it.
    #[serde(deserialize_with = "values::number")]
    pub create_type: Option<CreateType>,
    /// The text.
    #[serde(deserialize_with = "content::part")]
    pub text: Option<Text>,
    /// The attachments.
    #[serde(deserialize_with = "values::list")]
    pub attachments: Vec<SentAttachment>,
}

values::open_number! {
    /// Who made a mass message or a moment.
    CreateType {
        /// The corp.
        CORP = 0, "corp";
        /// An employee.
        EMPLOYEE = 1, "employee";
    }
}

/// The answer of [`get_groupmsg_task`](super::External::get_groupmsg_task).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgTaskPage {
    /// The employees.
    #[serde(deserialize_with = "values::list")]
    pub task_list: Vec<GroupmsgTask>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for GroupmsgTaskPage {
    type Item = GroupmsgTask;
    type Next = String;

    fn into_parts(self) -> (Vec<GroupmsgTask>, Option<String>) {
        (self.task_list, cursor(self.next_cursor))
    }
}

/// An employee that a message was proposed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgTask {
    /// The employee's userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// Whether it was sent.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<GroupmsgTaskStatus>,
    /// When it was sent.
    #[serde(deserialize_with = "values::number")]
    pub send_time: Option<Timestamp>,
}

values::open_number! {
    /// Whether an employee has sent a message.
    GroupmsgTaskStatus {
        /// Not yet.
        UNSENT = 0, "unsent";
        /// Sent.
        SENT = 2, "sent";
    }
}

/// The answer of [`get_groupmsg_send_result`](super::External::get_groupmsg_send_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgSendPage {
    /// Customer by customer, or group by group.
    #[serde(deserialize_with = "values::list")]
    pub send_list: Vec<GroupmsgSend>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for GroupmsgSendPage {
    type Item = GroupmsgSend;
    type Next = String;

    fn into_parts(self) -> (Vec<GroupmsgSend>, Option<String>) {
        (self.send_list, cursor(self.next_cursor))
    }
}

/// What became of a message for one customer or group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgSend {
    /// The customer; absent for a group.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The group; absent for a customer.
    #[serde(deserialize_with = "values::text")]
    pub chat_id: Option<String>,
    /// The employee who sends it.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// What became of it.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<GroupmsgSendStatus>,
    /// When it was sent.
    #[serde(deserialize_with = "values::number")]
    pub send_time: Option<Timestamp>,
}

values::open_number! {
    /// What became of a message.
    GroupmsgSendStatus {
        /// Not sent.
        UNSENT = 0, "unsent";
        /// Sent.
        SENT = 1, "sent";
        /// Not sent: employee and customer are no contacts.
        NO_CONTACT = 2, "no_contact";
        /// Not sent: the customer has had as many as a period allows.
        LIMIT_REACHED = 3, "limit_reached";
    }
}

/// The answer of [`get_group_msg_result`](super::External::get_group_msg_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupmsgResultPage {
    /// Customer by customer, or group by group, of all employees.
    #[serde(deserialize_with = "values::list")]
    pub detail_list: Vec<GroupmsgSend>,
    /// Where the message stood in WeCom's review; only in answers of the oldest form.
    #[serde(deserialize_with = "values::integer")]
    pub check_status: Option<i64>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for GroupmsgResultPage {
    type Item = GroupmsgSend;
    type Next = String;

    fn into_parts(self) -> (Vec<GroupmsgSend>, Option<String>) {
        (self.detail_list, cursor(self.next_cursor))
    }
}

//! Mass messages (群发): proposed to employees, each of whom sends them to the own customers or groups, or does not.
//!
//! The seed's body, with a picture, link or mini-program at its top level, is served by `attachments`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    External, GetGroupmsgSendResult, GetGroupmsgTask, GroupmsgResultPage, GroupmsgSend, GroupmsgSendPage,
    GroupmsgTask, GroupmsgTaskPage, Listing, SentAttachment, absent_is, content,
    limits::Check,
    paging::{Page, all_pages, cursor, paged},
    read,
};
use crate::{Call, CallOptions, Effect, Error, Timestamp, client::values};
use wecom_core::message::{Attachment, TEXT_BYTES_MAX, Text};

const ADD_MSG_TEMPLATE: &str = "externalcontact/add_msg_template";
const REMIND: &str = "externalcontact/remind_groupmsg_send";
const CANCEL: &str = "externalcontact/cancel_groupmsg_send";
const LIST: &str = "externalcontact/get_groupmsg_list_v2";
const TASK: &str = "externalcontact/get_groupmsg_task";
const SEND_RESULT: &str = "externalcontact/get_groupmsg_send_result";
const RESULT: &str = "externalcontact/get_group_msg_result";

/// At most so many tags in a group of [`TagFilter`].
const TAGS_MAX: usize = 100;

/// The message has been cancelled.
const CANCELLED: i64 = 41_093;

impl External {
    /// Proposes a message to employees (`add_msg_template`; document 92135), who have to send it themselves. A customer
    /// of several of them gets it from the one of the latest contact, and a month has no more of them than days.
    ///
    /// Not all addressees have to exist: the answer tells which could not be used.
    ///
    /// # Errors
    ///
    /// 41048 when there is nobody to send it to, 40058 for what WeCom does not take, 40007 for a media id that has
    /// expired, 40201 and 40204 from its spam control, 84061 when those addressed are no contacts of the sender.
    /// [`Error::Argument`] when nobody is addressed, for content beyond the limits of
    /// [`action::message`](wecom_core::message), more than 10,000 customers or 2,000 groups, a filter without tags.
    pub async fn add_msg_template(
        &self,
        request: &AddMsgTemplate,
        options: CallOptions,
    ) -> Result<MsgTemplateAdded, Error> {
        request.check()?;
        self.client.call(Call::post(ADD_MSG_TEMPLATE, Effect::Once, request, options)).await
    }

    /// Reminds the employees who have not sent the message (`remind_groupmsg_send`; document 97610).
    ///
    /// # Errors
    ///
    /// 41094 after three times in 24 hours.
    pub async fn remind_groupmsg_send(&self, msgid: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(REMIND).required("msgid", msgid).end()?;
        self.done(Call::post(REMIND, Effect::Once, &json!({"msgid": msgid}), options)).await
    }

    /// Takes a message back from the employees who have not sent it (`cancel_groupmsg_send`; document 97611). One that
    /// was cancelled already is cancelled.
    ///
    /// # Errors
    ///
    /// 41063 while it is being handed out.
    pub async fn cancel_groupmsg_send(&self, msgid: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(CANCEL).required("msgid", msgid).end()?;
        let call = Call::post(CANCEL, Effect::Idempotent, &json!({"msgid": msgid}), options);
        absent_is(&[CANCELLED], (), self.done(call).await)
    }

    /// The mass messages of a time, a page of them (`get_groupmsg_list_v2`; document 93338).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] when kind or times are absent or `limit` is not 1 to
    /// 100.
    pub async fn get_groupmsg_list_v2(
        &self,
        request: &GetGroupmsgList,
        options: CallOptions,
    ) -> Result<GroupmsgPage, Error> {
        Check::of(LIST)
            .required("chat_type", &request.chat_type)
            .rule(is_chat_type(&request.chat_type), "chat_type", || wrong_chat_type(&request.chat_type))
            .given("start_time", request.start_time.is_some())
            .given("end_time", request.end_time.is_some())
            .order("end_time", request.start_time, request.end_time)
            .number("filter_type", request.filter_type.map(|filter| filter.0), 0..=2)
            .number("limit", request.limit, 1..=100)
            .end()?;
        self.client.call(Call::post(LIST, Effect::Read, request, options)).await
    }

    /// The mass messages of all pages.
    pub fn get_groupmsg_list_v2_all(
        &self,
        request: &GetGroupmsgList,
        options: CallOptions,
    ) -> Listing<Groupmsg> {
        all_pages!(self.get_groupmsg_list_v2, LIST, request, 100, options)
    }

    /// The employees that a message was proposed to, and whether they have sent it, a page of them
    /// (`get_groupmsg_task`; document 93338).
    ///
    /// # Errors
    ///
    /// 41063 soon after the message was made: it is still being handed out. [`Error::Argument`] when `limit` is not 1
    /// to 1,000.
    pub async fn get_groupmsg_task(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Result<GroupmsgTaskPage, Error> {
        request.check(TASK)?;
        self.client.call(Call::post(TASK, Effect::Read, request, options)).await
    }

    /// The employees of all pages.
    pub fn get_groupmsg_task_all(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Listing<GroupmsgTask> {
        all_pages!(self.get_groupmsg_task, TASK, request, 1_000, options)
    }

    /// What became of a message of one employee, customer by customer or group by group, a page of them
    /// (`get_groupmsg_send_result`; document 93338).
    ///
    /// # Errors
    ///
    /// As of [`get_groupmsg_task`](Self::get_groupmsg_task).
    pub async fn get_groupmsg_send_result(
        &self,
        request: &GetGroupmsgSendResult,
        options: CallOptions,
    ) -> Result<GroupmsgSendPage, Error> {
        Check::of(SEND_RESULT)
            .required("msgid", &request.msgid)
            .required("userid", &request.userid)
            .number("limit", request.limit, 1..=1_000)
            .end()?;
        self.client.call(Call::post(SEND_RESULT, Effect::Read, request, options)).await
    }

    /// The results of all pages.
    pub fn get_groupmsg_send_result_all(
        &self,
        request: &GetGroupmsgSendResult,
        options: CallOptions,
    ) -> Listing<GroupmsgSend> {
        all_pages!(self.get_groupmsg_send_result, SEND_RESULT, request, 1_000, options)
    }

    /// What became of a message with all employees in one list, a page of it (`get_group_msg_result`): the old form,
    /// still answered; [`get_groupmsg_task`](Self::get_groupmsg_task) and
    /// [`get_groupmsg_send_result`](Self::get_groupmsg_send_result) are its successors.
    ///
    /// # Errors
    ///
    /// As of [`get_groupmsg_task`](Self::get_groupmsg_task).
    pub async fn get_group_msg_result(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Result<GroupmsgResultPage, Error> {
        request.check(RESULT)?;
        self.client.call(Call::post(RESULT, Effect::Read, request, options)).await
    }

    /// The list of all pages.
    pub fn get_group_msg_result_all(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Listing<GroupmsgSend> {
        all_pages!(self.get_group_msg_result, RESULT, request, 1_000, options)
    }
}

fn is_chat_type(text: &str) -> bool {
    ["single", "group"].contains(&text)
}

fn wrong_chat_type(given: impl std::fmt::Debug) -> String {
    format!("is {given:?}: WeCom wants single or group")
}

/// A mass message; the request of [`External::add_msg_template`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct AddMsgTemplate {
    /// `single` to customers (the default), `group` to customer groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_type: Option<String>,
    /// The customers, at most 10,000; absent with a `sender` for all of that employee.
    #[serde(deserialize_with = "values::texts", skip_serializing_if = "Option::is_none")]
    pub external_userid: Option<Vec<String>>,
    /// The groups, at most 2,000.
    #[serde(deserialize_with = "values::texts", skip_serializing_if = "Option::is_none")]
    pub chat_id_list: Option<Vec<String>>,
    /// Only customers with these tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_filter: Option<TagFilter>,
    /// The employee who is to send it; required for groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Whether the employee may choose among the addressees; absent means no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_select: Option<bool>,
    /// The text, at most [`TEXT_BYTES_MAX`] bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Up to nine attachments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl AddMsgTemplate {
    fn check(&self) -> Result<(), Error> {
        let customers = self.external_userid.as_deref().unwrap_or_default();
        let groups_given = self.chat_id_list.as_deref().unwrap_or_default();
        let sender = self.sender.as_deref().is_some_and(|sender| !sender.is_empty());
        let groups = self.tag_filter.iter().flat_map(|filter| &filter.group_list);
        let check = Check::of(ADD_MSG_TEMPLATE)
            .count("external_userid", customers, 0..=10_000)
            .count("chat_id_list", groups_given, 0..=2_000)
            .rule(self.chat_type.as_deref().is_none_or(is_chat_type), "chat_type", || {
                wrong_chat_type(self.chat_type.as_deref().unwrap_or_default())
            })
            .given("sender", self.chat_type.as_deref() != Some("group") || sender);
        let check = groups.fold(check, |check, group| {
            check.count("tag_filter.group_list.tag_list", &group.tag_list, 1..=TAGS_MAX)
        });
        // A filter that filters nothing is one that was meant otherwise, and reaches everybody.
        let filters = self.tag_filter.as_ref().is_none_or(|filter| !filter.group_list.is_empty());
        let check = check.given("tag_filter.group_list", filters);
        let somebody =
            sender || self.tag_filter.is_some() || !customers.is_empty() || !groups_given.is_empty();
        content::message(check, self.text.as_ref(), TEXT_BYTES_MAX, &self.attachments)
            .rule(somebody, "external_userid", || {
                "and chat_id_list, tag_filter and sender are all absent or empty: nobody is addressed"
                    .to_owned()
            })
            .end()
    }
}

/// Tags that customers must have: one of each group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct TagFilter {
    /// The groups, all of which must be met.
    #[serde(deserialize_with = "values::list")]
    pub group_list: Vec<TagFilterGroup>,
}

/// Tags of which customers must have one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct TagFilterGroup {
    /// The tags' ids, at most 100.
    #[serde(deserialize_with = "read::texts")]
    pub tag_list: Vec<String>,
}

/// The answer of [`External::add_msg_template`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MsgTemplateAdded {
    /// The addressees who could not be used.
    #[serde(deserialize_with = "read::texts")]
    pub fail_list: Vec<String>,
    /// The message's id.
    #[serde(deserialize_with = "values::text")]
    pub msgid: Option<String>,
}

/// Which messages; the request of [`External::get_groupmsg_list_v2`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetGroupmsgList {
    /// `single` or `group`; required.
    pub chat_type: String,
    /// From when; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// To when; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Only messages of this employee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Whose messages; all if absent.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub filter_type: Option<CreatorFilter>,
    /// How many a page, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The answer of [`External::get_groupmsg_list_v2`].
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

paged!(GetGroupmsgList, limit);

impl Page for GroupmsgPage {
    type Item = Groupmsg;
    type Next = String;

    fn into_parts(self) -> (Vec<Groupmsg>, Option<String>) {
        (self.group_msg_list, cursor(self.next_cursor))
    }
}

/// A mass message as WeCom tells of it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Groupmsg {
    /// Its id.
    #[serde(deserialize_with = "values::text")]
    pub msgid: Option<String>,
    /// Who made it; absent where an app did.
    #[serde(deserialize_with = "values::text")]
    pub creator: Option<String>,
    /// When.
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
    /// Whose mass messages or moments are asked for.
    CreatorFilter {
        /// Those that the corp made.
        CORP = 0, "corp";
        /// Those that employees made.
        EMPLOYEES = 1, "employees";
        /// All of them.
        ALL = 2, "all";
    }
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

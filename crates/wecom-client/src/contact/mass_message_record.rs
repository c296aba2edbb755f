//! What became of mass messages (群发): which there were, who sent them, and whom they reached.

use serde::{Deserialize, Serialize};

use super::{
    External, Groupmsg, GroupmsgPage, GroupmsgResultPage, GroupmsgSend, GroupmsgSendPage, GroupmsgTask,
    GroupmsgTaskPage,
    mass_message::{is_chat_type, wrong_chat_type},
};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{all_pages, paged},
    values,
};

const LIST: Endpoint = Endpoint::post("externalcontact/get_groupmsg_list_v2", Effect::Read).page(93338);
const TASK: Endpoint = Endpoint::post("externalcontact/get_groupmsg_task", Effect::Read).page(93338);
const SEND_RESULT: Endpoint =
    Endpoint::post("externalcontact/get_groupmsg_send_result", Effect::Read).page(93338);
const RESULT: Endpoint = Endpoint::post("externalcontact/get_group_msg_result", Effect::Read);

/// At most so many messages on one page.
const LIST_PAGE_MAX: u32 = 100;
/// At most so many employees, or customers, on one page.
const PAGE_MAX: u32 = 1_000;

impl External {
    /// The mass messages of a time, a page of them (`get_groupmsg_list_v2`; page 93338).
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
            .page_size("limit", request.limit, LIST_PAGE_MAX)
            .end()?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// The mass messages of all pages.
    pub fn get_groupmsg_list_v2_all(
        &self,
        request: &GetGroupmsgList,
        options: CallOptions,
    ) -> Listing<Groupmsg> {
        all_pages!(self.get_groupmsg_list_v2, LIST, request, LIST_PAGE_MAX, options)
    }

    /// The employees that a message was proposed to, and whether they have sent it, a page of them
    /// (`get_groupmsg_task`; page 93338).
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
        self.client.call(Call::new(TASK, options).json(request)).await
    }

    /// The employees of all pages.
    pub fn get_groupmsg_task_all(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Listing<GroupmsgTask> {
        all_pages!(self.get_groupmsg_task, TASK, request, PAGE_MAX, options)
    }

    /// What became of a message of one employee, customer by customer or group by group, a page of them
    /// (`get_groupmsg_send_result`; page 93338).
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
            .page_size("limit", request.limit, PAGE_MAX)
            .end()?;
        self.client.call(Call::new(SEND_RESULT, options).json(request)).await
    }

    /// The results of all pages.
    pub fn get_groupmsg_send_result_all(
        &self,
        request: &GetGroupmsgSendResult,
        options: CallOptions,
    ) -> Listing<GroupmsgSend> {
        all_pages!(self.get_groupmsg_send_result, SEND_RESULT, request, PAGE_MAX, options)
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
        self.client.call(Call::new(RESULT, options).json(request)).await
    }

    /// The list of all pages.
    pub fn get_group_msg_result_all(
        &self,
        request: &GetGroupmsgTask,
        options: CallOptions,
    ) -> Listing<GroupmsgSend> {
        all_pages!(self.get_group_msg_result, RESULT, request, PAGE_MAX, options)
    }
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

paged!(GetGroupmsgList, limit);

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

/// Which message; the request of [`get_groupmsg_task`](super::External::get_groupmsg_task) and
/// [`get_group_msg_result`](super::External::get_group_msg_result).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetGroupmsgTask {
    /// The message's id.
    pub msgid: String,
    /// How many a page, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

paged!(GetGroupmsgTask, limit);
paged!(GetGroupmsgSendResult, limit);

impl GetGroupmsgTask {
    pub(super) fn check(&self, endpoint: Endpoint) -> Result<(), Error> {
        Check::of(endpoint).required("msgid", &self.msgid).page_size("limit", self.limit, PAGE_MAX).end()
    }
}

/// Whose results; the request of [`get_groupmsg_send_result`](super::External::get_groupmsg_send_result).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetGroupmsgSendResult {
    /// The message's id.
    pub msgid: String,
    /// The employee who sends it.
    pub userid: String,
    /// How many a page, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{LIST, LIST_PAGE_MAX, PAGE_MAX, RESULT, SEND_RESULT, TASK};
    use crate::contact::mass_message::rows::MSGID;
    use crate::method::{CURSOR, Method, formatcp, integer, rust, text, time};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.get_groupmsg_list_v2, |given| &given.whole()?))
            .is("List the mass messages of a time")
            .wxjava(&["getGroupMsgListV2"])
            .takes(&[
                text("chat_type", "single or group").required(),
                time("start_time", "From when").required(),
                time("end_time", "To when").required(),
                text("creator", "Only messages of this employee"),
                integer(
                    "filter_type",
                    "0 those of the corp, 1 those of employees, 2 all, which is WeCom's default",
                ),
                integer("limit", formatcp!("How many on a page: 1 to {LIST_PAGE_MAX}")),
                CURSOR,
            ])
            .paged("group_msg_list", "limit", LIST_PAGE_MAX)
            .like("--chat-type single --start-time 7d --end-time 0s --all"),
        Method::of(TASK, rust!(external.get_groupmsg_task, |given| &given.whole()?))
            .is("List the employees to whom a mass message was proposed, and whether they sent it")
            .wxjava(&["getGroupMsgTask"])
            .takes(&[MSGID, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")), CURSOR])
            .paged("task_list", "limit", PAGE_MAX)
            .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA --all"),
        Method::of(SEND_RESULT, rust!(external.get_groupmsg_send_result, |given| &given.whole()?))
            .is("List what became of an employee's mass message, customer by customer")
            .wxjava(&["getGroupMsgSendResult"])
            .takes(&[
                MSGID,
                text("userid", "The employee who sends it").required(),
                integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")),
                CURSOR,
            ])
            .paged("send_list", "limit", PAGE_MAX)
            .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA --userid zhangsan --all"),
        Method::of(RESULT, rust!(external.get_group_msg_result, |given| &given.whole()?))
            .is("List what became of a mass message: the old form, still answered")
            .wxjava(&["getGroupMsgResult"])
            .takes(&[MSGID, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")), CURSOR])
            .paged("detail_list", "limit", PAGE_MAX)
            .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
    ];
}

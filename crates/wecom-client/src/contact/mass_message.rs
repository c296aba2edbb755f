//! Mass messages (群发): proposed to employees, each of whom sends them to the own customers or groups, or does not.
//!
//! Older clients put a picture, link or mini-program at the top level of the body; here it is one of `attachments`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, absent_is, content};
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, Fault, Lack, limits::Check, read, values};
use wecom_core::message::{Attachment, TEXT_BYTES_MAX, Text};

const ADD_MSG_TEMPLATE: Endpoint =
    Endpoint::post("externalcontact/add_msg_template", Effect::Once).page(92135);
const REMIND: Endpoint = Endpoint::post("externalcontact/remind_groupmsg_send", Effect::Once).page(97610);
const CANCEL: Endpoint =
    Endpoint::post("externalcontact/cancel_groupmsg_send", Effect::Idempotent).page(97611);

/// At most so many customers in one message.
const CUSTOMERS_MAX: usize = 10_000;
/// At most so many groups in one message.
const GROUPS_MAX: usize = 2_000;
/// At most so many tags in a group of [`TagFilter`].
const TAGS_MAX: usize = 100;

/// The message has been cancelled.
const CANCELLED: i64 = 41_093;

impl External {
    /// Proposes a message to employees (`add_msg_template`; page 92135), who have to send it themselves. A customer
    /// of several of them gets it from the one of the latest contact, and a month has no more of them than days.
    ///
    /// Not all addressees have to exist: the answer names those who could not be reached.
    ///
    /// # Errors
    ///
    /// 41048 when there is nobody to send it to, 40058 for what WeCom does not take, 40007 for a media id that has
    /// expired, 40201 and 40204 from its spam control, 84061 when those addressed are no contacts of the sender.
    /// [`Error::Argument`] when nobody is addressed, for content beyond the limits of
    /// [`wecom_core::message`], more than 10,000 customers or 2,000 groups, a filter without tags.
    pub async fn add_msg_template(
        &self,
        request: &AddMsgTemplate,
        options: CallOptions,
    ) -> Result<MsgTemplateAdded, Error> {
        request.check()?;
        self.client.call(Call::new(ADD_MSG_TEMPLATE, options).json(request)).await
    }

    /// Reminds the employees who have not sent the message (`remind_groupmsg_send`; page 97610).
    ///
    /// # Errors
    ///
    /// 41094 after three times in 24 hours.
    pub async fn remind_groupmsg_send(&self, msgid: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(REMIND).required("msgid", msgid).end()?;
        self.done(Call::new(REMIND, options).json(&json!({"msgid": msgid}))).await
    }

    /// Takes a message back from the employees who have not sent it (`cancel_groupmsg_send`; page 97611). One that
    /// was cancelled already is cancelled.
    ///
    /// # Errors
    ///
    /// 41063 while it is being handed out.
    pub async fn cancel_groupmsg_send(&self, msgid: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(CANCEL).required("msgid", msgid).end()?;
        let call = Call::new(CANCEL, options).json(&json!({"msgid": msgid}));
        absent_is(&[CANCELLED], (), self.done(call).await)
    }
}

pub(super) fn is_chat_type(text: &str) -> bool {
    ["single", "group"].contains(&text)
}

pub(super) fn wrong_chat_type(given: impl std::fmt::Debug) -> Fault {
    Fault::OneOf { given: format!("{given:?}"), wanted: &["single", "group"] }
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
            .count("external_userid", customers, 0..=CUSTOMERS_MAX)
            .count("chat_id_list", groups_given, 0..=GROUPS_MAX)
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
            .rule(somebody, "external_userid", || Fault::NoneGiven {
                others: &["chat_id_list", "tag_filter", "sender"],
                so: Lack::NobodyAddressed,
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD_MSG_TEMPLATE, CANCEL, CUSTOMERS_MAX, GROUPS_MAX, REMIND, TEXT_BYTES_MAX};
    use crate::contact::content::rows::ATTACHMENTS;
    use crate::method::{Argument, Method, boolean, content, formatcp, ids, json, rust, text};

    pub(crate) const MSGID: Argument = text("msgid", "The message's id").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD_MSG_TEMPLATE, rust!(external.add_msg_template, |given| &given.whole()?))
            .is("Propose a message to employees, who have to send it themselves")
            .wxjava(&["addMsgTemplate"])
            .takes(&[
                text(
                    "chat_type",
                    "single to customers, which is WeCom's default, or group to customer groups",
                ),
                ids(
                    "external_userid",
                    formatcp!(
                        "The customers, at most {CUSTOMERS_MAX}; with --sender alone all of that employee's"
                    ),
                ),
                ids("chat_id_list", formatcp!("The groups, at most {GROUPS_MAX}")),
                json("tag_filter", "Only customers with these tags: {\"group_list\": [{\"tag_list\": […]}]}"),
                text("sender", "The employee who is to send it; required for groups"),
                boolean(
                    "allow_select",
                    "The employee may choose among the addressees; WeCom's default is false",
                ),
                content("text", formatcp!("The text, at most {TEXT_BYTES_MAX} bytes of UTF-8")),
                ATTACHMENTS,
            ])
            .like("--sender zhangsan --text 春季活动今天开始"),
        Method::of(REMIND, rust!(external.remind_groupmsg_send, |given| given.text("msgid")))
            .is("Remind the employees who have not sent a mass message; three times in 24 hours")
            .wxjava(&["remindGroupMsgSend"])
            .takes(&[MSGID])
            .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
        Method::of(CANCEL, rust!(external.cancel_groupmsg_send, |given| given.text("msgid")))
            .is("Take a mass message back from the employees who have not sent it")
            .wxjava(&["cancelGroupMsgSend"])
            .takes(&[MSGID])
            .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
    ];
}

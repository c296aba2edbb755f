//! App messages (应用消息): what an app writes to the company's own employees.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{
    Call, CallOptions, Client, Done, Effect, Endpoint, Error, Fault, Lack, Unit, limits::Check, values,
};

const SEND: Endpoint = Endpoint::post("message/send", Effect::Once).page(90236);

/// At most so many employees are named in one message.
pub const USERS_MAX: usize = 1_000;
/// At most so many departments in one message, and at most so many tags.
pub const DEPARTMENTS_MAX: usize = 100;
/// At most so many bytes of UTF-8 in the text; WeCom cuts what is longer.
pub const CONTENT_BYTES_MAX: usize = wecom_core::message::APP_TEXT_BYTES_MAX;

impl Client {
    /// The methods of app messages.
    pub fn messages(&self) -> Messages {
        Messages { client: self.clone() }
    }
}

/// The message methods of one app's client; see [`Client::messages`].
#[derive(Clone, Debug)]
pub struct Messages {
    client: Client,
}

impl Messages {
    /// Sends a text in the app's name (`message/send`; page 90236).
    ///
    /// Whoever is not inside the app's visible range does not get it, and the answer says who that is; the others do.
    /// Beyond 30 a minute or 1,000 an hour for one employee WeCom drops messages without saying so.
    ///
    /// # Errors
    ///
    /// 81013 when nobody addressed exists or may get it, 301002 when the agent id is another app's.
    /// [`Error::Argument`] when nobody is addressed, the text is empty, or a limit is passed.
    pub async fn send(&self, message: &TextMessage, options: CallOptions) -> Result<Sent, Error> {
        let TextMessage { touser, toparty, totag, agentid, content } = message;
        let bytes = content.len();
        Check::of(SEND)
            .rule(!(touser.is_empty() && toparty.is_empty() && totag.is_empty()), "touser", || {
                Fault::NoneGiven { others: &["toparty", "totag"], so: Lack::NobodyAddressed }
            })
            .at_most("touser", touser, USERS_MAX)
            .at_most("toparty", toparty, DEPARTMENTS_MAX)
            .at_most("totag", totag, DEPARTMENTS_MAX)
            .rule((1..=CONTENT_BYTES_MAX).contains(&bytes), "text.content", || {
                Fault::size(bytes, Unit::Bytes, 1, CONTENT_BYTES_MAX)
            })
            .end()?;
        let numbers = |list: &[i64]| {
            (!list.is_empty()).then(|| list.iter().map(i64::to_string).collect::<Vec<_>>().join("|"))
        };
        let body = Body {
            touser: (!touser.is_empty()).then(|| touser.join("|")),
            toparty: numbers(toparty),
            totag: numbers(totag),
            msgtype: TEXT,
            agentid: *agentid,
            text: Text { content },
        };
        self.client.call(Call::new(SEND, options).json(&body)).await
    }

    /// Sends a message of any kind in the app's name, as the platform writes it (`message/send`; page 90236). What
    /// belongs to the kinds other than text is not checked.
    ///
    /// # Errors
    ///
    /// As of [`Messages::send`]; [`Error::Argument`] also when the part that `msgtype` names is absent.
    pub async fn send_any(&self, message: &AppMessage, options: CallOptions) -> Result<Sent, Error> {
        let AppMessage { touser, toparty, totag, msgtype, agentid: _, text, rest } = message;
        let list = |list: &Option<String>| -> Vec<String> {
            let ids = list.iter().flat_map(|list| list.split('|')).filter(|id| !id.is_empty());
            ids.map(str::to_owned).collect()
        };
        let (users, parties, tags) = (list(touser), list(toparty), list(totag));
        let there = if msgtype == TEXT { text.is_some() } else { rest.contains_key(msgtype) };
        let bytes = text.as_ref().map(|text| text.content.len());
        Check::of(SEND)
            .rule(!(users.is_empty() && parties.is_empty() && tags.is_empty()), "touser", || {
                Fault::NoneGiven { others: &["toparty", "totag"], so: Lack::NobodyAddressed }
            })
            .at_most("touser", &users, USERS_MAX)
            .at_most("toparty", &parties, DEPARTMENTS_MAX)
            .at_most("totag", &tags, DEPARTMENTS_MAX)
            .required("msgtype", msgtype)
            .rule(there, "msgtype", || Fault::NoSuchPart { part: msgtype.clone() })
            .rule(bytes.is_none_or(|bytes| (1..=CONTENT_BYTES_MAX).contains(&bytes)), "text.content", || {
                let bytes = bytes.unwrap_or_default();
                Fault::size(bytes, Unit::Bytes, 1, CONTENT_BYTES_MAX)
            })
            .end()?;
        self.client.call(Call::new(SEND, options).json(message)).await
    }
}

/// The `msgtype` of a plain text.
const TEXT: &str = "text";

/// A message of any kind to employees, in the platform's own form; see [`Messages::send_any`]. At least one of the
/// three lists is not empty. `Debug` shows nothing of what it says.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AppMessage {
    /// Employees by userid, with `|` between them, at most [`USERS_MAX`]; `@all` alone is everybody whom the app may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touser: Option<String>,
    /// Departments by id, with `|` between them, at most [`DEPARTMENTS_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toparty: Option<String>,
    /// Tags of the directory by id, with `|` between them, at most [`DEPARTMENTS_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totag: Option<String>,
    /// What it is: `text`, `markdown`, `textcard`, …; the part that says it has the same name.
    pub msgtype: String,
    /// The app's AgentId; required.
    pub agentid: i64,
    /// Of a plain text, at most [`CONTENT_BYTES_MAX`] bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<AppText>,
    /// Everything else, by the platform's names.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// What a plain text says.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct AppText {
    /// The text.
    pub content: String,
}

impl fmt::Debug for AppMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppMessage")
            .field("touser", &self.touser)
            .field("msgtype", &self.msgtype)
            .field("agentid", &self.agentid)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AppText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppText").field("bytes", &self.content.len()).finish()
    }
}

/// A text to employees; see [`Messages::send`]. At least one of the three lists is not empty. `Debug` shows no text.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TextMessage {
    /// Employees by userid, at most [`USERS_MAX`]; `@all` alone is everybody whom the app may see.
    pub touser: Vec<String>,
    /// Departments by id, at most [`DEPARTMENTS_MAX`]: everybody in them and below.
    pub toparty: Vec<i64>,
    /// Tags of the directory by id, at most [`DEPARTMENTS_MAX`].
    pub totag: Vec<i64>,
    /// The app's AgentId; required.
    pub agentid: i64,
    /// The text, at most [`CONTENT_BYTES_MAX`] bytes.
    pub content: String,
}

impl fmt::Debug for TextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { touser, toparty, totag, agentid, content } = self;
        f.debug_struct("TextMessage")
            .field("touser", touser)
            .field("toparty", toparty)
            .field("totag", totag)
            .field("agentid", agentid)
            .field("bytes", &content.len())
            .finish()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    touser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    toparty: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    totag: Option<String>,
    msgtype: &'static str,
    agentid: i64,
    text: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    content: &'a str,
}

/// The answer of [`Messages::send`]: who did not get it, each list joined by `|`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Sent {
    /// Employees who do not exist or are outside the app's visible range, in lower case.
    #[serde(default, deserialize_with = "values::text")]
    pub invaliduser: Option<String>,
    /// Departments of which that is true.
    #[serde(default, deserialize_with = "values::text")]
    pub invalidparty: Option<String>,
    /// Tags of which that is true.
    #[serde(default, deserialize_with = "values::text")]
    pub invalidtag: Option<String>,
    /// Employees without the licence that a third-party app needs.
    #[serde(default, deserialize_with = "values::text")]
    pub unlicenseduser: Option<String>,
    /// By which the message can be recalled.
    #[serde(default, deserialize_with = "values::text")]
    pub msgid: Option<String>,
    /// That it was done, and whether WeCom read only a part of what it was to send.
    #[serde(flatten)]
    pub done: Done,
}

impl Sent {
    /// Who did not get it, in the words of the platform; `None` where everybody did.
    pub fn left_out(&self) -> Option<String> {
        let lists = [
            ("employees", &self.invaliduser),
            ("departments", &self.invalidparty),
            ("tags", &self.invalidtag),
            ("employees without a licence", &self.unlicenseduser),
        ];
        let named: Vec<String> = lists
            .into_iter()
            .filter_map(|(what, list)| Some((what, list.as_deref().filter(|list| !list.is_empty())?)))
            .map(|(what, list)| format!("{what} {}", list.replace('|', ", ")))
            .collect();
        (!named.is_empty()).then(|| named.join("; "))
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CONTENT_BYTES_MAX, DEPARTMENTS_MAX, SEND, USERS_MAX};
    use crate::method::{Method, content, formatcp, integer, json, rust, text};

    pub(crate) const METHODS: &[Method] =
        &[Method::of(SEND, rust!(messages.send_any, |given| &given.whole()?))
            .is("Send an app message to the company's own employees")
            .takes(&[
                text(
                    "touser",
                    formatcp!("Userids, at most {USERS_MAX}, with | between them; @all: everybody"),
                ),
                text("toparty", formatcp!("Department ids, at most {DEPARTMENTS_MAX}, with | between them")),
                text(
                    "totag",
                    formatcp!("The directory's tag ids, at most {DEPARTMENTS_MAX}, with | between them"),
                ),
                text("msgtype", "text, markdown, image, textcard, …: the argument of that name says it")
                    .required(),
                integer("agentid", "The app's AgentId").required(),
                content("text", formatcp!("The text, at most {CONTENT_BYTES_MAX} bytes of UTF-8")),
                content("markdown", "The text, with marks"),
                json("image", "{\"media_id\": …}"),
                json("file", "{\"media_id\": …}"),
                json("textcard", "{\"title\": …, \"description\": …, \"url\": …}"),
                json("news", "{\"articles\": […]}"),
                json("miniprogram_notice", "As its page has it"),
                json("template_card", "As its page has it"),
                integer("safe", "1: not to be passed on; 0 is WeCom's default"),
                integer(
                    "enable_duplicate_check",
                    "1: the same message is not sent twice within the interval",
                ),
                integer("duplicate_check_interval", "Seconds, at most 14400; 1800 is WeCom's default"),
            ])
            .like("--touser zhangsan --msgtype text --agentid 1000042 --text 您好")];
}

//! Contact ways (联系我): QR codes and buttons by which customers add an employee, each with its channel's key.
//!
//! A company may have 500,000 lasting ways made by API, group join ways included (document 96348). Temporary ways, whose
//! chats end by themselves, are for companies of the medical trade only, 100,000 a day.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Conclusions, ContactWay, ContactWayScene, ContactWayType, External, Listing, absent_is,
    limits::Check,
    paging::{self, Page, all_pages, paged},
    read,
};
use crate::{Call, CallOptions, Effect, Error, Timestamp, client::values};

const ADD_CONTACT_WAY: &str = "externalcontact/add_contact_way";
const GET_CONTACT_WAY: &str = "externalcontact/get_contact_way";
const UPDATE_CONTACT_WAY: &str = "externalcontact/update_contact_way";
const LIST_CONTACT_WAY: &str = "externalcontact/list_contact_way";
const DEL_CONTACT_WAY: &str = "externalcontact/del_contact_way";
const CLOSE_TEMP_CHAT: &str = "externalcontact/close_temp_chat";

/// At most so many characters in `remark` and in `state`.
const TEXT_CHARS_MAX: usize = 30;
/// At most so many employees in one way; WeCom counts those of its departments, too.
const USERS_MAX: usize = 100;
/// So many looks has the button of one employee's way, and so many that of several employees'.
const STYLES_SINGLE: i64 = 3;
const STYLES_MULTI: i64 = 2;
/// A temporary way's code and chat last at most 14 days, in seconds.
const TEMPORARY_S_MAX: i64 = 14 * 86_400;
/// At most so many ways on one page.
const PAGE_MAX: i64 = 1_000;

/// WeCom knows no way of this id.
const NO_SUCH_WAY: i64 = 41_044;

impl External {
    /// Makes a contact way (`add_contact_way`; document 96348). Keep its `config_id`: nothing else leads to it, and the
    /// console does not show it.
    ///
    /// # Errors
    ///
    /// 41041 when there are more than 100 employees with those of the departments, 41045 when the corp has 500,000 ways
    /// already, 41054 when an employee has not activated WeCom, 60111 when there is no such employee, 84074 when one may
    /// not use customer contact, 41037 to 41042 for an argument. [`Error::Argument`] when a limit of
    /// [`AddContactWay`] is broken. Where [`Error::lost`] is true the way may have been made; a second one does no harm
    /// but counts.
    pub async fn add_contact_way(
        &self,
        way: &AddContactWay,
        options: CallOptions,
    ) -> Result<NewContactWay, Error> {
        way.check()?;
        self.client.call(Call::post(ADD_CONTACT_WAY, Effect::Once, way, options)).await
    }

    /// A contact way that this app made (`get_contact_way`; document 96348).
    ///
    /// # Errors
    ///
    /// 41044 when there is no such way, or it is another app's.
    pub async fn get_contact_way(&self, config_id: &str, options: CallOptions) -> Result<ContactWay, Error> {
        #[derive(Deserialize)]
        struct Answer {
            // An object; a list of one in older answers.
            #[serde(deserialize_with = "read::needed")]
            contact_way: ContactWay,
        }
        Check::of(GET_CONTACT_WAY).required("config_id", config_id).end()?;
        let body = ConfigId { config_id };
        let answer: Answer =
            self.client.call(Call::post(GET_CONTACT_WAY, Effect::Read, &body, options)).await?;
        Ok(answer.contact_way)
    }

    /// Changes a contact way (`update_contact_way`; document 96348): what is `None` stays; `user` and `party` replace
    /// the whole list. An expired temporary way cannot be changed.
    ///
    /// # Errors
    ///
    /// As [`External::add_contact_way`], and 41044 when there is no such way.
    pub async fn update_contact_way(
        &self,
        way: &UpdateContactWay,
        options: CallOptions,
    ) -> Result<(), Error> {
        way.check()?;
        self.done(Call::post(UPDATE_CONTACT_WAY, Effect::Idempotent, way, options)).await
    }

    /// One page of the lasting ways that this app made since 2021-07-10 (`list_contact_way`; document 96348). Unless it
    /// says otherwise, of the last 90 days and a hundred at a time.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn list_contact_way(
        &self,
        request: &ListContactWay,
        options: CallOptions,
    ) -> Result<ContactWayIds, Error> {
        Check::of(LIST_CONTACT_WAY)
            .number("limit", request.limit, 1..=PAGE_MAX)
            .order("end_time", request.start_time, request.end_time)
            .end()?;
        self.client.call(Call::post(LIST_CONTACT_WAY, Effect::Read, request, options)).await
    }

    /// Deletes a contact way (`del_contact_way`; document 96348). One that is gone already counts as deleted (41044,
    /// which WeCom also says of another app's and of what never was one).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id (41043).
    pub async fn del_contact_way(&self, config_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DEL_CONTACT_WAY).required("config_id", config_id).end()?;
        let call = Call::post(DEL_CONTACT_WAY, Effect::Idempotent, &ConfigId { config_id }, options);
        absent_is(&[NO_SUCH_WAY], (), self.done(call).await)
    }

    /// Ends a temporary chat before its time (`close_temp_chat`; document 96348). Its conclusion is sent first.
    ///
    /// # Errors
    ///
    /// 40003 and 40096 for the ids, 84061 when the two have no temporary chat (any more).
    pub async fn close_temp_chat(&self, chat: &CloseTempChat, options: CallOptions) -> Result<(), Error> {
        Check::of(CLOSE_TEMP_CHAT)
            .required("userid", &chat.userid)
            .required("external_userid", &chat.external_userid)
            .end()?;
        self.done(Call::post(CLOSE_TEMP_CHAT, Effect::Once, chat, options)).await
    }
}

impl External {
    /// The `config_id` of every way of [`External::list_contact_way`], page by page.
    pub fn list_contact_way_all(&self, request: &ListContactWay, options: CallOptions) -> Listing<String> {
        all_pages!(self.list_contact_way, LIST_CONTACT_WAY, request, 1_000, options)
    }
}

#[derive(Serialize)]
struct ConfigId<'a> {
    config_id: &'a str,
}

/// A contact way to be made; see [`External::add_contact_way`]. `Debug` does not show for whom it is.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AddContactWay {
    /// One employee's or several's; required.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub way_type: Option<ContactWayType>,
    /// Button or QR code; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<ContactWayScene>,
    /// The button's look, 1 to 3 for one employee and 1 to 2 for several; of [`ContactWayScene::MINIPROGRAM`] only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<u32>,
    /// A memo for administrators, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Whether customers are added without the employee's confirmation. Absent means **true**.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_verify: Option<bool>,
    /// The channel's key, at most 30 characters. It comes back as `State` in the event of the add and as
    /// [`FollowUser::state`](super::FollowUser::state).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Employees' userids: exactly one for [`ContactWayType::SINGLE`], else at most 100 with those of `party`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user: Vec<String>,
    /// Departments' ids; of [`ContactWayType::MULTI`] only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<i64>,
    /// Whether it opens a temporary chat; absent means false. Medical trade only, and one employee only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_temp: Option<bool>,
    /// How long a temporary way's QR code works, in seconds: 7 days if absent, at most 14.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
    /// How long a temporary chat lasts from the add, in seconds: 24 hours if absent, at most 14 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_expires_in: Option<u32>,
    /// The only WeChat user who may use a temporary way; needs an open-platform account that is bound to the corp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// Whether all who come from one other company get the same employee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_exclusive: Option<bool>,
    /// Whether the customer is marked with the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
    /// What is sent when a temporary chat ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusions: Option<Conclusions>,
}

impl AddContactWay {
    /// A QR code of one employee, whose customers come back with this `state`.
    pub fn qr_code(userid: impl Into<String>, state: impl Into<String>) -> Self {
        Self {
            way_type: Some(ContactWayType::SINGLE),
            scene: Some(ContactWayScene::QR_CODE),
            state: Some(state.into()),
            user: vec![userid.into()],
            ..Self::default()
        }
    }

    fn check(&self) -> Result<(), Error> {
        let single = self.way_type == Some(ContactWayType::SINGLE) || self.is_temp == Some(true);
        let users = if single { 1..=1 } else { usize::from(self.party.is_empty())..=USERS_MAX };
        let check = Check::of(ADD_CONTACT_WAY)
            .given("type", self.way_type.is_some())
            .given("scene", self.scene.is_some())
            .number("type", self.way_type.map(|way_type| way_type.0), 1..=2)
            .number("scene", self.scene.map(|scene| scene.0), 1..=2)
            .number("style", self.style, 1..=if single { STYLES_SINGLE } else { STYLES_MULTI })
            .chars("remark", self.remark.as_deref(), TEXT_CHARS_MAX)
            .chars("state", self.state.as_deref(), TEXT_CHARS_MAX)
            .count("user", &self.user, users)
            .rule(!single || self.party.is_empty(), "party", || {
                format!("has {} elements: none are allowed where one employee is meant", self.party.len())
            })
            .number("expires_in", self.expires_in, 1..=TEMPORARY_S_MAX)
            .number("chat_expires_in", self.chat_expires_in, 1..=TEMPORARY_S_MAX);
        Conclusions::check(self.conclusions.as_ref(), check).end()
    }
}

/// A contact way to be changed; see [`External::update_contact_way`]. Type, scene and `is_temp` cannot change. The
/// fields are [`AddContactWay`]'s, as is what `Debug` shows.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateContactWay {
    /// Which; required.
    pub config_id: String,
    /// A memo for administrators, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Whether customers are added without the employee's confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_verify: Option<bool>,
    /// The button's look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<u32>,
    /// The channel's key, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// All employees from now on, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Vec<String>>,
    /// All departments from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Vec<i64>>,
    /// How long a temporary way's QR code works, in seconds, at most 14 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
    /// How long a temporary chat lasts from the add, in seconds, at most 14 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_expires_in: Option<u32>,
    /// The only WeChat user who may use a temporary way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// Whether the customer is marked with the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
    /// What is sent when a temporary chat ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusions: Option<Conclusions>,
}

impl UpdateContactWay {
    fn check(&self) -> Result<(), Error> {
        let check = Check::of(UPDATE_CONTACT_WAY)
            .required("config_id", &self.config_id)
            .number("style", self.style, 1..=STYLES_SINGLE)
            .chars("remark", self.remark.as_deref(), TEXT_CHARS_MAX)
            .chars("state", self.state.as_deref(), TEXT_CHARS_MAX)
            .count("user", self.user.as_deref().unwrap_or_default(), 0..=USERS_MAX)
            .number("expires_in", self.expires_in, 1..=TEMPORARY_S_MAX)
            .number("chat_expires_in", self.chat_expires_in, 1..=TEMPORARY_S_MAX);
        Conclusions::check(self.conclusions.as_ref(), check).end()
    }
}

impl fmt::Debug for AddContactWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddContactWay")
            .field("way_type", &self.way_type)
            .field("scene", &self.scene)
            .field("state", &self.state)
            .field("user", &self.user)
            .field("party", &self.party)
            .field("is_temp", &self.is_temp)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UpdateContactWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateContactWay")
            .field("config_id", &self.config_id)
            .field("state", &self.state)
            .field("user", &self.user)
            .field("party", &self.party)
            .finish_non_exhaustive()
    }
}

/// Which contact ways to list; see [`External::list_contact_way`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ListContactWay {
    /// Made at this second or later; 90 days ago if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// Made at this second or before; now if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many on a page: 100 if absent, at most 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A temporary chat; see [`External::close_temp_chat`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct CloseTempChat {
    /// The employee; required.
    pub userid: String,
    /// The customer; required.
    pub external_userid: String,
}

/// What [`External::add_contact_way`] made.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NewContactWay {
    /// The id of the way.
    #[serde(deserialize_with = "values::text")]
    pub config_id: Option<String>,
    /// The picture of the QR code, a URL; of [`ContactWayScene::QR_CODE`] only.
    #[serde(deserialize_with = "values::text")]
    pub qr_code: Option<String>,
}

/// One page of [`External::list_contact_way`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ContactWayIds {
    /// The ways; of each its `config_id` only.
    #[serde(deserialize_with = "values::list")]
    pub contact_way: Vec<NewContactWay>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

paged!(ListContactWay, limit);

impl Page for ContactWayIds {
    type Item = String;
    type Next = String;

    fn into_parts(self) -> (Vec<String>, Option<String>) {
        let ids = self.contact_way.into_iter().filter_map(|way| way.config_id).collect();
        (ids, paging::cursor(self.next_cursor))
    }
}

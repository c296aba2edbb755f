//! What a contact way (联系我) is: the types that making, changing and reading one share (page 96348).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{
    Fault, Timestamp,
    limits::Check,
    paging::{Page, cursor, paged},
    read, values,
};
use wecom_core::message::{
    LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, MINIPROGRAM_TITLE_BYTES_MAX, TEXT_BYTES_MAX,
};

/// At most so many characters in a way's `remark` and `state`.
pub const TEXT_CHARS_MAX: usize = 30;
/// At most so many employees in one way; WeCom counts those of its departments, too.
pub const USERS_MAX: usize = 100;
/// So many looks has the button of one employee's way, and so many that of several employees'.
const STYLES_SINGLE: i64 = 3;
const STYLES_MULTI: i64 = 2;
/// A temporary way's code and chat last at most so many days; the same in seconds, as WeCom wants them.
pub(super) const TEMPORARY_DAYS_MAX: i64 = 14;
const TEMPORARY_S_MAX: i64 = TEMPORARY_DAYS_MAX * 86_400;

values::open_number! {
    /// Whose contact way it is.
    ContactWayType {
        /// One employee's.
        SINGLE = 1, "single";
        /// Several employees' or departments': WeCom chooses one of them for each customer.
        MULTI = 2, "multi";
    }
}

values::open_number! {
    /// Where a contact way is found.
    ContactWayScene {
        /// A button inside a mini-program.
        MINIPROGRAM = 1, "miniprogram";
        /// A QR code.
        QR_CODE = 2, "qr_code";
    }
}

/// A contact way as WeCom keeps it. `Debug` does not show for whom it is.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ContactWay {
    /// Its id, the only handle on it: ways made by API are not shown in the console.
    #[serde(deserialize_with = "values::text")]
    pub config_id: Option<String>,
    /// One employee's or several's.
    #[serde(rename = "type", deserialize_with = "values::number")]
    pub way_type: Option<ContactWayType>,
    /// Button or QR code.
    #[serde(deserialize_with = "values::number")]
    pub scene: Option<ContactWayScene>,
    /// The button's look; of [`ContactWayScene::MINIPROGRAM`] only.
    #[serde(deserialize_with = "values::integer")]
    pub style: Option<i64>,
    /// The administrators' memo.
    #[serde(deserialize_with = "values::text")]
    pub remark: Option<String>,
    /// Whether customers are added without the employee's confirmation.
    #[serde(deserialize_with = "read::flag")]
    pub skip_verify: Option<bool>,
    /// The channel's key.
    #[serde(deserialize_with = "values::text")]
    pub state: Option<String>,
    /// The picture of the QR code, a URL; of [`ContactWayScene::QR_CODE`] only.
    #[serde(deserialize_with = "values::text")]
    pub qr_code: Option<String>,
    /// The employees' userids.
    #[serde(deserialize_with = "read::texts")]
    pub user: Vec<String>,
    /// The departments' ids.
    #[serde(deserialize_with = "read::numbers")]
    pub party: Vec<i64>,
    /// Whether it opens a temporary chat.
    #[serde(deserialize_with = "read::flag")]
    pub is_temp: Option<bool>,
    /// How long the QR code of a temporary chat works, in seconds.
    #[serde(deserialize_with = "values::integer")]
    pub expires_in: Option<i64>,
    /// How long a temporary chat lasts, in seconds from the add.
    #[serde(deserialize_with = "values::integer")]
    pub chat_expires_in: Option<i64>,
    /// The only WeChat user who may use a temporary way.
    #[serde(deserialize_with = "values::text")]
    pub unionid: Option<String>,
    /// Whether all who come from one other company get the same employee.
    #[serde(deserialize_with = "read::flag")]
    pub is_exclusive: Option<bool>,
    /// Whether the customer is marked with the source.
    #[serde(deserialize_with = "read::flag")]
    pub mark_source: Option<bool>,
    /// What is sent when a temporary chat ends.
    #[serde(deserialize_with = "values::object")]
    pub conclusions: Option<Conclusions>,
}

impl fmt::Debug for ContactWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactWay")
            .field("config_id", &self.config_id)
            .field("way_type", &self.way_type)
            .field("scene", &self.scene)
            .field("state", &self.state)
            .field("user", &self.user)
            .field("party", &self.party)
            .field("is_temp", &self.is_temp)
            .finish_non_exhaustive()
    }
}

/// A contact way to be made; see [`External::add_contact_way`](super::External::add_contact_way). `Debug` does not show
/// for whom it is.
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

    pub(super) fn check(&self, check: Check) -> Check {
        let single = self.way_type == Some(ContactWayType::SINGLE) || self.is_temp == Some(true);
        let users = if single { 1..=1 } else { usize::from(self.party.is_empty())..=USERS_MAX };
        let check = check
            .given("type", self.way_type.is_some())
            .given("scene", self.scene.is_some())
            .number("type", self.way_type.map(|way_type| way_type.0), 1..=2)
            .number("scene", self.scene.map(|scene| scene.0), 1..=2)
            .number("style", self.style, 1..=if single { STYLES_SINGLE } else { STYLES_MULTI })
            .chars("remark", self.remark.as_deref(), TEXT_CHARS_MAX)
            .chars("state", self.state.as_deref(), TEXT_CHARS_MAX)
            .count("user", &self.user, users)
            .rule(!single || self.party.is_empty(), "party", || Fault::WithOneEmployee {
                count: self.party.len(),
            })
            .number("expires_in", self.expires_in, 1..=TEMPORARY_S_MAX)
            .number("chat_expires_in", self.chat_expires_in, 1..=TEMPORARY_S_MAX);
        Conclusions::check(self.conclusions.as_ref(), check)
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

/// A contact way to be changed; see [`External::update_contact_way`](super::External::update_contact_way). Type, scene
/// and `is_temp` cannot change. The fields mean what they do in [`AddContactWay`], and `Debug` shows as little of them.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateContactWay {
    /// The one that is to change; required.
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
    /// Whether members of one other company who come by it all get the same employee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_exclusive: Option<bool>,
    /// Whether the customer is marked with the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
    /// What is sent when a temporary chat ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusions: Option<Conclusions>,
}

impl UpdateContactWay {
    pub(super) fn check(&self, check: Check) -> Check {
        let check = check
            .required("config_id", &self.config_id)
            .number("style", self.style, 1..=STYLES_SINGLE)
            .chars("remark", self.remark.as_deref(), TEXT_CHARS_MAX)
            .chars("state", self.state.as_deref(), TEXT_CHARS_MAX)
            .count("user", self.user.as_deref().unwrap_or_default(), 0..=USERS_MAX)
            .number("expires_in", self.expires_in, 1..=TEMPORARY_S_MAX)
            .number("chat_expires_in", self.chat_expires_in, 1..=TEMPORARY_S_MAX);
        Conclusions::check(self.conclusions.as_ref(), check)
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

/// Which contact ways to list; see [`External::list_contact_way`](super::External::list_contact_way).
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

paged!(ListContactWay, limit);

/// A temporary chat; see [`External::close_temp_chat`](super::External::close_temp_chat).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct CloseTempChat {
    /// The employee's userid; required.
    pub userid: String,
    /// The customer's external_userid; required.
    pub external_userid: String,
}

/// What [`External::add_contact_way`](super::External::add_contact_way) made.
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

/// One page of [`External::list_contact_way`](super::External::list_contact_way).
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

impl Page for ContactWayIds {
    type Item = String;
    type Next = String;

    fn into_parts(self) -> (Vec<String>, Option<String>) {
        let ids = self.contact_way.into_iter().filter_map(|way| way.config_id).collect();
        (ids, cursor(self.next_cursor))
    }
}

/// What is sent when a temporary chat ends: a text, and one of picture, link and mini-program. Of several WeCom takes
/// the first in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Conclusions {
    /// The text.
    #[serde(deserialize_with = "values::object", skip_serializing_if = "Option::is_none")]
    pub text: Option<ConclusionsText>,
    /// A picture.
    #[serde(deserialize_with = "values::object", skip_serializing_if = "Option::is_none")]
    pub image: Option<ConclusionsImage>,
    /// A link card.
    #[serde(deserialize_with = "values::object", skip_serializing_if = "Option::is_none")]
    pub link: Option<ConclusionsLink>,
    /// A mini-program card.
    #[serde(deserialize_with = "values::object", skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<ConclusionsMiniprogram>,
}

/// The text of [`Conclusions`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ConclusionsText {
    /// At most 4,000 bytes of UTF-8.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// The picture of [`Conclusions`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ConclusionsImage {
    /// What to send: a temporary media id. Not in answers.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// The picture's URL; in answers only.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub pic_url: Option<String>,
}

/// The link card of [`Conclusions`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ConclusionsLink {
    /// At most 128 bytes of UTF-8.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The picture's URL.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub picurl: Option<String>,
    /// At most 512 bytes of UTF-8.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub desc: Option<String>,
    /// The page to open.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The mini-program card of [`Conclusions`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ConclusionsMiniprogram {
    /// At most 64 bytes of UTF-8.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The cover's temporary media id.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub pic_media_id: Option<String>,
    /// The mini-program's id; it must be linked to the corp.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// The page to open.
    #[serde(deserialize_with = "values::text", skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl Conclusions {
    /// Adds the limits of these texts to a call's.
    pub(super) fn check(conclusions: Option<&Self>, check: Check) -> Check {
        let Some(Self { text, image: _, link, miniprogram }) = conclusions else { return check };
        let (text, miniprogram) = (text.as_ref(), miniprogram.as_ref());
        let title = link.as_ref().and_then(|link| link.title.as_deref());
        let desc = link.as_ref().and_then(|link| link.desc.as_deref());
        check
            .bytes("conclusions.text.content", text.and_then(|text| text.content.as_deref()), TEXT_BYTES_MAX)
            .bytes("conclusions.link.title", title, LINK_TITLE_BYTES_MAX)
            .bytes("conclusions.link.desc", desc, LINK_DESC_BYTES_MAX)
            .bytes(
                "conclusions.miniprogram.title",
                miniprogram.and_then(|card| card.title.as_deref()),
                MINIPROGRAM_TITLE_BYTES_MAX,
            )
    }
}

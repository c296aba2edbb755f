//! What a contact way (联系我) is: the types that making, changing and reading one share (document 96348).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{limits::Check, read};
use crate::client::values;
use wecom_core::message::{
    LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, MINIPROGRAM_TITLE_BYTES_MAX, TEXT_BYTES_MAX,
};

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

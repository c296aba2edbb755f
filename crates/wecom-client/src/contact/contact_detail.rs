//! What WeCom knows of a customer: the types of the answer of `externalcontact/get` (page 92114).
//!
//! Everything is optional and every set of numbers is open: the platform leaves out and adds without notice. `Debug`
//! shows no personal data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{Timestamp, values};

/// A customer as WeCom answers with it. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExternalContact {
    /// The id: `wm…` for a WeChat user, `wo…` for one of WeCom.
    #[serde(default, deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The nickname, in whatever characters its bearer chose. Third-party apps may not get it.
    #[serde(default, deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The picture's URL.
    #[serde(default, deserialize_with = "values::text")]
    pub avatar: Option<String>,
    /// From WeChat or from WeCom.
    #[serde(rename = "type", default, deserialize_with = "values::number")]
    pub contact_type: Option<ContactType>,
    /// Third parties mostly get "unknown" since 2021.
    #[serde(default, deserialize_with = "values::number")]
    pub gender: Option<Gender>,
    /// The id shared by the apps of one WeChat open-platform account; only for WeChat users, and only where one is
    /// bound.
    #[serde(default, deserialize_with = "values::text")]
    pub unionid: Option<String>,
    /// The post; only for WeCom users, as are the three below.
    #[serde(default, deserialize_with = "values::text")]
    pub position: Option<String>,
    /// The short name of the customer's company.
    #[serde(default, deserialize_with = "values::text")]
    pub corp_name: Option<String>,
    /// Its full name.
    #[serde(default, deserialize_with = "values::text")]
    pub corp_full_name: Option<String>,
    /// What the customer's company shows of its employee.
    #[serde(default, deserialize_with = "values::object")]
    pub external_profile: Option<ExternalProfile>,
}

impl fmt::Debug for ExternalContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalContact")
            .field("external_userid", &self.external_userid)
            .field("contact_type", &self.contact_type)
            .finish_non_exhaustive()
    }
}

values::open_number! {
    /// Where a customer comes from.
    ContactType {
        /// WeChat.
        WECHAT = 1, "wechat";
        /// WeCom, another company's.
        WECOM = 2, "wecom";
    }
}

values::open_number! {
    /// A customer's gender, from WeChat.
    Gender {
        /// WeChat does not say.
        UNKNOWN = 0, "unknown";
        /// Male.
        MALE = 1, "male";
        /// Female.
        FEMALE = 2, "female";
    }
}

/// What a customer's company shows of its employee. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExternalProfile {
    /// The company's short name.
    #[serde(default, deserialize_with = "values::text")]
    pub external_corp_name: Option<String>,
    /// The WeChat Channels account shown.
    #[serde(default, deserialize_with = "values::object")]
    pub wechat_channels: Option<WechatChannels>,
    /// Further entries.
    #[serde(default, deserialize_with = "values::list")]
    pub external_attr: Vec<ExternalAttr>,
}

impl fmt::Debug for ExternalProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalProfile").finish_non_exhaustive()
    }
}

/// A WeChat Channels account (视频号). `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WechatChannels {
    /// The account's name.
    #[serde(default, deserialize_with = "values::text")]
    pub nickname: Option<String>,
    /// In a profile: whether the employee allowed it to be shown.
    #[serde(default, deserialize_with = "values::number")]
    pub status: Option<ChannelsStatus>,
    /// In `follow_user`: where in Channels the customer came from.
    #[serde(default, deserialize_with = "values::number")]
    pub source: Option<ChannelsSource>,
}

impl fmt::Debug for WechatChannels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WechatChannels")
            .field("status", &self.status)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

values::open_number! {
    /// Whether a Channels account is shown in a profile.
    ChannelsStatus {
        /// The employee did not allow it.
        HIDDEN = 0, "hidden";
        /// It is shown.
        SHOWN = 1, "shown";
    }
}

values::open_number! {
    /// Where in Channels a customer came from.
    ChannelsSource {
        /// Not known.
        UNKNOWN = 0, "unknown";
        /// The account's home page.
        HOME_PAGE = 1, "home_page";
        /// A video.
        VIDEO = 2, "video";
        /// A live broadcast.
        LIVE = 3, "live";
    }
}

values::open_number! {
    /// What an entry of a profile is.
    ExternalAttrType {
        /// A text.
        TEXT = 0, "text";
        /// A page.
        WEB = 1, "web";
        /// A mini-program.
        MINIPROGRAM = 2, "miniprogram";
    }
}

/// One entry of a profile: a name, and one of text, page or mini-program. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExternalAttr {
    /// Which of the three it is.
    #[serde(rename = "type", default, deserialize_with = "values::number")]
    pub attr_type: Option<ExternalAttrType>,
    /// What the entry is called.
    #[serde(default, deserialize_with = "values::text")]
    pub name: Option<String>,
    /// Of [`ExternalAttrType::TEXT`].
    #[serde(default, deserialize_with = "values::object")]
    pub text: Option<TextAttr>,
    /// Of [`ExternalAttrType::WEB`].
    #[serde(default, deserialize_with = "values::object")]
    pub web: Option<WebAttr>,
    /// Of [`ExternalAttrType::MINIPROGRAM`].
    #[serde(default, deserialize_with = "values::object")]
    pub miniprogram: Option<MiniprogramAttr>,
}

impl fmt::Debug for ExternalAttr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalAttr").field("attr_type", &self.attr_type).finish_non_exhaustive()
    }
}

/// A text of a profile.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct TextAttr {
    /// The text.
    #[serde(default, deserialize_with = "values::text")]
    pub value: Option<String>,
}

/// A page of a profile.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebAttr {
    /// Its address.
    #[serde(default, deserialize_with = "values::text")]
    pub url: Option<String>,
    /// Its title.
    #[serde(default, deserialize_with = "values::text")]
    pub title: Option<String>,
}

/// A mini-program of a profile.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct MiniprogramAttr {
    /// The mini-program's id.
    #[serde(default, deserialize_with = "values::text")]
    pub appid: Option<String>,
    /// The page to open.
    #[serde(default, deserialize_with = "values::text")]
    pub pagepath: Option<String>,
    /// Its title.
    #[serde(default, deserialize_with = "values::text")]
    pub title: Option<String>,
}

/// What one employee has on record about the customer. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct FollowUser {
    /// The employee's userid.
    #[serde(default, deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The remark that stands for the name.
    #[serde(default, deserialize_with = "values::text")]
    pub remark: Option<String>,
    /// The description.
    #[serde(default, deserialize_with = "values::text")]
    pub description: Option<String>,
    /// When they became contacts.
    #[serde(default, deserialize_with = "values::number")]
    pub createtime: Option<Timestamp>,
    /// The tags on this pair.
    #[serde(default, deserialize_with = "values::list")]
    pub tags: Vec<FollowTag>,
    /// The company noted; set as `remark_company`.
    #[serde(default, deserialize_with = "values::text")]
    pub remark_corp_name: Option<String>,
    /// The company noted, as older answers name it; see [`FollowUser::company`].
    #[serde(default, deserialize_with = "values::text")]
    pub remark_company: Option<String>,
    /// The phones noted; absent for third-party apps.
    #[serde(default, deserialize_with = "values::texts")]
    pub remark_mobiles: Option<Vec<String>>,
    /// How they became contacts.
    #[serde(default, deserialize_with = "values::number")]
    pub add_way: Option<AddWay>,
    /// Who did it: the employee, the customer, or whoever assigned or handed over.
    #[serde(default, deserialize_with = "values::text")]
    pub oper_userid: Option<String>,
    /// The channel, where the customer came by a contact way or link that this very app made.
    #[serde(default, deserialize_with = "values::text")]
    pub state: Option<String>,
    /// The Channels account by which the customer came, for [`AddWay::WECHAT_CHANNELS`].
    #[serde(default, deserialize_with = "values::object")]
    pub wechat_channels: Option<WechatChannels>,
}

impl FollowUser {
    /// The company noted, under either of its two names.
    pub fn company(&self) -> Option<&str> {
        self.remark_corp_name.as_deref().or(self.remark_company.as_deref())
    }
}

impl fmt::Debug for FollowUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUser")
            .field("userid", &self.userid)
            .field("createtime", &self.createtime)
            .field("add_way", &self.add_way)
            .field("state", &self.state)
            .field("tags", &self.tags)
            .finish_non_exhaustive()
    }
}

/// A tag on a customer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct FollowTag {
    /// The group's name; empty for a personal tag.
    #[serde(default, deserialize_with = "values::text")]
    pub group_name: Option<String>,
    /// The tag's name.
    #[serde(default, deserialize_with = "values::text")]
    pub tag_name: Option<String>,
    /// The tag's id; a personal tag has none.
    #[serde(default, deserialize_with = "values::text")]
    pub tag_id: Option<String>,
    /// Whose tag it is.
    #[serde(rename = "type", default, deserialize_with = "values::number")]
    pub tag_type: Option<TagType>,
}

values::open_number! {
    /// Whose tag it is.
    TagType {
        /// The corp's.
        CORP = 1, "corp";
        /// The employee's own; cannot be set by the API.
        PERSONAL = 2, "personal";
        /// A rule group's.
        STRATEGY = 3, "strategy";
    }
}

values::open_number! {
    /// How employee and customer became contacts (page 92114).
    AddWay {
        /// Not known.
        UNKNOWN = 0, "unknown";
        /// By scanning a code.
        SCAN_QR_CODE = 1, "scan_qr_code";
        /// By searching for a phone number.
        SEARCH_PHONE = 2, "search_phone";
        /// By a shared name card.
        NAME_CARD = 3, "name_card";
        /// From a group chat.
        GROUP_CHAT = 4, "group_chat";
        /// From the phone's address book.
        PHONE_CONTACTS = 5, "phone_contacts";
        /// From the contacts in WeChat.
        WECHAT_CONTACT = 6, "wechat_contact";
        /// Added by a third party's customer-service app.
        THIRD_PARTY = 8, "third_party";
        /// By searching for an e-mail address.
        SEARCH_EMAIL = 9, "search_email";
        /// By a WeChat Channels account.
        WECHAT_CHANNELS = 10, "wechat_channels";
        /// By a shared appointment.
        CALENDAR = 11, "calendar";
        /// By a meeting.
        MEETING = 12, "meeting";
        /// From a WeChat friend who is bound to WeCom.
        WECHAT_FRIEND = 13, "wechat_friend";
        /// By the service of a smart device.
        SMART_HARDWARE = 14, "smart_hardware";
        /// By a visit on site.
        ONSITE_SERVICE = 15, "onsite_service";
        /// By an acquisition link.
        ACQUISITION_LINK = 16, "acquisition_link";
        /// By a custom development.
        CUSTOM_DEVELOPMENT = 17, "custom_development";
        /// In reply to a demand.
        DEMAND_REPLY = 18, "demand_reply";
        /// Shared by a colleague.
        INTERNAL_SHARE = 201, "internal_share";
        /// Assigned by an administrator or handed over.
        ASSIGNED = 202, "assigned";
    }
}

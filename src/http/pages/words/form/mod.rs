//! The words of a rule's form: its parts, its fields, the values that are chosen from.

mod en;
mod zh;

use crate::language::Language;

/// Labels of the form that are no fields.
#[derive(Debug)]
pub(crate) struct FormWords {
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) attachments: &'static str,
    pub(crate) attachments_lead: &'static str,
    pub(crate) attachment_add: &'static str,
    pub(crate) attachment_kind: &'static str,
    pub(crate) notices: &'static str,
    pub(crate) notices_lead: &'static str,
    pub(crate) notice: &'static str,
    pub(crate) notice_add: &'static str,
    pub(crate) notice_to: &'static str,
    pub(crate) take_away: &'static str,
    pub(crate) others: &'static str,
    pub(crate) others_lead: &'static str,
    pub(crate) only_in_file: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) upload: &'static str,
    pub(crate) bytes: &'static str,
    pub(crate) pick: &'static str,
    pub(crate) pick_search: &'static str,
    pub(crate) pick_none: &'static str,
    pub(crate) pick_away: &'static str,
}

impl FormWords {
    /// Those of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Zh => &zh::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// A field's label, and what is to be said of it; the label is empty where there is no such field, which a test finds.
pub(crate) fn field(name: &str, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => zh::field(name),
        Language::En => en::field(name),
    }
}

/// A field of an attachment or of a notice.
pub(crate) fn entry_field(name: &str, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => zh::entry_field(name),
        Language::En => en::entry_field(name),
    }
}

/// A part of the form, and what is to be said of it.
pub(crate) fn group(name: &str, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => zh::group(name),
        Language::En => en::group(name),
    }
}

/// A value that a field can be given; the empty one is that it is not given.
pub(crate) fn choice(field: &str, word: &str, language: Language) -> &'static str {
    match language {
        Language::Zh => zh::choice(field, word),
        Language::En => en::choice(field, word),
    }
}

/// Days of the week in both languages.
pub(crate) const DAYS: &[(&str, &str, &str)] = &[
    ("mon", "周一", "Mon"),
    ("tue", "周二", "Tue"),
    ("wed", "周三", "Wed"),
    ("thu", "周四", "Thu"),
    ("fri", "周五", "Fri"),
    ("sat", "周六", "Sat"),
    ("sun", "周日", "Sun"),
];

/// Ways of adding in both languages, as WeCom's page 92114 calls them.
pub(crate) const ADD_WAYS: &[(&str, &str, &str)] = &[
    ("scan_qr_code", "扫描二维码", "QR code"),
    ("acquisition_link", "获客链接", "acquisition link"),
    ("name_card", "名片分享", "name card"),
    ("search_phone", "搜索手机号", "phone number"),
    ("wechat_channels", "视频号添加", "WeChat Channels"),
    ("group_chat", "群聊", "group chat"),
    ("phone_contacts", "手机通讯录", "phone contacts"),
    ("wechat_contact", "微信联系人", "WeChat contact"),
    ("wechat_friend", "通过微信好友添加", "WeChat friend"),
    ("third_party", "第三方应用", "third-party app"),
    ("search_email", "搜索邮箱", "e-mail address"),
    ("calendar", "日程参与人", "calendar"),
    ("meeting", "会议参与人", "meeting"),
    ("smart_hardware", "智慧硬件", "smart hardware"),
    ("onsite_service", "通过上门服务客服添加", "on-site service"),
    ("custom_development", "定制开发", "custom development"),
    ("demand_reply", "需求回复", "reply to a request"),
    ("internal_share", "内部成员共享", "shared by a colleague"),
    ("assigned", "管理员或负责人分配", "assigned"),
    ("unknown", "未知来源", "unknown"),
];

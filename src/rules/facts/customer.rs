//! The customer as WeCom's `externalcontact/get` describes them (page 92114), as far as rules ask for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer's two halves. It deserialises from the answer itself and ignores whatever else is in that.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    #[serde(default)]
    pub external_contact: ExternalContact,
    /// One entry for each employee who has the customer.
    #[serde(default)]
    pub follow_user: Vec<FollowUser>,
}

/// Who a customer is, whoever has them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalContact {
    #[serde(default)]
    pub external_userid: Option<String>,
    /// The nickname. It may hold anything, braces and line feeds too.
    #[serde(default)]
    pub name: Option<String>,
    /// 1 WeChat user, 2 WeCom user.
    #[serde(default)]
    pub r#type: Option<i64>,
    /// 0 unknown, 1 male, 2 female; mostly 0 since 2021.
    #[serde(default)]
    pub gender: Option<i64>,
    /// A picture's URL.
    #[serde(default)]
    pub avatar: Option<String>,
    /// WeCom users only.
    #[serde(default)]
    pub position: Option<String>,
    /// WeCom users only: the company's short name.
    #[serde(default)]
    pub corp_name: Option<String>,
    /// WeCom users only: the company's full name.
    #[serde(default)]
    pub corp_full_name: Option<String>,
}

/// What one employee has written down about the customer, and how the two came together.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUser {
    #[serde(default)]
    pub userid: String,
    /// The employee's remark for the customer's name.
    #[serde(default)]
    pub remark: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    /// How they came together; see [`add_way`](super::add_way) for the numbers.
    #[serde(default)]
    pub add_way: Option<i64>,
    /// The channel that they came by.
    #[serde(default)]
    pub state: Option<String>,
    /// The tags that the customer has from this employee.
    #[serde(default)]
    pub tags: Vec<FollowTag>,
}

/// A tag that a customer has from an employee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowTag {
    /// The group's name; empty for an employee's own tag.
    pub group_name: Option<String>,
    pub tag_name: Option<String>,
    /// The tag's id; an employee's own tag has none.
    pub tag_id: Option<String>,
    /// 1 the corp's, 2 the employee's own, 3 a rule group's.
    pub r#type: Option<i64>,
}

/// [`FollowTag::type`](FollowTag) of a tag that the employee made for themselves.
const PERSONAL: i64 = 2;

/// Which of WeCom's two kinds a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CustomerType {
    Wechat,
    Wecom,
}

impl CustomerType {
    pub(crate) const NAMES: [(&'static str, Self); 2] = [("wechat", Self::Wechat), ("wecom", Self::Wecom)];

    pub(crate) fn of(customer: &Customer) -> Option<Self> {
        match customer.external_contact.r#type {
            Some(1) => Some(Self::Wechat),
            Some(2) => Some(Self::Wecom),
            _ => None,
        }
    }
}

/// A customer's gender, as far as WeCom says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Male,
    Female,
    Unknown,
}

impl Gender {
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("male", Self::Male), ("female", Self::Female), ("unknown", Self::Unknown)];

    /// A gender that is left out of the answer, as for third-party apps, is as unknown as a 0.
    pub(crate) fn of(customer: &Customer) -> Self {
        match customer.external_contact.gender {
            Some(1) => Self::Male,
            Some(2) => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// The word for a value among `NAMES`.
pub(crate) fn word_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    names.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

impl Customer {
    /// This employee's entry. Case is ignored: userids differ in it from one answer of WeCom's to another.
    pub(crate) fn follower(&self, userid: &str) -> Option<&FollowUser> {
        self.follow_user.iter().find(|follow| follow.userid.eq_ignore_ascii_case(userid))
    }
}

/// Whether a tag is written as `Group/Tag`: no id has a slash.
pub(crate) fn is_tag_name(tag: &str) -> bool {
    tag.contains('/')
}

/// A tag as a rule names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagName {
    Id(String),
    /// `Group/Tag`. Group and tag may have slashes of their own, so it is compared as a whole and never split.
    Path(String),
}

impl TagName {
    pub(crate) fn new(written: &str) -> Self {
        if is_tag_name(written) { Self::Path(written.to_owned()) } else { Self::Id(written.to_owned()) }
    }

    /// As it stands in the file.
    pub(crate) fn written(&self) -> &str {
        let (Self::Id(written) | Self::Path(written)) = self;
        written
    }

    /// Whether it is this tag. Tags that employees made for themselves never count: their names mean nothing to the
    /// company's rules.
    pub(crate) fn is(&self, tag: &FollowTag) -> bool {
        let same = match self {
            Self::Id(id) => tag.tag_id.as_ref() == Some(id),
            Self::Path(path) => {
                let (group, name) = (tag.group_name.as_deref(), tag.tag_name.as_deref());
                let (group, name) = (group.unwrap_or_default(), name.unwrap_or_default());
                !name.is_empty()
                    && path.len() == group.len() + 1 + name.len()
                    && path.strip_prefix(group).and_then(|rest| rest.strip_prefix('/')) == Some(name)
            }
        };
        same && tag.r#type != Some(PERSONAL)
    }
}

// Debug output ends up in logs, where a customer's name and what employees wrote about them do not belong.

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("external_contact", &self.external_contact)
            .field("follow_user", &self.follow_user)
            .finish()
    }
}

impl fmt::Debug for ExternalContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalContact")
            .field("external_userid", &self.external_userid)
            .field("type", &self.r#type)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FollowUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUser")
            .field("userid", &self.userid)
            .field("add_way", &self.add_way)
            .finish_non_exhaustive()
    }
}

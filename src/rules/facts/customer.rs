//! The customer as WeCom's `externalcontact/get` tells of them (page 92114): as much of it as rules ask for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer's two halves. Deserialises from the answer itself; whatever else is in it is passed over.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Who they are.
    #[serde(default)]
    pub external_contact: ExternalContact,
    /// What they are to each employee who has them.
    #[serde(default)]
    pub follow_user: Vec<FollowUser>,
}

/// Who a customer is, whoever has them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalContact {
    /// The customer's id.
    #[serde(default)]
    pub external_userid: Option<String>,
    /// The nickname; may hold anything.
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

/// What a customer is to one employee.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUser {
    /// The employee.
    #[serde(default)]
    pub userid: String,
    /// The employee's remark for the customer's name.
    #[serde(default)]
    pub remark: Option<String>,
    /// The employee's description.
    #[serde(default)]
    pub description: Option<String>,
    /// How they came together; an open set of numbers.
    #[serde(default)]
    pub add_way: Option<i64>,
    /// Which channel they came by.
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
    /// The tag's name.
    pub tag_name: Option<String>,
    /// The tag's id; an employee's own tag has none.
    pub tag_id: Option<String>,
    /// 1 the corp's, 2 the employee's own, 3 a rule group's.
    pub r#type: Option<i64>,
}

/// [`FollowTag::type`](FollowTag) of a tag that the employee made for themselves.
const PERSONAL: i64 = 2;

impl Customer {
    /// What they are to this employee; userids differ in case from answer to answer.
    pub(crate) fn follower(&self, userid: &str) -> Option<&FollowUser> {
        self.follow_user.iter().find(|follow| follow.userid.eq_ignore_ascii_case(userid))
    }
}

/// A tag as a rule names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagName {
    Id(String),
    /// `Group/Tag`. Either may have a slash of its own, so that only the tag at hand tells where the name is divided.
    Path(String),
}

impl TagName {
    pub(crate) fn new(written: &str) -> Self {
        if written.contains('/') { Self::Path(written.to_owned()) } else { Self::Id(written.to_owned()) }
    }

    /// As it stands in the file.
    pub(crate) fn written(&self) -> &str {
        let (Self::Id(written) | Self::Path(written)) = self;
        written
    }

    /// Whether it is this tag. What an employee calls their own tags means nothing to the company's rules.
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

// A customer's name and what is said of them do not belong into a log, and so not into Debug.

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

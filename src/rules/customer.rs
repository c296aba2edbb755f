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

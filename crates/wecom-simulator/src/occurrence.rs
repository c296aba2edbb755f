//! The events about customers for which WeCom calls a callback URL. `post::render` writes their XML.

use serde::{Deserialize, Serialize};

/// Something that happened. In JSON the field `kind` holds the name in snake case, `{"kind": "del_follow_user", …}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Occurrence {
    /// A member and a customer became contacts (`change_external_contact`, page 92130). Rendered as it stands;
    /// [`Simulator::add_customer`](crate::Simulator::add_customer) makes one whose code works.
    AddExternalContact(Contact),
    /// A customer added a member who has not added back.
    AddHalfExternalContact(Contact),
    /// A member changed remark, tags or description by hand.
    EditExternalContact(Contact),
    /// A member deleted a customer. The relation ends.
    DelExternalContact {
        /// Who of whom.
        #[serde(flatten)]
        contact: Contact,
        /// Whether a handover did it (`Source` is `DELETE_BY_TRANSFER`).
        #[serde(default)]
        by_transfer: bool,
    },
    /// A customer deleted a member. The member keeps the relation, and calls about it still work.
    DelFollowUser(Contact),
    /// A handover that had been started failed.
    TransferFail {
        /// Who of whom.
        #[serde(flatten)]
        contact: Contact,
        /// `customer_refused` or `customer_limit_exceed`.
        reason: String,
    },
    /// A customer agreed to message archiving (page 92005). Without a code, a fresh one is made if the two are
    /// contacts.
    MsgAuditApproved(Contact),
    /// A group chat was made (`change_external_chat`, page 92130).
    ChatCreate {
        /// The chat, `wr…`.
        chat_id: String,
    },
    /// A group chat changed.
    ChatUpdate(ChatUpdate),
    /// A group chat was dissolved.
    ChatDismiss {
        /// The chat, `wr…`.
        chat_id: String,
    },
    /// A tag or group was made in the console (`change_external_tag`, page 92130).
    TagCreate(TagChange),
    /// A tag or group was renamed.
    TagUpdate(TagChange),
    /// A tag or group was deleted: it leaves the tree and the customers who had it.
    TagDelete(TagChange),
    /// The tags of a group were put into another order.
    TagShuffle {
        /// The group's id.
        id: String,
        /// The rule group, for rule-group tags.
        #[serde(default)]
        strategy_id: Option<i64>,
    },
    /// Fewer than 20 adds are left (`customer_acquisition`, pages 97299 and 97402).
    BalanceLow,
    /// No add is left.
    BalanceExhausted,
    /// There are adds again.
    BalanceIncreased,
    /// Part of the quota expires soon.
    QuotaExpireSoon {
        /// When, in Unix seconds.
        expire_time_s: i64,
        /// How many adds.
        quota: i64,
    },
    /// A link became unusable.
    LinkUnavailable {
        /// The link's id.
        link_id: String,
    },
    /// A link was deleted in the console.
    DeleteLink {
        /// The link's id.
        link_id: String,
    },
    /// A customer opened a link's page.
    OpenProfile {
        /// The link's id.
        link_id: String,
        /// Its channel.
        state: String,
    },
    /// A customer asked to be added by a link.
    FriendRequest {
        /// The link's id.
        link_id: String,
        /// Its channel.
        state: String,
    },
    /// A customer who came by a link spoke first.
    CustomerStartChat {
        /// Who with whom.
        #[serde(flatten)]
        contact: Contact,
        /// The link's id.
        #[serde(default)]
        link_id: Option<String>,
    },
    /// The 3rd, 5th or 10th message of a customer who came by a link.
    MessageFromCustomer {
        /// The key by which the conversation can be asked for.
        chat_key: String,
        /// The link's id.
        link_id: String,
    },
    /// A customer who came by a link deleted the member.
    AcquisitionDelFollowUser {
        /// Who whom.
        #[serde(flatten)]
        contact: Contact,
        /// The link's id.
        #[serde(default)]
        link_id: Option<String>,
    },
    /// Anything else: `suite_ticket`, `customer_acquisition_permit_change`, or what WeCom has yet to think of.
    Other {
        /// `Event`, or `InfoType` in the suite form.
        event: String,
        /// `ChangeType`.
        #[serde(default)]
        change: Option<String>,
        /// Further elements, in order.
        #[serde(default)]
        fields: Vec<(String, String)>,
    },
}

/// A member and a customer, with what an event may say of them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The member's userid.
    pub employee: String,
    /// The customer's external_userid.
    pub customer: String,
    /// The channel.
    #[serde(default)]
    pub state: Option<String>,
    /// The welcome code.
    #[serde(default)]
    pub welcome_code: Option<String>,
}

/// How a group chat changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatUpdate {
    /// The chat, `wr…`.
    pub chat_id: String,
    /// `add_member`, `del_member`, `change_owner`, `change_name` or `change_notice`; none in payloads before 2020.
    #[serde(default)]
    pub detail: Option<String>,
    /// How they came in: 0 invited, 3 by QR code.
    #[serde(default)]
    pub join_scene: Option<i64>,
    /// How they left: 0 by themselves, 1 removed.
    #[serde(default)]
    pub quit_scene: Option<i64>,
    /// Who came or left; also gives `MemChangeCnt`. Empty: neither element.
    #[serde(default)]
    pub members: Vec<String>,
    /// The member list's version before.
    #[serde(default)]
    pub last_version: Option<String>,
    /// The member list's version now.
    #[serde(default)]
    pub version: Option<String>,
}

/// A tag or a group of tags that has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagChange {
    /// Its id, `et…` or `st…`.
    pub id: String,
    /// Whether it is a group.
    #[serde(default)]
    pub group: bool,
    /// The rule group, for rule-group tags.
    #[serde(default)]
    pub strategy_id: Option<i64>,
}

/// What stands around an event in its XML: the receiver, the time, and the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The company.
    pub corp_id: &'a str,
    /// The suite, for the suite form.
    pub suite_id: Option<&'a str>,
    /// `CreateTime` or `TimeStamp`, in Unix seconds.
    pub at_s: i64,
}

impl Occurrence {
    /// `Event`, or `InfoType` in the suite form.
    pub fn event(&self) -> &str {
        match self {
            Self::AddExternalContact(_)
            | Self::AddHalfExternalContact(_)
            | Self::EditExternalContact(_)
            | Self::DelExternalContact { .. }
            | Self::DelFollowUser(_)
            | Self::TransferFail { .. }
            | Self::MsgAuditApproved(_) => "change_external_contact",
            Self::ChatCreate { .. } | Self::ChatUpdate(_) | Self::ChatDismiss { .. } => {
                "change_external_chat"
            }
            Self::TagCreate(_) | Self::TagUpdate(_) | Self::TagDelete(_) | Self::TagShuffle { .. } => {
                "change_external_tag"
            }
            Self::Other { event, .. } => event,
            _ => "customer_acquisition",
        }
    }

    /// `ChangeType`.
    pub fn change(&self) -> Option<&str> {
        Some(match self {
            Self::AddExternalContact(_) => "add_external_contact",
            Self::AddHalfExternalContact(_) => "add_half_external_contact",
            Self::EditExternalContact(_) => "edit_external_contact",
            Self::DelExternalContact { .. } => "del_external_contact",
            Self::DelFollowUser(_) | Self::AcquisitionDelFollowUser { .. } => "del_follow_user",
            Self::TransferFail { .. } => "transfer_fail",
            Self::MsgAuditApproved(_) => "msg_audit_approved",
            Self::ChatCreate { .. } | Self::TagCreate(_) => "create",
            Self::ChatUpdate(_) | Self::TagUpdate(_) => "update",
            Self::ChatDismiss { .. } => "dismiss",
            Self::TagDelete(_) => "delete",
            Self::TagShuffle { .. } => "shuffle",
            Self::BalanceLow => "balance_low",
            Self::BalanceExhausted => "balance_exhausted",
            Self::BalanceIncreased => "balance_increased",
            Self::QuotaExpireSoon { .. } => "quota_expire_soon",
            Self::LinkUnavailable { .. } => "link_unavailable",
            Self::DeleteLink { .. } => "delete_link",
            Self::OpenProfile { .. } => "open_profile",
            Self::FriendRequest { .. } => "friend_request",
            Self::CustomerStartChat { .. } => "customer_start_chat",
            Self::MessageFromCustomer { .. } => "message_from_customer",
            Self::Other { change, .. } => return change.as_deref(),
        })
    }

    /// What is wrong with it, in words that say what to do; `None` if nothing is. The names of elements come from outside,
    /// and must not make something that is no XML.
    pub(crate) fn fault(&self) -> Option<String> {
        let Self::Other { event, fields, .. } = self else { return None };
        if event.is_empty() {
            return Some("`event` is empty: give the Event's name".into());
        }
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let wrong = fields.iter().find(|(name, _)| !is_name(name))?;
        Some(format!("{:?} cannot be an element's name: use letters and digits, a letter first", wrong.0))
    }
}

impl Contact {
    /// A member and a customer, and nothing more.
    pub fn of(employee: impl Into<String>, customer: impl Into<String>) -> Self {
        Self { employee: employee.into(), customer: customer.into(), state: None, welcome_code: None }
    }
}

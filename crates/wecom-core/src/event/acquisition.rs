//! `customer_acquisition`: what happened to acquisition links (获客助手) and to the quota that they use up.
//!
//! Pages 97299 (in-house), 97402 (suites), 98959 (chats), 99485 (the component for providers). Who it is about and the
//! channel are asked of the [`Event`](super::Event).

use super::{Hidden, fields::Fields};

/// The event's name.
pub const EVENT: &str = "customer_acquisition";

open_enum! {
    /// What happened.
    pub enum Change {
        /// Fewer than 20 customers are left of the quota.
        BalanceLow = "balance_low",
        /// Nothing is left of the quota.
        BalanceExhausted = "balance_exhausted",
        /// The quota went from nothing to something.
        BalanceIncreased = "balance_increased",
        /// A part of the quota expires in 14, 7, 3, 2 or 1 days.
        QuotaExpiresSoon = "quota_expire_soon",
        /// The link can no longer be used.
        LinkUnavailable = "link_unavailable",
        /// The link was deleted in the console.
        LinkDeleted = "delete_link",
        /// A customer opened the page to add the employee (sent to certain industries only).
        ProfileOpened = "open_profile",
        /// A customer asked to be added through the link.
        FriendRequested = "friend_request",
        /// A customer who came by a link wrote for the first time.
        ChatStarted = "customer_start_chat",
        /// A customer who came by a link wrote the 3rd, 5th or 10th message.
        MessageReceived = "message_from_customer",
        /// A customer who came by a link deleted the employee.
        DeletedByCustomer = "del_follow_user",
        /// Providers: the service's balance is low.
        ServiceBalanceLow = "service_balance_low",
        /// Providers: the service's balance is used up.
        ServiceBalanceExhausted = "service_balance_exhausted",
        /// Providers: the service's balance was charged.
        ServiceBalanceConsumed = "service_balance_consumed",
        /// Providers: the price changes.
        PriceChanged = "change_price",
    }
}

/// What happened to a link, a customer who came by it, or the quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquisition {
    /// What happened.
    pub change: Change,
    /// The link.
    pub link_id: Option<String>,
    /// With [`Change::MessageReceived`]: opens the customer's messages to `get_chat_info` for about 30 minutes.
    pub chat_key: Option<Hidden>,
    /// With [`Change::MessageReceived`] before 2024-12-19: the number of the message.
    pub chat_seq: Option<i64>,
    /// With [`Change::QuotaExpiresSoon`]: when, in Unix seconds.
    pub expire_time_s: Option<i64>,
    /// With [`Change::QuotaExpiresSoon`]: how many customers' worth.
    pub expire_quota_count: Option<i64>,
    /// With [`Change::ServiceBalanceConsumed`]: the key of the charge.
    pub once_key: Option<String>,
    /// With [`Change::PriceChanged`]: the new price, in cents (分).
    pub price_cents: Option<i64>,
    /// With [`Change::PriceChanged`]: from when on, in Unix seconds.
    pub effective_time_s: Option<i64>,
}

impl Acquisition {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        Self {
            change: fields.change(),
            link_id: fields.owned("LinkId"),
            chat_key: fields.hidden("ChatKey"),
            chat_seq: fields.number("ChatSeq"),
            expire_time_s: fields.number("ExpireTime"),
            expire_quota_count: fields.number("ExpireQuotaNum"),
            once_key: fields.owned("OnceKey"),
            price_cents: fields.number("Price"),
            effective_time_s: fields.number("EffectiveTime"),
        }
    }
}

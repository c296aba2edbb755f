//! Acquisition links as they are sent and told of: links, those behind them, those who came by them.

use serde::{Deserialize, Serialize};

use super::{
    Scope,
    paging::{Page, cursor, paged},
    read,
};
use crate::{Timestamp, client::values};

/// Which page of the links; the request of
/// [`customer_acquisition_list_link`](super::External::customer_acquisition_list_link).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ListAcquisitionLinks {
    /// How many a page, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Whose customers; the request of
/// [`customer_acquisition_customer`](super::External::customer_acquisition_customer).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ListAcquiredCustomers {
    /// The link; required.
    pub link_id: String,
    /// How many a page, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

paged!(ListAcquisitionLinks, limit);
paged!(ListAcquiredCustomers, limit);

/// A link to be; the request of
/// [`customer_acquisition_create_link`](super::External::customer_acquisition_create_link).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct CreateAcquisitionLink {
    /// Its name.
    pub link_name: String,
    /// The employees and departments who get the customers.
    pub range: Scope,
    /// Whether a customer is added without the employee's consent; absent means yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_verify: Option<bool>,
    /// Who comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_option: Option<PriorityOption>,
    /// Whether customers who came by it are marked with their source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
}

/// Changes of a link; the request of
/// [`customer_acquisition_update_link`](super::External::customer_acquisition_update_link).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateAcquisitionLink {
    /// Which one.
    pub link_id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_name: Option<String>,
    /// The employees and departments who get the customers, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Scope>,
    /// Whether a customer is added without the employee's consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_verify: Option<bool>,
    /// Who comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_option: Option<PriorityOption>,
    /// Whether customers who came by it are marked with their source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
}

/// Which employees get a customer first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct PriorityOption {
    /// How they are told.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub priority_type: Option<PriorityType>,
    /// Their userids, of [`PriorityType::LISTED`].
    #[serde(deserialize_with = "read::texts", skip_serializing_if = "Vec::is_empty")]
    pub priority_userid_list: Vec<String>,
}

values::open_number! {
    /// Which employees get a customer first.
    PriorityType {
        /// Whoever of the corp has the customer as a contact already.
        CONTACTS = 1, "contacts";
        /// Those listed who have the customer as a contact already.
        LISTED = 2, "listed";
    }
}

/// The answer of [`customer_acquisition_list_link`](super::External::customer_acquisition_list_link).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionLinkPage {
    /// The links' ids.
    #[serde(deserialize_with = "read::texts")]
    pub link_id_list: Vec<String>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for AcquisitionLinkPage {
    type Item = String;
    type Next = String;

    fn into_parts(self) -> (Vec<String>, Option<String>) {
        (self.link_id_list, cursor(self.next_cursor))
    }
}

/// The answer of [`customer_acquisition_get`](super::External::customer_acquisition_get).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionLinkDetail {
    /// The link.
    #[serde(deserialize_with = "values::object")]
    pub link: Option<AcquisitionLink>,
    /// The employees and departments who get the customers.
    #[serde(deserialize_with = "values::object")]
    pub range: Option<Scope>,
    /// Who comes first.
    #[serde(deserialize_with = "values::object")]
    pub priority_option: Option<PriorityOption>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionLink {
    /// Its id, `cawcde…`.
    #[serde(deserialize_with = "values::text")]
    pub link_id: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "values::text")]
    pub link_name: Option<String>,
    /// What customers open; `?customer_channel=…` at its end becomes the `state` of those who come by it.
    #[serde(deserialize_with = "values::text")]
    pub url: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Whether a customer is added without the employee's consent.
    #[serde(deserialize_with = "read::flag")]
    pub skip_verify: Option<bool>,
    /// Whether customers who came by it are marked with their source.
    #[serde(deserialize_with = "read::flag")]
    pub mark_source: Option<bool>,
}

/// The answer of [`customer_acquisition_customer`](super::External::customer_acquisition_customer).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquiredPage {
    /// The customers.
    #[serde(deserialize_with = "values::list")]
    pub customer_list: Vec<AcquiredCustomer>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for AcquiredPage {
    type Item = AcquiredCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<AcquiredCustomer>, Option<String>) {
        (self.customer_list, cursor(self.next_cursor))
    }
}

/// A customer who came by a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquiredCustomer {
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The employee who got the customer.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// Whether the customer has written.
    #[serde(deserialize_with = "values::number")]
    pub chat_status: Option<ChatStatus>,
    /// The channel that stood in the link.
    #[serde(deserialize_with = "values::text")]
    pub state: Option<String>,
}

values::open_number! {
    /// Whether a customer has written.
    ChatStatus {
        /// Not yet.
        SILENT = 0, "silent";
        /// Has written.
        WROTE = 1, "wrote";
    }
}

/// The answer of [`customer_acquisition_quota`](super::External::customer_acquisition_quota).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionQuota {
    /// How many customers have been gained by links so far, which the quota paid for (历史累计使用量): it grows with
    /// use, and is no bound.
    #[serde(deserialize_with = "values::integer")]
    pub total: Option<i64>,
    /// How many there can still be: what is left of the quota.
    #[serde(deserialize_with = "values::integer")]
    pub balance: Option<i64>,
    /// The same by the day on which it expires.
    #[serde(deserialize_with = "values::list")]
    pub quota_list: Vec<ExpiringQuota>,
}

/// What of the quota expires on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ExpiringQuota {
    /// When it expires.
    #[serde(deserialize_with = "values::number")]
    pub expire_date: Option<Timestamp>,
    /// How much of it is left.
    #[serde(deserialize_with = "values::integer")]
    pub balance: Option<i64>,
}

/// The answer of [`customer_acquisition_statistic`](super::External::customer_acquisition_statistic).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionStatistic {
    /// How many customers opened the link.
    #[serde(deserialize_with = "values::integer")]
    pub click_link_customer_cnt: Option<i64>,
    /// How many of them became contacts.
    #[serde(deserialize_with = "values::integer")]
    pub new_customer_cnt: Option<i64>,
}

/// The answer of [`customer_acquisition_get_chat_info`](super::External::customer_acquisition_get_chat_info).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionChat {
    /// The employee.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// What is told of their chat.
    #[serde(deserialize_with = "values::object")]
    pub chat_info: Option<AcquisitionChatInfo>,
}

/// What is told of a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionChatInfo {
    /// How many messages of the customer there were.
    #[serde(deserialize_with = "values::integer")]
    pub recv_msg_cnt: Option<i64>,
    /// The link by which the customer came.
    #[serde(deserialize_with = "values::text")]
    pub link_id: Option<String>,
    /// The channel that stood in the link.
    #[serde(deserialize_with = "values::text")]
    pub state: Option<String>,
}

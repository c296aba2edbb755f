//! Customers who change hands: who hands over whom, and what came of it.

use serde::{Deserialize, Serialize};

use crate::client::{
    Timestamp,
    paging::{Page, Paged, cursor, paged},
    read, values,
};

/// Which page; see [`External::get_unassigned_list`](super::External::get_unassigned_list).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GetUnassignedList {
    /// The number of the page, from 0; of no account with a cursor. Not further than 50,000 customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_id: Option<u32>,
    /// How many on a page: 1,000 if absent, which is the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl Paged for GetUnassignedList {
    type Next = String;

    /// By number of page the list ends early; an empty cursor asks for the first page and for cursors from then on.
    fn turn_to(&mut self, next: Option<String>) {
        self.page_id = None;
        self.cursor = next.or_else(|| self.cursor.take()).or_else(|| Some(String::new()));
    }

    fn size(&mut self) -> Option<&mut Option<u32>> {
        Some(&mut self.page_size)
    }
}

/// Who hands over whom to whom; see [`External::transfer_customer`](super::External::transfer_customer) and
/// [`External::resigned_transfer_customer`](super::External::resigned_transfer_customer).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TransferCustomer {
    /// The giver; required.
    pub handover_userid: String,
    /// The taker; required.
    pub takeover_userid: String,
    /// The customers, 1 to 100.
    pub external_userid: Vec<String>,
    /// What the customer is told, at most 200 characters; WeCom's own words if absent. Not of a leaver's customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_success_msg: Option<String>,
}

/// Between whom; see [`External::transfer_result`](super::External::transfer_result) and
/// [`External::resigned_transfer_result`](super::External::resigned_transfer_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TransferResult {
    /// The giver; required.
    pub handover_userid: String,
    /// The taker; required.
    pub takeover_userid: String,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

paged!(TransferResult);

/// One page of [`External::get_unassigned_list`](super::External::get_unassigned_list).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UnassignedCustomers {
    /// The customers.
    #[serde(deserialize_with = "values::list")]
    pub info: Vec<UnassignedCustomer>,
    /// Whether this is the last page.
    #[serde(deserialize_with = "read::flag")]
    pub is_last: Option<bool>,
    /// What to pass to get the next page; empty on the last, absent where pages were asked for by number.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for UnassignedCustomers {
    type Item = UnassignedCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<UnassignedCustomer>, Option<String>) {
        let next = cursor(self.next_cursor).filter(|_| self.is_last != Some(true));
        (self.info, next)
    }
}

/// A customer whose employee has left.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UnassignedCustomer {
    /// The employee who has left.
    #[serde(deserialize_with = "values::text")]
    pub handover_userid: Option<String>,
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// When the employee left; spelled so by the platform.
    #[serde(deserialize_with = "values::number")]
    pub dimission_time: Option<Timestamp>,
}

/// Whether the transfer of a customer was started.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TransferringCustomer {
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// 0 if it was started; else why not, for [`explain`](crate::explain).
    #[serde(deserialize_with = "values::integer")]
    pub errcode: Option<i64>,
}

/// One page of [`External::transfer_result`](super::External::transfer_result) or
/// [`External::resigned_transfer_result`](super::External::resigned_transfer_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TransferResults {
    /// The customers.
    #[serde(deserialize_with = "values::list")]
    pub customer: Vec<TransferredCustomer>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for TransferResults {
    type Item = TransferredCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<TransferredCustomer>, Option<String>) {
        (self.customer, cursor(self.next_cursor))
    }
}

/// What has come of a customer's transfer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TransferredCustomer {
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// How it stands.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<TransferStatus>,
    /// When it was done or will be.
    #[serde(deserialize_with = "values::number")]
    pub takeover_time: Option<Timestamp>,
}

values::open_number! {
    /// How a transfer stands.
    TransferStatus {
        /// It is done.
        DONE = 1, "done";
        /// It has been started and ends by itself.
        WAITING = 2, "waiting";
        /// The customer refused.
        REFUSED = 3, "refused";
        /// The taker has as many customers as is allowed.
        CUSTOMER_LIMIT = 4, "customer_limit";
        /// There is no transfer on record.
        NO_RECORD = 5, "no_record";
    }
}

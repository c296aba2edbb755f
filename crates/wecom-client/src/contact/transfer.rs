//! Customers who change hands: from one employee to another, and from one who has left.
//!
//! A transfer is only started here. It ends by itself after 24 hours unless the customer refuses; the results tell,
//! and the event `transfer_fail`. These calls stand for the older `transfer` with its single customer
//! (`transferExternalContact` in other libraries).

use serde::{Deserialize, Serialize};

use super::{
    External, Listing,
    limits::Check,
    paging::{self, Page, Paged, all_pages, paged},
    read,
};
use crate::{Call, CallOptions, Effect, Error, Timestamp, client::values};

const GET_UNASSIGNED_LIST: &str = "externalcontact/get_unassigned_list";
const TRANSFER_CUSTOMER: &str = "externalcontact/transfer_customer";
const TRANSFER_RESULT: &str = "externalcontact/transfer_result";
const RESIGNED_TRANSFER_CUSTOMER: &str = "externalcontact/resigned/transfer_customer";
const RESIGNED_TRANSFER_RESULT: &str = "externalcontact/resigned/transfer_result";

/// At most so many leavers' customers on one page.
const PAGE_MAX: i64 = 1_000;
/// By number of page no further than so many customers; beyond them by cursor only.
const PAGED_MAX: u64 = 50_000;
/// At most so many customers in one transfer.
const CUSTOMERS_MAX: usize = 100;
/// At most so many characters in `transfer_success_msg`.
const MESSAGE_CHARS_MAX: usize = 200;

impl External {
    /// One page of the customers whose employee has left (`get_unassigned_list`; document 92124), the latest leaver
    /// first.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] beyond 50,000 customers without a cursor.
    pub async fn get_unassigned_list(
        &self,
        request: &GetUnassignedList,
        options: CallOptions,
    ) -> Result<UnassignedCustomers, Error> {
        let GetUnassignedList { page_id, page_size, cursor } = request;
        let passed = u64::from(page_id.unwrap_or(0)) * u64::from(page_size.unwrap_or(1_000));
        Check::of(GET_UNASSIGNED_LIST)
            .number("page_size", *page_size, 1..=PAGE_MAX)
            .rule(cursor.is_some() || passed < PAGED_MAX, "page_id", || {
                format!(
                    "times page_size is {passed}: less than {PAGED_MAX} is allowed, further by cursor only"
                )
            })
            .end()?;
        self.client.call(Call::post(GET_UNASSIGNED_LIST, Effect::Read, request, options)).await
    }

    /// Starts handing customers of one employee to another (`transfer_customer`; document 92125), and tells of each
    /// whether it was started. The same customer may be handed over twice in 90 days (40128).
    ///
    /// # Errors
    ///
    /// Of the whole call or of single customers: 40096 for an id, 40098 and 40143 when the taker may not, 40099 when
    /// he or she has as many customers as is allowed, 40100 and 40129 when a transfer is under way, 40130 and 40131 for
    /// the giver. Where [`Error::lost`] is true it may have been started: ask for the results before repeating.
    pub async fn transfer_customer(
        &self,
        request: &TransferCustomer,
        options: CallOptions,
    ) -> Result<Vec<TransferringCustomer>, Error> {
        let Transferring { customer } = self.transfer(TRANSFER_CUSTOMER, request, options).await?;
        Ok(customer)
    }

    /// One page of what has come of the transfers between two employees (`transfer_result`; document 94088), at most
    /// 1,000.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn transfer_result(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Result<TransferResults, Error> {
        self.result_of(TRANSFER_RESULT, request, options).await
    }

    /// As [`External::transfer_customer`], from an employee who has left (`resigned/transfer_customer`; document
    /// 94081). There is no message to the customer.
    ///
    /// # Errors
    ///
    /// As [`External::transfer_customer`], and 40097 when the giver has not left. [`Error::Argument`] with a
    /// `transfer_success_msg`.
    pub async fn resigned_transfer_customer(
        &self,
        request: &TransferCustomer,
        options: CallOptions,
    ) -> Result<Vec<TransferringCustomer>, Error> {
        Check::of(RESIGNED_TRANSFER_CUSTOMER)
            .rule(request.transfer_success_msg.is_none(), "transfer_success_msg", || {
                "is not for the customers of one who has left".to_owned()
            })
            .end()?;
        let Transferring { customer } = self.transfer(RESIGNED_TRANSFER_CUSTOMER, request, options).await?;
        Ok(customer)
    }

    /// As [`External::transfer_result`], from an employee who has left (`resigned/transfer_result`; document 94082).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn resigned_transfer_result(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Result<TransferResults, Error> {
        self.result_of(RESIGNED_TRANSFER_RESULT, request, options).await
    }

    async fn transfer(
        &self,
        path: &'static str,
        request: &TransferCustomer,
        options: CallOptions,
    ) -> Result<Transferring, Error> {
        Check::of(path)
            .required("handover_userid", &request.handover_userid)
            .required("takeover_userid", &request.takeover_userid)
            .rule(
                // The platform compares userids without case.
                !request.takeover_userid.eq_ignore_ascii_case(&request.handover_userid),
                "takeover_userid",
                || "is the giver's: WeCom hands over to another employee only (40130)".to_owned(),
            )
            .count("external_userid", &request.external_userid, 1..=CUSTOMERS_MAX)
            .chars("transfer_success_msg", request.transfer_success_msg.as_deref(), MESSAGE_CHARS_MAX)
            .end()?;
        self.client.call(Call::post(path, Effect::Once, request, options)).await
    }

    async fn result_of(
        &self,
        path: &'static str,
        request: &TransferResult,
        options: CallOptions,
    ) -> Result<TransferResults, Error> {
        Check::of(path)
            .required("handover_userid", &request.handover_userid)
            .required("takeover_userid", &request.takeover_userid)
            .end()?;
        self.client.call(Call::post(path, Effect::Read, request, options)).await
    }
}

impl External {
    /// Every customer whose employee has left, page by page: by cursor, so that `page_id` is of no account.
    pub fn get_unassigned_list_all(
        &self,
        request: &GetUnassignedList,
        options: CallOptions,
    ) -> Listing<UnassignedCustomer> {
        all_pages!(self.get_unassigned_list, GET_UNASSIGNED_LIST, request, 1_000, options)
    }

    /// What has come of every transfer between two employees, page by page.
    pub fn transfer_result_all(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Listing<TransferredCustomer> {
        all_pages!(self.transfer_result, TRANSFER_RESULT, request, 1_000, options)
    }

    /// As [`External::transfer_result_all`], from an employee who has left.
    pub fn resigned_transfer_result_all(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Listing<TransferredCustomer> {
        all_pages!(self.resigned_transfer_result, RESIGNED_TRANSFER_RESULT, request, 1_000, options)
    }
}

/// Which page; see [`External::get_unassigned_list`].
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

/// Who hands over whom to whom; see [`External::transfer_customer`] and [`External::resigned_transfer_customer`].
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

/// Between whom; see [`External::transfer_result`] and [`External::resigned_transfer_result`].
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

/// One page of [`External::get_unassigned_list`].
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

/// A customer whose employee has left.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UnassignedCustomer {
    /// The employee who has left.
    #[serde(deserialize_with = "values::text")]
    pub handover_userid: Option<String>,
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// When the employee left; spelled so by the platform.
    #[serde(deserialize_with = "values::number")]
    pub dimission_time: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Transferring {
    #[serde(default, deserialize_with = "values::list")]
    customer: Vec<TransferringCustomer>,
}

/// Whether the transfer of a customer was started.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TransferringCustomer {
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// 0 if it was started; else why not, for [`explain`](crate::explain).
    #[serde(deserialize_with = "values::integer")]
    pub errcode: Option<i64>,
}

/// One page of [`External::transfer_result`] or [`External::resigned_transfer_result`].
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

/// What has come of a customer's transfer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TransferredCustomer {
    /// The customer.
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

paged!(TransferResult);

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

impl Page for UnassignedCustomers {
    type Item = UnassignedCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<UnassignedCustomer>, Option<String>) {
        let next = paging::cursor(self.next_cursor).filter(|_| self.is_last != Some(true));
        (self.info, next)
    }
}

impl Page for TransferResults {
    type Item = TransferredCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<TransferredCustomer>, Option<String>) {
        (self.customer, paging::cursor(self.next_cursor))
    }
}

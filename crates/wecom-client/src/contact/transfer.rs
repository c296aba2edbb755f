//! Customers who change hands: from one employee to another, and from one who has left.
//!
//! A transfer is only started here. It ends by itself after 24 hours unless the customer refuses; the results tell,
//! and the event `transfer_fail`. These calls stand for the older `transfer` with its single customer
//! (`transferExternalContact` in other libraries).

use serde::Deserialize;

use super::{
    External, GetUnassignedList, TransferCustomer, TransferResult, TransferResults, TransferredCustomer,
    TransferringCustomer, UnassignedCustomer, UnassignedCustomers,
};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Fault, Listing, limits::Check, paging::all_pages, values,
};

const GET_UNASSIGNED_LIST: Endpoint =
    Endpoint::post("externalcontact/get_unassigned_list", Effect::Read).page(92124);
const TRANSFER_CUSTOMER: Endpoint =
    Endpoint::post("externalcontact/transfer_customer", Effect::Once).page(92125);
const TRANSFER_RESULT: Endpoint = Endpoint::post("externalcontact/transfer_result", Effect::Read).page(94088);
const RESIGNED_TRANSFER_CUSTOMER: Endpoint =
    Endpoint::post("externalcontact/resigned/transfer_customer", Effect::Once).page(94081);
const RESIGNED_TRANSFER_RESULT: Endpoint =
    Endpoint::post("externalcontact/resigned/transfer_result", Effect::Read).page(94082);

/// At most so many leavers' customers on one page.
const PAGE_MAX: u32 = 1_000;
/// By number of page no further than so many customers; beyond them by cursor only.
const PAGED_MAX: u64 = 50_000;
/// At most so many customers in one transfer.
const CUSTOMERS_MAX: usize = 100;
/// At most so many characters in `transfer_success_msg`.
const MESSAGE_CHARS_MAX: usize = 200;

impl External {
    /// One page of the customers whose employee has left (`get_unassigned_list`; page 92124), the latest leaver
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
        let passed = u64::from(page_id.unwrap_or(0)) * u64::from(page_size.unwrap_or(PAGE_MAX));
        Check::of(GET_UNASSIGNED_LIST)
            .page_size("page_size", *page_size, PAGE_MAX)
            .rule(cursor.is_some() || passed < PAGED_MAX, "page_id", || Fault::PageTooFar {
                passed,
                below: PAGED_MAX,
            })
            .end()?;
        self.client.call(Call::new(GET_UNASSIGNED_LIST, options).json(request)).await
    }

    /// Starts handing customers of one employee to another (`transfer_customer`; page 92125), and says of each
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

    /// One page of what has come of the transfers between two employees (`transfer_result`; page 94088), at most
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

    /// As [`External::transfer_customer`], from an employee who has left (`resigned/transfer_customer`; page
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
            .rule(request.transfer_success_msg.is_none(), "transfer_success_msg", || Fault::NotOfLeavers)
            .end()?;
        let Transferring { customer } = self.transfer(RESIGNED_TRANSFER_CUSTOMER, request, options).await?;
        Ok(customer)
    }

    /// As [`External::transfer_result`], from an employee who has left (`resigned/transfer_result`; page 94082).
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
        endpoint: Endpoint,
        request: &TransferCustomer,
        options: CallOptions,
    ) -> Result<Transferring, Error> {
        Check::of(endpoint)
            .required("handover_userid", &request.handover_userid)
            .required("takeover_userid", &request.takeover_userid)
            .rule(
                // The platform compares userids without case.
                !request.takeover_userid.eq_ignore_ascii_case(&request.handover_userid),
                "takeover_userid",
                || Fault::SameEmployee,
            )
            .count("external_userid", &request.external_userid, 1..=CUSTOMERS_MAX)
            .chars("transfer_success_msg", request.transfer_success_msg.as_deref(), MESSAGE_CHARS_MAX)
            .end()?;
        self.client.call(Call::new(endpoint, options).json(request)).await
    }

    async fn result_of(
        &self,
        endpoint: Endpoint,
        request: &TransferResult,
        options: CallOptions,
    ) -> Result<TransferResults, Error> {
        Check::of(endpoint)
            .required("handover_userid", &request.handover_userid)
            .required("takeover_userid", &request.takeover_userid)
            .end()?;
        self.client.call(Call::new(endpoint, options).json(request)).await
    }
}

impl External {
    /// Every customer whose employee has left, page by page: by cursor, so that `page_id` is of no account.
    pub fn get_unassigned_list_all(
        &self,
        request: &GetUnassignedList,
        options: CallOptions,
    ) -> Listing<UnassignedCustomer> {
        all_pages!(self.get_unassigned_list, GET_UNASSIGNED_LIST, request, PAGE_MAX, options)
    }

    /// What has come of every transfer between two employees, page by page.
    pub fn transfer_result_all(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Listing<TransferredCustomer> {
        all_pages!(self.transfer_result, TRANSFER_RESULT, request, PAGE_MAX, options)
    }

    /// As [`External::transfer_result_all`], from an employee who has left.
    pub fn resigned_transfer_result_all(
        &self,
        request: &TransferResult,
        options: CallOptions,
    ) -> Listing<TransferredCustomer> {
        all_pages!(self.resigned_transfer_result, RESIGNED_TRANSFER_RESULT, request, PAGE_MAX, options)
    }
}

#[derive(Deserialize)]
struct Transferring {
    #[serde(default, deserialize_with = "values::list")]
    customer: Vec<TransferringCustomer>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        CUSTOMERS_MAX, GET_UNASSIGNED_LIST, MESSAGE_CHARS_MAX, PAGE_MAX, PAGED_MAX,
        RESIGNED_TRANSFER_CUSTOMER, RESIGNED_TRANSFER_RESULT, TRANSFER_CUSTOMER, TRANSFER_RESULT,
    };
    use crate::method::{Argument, By, CURSOR, Method, Paging, formatcp, ids, integer, rust, text};

    const GIVER: Argument = text("handover_userid", "The employee who gives").required();
    const TAKER: Argument = text("takeover_userid", "The employee who takes over").required();
    const CUSTOMERS: Argument =
        ids("external_userid", formatcp!("The customers, 1 to {CUSTOMERS_MAX}")).required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(GET_UNASSIGNED_LIST, rust!(external.get_unassigned_list, |given| &given.whole()?))
            .is("List the customers whose employee has left")
            .wxjava(&["listUnassignedList"])
            .takes(&[
                integer(
                    "page_id",
                    formatcp!(
                        "The number of the page, from 0, up to {PAGED_MAX} customers; not with --cursor"
                    ),
                ),
                integer(
                    "page_size",
                    formatcp!("How many on a page: 1 to {PAGE_MAX}, which is WeCom's default"),
                ),
                CURSOR,
            ])
            .paged("info", "page_size", PAGE_MAX)
            .like("--all"),
        Method::of(TRANSFER_CUSTOMER, rust!(external.transfer_customer, |given| &given.whole()?))
            .is("Start handing customers of one employee to another; it takes effect after 24 hours")
            .wxjava(&["transferCustomer", "transferExternalContact"])
            .was("externalcontact/transfer")
            .takes(&[
                GIVER,
                TAKER,
                CUSTOMERS,
                text(
                    "transfer_success_msg",
                    formatcp!("What the customer is told, at most {MESSAGE_CHARS_MAX} characters"),
                ),
            ])
            .lists("customer")
            .like(
                "--handover-userid zhangsan --takeover-userid lisi --external-userid \
             wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A",
            ),
        Method::of(TRANSFER_RESULT, rust!(external.transfer_result, |given| &given.whole()?))
            .is("List what has come of the transfers between two employees")
            .wxjava(&["transferResult"])
            .takes(&[GIVER, TAKER, CURSOR])
            .paged_as(Paging { by: By::Cursor, list: "customer", limit: None })
            .like("--handover-userid zhangsan --takeover-userid lisi --all"),
        Method::of(
            RESIGNED_TRANSFER_CUSTOMER,
            rust!(external.resigned_transfer_customer, |given| &given.whole()?),
        )
        .is("Start handing customers of an employee who has left to another")
        .wxjava(&["resignedTransferCustomer"])
        .takes(&[GIVER, TAKER, CUSTOMERS])
        .lists("customer")
        .like(
            "--handover-userid zhaoliu --takeover-userid lisi --external-userid \
             wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A",
        ),
        Method::of(
            RESIGNED_TRANSFER_RESULT,
            rust!(external.resigned_transfer_result, |given| &given.whole()?),
        )
        .is("List what has come of the transfers from an employee who has left")
        .wxjava(&["resignedTransferResult"])
        .takes(&[GIVER, TAKER, CURSOR])
        .paged_as(Paging { by: By::Cursor, list: "customer", limit: None })
        .like("--handover-userid zhaoliu --takeover-userid lisi --all"),
    ];
}

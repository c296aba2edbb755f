//! What became of moments (客户朋友圈): which there were, who published them, who saw them and who answered.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CreatorFilter, External, Moment, MomentComments, MomentCustomer, MomentCustomerPage, MomentPage,
    MomentTask, MomentTaskPage,
};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{all_pages, paged},
    values,
};

const LIST: Endpoint = Endpoint::post("externalcontact/get_moment_list", Effect::Read).page(93333);
const TASK: Endpoint = Endpoint::post("externalcontact/get_moment_task", Effect::Read).page(93333);
const CUSTOMERS: Endpoint =
    Endpoint::post("externalcontact/get_moment_customer_list", Effect::Read).page(93333);
const SEND_RESULT: Endpoint =
    Endpoint::post("externalcontact/get_moment_send_result", Effect::Read).page(93333);
const COMMENTS: Endpoint = Endpoint::post("externalcontact/get_moment_comments", Effect::Read).page(93333);

/// The longest time that [`External::get_moment_list`] looks at: a month.
const LIST_SECONDS_MAX: i64 = 31 * 86_400;

/// The largest `limit` of a request for moments: what WeCom's documentation allowed once.
const LIST_LIMIT_MAX: u32 = 100;
/// How many moments a listing asks for unless its request says how many: what the documentation allows today.
const LIST_PAGE_MAX: u32 = 20;
/// At most so many employees or customers on one page.
const PAGE_MAX: u32 = 1_000;
/// At most so many customers on one page of `get_moment_send_result`.
const SEND_RESULT_PAGE_MAX: u32 = 5_000;

impl External {
    /// The moments of a time of at most a month, a page of them (`get_moment_list`; page 93333).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] when the times are absent or more than a month apart,
    /// or `limit` is not 1 to 100.
    pub async fn get_moment_list(
        &self,
        request: &GetMomentList,
        options: CallOptions,
    ) -> Result<MomentPage, Error> {
        let mut check = Check::of(LIST)
            .given("start_time", request.start_time.is_some())
            .given("end_time", request.end_time.is_some())
            .number("filter_type", request.filter_type.map(|filter| filter.0), 0..=2)
            .page_size("limit", request.limit, LIST_LIMIT_MAX);
        if let (Some(start), Some(end)) = (request.start_time, request.end_time) {
            check = check.span("end_time", start.as_unix_s(), end.as_unix_s(), LIST_SECONDS_MAX);
        }
        check.end()?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// The moments of all pages.
    pub fn get_moment_list_all(&self, request: &GetMomentList, options: CallOptions) -> Listing<Moment> {
        all_pages!(self.get_moment_list, LIST, request, LIST_PAGE_MAX, options)
    }

    /// The employees that a moment of the corp was handed to, and whether they have published it, a page of them
    /// (`get_moment_task`; page 93333).
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41067 when an employee made it. [`Error::Argument`] when `limit` is not 1 to
    /// 1,000.
    pub async fn get_moment_task(
        &self,
        request: &GetMomentTask,
        options: CallOptions,
    ) -> Result<MomentTaskPage, Error> {
        Check::of(TASK)
            .required("moment_id", &request.moment_id)
            .page_size("limit", request.limit, PAGE_MAX)
            .end()?;
        self.client.call(Call::new(TASK, options).json(request)).await
    }

    /// The employees of all pages.
    pub fn get_moment_task_all(&self, request: &GetMomentTask, options: CallOptions) -> Listing<MomentTask> {
        all_pages!(self.get_moment_task, TASK, request, PAGE_MAX, options)
    }

    /// The customers who an employee chose to see a moment, a page of them (`get_moment_customer_list`; page
    /// 93333).
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41061 and 41062 when this employee has not published it. [`Error::Argument`]
    /// when `limit` is not 1 to 1,000.
    pub async fn get_moment_customer_list(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Result<MomentCustomerPage, Error> {
        self.moment_customers(CUSTOMERS, PAGE_MAX, request, options).await
    }

    /// The customers of all pages.
    pub fn get_moment_customer_list_all(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Listing<MomentCustomer> {
        all_pages!(self.get_moment_customer_list, CUSTOMERS, request, PAGE_MAX, options)
    }

    /// The customers in whose moments it has appeared, a page of them (`get_moment_send_result`; page 93333).
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41061 and 41062 when this employee has not published it. [`Error::Argument`]
    /// when `limit` is not 1 to 5,000.
    pub async fn get_moment_send_result(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Result<MomentCustomerPage, Error> {
        self.moment_customers(SEND_RESULT, SEND_RESULT_PAGE_MAX, request, options).await
    }

    /// The customers of all pages.
    pub fn get_moment_send_result_all(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Listing<MomentCustomer> {
        all_pages!(self.get_moment_send_result, SEND_RESULT, request, SEND_RESULT_PAGE_MAX, options)
    }

    /// Who commented on an employee's moment and who liked it (`get_moment_comments`; page 93333). There is no
    /// paging.
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41061 when this employee has not published it.
    pub async fn get_moment_comments(
        &self,
        moment_id: &str,
        userid: &str,
        options: CallOptions,
    ) -> Result<MomentComments, Error> {
        Check::of(COMMENTS).required("moment_id", moment_id).required("userid", userid).end()?;
        let body = json!({"moment_id": moment_id, "userid": userid});
        self.client.call(Call::new(COMMENTS, options).json(&body)).await
    }

    async fn moment_customers(
        &self,
        endpoint: Endpoint,
        limit_max: u32,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Result<MomentCustomerPage, Error> {
        Check::of(endpoint)
            .required("moment_id", &request.moment_id)
            .required("userid", &request.userid)
            .page_size("limit", request.limit, limit_max)
            .end()?;
        self.client.call(Call::new(endpoint, options).json(request)).await
    }
}

/// Which moments; the request of [`get_moment_list`](super::External::get_moment_list).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetMomentList {
    /// From when; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// To when, at most a month later; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Only moments of this employee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Whose moments; all if absent.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub filter_type: Option<CreatorFilter>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page, 1 to 100; WeCom may take fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Which moment; the request of [`get_moment_task`](super::External::get_moment_task).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetMomentTask {
    /// The moment's id; one that the corp made.
    pub moment_id: String,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Whose moment; the request of [`get_moment_customer_list`](super::External::get_moment_customer_list) and
/// [`get_moment_send_result`](super::External::get_moment_send_result).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetMomentCustomers {
    /// The moment's id.
    pub moment_id: String,
    /// The employee who published it.
    pub userid: String,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page: 1 to 1,000, of the send result to 5,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

paged!(GetMomentList, limit);

paged!(GetMomentTask, limit);

paged!(GetMomentCustomers, limit);

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        COMMENTS, CUSTOMERS, LIST, LIST_LIMIT_MAX, LIST_PAGE_MAX, PAGE_MAX, SEND_RESULT,
        SEND_RESULT_PAGE_MAX, TASK,
    };
    use crate::contact::moment::rows::MOMENT_ID;
    use crate::method::{Argument, CURSOR, Method, formatcp, integer, rust, text, time};

    const PUBLISHER: Argument = text("userid", "The employee who published it").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.get_moment_list, |given| &given.whole()?))
            .is("List the moments of a time of at most a month").wxjava(&["getMomentList"])
            .takes(&[
                time("start_time", "From when").required(),
                time("end_time", "To when, at most a month later").required(),
                text("creator", "Only moments of this employee"),
                integer(
                    "filter_type",
                    "0 those of the corp, 1 those of employees, 2 all, which is WeCom's default",
                ),
                CURSOR,
                integer("limit", formatcp!("How many on a page: 1 to {LIST_LIMIT_MAX}; WeCom may take no more than {LIST_PAGE_MAX}")),
            ])
            // WeCom's documentation allowed 100 once, and says 20 today.
            .paged("moment_list", "limit", LIST_PAGE_MAX)
            .like("--start-time 7d --end-time 0s --all"),
        Method::of(TASK, rust!(external.get_moment_task, |given| &given.whole()?))
            .is("List the employees to whom a moment was handed out, and whether they published it").wxjava(&["getMomentTask"])
            .takes(&[MOMENT_ID, CURSOR, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}"))])
            .paged("task_list", "limit", PAGE_MAX)
            .like("--moment-id momxxx --all"),
        Method::of(CUSTOMERS, rust!(external.get_moment_customer_list, |given| &given.whole()?))
            .is("List the customers whom an employee chose to see a moment").wxjava(&["getMomentCustomerList"])
            .takes(&[MOMENT_ID, PUBLISHER, CURSOR, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}"))])
            .paged("customer_list", "limit", PAGE_MAX)
            .like("--moment-id momxxx --userid zhangsan --all"),
        Method::of(SEND_RESULT, rust!(external.get_moment_send_result, |given| &given.whole()?))
            .is("List the customers in whose moments it has appeared").wxjava(&["getMomentSendResult"])
            .takes(&[MOMENT_ID, PUBLISHER, CURSOR, integer("limit", formatcp!("How many on a page: 1 to {SEND_RESULT_PAGE_MAX}"))])
            .paged("customer_list", "limit", SEND_RESULT_PAGE_MAX)
            .like("--moment-id momxxx --userid zhangsan --all"),
        Method::of(
            COMMENTS,
            rust!(external.get_moment_comments, |given| given.text("moment_id"), given.text("userid")),
        )
        .is("Show who commented on an employee's moment, and who liked it").wxjava(&["getMomentComments"])
        .takes(&[MOMENT_ID, PUBLISHER])
        .like("--moment-id momxxx --userid zhangsan"),
    ];
}

//! What came of acquisition links (获客助手): the customers that they brought, and what is left of the quota.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::External;
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{Page, all_pages, cursor, paged},
    read, values,
};

const CUSTOMER: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/customer", Effect::Read).page(97298);
const QUOTA: Endpoint = Endpoint::get("externalcontact/customer_acquisition_quota").page(97375);
const STATISTIC: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/statistic", Effect::Read).page(97375);
const GET_CHAT_INFO: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/get_chat_info", Effect::Read).page(100_130);
const GET_PERMIT: Endpoint =
    Endpoint::get("externalcontact/customer_acquisition_app/get_permit").page(101_146);

/// The longest time that [`External::customer_acquisition_statistic`] looks at: thirty days.
const STATISTIC_DAYS_MAX: i64 = 30;
/// At most so many customers on one page.
const PAGE_MAX: u32 = 1_000;

impl External {
    /// The customers who came by a link, a page of them (`customer_acquisition/customer`; page 97298).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] without a link, and when `limit` is not 1 to 1,000.
    pub async fn customer_acquisition_customer(
        &self,
        request: &ListAcquiredCustomers,
        options: CallOptions,
    ) -> Result<AcquiredPage, Error> {
        Check::of(CUSTOMER)
            .required("link_id", &request.link_id)
            .page_size("limit", request.limit, PAGE_MAX)
            .end()?;
        self.client.call(Call::new(CUSTOMER, options).json(request)).await
    }

    /// The customers of all pages.
    pub fn customer_acquisition_customer_all(
        &self,
        request: &ListAcquiredCustomers,
        options: CallOptions,
    ) -> Listing<AcquiredCustomer> {
        all_pages!(self.customer_acquisition_customer, CUSTOMER, request, PAGE_MAX, options)
    }

    /// How many more customers the corp can gain by links (`customer_acquisition_quota`; page 97375).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn customer_acquisition_quota(&self, options: CallOptions) -> Result<AcquisitionQuota, Error> {
        self.client.call(Call::new(QUOTA, options)).await
    }

    /// For whom the app may work as a marketing app (营销获客, `customer_acquisition_app/get_permit`; page 101146). The
    /// event `customer_acquisition_permit_change` says that this has changed.
    ///
    /// # Errors
    ///
    /// 48002 for any other kind of app.
    pub async fn customer_acquisition_app_get_permit(
        &self,
        options: CallOptions,
    ) -> Result<AcquisitionPermit, Error> {
        self.client.call(Call::new(GET_PERMIT, options)).await
    }

    /// How often a link was opened in a time of at most thirty days, and how many customers it brought
    /// (`customer_acquisition/statistic`; page 97375).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when the time is longer.
    pub async fn customer_acquisition_statistic(
        &self,
        link_id: &str,
        start_time: Timestamp,
        end_time: Timestamp,
        options: CallOptions,
    ) -> Result<AcquisitionStatistic, Error> {
        let (start_s, end_s) = (start_time.as_unix_s(), end_time.as_unix_s());
        Check::of(STATISTIC)
            .required("link_id", link_id)
            .span("end_time", start_s, end_s, STATISTIC_DAYS_MAX * 86_400)
            .end()?;
        let body = json!({"link_id": link_id, "start_time": start_s, "end_time": end_s});
        self.client.call(Call::new(STATISTIC, options).json(&body)).await
    }

    /// Who has written by a link (`customer_acquisition/get_chat_info`; page 100130). `chat_key` comes with the
    /// event `message_from_customer`.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn customer_acquisition_get_chat_info(
        &self,
        chat_key: &str,
        options: CallOptions,
    ) -> Result<AcquisitionChat, Error> {
        Check::of(GET_CHAT_INFO).required("chat_key", chat_key).end()?;
        let call = Call::new(GET_CHAT_INFO, options).json(&json!({"chat_key": chat_key}));
        self.client.call(call).await
    }
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

paged!(ListAcquiredCustomers, limit);

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
    /// The customer's external_userid.
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
    /// When this part of the quota expires.
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
    /// The employee's userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// Figures of their chat.
    #[serde(deserialize_with = "values::object")]
    pub chat_info: Option<AcquisitionChatInfo>,
}

/// Figures of a chat.
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

/// For whom a marketing app may work; see
/// [`customer_acquisition_app_get_permit`](super::External::customer_acquisition_app_get_permit).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AcquisitionPermit {
    /// Employees by userid.
    #[serde(deserialize_with = "read::texts")]
    pub user_list: Vec<String>,
    /// Departments by id.
    #[serde(deserialize_with = "read::numbers")]
    pub department_list: Vec<i64>,
    /// The directory's tags by id.
    #[serde(deserialize_with = "read::numbers")]
    pub tag_list: Vec<i64>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CUSTOMER, GET_CHAT_INFO, GET_PERMIT, PAGE_MAX, QUOTA, STATISTIC, STATISTIC_DAYS_MAX};
    use crate::contact::acquisition::rows::LINK_ID;
    use crate::method::{CURSOR, Method, formatcp, integer, rust, text, time};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(CUSTOMER, rust!(external.customer_acquisition_customer, |given| &given.whole()?))
            .is("List the customers who came by an acquisition link")
            .wxjava(&["customerAcquisitionCustomer"])
            .takes(&[LINK_ID, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")), CURSOR])
            .paged("customer_list", "limit", PAGE_MAX)
            .like("--link-id cawcd41a7be0c52f98 --all"),
        Method::of(QUOTA, rust!(external.customer_acquisition_quota))
            .is("Show how many more customers the corp can gain by links")
            .wxjava(&["customerAcquisitionQuota"]),
        Method::of(
            STATISTIC,
            rust!(
                external.customer_acquisition_statistic,
                |given| given.text("link_id"),
                given.time("start_time"),
                given.time("end_time")
            ),
        )
        .is("Show how often a link was opened, and how many customers it brought")
        .wxjava(&["customerAcquisitionStatistic"])
        .takes(&[
            LINK_ID,
            time("start_time", "From when").required(),
            time("end_time", formatcp!("To when, at most {STATISTIC_DAYS_MAX} days later")).required(),
        ])
        .like("--link-id cawcd41a7be0c52f98 --start-time 7d --end-time 0s"),
        Method::of(
            GET_CHAT_INFO,
            rust!(external.customer_acquisition_get_chat_info, |given| given.text("chat_key")),
        )
        .is("Show who has written by a link, by the key of the event message_from_customer")
        .takes(&[text("chat_key", "What came with the event; works for half an hour").required()])
        .like("--chat-key CAKJ8mZ3qTr5vXw7yB1dF4hL6nP0sU2"),
        Method::of(GET_PERMIT, rust!(external.customer_acquisition_app_get_permit))
            .is("Show for whom a marketing app (营销获客) may work"),
    ];
}

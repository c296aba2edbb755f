//! Acquisition links (获客助手): links that customers open to become contacts of an employee.
//!
//! Each customer who comes by one costs of the corp's [quota](External::customer_acquisition_quota). None of these
//! methods works with the secret of the system app 客户联系 (document 97400).

use serde::Deserialize;
use serde_json::json;

use super::{
    AcquiredCustomer, AcquiredPage, AcquisitionChat, AcquisitionLink, AcquisitionLinkDetail,
    AcquisitionLinkPage, AcquisitionQuota, AcquisitionStatistic, CreateAcquisitionLink, External,
    ListAcquiredCustomers, ListAcquisitionLinks, Listing, UpdateAcquisitionLink, limits::Check,
    paging::all_pages, read,
};
use crate::{Call, CallOptions, Effect, Error, Timestamp};

const LIST_LINK: &str = "externalcontact/customer_acquisition/list_link";
const GET: &str = "externalcontact/customer_acquisition/get";
const CREATE_LINK: &str = "externalcontact/customer_acquisition/create_link";
const UPDATE_LINK: &str = "externalcontact/customer_acquisition/update_link";
const DELETE_LINK: &str = "externalcontact/customer_acquisition/delete_link";
const CUSTOMER: &str = "externalcontact/customer_acquisition/customer";
const QUOTA: &str = "externalcontact/customer_acquisition_quota";
const STATISTIC: &str = "externalcontact/customer_acquisition/statistic";
const GET_CHAT_INFO: &str = "externalcontact/customer_acquisition/get_chat_info";

/// The longest time that [`External::customer_acquisition_statistic`] looks at: thirty days.
const STATISTIC_SECONDS_MAX: i64 = 30 * 86_400;

impl External {
    /// The ids of the links, a page of them (`customer_acquisition/list_link`; document 97297).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] when `limit` is not 1 to 100.
    pub async fn customer_acquisition_list_link(
        &self,
        request: &ListAcquisitionLinks,
        options: CallOptions,
    ) -> Result<AcquisitionLinkPage, Error> {
        Check::of(LIST_LINK).number("limit", request.limit, 1..=100).end()?;
        self.client.call(Call::post(LIST_LINK, Effect::Read, request, options)).await
    }

    /// The ids of the links of all pages.
    pub fn customer_acquisition_list_link_all(
        &self,
        request: &ListAcquisitionLinks,
        options: CallOptions,
    ) -> Listing<String> {
        all_pages!(self.customer_acquisition_list_link, LIST_LINK, request, 100, options)
    }

    /// A link, and who is behind it (`customer_acquisition/get`; document 97297).
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn customer_acquisition_get(
        &self,
        link_id: &str,
        options: CallOptions,
    ) -> Result<AcquisitionLinkDetail, Error> {
        Check::of(GET).required("link_id", link_id).end()?;
        self.client.call(Call::post(GET, Effect::Read, &json!({"link_id": link_id}), options)).await
    }

    /// Makes a link (`customer_acquisition/create_link`; document 97297).
    ///
    /// # Errors
    ///
    /// 41095 when there are as many as WeCom allows. [`Error::Argument`] when name or range are absent.
    pub async fn customer_acquisition_create_link(
        &self,
        request: &CreateAcquisitionLink,
        options: CallOptions,
    ) -> Result<AcquisitionLink, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            link: AcquisitionLink,
        }
        Check::of(CREATE_LINK)
            .required("link_name", &request.link_name)
            .given("range", !request.range.is_empty())
            .end()?;
        let call = Call::post(CREATE_LINK, Effect::Once, request, options);
        let Answer { link } = self.client.call(call).await?;
        Ok(link)
    }

    /// Changes a link (`customer_acquisition/update_link`; document 97297): what is absent stays as it is, a range is
    /// replaced as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a range of nobody.
    pub async fn customer_acquisition_update_link(
        &self,
        request: &UpdateAcquisitionLink,
        options: CallOptions,
    ) -> Result<(), Error> {
        Check::of(UPDATE_LINK)
            .required("link_id", &request.link_id)
            .given("range", request.range.as_ref().is_none_or(|range| !range.is_empty()))
            .end()?;
        self.done(Call::post(UPDATE_LINK, Effect::Idempotent, request, options)).await
    }

    /// Removes a link (`customer_acquisition/delete_link`; document 97297). No callback follows.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn customer_acquisition_delete_link(
        &self,
        link_id: &str,
        options: CallOptions,
    ) -> Result<(), Error> {
        Check::of(DELETE_LINK).required("link_id", link_id).end()?;
        let call = Call::post(DELETE_LINK, Effect::Idempotent, &json!({"link_id": link_id}), options);
        self.done(call).await
    }

    /// The customers who came by a link, a page of them (`customer_acquisition/customer`; document 97298).
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
            .number("limit", request.limit, 1..=1_000)
            .end()?;
        self.client.call(Call::post(CUSTOMER, Effect::Read, request, options)).await
    }

    /// The customers of all pages.
    pub fn customer_acquisition_customer_all(
        &self,
        request: &ListAcquiredCustomers,
        options: CallOptions,
    ) -> Listing<AcquiredCustomer> {
        all_pages!(self.customer_acquisition_customer, CUSTOMER, request, 1_000, options)
    }

    /// How many more customers the corp can gain by links (`customer_acquisition_quota`; document 97375).
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn customer_acquisition_quota(&self, options: CallOptions) -> Result<AcquisitionQuota, Error> {
        self.client.call(Call::get(QUOTA, options)).await
    }

    /// How often a link was opened in a time of at most thirty days, and how many customers it brought
    /// (`customer_acquisition/statistic`; document 97375).
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
            .span("end_time", start_s, end_s, STATISTIC_SECONDS_MAX)
            .end()?;
        let body = json!({"link_id": link_id, "start_time": start_s, "end_time": end_s});
        self.client.call(Call::post(STATISTIC, Effect::Read, &body, options)).await
    }

    /// Who has written by a link (`customer_acquisition/get_chat_info`; document 100130). `chat_key` comes with the
    /// event `message_from_customer`.
    ///
    /// # Errors
    ///
    /// As any call.
    pub async fn customer_acquisition_get_chat_info(
        &self,
        chat_key: &str,
        options: CallOptions,
    ) -> Result<AcquisitionChat, Error> {
        Check::of(GET_CHAT_INFO).required("chat_key", chat_key).end()?;
        let call = Call::post(GET_CHAT_INFO, Effect::Read, &json!({"chat_key": chat_key}), options);
        self.client.call(call).await
    }
}

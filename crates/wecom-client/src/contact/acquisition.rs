//! Acquisition links (获客助手): links that customers open to become contacts of an employee.
//!
//! Each customer who comes by one costs of the corp's [quota](External::customer_acquisition_quota). None of these
//! methods works with the secret of the system app 客户联系 (page 97400).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, Scope};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{Page, all_pages, cursor, paged},
    read, values,
};

const LIST_LINK: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/list_link", Effect::Read).page(97297);
const GET: Endpoint = Endpoint::post("externalcontact/customer_acquisition/get", Effect::Read).page(97297);
const CREATE_LINK: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/create_link", Effect::Once).page(97297);
const UPDATE_LINK: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/update_link", Effect::Idempotent).page(97297);
const DELETE_LINK: Endpoint =
    Endpoint::post("externalcontact/customer_acquisition/delete_link", Effect::Idempotent).page(97297);

/// At most so many links on one page.
const PAGE_MAX: u32 = 100;

impl External {
    /// The ids of the links, a page of them (`customer_acquisition/list_link`; page 97297).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] when `limit` is not 1 to 100.
    pub async fn customer_acquisition_list_link(
        &self,
        request: &ListAcquisitionLinks,
        options: CallOptions,
    ) -> Result<AcquisitionLinkPage, Error> {
        Check::of(LIST_LINK).page_size("limit", request.limit, PAGE_MAX).end()?;
        self.client.call(Call::new(LIST_LINK, options).json(request)).await
    }

    /// The ids of the links of all pages.
    pub fn customer_acquisition_list_link_all(
        &self,
        request: &ListAcquisitionLinks,
        options: CallOptions,
    ) -> Listing<String> {
        all_pages!(self.customer_acquisition_list_link, LIST_LINK, request, PAGE_MAX, options)
    }

    /// A link, and who is behind it (`customer_acquisition/get`; page 97297).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn customer_acquisition_get(
        &self,
        link_id: &str,
        options: CallOptions,
    ) -> Result<AcquisitionLinkDetail, Error> {
        Check::of(GET).required("link_id", link_id).end()?;
        self.client.call(Call::new(GET, options).json(&json!({"link_id": link_id}))).await
    }

    /// Makes a link (`customer_acquisition/create_link`; page 97297).
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
        let call = Call::new(CREATE_LINK, options).json(request);
        let Answer { link } = self.client.call(call).await?;
        Ok(link)
    }

    /// Changes a link (`customer_acquisition/update_link`; page 97297): what is absent stays as it is, a range is
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
        self.done(Call::new(UPDATE_LINK, options).json(request)).await
    }

    /// Removes a link (`customer_acquisition/delete_link`; page 97297). No callback follows.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn customer_acquisition_delete_link(
        &self,
        link_id: &str,
        options: CallOptions,
    ) -> Result<(), Error> {
        Check::of(DELETE_LINK).required("link_id", link_id).end()?;
        let call = Call::new(DELETE_LINK, options).json(&json!({"link_id": link_id}));
        self.done(call).await
    }
}

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

paged!(ListAcquisitionLinks, limit);

/// A link to be; the request of
/// [`customer_acquisition_create_link`](super::External::customer_acquisition_create_link).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct CreateAcquisitionLink {
    /// The link's name.
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
    /// The one that is to change.
    pub link_id: String,
    /// The link's new name.
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
    /// By which rule they are chosen.
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
    /// The link itself.
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
    /// The link's name.
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CREATE_LINK, DELETE_LINK, GET, LIST_LINK, PAGE_MAX, UPDATE_LINK};
    use crate::method::{Argument, CURSOR, Method, boolean, formatcp, integer, json, rust, text};

    pub(crate) const LINK_ID: Argument = text("link_id", "The link's id").required();
    const SKIP_VERIFY: Argument =
        boolean("skip_verify", "Customers are added without the employee's consent; WeCom's default is true");
    const PRIORITY: Argument = json(
        "priority_option",
        "Who comes first: {\"priority_type\": 1 or 2, \"priority_userid_list\": […]}",
    );
    const MARK_SOURCE: Argument =
        boolean("mark_source", "Customers who came by it are marked with the source");

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST_LINK, rust!(external.customer_acquisition_list_link, |given| &given.whole()?))
            .is("List the acquisition links by id")
            .wxjava(&["customerAcquisitionLinkList"])
            .takes(&[integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")), CURSOR])
            .paged("link_id_list", "limit", PAGE_MAX)
            .like("--all"),
        Method::of(GET, rust!(external.customer_acquisition_get, |given| given.text("link_id")))
            .is("Show an acquisition link, and who is behind it")
            .wxjava(&["customerAcquisitionLinkGet"])
            .takes(&[LINK_ID])
            .draws("/link/url")
            .like("--link-id cawcd41a7be0c52f98 --qr"),
        Method::of(CREATE_LINK, rust!(external.customer_acquisition_create_link, |given| &given.whole()?))
            .is("Make an acquisition link")
            .wxjava(&["customerAcquisitionLinkCreate"])
            .takes(&[
                text("link_name", "Its name").required(),
                json("range", "Who gets the customers: {\"user_list\": […], \"department_list\": […]}")
                    .required(),
                SKIP_VERIFY,
                PRIORITY,
                MARK_SOURCE,
            ])
            .draws("/link/url")
            .like("--link-name 春季 --range '{\"user_list\": [\"zhangsan\"]}'"),
        Method::of(UPDATE_LINK, rust!(external.customer_acquisition_update_link, |given| &given.whole()?))
            .is("Change an acquisition link; what is not given stays, a range is replaced as a whole")
            .wxjava(&["customerAcquisitionUpdate"])
            .takes(&[
                LINK_ID,
                text("link_name", "Its name"),
                json("range", "Who gets the customers: {\"user_list\": […], \"department_list\": […]}"),
                SKIP_VERIFY,
                PRIORITY,
                MARK_SOURCE,
            ])
            .like("--link-id cawcd41a7be0c52f98 --link-name 夏季"),
        Method::of(
            DELETE_LINK,
            rust!(external.customer_acquisition_delete_link, |given| given.text("link_id")),
        )
        .is("Delete an acquisition link")
        .wxjava(&["customerAcquisitionLinkDelete"])
        .takes(&[LINK_ID])
        .like("--link-id cawcd41a7be0c52f98"),
    ];
}

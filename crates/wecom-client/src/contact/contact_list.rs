//! Many customers at once: the ids of an employee's, the details of several employees', and everybody who was ever
//! served.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{External, ExternalContact, FollowUser, absent_is};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{self, Page, all_pages, paged},
    read, values,
};

const LIST: Endpoint = Endpoint::get("externalcontact/list").page(92113);
const BATCH_GET_BY_USER: Endpoint =
    Endpoint::post("externalcontact/batch/get_by_user", Effect::Read).page(92994);
const CONTACT_LIST: Endpoint = Endpoint::post("externalcontact/contact_list", Effect::Read).page(99434);

/// At most so many employees in one call of `batch/get_by_user`.
const BATCH_USERS_MAX: usize = 100;
/// At most so many customers on one of its pages.
const BATCH_PAGE_MAX: u32 = 100;
/// At most so many entries on one page of `contact_list`.
const PAGE_MAX: u32 = 1_000;

/// No such contact: of a listing, that there is none at all.
const NO_CONTACT: i64 = 84_061;

impl External {
    /// The ids of an employee's customers (`list`; in other libraries `listExternalContacts`; page 92113). There is
    /// no paging. Nobody is an empty list, although WeCom calls it an error (84061).
    ///
    /// # Errors
    ///
    /// 40003 and 60111 when there is no such employee, 84074 and 84083 when the employee may not use customer contact,
    /// 60011 when he or she is outside the app's visible range, 45033 when many ask at once.
    pub async fn list(&self, userid: &str, options: CallOptions) -> Result<Vec<String>, Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Answer {
            #[serde(deserialize_with = "read::texts")]
            external_userid: Vec<String>,
        }
        Check::of(LIST).required("userid", userid).end()?;
        let call = Call::new(LIST, options).query("userid", userid);
        let answer: Answer = absent_is(&[NO_CONTACT], Answer::default(), self.client.call(call).await)?;
        Ok(answer.external_userid)
    }

    /// One page of the customers of up to 100 employees, each with what that employee has on record
    /// (`batch/get_by_user`; page 92994). A page may hold fewer than the limit, or none, and not be the last.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works; as [`External::list`] otherwise. Employees without customers are no
    /// error.
    pub async fn batch_get_by_user(
        &self,
        request: &BatchGetByUser,
        options: CallOptions,
    ) -> Result<BatchContacts, Error> {
        Check::of(BATCH_GET_BY_USER)
            .given("userid_list", !request.userid_list.is_empty() || request.userid.is_some())
            .at_most("userid_list", &request.userid_list, BATCH_USERS_MAX)
            .page_size("limit", request.limit, BATCH_PAGE_MAX)
            .end()?;
        let call = Call::new(BATCH_GET_BY_USER, options).json(request);
        absent_is(&[NO_CONTACT], BatchContacts::default(), self.client.call(call).await)
    }

    /// One page of everybody whom the company has served, by chat or group, customer or not (`contact_list`; page
    /// 99434). For apps of one's own only.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works: cursors expire.
    pub async fn contact_list(
        &self,
        request: &ListContacts,
        options: CallOptions,
    ) -> Result<ContactList, Error> {
        Check::of(CONTACT_LIST).page_size("limit", request.limit, PAGE_MAX).end()?;
        self.client.call(Call::new(CONTACT_LIST, options).json(request)).await
    }
}

impl External {
    /// Every customer of [`External::batch_get_by_user`], page by page: once for each of the employees who follows. The
    /// employees without a licence are named by [`External::batch_get_by_user_pages`].
    pub fn batch_get_by_user_all(
        &self,
        request: &BatchGetByUser,
        options: CallOptions,
    ) -> Listing<BatchContact> {
        all_pages!(self.batch_get_by_user, BATCH_GET_BY_USER, request, BATCH_PAGE_MAX, options)
    }

    /// As [`External::batch_get_by_user_all`], but whole pages, which name the employees that were left out as well
    /// ([`BatchContacts::fail_info`]).
    pub fn batch_get_by_user_pages(
        &self,
        request: &BatchGetByUser,
        options: CallOptions,
    ) -> Listing<BatchContacts> {
        let (me, first) = (self.clone(), paging::widest(request, BATCH_PAGE_MAX));
        paging::listing(BATCH_GET_BY_USER, move |next| {
            let (me, mut page) = (me.clone(), first.clone());
            paging::Paged::turn_to(&mut page, next);
            async move { me.batch_get_by_user(&page, options).await.map(WholePage) }
        })
    }

    /// Every entry of [`External::contact_list`], page by page.
    pub fn contact_list_all(&self, request: &ListContacts, options: CallOptions) -> Listing<ServedContact> {
        all_pages!(self.contact_list, CONTACT_LIST, request, PAGE_MAX, options)
    }
}

/// Whose customers to get; see [`External::batch_get_by_user`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct BatchGetByUser {
    /// The employees, 1 to 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userid_list: Vec<String>,
    /// One employee, in the form of 2020: `userid_list` is today's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userid: Option<String>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many on a page: 50 if absent, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Which page; see [`External::contact_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ListContacts {
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many on a page: 1,000 if absent, which is the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of [`External::batch_get_by_user`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchContacts {
    /// The customers, each with one employee.
    #[serde(deserialize_with = "values::list")]
    pub external_contact_list: Vec<BatchContact>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
    /// The employees who were left out.
    #[serde(deserialize_with = "values::object")]
    pub fail_info: Option<FailInfo>,
}

/// The employees whom [`External::batch_get_by_user`] leaves out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FailInfo {
    /// Those without an interoperability licence; for third-party apps.
    #[serde(deserialize_with = "read::texts")]
    pub unlicensed_userid_list: Vec<String>,
}

/// A customer, and what one employee has on record.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchContact {
    /// What WeCom says of the customer, whichever employee asks.
    #[serde(deserialize_with = "values::object")]
    pub external_contact: Option<ExternalContact>,
    /// What the employee has on record about the customer.
    #[serde(deserialize_with = "values::object")]
    pub follow_info: Option<FollowInfo>,
}

/// As [`FollowUser`], but with the ids of tags instead of the tags.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FollowInfo {
    /// The fields that both have; its `tags` is empty.
    #[serde(flatten)]
    pub follow_user: FollowUser,
    /// The corp's tags on this pair.
    #[serde(deserialize_with = "read::texts")]
    pub tag_id: Vec<String>,
}

/// One page of [`External::contact_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ContactList {
    /// The entries: the same person once for each employee and group.
    #[serde(deserialize_with = "values::list")]
    pub info_list: Vec<ServedContact>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

/// Somebody who was served. `Debug` shows no name.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServedContact {
    /// Whether this is a customer, that is, has been added by an employee or marked as one.
    #[serde(deserialize_with = "read::flag")]
    pub is_customer: Option<bool>,
    /// An id that is the same in all entries of one person; works for four hours.
    #[serde(deserialize_with = "values::text")]
    pub tmp_openid: Option<String>,
    /// The id; of customers only.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The name, partly hidden; of those who are no customers.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The employee who was added.
    #[serde(deserialize_with = "values::text")]
    pub follow_userid: Option<String>,
    /// The group, of a customer.
    #[serde(deserialize_with = "values::text")]
    pub chat_id: Option<String>,
    /// The group's name, of those who are no customers.
    #[serde(deserialize_with = "values::text")]
    pub chat_name: Option<String>,
    /// When the person was added or joined.
    #[serde(deserialize_with = "values::number")]
    pub add_time: Option<Timestamp>,
}

impl fmt::Debug for ServedContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServedContact")
            .field("is_customer", &self.is_customer)
            .field("external_userid", &self.external_userid)
            .field("follow_userid", &self.follow_userid)
            .field("chat_id", &self.chat_id)
            .field("add_time", &self.add_time)
            .finish_non_exhaustive()
    }
}

paged!(BatchGetByUser, limit);
paged!(ListContacts, limit);

impl Page for BatchContacts {
    type Item = BatchContact;
    type Next = String;

    fn into_parts(self) -> (Vec<BatchContact>, Option<String>) {
        (self.external_contact_list, paging::cursor(self.next_cursor))
    }
}

/// A page that is its own only item.
struct WholePage(BatchContacts);

impl Page for WholePage {
    type Item = BatchContacts;
    type Next = String;

    fn into_parts(self) -> (Vec<BatchContacts>, Option<String>) {
        let next = paging::cursor(self.0.next_cursor.clone());
        (vec![self.0], next)
    }
}

impl Page for ContactList {
    type Item = ServedContact;
    type Next = String;

    fn into_parts(self) -> (Vec<ServedContact>, Option<String>) {
        (self.info_list, paging::cursor(self.next_cursor))
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{BATCH_GET_BY_USER, BATCH_PAGE_MAX, BATCH_USERS_MAX, CONTACT_LIST, LIST, PAGE_MAX};
    use crate::method::{CURSOR, Method, formatcp, ids, integer, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.list, |given| given.text("userid")))
            .is("List an employee's customers by id; 84061 means that there are none")
            .wxjava(&["listExternalContacts"])
            .takes(&[text("userid", "The employee").required()])
            .lists("external_userid")
            .like("--userid zhangsan"),
        Method::of(BATCH_GET_BY_USER, rust!(external.batch_get_by_user, |given| &given.whole()?))
            .is(formatcp!("List the customers of up to {BATCH_USERS_MAX} employees, with what each has on record of them")).wxjava(&["getContactDetailBatch"])
            .takes(&[
                ids("userid_list", formatcp!("The employees, 1 to {BATCH_USERS_MAX}")),
                text("userid", "One employee, in the form of 2020, in place of the list"),
                CURSOR,
                integer("limit", formatcp!("How many on a page: 1 to {BATCH_PAGE_MAX}, WeCom's default is 50")),
            ])
            .paged("external_contact_list", "limit", BATCH_PAGE_MAX)
            .like("--userid-list zhangsan,lisi --all"),
        Method::of(CONTACT_LIST, rust!(external.contact_list, |given| &given.whole()?))
            .is("List everybody whom the company has served, by chat or group, customer or not").wxjava(&["getContactList"])
            .takes(&[CURSOR, integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}, which is WeCom's default"))])
            .paged("info_list", "limit", PAGE_MAX)
            .like("--all"),
    ];
}

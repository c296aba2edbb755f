//! Moments (客户朋友圈): posts that employees publish for their customers to see.
//!
//! A task ([`External::add_moment_task`]) is worked on by WeCom and then, like a mass message, published by each
//! employee or not. The attachments' ids come from [`upload_attachment`](crate::Media::upload_attachment) only.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    External, GetMomentCustomers, GetMomentList, GetMomentTask, Listing, Moment, MomentComments,
    MomentCustomer, MomentCustomerPage, MomentPage, MomentTask, MomentTaskPage, MomentTaskResult, Scope,
    limits::{Check, place},
    paging::all_pages,
    read,
};
use crate::{Call, CallOptions, Effect, Error, client::values};
use wecom_core::message::{Media, Text};

const ADD_TASK: &str = "externalcontact/add_moment_task";
const TASK_RESULT: &str = "externalcontact/get_moment_task_result";
const CANCEL: &str = "externalcontact/cancel_moment_task";
const LIST: &str = "externalcontact/get_moment_list";
const TASK: &str = "externalcontact/get_moment_task";
const CUSTOMERS: &str = "externalcontact/get_moment_customer_list";
const SEND_RESULT: &str = "externalcontact/get_moment_send_result";
const COMMENTS: &str = "externalcontact/get_moment_comments";

/// At most so many bytes of UTF-8 in a link's title: half of what messages have.
const LINK_TITLE_BYTES_MAX: usize = 64;

/// The longest time that [`External::get_moment_list`] looks at: a month.
const LIST_SECONDS_MAX: i64 = 31 * 86_400;

impl External {
    /// Makes a moment and brings back the id of the job that hands it out (`add_moment_task`; document 95094). At most
    /// ten a minute.
    ///
    /// # Errors
    ///
    /// 41078 while too many are being handed out, 40007 for a media id that has expired or was uploaded for messages.
    /// [`Error::Argument`] when there is neither text nor attachment, or more than nine pictures, one video or one
    /// link.
    pub async fn add_moment_task(
        &self,
        request: &AddMomentTask,
        options: CallOptions,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            jobid: String,
        }
        request.check()?;
        let call = Call::post(ADD_TASK, Effect::Once, request, options);
        let Answer { jobid } = self.client.call(call).await?;
        Ok(jobid)
    }

    /// How far the job of a moment is (`get_moment_task_result`; document 95094). Works for 24 hours.
    ///
    /// # Errors
    ///
    /// 40058 for a job that is not known (any more). That the job failed is no error of this call: see
    /// [`MomentTaskResult::result`].
    pub async fn get_moment_task_result(
        &self,
        jobid: &str,
        options: CallOptions,
    ) -> Result<MomentTaskResult, Error> {
        Check::of(TASK_RESULT).required("jobid", jobid).end()?;
        self.client.call(Call::get(TASK_RESULT, options).query("jobid", jobid)).await
    }

    /// Takes a moment back from the employees who have not published it (`cancel_moment_task`; document 97612).
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41067 when an employee made it, 41079 while it is being handed out.
    pub async fn cancel_moment_task(&self, moment_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(CANCEL).required("moment_id", moment_id).end()?;
        let call = Call::post(CANCEL, Effect::Idempotent, &json!({"moment_id": moment_id}), options);
        self.done(call).await
    }

    /// The moments of a time of at most a month, a page of them (`get_moment_list`; document 93333).
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
            .number("limit", request.limit, 1..=100);
        if let (Some(start), Some(end)) = (request.start_time, request.end_time) {
            check = check.span("end_time", start.as_unix_s(), end.as_unix_s(), LIST_SECONDS_MAX);
        }
        check.end()?;
        self.client.call(Call::post(LIST, Effect::Read, request, options)).await
    }

    /// The moments of all pages.
    pub fn get_moment_list_all(&self, request: &GetMomentList, options: CallOptions) -> Listing<Moment> {
        all_pages!(self.get_moment_list, LIST, request, 20, options)
    }

    /// The employees that a moment of the corp was handed to, and whether they have published it, a page of them
    /// (`get_moment_task`; document 93333).
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
            .number("limit", request.limit, 1..=1_000)
            .end()?;
        self.client.call(Call::post(TASK, Effect::Read, request, options)).await
    }

    /// The employees of all pages.
    pub fn get_moment_task_all(&self, request: &GetMomentTask, options: CallOptions) -> Listing<MomentTask> {
        all_pages!(self.get_moment_task, TASK, request, 1_000, options)
    }

    /// The customers who an employee chose to see a moment, a page of them (`get_moment_customer_list`; document
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
        self.moment_customers(CUSTOMERS, 1_000, request, options).await
    }

    /// The customers of all pages.
    pub fn get_moment_customer_list_all(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Listing<MomentCustomer> {
        all_pages!(self.get_moment_customer_list, CUSTOMERS, request, 1_000, options)
    }

    /// The customers in whose moments it has appeared, a page of them (`get_moment_send_result`; document 93333).
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
        self.moment_customers(SEND_RESULT, 5_000, request, options).await
    }

    /// The customers of all pages.
    pub fn get_moment_send_result_all(
        &self,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Listing<MomentCustomer> {
        all_pages!(self.get_moment_send_result, SEND_RESULT, request, 5_000, options)
    }

    /// Who commented on an employee's moment and who liked it (`get_moment_comments`; document 93333). There is no
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
        self.client.call(Call::post(COMMENTS, Effect::Read, &body, options)).await
    }

    async fn moment_customers(
        &self,
        path: &'static str,
        limit_max: i64,
        request: &GetMomentCustomers,
        options: CallOptions,
    ) -> Result<MomentCustomerPage, Error> {
        Check::of(path)
            .required("moment_id", &request.moment_id)
            .required("userid", &request.userid)
            .number("limit", request.limit, 1..=limit_max)
            .end()?;
        self.client.call(Call::post(path, Effect::Read, request, options)).await
    }
}

/// A moment to be; the request of [`External::add_moment_task`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct AddMomentTask {
    /// The text, at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// Up to nine pictures, or one video, or one link.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<MomentAttachment>,
    /// Who publishes it, and who sees it; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_range: Option<MomentRange>,
}

impl AddMomentTask {
    fn check(&self) -> Result<(), Error> {
        let content = self.text.as_ref().map(|text| text.content.as_str());
        let something = content.is_some_and(|content| !content.is_empty()) || !self.attachments.is_empty();
        let pictures =
            self.attachments.iter().all(|attachment| matches!(attachment, MomentAttachment::Image { .. }));
        let most = if pictures { 9 } else { 1 };
        let check = Check::of(ADD_TASK)
            .rule(something, "text", || {
                "and attachments are both absent or empty: WeCom wants one".to_owned()
            })
            .chars("text.content", content, 2_000)
            .rule(self.attachments.len() <= most, "attachments", || {
                format!(
                    "has {} elements: WeCom takes nine pictures, or one video, or one link",
                    self.attachments.len()
                )
            });
        let check =
            self.attachments.iter().enumerate().fold(check, |check, (index, attachment)| {
                let at = Some(index);
                match attachment {
                    MomentAttachment::Image { image } => {
                        check.required(place!(at, "image.media_id"), &image.media_id)
                    }
                    MomentAttachment::Video { video } => {
                        check.required(place!(at, "video.media_id"), &video.media_id)
                    }
                    MomentAttachment::Link { link } => check
                        .required(place!(at, "link.url"), &link.url)
                        .bytes(place!(at, "link.title"), link.title.as_deref(), LINK_TITLE_BYTES_MAX),
                }
            });
        // A limit that holds nobody is one that was meant otherwise, and the moment would be shown to everybody.
        let range = self.visible_range.as_ref();
        let senders = range.and_then(|range| range.sender_list.as_ref());
        let customers = range.and_then(|range| range.external_contact_list.as_ref());
        check
            .given("visible_range.sender_list", senders.is_none_or(|senders| !senders.is_empty()))
            .given(
                "visible_range.external_contact_list.tag_list",
                customers.is_none_or(|customers| !customers.tag_list.is_empty()),
            )
            .end()
    }
}

/// What a moment shows beside its text: `msgtype` and the object of that name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "msgtype", rename_all = "lowercase")]
#[non_exhaustive]
pub enum MomentAttachment {
    /// A picture.
    Image {
        /// The uploaded picture.
        image: Media,
    },
    /// A video of at most 30 seconds.
    Video {
        /// The uploaded video.
        video: Media,
    },
    /// A link.
    Link {
        /// The link.
        link: MomentLink,
    },
}

/// A link in a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct MomentLink {
    /// Its title, at most 64 bytes of UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address.
    pub url: String,
    /// Its picture, an attachment's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
}

/// Who publishes a moment, and who sees it. Where both are given, only what both allow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct MomentRange {
    /// The employees who may publish it; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_list: Option<Scope>,
    /// The customers who may see it; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_contact_list: Option<TaggedCustomers>,
}

/// Customers by their tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct TaggedCustomers {
    /// Tag ids, one of which a customer must have.
    #[serde(deserialize_with = "read::texts")]
    pub tag_list: Vec<String>,
}

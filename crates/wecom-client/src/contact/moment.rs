//! Moments (客户朋友圈): posts that employees publish for their customers to see.
//!
//! A task ([`External::add_moment_task`]) is worked on by WeCom and then, like a mass message, published by each
//! employee or not. The attachments' ids come from [`upload_attachment`](crate::Media::upload_attachment) only.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, Scope};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Fault, Lack,
    limits::{Check, place},
    read, values,
};
use wecom_core::message::{Media, Text};

const ADD_TASK: Endpoint = Endpoint::post("externalcontact/add_moment_task", Effect::Once).page(95094);
const TASK_RESULT: Endpoint = Endpoint::get("externalcontact/get_moment_task_result").page(95094);
const CANCEL: Endpoint = Endpoint::post("externalcontact/cancel_moment_task", Effect::Idempotent).page(97612);

/// At most so many characters in the text.
const TEXT_CHARS_MAX: usize = 2_000;
/// At most so many pictures; or one video, or one link.
const PICTURES_MAX: usize = 9;
/// At most so many bytes of UTF-8 in a link's title: half of what messages have.
const LINK_TITLE_BYTES_MAX: usize = 64;

impl External {
    /// Makes a moment and brings back the id of the job that hands it out (`add_moment_task`; page 95094). At most
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
        let call = Call::new(ADD_TASK, options).json(request);
        let Answer { jobid } = self.client.call(call).await?;
        Ok(jobid)
    }

    /// How far the job of a moment is (`get_moment_task_result`; page 95094). Works for 24 hours.
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
        self.client.call(Call::new(TASK_RESULT, options).query("jobid", jobid)).await
    }

    /// Takes a moment back from the employees who have not published it (`cancel_moment_task`; page 97612).
    ///
    /// # Errors
    ///
    /// 41060 when there is no such moment, 41067 when an employee made it, 41079 while it is being handed out.
    pub async fn cancel_moment_task(&self, moment_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(CANCEL).required("moment_id", moment_id).end()?;
        let call = Call::new(CANCEL, options).json(&json!({"moment_id": moment_id}));
        self.done(call).await
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
        let most = if pictures { PICTURES_MAX } else { 1 };
        let check = Check::of(ADD_TASK)
            .rule(something, "text", || Fault::NoneGiven { others: &["attachments"], so: Lack::OneWanted })
            .chars("text.content", content, TEXT_CHARS_MAX)
            .rule(self.attachments.len() <= most, "attachments", || Fault::MomentAttachments {
                count: self.attachments.len(),
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
        /// The link that is shown.
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

/// The answer of [`get_moment_task_result`](super::External::get_moment_task_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentTaskResult {
    /// How far it is.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<MomentTaskStatus>,
    /// Which kind of job it is: `add_moment_task`.
    #[serde(rename = "type", deserialize_with = "values::text")]
    pub job_type: Option<String>,
    /// What came of it, once it has ended.
    #[serde(deserialize_with = "values::object")]
    pub result: Option<MomentTaskOutcome>,
}

values::open_number! {
    /// How far a job is.
    MomentTaskStatus {
        /// It is to begin.
        STARTED = 1, "started";
        /// Under way.
        RUNNING = 2, "running";
        /// Ended, well or not.
        ENDED = 3, "ended";
    }
}

/// What came of a job.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentTaskOutcome {
    /// 0, or why there is no moment.
    #[serde(deserialize_with = "values::integer")]
    pub errcode: Option<i64>,
    /// WeCom's text with the code.
    #[serde(deserialize_with = "values::text")]
    pub errmsg: Option<String>,
    /// The moment's id, `mom…`.
    #[serde(deserialize_with = "values::text")]
    pub moment_id: Option<String>,
    /// Employees and departments that could not be used.
    #[serde(deserialize_with = "values::object")]
    pub invalid_sender_list: Option<Scope>,
    /// Tags that could not be used.
    #[serde(deserialize_with = "values::object")]
    pub invalid_external_contact_list: Option<TaggedCustomers>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD_TASK, CANCEL, PICTURES_MAX, TASK_RESULT, TEXT_CHARS_MAX};
    use crate::method::{Argument, Method, content, formatcp, json, rust, text};

    pub(crate) const MOMENT_ID: Argument = text("moment_id", "The moment's id").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD_TASK, rust!(external.add_moment_task, |given| &given.whole()?))
            .is("Have a moment handed out to employees, who publish it; at most ten a minute").wxjava(&["addMomentTask"])
            .takes(&[
                content("text", formatcp!("The text, at most {TEXT_CHARS_MAX} characters")),
                json(
                    "attachments",
                    formatcp!("Up to {PICTURES_MAX} of {{\"msgtype\": \"image\", \"image\": {{…}}}}, or one video, or one link"),
                ),
                json("visible_range", "Who publishes it and who sees it: sender_list, external_contact_list"),
            ])
            .like("--text 春季新品到店"),
        Method::of(TASK_RESULT, rust!(external.get_moment_task_result, |given| given.text("jobid")))
            .is("Show how far the handing out of a moment is; for 24 hours").wxjava(&["getMomentTaskResult"])
            .takes(&[text("jobid", "The job's id, by add-moment-task").required()])
            .like("--jobid xxxxxx"),
        Method::of(CANCEL, rust!(external.cancel_moment_task, |given| given.text("moment_id")))
            .is("Take a moment back from the employees who have not published it").wxjava(&["cancelMomentTask"])
            .takes(&[MOMENT_ID])
            .like("--moment-id momxxx"),
    ];
}

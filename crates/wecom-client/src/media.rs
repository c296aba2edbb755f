//! Media: pictures, voices, videos and files that messages refer to.
//!
//! Three stores that do not know one another: temporary media for messages ([`Media::upload`], three days), pictures
//! with a URL that never expires ([`Media::uploadimg`]), and attachments of moments and product albums
//! ([`Media::upload_attachment`], three days). An id of one is refused by the others' methods (40007). What WeCom
//! would refuse for its size or format is refused here before anything is sent; a file is streamed from disk.

use serde::{Deserialize, Serialize};

use crate::client::{
    Call, CallOptions, Client, Download, Effect, Error, MediaFile, MediaType, Timestamp, values,
};

const UPLOAD: &str = "media/upload";
const UPLOADIMG: &str = "media/uploadimg";
const UPLOAD_ATTACHMENT: &str = "media/upload_attachment";
const GET: &str = "media/get";
const UPLOAD_BY_URL: &str = "media/upload_by_url";
const GET_UPLOAD_BY_URL_RESULT: &str = "media/get_upload_by_url_result";

/// At most so many bytes by [`Media::uploadimg`]: 2 MB.
const UPLOADIMG_BYTES_MAX: u64 = 2 * 1024 * 1024;

impl Client {
    /// The media methods.
    pub fn media(&self) -> Media {
        Media { client: self.clone() }
    }
}

/// The media methods of one app's client; see [`Client::media`].
#[derive(Clone, Debug)]
pub struct Media {
    client: Client,
}

// An upload that is sent twice leaves a file behind that nobody refers to, and changes nothing else: `Idempotent`.
impl Media {
    /// Uploads temporary media (`media/upload`; document 90253). The id works for three days from `created_at`, as
    /// often as wanted, for all apps of the corp.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when the file's size or format is not that of the kind: image JPG or PNG up to 10 MB, voice
    /// AMR up to 2 MB (and 60 seconds, which WeCom checks: 45007), video MP4 up to 10 MB, file up to 20 MB.
    pub async fn upload(
        &self,
        media_type: MediaType,
        file: &MediaFile,
        options: CallOptions,
    ) -> Result<Uploaded, Error> {
        file.check(UPLOAD, media_type, media_type.bytes_max())?;
        // Older answers are without errcode; one without media_id is refused either way.
        let call = Call::upload(UPLOAD, Effect::Idempotent, file, options).errcode_may_lack();
        self.client.call(call.query("type", media_type.as_str())).await
    }

    /// Uploads a picture and brings back its URL, which never expires (`media/uploadimg`; document 90256). It shows
    /// inside WeCom only, and is the only kind of URL that `pic_url` takes. 3,000 a month and 1,000 a day for a corp.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when it is neither JPG nor PNG or has more than 2 MB.
    pub async fn uploadimg(&self, file: &MediaFile, options: CallOptions) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            url: String,
        }
        file.check(UPLOADIMG, MediaType::Image, UPLOADIMG_BYTES_MAX)?;
        let call = Call::upload(UPLOADIMG, Effect::Idempotent, file, options);
        let Answer { url } = self.client.call(call).await?;
        Ok(url)
    }

    /// Uploads an attachment of a moment or of a product album (`media/upload_attachment`; document 96347). The id
    /// works for three days, and only there.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when the kind is voice, or not image for an album, or size or format are not that of the
    /// kind. WeCom checks a picture's resolution, and that a video is sound and has at most 30 seconds: 41080 to 41082 and
    /// 41090.
    pub async fn upload_attachment(
        &self,
        media_type: MediaType,
        attachment_type: AttachmentUse,
        file: &MediaFile,
        options: CallOptions,
    ) -> Result<Uploaded, Error> {
        let fits = match attachment_type {
            AttachmentUse::Moment => media_type != MediaType::Voice,
            AttachmentUse::ProductAlbum => media_type == MediaType::Image,
        };
        if !fits {
            let wanted = match attachment_type {
                AttachmentUse::Moment => "image, video or file",
                AttachmentUse::ProductAlbum => "image",
            };
            let fault = format!("is {media_type}: WeCom wants {wanted} there");
            return Err(Error::Argument { path: UPLOAD_ATTACHMENT, field: "media_type", fault });
        }
        file.check(UPLOAD_ATTACHMENT, media_type, media_type.bytes_max())?;
        let call = Call::upload(UPLOAD_ATTACHMENT, Effect::Idempotent, file, options)
            .query("media_type", media_type.as_str())
            .query("attachment_type", attachment_type.as_str());
        self.client.call(call).await
    }

    /// Gets temporary media (`media/get`; document 90254). Its bytes come when the answer is [saved](Download::save),
    /// within the timeout of `options`: see [`UPLOAD_TIMEOUT`].
    ///
    /// # Errors
    ///
    /// 40007 when there is no such media (any more).
    pub async fn get(&self, media_id: &str, options: CallOptions) -> Result<Download, Error> {
        given(GET, "media_id", media_id)?;
        self.client.download(Call::get(GET, options).query("media_id", media_id)).await
    }

    /// Lets WeCom fetch a file of up to 200 MB by itself, and brings back the id of the job (`media/upload_by_url`;
    /// document 96219). Only videos and files.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when the kind is another, the scene is not 1, or name, address or MD5 are absent.
    pub async fn upload_by_url(&self, request: &UploadByUrl, options: CallOptions) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            jobid: String,
        }
        let UploadByUrl { scene, media_type, filename, url, md5 } = request;
        let refuse = |field, fault: String| Err(Error::Argument { path: UPLOAD_BY_URL, field, fault });
        if *scene != 1 {
            return refuse("scene", format!("is {scene}: WeCom takes 1, which is customer contact"));
        }
        if !["video", "file"].contains(&media_type.as_str()) {
            return refuse("type", format!("is {media_type:?}: WeCom takes video or file"));
        }
        for (field, text) in [("filename", filename), ("url", url), ("md5", md5)] {
            given(UPLOAD_BY_URL, field, text)?;
        }
        if md5.len() != 32 || !md5.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return refuse("md5", format!("has {} characters: WeCom wants 32 hexadecimal digits", md5.len()));
        }
        let call = Call::post(UPLOAD_BY_URL, Effect::Idempotent, request, options);
        let Answer { jobid } = self.client.call(call).await?;
        Ok(jobid)
    }

    /// What came of [`upload_by_url`](Self::upload_by_url) (`media/get_upload_by_url_result`; document 96219).
    ///
    /// # Errors
    ///
    /// As any call. That the fetching failed is no error of this call: see [`Job::detail`].
    pub async fn get_upload_by_url_result(&self, jobid: &str, options: CallOptions) -> Result<Job, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            jobid: &'a str,
        }
        given(GET_UPLOAD_BY_URL_RESULT, "jobid", jobid)?;
        let call = Call::post(GET_UPLOAD_BY_URL_RESULT, Effect::Read, &Body { jobid }, options);
        self.client.call(call).await
    }
}

/// What WeCom refuses to do without.
fn given(path: &'static str, field: &'static str, text: &str) -> Result<(), Error> {
    if text.is_empty() {
        let fault = "is absent or empty: WeCom requires it".to_owned();
        return Err(Error::Argument { path, field, fault });
    }
    Ok(())
}

/// What an attachment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachmentUse {
    /// A moment.
    Moment,
    /// A product album.
    ProductAlbum,
}

impl AttachmentUse {
    fn as_str(self) -> &'static str {
        match self {
            Self::Moment => "1",
            Self::ProductAlbum => "2",
        }
    }
}

/// The answer of the uploads.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Uploaded {
    /// The kind, as the platform names it.
    #[serde(rename = "type", default, deserialize_with = "values::text")]
    pub media_type: Option<String>,
    /// What messages refer to it by; works for three days.
    #[serde(deserialize_with = "values::needed_text")]
    pub media_id: String,
    /// When the three days began.
    #[serde(default, deserialize_with = "values::number")]
    pub created_at: Option<Timestamp>,
}

/// What WeCom is to fetch; the request of [`Media::upload_by_url`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct UploadByUrl {
    /// What it is for: 1 is customer contact, the only one so far.
    pub scene: i64,
    /// `video` (MP4) or `file`.
    #[serde(rename = "type")]
    pub media_type: String,
    /// The name, with its extension.
    pub filename: String,
    /// Where it is; the server there must support `Range`.
    pub url: String,
    /// The MD5 of its content, in hexadecimal.
    pub md5: String,
}

values::open_number! {
    /// How far a job of [`Media::upload_by_url`] is.
    JobStatus {
        /// Under way.
        RUNNING = 1, "running";
        /// Done.
        DONE = 2, "done";
        /// Failed; the detail says why.
        FAILED = 3, "failed";
    }
}

/// The answer of [`Media::get_upload_by_url_result`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Job {
    /// How far it is.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<JobStatus>,
    /// What came of it, once it has ended.
    #[serde(deserialize_with = "values::object")]
    pub detail: Option<JobDetail>,
}

/// What came of a job.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JobDetail {
    /// 0, or why the file is not there.
    #[serde(deserialize_with = "values::integer")]
    pub errcode: Option<i64>,
    /// WeCom's words for it.
    #[serde(deserialize_with = "values::text")]
    pub errmsg: Option<String>,
    /// What messages refer to it by; works for three days.
    #[serde(deserialize_with = "values::text")]
    pub media_id: Option<String>,
    /// When the three days began.
    #[serde(deserialize_with = "values::number")]
    pub created_at: Option<Timestamp>,
}

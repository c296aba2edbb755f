//! Media: pictures, voices, videos and files that messages refer to.
//!
//! Three stores that do not know one another: temporary media for messages ([`Media::upload`], three days), pictures
//! with a URL that never expires ([`Media::uploadimg`]), and attachments of moments and product albums
//! ([`Media::upload_attachment`], three days). An id of one is refused by the others' methods (40007). What WeCom
//! would refuse for its size or format is refused here before anything is sent; a file is streamed from disk.

use serde::{Deserialize, Serialize};

use crate::client::{
    Call, CallOptions, Client, Download, Effect, Endpoint, Error, Fault, Timestamp, limits::Check, values,
};

const GET: Endpoint = Endpoint::get("media/get").page(90254);
const UPLOAD_BY_URL: Endpoint = Endpoint::post("media/upload_by_url", Effect::Idempotent).page(96219);
const GET_UPLOAD_BY_URL_RESULT: Endpoint =
    Endpoint::post("media/get_upload_by_url_result", Effect::Read).page(96219);

impl Client {
    /// The media methods.
    pub fn media(&self) -> Media {
        Media { client: self.clone() }
    }
}

/// The hexadecimal digits of an MD5.
const MD5_DIGITS: usize = 32;

/// The media methods of one app's client; see [`Client::media`].
#[derive(Clone, Debug)]
pub struct Media {
    pub(crate) client: Client,
}

impl Media {
    /// Gets temporary media (`media/get`; page 90254). Its bytes come when the answer is [saved](Download::save),
    /// within the timeout of `options`: see [`UPLOAD_TIMEOUT`](crate::UPLOAD_TIMEOUT).
    ///
    /// # Errors
    ///
    /// 40007 when there is no such media (any more).
    pub async fn get(&self, media_id: &str, options: CallOptions) -> Result<Download, Error> {
        Check::of(GET).required("media_id", media_id).end()?;
        self.client.download(Call::new(GET, options).query("media_id", media_id)).await
    }

    /// Lets WeCom fetch a file of up to 200 MB by itself, and brings back the id of the job (`media/upload_by_url`;
    /// page 96219). Only videos and files.
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
        Check::of(UPLOAD_BY_URL)
            .rule(*scene == 1, "scene", || Fault::OneOf {
                given: scene.to_string(),
                wanted: &["1 (customer contact)"],
            })
            .rule(["video", "file"].contains(&media_type.as_str()), "type", || Fault::OneOf {
                given: format!("{media_type:?}"),
                wanted: &["video", "file"],
            })
            .required("filename", filename)
            .required("url", url)
            .required("md5", md5)
            .rule(
                md5.len() == MD5_DIGITS && md5.bytes().all(|digit| digit.is_ascii_hexdigit()),
                "md5",
                || Fault::NotHexadecimal { count: md5.len(), digits: MD5_DIGITS },
            )
            .end()?;
        let call = Call::new(UPLOAD_BY_URL, options).json(request);
        let Answer { jobid } = self.client.call(call).await?;
        Ok(jobid)
    }

    /// What came of [`upload_by_url`](Self::upload_by_url) (`media/get_upload_by_url_result`; page 96219).
    ///
    /// # Errors
    ///
    /// As any call. That the fetching failed is no error of this call: see [`Job::detail`].
    pub async fn get_upload_by_url_result(&self, jobid: &str, options: CallOptions) -> Result<Job, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            jobid: &'a str,
        }
        Check::of(GET_UPLOAD_BY_URL_RESULT).required("jobid", jobid).end()?;
        let call = Call::new(GET_UPLOAD_BY_URL_RESULT, options).json(&Body { jobid });
        self.client.call(call).await
    }
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{GET, GET_UPLOAD_BY_URL_RESULT, UPLOAD_BY_URL};
    use crate::client::download::DOWNLOAD_MIB_MAX;
    use crate::method::{Answers, Method, Rust, formatcp, integer, rust, shown, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            GET,
            Rust {
                name: "media().get",
                call: |client, given, options| {
                    Box::pin(async move {
                        let download = client.media().get(given.text("media_id"), options).await?;
                        shown(serde_json::json!({
                            "file_name": download.file_name(),
                            "content_type": download.content_type(),
                            "length": download.length(),
                        }))
                    })
                },
            },
        )
        .is("Get temporary media into a file")
        .takes(&[text("media_id", "The id, by media-upload").required()])
        .answers(Answers::File)
        .like("--media-id 1G6nrLmr5EC3MMb_-zK1dDdzmd0p7cNliYu9V5w7o8K0 --to picture.png"),
        Method::of(UPLOAD_BY_URL, rust!(media.upload_by_url, |given| &given.whole()?))
            .is(formatcp!("Let WeCom fetch a video or file of up to {DOWNLOAD_MIB_MAX} MB by itself"))
            .takes(&[
                integer("scene", "What it is for: 1 for customer contact, the only one so far").required(),
                text("type", "video or file").required(),
                text("filename", "The file's name").required(),
                text("url", "Where it is; the server there must support Range").required(),
                text("md5", "The MD5 of its content, in hexadecimal").required(),
            ])
            .like(
                "--scene 1 --type file --filename price.pdf --url https://example.com/price.pdf --md5 \
             098f6bcd4621d373cade4e832627b4f6",
            ),
        Method::of(
            GET_UPLOAD_BY_URL_RESULT,
            rust!(media.get_upload_by_url_result, |given| given.text("jobid")),
        )
        .is("Show what came of media-upload-by-url")
        .takes(&[text("jobid", "The job's id").required()])
        .like("--jobid jobid_S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4"),
    ];
}

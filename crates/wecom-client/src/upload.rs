//! Files that are sent to WeCom, to be referred to by messages, moments and product albums.
//!
//! What WeCom would refuse for its size or format is refused here before anything is sent; a file is streamed from disk.

use serde::{Deserialize, Serialize};

use crate::{
    client::{
        Call, CallOptions, Effect, Endpoint, Error, Fault, MediaFile, MediaType, Timestamp, limits::Check,
        media_file::MIB, values,
    },
    media::Media,
};

const UPLOAD: Endpoint = Endpoint::post("media/upload", Effect::Idempotent).page(90253);
const UPLOADIMG: Endpoint = Endpoint::post("media/uploadimg", Effect::Idempotent).page(90256);
const UPLOAD_ATTACHMENT: Endpoint = Endpoint::post("media/upload_attachment", Effect::Idempotent).page(96347);

/// At most so many megabytes by [`Media::uploadimg`].
const UPLOADIMG_MIB_MAX: u64 = 2;

// An upload that is sent twice leaves a file behind that nobody refers to, and changes nothing else: `Idempotent`.
impl Media {
    /// How [`Media::upload`] asks, for whoever names the call without making it.
    pub const UPLOAD: Endpoint = UPLOAD;

    /// Uploads temporary media (`media/upload`; page 90253). The id works for three days from `created_at`, as
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
        file.check(UPLOAD.path, media_type, media_type.bytes_max())?;
        // Older answers are without errcode; one without media_id is refused either way.
        let call = Call::new(UPLOAD, options).file(file).errcode_may_lack();
        self.client.call(call.query("type", media_type.as_str())).await
    }

    /// Uploads a picture and brings back its URL, which never expires (`media/uploadimg`; page 90256). It shows
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
        file.check(UPLOADIMG.path, MediaType::Image, UPLOADIMG_MIB_MAX * MIB)?;
        let call = Call::new(UPLOADIMG, options).file(file);
        let Answer { url } = self.client.call(call).await?;
        Ok(url)
    }

    /// Uploads an attachment of a moment or of a product album (`media/upload_attachment`; page 96347). The id
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
        Check::of(UPLOAD_ATTACHMENT)
            .rule(fits, "media_type", || {
                let wanted: &[&str] = match attachment_type {
                    AttachmentUse::Moment => &["image", "video", "file"],
                    AttachmentUse::ProductAlbum => &["image"],
                };
                Fault::OneOf { given: media_type.to_string(), wanted }
            })
            .end()?;
        file.check(UPLOAD_ATTACHMENT.path, media_type, media_type.bytes_max())?;
        let call = Call::new(UPLOAD_ATTACHMENT, options)
            .file(file)
            .query("media_type", media_type.as_str())
            .query("attachment_type", attachment_type.as_str());
        self.client.call(call).await
    }
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{AttachmentUse, UPLOAD, UPLOAD_ATTACHMENT, UPLOADIMG, UPLOADIMG_MIB_MAX};
    use crate::client::Fault;
    use crate::client::media_file::{FILE_MIB_MAX, IMAGE_MIB_MAX, VIDEO_MIB_MAX, VOICE_MIB_MAX};
    use crate::method::{Method, file, formatcp, integer, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            UPLOAD,
            rust!(media.upload, |given| given.media_type("type")?, &given.file("media").await?),
        )
        .is("Upload media for messages; the media_id works for three days")
        .takes(&[
            text("type", formatcp!("image (JPG, PNG, {IMAGE_MIB_MAX} MB), voice (AMR, {VOICE_MIB_MAX} MB), video (MP4, {VIDEO_MIB_MAX} MB) or file ({FILE_MIB_MAX} MB)"))
                .required(),
            file("media", "The file, which is streamed from disk"),
        ])
        .like("--type image spring.png"),
        Method::of(UPLOADIMG, rust!(media.uploadimg, |given| &given.file("media").await?))
            .is(formatcp!("Upload a picture (JPG, PNG, {UPLOADIMG_MIB_MAX} MB) for a URL that never expires and shows in WeCom only"))
            .takes(&[file("media", "The picture, which is streamed from disk")])
            .like("spring.png"),
        Method::of(
            UPLOAD_ATTACHMENT,
            rust!(
                media.upload_attachment,
                |given| given.media_type("media_type")?,
                match given.integer("attachment_type") {
                    1 => AttachmentUse::Moment,
                    2 => AttachmentUse::ProductAlbum,
                    other =>
                        return Err(given.fault(
                            "attachment_type",
                            Fault::OneOf {
                                given: other.to_string(),
                                wanted: &["1 (moments)", "2 (product albums)"],
                            },
                        )),
                },
                &given.file("media").await?
            ),
        )
        .is("Upload a picture or video for moments or product albums, and nothing else").wxjava(&["uploadAttachment"])
        .takes(&[
            text("media_type", "image, video or file; of product albums image only").required(),
            integer("attachment_type", "1 for moments, 2 for product albums").required(),
            file("media", "The file, which is streamed from disk"),
        ])
        .like("--media-type image --attachment-type 1 spring.png"),
    ];
}

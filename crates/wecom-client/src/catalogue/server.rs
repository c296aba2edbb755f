//! Media, and what belongs to no family: the token, the platform's addresses.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::Family;
use crate::method::{Answers, Method, Rust, file, integer, rust, shown, text};
use crate::{
    AttachmentUse,
    Effect::{Idempotent, Read},
};

pub(super) static MEDIA: Family = Family {
    title: "Media",
    methods: &[
        Method::post(
            "media/upload",
            Idempotent,
            rust!(media.upload, |given| given.media_type("type")?, &given.file("media").await?),
        )
        .is("Upload media for messages; the media_id works for three days")
        .page(90253)
        .takes(&[
            text("type", "image (JPG, PNG, 10 MB), voice (AMR, 2 MB), video (MP4, 10 MB) or file (20 MB)")
                .required(),
            file("media", "The file, which is streamed from disk"),
        ])
        .like("--type image spring.png"),
        Method::post(
            "media/uploadimg",
            Idempotent,
            rust!(media.uploadimg, |given| &given.file("media").await?),
        )
        .is("Upload a picture (JPG, PNG, 2 MB) for a URL that never expires and shows in WeCom only")
        .page(90256)
        .takes(&[file("media", "The picture, which is streamed from disk")])
        .like("spring.png"),
        Method::post(
            "media/upload_attachment",
            Idempotent,
            rust!(
                media.upload_attachment,
                |given| given.media_type("media_type")?,
                match given.integer("attachment_type") {
                    1 => AttachmentUse::Moment,
                    2 => AttachmentUse::ProductAlbum,
                    other =>
                        return Err(given.fault(
                            "attachment_type",
                            format!("is {other}: WeCom wants 1 (moments) or 2 (product albums)"),
                        )),
                },
                &given.file("media").await?
            ),
        )
        .is("Upload a picture or video for moments or product albums, and nothing else")
        .page(96347)
        .takes(&[
            text("media_type", "image, video or file; of product albums image only").required(),
            integer("attachment_type", "1 for moments, 2 for product albums").required(),
            file("media", "The file, which is streamed from disk"),
        ])
        .like("--media-type image --attachment-type 1 spring.png"),
        Method::get(
            "media/get",
            Rust {
                name: "media().get",
                call: |client, given, options| {
                    Box::pin(async move {
                        let download = client.media().get(given.text("media_id"), options).await?;
                        shown(json!({
                            "file_name": download.file_name(),
                            "content_type": download.content_type(),
                            "length": download.length(),
                        }))
                    })
                },
            },
        )
        .is("Get temporary media into a file")
        .page(90254)
        .takes(&[text("media_id", "The id, by media-upload").required()])
        .answers(Answers::File)
        .like("--media-id 1G6nrLmr5EC3MMb_-zK1dDdzmd0p7cNliYu9V5w7o8K0 --to picture.png"),
        Method::post("media/upload_by_url", Idempotent, rust!(media.upload_by_url, |given| &given.whole()?))
            .is("Let WeCom fetch a video or file of up to 200 MB by itself")
            .page(96219)
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
        Method::post(
            "media/get_upload_by_url_result",
            Read,
            rust!(media.get_upload_by_url_result, |given| given.text("jobid")),
        )
        .is("Show what came of media-upload-by-url")
        .page(96219)
        .takes(&[text("jobid", "The job's id").required()])
        .like("--jobid jobid_S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4"),
    ],
};

pub(super) static FAMILY: Family = Family {
    title: "Token and addresses",
    methods: &[
        Method::get(
            "gettoken",
            Rust {
                name: "gettoken",
                call: |client, _, options| {
                    Box::pin(async move {
                        let token = client.gettoken(options).await?;
                        let value = token.access_token.expose_secret();
                        shown(json!({"access_token": value, "expires_in": token.expires_in}))
                    })
                },
            },
        )
        .is("Get an access token. It is printed: whoever reads it can do what the app can")
        .page(91039)
        .answers(Answers::Token),
        Method::get("getcallbackip", rust!(getcallbackip))
            .is("List the addresses from which callbacks come")
            .page(92521)
            .lists("ip_list"),
        Method::get("get_api_domain_ip", rust!(get_api_domain_ip))
            .is("List the addresses at which the API is")
            .page(92520)
            .lists("ip_list"),
    ],
};

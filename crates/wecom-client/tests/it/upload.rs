//! Files on their way to WeCom.

use std::io::Write as _;

use wecom_client::{AttachmentUse, CallOptions, Error, MediaFile, MediaType, Timestamp};

use crate::{
    scripted::Reply,
    walk::{client, once, server},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const MP4: &[u8] = b"\0\0\0\x20ftypisom and so on";
const UPLOADED: &str =
    r#"{"errcode":0,"errmsg":"","type":"file","media_id":"1G6n","created_at":"1733900461"}"#;

#[tokio::test]
async fn a_file_on_disk_is_sent_by_its_name_in_plain_utf8() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("产品 目录.pdf");
    // More than one read brings.
    let content = "%PDF-1.7 ".repeat(50_000);
    std::fs::write(&path, &content).unwrap();
    let server = server(|_| Reply::json(UPLOADED)).await;
    let file = MediaFile::open(&path).await.unwrap();
    let uploaded = client(&server).media().upload(MediaType::File, &file, once()).await.unwrap();
    assert_eq!((uploaded.media_id.as_str(), uploaded.created_at), ("1G6n", Some(Timestamp(1_733_900_461))));
    assert_eq!(uploaded.media_type.as_deref(), Some("file"));

    let seen = &server.seen_at("media/upload")[0];
    assert_eq!((seen.verb.as_str(), seen.path.as_str()), ("POST", "/cgi-bin/media/upload"));
    assert_eq!(seen.query, [("access_token".into(), "token".into()), ("type".into(), "file".into())]);
    assert!(seen.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    assert_eq!(
        seen.header("content-length"),
        Some(seen.body.len().to_string().as_str()),
        "the length is announced"
    );
    let (head, rest) = seen.body.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains("Content-Disposition: form-data; name=\"media\"; filename=\"产品 目录.pdf\"\r\n"),
        "{head}"
    );
    assert!(!head.contains("filename*") && head.contains("Content-Type: application/octet-stream"), "{head}");
    assert!(
        rest.starts_with(&content) && rest[content.len()..].starts_with("\r\n--"),
        "whole, and nothing more"
    );
}

#[tokio::test]
async fn an_upload_is_known_by_its_id_with_or_without_an_errcode() {
    let server = server(|seen| {
        Reply::json(match seen.number {
            1 => r#"{"type":"image","media_id":"m","created_at":1733900461}"#,
            2 => r#"{"type":"image"}"#,
            _ => r#"{"errcode":40007,"errmsg":"made up"}"#,
        })
    })
    .await;
    let client = client(&server);
    let file = MediaFile::from_bytes("a.png", PNG);
    let media = client.media();
    let upload = || media.upload(MediaType::Image, &file, once());
    assert_eq!(upload().await.unwrap().media_id, "m");
    assert!(matches!(upload().await, Err(Error::Unreadable { .. })));
    assert!(matches!(upload().await, Err(Error::Refused { errcode: 40_007, .. })));
}

#[tokio::test]
async fn each_upload_has_its_own_place() {
    let server = server(|seen| {
        if seen.path.ends_with("uploadimg") {
            Reply::json(r#"{"errcode":0,"errmsg":"","url":"http://p.qpic.cn/pic_wework/1/0"}"#)
        } else {
            Reply::json(
                r#"{"errcode":0,"errmsg":"ok","type":"image","media_id":"m","created_at":1733900461}"#,
            )
        }
    })
    .await;
    let client = client(&server);
    let media = client.media();
    let picture = MediaFile::from_bytes("a.png", PNG).named("封面\".png");
    let url = media.uploadimg(&picture, once()).await.unwrap();
    assert_eq!(url, "http://p.qpic.cn/pic_wework/1/0");
    let uploaded = media.upload_attachment(MediaType::Image, AttachmentUse::ProductAlbum, &picture, once());
    assert_eq!(uploaded.await.unwrap().created_at, Some(Timestamp(1_733_900_461)));
    let video = MediaFile::from_bytes("v.mp4", MP4);
    media.upload_attachment(MediaType::Video, AttachmentUse::Moment, &video, once()).await.unwrap();

    let seen = server.seen();
    assert_eq!(seen[1].path, "/cgi-bin/media/uploadimg");
    assert!(seen[1].body.contains("filename=\"封面'.png\"") && seen[1].body.contains("image/png"));
    let argument = |index: usize, name: &str| seen[index].argument(name).map(str::to_owned);
    assert_eq!(seen[2].path, "/cgi-bin/media/upload_attachment");
    assert_eq!(
        (argument(2, "media_type"), argument(2, "attachment_type")),
        (Some("image".into()), Some("2".into()))
    );
    assert_eq!(
        (argument(3, "media_type"), argument(3, "attachment_type")),
        (Some("video".into()), Some("1".into()))
    );
}

#[tokio::test]
async fn a_file_that_wecom_would_refuse_is_not_sent() {
    let server = server(|_| Reply::json(UPLOADED)).await;
    let client = client(&server);
    let media = client.media();
    let large = MediaFile::from_bytes("large.png", [PNG, &vec![0; 2 * 1024 * 1024]].concat());
    let picture = MediaFile::from_bytes("a.png", PNG);
    let fault = |error: Error| match error {
        Error::Argument { field, fault, .. } => format!("{field} {fault}"),
        other => panic!("{other}"),
    };
    let said = fault(media.uploadimg(&large, once()).await.unwrap_err());
    assert_eq!(said, "media has 2097170 bytes: at most 2097152 as image");
    let said = fault(media.upload(MediaType::Voice, &picture, once()).await.unwrap_err());
    assert_eq!(said, "media begins like no AMR file, which is what voice wants");
    let said = media.upload_attachment(MediaType::Voice, AttachmentUse::Moment, &picture, once()).await;
    assert_eq!(fault(said.unwrap_err()), "media_type is voice: WeCom wants image, video or file");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn each_try_reads_the_file_anew_and_a_changed_file_is_not_sent() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"some content").unwrap();
    let server = server(|seen| if seen.number <= 2 { Reply::code(-1) } else { Reply::json(UPLOADED) }).await;
    let client = client(&server);
    let opened = MediaFile::open(file.path()).await.unwrap();
    client.media().upload(MediaType::File, &opened, CallOptions::default()).await.unwrap();
    let seen = server.seen_at("media/upload");
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|seen| seen.body.contains("\r\n\r\nsome content\r\n--")));

    file.write_all(b", and more").unwrap();
    let error = client.media().upload(MediaType::File, &opened, once()).await.unwrap_err();
    assert!(matches!(error, Error::File { .. }) && !error.lost(), "{error:?}");
    assert!(error.message().contains("changed"), "{}", error.message());
    assert_eq!(server.seen_at("media/upload").len(), 3);
    assert!(MediaFile::open("/").await.is_err() && MediaFile::open("/nowhere").await.is_err());
}

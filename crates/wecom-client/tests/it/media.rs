//! Files on their way from WeCom, and those that WeCom fetches by itself.

use std::time::Duration;

use serde_json::json;
use wecom_client::{
    CallOptions,
    Effect::{Idempotent, Read},
    Error, JobStatus, Timestamp, UploadByUrl,
};

use crate::{
    scripted::Reply,
    walk::{self, Method, client, once, server},
};

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "media/upload_by_url",
            Idempotent,
            json!({"scene": 1, "type": "file", "filename": "a.pdf", "url": "https://example.com/a.pdf",
                "md5": "098f6bcd4621d373cade4e832627b4f6"}),
            json!({"jobid": "jobid_1"}),
        )
        .at("/jobid")
        .needed(),
        Method::post(
            "media/get_upload_by_url_result",
            Read,
            json!({"jobid": "jobid_1"}),
            json!({"status": 2, "detail": {"errcode": 0, "errmsg": "ok", "media_id": "m",
                "created_at": 1_733_900_461}}),
        ),
    ]
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let server = server(|_| Reply::ok()).await;
    let client = client(&server);
    let media = client.media();
    let fault = |error: Error| match error {
        Error::Argument { field, fault, .. } => format!("{field} {fault}"),
        other => panic!("{other}"),
    };
    let good = UploadByUrl {
        scene: 1,
        media_type: "video".into(),
        filename: "v.mp4".into(),
        url: "https://example.com/v.mp4".into(),
        md5: "198918f40ecc7cab0fc4231adaf67c96".into(),
    };
    for (request, said) in [
        (UploadByUrl { scene: 0, ..good.clone() }, "scene is 0: WeCom wants 1 (customer contact)"),
        (
            UploadByUrl { media_type: String::new(), ..good.clone() },
            "type is \"\": WeCom wants video or file",
        ),
        (
            UploadByUrl { filename: String::new(), ..good.clone() },
            "filename is absent or empty: WeCom requires it",
        ),
        (UploadByUrl { url: String::new(), ..good.clone() }, "url is absent or empty: WeCom requires it"),
        (UploadByUrl { md5: String::new(), ..good.clone() }, "md5 is absent or empty: WeCom requires it"),
        (UploadByUrl { md5: "x".into(), ..good }, "md5 has 1 characters: WeCom wants 32 hexadecimal digits"),
    ] {
        assert_eq!(fault(media.upload_by_url(&request, once()).await.unwrap_err()), said);
    }
    let said = fault(media.get_upload_by_url_result("", once()).await.unwrap_err());
    assert_eq!(said, "jobid is absent or empty: WeCom requires it");
    let said = fault(media.get("", once()).await.unwrap_err());
    assert_eq!(said, "media_id is absent or empty: WeCom requires it");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_file_is_brought_by_its_name_and_a_refusal_is_one() {
    let server = server(|seen| match seen.argument("media_id").unwrap() {
        "picture" => Reply::File(
            "content-type: image/jpeg\r\ncontent-disposition: attachment; filename=\"../图.jpg\"\r\n".into(),
            "bytes".into(),
        ),
        "json" => Reply::File(
            "content-type: application/json\r\ncontent-disposition: attachment; filename=a.json\r\n".into(),
            r#"{"errcode":1}"#.into(),
        ),
        "nameless" => Reply::File("content-type: video/mp4\r\n".into(), "video".into()),
        "nothing" => Reply::ok(),
        "gateway" => Reply::Http(502, "<html>".into()),
        _ => Reply::code(40007),
    })
    .await;
    let client = client(&server);
    let mut saved = Vec::new();
    let download = client.media().get("picture", once()).await.unwrap();
    assert_eq!(download.file_name().as_deref(), Some("图.jpg"), "no path");
    assert_eq!((download.content_type(), download.length()), (Some("image/jpeg"), Some(5)));
    assert!(!format!("{download:?}").contains("token"));
    assert_eq!(download.save(&mut saved).await.unwrap(), 5);
    assert_eq!(saved, b"bytes");
    let mut saved = Vec::new();
    let download = client.media().get("json", once()).await.unwrap();
    assert_eq!(download.file_name().as_deref(), Some("a.json"));
    assert_eq!(download.save(&mut saved).await.unwrap(), 13);
    let download = client.media().get("nameless", once()).await.unwrap();
    assert_eq!((download.file_name(), download.save(&mut Vec::new()).await.unwrap()), (None, 5));
    assert_eq!(client.media().get("gone", once()).await.unwrap_err().errcode(), Some(40007));
    for id in ["nothing", "gateway"] {
        let error = client.media().get(id, once()).await.unwrap_err();
        assert!(matches!(error, Error::NotAnAnswer { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn the_time_of_a_download_includes_its_bytes() {
    let server = server(|_| Reply::Endless).await;
    let client = client(&server);
    // Without a type or a name it is taken for an answer, and is too large for one.
    assert!(client.media().get("m", once()).await.is_err());
    let hanging =
        walk::server(|_| Reply::File("content-type: video/mp4\r\nx-more: 1\r\n".into(), "v".into()));
    let hanging = hanging.await;
    let options = CallOptions::one_attempt(Duration::from_millis(300));
    let download = walk::client(&hanging).media().get("m", options).await.unwrap();
    tokio::time::sleep(Duration::from_millis(350)).await;
    let error = download.save(&mut Stuck).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

/// Takes nothing, ever.
struct Stuck;

impl tokio::io::AsyncWrite for Stuck {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::task::Poll::Pending
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn wecom_fetches_large_files_by_itself() {
    let server = server(|seen| {
        if seen.path.ends_with("result") {
            Reply::json(
                r#"{"errcode":0,"errmsg":"ok","status":2,"detail":
                {"errcode":0,"errmsg":"ok","media_id":"3*x","created_at":"1733900461"}}"#,
            )
        } else {
            Reply::json(r#"{"errcode":0,"errmsg":"ok","jobid":"job1"}"#)
        }
    })
    .await;
    let client = client(&server);
    let request = UploadByUrl {
        scene: 1,
        media_type: "video".into(),
        filename: "v.mp4".into(),
        url: "https://example.com/v.mp4".into(),
        md5: "198918f40ecc7cab0fc4231adaf67c96".into(),
    };
    assert_eq!(client.media().upload_by_url(&request, once()).await.unwrap(), "job1");
    let job = client.media().get_upload_by_url_result("job1", once()).await.unwrap();
    let detail = job.detail.unwrap();
    assert_eq!((job.status, detail.media_id.as_deref()), (Some(JobStatus::DONE), Some("3*x")));
    assert_eq!(detail.created_at, Some(Timestamp(1_733_900_461)));
    let seen = server.seen();
    assert_eq!(
        (seen[1].path.as_str(), seen[1].json()),
        (
            "/cgi-bin/media/upload_by_url",
            json!({"scene": 1, "type": "video", "filename": "v.mp4", "url": "https://example.com/v.mp4",
                "md5": "198918f40ecc7cab0fc4231adaf67c96"})
        )
    );
    assert_eq!(
        (seen[2].path.as_str(), seen[2].json()),
        ("/cgi-bin/media/get_upload_by_url_result", json!({"jobid": "job1"}))
    );
}

//! Files: what is taken, for how long it works and where, and how it comes back.

use wecom_client::{AttachmentUse, JobStatus, MediaFile, MediaType, Timestamp, UploadByUrl};

use super::*;

/// The beginning of a picture: enough to be taken for one.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const JPG: &[u8] = b"\xff\xd8\xff\xe0 and so on";
const MP4: &[u8] = b"\0\0\0\x18ftypisom and so on";
const AMR: &[u8] = b"#!AMR\n\x3c and so on";

/// A picture of these dimensions, as far as its head goes.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file
}

/// A video of so many milliseconds, as far as its head goes.
fn video(ms: u32) -> Vec<u8> {
    let mut file = b"\0\0\0\x18ftypisom....mvhd\0\0\0\0ccccmmmm".to_vec();
    file.extend(1_000_u32.to_be_bytes());
    file.extend(ms.to_be_bytes());
    file
}

impl Outside {
    async fn upload(&self, path: &str, query: &str, name: &str, bytes: Vec<u8>) -> Value {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("media", part);
        let url = format!("{}&{query}", self.url(path));
        self.http.post(url).multipart(form).send().await.unwrap().json().await.unwrap()
    }

    async fn download(&self, media_id: &str, range: Option<&str>) -> reqwest::Response {
        let mut request = self.http.get(format!("{}&media_id={media_id}", self.url("media/get")));
        if let Some(range) = range {
            request = request.header("Range", range);
        }
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent_for_three_days() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let media = client.media();
    let file = MediaFile::from_bytes("产品 目录.png", PNG);
    let uploaded = media.upload(MediaType::Image, &file, once()).await.unwrap();
    assert_eq!(uploaded.created_at, Some(Timestamp(NOW_MS / 1_000)));
    let download = media.get(&uploaded.media_id, once()).await.unwrap();
    assert_eq!(download.file_name().as_deref(), Some("产品 目录.png"));
    assert_eq!((download.content_type(), download.length()), (Some("image/png"), Some(PNG.len() as u64)));
    let mut bytes = Vec::new();
    download.save(&mut bytes).await.unwrap();
    assert_eq!(bytes, PNG);

    let part = outside.download(&uploaded.media_id, Some("bytes=0-7")).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 0-7/{}", PNG.len()).as_str());
    assert_eq!(part.headers()["accept-ranges"], "bytes");
    assert_eq!(part.bytes().await.unwrap(), PNG[..8]);
    let beyond = outside.download(&uploaded.media_id, Some("bytes=99999-")).await;
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{}", PNG.len()).as_str());
    assert_eq!((beyond.status().as_u16(), beyond.bytes().await.unwrap().len()), (416, 0));
    let whole = outside.download(&uploaded.media_id, Some("lines=1-2")).await;
    assert_eq!((whole.status().as_u16(), whole.bytes().await.unwrap().len()), (200, PNG.len()));
    let sample = outside.download("simulated-image", None).await;
    assert_eq!(sample.headers()["content-disposition"], "attachment; filename=\"simulated-image.png\"");

    assert_eq!(refused(media.get("unknown", once()).await), 40007);
    assert_eq!(outside.get("media/get", "").await["errcode"], 41006);
    assert_eq!(outside.code("media/get", json!({})).await, 40058, "wrong verb");
    outside.hand.advance(Duration::from_hours(72));
    assert_eq!(refused(media.get(&uploaded.media_id, once()).await), 40007);
    let (_, code) = outside.add("小周");
    let mut outside = outside;
    outside.login().await;
    let welcome = json!({ "welcome_code": code, "attachments":
        [{ "msgtype": "image", "image": { "media_id": uploaded.media_id } }] });
    assert_eq!(outside.code("externalcontact/send_welcome_msg", welcome).await, 40007);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_is_no_such_file_or_too_large_is_refused() {
    let outside = Outside::start(Options::default()).await;
    let megabytes = |head: &[u8], count: usize| [head, &vec![0; count * 1_024 * 1_024]].concat();
    let silence = |seconds: usize| [b"#!AMR\n".as_slice(), &vec![0x3c; seconds * 50 * 32]].concat();
    for (code, query, file) in [
        (0, "type=image", JPG.to_vec()),
        (0, "type=voice", AMR.to_vec()),
        (0, "type=video", MP4.to_vec()),
        (0, "type=file", b"anything".to_vec()),
        (40004, "type=picture", PNG.to_vec()),
        (40004, "", PNG.to_vec()),
        (44001, "type=image", Vec::new()),
        (40006, "type=file", b"12345".to_vec()),
        (40123, "type=image", MP4.to_vec()),
        (301_017, "type=voice", MP4.to_vec()),
        (40004, "type=video", PNG.to_vec()),
        (45001, "type=image", megabytes(PNG, 10)),
        (45001, "type=voice", megabytes(AMR, 2)),
        (0, "type=voice", silence(60)),
        (45007, "type=voice", silence(61)),
    ] {
        let answer = outside.upload("media/upload", query, "a", file).await;
        assert_eq!(answer["errcode"], code, "{query} {answer}");
    }
    for (code, file) in [
        (0, PNG.to_vec()),
        (40123, MP4.to_vec()),
        (45001, megabytes(PNG, 2)),
        (40006, b"12345".to_vec()),
        (44001, Vec::new()),
    ] {
        assert_eq!(outside.upload("media/uploadimg", "", "a", file).await["errcode"], code);
    }
    for _ in 0..999 {
        assert_eq!(outside.upload("media/uploadimg", "", "a", PNG.to_vec()).await["errcode"], 0);
    }
    let answer = outside.upload("media/uploadimg", "", "a", PNG.to_vec()).await;
    assert_eq!(answer["errcode"], 45009, "a thousand a day");
    outside.hand.advance(Duration::from_hours(24));
    let mut outside = outside;
    outside.login().await;
    assert_eq!(outside.upload("media/uploadimg", "", "a", PNG.to_vec()).await["errcode"], 0);
    outside.simulator.stop().await;
}

/// What is far too large is answered as WeCom answers, and stands in the record.
#[tokio::test]
async fn a_body_that_is_far_too_large_is_answered_and_noted() {
    let outside = Outside::start(Options::default()).await;
    let large = vec![0; 23 * 1_024 * 1_024];
    for (code, path, query) in [
        (45001, "media/upload", "type=file"),
        (45001, "media/uploadimg", ""),
        (41080, "media/upload_attachment", "media_type=image&attachment_type=1"),
    ] {
        let answer = outside.upload(path, query, "a", large.clone()).await;
        assert_eq!(answer["errcode"], code, "{path}: {answer}");
        let noted = outside.simulator.requests_of(path).remove(0);
        assert_eq!(noted.answer, Some(Answered::Errcode(code)));
        assert!(noted.body.starts_with('(') && noted.body.ends_with(" bytes)"), "{}", noted.body);
    }
    let body = json!({ "welcome_code": "x", "text": { "content": "a".repeat(1_024 * 1_024) } });
    assert_eq!(outside.code("externalcontact/send_welcome_msg", body).await, 40206);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn an_attachment_works_in_its_own_place_only() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let media = client.media();
    let file = MediaFile::from_bytes("a.png", PNG);
    let message = media.upload(MediaType::Image, &file, once()).await.unwrap().media_id;
    let attachment = |place| media.upload_attachment(MediaType::Image, place, &file, once());
    let moment = attachment(AttachmentUse::Moment).await.unwrap();
    assert_eq!(moment.created_at, Some(Timestamp(NOW_MS / 1_000)));
    let (moment, album) = (moment.media_id, attachment(AttachmentUse::ProductAlbum).await.unwrap().media_id);
    let uses = async |media_id: &str| {
        let image = json!({ "media_id": media_id });
        let (_, code) = outside.add("小周");
        let attached = json!([{ "msgtype": "image", "type": "image", "image": image }]);
        [
            outside
                .code(
                    "externalcontact/send_welcome_msg",
                    json!({ "welcome_code": code, "attachments": attached }),
                )
                .await,
            outside.code("externalcontact/add_moment_task", json!({ "attachments": attached })).await,
            outside
                .code(
                    "externalcontact/add_product_album",
                    json!({ "description": "d", "price": 1, "attachments": attached }),
                )
                .await,
        ]
    };
    assert_eq!(uses(&message).await, [0, 40007, 40007]);
    assert_eq!(uses(&moment).await, [40007, 0, 40007]);
    assert_eq!(uses(&album).await, [40007, 40007, 0]);

    let path = "media/upload_attachment";
    for (code, query, file) in [
        (0, "media_type=video&attachment_type=1", video(30_000)),
        (41082, "media_type=video&attachment_type=1", video(30_001)),
        (41090, "media_type=video&attachment_type=1", PNG.to_vec()),
        (41081, "media_type=image&attachment_type=1", picture(1_080, 10_801)),
        (0, "media_type=image&attachment_type=1", picture(1_080, 10_800)),
        (0, "media_type=image&attachment_type=2", picture(1_080, 10_801)),
        (40123, "media_type=image&attachment_type=2", MP4.to_vec()),
        (41080, "media_type=image&attachment_type=1", [PNG, &vec![0; 10 * 1_024 * 1_024]].concat()),
        (41072, "media_type=video&attachment_type=2", MP4.to_vec()),
        (41072, "media_type=image&attachment_type=3", PNG.to_vec()),
        (41072, "media_type=voice&attachment_type=1", AMR.to_vec()),
        (40004, "media_type=picture&attachment_type=1", PNG.to_vec()),
        (40006, "media_type=image&attachment_type=1", b"12345".to_vec()),
        (44001, "media_type=image&attachment_type=1", Vec::new()),
    ] {
        let answer = outside.upload(path, query, "a", file).await;
        assert_eq!(answer["errcode"], code, "{query} {answer}");
    }
    let back = outside.download(&album, None).await;
    assert_eq!(back.bytes().await.unwrap(), PNG, "whatever it is for, it can be got");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_file_that_wecom_fetches_is_there_when_the_job_has_ended() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let media = client.media();
    let request = UploadByUrl {
        scene: 1,
        media_type: "video".into(),
        filename: "新品.mp4".into(),
        url: "https://example.com/new.mp4".into(),
        md5: "0123456789abcdef0123456789ABCDEF".into(),
    };
    let jobid = media.upload_by_url(&request, once()).await.unwrap();
    let nowhere = UploadByUrl { url: "https://nowhere.invalid/new.mp4".into(), ..request.clone() };
    let fails = media.upload_by_url(&nowhere, once()).await.unwrap();
    let status = async |jobid: &str| media.get_upload_by_url_result(jobid, once()).await.unwrap();
    assert_eq!(status(&jobid).await.status, Some(JobStatus::RUNNING));
    outside.hand.advance(Duration::from_secs(2));
    let ended = status(&jobid).await;
    assert_eq!(ended.status, Some(JobStatus::DONE));
    let media_id = ended.detail.unwrap().media_id.unwrap();
    assert_eq!(media.get(&media_id, once()).await.unwrap().file_name().as_deref(), Some("新品.mp4"));
    let failed = status(&fails).await;
    assert_eq!(failed.status, Some(JobStatus::FAILED));
    assert_eq!(failed.detail.unwrap().errcode, Some(830_003));

    let with = |field: &str, value: Value| {
        let mut body = serde_json::to_value(&request).unwrap();
        body[field] = value;
        body
    };
    for (code, body) in [
        (40058, with("scene", json!(2))),
        (40004, with("type", json!("image"))),
        (40063, with("filename", json!(""))),
        (40058, with("url", json!("ftp://example.com/a"))),
        (40058, with("md5", json!("0123"))),
    ] {
        assert_eq!(outside.code("media/upload_by_url", body.clone()).await, code, "{body}");
    }
    let result = "media/get_upload_by_url_result";
    assert_eq!(outside.code(result, json!({})).await, 40063);
    assert_eq!(outside.code(result, json!({ "jobid": "x" })).await, 40088);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_fault_befalls_a_download_as_any_call() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let busy = FaultKind::Errcode { code: 45009, message: None };
    outside.simulator.add_fault(Fault::new("media/get", 1, busy)).unwrap();
    outside.simulator.add_fault(Fault::new("media/get", 1, FaultKind::LoseAnswer)).unwrap();
    assert_eq!(refused(client.media().get("simulated-file", once()).await), 45009);
    // A lost answer to a read is asked for once more by the client itself.
    let download = client.media().get("simulated-file", once()).await.unwrap();
    assert_eq!(download.content_type(), Some("application/octet-stream"));
    let answers: Vec<_> = outside
        .simulator
        .requests_of("media/get")
        .into_iter()
        .map(|request| request.answer.unwrap())
        .collect();
    assert_eq!(answers, [Answered::Errcode(45009), Answered::Reset { done: true }, Answered::Errcode(0)]);
    outside.simulator.stop().await;
}

/// A medium works for three days, whatever it is sent with.
#[tokio::test]
async fn what_has_expired_is_refused_wherever_it_is_used() {
    let mut outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let moment = outside
        .upload("media/upload_attachment", "media_type=image&attachment_type=1", "a.png", PNG.to_vec())
        .await;
    let moment = moment["media_id"].clone();
    let image = json!([{ "msgtype": "image", "image": { "media_id": "simulated-image" } }]);
    let calls = |welcome_code: &str| {
        [
            (
                "externalcontact/send_welcome_msg",
                json!({ "welcome_code": welcome_code, "attachments": image }),
            ),
            (
                "externalcontact/add_msg_template",
                json!({ "external_userid": [customer], "sender": "zhangsan", "attachments": image }),
            ),
            (
                "externalcontact/add_moment_task",
                json!({ "attachments": [{ "msgtype": "image", "image": { "media_id": moment } }] }),
            ),
            (
                "externalcontact/group_welcome_template/add",
                json!({ "image": { "media_id": "simulated-image" } }),
            ),
            (
                "externalcontact/remark",
                json!({ "userid": "zhangsan", "external_userid": customer, "remark_pic_mediaid": "simulated-image" }),
            ),
            (
                "externalcontact/add_contact_way",
                json!({ "type": 1, "scene": 2, "user": ["lisi"], "is_temp": true, "conclusions": { "image": { "media_id": "simulated-image" } } }),
            ),
            (
                "message/send",
                json!({ "touser": "lisi", "agentid": Corp::sample().agent_id, "msgtype": "image", "image": { "media_id": "simulated-image" } }),
            ),
        ]
    };
    for (path, body) in calls(&outside.add("小王").1) {
        assert_eq!(outside.code(path, body).await, 0, "{path}");
    }
    outside.hand.advance(Duration::from_hours(72));
    // The token has lasted two hours.
    outside.login().await;
    for (path, body) in calls(&outside.add("小李").1) {
        assert_eq!(outside.code(path, body).await, 40007, "{path}");
    }
    outside.simulator.stop().await;
}

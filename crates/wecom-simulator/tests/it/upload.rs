//! Uploads give ids and URLs that can be used.

use super::{media::PNG, *};

#[tokio::test]
async fn uploads_give_ids_that_work_for_three_days() {
    let outside = Outside::start(Options::default()).await;
    let upload = |path: &str, query: &str, bytes: &'static [u8]| {
        let part =
            reqwest::multipart::Part::bytes(bytes).file_name("图片.png").mime_str("image/png").unwrap();
        let form = reqwest::multipart::Form::new().part("media", part);
        outside.http.post(format!("{}&{query}", outside.url(path))).multipart(form).send()
    };
    let json =
        async |path, query, bytes| upload(path, query, bytes).await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(json("media/upload", "type=picture", b"123456").await["errcode"], 40004);
    assert_eq!(json("media/upload", "type=image", b"12345").await["errcode"], 40006);
    assert_eq!(json("media/upload", "type=image", b"").await["errcode"], 44001);
    assert_eq!(outside.code("media/upload", json!({})).await, 40004);
    let media = json("media/upload", "type=image", PNG).await;
    assert_eq!((&media["type"], &media["created_at"]), (&json!("image"), &json!("1733900461")));
    let url = json("media/uploadimg", "", PNG).await["url"].clone();

    let attached = |code: &str, image: Value| json!({ "welcome_code": code, "attachments": [{ "msgtype": "image", "image": image }] });
    let path = "externalcontact/send_welcome_msg";
    let by_id = json!({ "media_id": media["media_id"] });
    let (_, code) = outside.add("小周");
    assert_eq!(outside.code(path, attached(&code, by_id.clone())).await, 0);
    outside.hand.advance(Duration::from_hours(72));
    let mut outside = outside;
    outside.login().await;
    let (_, code) = outside.add("小王");
    assert_eq!(outside.code(path, attached(&code, by_id)).await, 40007);
    assert_eq!(outside.code(path, attached(&code, json!({ "pic_url": url }))).await, 0, "a URL lasts");
    outside.simulator.add_media(Media { media_id: "renewed".into(), kind: MediaKind::Image });
    let (_, code) = outside.add("小李");
    assert_eq!(outside.code(path, attached(&code, json!({ "media_id": "renewed" }))).await, 0);
    outside.simulator.stop().await;
}

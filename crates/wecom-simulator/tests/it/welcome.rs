//! Welcomes: once, inside 20 seconds.

use super::*;

#[tokio::test]
async fn a_welcome_code_works_once() {
    let outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    outside.hand.advance(Duration::from_millis(340));
    assert_eq!(outside.welcome(&code, "您好").await, 0);
    assert_eq!(outside.welcome(&code, "您好").await, 41051);
    let relation = outside.simulator.relation("zhangsan", &customer).unwrap();
    assert_eq!(relation.welcomes.len(), 1);
    assert_eq!(relation.welcomes[0].text(), "您好");
    assert_eq!(relation.welcomes[0].at_ms, NOW_MS + 340);
    assert_eq!(relation.welcomes[0].after_ms, 340);
    assert_eq!(
        relation.welcomes[0].message,
        json!({ "text": { "content": "您好" } }),
        "the code is not kept with it"
    );
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_welcome_code_works_for_twenty_seconds() {
    let outside = Outside::start(Options::default()).await;
    let (_, first) = outside.add("小周");
    let (_, second) = outside.add("小王");
    outside.hand.advance(Duration::from_secs(20));
    assert_eq!(outside.welcome(&first, "您好").await, 0);
    outside.hand.advance(Duration::from_millis(1));
    assert_eq!(outside.welcome(&second, "您好").await, 41050);
    assert_eq!(outside.welcome("never-issued", "您好").await, 41050);
    assert_eq!(outside.welcome("", "您好").await, 41049);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_refused_content_does_not_spend_the_code() {
    let outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    let path = "externalcontact/send_welcome_msg";
    let with = |mut message: Value| {
        message["welcome_code"] = json!(code);
        message
    };
    let link = json!({ "msgtype": "link", "link": { "title": "t", "url": "https://example.com" } });
    let attached = |attachment: Value| with(json!({ "attachments": [attachment] }));
    for (expected, message) in [
        (40063, with(json!({}))),
        (44004, with(json!({ "text": { "content": "" } }))),
        (40058, with(json!({ "text": { "content": "好".repeat(1_334) } }))),
        (40058, with(json!({ "text": { "content": 1 } }))),
        (40058, with(json!({ "text": "您好" }))),
        (40058, attached(json!({ "msgtype": "link", "link": { "title": "t", "url": "u", "desc": {} } }))),
        (40058, with(json!({ "attachments": "none" }))),
        (41064, with(json!({ "attachments": vec![link.clone(); 10] }))),
        (41065, attached(json!({ "msgtype": "voice", "voice": {} }))),
        (40058, attached(json!({ "msgtype": "link", "image": {} }))),
        (40058, attached(json!({ "msgtype": "link", "link": { "title": "t".repeat(129), "url": "u" } }))),
        (40063, attached(json!({ "msgtype": "link", "link": { "title": "t" } }))),
        (40007, attached(json!({ "msgtype": "image", "image": { "media_id": "unknown" } }))),
        (40007, attached(json!({ "msgtype": "image", "image": { "media_id": "simulated-video" } }))),
        (40058, attached(json!({ "msgtype": "image", "image": { "pic_url": "https://example.com/a.png" } }))),
        (40007, attached(json!({ "msgtype": "file", "file": { "media_id": "unknown" } }))),
        (
            40063,
            attached(json!({ "msgtype": "miniprogram", "miniprogram": { "title": "t", "appid": "wx1" } })),
        ),
        (40007, with(json!({ "text": { "content": "old form" }, "image": { "media_id": "unknown" } }))),
    ] {
        assert_eq!(outside.code(path, message.clone()).await, expected, "{message}");
    }
    let invalid = outside.http.post(outside.url(path)).body("{").send().await.unwrap();
    assert_eq!(invalid.json::<Value>().await.unwrap()["errcode"], 40058);

    let whole = with(json!({
        "text": { "content": "好".repeat(1_333) },
        "attachments": [
            link,
            { "msgtype": "image", "image": { "media_id": "simulated-image" } },
            { "msgtype": "image", "image": { "pic_url": "http://p.qpic.cn/pic_wework/3474110808/made/0" } },
            { "msgtype": "video", "video": { "media_id": "simulated-video" } },
            { "msgtype": "file", "file": { "media_id": "simulated-file" } },
            { "msgtype": "miniprogram", "miniprogram":
                { "title": "t", "appid": "wx1", "page": "/index", "pic_media_id": "simulated-image" } },
        ],
    }));
    assert_eq!(outside.code(path, whole).await, 0);
    assert_eq!(outside.simulator.relation("zhangsan", &customer).unwrap().welcomes.len(), 1);
    outside.simulator.stop().await;
}

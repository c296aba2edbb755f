//! Tokens, welcomes and uploads.

use super::{media::PNG, *};

#[tokio::test]
async fn a_token_is_given_for_the_right_secret_and_works_until_it_expires_or_is_taken_back() {
    let mut outside = Outside::start(Options::default()).await;
    let corp = Corp::sample();
    let code = |answer: &Value| answer["errcode"].as_i64().unwrap();
    assert_eq!(code(&outside.gettoken("wwother", "x").await), 40013);
    assert_eq!(code(&outside.gettoken(&corp.corp_id, "x").await), 40001);
    assert_eq!(code(&outside.gettoken("", "x").await), 41002);
    assert_eq!(code(&outside.gettoken(&corp.corp_id, "").await), 41004);

    let again = outside.gettoken(&corp.corp_id, corp.secret.expose_secret()).await;
    assert_eq!(again["access_token"], json!(outside.token), "the one that works is given again");
    assert_eq!(again["expires_in"], 7_200);

    let list = "externalcontact/get_follow_user_list";
    assert_eq!(outside.get(list, "").await["follow_user"], json!(["lisi", "wangwu", "zhangsan"]));
    outside.hand.advance(Duration::from_hours(2));
    let expired = outside.get(list, "").await;
    assert_eq!(expired["errcode"], 42001);
    let errmsg = expired["errmsg"].as_str().unwrap();
    assert!(errmsg.starts_with("access_token expired, hint: ["), "{errmsg}");
    assert!(
        errmsg.ends_with(
            "from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=42001"
        )
    );

    outside.login().await;
    assert_eq!(outside.get(list, "").await["errcode"], 0);
    outside.simulator.revoke_tokens();
    assert_eq!(outside.get(list, "").await["errcode"], 40014);
    outside.login().await;
    outside.simulator.expire_tokens();
    assert_eq!(outside.get(list, "").await["errcode"], 42001);

    outside.token = String::new();
    let missing = outside.http.get(outside.url(list)).send().await.unwrap();
    assert_eq!(missing.headers()["error-code"], "41001");
    assert_eq!(missing.status(), 200);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_path_that_is_not_answered_is_told_apart_from_an_answer_of_wecom() {
    let outside = Outside::start(Options::default()).await;
    let answer = outside.http.post(outside.url("externalcontact/nothing")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("externalcontact/mark_tag"));
    assert_eq!(outside.get("externalcontact/mark_tag", "").await["errcode"], 40058, "wrong verb");
    let list = outside.url("externalcontact/get_follow_user_list");
    for verb in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
        let answer = outside.http.request(verb.clone(), &list).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["errcode"], 40058, "{verb}");
    }
    outside.simulator.stop().await;
}

/// An array is no object, whatever its elements are: it deletes nothing.
#[tokio::test]
async fn a_body_is_an_object_in_plain_utf_8() {
    let outside = Outside::start(Options::default()).await;
    let made = json!({ "group_name": "活动", "tag": [{ "name": "春" }] });
    let made = outside.post("externalcontact/add_corp_tag", made).await;
    let id = &made["tag_group"]["tag"][0]["id"];
    let send = async |path: &str, body: String| {
        let sent = outside.http.post(outside.url(path)).body(body).send().await.unwrap();
        sent.json::<Value>().await.unwrap()["errcode"].as_i64().unwrap()
    };
    assert_eq!(send("externalcontact/del_corp_tag", json!([[], [id]]).to_string()).await, 40058);
    let in_it = json!({ "group_name": "活动", "tag": [["夏", 1]] }).to_string();
    assert_eq!(send("externalcontact/add_corp_tag", in_it).await, 40058);
    assert_eq!(
        send("externalcontact/edit_corp_tag", format!(r#"{{"id": {id}, "name": "\u6625"}}"#)).await,
        40033
    );
    assert_eq!(
        send("externalcontact/edit_corp_tag", format!(r#"{{"id": {id}, "name": "a\u0009b"}}"#)).await,
        0
    );
    let nulls = format!(r#"{{"id": {id}, "name": null, "order": 3, "agentid": null}}"#);
    assert_eq!(send("externalcontact/edit_corp_tag", nulls).await, 0, "null is absent");
    let way = r#"{"type": 1, "scene": 2, "user": ["lisi"], "is_temp": null, "party": null}"#;
    assert_eq!(send("externalcontact/add_contact_way", way.into()).await, 0);
    let name = id.as_str().and_then(|id| outside.simulator.tag_name(id));
    assert_eq!(name.as_deref(), Some("活动/a\tb"));
    for (path, body) in [
        ("customers", r#"[["zhangsan"]]"#),
        ("talks", r#"["zhangsan", "wm"]"#),
        ("groups", r#"["create", "zhangsan"]"#),
        ("faults", r#"{"path": "*", "fault": {"http": [502, ""]}}"#),
    ] {
        assert_eq!(outside.control(reqwest::Method::POST, path, body).await.0, 400, "{path} {body}");
    }
    outside.simulator.stop().await;
}

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

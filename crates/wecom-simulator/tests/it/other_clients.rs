//! The calls as clients of other makers send them: JSON with `\uXXXX`, truths as numbers and numbers as texts, arguments in
//! any order, no content type or another one, every field sent though it is empty, and the forms of earlier years.

use reqwest::Method;

use super::*;

/// Sends a body byte for byte, under this content type or none.
async fn send(outside: &Outside, path: &str, body: &str, content_type: Option<&str>) -> Value {
    let mut request = outside.http.post(outside.url(path)).body(body.to_owned());
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_call_is_read_whatever_its_content_type_and_the_order_of_its_query() {
    let outside = Outside::start(Options::default()).await;
    let corp = Corp::sample();
    let (base, secret) = (outside.simulator.api_base(), corp.secret.expose_secret());
    for query in [
        format!("corpsecret={secret}&corpid={}", corp.corp_id),
        format!("corpid={}&corpsecret={secret}&debug=", corp.corp_id),
        format!("&corpid={}&&corpsecret={secret}&", corp.corp_id),
    ] {
        let url = format!("{base}/cgi-bin/gettoken?{query}");
        let answer: Value = outside.http.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["access_token"], json!(outside.token), "{query}");
    }
    let url = format!("{base}/cgi-bin/user/get?userid=lisi&access_token={}", outside.token);
    let answer: Value = outside.http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["name"], "李四");
    // A GET of some clients has a body, an empty one or `{}`.
    let list = outside.url("externalcontact/get_follow_user_list");
    for body in ["", "{}"] {
        let answer = outside.http.request(Method::GET, &list).body(body).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["errcode"], 0, "{body}");
    }
    for content_type in [
        None,
        Some("application/json"),
        Some("application/json; charset=UTF-8"),
        Some("text/plain;charset=utf-8"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let answer = send(&outside, "externalcontact/get_corp_tag_list", "{}", content_type).await;
        assert_eq!(answer["tag_group"].as_array().map(Vec::len), Some(3), "{content_type:?}");
    }
    outside.simulator.stop().await;
}

#[tokio::test]
async fn truths_are_numbers_to_some_and_numbers_texts() {
    let outside = Outside::start(Options::default()).await;
    for (skips, body) in [
        (false, r#"{"type": 1, "scene": 2, "user": ["lisi"], "skip_verify": 0, "is_temp": 0}"#),
        (true, r#"{"type": "1", "scene": "2", "user": ["lisi"], "skip_verify": 1, "is_temp": false}"#),
        (
            false,
            r#"{"type":1,"scene":2,"user":["lisi"],"skip_verify":false,"party":[],"remark":"","unionid":""}"#,
        ),
    ] {
        let made = send(&outside, "externalcontact/add_contact_way", body, None).await;
        assert_eq!(made["errcode"], 0, "{body}: {made}");
        let asked = json!({ "config_id": made["config_id"] });
        let way = outside.post("externalcontact/get_contact_way", asked).await;
        assert_eq!(way["contact_way"]["skip_verify"], json!(skips), "{body}");
    }
    for body in [
        r#"{"type": 1, "scene": 2, "user": ["lisi"], "skip_verify": 2}"#,
        r#"{"type": 1, "scene": 2, "user": ["lisi"], "skip_verify": "no"}"#,
        r#"{"type": "one", "scene": 2, "user": ["lisi"]}"#,
    ] {
        assert_eq!(
            send(&outside, "externalcontact/add_contact_way", body, None).await["errcode"],
            40058,
            "{body}"
        );
    }
    let (customer, _) = outside.add("小周");
    for limit in ["100", "\"100\"", "101", "1000"] {
        let body = format!(r#"{{"userid_list": ["zhangsan"], "cursor": "", "limit": {limit}}}"#);
        let page = send(&outside, "externalcontact/batch/get_by_user", &body, None).await;
        let found = &page["external_contact_list"][0]["external_contact"]["external_userid"];
        assert_eq!(found, &json!(customer), "{limit}: {page}");
    }
    outside.simulator.stop().await;
}

#[tokio::test]
async fn texts_are_escaped_by_php_and_python() {
    let outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    let welcome = format!(
        r#"{{"welcome_code": "{code}", "text": {{"content": "\u60a8\u597d \ud83c\udf39"}},
            "attachments": [{{"msgtype": "link", "link": {{"title": "\u6625", "url": "https:\/\/example.com\/a"}}}}]}}"#
    );
    assert_eq!(send(&outside, "externalcontact/send_welcome_msg", &welcome, None).await["errcode"], 0);
    let remark = format!(
        r#"{{"userid": "zhangsan", "external_userid": "{customer}", "remark": "\u5468\u603b", "description": "",
            "remark_company": "", "remark_mobiles": [], "remark_pic_mediaid": ""}}"#
    );
    assert_eq!(send(&outside, "externalcontact/remark", &remark, None).await["errcode"], 0);
    let shown = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    assert_eq!(shown["follow_user"][0]["remark"], "周总");
    let other = remark.replace("\"remark_pic_mediaid\": \"\"", "\"remark_pic_mediaid\": \"gone\"");
    assert_eq!(send(&outside, "externalcontact/remark", &other, None).await["errcode"], 40007);
    let message = r#"{"touser": "lisi", "msgtype": "text", "agentid": "1000042",
        "text": {"content": "\u65b0\u5ba2\u6237"}, "safe": 0, "toparty": "", "totag": ""}"#;
    assert_eq!(send(&outside, "message/send", message, None).await["errcode"], 0);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_forms_of_earlier_years_are_answered() {
    let outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    let old = json!({ "welcome_code": code, "text": { "content": "您好" },
        "link": { "title": "t", "picurl": "", "desc": "", "url": "https://example.com" } });
    assert_eq!(outside.code("externalcontact/send_welcome_msg", old).await, 0);
    let by_one = outside.post("externalcontact/batch/get_by_user", json!({ "userid": "zhangsan" })).await;
    assert_eq!(by_one["external_contact_list"][0]["follow_info"]["userid"], "zhangsan");
    outside
        .codes(
            "externalcontact/batch/get_by_user",
            [(40058, json!({})), (40058, json!({ "userid": "" })), (60111, json!({ "userid": "nobody" }))],
        )
        .await;
    let unassigned = json!({ "page_id": 0, "page_size": 100 });
    assert_eq!(outside.code("externalcontact/get_unassigned_list", unassigned).await, 0);
    let transfer =
        json!({ "external_userid": customer, "handover_userid": "zhangsan", "takeover_userid": "lisi" });
    assert_eq!(outside.code("externalcontact/transfer", transfer).await, 0);
    let groups =
        json!({ "status_filter": 0, "owner_filter": { "userid_list": [] }, "offset": 0, "limit": 100 });
    assert_eq!(outside.code("externalcontact/groupchat/list", groups).await, 0);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn callbacks_come_on_one_line_and_a_member_list_has_a_long_version() {
    let outside = Outside::start(Options::default()).await;
    outside.add("小周");
    let xml = outside.notices().remove(0);
    assert!(xml.starts_with("<xml><ToUserName><![CDATA[") && !xml.contains(['\n', '\r', '\t']), "{xml}");
    let group = json!({ "act": "create", "owner": "zhangsan", "name": "群" }).to_string();
    let (status, made) = outside.control(Method::POST, "groups", &group).await;
    assert_eq!(status, 200, "{made}");
    let list = outside.post("externalcontact/groupchat/list", json!({ "limit": 10 })).await;
    let chat_id = &list["group_chat_list"][0]["chat_id"];
    let asked = json!({ "chat_id": chat_id, "need_name": "1" });
    let shown = outside.post("externalcontact/groupchat/get", asked).await;
    let version = shown["group_chat"]["member_version"].as_str().unwrap_or_default();
    assert!(version.len() == 32 && version.bytes().all(|byte| byte.is_ascii_hexdigit()), "{shown}");
    outside.simulator.stop().await;
}

//! Tokens, and what all methods have in common.

use super::*;

#[tokio::test]
async fn a_token_is_given_for_the_right_secret_and_works_until_it_expires_or_is_taken_back() {
    let mut outside = Outside::start(Options::default()).await;
    let corp = Corp::sample();
    let code = |answer: &Value| answer["errcode"].as_i64().unwrap();
    assert_eq!(code(&outside.gettoken("wwother", "x").await), 40013);
    assert_eq!(code(&outside.gettoken(&corp.corp_id, "x").await), 40001);
    assert_eq!(code(&outside.gettoken("", "x").await), 41002);
    assert_eq!(code(&outside.gettoken(&corp.corp_id, "").await), 41004);

    let shouted = outside.gettoken(&corp.corp_id.to_uppercase(), corp.secret.expose_secret()).await;
    assert_eq!(shouted["access_token"], json!(outside.token), "a plain corp id has no case");
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
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["error-code"], "40066");
    let answer: Value = answer.json().await.unwrap();
    let errmsg = answer["errmsg"].as_str().unwrap();
    assert!(
        errmsg.starts_with("invalid url: the simulator does not answer /cgi-bin/externalcontact/nothing")
    );
    assert_eq!(answer["errcode"], 40066);
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
    // As PHP and Python write it.
    let escaped = || format!(r#"{{"id": {id}, "name": "\u6625\ud83d\ude00"}}"#);
    assert_eq!(send("externalcontact/edit_corp_tag", escaped()).await, 0);
    let name = || id.as_str().and_then(|id| outside.simulator.tag_name(id));
    assert_eq!(name().as_deref(), Some("活动/春😀"));
    let fault = FaultKind::Errcode { code: 40033, message: None };
    outside.simulator.add_fault(Fault::new("externalcontact/edit_corp_tag", 1, fault)).unwrap();
    assert_eq!(send("externalcontact/edit_corp_tag", escaped()).await, 40033);
    assert_eq!(
        send("externalcontact/edit_corp_tag", format!(r#"{{"id": {id}, "name": "a\u0009b"}}"#)).await,
        0
    );
    let nulls = format!(r#"{{"id": {id}, "name": null, "order": 3, "agentid": null}}"#);
    assert_eq!(send("externalcontact/edit_corp_tag", nulls).await, 0, "null is absent");
    let way = r#"{"type": 1, "scene": 2, "user": ["lisi"], "is_temp": null, "party": null}"#;
    assert_eq!(send("externalcontact/add_contact_way", way.into()).await, 0);
    assert_eq!(name().as_deref(), Some("活动/a\tb"));
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

/// Whoever holds its clock against WeCom's reads the `Date` of an answer.
#[tokio::test]
async fn the_date_of_an_answer_is_that_of_its_clock() {
    let (clock, _hand) = wecom_core::clock::Clock::manual(1_796_031_000_400);
    let simulator = Simulator::start(Options::default(), clock, 7).await.unwrap();
    let url = format!("{}/cgi-bin/getcallbackip", simulator.api_base());
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.headers()["date"], "Mon, 30 Nov 2026 09:30:00 GMT");
    simulator.stop().await;
}

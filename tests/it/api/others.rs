//! Methods by hand, apps, tokens and the audit.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::{
    cli::language::english,
    harness::world::{Which, fresh},
};

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn viewers_read_at_wecom_and_admins_write(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let viewer = token(world.store(), "viewer", Role::Viewer, None).await;
    let call = async |token: &str, method: &str, body: Value| {
        let path = format!("/contact/{method}");
        let (status, answer) =
            read(world.api(Method::POST, &path, token).json(&body).send().await.unwrap()).await;
        document::hold(&Method::POST, &path, status, &answer);
        (status.as_u16(), answer)
    };
    let (status, answer) = call(&viewer, "get-follow-user-list", json!({})).await;
    assert!(status == 200 && answer["errcode"] == 0 && answer["follow_user"].is_array(), "{answer}");
    let tag = json!({ "tag": [{ "name": "新标签" }], "group_name": "渠道" });
    let (status, problem) = call(&viewer, "add-corp-tag", tag.clone()).await;
    assert_eq!((status, &problem["code"]), (403, &json!("role")));
    let (status, answer) = call(SETTING, "add-corp-tag", tag).await;
    assert!(status == 200 && answer["tag_group"]["tag"][0]["id"].is_string(), "{answer}");
    for (method, body, status, code) in [
        ("no-such-method", json!({}), 404, "not_found"),
        ("get", json!({}), 400, "body"),
        ("get-follow-user-list?app=other", json!({}), 400, "parameter"),
        ("gettoken", json!({}), 400, "parameter"),
        ("media-upload", json!({ "media": "/etc/hostname" }), 400, "parameter"),
        ("get", json!({ "external_userid": "wmNobody" }), 502, "wecom"),
    ] {
        let (answered, problem) = call(SETTING, method, body).await;
        assert_eq!((answered, &problem["code"]), (status, &json!(code)), "{method}: {problem}");
        assert_eq!(code == "wecom", problem["errcode"].is_i64(), "{problem}");
    }
    let (_, audit) = world.answered(Method::GET, "/audit").await;
    let calls: Vec<&Value> =
        audit["items"].as_array().unwrap().iter().filter(|line| line["act"] == "contact_called").collect();
    assert_eq!(calls.len(), 1, "{audit}");
    assert_eq!((&calls[0]["target"], &calls[0]["after"]), (&json!("add-corp-tag"), &json!("default")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_are_listed_without_their_secrets() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let (_, apps) = world.answered(Method::GET, "/apps").await;
    let app = &world.config.apps[0];
    assert_eq!(
        apps,
        json!({
            "items": [{ "name": "default", "corp_id": app.corp_id, "agent_id": app.agent_id, "callback": "/callback/default" }],
            "next": null,
        })
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_library_says_of_a_request_is_in_no_chinese_answer() {
    use reqwest::multipart::{Form, Part};
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let asked =
        |method: Method, path: &str| world.api(method, path, SETTING).header("accept-language", "zh-CN");
    let file = |bytes: &[u8]| Part::bytes(bytes.to_vec()).file_name("a");
    let named =
        |path: &str, bytes: &[u8]| Form::new().text("path", path.to_owned()).part("file", file(bytes));
    let files = || asked(Method::POST, "/files");
    for (request, status, said) in [
        (asked(Method::POST, "/contact/get").json(&json!({})), 400, "external_userid 没有写"),
        (asked(Method::POST, "/contact/mark-tag").json(&json!({ "userid": 1 })), 400, "userid"),
        (asked(Method::GET, "/audit?before=x"), 400, "整数"),
        (asked(Method::GET, "/audit?before=99999999999999999999"), 400, "整数"),
        (asked(Method::GET, "/stats?format=xml"), 400, "`json`、`csv`"),
        (asked(Method::PUT, "/rules?check=maybe").body("rules: []"), 400, "`true` 或 `false`"),
        (files().multipart(named("a", b"12345")), 400, "文件只有 5 字节"),
        (files().multipart(named("../a", b"\x89PNG\r\n\x1a\n....")), 400, "文件名不能用在规则里"),
        (files().multipart(Form::new().text("path", "a")), 400, "请上传一个文件"),
        (
            files().header("content-type", "multipart/form-data; boundary=x").body("--x\r\nbroken"),
            400,
            "表单没有传完",
        ),
        (files().header("content-type", "multipart/form-data").body("x"), 400, "boundary"),
    ] {
        let (answered, problem) = read(request.send().await.unwrap()).await;
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(answered.as_u16(), status, "{problem}");
        assert!(detail.contains(said), "{said}: {detail}");
        assert!(!detail.contains("原话"), "{detail}");
        assert_eq!(english(detail), Vec::<String>::new(), "{detail}");
    }
    world.stop().await;
}

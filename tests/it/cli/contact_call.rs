//! `contact`: methods without a command of their own, names that are nearly right, and what is said beside an answer.

use serde_json::{Value, json};

use super::contact::Desk;
use crate::harness::scripted::Reply;

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_not_known_is_called_by_verb_and_path() {
    let desk = Desk::with(|_| Reply::json(r#"{"errcode":0,"errmsg":"ok","new":{"a":1}}"#)).await;
    let body = r#"{"chat_id_list": ["wr1"], "mode": 1}"#;
    let printed = desk.contact("call", &["POST", "idconvert/chatid", "--json", body]).await.done();
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap()["new"], json!({"a": 1}));
    desk.contact("call", &["get", "/cgi-bin/user/thing?userid=a%20b", "--json", r#"{"more": 2}"#])
        .await
        .done();
    desk.contact("call", &["POST", "a/new_thing"]).await.done();
    let calls = desk.calls();
    assert_eq!((calls[0].verb.as_str(), calls[0].path.as_str()), ("POST", "/cgi-bin/idconvert/chatid"));
    assert_eq!(calls[0].json(), json!({"chat_id_list": ["wr1"], "mode": 1}));
    assert_eq!((calls[1].verb.as_str(), calls[1].path.as_str()), ("GET", "/cgi-bin/user/thing"));
    assert_eq!((calls[1].argument("userid"), calls[1].argument("more")), (Some("a b"), Some("2")));
    assert_eq!((calls[1].body.as_str(), calls[1].argument("access_token")), ("", Some("token")));
    assert_eq!(calls[2].json(), json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_is_sent_once_and_a_refusal_is_printed() {
    let desk = Desk::with(|_| Reply::code(-1)).await;
    for verb in ["GET", "POST"] {
        let (answer, printed) = desk.contact("call", &[verb, "user/new_thing"]).await.refused();
        assert_eq!(answer["errcode"], -1);
        assert!(printed.contains("may have been done all the same"), "{printed}");
    }
    assert_eq!(desk.calls().len(), 2, "a GET may change something as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_to_wecom_only_and_carries_no_credential() {
    let desk = Desk::with(|_| Reply::ok()).await;
    for (arguments, fault) in [
        (&["POST", "https://evil.example/cgi-bin/x"][..], "PATH is a whole address"),
        (&["POST", "//evil.example/x"], "PATH is a whole address"),
        (&["POST", "/user/get"], "PATH begins with a slash"),
        (&["POST", "../../x"], "PATH has something else in it"),
        (&["POST", "user/%2e%2e/x"], "PATH has something else in it"),
        (&["POST", ""], "PATH is empty"),
        (&["GET", "user/thing?access_token=x"], "access_token does not belong there"),
        (&["GET", "user/thing?corpsecret=x"], "corpsecret does not belong there"),
        (&["POST", "user/thing", "--json", r#"{"access_token": "x"}"#], "access_token does not belong there"),
        (&["POST", "user/thing", "--json", "[1]"], "--json: expected an object"),
        (&["GET", "user/thing", "--json", r#"{"list": [1]}"#], "has no place for `list`"),
        (&["DELETE", "user/thing"], "invalid value 'DELETE'"),
        (&["POST", "media/upload"], "`contact media-upload` is the command"),
        (&["GET", "gettoken"], "`contact gettoken` is the command"),
    ] {
        let said = desk.contact("call", arguments).await.failed(2);
        assert!(said.contains(fault), "{arguments:?}: {said}");
    }
    assert!(desk.server.seen().is_empty());
    let known = desk.contact("call", &["POST", "externalcontact/mark_tag", "--json", "{}"]).await;
    assert!(
        known.code == 0 && known.stderr.contains("Note: `contact mark-tag` is the same"),
        "{}",
        known.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_what_was_nearly_right() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let welcome = r#"{"welcome_code": "C", "txt": {"content": "x"}}"#;
    for (method, body, hint) in [
        ("list", r#"{"user_id": "a"}"#, "(`user_id` is given: is `userid` what you mean?)"),
        ("list", r#"{"userId": "a"}"#, "(`userId` is given: is `userid` what you mean?)"),
        ("get", r#"{"external_user_id": "a"}"#, "is `external_userid` what you mean?"),
        (
            "mark-tag",
            r#"{"userid": "a", "external_userid": "b", "addTag": ["et"]}"#,
            "is `add_tag` what you mean?",
        ),
        ("batch-get-by-user", r#"{"user_id_list": ["a"]}"#, "is `userid_list` what you mean?"),
        ("send-welcome-msg", welcome, "(`txt` is given: is `text` what you mean?)"),
        ("groupchat-get", r#"{"chatid": "wr"}"#, "is `chat_id` what you mean?"),
        (
            "update-intercept-rule",
            r#"{"rule_id": "r", "extra_rule": {"semantic_list": [1]}}"#,
            "is `semantics_list` what you mean?",
        ),
        (
            "message-send",
            r#"{"to_user": "a", "msgtype": "text", "agentid": 1, "text": {"content": "x"}}"#,
            "is `touser`",
        ),
    ] {
        let said = desk.contact(method, &["--json", body]).await.failed(2);
        assert!(said.contains(hint), "{method} {body}: {said}");
    }
    // Nothing near was given, so nothing is guessed.
    let said = desk.contact("list", &["--json", r#"{"department": "a"}"#]).await.failed(2);
    assert!(!said.contains("is given"), "{said}");
    assert!(desk.server.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_says_nothing_is_refused_and_a_note_may_be_emptied() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let link = r#"[{"msgtype": "link", "link": {"title": "t", "url": "https://example.com"}}]"#;
    let transfer = ["--handover-userid", "a", "--takeover-userid", "b", "--external-userid", "wm"];
    for (method, arguments) in [
        ("send-welcome-msg", &["--welcome-code", "C", "--text", "", "--attachments", link][..]),
        ("send-welcome-msg", &["--welcome-code", "C", "--text", "  ", "--attachments", link]),
        ("add-msg-template", &["--sender", "a", "--text", "", "--attachments", link]),
        ("add-msg-template", &["--json", r#"{"sender": "a", "text": {"content": ""}}"#]),
        ("message-send", &["--touser", "a", "--msgtype", "text", "--agentid", "1", "--text", ""]),
        ("transfer-customer", &[&transfer[..], &["--transfer-success-msg", ""]].concat()),
    ] {
        let said = desk.contact(method, arguments).await.failed(2);
        assert!(said.contains("says nothing: leave it out"), "{method}: {said}");
    }
    let tag = r#"{"group_id": "", "group_name": "渠道", "tag": [{"name": "春"}]}"#;
    let said = desk.contact("add-corp-tag", &["--json", tag]).await.failed(2);
    assert!(said.contains("group_id is empty: leave it out"), "{said}");
    assert!(desk.server.seen().is_empty());
    desk.contact("remark", &["--userid", "a", "--external-userid", "b", "--remark", ""]).await.done();
    assert_eq!(desk.calls()[0].json()["remark"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_is_not_trusted_is_shown() {
    let desk = Desk::with(|_| {
        Reply::json(r#"{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x"}"#)
    })
    .await;
    for arguments in [&["list", "--userid", "a"][..], &["call", "POST", "a/b"]] {
        let (_, printed) = desk.contact(arguments[0], &arguments[1..]).await.refused();
        assert!(printed.contains("企业可信IP: 203.0.113.7"), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_read_in_part_is_noted() {
    let warned =
        r#"{"errcode":0,"errmsg":"ok. Warning: wrong json format. ","info_list":[{"is_customer":true}]}"#;
    let desk = Desk::with(move |_| Reply::json(warned)).await;
    let tag = ["--userid", "a", "--external-userid", "b", "--add-tag", "et1"];
    for (method, arguments) in [
        ("mark-tag", &tag[..]),
        ("contact-list", &["--all"]),
        ("contact-list", &["--table"]),
        ("call", &["POST", "a/b"]),
    ] {
        let ran = desk.contact(method, arguments).await;
        assert!(ran.code == 0 && ran.stderr.contains("wrong json format"), "{method}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_is_found_by_the_names_of_wxjava() {
    let desk = Desk::with(|_| Reply::ok()).await;
    for (name, arguments, path) in [
        ("getContactDetailBatch", &["--userid-list", "a"][..], "externalcontact/batch/get_by_user"),
        ("get-contact-detail-batch", &["--userid", "a"], "externalcontact/batch/get_by_user"),
        ("remindGroupMsgSend", &["--msgid", "m"], "externalcontact/remind_groupmsg_send"),
        (
            "get-group-msg-list-v2",
            &["--json", r#"{"chat_type":"single","start_time":1,"end_time":2}"#],
            "externalcontact/get_groupmsg_list_v2",
        ),
        ("getInterceptRuleDetail", &["--rule-id", "r"], "externalcontact/get_intercept_rule"),
    ] {
        desk.contact(name, arguments).await.done();
        assert_eq!(desk.calls().pop().unwrap().path, format!("/cgi-bin/{path}"), "{name}");
    }
}

//! `contact`: what is typed goes out as it was typed, or is refused before anything is sent.

use serde_json::json;

use super::contact::Desk;
use crate::harness::scripted::Reply;

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a table, one row a case")]
async fn what_would_go_out_otherwise_than_it_was_typed_is_refused() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let message = ["--sender", "a", "--text", "x", "--tag-filter"];
    let moment = ["--text", "x", "--visible-range"];
    let link = ["--link-name", "n", "--range"];
    let pair = ["--userid", "a", "--external-userid", "b"];
    let way = ["--type", "1", "--scene", "2", "--user", "a", "--conclusions"];
    let rule = ["--rule-name", "r", "--word-list", "w", "--intercept-type", "1", "--applicable-range"];
    let long = format!(
        r#"{{"link": [{{"title": "{}", "url": "u"}}, {{"title": "t", "url": "u"}}]}}"#,
        "x".repeat(500)
    );
    let cases: &[(&str, &[&str], &str, &str)] = &[
        (
            "add-msg-template",
            &message,
            r#"["et1"]"#,
            "tag_filter is not what WeCom wants: a list in place of an object",
        ),
        (
            "add-msg-template",
            &message,
            r#"{"group_list":[{"tag_list":[{"id":"et1"}]}]}"#,
            "at tag_filter.group_list[0].tag_list[0]: an object in place of a text",
        ),
        // A filter that filters nothing would reach everybody.
        ("add-msg-template", &message, "{}", "at tag_filter.group_list: it is absent"),
        ("add-msg-template", &message, r#"{"group_list":[]}"#, "tag_filter.group_list is absent or empty"),
        (
            "add-msg-template",
            &message,
            r#"{"group_list":[{"tag_list":[]}]}"#,
            "tag_filter.group_list.tag_list is absent or empty",
        ),
        (
            "add-moment-task",
            &moment,
            r#"{"sender_list":["zhangsan","lisi"]}"#,
            "at visible_range.sender_list: a list in place of an object",
        ),
        (
            "add-moment-task",
            &moment,
            r#"[{"sender_list":{"user_list":["z"]}}]"#,
            "visible_range is not what WeCom wants: a list in place of an object",
        ),
        (
            "add-moment-task",
            &moment,
            r#"{"external_contact_list":{"tag_list":[{"id":"et1"}]}}"#,
            "at visible_range.external_contact_list.tag_list[0]: an object in place of a text",
        ),
        (
            "update-intercept-rule",
            &["--rule-id", "r", "--extra-rule"],
            r#"{"semantics_list":["phone"]}"#,
            "at extra_rule.semantics_list[0]: a text in place of a whole number",
        ),
        (
            "customer-acquisition-create-link",
            &link,
            r#"["zhangsan","lisi"]"#,
            "range is not what WeCom wants: a list",
        ),
        (
            "customer-acquisition-create-link",
            &link,
            r#"{"department_list":["sales",3]}"#,
            "at range.department_list[0]: a text in place of a whole number",
        ),
        ("add-contact-way", &way, &long, "at conclusions.link: a list in place of an object"),
        ("add-contact-way", &way, r#"{"text":"bye"}"#, "at conclusions.text: a text in place of an object"),
        (
            "add-intercept-rule",
            &rule,
            r#"[{"user_list":["a"]}]"#,
            "applicable_range is not what WeCom wants: a list in place of an object",
        ),
        (
            "group-welcome-template-edit",
            &["--template-id", "t", "--link"],
            r#"{"title":"t"}"#,
            "link is not what WeCom wants: missing field `url`",
        ),
        // A misspelt name must not leave an empty list behind, which takes everything away or means everybody.
        (
            "update-intercept-rule",
            &["--rule-id", "r", "--extra-rule"],
            r#"{"semantic_list":[1]}"#,
            "at extra_rule.semantics_list: it is absent, and WeCom requires it",
        ),
        (
            "update-intercept-rule",
            &["--rule-id", "r", "--extra-rule"],
            "{}",
            "extra_rule.semantics_list: it is absent",
        ),
        (
            "groupchat-list",
            &["--json"],
            r#"{"limit":1,"owner_filter":{"user_list":["a"]}}"#,
            "at owner_filter.userid_list: it is absent",
        ),
        (
            "add-moment-task",
            &moment,
            r#"{"external_contact_list":{"tag_list":null}}"#,
            "at visible_range.external_contact_list.tag_list: it is absent",
        ),
        (
            "add-moment-task",
            &moment,
            r#"{"sender_list":{"users":["a"]}}"#,
            "visible_range.sender_list is absent or empty",
        ),
        (
            "add-moment-task",
            &moment,
            r#"{"sender_list":{"user_list":["a",""]}}"#,
            "visible_range holds an empty id at position 2",
        ),
        (
            "customer-acquisition-update-link",
            &["--link-id", "l", "--range"],
            r#"{"users":["a"]}"#,
            "range is absent or empty",
        ),
        (
            "customer-strategy-del",
            &["--json"],
            r#"{"strategy_id":9223372036854775808}"#,
            "strategy_id is a number: WeCom wants a whole number",
        ),
        ("mark-tag", &[&pair[..], &["--add-tag"]].concat(), "", "add_tag holds an empty id at position 1"),
        (
            "mark-tag",
            &[&pair[..], &["--add-tag"]].concat(),
            "et1,",
            "add_tag holds an empty id at position 2",
        ),
        ("batch-get-by-user", &["--userid-list"], "", "userid_list holds an empty id"),
        (
            "batch-get-by-user",
            &["--json"],
            r#"{"userid_list":["a"," "]}"#,
            "userid_list holds an empty id at position 2",
        ),
        ("groupchat-list", &["--limit", "1", "--owner-filter"], "", "owner_filter holds an empty id"),
        ("groupchat-get", &["--chat-id", "wr1", "--need-name"], "7", "need_name is 7: WeCom wants 0 or 1"),
        ("list", &["--json"], r#"{"userid":"a","access_token":"X"}"#, "access_token comes from the settings"),
        (
            "get-contact-way",
            &["--json"],
            r#"{"config_id":"a","corpsecret":"X"}"#,
            "corpsecret comes from the settings",
        ),
        ("gettoken", &["--json"], r#"{"corpid":"other"}"#, "corpid comes from the settings"),
        (
            "list",
            &["--json"],
            r#"{"userid":"a","new":[1]}"#,
            "the query has no place for `new`: it is a list",
        ),
        ("list", &["--userid"], "--table", "that is a flag, so the text is missing"),
        (
            "remark",
            &[&pair[..], &["--remark"]].concat(),
            "--description=x",
            "that is a flag, so the text is missing",
        ),
        (
            "get-unassigned-list",
            &["--all", "--page-id"],
            "3",
            "page_id names one page: leave it out where all are followed",
        ),
    ];
    for (method, arguments, last, printed) in cases {
        let said = desk.contact(method, &[*arguments, &[*last]].concat()).await.failed(2);
        assert!(said.contains(printed), "{method} {arguments:?} {last}: {said}");
    }
    assert!(desk.server.seen().is_empty(), "not even for a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_may_look_like_json_or_like_a_flag_of_another_command() {
    let desk = Desk::with(|_| Reply::ok()).await;
    for (text, sent) in [
        ("{customer} 您好", "{customer} 您好"),
        ("{}x", "{}x"),
        ("[1]", "[1]"),
        ("7", "7"),
        (r#"{"content": "x"}"#, "x"),
        ("--colour", "--colour"),
        ("-", "-"),
    ] {
        desk.contact("send-welcome-msg", &["--welcome-code", "C", "--text", text]).await.done();
        assert_eq!(desk.calls().pop().unwrap().json()["text"], json!({ "content": sent }), "{text}");
    }
    // The company of a user who is looked for is an argument, and no credential.
    let user = ["--unionid", "u", "--openid", "o", "--corpid", "ww1"];
    desk.contact("unionid-to-external-userid-3rd", &user).await.done();
    assert_eq!(desk.calls().pop().unwrap().json()["corpid"], "ww1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_of_the_hand_is_pointed_at_and_what_is_new_is_not() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let slip = r#"{"type": 1, "scene": 2, "user": ["a"], "skip_verfiy": false, "added_later": {"a": 1}}"#;
    let ran = desk.contact("add-contact-way", &["--json", slip]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stderr, @"Note: no argument `skip_verfiy` is known; it is sent as it is. Is `skip_verify` what you mean?");
    let sent = desk.calls().pop().unwrap().json();
    assert_eq!((&sent["skip_verfiy"], &sent["added_later"]), (&json!(false), &json!({"a": 1})));
    // What was given as well cannot be what was meant.
    let both = r#"{"type": 1, "scene": 2, "user": ["a"], "skip_verify2": 1, "skip_verify": true}"#;
    desk.contact("add-contact-way", &["--json", both]).await.done();
}

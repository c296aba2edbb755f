//! `contact`, method by method: what is typed, and what goes over the wire.

use serde_json::{Value, json};
use wecom_client::catalogue;

use super::contact::Desk;
use crate::harness::scripted::Reply;

/// The methods of WxJava's interface of 2021, each as a person types it.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a table, one row a method")]
async fn each_method_of_wxjavas_interface_is_a_command() {
    const ID: &str = "wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A";
    let desk = Desk::with(|_| Reply::ok()).await;
    let cases: [(&str, &[&str], &str, Value); 24] = [
        (
            "add-contact-way",
            &["--type", "1", "--scene", "2", "--skip-verify", "false", "--state", "spring", "--user", "lisi"],
            "POST externalcontact/add_contact_way",
            json!({"type": 1, "scene": 2, "skip_verify": false, "state": "spring", "user": ["lisi"]}),
        ),
        (
            "get-contact-way",
            &["--config-id", "42b3"],
            "POST externalcontact/get_contact_way",
            json!({"config_id": "42b3"}),
        ),
        (
            "update-contact-way",
            &["--config-id", "42b3", "--skip-verify", "--user", "a,b", "--party", "1,2", "--remark", "-"],
            "POST externalcontact/update_contact_way",
            json!({"config_id": "42b3", "remark": "-", "skip_verify": true, "user": ["a", "b"], "party": [1, 2]}),
        ),
        (
            "del-contact-way",
            &["--config-id", "42b3"],
            "POST externalcontact/del_contact_way",
            json!({"config_id": "42b3"}),
        ),
        (
            "close-temp-chat",
            &["--userid", "lisi", "--external-userid", ID],
            "POST externalcontact/close_temp_chat",
            json!({"userid": "lisi", "external_userid": ID}),
        ),
        ("get", &["--external-userid", ID], "GET externalcontact/get", json!({"external_userid": ID})),
        (
            "get",
            &["--external-userid", ID, "--cursor", "N=&"],
            "GET externalcontact/get",
            json!({"external_userid": ID, "cursor": "N=&"}),
        ),
        (
            "remark",
            &["--userid", "lisi", "--external-userid", ID, "--remark", "", "--remark-mobiles", ""],
            "POST externalcontact/remark",
            json!({"userid": "lisi", "external_userid": ID, "remark": "", "remark_mobiles": [""]}),
        ),
        ("list", &["--userid", "lisi"], "GET externalcontact/list", json!({"userid": "lisi"})),
        ("get-follow-user-list", &[], "GET externalcontact/get_follow_user_list", json!({})),
        (
            "get-unassigned-list",
            &["--page-id", "0", "--page-size", "100"],
            "POST externalcontact/get_unassigned_list",
            json!({"page_id": 0, "page_size": 100}),
        ),
        (
            "transfer-customer",
            &["--handover-userid", "a", "--takeover-userid", "b", "--external-userid", ID],
            "POST externalcontact/transfer_customer",
            json!({"handover_userid": "a", "takeover_userid": "b", "external_userid": [ID]}),
        ),
        (
            "groupchat-list",
            &["--owner-filter", "lisi", "--owner-filter", "wangwu", "--limit", "100", "--status-filter", "0"],
            "POST externalcontact/groupchat/list",
            json!({"status_filter": 0, "owner_filter": {"userid_list": ["lisi", "wangwu"]}, "limit": 100}),
        ),
        (
            "groupchat-get",
            &["--chat-id", "wr1", "--need-name", "1"],
            "POST externalcontact/groupchat/get",
            json!({"chat_id": "wr1", "need_name": 1}),
        ),
        (
            "get-user-behavior-data",
            &["--userid", "lisi", "--start-time", "2026-03-01", "--end-time", "1772380800"],
            "POST externalcontact/get_user_behavior_data",
            json!({"userid": ["lisi"], "start_time": 1_772_294_400, "end_time": 1_772_380_800}),
        ),
        (
            "groupchat-statistic",
            &["--day-begin-time", "2026-03-01", "--owner-filter", "lisi", "--order-by", "2"],
            "POST externalcontact/groupchat/statistic",
            json!({"day_begin_time": 1_772_294_400, "owner_filter": {"userid_list": ["lisi"]}, "order_by": 2}),
        ),
        (
            "add-msg-template",
            &["--sender", "lisi", "--text", "您好", "--allow-select=false"],
            "POST externalcontact/add_msg_template",
            json!({"sender": "lisi", "allow_select": false, "text": {"content": "您好"}}),
        ),
        (
            "send-welcome-msg",
            &["--welcome-code", "CODE", "--text", "{\"content\": \"您好\"}"],
            "POST externalcontact/send_welcome_msg",
            json!({"welcome_code": "CODE", "text": {"content": "您好"}}),
        ),
        ("get-corp-tag-list", &[], "POST externalcontact/get_corp_tag_list", json!({})),
        (
            "add-corp-tag",
            &["--group-name", "渠道", "--tag", "[{\"name\": \"春季\", \"order\": 1}]"],
            "POST externalcontact/add_corp_tag",
            json!({"group_name": "渠道", "tag": [{"name": "春季", "order": 1}]}),
        ),
        (
            "edit-corp-tag",
            &["--id", "et1", "--name", "贵宾", "--order", "4294967295"],
            "POST externalcontact/edit_corp_tag",
            json!({"id": "et1", "name": "贵宾", "order": 4_294_967_295_u32}),
        ),
        (
            "del-corp-tag",
            &["--tag-id", "et1,et2"],
            "POST externalcontact/del_corp_tag",
            json!({"tag_id": ["et1", "et2"]}),
        ),
        (
            "mark-tag",
            &["--userid", "lisi", "--external-userid", ID, "--add-tag", "et1, et2", "--remove-tag", "et3"],
            "POST externalcontact/mark_tag",
            json!({"userid": "lisi", "external_userid": ID, "add_tag": ["et1", "et2"], "remove_tag": ["et3"]}),
        ),
        (
            "resigned-transfer-customer",
            &["--handover-userid", "a", "--takeover-userid", "b", "--external-userid", ID],
            "POST externalcontact/resigned/transfer_customer",
            json!({"handover_userid": "a", "takeover_userid": "b", "external_userid": [ID]}),
        ),
    ];
    for (number, (method, arguments, asked, sent)) in cases.into_iter().enumerate() {
        let answer = desk.contact(method, arguments).await.done();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["errmsg"], "ok", "{method}");
        let calls = desk.calls();
        let call = calls.last().unwrap();
        assert_eq!(calls.len(), number + 1, "{method}: one call");
        assert_eq!(format!("{} {}", call.verb, call.path.replace("/cgi-bin/", "")), asked);
        assert_eq!(call.argument("access_token"), Some("token"));
        if call.verb == "POST" {
            assert_eq!(call.json(), sent, "{method}");
        } else {
            let query: Value =
                call.query[1..].iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            assert_eq!((query, call.body.as_str()), (sent, ""), "{method}");
        }
    }
}

/// What a shell makes of a line that has no more than quotes in it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_every_method_does_what_it_says() {
    let desk = Desk::with(|seen| {
        if seen.path.ends_with("/media/get") {
            Reply::File("content-type: image/png\r\n".into(), "picture".into())
        } else {
            Reply::ok()
        }
    })
    .await;
    desk.write("spring.png", b"\x89PNG\r\n\x1a\n and so on");
    for method in catalogue::methods() {
        let command = method.command();
        let example = words(method.example);
        let arguments: Vec<&str> = example.iter().map(String::as_str).collect();
        let before = desk.server.seen().len();
        let ran = desk.contact(&command, &arguments).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.stderr);
        let seen = desk.server.seen();
        let asked =
            seen[before..].iter().find(|seen| seen.path == format!("/cgi-bin/{}", method.endpoint.path));
        assert!(asked.is_some(), "{command} did not ask for {}", method.endpoint.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_tells_what_it_takes() {
    let desk = Desk::with(|_| Reply::ok()).await;
    for method in catalogue::methods() {
        let command = method.command();
        let help = desk.contact(&command, &["--help"]).await.done();
        assert!(help.starts_with(method.about), "{help}");
        assert!(help.contains(&format!("  wecom-greeter contact {command}")), "{help}");
        assert!(help.contains(&format!("/cgi-bin/{}", method.endpoint.path)), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        for argument in method.arguments {
            let flag = format!("--{} ", argument.flag());
            let positional = argument.kind == catalogue::Kind::File;
            assert!(help.contains(&flag) || positional && help.contains("[FILE]"), "{flag} is not in {help}");
        }
    }
    assert!(desk.server.seen().is_empty(), "help asks nobody");
}

/// Whoever comes from WxJava or from WeCom's pages types the name that he knows.
#[tokio::test]
async fn a_method_is_found_by_its_other_names() {
    let desk = Desk::with(|_| Reply::ok()).await;
    for (name, arguments, asked) in [
        ("get-external-contact", &["--external-userid", "wm1"][..], "GET externalcontact/get"),
        ("crm-get-external-contact", &["--external-userid", "wm1"], "GET externalcontact/get"),
        ("getContactDetail", &["--external-userid", "wm1"], "GET externalcontact/get"),
        ("externalcontact/get", &["--external-userid", "wm1"], "GET externalcontact/get"),
        ("list_contact_way", &[], "POST externalcontact/list_contact_way"),
        (
            "transfer",
            &["--handover-userid", "a", "--takeover-userid", "b", "--external-userid", "wm1"],
            "POST externalcontact/transfer_customer",
        ),
    ] {
        desk.contact(name, arguments).await.done();
        let calls = desk.calls();
        let call = calls.last().unwrap();
        assert_eq!(format!("{} {}", call.verb, call.path.replace("/cgi-bin/", "")), asked, "{name}");
    }
    // One that is mistyped is told its likeliest commands, each once, however many spellings are like it.
    let printed = desk.contact("get-contac-way", &[]).await.failed(2);
    assert!(printed.contains("'get-contact-way'") && !printed.contains("getContactWay"), "{printed}");
    assert!(printed.matches("-way'").count() <= 5 && printed.lines().count() < 9, "{printed}");
    let help = desk.contact("transfer", &["--help"]).await.done();
    assert!(help.contains("contact transfer-customer"), "{help}");
}

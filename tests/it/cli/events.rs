//! `events list` and `events show`: what happened, to whom, and when, in the reader's time zone.

use rstest::rstest;
use serde_json::json;

use super::Shell;

const CALLBACKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/wecom-core/tests/fixtures/callbacks");

/// A record with this one event.
fn with_event(payload: &str) -> Shell {
    let shell = Shell::new();
    let line = json!({ "app": "default", "received_at_ms": 1_733_900_461_210_i64, "payload": payload });
    shell.run_with_stdin(&["events", "import", "-"], &format!("{line}\n")).done();
    shell
}

fn message(of: &str) -> String {
    format!(
        "<xml><ToUserName>ww9f3c1d7be20a4455</ToUserName><FromUserName>lisi</FromUserName>\
         <CreateTime>1733900461</CreateTime><MsgType>{of}</MsgType><MediaId>m1</MediaId><MsgId>7</MsgId>\
         <AgentID>1000002</AgentID></xml>"
    )
}

#[rstest]
#[case("contact-add_external_contact", "add_external_contact", &["employee", "customer"])]
#[case("contact-transfer_fail", "transfer_fail", &["reason     customer_refused"])]
#[case("contact-del_external_contact", "del_external_contact", &["source     DELETE_BY_TRANSFER"])]
#[case("chat-create", "change_external_chat/create", &["group      "])]
#[case("chat-update-add_member", "change_external_chat/update", &["group      ", "update     add_member", "members    "])]
#[case("chat-dismiss", "change_external_chat/dismiss", &["group      "])]
#[case("tag-create", "change_external_tag/create", &["tag        "])]
#[case("tag-update-tag_group", "change_external_tag/update", &["tag group  "])]
#[case("tag-shuffle", "change_external_tag/shuffle", &["tag group  "])]
#[case("acq-delete_link", "customer_acquisition/delete_link", &["link       "])]
#[case("acq-quota_expire_soon", "customer_acquisition/quota_expire_soon", &["of the quota expire"])]
#[case("suite-tag-create", "change_external_tag/create", &["tag        "])]
fn an_event_is_named_so_that_nobody_takes_it_for_another(
    #[case] fixture: &str,
    #[case] name: &str,
    #[case] facts: &[&str],
) {
    let shell = with_event(&std::fs::read_to_string(format!("{CALLBACKS}/{fixture}.xml")).unwrap());
    let list = shell.run(&["events", "list"]).done();
    assert!(list.lines().nth(1).unwrap().split_whitespace().any(|word| word == name), "{list}");
    let story = shell.run(&["events", "show", "1"]).done();
    assert!(story.starts_with(&format!("Event 1: {name}, settled\n")), "{story}");
    for fact in facts {
        assert!(story.contains(&format!("  {fact}")) || story.contains(fact), "{fact}: {story}");
    }
}

#[rstest]
#[case("text")]
#[case("image")]
#[case("a_type_of_next_year")]
fn a_message_is_named_by_its_type(#[case] of: &str) {
    let shell = with_event(&message(of));
    let list = shell.run(&["events", "list"]).done();
    assert!(list.contains(&format!(" message/{of} ")), "{list}");
    let listed = shell.run(&["events", "list", "--output", "json"]).documents();
    assert_eq!(listed[0]["msg_type"], of);
    let story = shell.run(&["events", "show", "1"]).done();
    assert!(story.starts_with(&format!("Event 1: message/{of}, settled\n")), "{story}");
    assert!(story.contains("  from       lisi\n"), "{story}");
}

#[test]
fn what_has_no_welcome_has_no_outcome() {
    let shell = with_event(&message("text"));
    for arguments in
        [&["events", "list", "--output", "json"][..], &["events", "show", "1", "--output", "json"]]
    {
        let document = shell.run(arguments).documents().remove(0);
        for key in ["outcome", "rule"] {
            assert_eq!(document.get(key), Some(&json!(null)), "{key}: {document}");
        }
    }
    let exported = shell.run(&["events", "export"]).documents().remove(0);
    assert_eq!(exported.get("outcome"), None, "an export says what came, not what was done: {exported}");
}

#[rstest]
#[case(&[], "2024-12-11 15:01:01.000 +08:00", "15:01:01.210")]
#[case(&[("GREETER_TIME_ZONE", "Europe/Berlin")], "2024-12-11 08:01:01.000 +01:00", "08:01:01.210")]
#[case(&[("GREETER_TIME_ZONE", "UTC")], "2024-12-11 07:01:01.000 +00:00", "07:01:01.210")]
// The machine's own zone is nobody's wish.
#[case(&[("TZ", "America/New_York")], "2024-12-11 15:01:01.000 +08:00", "15:01:01.210")]
fn times_stand_in_the_zone_of_the_settings(
    #[case] variables: &[(&'static str, &'static str)],
    #[case] happened: &str,
    #[case] received: &str,
) {
    let mut shell = with_event(&message("text"));
    shell.variables.extend(variables);
    let story = shell.run(&["events", "show", "1"]).done();
    assert!(story.contains(&format!("happened   {happened}\n")) && story.contains(received), "{story}");
    let offset = happened.rsplit(' ').next().unwrap();
    assert!(story.contains(&format!("\n  2024-12-11 {offset}\n")), "{story}");
    let list = shell.run(&["events", "list"]).done();
    assert!(list.lines().next().unwrap().contains(&format!("received {offset}")), "{list}");
}

#[test]
fn a_date_of_the_command_line_is_one_of_the_zone() {
    let mut shell = with_event(&message("text"));
    // The event arrived at 15:01 in Beijing, at 07:01 by UTC.
    let since = ["events", "list", "--since", "2024-12-11 08:00", "--output", "json"];
    assert_eq!(shell.run(&since).documents().len(), 1);
    shell.variables.push(("GREETER_TIME_ZONE", "UTC"));
    assert!(shell.run(&since).documents().is_empty());
    shell.variables.push(("GREETER_TIME_ZONE", "Beijing time"));
    let refused = shell.run(&since).failed(2);
    assert!(refused.contains("GREETER_TIME_ZONE") && refused.contains("Asia/Shanghai"), "{refused}");
}

#[test]
fn ids_are_whole_where_no_terminal_is() {
    let long = format!("wm{}", "Q7fEDwAA".repeat(7));
    let payload = format!(
        "<xml><ToUserName>ww9f3c1d7be20a4455</ToUserName><CreateTime>1733900461</CreateTime><MsgType>event</MsgType>\
         <Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
         <UserID>{}</UserID><ExternalUserID>{long}</ExternalUserID><State>华东-春季-南京西路</State></xml>",
        "zhangsan".repeat(8)
    );
    let shell = with_event(&payload);
    let list = shell.run(&["events", "list"]).done();
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains(&long) && list.contains(&"zhangsan".repeat(8)), "{list}");
}

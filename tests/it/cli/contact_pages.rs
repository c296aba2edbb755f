//! `contact`, page by page: where a listing ends, what is printed when, and what a table says of the rest.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::mpsc,
    time::Duration,
};

use serde_json::{Value, json};

use super::contact::Desk;
use crate::harness::scripted::{Reply, Seen};

/// Far longer than a page takes, and far shorter than the command waits for the one that never comes.
const PATIENCE: Duration = Duration::from_secs(20);

const LIST: [&str; 2] = ["--userid-list", "lisi"];

fn page(id: &str, next: &Value) -> Reply {
    let item = json!({"external_contact": {"external_userid": id}});
    let mut answer =
        json!({"errcode": 0, "errmsg": "ok", "external_contact_list": [item], "next_cursor": next});
    answer["fail_info"] = json!({"unlicensed_userid_list": ["zhaoliu"]});
    Reply::json(answer.to_string())
}

fn cursor(seen: &Seen) -> Option<String> {
    seen.json().get("cursor").and_then(Value::as_str).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_may_be_a_number_and_an_end_a_text() {
    let desk = Desk::with(|seen| match cursor(seen).as_deref() {
        None => page("wm1", &json!(7)),
        Some("7") => page("wm2", &json!("")),
        other => panic!("{other:?}"),
    })
    .await;
    let ran = desk.contact("batch-get-by-user", &[&LIST[..], &["--all"]].concat()).await;
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2), "{}", ran.stdout);
    let leavers = Desk::with(|_| {
        Reply::json(r#"{"errcode":0,"info":[{"external_userid":"wm1"}],"is_last":"true","next_cursor":"c"}"#)
    })
    .await;
    leavers.contact("get-unassigned-list", &["--all"]).await.done();
    assert_eq!(leavers.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_out_before_the_next_is_there() {
    let desk =
        Desk::with(|seen| if cursor(seen).is_none() { page("wm1", &json!("c")) } else { Reply::Hang }).await;
    let arguments = [&["contact", "batch-get-by-user", "--all", "--timeout", "600"], &LIST[..]].concat();
    let mut child = desk.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (says, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = out.read_line(&mut line);
        let _ = says.send(line);
    });
    let line = tokio::task::spawn_blocking(move || heard.recv_timeout(PATIENCE)).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.unwrap().contains("wm1"), "the first page is there while the second is waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_on_the_way_is_the_last_line_and_stands_below_a_table() {
    let desk =
        Desk::with(|seen| if cursor(seen).is_none() { page("wm1", &json!("c")) } else { Reply::code(60011) })
            .await;
    let ran = desk.contact("batch-get-by-user", &[&LIST[..], &["--all"]].concat()).await;
    insta::assert_snapshot!(ran.stdout, @r#"
    {"external_contact":{"external_userid":"wm1"}}
    {"errcode":60011,"errmsg":"made up, hint: [1], from ip: 203.0.113.7, more info"}
    "#);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ran = desk.contact("batch-get-by-user", &[&LIST[..], &["--all", "--table"]].concat()).await;
    insta::assert_snapshot!(ran.stdout, @r#"
    external_userid
    wm1
    {
      "errcode": 60011,
      "errmsg": "made up, hint: [1], from ip: 203.0.113.7, more info"
    }
    "#);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_lead_back_are_told_without_a_place_in_the_answer() {
    let desk = Desk::with(|_| page("wm1", &json!("c"))).await;
    let ran = desk.contact("batch-get-by-user", &[&LIST[..], &["--all"]].concat()).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the next page is one that was read before\n"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_one_page_says_that_there_are_more_and_what_else_wecom_said() {
    let desk = Desk::with(|seen| match seen.path.rsplit('/').next().unwrap() {
        "get_by_user" => page("wm1", &json!("c")),
        "statistic" => Reply::json(
            r#"{"errcode":0,"total":9,"next_offset":"1","items":[{"owner":"a","data":{"new_chat_cnt":1}}]}"#,
        ),
        _ => Reply::json(r#"{"errcode":0,"follow_user":["lisi"]}"#),
    })
    .await;
    let ran = desk.contact("batch-get-by-user", &[&LIST[..], &["--table"]].concat()).await;
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.stderr, @r#"
    There is more than this page: --all follows the others.
    Beside the items WeCom said: {"fail_info":{"unlicensed_userid_list":["zhaoliu"]}}
    "#);
    let by_owner = ["--day-begin-time", "2d", "--owner-filter", "a", "--table"];
    let ran = desk.contact("groupchat-statistic", &by_owner).await;
    assert_eq!(ran.stderr, "There is more than this page: --all follows the others.\n");
    desk.contact("get-follow-user-list", &["--table"]).await.done();
}

/// Midnight in China is the day before in the zone of the test.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_shows_chinas_days_and_times_that_are_texts() {
    let desk = Desk::with(|seen| {
        Reply::json(if seen.path.ends_with("group_by_day") {
            r#"{"errcode":0,"items":[{"stat_time":1733846400,"data":{"new_chat_cnt":1}},{"stat_time":"1733932800"}]}"#
        } else {
            r#"{"errcode":0,"info":[{"handover_userid":"a","dismission_time":"1733900461"}]}"#
        })
    })
    .await;
    let days = ["--day-begin-time", "2024-12-11", "--owner-filter", "a", "--table"];
    insta::assert_snapshot!(desk.contact("groupchat-statistic-group-by-day", &days).await.done(), @r"
    stat_time   new_chat_cnt
    2024-12-11  1
    2024-12-12  -
    ");
    insta::assert_snapshot!(desk.contact("get-unassigned-list", &["--table"]).await.done(), @r"
    handover_userid  dismission_time
    a                2024-12-11 15:01:01 +08:00
    ");
}

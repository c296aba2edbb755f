//! `contact` from outside: what is printed where, what is refused before anything is sent, what is asked twice.

use std::fs;

use serde_json::{Value, json};
use wecom_core::clock::Clock;
use wecom_simulator::{AddCustomer, Corp, Options, Simulator};

use super::{Ran, Shell};
use crate::harness::scripted::{Reply, Scripted, Seen};

const ID: &str = "wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A";

/// A shell in front of a WeCom that answers by a script.
pub(super) struct Desk {
    pub(super) server: Scripted,
    pub(super) shell: std::sync::Arc<Shell>,
    base: String,
}

impl Desk {
    pub(super) async fn with(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let server = Scripted::start(move |seen| {
            if seen.path.ends_with("/gettoken") { Reply::token("token", 7_200) } else { script(seen) }
        })
        .await;
        Self::before(server)
    }

    fn before(server: Scripted) -> Self {
        let base = server.base();
        Self { server, shell: std::sync::Arc::new(Shell::with_app()), base }
    }

    pub(super) async fn contact(&self, method: &str, arguments: &[&str]) -> Ran {
        self.contact_with(method, arguments, "").await
    }

    /// Any other command.
    pub(super) async fn run(&self, arguments: &[&str]) -> Ran {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        run(&self.shell, &self.base, arguments, "").await
    }

    /// A command that is not waited for.
    pub(super) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.shell.command(arguments);
        command.env("WECOM_API_BASE", &self.base);
        command
    }

    async fn contact_with(&self, method: &str, arguments: &[&str], stdin: &'static str) -> Ran {
        let arguments: Vec<String> =
            ["contact", method].iter().chain(arguments).map(|&text| text.to_owned()).collect();
        run(&self.shell, &self.base, arguments, stdin).await
    }

    pub(super) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.shell.folder.path().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.shell.folder.path().join(name)).unwrap()
    }

    /// The calls that came, without those for tokens.
    pub(super) fn calls(&self) -> Vec<Seen> {
        self.server.seen().into_iter().filter(|seen| !seen.path.ends_with("/gettoken")).collect()
    }
}

/// Beside the servers of the test, which must go on answering.
pub(super) async fn run(
    shell: &std::sync::Arc<Shell>,
    base: &str,
    arguments: Vec<String>,
    stdin: &'static str,
) -> Ran {
    let (shell, base) = (std::sync::Arc::clone(shell), base.to_owned());
    tokio::task::spawn_blocking(move || {
        use std::{io::Write as _, process::Stdio};
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = shell.command(&arguments);
        command.env("WECOM_API_BASE", base);
        let piped = || Stdio::piped();
        let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        // A command that does not read it may have ended.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ran::of(&child.wait_with_output().unwrap())
    })
    .await
    .unwrap()
}

impl Ran {
    /// Its answer, and what stands on stderr, after it failed with 1.
    pub(super) fn refused(self) -> (Value, String) {
        assert_eq!(self.code, 1, "{}", self.stderr);
        (serde_json::from_str(&self.stdout).expect("the answer is JSON"), self.stderr)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_wecoms_own() {
    let text = r#"{"errcode":0,"errmsg":"ok","follow_user":["lisi"],"added_later":{"z":1,"a":"\u202e"}}"#;
    let desk = Desk::with(move |_| Reply::json(text)).await;
    let printed = desk.contact("get-follow-user-list", &[]).await.done();
    insta::assert_snapshot!(printed, @r#"
    {
      "errcode": 0,
      "errmsg": "ok",
      "follow_user": [
        "lisi"
      ],
      "added_later": {
        "z": 1,
        "a": "\u202e"
      }
    }
    "#);
    let printed = desk.contact("get-follow-user-list", &["--output", "json"]).await.documents();
    assert_eq!(printed, [serde_json::from_str::<Value>(text).unwrap()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_printed_and_explained() {
    let desk = Desk::with(|seen| match seen.path.rsplit('/').next().unwrap() {
        "mark_tag" => Reply::json(
            r#"{"errcode":40068,"errmsg":"invalid tagid, hint: [1], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=40068","more":[1]}"#,
        ),
        "remark" => Reply::json(r#"{"errcode":7654321,"errmsg":"new"}"#),
        _ => Reply::code(-1),
    })
    .await;
    let pair = ["--userid", "lisi", "--external-userid", ID];
    let (answer, printed) =
        desk.contact("mark-tag", &[&pair[..], &["--add-tag", "et1"]].concat()).await.refused();
    assert_eq!((answer["errcode"].as_i64(), &answer["more"]), (Some(40068), &json!([1])));
    insta::assert_snapshot!(printed, @"
    error: WeCom refused externalcontact/mark_tag: 40068 invalid tagid
      which means: WeCom does not know this tag id, or it is a tag group's id, or the tag of another app's rule group. Copy the tag's id again.
    ");
    let (answer, printed) = desk.contact("remark", &[&pair[..], &["--remark", "x"]].concat()).await.refused();
    assert_eq!(answer, json!({"errcode": 7_654_321, "errmsg": "new"}));
    assert!(printed.contains("see https://open.work.weixin.qq.com/devtool/query?e=7654321"), "{printed}");
    // Sent once, and it may have been done.
    let (_, printed) = desk.contact("close-temp-chat", &pair).await.refused();
    insta::assert_snapshot!(printed, @"
    error: WeCom refused externalcontact/close_temp_chat: -1 made up
      which means: WeCom is busy. It may have been done all the same: look before you repeat it.
    ");
    assert_eq!(desk.server.seen_at("close_temp_chat").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_told_as_that_and_no_secret_is_shown() {
    let desk = Desk::before(
        Scripted::start(|_| Reply::json(r#"{"errcode":40001,"errmsg":"invalid credential s3cret"}"#)).await,
    );
    let ran = desk.contact("list", &["--userid", "lisi"]).await;
    assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"), "{}{}", ran.stdout, ran.stderr);
    let (answer, printed) = ran.refused();
    assert_eq!(answer["errcode"], 40001);
    assert!(printed.contains("WeCom refused gettoken: 40001") && printed.contains("Secret"), "{printed}");
    assert!(!printed.contains("Could not get"), "the client's log says it again: {printed}");
    let (answer, _) = desk.contact("gettoken", &[]).await.refused();
    assert_eq!(answer, json!({"errcode": 40001, "errmsg": "invalid credential ***"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_asked_for_by_hand_is_printed() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let printed = desk.contact("gettoken", &["--output", "json"]).await.documents();
    assert_eq!((&printed[0]["access_token"], &printed[0]["expires_in"]), (&json!("token"), &json!(7_200)));
    let [asked] = &desk.server.seen()[..] else { panic!("once") };
    assert_eq!(
        (asked.argument("corpid"), asked.argument("corpsecret")),
        (Some("ww9f3c1d7be20a4455"), Some("s3cret"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wecom_would_refuse_is_refused_before_anything_is_sent() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let long = "汉".repeat(31);
    let users = vec!["u"; 101].join(",");
    let text = "x".repeat(4_001);
    let cases: [(&str, &[&str], &str); 23] = [
        ("list", &[], "userid is absent or empty: WeCom requires it"),
        ("list", &["--userid", ""], "userid is absent or empty: WeCom requires it"),
        ("get", &[], "external_userid is absent or empty"),
        ("groupchat-list", &["--limit", "1001"], "limit is 1001: 1 to 1000 is allowed"),
        ("groupchat-list", &["--limit", "ten"], "invalid value 'ten' for '--limit <N>'"),
        (
            "add-contact-way",
            &["--type", "1", "--scene", "2", "--user", "a", "--remark", &long],
            "remark has 31 characters: at most 30 are allowed",
        ),
        (
            "add-contact-way",
            &["--type", "2", "--scene", "2", "--user", &users],
            "user has 101 elements: 1 to 100 are allowed",
        ),
        (
            "add-contact-way",
            &["--type", "1", "--scene", "2", "--user", "a,b"],
            "user has 2 elements: exactly 1 are allowed",
        ),
        (
            "add-contact-way",
            &["--type", "1", "--scene", "2", "--user", "a", "--conclusions", "{"],
            "--conclusions: this is not JSON",
        ),
        (
            "add-contact-way",
            &["--type", "1", "--scene", "2", "--user", "a", "--party", "x"],
            "--party: expected whole numbers",
        ),
        (
            "send-welcome-msg",
            &["--welcome-code", "C", "--text", &text],
            "text.content has 4001 bytes of UTF-8: at most 4000 are allowed",
        ),
        ("send-welcome-msg", &["--welcome-code", "C"], "text and attachments are both absent or empty"),
        (
            "send-welcome-msg",
            &["--welcome-code", "C", "--attachments", "[{\"msgtype\": \"sticker\"}]"],
            "attachments is not what WeCom wants at attachments[0]",
        ),
        (
            "mark-tag",
            &["--userid", "a", "--external-userid", "b"],
            "add_tag and remove_tag are both absent or empty",
        ),
        ("remark", &["--userid", "a", "--external-userid", "b"], "WeCom wants at least one"),
        (
            "get-user-behavior-data",
            &["--userid", "a", "--start-time", "2026-01-01", "--end-time", "2026-03-01"],
            "end_time is 59 days after the beginning: at most 30 are allowed",
        ),
        (
            "get-user-behavior-data",
            &["--userid", "a", "--start-time", "soon", "--end-time", "0s"],
            "--start-time: expected an instant",
        ),
        ("list", &["--json", "[]"], "--json: expected an object"),
        ("list", &["--json", "{\"userid\": 7}"], "userid is a number: WeCom wants a text"),
        ("add-corp-tag", &["--group-name", "g", "--json", "{\"tag\": [{\"name\": [1]}]}"], "at tag[0].name"),
        ("list", &["--user-id", "a"], "unexpected argument '--user-id'"),
        ("list", &["--userid", "a", "--app", "other"], "there is no app `other` in the settings"),
        ("get-follow-user-list", &["--table", "--output", "json"], "give one of them"),
    ];
    for (method, arguments, printed) in cases {
        let said = desk.contact(method, arguments).await.failed(2);
        assert!(said.contains(printed), "{method} {arguments:?}: {said}");
    }
    assert!(desk.server.seen().is_empty(), "not even for a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_body_comes_from_the_line_a_file_or_stdin_and_flags_go_over_it() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let body = r#"{"userid": "lisi", "external_userid": "wm1", "add_tag": ["et1"], "added_later": {"a": 1}, "gone": null}"#;
    let sent =
        json!({"userid": "lisi", "external_userid": "wm1", "add_tag": ["et1"], "added_later": {"a": 1}});
    desk.write("body.json", body.as_bytes());
    desk.contact("mark-tag", &["--json", body]).await.done();
    desk.contact("mark-tag", &["--json", "@body.json"]).await.done();
    desk.contact_with("mark-tag", &["--json", "-"], body).await.done();
    assert!(desk.calls().iter().all(|call| call.json() == sent), "{:?}", desk.calls());
    desk.contact("mark-tag", &["--json", "@body.json", "--userid", "wangwu", "--remove-tag", "et2"])
        .await
        .done();
    let last = desk.calls().pop().unwrap().json();
    assert_eq!((&last["userid"], &last["remove_tag"]), (&json!("wangwu"), &json!(["et2"])));
    // Of a GET it is the query.
    desk.contact("get", &["--json", r#"{"external_userid": "wm1", "cursor": "c", "new": 7}"#]).await.done();
    let get = desk.calls().pop().unwrap();
    let query: Vec<_> = get.query[1..].iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(query, ["external_userid=wm1", "cursor=c", "new=7"]);
    assert!(
        desk.contact("get", &["--json", "@nowhere.json"])
            .await
            .failed(1)
            .contains("cannot read nowhere.json")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_come_item_by_item_through_expired_cursors_and_tokens() {
    let desk = Desk::with(|seen| {
        let body = seen.json();
        assert_eq!(body["limit"], 100, "the largest pages");
        let item = |id: &str| json!({"external_contact": {"external_userid": id}, "new": {}});
        let page = |id: &str, next: &str| {
            json!({"errcode": 0, "errmsg": "ok", "external_contact_list": [item(id)], "next_cursor": next,
                "fail_info": {"unlicensed_userid_list": ["zhaoliu"]}})
        };
        match (seen.number, body["cursor"].as_str()) {
            (1, None) => Reply::json(page("wm1", "c1").to_string()),
            // The token has run out on the way: it is renewed, and the page asked for again.
            (2, Some("c1")) => Reply::code(42001),
            (3, Some("c1")) => Reply::json(page("wm2", "c2").to_string()),
            (4, Some("c2")) => Reply::code(50100),
            (5, None) => Reply::json(page("wm1", "c3").to_string()),
            (6, Some("c3")) => Reply::code(45033),
            (7, Some("c3")) => Reply::json(page("wm3", "").to_string()),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let ran = desk.contact("batch-get-by-user", &["--userid-list", "lisi", "--all"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids: Vec<_> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|item| item["external_contact"]["external_userid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["wm1", "wm2", "wm1", "wm3"]);
    assert!(ran.stderr.contains("some items came twice") && ran.stderr.contains("zhaoliu"), "{}", ran.stderr);
    assert_eq!(desk.server.seen_at("/gettoken").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_is_refused_ends_in_the_refusal() {
    let desk = Desk::with(|seen| match seen.number {
        1 => {
            Reply::json(r#"{"errcode":0,"errmsg":"ok","contact_way":[{"config_id":"a"}],"next_cursor":"c"}"#)
        }
        _ => Reply::code(60011),
    })
    .await;
    let ran = desk.contact("list-contact-way", &["--all", "--output", "json"]).await;
    assert_eq!(ran.code, 1);
    let printed: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&printed[0]["config_id"], &printed[1]["errcode"], printed.len()),
        (&json!("a"), &json!(60011), 2)
    );
    assert!(ran.stderr.contains("60011 made up"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_asked_twice_is_and_what_may_not_is_not() {
    for fault in [Reply::Reset, Reply::HalfThenReset, Reply::code(-1), Reply::code(6000), Reply::code(45033)]
    {
        let first = fault.clone();
        let desk = Desk::with(move |seen| if seen.number == 1 { first.clone() } else { Reply::ok() }).await;
        desk.contact("list", &["--userid", "lisi"]).await.done();
        let tag = ["--userid", "lisi", "--external-userid", ID, "--add-tag", "et1"];
        desk.contact("mark-tag", &tag).await.done();
        let ran = desk.contact("add-contact-way", &["--type", "1", "--scene", "2", "--user", "a"]).await;
        assert_eq!(ran.code, 1, "{fault:?}: {}", ran.stderr);
        assert_eq!(desk.server.seen_at("add_contact_way").len(), 1, "{fault:?}: sent once");
        assert_eq!(
            (desk.server.seen_at("/list").len(), desk.server.seen_at("mark_tag").len()),
            (2, 2),
            "{fault:?}"
        );
        if matches!(fault, Reply::Reset | Reply::HalfThenReset) {
            assert_eq!(ran.stdout, "", "there is no answer");
            assert!(ran.stderr.contains("look before you repeat it"), "{}", ran.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wecom_that_is_not_there_or_does_not_answer_is_told_as_that() {
    let shell = std::sync::Arc::new(Shell::with_app());
    let list = || ["contact", "list", "--userid", "a"].map(str::to_owned).to_vec();
    let printed = run(&shell, "http://127.0.0.1:9", list(), "").await.failed(1);
    assert!(printed.contains("externalcontact/list") && printed.contains("gettoken"), "{printed}");
    let desk = Desk::with(|_| Reply::Hang).await;
    let printed = desk.contact("list", &["--userid", "a", "--timeout", "1"]).await.failed(1);
    assert!(printed.contains("externalcontact/list was not answered within 1000 ms"), "{printed}");
    let desk = Desk::with(|_| Reply::Http(502, "<html>".into())).await;
    let printed = desk.contact("list", &["--userid", "a"]).await.failed(1);
    assert!(printed.contains("HTTP 502"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_drawn_on_stderr_and_records_in_a_table() {
    let desk = Desk::with(|seen| {
        let answer = match seen.path.rsplit('/').next().unwrap() {
            "add_contact_way" => json!({"config_id": "42b3", "qr_code": "https://wework.qpic.cn/wwpic/1/0"}),
            "get_corp_tag_list" => json!({"tag_group": [
                {"group_id": "et1", "group_name": "渠道\u{1b}[2J", "create_time": 1_733_900_461, "tag": [{"id": "et2", "name": "春季"}, {"id": "et4", "name": ""}]},
                {"group_id": "et3", "order": 7}]}),
            _ => json!({"follow_user": ["lisi", "wangwu"]}),
        };
        let mut whole = json!({"errcode": 0, "errmsg": "ok"});
        whole.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
        Reply::json(whole.to_string())
    })
    .await;
    let way = ["--type", "1", "--scene", "2", "--user", "lisi", "--qr"];
    let ran = desk.contact("add-contact-way", &way).await;
    assert_eq!((ran.code, ran.stderr.lines().filter(|line| line.contains('█')).count() > 10), (0, true));
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap()["config_id"], "42b3");
    insta::assert_snapshot!(desk.contact("get-corp-tag-list", &["--table"]).await.done(), @r#"
    group_id  group_name  create_time                 tag.id  tag.name  order
    et1       渠道·[2J    2024-12-11 15:01:01 +08:00  et2     春季      -
    et1       渠道·[2J    2024-12-11 15:01:01 +08:00  et4     -         -
    et3       -           -                           -       -         7
    "#);
    assert_eq!(desk.contact("get-follow-user-list", &["--table"]).await.done(), "lisi\nwangwu\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_up_from_disk_and_come_down_whole_or_not_at_all() {
    let desk = Desk::with(|seen| match (seen.path.rsplit('/').next().unwrap(), seen.argument("media_id")) {
        ("upload", _) => Reply::json(
            r#"{"errcode":0,"errmsg":"","type":"image","media_id":"1G6n","created_at":"1733900461"}"#,
        ),
        ("get", Some("gone")) => Reply::code(40007),
        ("get", Some("cut")) => Reply::HalfThenReset,
        _ => Reply::File(
            "content-type: image/png\r\ncontent-disposition: attachment; filename=\"图.png\"\r\n".into(),
            "picture".into(),
        ),
    })
    .await;
    desk.write("春.png", b"\x89PNG\r\n\x1a\n and so on");
    let printed =
        desk.contact("media-upload", &["--type", "image", "春.png", "--output", "json"]).await.documents();
    assert_eq!((&printed[0]["media_id"], &printed[0]["created_at"]), (&json!("1G6n"), &json!("1733900461")));
    let upload = desk.calls().pop().unwrap();
    assert_eq!(upload.argument("type"), Some("image"));
    assert!(upload.body.contains("filename=\"春.png\"") && upload.query.len() == 2, "{:?}", upload.query);
    let printed = desk.contact("media-upload", &["--type", "video", "春.png"]).await.failed(2);
    assert!(printed.contains("begins like no MP4 file"), "{printed}");
    assert!(
        desk.contact("media-upload", &["--type", "image", "nowhere.png"])
            .await
            .failed(1)
            .contains("media/upload")
    );

    let get = |id: &'static str, to: &'static str| ["--media-id", id, "--to", to];
    let printed = desk.contact("media-get", &get("m", "a.png")).await.done();
    assert_eq!((printed.as_str(), desk.read("a.png").as_str()), ("a.png: 7 bytes\n", "picture"));
    desk.write("a.png", b"mine");
    assert!(desk.contact("media-get", &get("m", "a.png")).await.failed(2).contains("--overwrite"));
    assert_eq!(desk.read("a.png"), "mine");
    let printed = desk
        .contact("media-get", &[&get("m", "a.png")[..], &["--overwrite", "--output", "json"]].concat())
        .await;
    assert_eq!(
        printed.documents(),
        [json!({"file": "a.png", "bytes": 7, "file_name": "图.png", "content_type": "image/png"})]
    );
    let (answer, printed) = desk.contact("media-get", &get("gone", "b.png")).await.refused();
    assert!(answer["errcode"] == 40007 && printed.contains("three days"), "{printed}");
    desk.contact("media-get", &get("cut", "b.png")).await.failed(1);
    let left: Vec<_> =
        fs::read_dir(desk.shell.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no b.png and no part of one: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_apps_one_is_named() {
    let desk = Desk::with(|_| Reply::ok()).await;
    desk.write(
        "greeter.toml",
        b"[[apps]]\nname = \"shop\"\ncorp_id = \"wwshop\"\nsecret = \"other\"\ntoken = \"QDG6eK\"\n\
          encoding_aes_key = \"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C\"\n",
    );
    let printed = desk.contact("get-follow-user-list", &[]).await.failed(2);
    assert!(
        printed.contains("--app") && printed.contains("default") && printed.contains("shop"),
        "{printed}"
    );
    desk.contact("get-follow-user-list", &["--app", "shop"]).await.done();
    assert_eq!(desk.server.seen_at("/gettoken")[0].argument("corpid"), Some("wwshop"));
}

/// What the simulated WeCom answers is what the commands ask.
#[tokio::test(flavor = "multi_thread")]
async fn the_commands_work_against_the_simulator() {
    let simulator = Simulator::start(Options::default(), Clock::system(), 7).await.unwrap();
    let corp = Corp::sample();
    let shell = std::sync::Arc::new(Shell {
        variables: vec![
            ("WECOM_CORP_ID", corp.corp_id.clone().leak()),
            ("WECOM_SECRET", secrecy::ExposeSecret::expose_secret(&corp.secret).to_owned().leak()),
            ("WECOM_TOKEN", "QDG6eK"),
            ("WECOM_ENCODING_AES_KEY", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
        ],
        ..Shell::new()
    });
    let base = simulator.api_base();
    let ask = async |arguments: &[&str]| {
        let arguments = ["contact"].iter().chain(arguments).map(|&text| text.to_owned()).collect();
        let ran = run(&shell, &base, arguments, "").await;
        (ran.code, serde_json::from_str::<Value>(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr)))
    };
    let added = simulator.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
    let id = added.customer.as_str();
    let (_, employees) = ask(&["get-follow-user-list"]).await;
    assert_eq!(employees["follow_user"], json!(["lisi", "wangwu", "zhangsan"]));
    assert_eq!(ask(&["list", "--userid", "zhangsan"]).await.1["external_userid"], json!([id]));
    let pair = ["--userid", "zhangsan", "--external-userid", id];
    let (_, groups) = ask(&["get-corp-tag-list"]).await;
    let tag = groups["tag_group"][0]["tag"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&[&["mark-tag"], &pair[..], &["--add-tag", &tag]].concat()).await.0, 0);
    assert_eq!(ask(&[&["remark"], &pair[..], &["--remark", "周总"]].concat()).await.0, 0);
    let (code, customer) = ask(&["get", "--external-userid", id]).await;
    let follow = &customer["follow_user"][0];
    assert_eq!((code, &follow["remark"], &follow["tags"][0]["tag_id"]), (0, &json!("周总"), &json!(tag)));
    let (code, made) = ask(&["add-corp-tag", "--group-name", "新", "--tag", "[{\"name\": \"一\"}]"]).await;
    assert_eq!((code, &made["tag_group"]["tag"][0]["name"]), (0, &json!("一")));
    let (code, refused) = ask(&["send-welcome-msg", "--welcome-code", "nothing", "--text", "x"]).await;
    assert_eq!((code, &refused["errcode"]), (1, &json!(41050)));
    assert!(ask(&["gettoken"]).await.1["access_token"].is_string());
    simulator.stop().await;
}

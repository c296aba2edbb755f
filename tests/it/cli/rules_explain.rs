//! `rules explain`: without settings or a database where both files are given, with the record where not.

use serde_json::{Value, json};

use super::{Shell, contact::Desk, exported};
use crate::harness::scripted::Reply;

const RULES: &str = "rules:
  - name: night
    priority: 40
    when: { schedule: { hours: '21:00-09:00' } }
    welcome: { text: '您好,我们明早九点后回复您。' }
  - name: spring
    priority: 30
    when: { state: 'spring-*' }
    welcome:
      text: \"{{ customer.name | default('朋友') }},您好\"
      fallback: 您好
      attachments:
        - link: { title: 春季活动, url: 'https://example.com/?by={{ employee.id }}' }
    tag: { add: [etSampleTagChannelSpring00000000], remove: [etSampleTagChannelUnknown0000000] }
    remark: { name: '{{ customer.name }}-春', description: '{{ event.date }}' }
  - name: retail
    apps: [retail]
    welcome: { text: retail }
  - name: everyone
    welcome: { text: hello }
";

/// 10 in the morning in Shanghai.
const MORNING: &str = "2026-03-06T10:00:00+08:00";

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    shell.write("event.yaml", "{ user_id: lisi, external_user_id: wmA, state: spring-2026 }");
    shell
}

fn explained(shell: &Shell, more: &[&str]) -> Value {
    let mut arguments =
        vec!["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml", "--output", "json"];
    arguments.extend(more);
    let mut documents = shell.run(&arguments).documents();
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

#[test]
fn an_explanation_is_one_document_and_needs_no_database() {
    let shell = shell();
    let told = explained(&shell, &["--at", MORNING, "--customer", "{name: 小周, type: wechat}"]);
    assert_eq!(told["event"]["happened_at_ms"], 1_772_762_400_000_i64);
    let rules: Vec<_> =
        told["rules"].as_array().unwrap().iter().map(|rule| (&rule["name"], &rule["matched"])).collect();
    assert_eq!(
        rules,
        [
            (&json!("night"), &json!(false)),
            (&json!("spring"), &json!(true)),
            (&json!("retail"), &json!(false)),
            (&json!("everyone"), &json!(true)),
        ]
    );
    assert_eq!(told["rules"][2]["reason"], "it is for retail, and this came to `default`");
    assert_eq!(told["rules"][1]["used_for"], json!(["welcome", "tag", "remark"]));
    let welcome = &told["welcome"];
    assert_eq!(
        (&welcome["rule"], &welcome["text"], &welcome["bytes"]),
        (&json!("spring"), &json!("小周,您好"), &json!(13))
    );
    assert_eq!(
        welcome["attachments"],
        json!([{ "link": { "title": "春季活动", "url": "https://example.com/?by=lisi" } }])
    );
    assert_eq!(
        welcome["request"],
        json!({
            "method": "externalcontact/send_welcome_msg",
            "body": {
                "text": { "content": "小周,您好" },
                "attachments": [{ "msgtype": "link", "link": { "title": "春季活动", "url": "https://example.com/?by=lisi" } }]
            }
        })
    );
    assert_eq!(
        (&told["tags"]["add"], &told["tags"]["remove"], &told["tags"]["create"]),
        (
            &json!(["etSampleTagChannelSpring00000000"]),
            &json!(["etSampleTagChannelUnknown0000000"]),
            &json!([])
        )
    );
    assert_eq!(
        (&told["remark"]["name"], &told["remark"]["description"], &told["remark"]["phones"]),
        (&json!("小周-春"), &json!("2026-03-06"), &Value::Null)
    );
    assert_eq!(told["needs"], json!({ "welcome": ["customer"], "rest": [], "failure": [], "not_known": [] }));
    assert!(!shell.folder.path().join("greeter.db").exists(), "no database was made");
}

#[test]
fn what_is_not_given_counts_as_a_failed_look_up_and_is_said() {
    let told = explained(&shell(), &["--at", MORNING]);
    assert_eq!(told["welcome"]["text"], "朋友,您好");
    assert_eq!(told["needs"]["not_known"], json!(["customer"]));
    let told = explained(&shell(), &["--at", MORNING, "--customer", "unavailable"]);
    assert_eq!(told["needs"]["not_known"], json!([]), "it was given that nothing is known");
    let told = explained(&shell(), &["--at", "2026-03-06T22:00:00+08:00"]);
    assert_eq!(
        (&told["welcome"]["rule"], &told["tags"]["add"][0]),
        (&json!("night"), &json!("etSampleTagChannelSpring00000000"))
    );
}

#[test]
fn a_person_reads_the_same() {
    let arguments = [
        "rules",
        "explain",
        "--rules",
        "rules.yaml",
        "--payload",
        "event.yaml",
        "--at",
        MORNING,
        "--app",
        "retail",
    ];
    insta::assert_snapshot!(shell().run(&arguments).done(), @r#"
    Event: add_external_contact, employee lisi, customer wmA, state spring-2026
      app retail, 2026-03-06 10:00:00 +08:00, with a welcome code, by the rules of a file

    Rules
      ✗ night: it happened on fri 2026-03-06 10:00 Asia/Shanghai, and the rule asks for other times (`schedule`)
      ✓ spring: welcome, tag, remark
      ✓ retail: matches, and supplies nothing
      ✓ everyone: matches, and supplies nothing

    Welcome by spring
      │ 朋友,您好
      + {"link":{"title":"春季活动","url":"https://example.com/?by=lisi"}}
      text: 13 of 4000 bytes
      fallback: 6 of 4000 bytes
      attachments[0].link.title: 12 of 128 bytes
      attachments[0].link.url: 28 of 2048 bytes
      POST /cgi-bin/externalcontact/send_welcome_msg {"text":{"content":"朋友,您好"},"attachments":[{"msgtype":"link","link":{"title":"春季活动","url":"https://example.com/?by=lisi"}}]}

    Tags +etSampleTagChannelSpring00000000 -etSampleTagChannelUnknown0000000
      POST /cgi-bin/externalcontact/mark_tag {"userid":"lisi","external_userid":"wmA","add_tag":["etSampleTagChannelSpring00000000"],"remove_tag":["etSampleTagChannelUnknown0000000"]}

    Remark
      name: -春
      description: 2026-03-06
      remark.name: 2 of 20 characters
      remark.description: 10 of 150 characters
      POST /cgi-bin/externalcontact/remark {"userid":"lisi","external_userid":"wmA","remark":"-春","description":"2026-03-06"}

    Looked up before the welcome: customer
    Not known: customer; told as if the look-up had failed. --customer tells it, or --lookup asks WeCom.
    "#);
}

#[test]
fn a_fallback_says_why_it_is_sent() {
    let shell = Shell::new();
    shell.write("event.yaml", "{}");
    for (welcome, why) in [
        (
            "text: '{{ customer.name }},您好', fallback: 您好",
            Some("the text asks for customer.name without a default, and no look-up has told that"),
        ),
        (
            "text: '{{ customer.name }},我是{{ employee.name }}', fallback: 您好",
            Some(
                "the text asks for customer.name and employee.name without a default, and no look-up has told that",
            ),
        ),
        ("text: '{{ event.state }}', fallback: 您好", Some("the text came out blank")),
        ("text: '{{ customer.name | default(1) }},您好', fallback: 您好", None),
        ("text: 您好, fallback: 您好", None),
    ] {
        shell.write("rules.yaml", &format!("rules: [{{ name: a, welcome: {{ {welcome} }} }}]"));
        assert_eq!(explained(&shell, &[])["welcome"]["is_fallback"], json!(why), "{welcome}");
        let text =
            shell.run(&["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml"]).done();
        assert_eq!(text.contains("\n  this is its fallback: "), why.is_some(), "{text}");
    }
}

#[test]
fn a_payload_is_wecoms_message_a_line_of_an_export_or_a_few_words() {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    let line = exported(61, "spring-2026");
    let recorded: Value = serde_json::from_str(&line).unwrap();
    let xml = recorded["payload"].as_str().unwrap();
    let json = r#"{"ToUserName":"ww1","MsgType":"event","Event":"change_external_contact","ChangeType":"add_external_contact",
        "UserID":"zhangsan","ExternalUserID":"wmCustomer000061","State":"spring-2026","WelcomeCode":"code61","CreateTime":1733900461}"#;
    let words = "change: add_external_contact\nuser_id: zhangsan\nstate: spring-2026\n";
    for payload in [xml, json, line.as_str(), words] {
        shell.write("event.yaml", payload);
        let told = explained(&shell, &["--at", MORNING]);
        assert_eq!(
            (&told["event"]["user_id"], &told["event"]["welcome_code"], &told["welcome"]["rule"]),
            (&json!("zhangsan"), &json!(true), &json!("spring")),
            "{payload}"
        );
        assert!(!told.to_string().contains("code61"), "the code is not shown");
    }
    // A customer as another program writes them: an emoji in two escapes.
    shell.write(
        "customer.json",
        r#"{"errcode":0,"external_contact":{"name":"\u5c0f\ud83c\udf38"},"follow_user":[]}"#,
    );
    let told = explained(&shell, &["--at", MORNING, "--customer", "customer.json"]);
    assert_eq!(told["welcome"]["text"], "小🌸,您好");
}

#[test]
fn an_event_of_the_record_is_explained_by_the_rules_in_force() {
    let shell = shell();
    shell.run(&["rules", "import", "rules.yaml"]).done();
    shell.run_with_stdin(&["events", "import", "-"], &exported(61, "spring-2026")).done();
    let told = shell.run(&["rules", "explain", "--event-id", "1", "--output", "json"]).documents().remove(0);
    assert_eq!((&told["event"]["id"], &told["version"]), (&json!(1), &json!(1)));
    assert_eq!(told["welcome"]["rule"], "spring");
    let text = shell.run(&["rules", "explain", "--event-id", "1", "--at", MORNING]).done();
    assert!(text.contains("by the rules of version 1"), "{text}");
}

#[test]
fn wrong_input_is_told() {
    let shell = shell();
    shell.run(&["rules", "explain"]).failed(2);
    shell.run(&["rules", "explain", "--event-id", "1", "--payload", "event.yaml"]).failed(2);
    assert!(
        shell
            .run(&["rules", "explain", "--event-id", "9", "--rules", "rules.yaml"])
            .failed(1)
            .contains("there is no database at /")
    );
    assert!(shell.run(&["rules", "explain", "--payload", "event.yaml"]).failed(1).contains("no rules yet"));
    shell.run(&["migrate"]).done();
    assert!(
        shell
            .run(&["rules", "explain", "--event-id", "9", "--rules", "rules.yaml"])
            .failed(1)
            .contains("no event 9")
    );
    assert!(shell.run(&["rules", "explain", "--payload", "event.yaml"]).failed(1).contains("no rules yet"));
    shell.run(&["rules", "explain", "--rules", "absent.yaml", "--payload", "event.yaml"]).failed(1);
    let both = shell.run(&["rules", "explain", "--rules", "-", "--payload", "-"]).failed(2);
    assert!(both.contains("only one of --rules and --payload"), "{both}");
    let when = shell.run(&["rules", "explain", "--event-id", "1", "--at", "some day"]).failed(2);
    assert!(when.contains("expected an instant"), "{when}");
    for (payload, says) in [
        ("", "there is nothing in it"),
        ("hello", "no message of WeCom's"),
        ("{ chnge: add_external_contact }", "did you mean `change`?"),
        ("{ change: add_external_contct }", "did you mean `add_external_contact`?"),
        ("{ time: tomorrow }", "`tomorrow` is no instant"),
        ("<xml><ToUserName>ww1</ToUserName><Encrypt>abc</Encrypt></xml>", "encrypted envelope"),
        ("<xml>", "no message of WeCom's"),
    ] {
        shell.write("event.yaml", payload);
        let ran = shell.run(&["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{payload}");
        assert!(
            ran.stdout.starts_with("event.yaml:1:") && ran.stdout.contains(says),
            "{payload}: {}",
            ran.stdout
        );
    }
    shell.write("event.yaml", "{ state: x }");
    for (flag, value, says) in [
        ("--customer", "{ nam: x }", "did you mean `name`?"),
        ("--customer", "{ type: alien }", "known here: wechat, wecom"),
        ("--employee", "{ departments: [a] }", "wants a whole number, and has a text"),
        ("--earlier", "me", "write none, employee"),
    ] {
        let arguments = ["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml", flag, value];
        let ran = shell.run(&arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{value}");
        assert!(ran.stdout.starts_with(flag) && ran.stdout.contains(says), "{value}: {}", ran.stdout);
    }
    shell.write("bad.yaml", "rules: [{ name: x, welcom: {} }]");
    let ran = shell.run(&["rules", "explain", "--rules", "bad.yaml", "--payload", "event.yaml"]);
    assert!(ran.code == 1 && ran.stdout.starts_with("bad.yaml:1:"), "{}", ran.stdout);
}

#[test]
fn what_the_record_knows_of_earlier_adds_is_taken_from_it() {
    let shell = shell();
    shell.write(
        "back.yaml",
        "rules: [{ name: back, when: { returning: { to: company } }, welcome: { text: back } }, { name: new, welcome: { text: new } }]",
    );
    let again = exported(61, "x").replace("173390046", "173390056");
    shell.run_with_stdin(&["events", "import", "-"], &(exported(61, "x") + &again)).done();
    let explained = |id: &str, more: &[&str]| {
        let mut arguments =
            vec!["rules", "explain", "--rules", "back.yaml", "--event-id", id, "--output", "json"];
        arguments.extend(more);
        shell.run(&arguments).documents().remove(0)
    };
    let (first, second) = (explained("1", &[]), explained("2", &[]));
    assert_eq!((&first["welcome"]["rule"], &second["welcome"]["rule"]), (&json!("new"), &json!("back")));
    assert_eq!(
        second["needs"],
        json!({ "welcome": ["earlier"], "rest": [], "failure": [], "not_known": [] })
    );
    let supposed = explained("2", &["--earlier", "none"]);
    assert_eq!(supposed["welcome"]["rule"], "new", "what is said on the command line holds");
}

/// The department is below the one that the rule names, and only the tree of departments tells.
#[tokio::test(flavor = "multi_thread")]
async fn wecom_is_asked_for_the_people_whom_the_rules_ask_for() {
    let desk = Desk::with(|seen| match seen.path.trim_start_matches("/cgi-bin/") {
        "externalcontact/get" => Reply::json(
            r#"{"errcode":0,"external_contact":{"external_userid":"wmA","name":"小周","type":1},"follow_user":[{"userid":"lisi"}]}"#,
        ),
        "user/get" => Reply::json(r#"{"errcode":0,"userid":"lisi","name":"李四","department":[31],"main_department":31}"#),
        "department/list" => Reply::json(
            r#"{"errcode":0,"department":[{"id":1,"name":"示例公司","parentid":0},{"id":3,"name":"销售部","parentid":1},{"id":31,"name":"门店","parentid":3}]}"#,
        ),
        _ => Reply::code(-1),
    })
    .await;
    desk.write(
        "rules.yaml",
        "rules: [{ name: a, when: { department: 3 }, welcome: { text: '{{ customer.name }},我是{{ employee.department }}的{{ employee.name }}' } }]"
            .as_bytes(),
    );
    desk.write("event.yaml", b"{ user_id: lisi, external_user_id: wmA }");
    let arguments = [
        "rules",
        "explain",
        "--rules",
        "rules.yaml",
        "--payload",
        "event.yaml",
        "--lookup",
        "--output",
        "json",
    ];
    let told = desk.run(&arguments).await.documents().remove(0);
    assert_eq!(told["welcome"]["text"], "小周,我是门店的李四");
    let needs = json!({ "welcome": ["customer", "employee"], "rest": [], "failure": [], "not_known": [] });
    assert_eq!(told["needs"], needs);
    assert_eq!(desk.calls().len(), 3, "each is asked once");
    // What is given is not asked for.
    let given =
        [&arguments[..], &["--employee", "{ departments: [4] }", "--customer", "unavailable"]].concat();
    let told = desk.run(&given).await.documents().remove(0);
    assert_eq!((&told["welcome"], desk.calls().len()), (&Value::Null, 3));
    // By the rules in force, and for an event of the record, by these and by others.
    desk.run(&["rules", "import", "rules.yaml", "--no-upload"]).await.done();
    desk.write("events.jsonl", exported(61, "spring-2026").replace("zhangsan", "lisi").as_bytes());
    desk.run(&["events", "import", "events.jsonl"]).await.done();
    for what in [
        ["--payload", "event.yaml"].as_slice(),
        &["--event-id", "1"],
        &["--event-id", "1", "--rules", "rules.yaml"],
    ] {
        let arguments = [&["rules", "explain", "--lookup", "--output", "json"], what].concat();
        let told = desk.run(&arguments).await.documents().remove(0);
        assert_eq!(told["welcome"]["text"], "小周,我是门店的李四", "{what:?}");
    }
    assert_eq!(desk.calls().len(), 12);
}

#[test]
fn a_look_up_that_fails_is_said_and_the_rest_is_told() {
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    shell.write("event.yaml", "{ user_id: lisi, external_user_id: wmA, state: spring-2026 }");
    let arguments =
        ["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml", "--at", MORNING, "--lookup"];
    // Nobody listens where WeCom's API is said to be.
    let ran = shell.run(&arguments);
    assert!(ran.code == 0 && ran.stderr.contains("The customer could not be looked up"), "{}", ran.stderr);
    assert!(ran.stdout.contains("│ 朋友,您好") && !ran.stdout.contains("Not known"), "{}", ran.stdout);
    // The employee as well, and each once.
    shell.write(
        "rules.yaml",
        "rules: [{ name: a, when: { department: 3 }, welcome: { text: '{{ customer.name }}' } }, { name: b, welcome: { text: x } }]",
    );
    let ran = shell.run(&arguments);
    assert_eq!(ran.stderr.matches("The employee could not be looked up").count(), 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("Welcome by b") && !ran.stdout.contains("Not known"), "{}", ran.stdout);
    shell.write("rules.yaml", RULES);
    // Where no look-up is needed none is made.
    shell.write("event.yaml", "{ state: other }");
    assert!(shell.run(&arguments).done().contains("Welcome by everyone"));
    shell.write("event.yaml", "{ state: spring-2026, app: absent }");
    assert!(shell.run(&arguments).failed(2).contains("--app names another"));
}

const TELLING: &str = r#"
rules:
  - name: shops
    when: { user: "li*" }
    welcome: { text: "{{ event.state }}" }
  - name: tell
    notify:
      - { to: [boss], on: missed_welcome, text: "{{ employee.name }} {{ reason }}" }
"#;

/// Told are those notices that a server could come to send: of a welcome that may fail and of one that is none, and not
/// of a welcome that nobody wants or that has no code.
#[test]
fn notices_of_what_may_fail_are_told_where_it_may() {
    let shell = Shell::new();
    shell.write("rules.yaml", TELLING);
    let told = |event: &str| -> (Vec<String>, Value) {
        shell.write("event.yaml", event);
        let told = explained(&shell, &["--employee", "{name: 李四}"]);
        let notices = told["notify"].as_array().unwrap();
        (
            notices.iter().map(|notice| notice["text"].as_str().unwrap().to_owned()).collect(),
            told["needs"].clone(),
        )
    };
    let (texts, needs) = told("{ change: add_external_contact, user_id: lisi, state: 春 }");
    assert_eq!(texts, ["李四 (why it failed)"]);
    assert_eq!((&needs["rest"], &needs["failure"]), (&json!([]), &json!(["employee"])));
    let (texts, needs) = told("{ change: add_external_contact, user_id: lisi }");
    assert_eq!(texts, ["李四 填好之后内容是空的"]);
    assert_eq!((&needs["rest"], &needs["failure"]), (&json!(["employee"]), &json!([])));
    assert!(
        told("{ change: add_external_contact, user_id: wangwu, state: 春 }").0.is_empty(),
        "no rule greets"
    );
    let without = "{ change: add_external_contact, user_id: lisi, state: 春, welcome_code: false }";
    assert!(told(without).0.is_empty(), "there is no code");
}

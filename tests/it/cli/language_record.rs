//! What the record says of what went wrong, and what WeCom's refusals mean, to somebody who reads Chinese only.

use serde_json::json;

use super::{contact::Desk, exported, language::english};
use crate::harness::scripted::Reply;

const RULES: &str = "rules:
  - name: everyone
    welcome: { text: 您好 }
    tag: { add: [etSampleTagChannelSpring00000000] }
    remark: { description: 渠道 }
    notify: [{ to: employee, text: 有新客户 }]
    forward: [{ url: 'https://crm.example.com/hook', secret_env: CRM_SECRET }]
";

const UNTRUSTED: &str = "not allow to access from your ip, hint: [1733900461], from ip: 203.0.113.7, more info at \
                         https://open.work.weixin.qq.com/devtool/query?e=60020";

fn refusal(errcode: i64, errmsg: &str) -> Reply {
    Reply::json(json!({ "errcode": errcode, "errmsg": errmsg }).to_string())
}

/// A WeCom that refuses what an event calls for, each for another cause.
async fn refusing() -> Desk {
    let desk = Desk::with(|seen| match seen.path.rsplit('/').next().unwrap_or_default() {
        "mark_tag" => refusal(60020, UNTRUSTED),
        "remark" => refusal(84061, "not external contact, hint: [1]"),
        "send" => Reply::json(r#"{"errcode":0,"errmsg":"ok","invaliduser":"lisi"}"#),
        "get" => refusal(40058, "invalid Request Parameter: external_userid is not a customer"),
        _ => refusal(7_654_321, "something of next year"),
    })
    .await;
    desk.write("rules.yaml", RULES.as_bytes());
    desk.write("events.jsonl", exported(1, "spring-1").as_bytes());
    desk.write(
        "greeter.toml",
        "[[apps]]\nname = 'default'\ncorp_id = 'ww9f3c1d7be20a4455'\nsecret = 's3cret'\ntoken = 'QDG6eK'\n\
         encoding_aes_key = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'\nagent_id = 1000002\n"
            .as_bytes(),
    );
    for arguments in [
        &["rules", "import", "rules.yaml", "--no-upload", "--lang", "zh"][..],
        &["events", "import", "events.jsonl", "--lang", "zh"],
    ] {
        assert_eq!(desk.run(arguments).await.code, 0);
    }
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_is_said_in_chinese_with_what_to_do() {
    let desk = refusing().await;
    let replayed = desk.run(&["events", "replay", "1", "--lang", "zh"]).await;
    assert_eq!(english(&replayed.stdout), Vec::<String>::new());
    let shown = desk.run(&["events", "show", "1", "--lang", "zh"]).await.done();
    for expected in [
        "服务器地址没有加入企业微信的可信名单",
        "错误码 60020",
        "企业微信看到的地址是 203.0.113.7",
        "有些人没有收到通知（员工 lisi）",
        "环境变量 CRM_SECRET",
        "二十秒内没来得及发送",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    for arguments in [
        &["events", "show", "1"][..],
        &["events", "list"],
        &["actions", "list"],
        &["actions", "list", "--status", "failed"],
        &["failures"],
        &["rules", "list"],
        &["events", "replay", "1", "--dry-run"],
    ] {
        let text = desk.run(&[arguments, &["--lang", "zh"]].concat()).await.done();
        assert_eq!(english(&text), Vec::<String>::new(), "{arguments:?}: {text}");
    }
    // For programs the record is what it is in either language: the words that are stored, and the code.
    let json = desk.run(&["actions", "list", "--output", "json", "--lang", "zh"]).await.documents();
    let tag = json.iter().find(|action| action["kind"] == "tag").unwrap();
    assert_eq!(tag["code"], "untrusted_ip");
    assert!(tag["reason"].as_str().unwrap().contains("203.0.113.7"), "{tag}");
    let english = desk.run(&["events", "show", "1", "--lang", "en"]).await.done();
    assert!(english.contains("the address to add under 企业可信IP is 203.0.113.7"), "{english}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refusal_of_a_call_means_is_said_in_chinese() {
    let desk = refusing().await;
    let pair = ["--userid", "lisi", "--external-userid", "wmA"];
    for (method, arguments, expected) in [
        (
            "mark-tag",
            [&pair[..], &["--add-tag", "et1"]].concat(),
            &["企业可信IP", "203.0.113.7", "（60020）"][..],
        ),
        ("remark", [&pair[..], &["--remark", "x"]].concat(), &["员工和客户不是好友"]),
        // It names what is wrong, which is known from WeCom's words only.
        ("get", vec!["--external-userid", "wmA"], &["参数不对", "企业微信的提示：", "external_userid"]),
        ("get-follow-user-list", vec![], &["devtool/query?e=7654321"]),
    ] {
        let ran = desk.contact(method, &[&arguments[..], &["--lang", "zh"]].concat()).await;
        let (code, printed) = (ran.code, ran.stderr);
        assert_eq!(code, 1, "{printed}");
        for expected in expected {
            assert!(printed.contains(expected), "{method}: {expected}: {printed}");
        }
        // What WeCom says for itself stands in the answer on stdout, and is quoted where it is all there is.
        let of_ours: Vec<&str> = printed.lines().filter(|line| !line.contains('「')).collect();
        assert_eq!(english(&of_ours.join("\n")), Vec::<String>::new());
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(answer["errcode"].is_i64() && answer["errmsg"].is_string(), "{answer}");
    }
}

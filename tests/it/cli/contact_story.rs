//! `contact` at work: whole stories, told by the commands on one side and by people in front of the simulated company on
//! the other. What one command makes the next one finds.

use std::{fs, sync::Arc, time::Duration};

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use wecom_core::clock::{Clock, ManualClock};
use wecom_simulator::{Corp, Options, Simulator};

use super::{Shell, contact::run};

/// 2024-12-11, 15:01 in China.
const NOW_MS: i64 = 1_733_900_461_210;

/// A company, somebody at a shell who has its app's credentials, and a clock that stands still.
struct Company {
    simulator: Simulator,
    shell: Arc<Shell>,
    hand: ManualClock,
    http: reqwest::Client,
}

impl Company {
    async fn open() -> Self {
        let (clock, hand) = Clock::manual(NOW_MS);
        let corp = Corp::sample();
        let shell = Shell {
            variables: vec![
                ("WECOM_CORP_ID", corp.corp_id.leak()),
                ("WECOM_SECRET", corp.secret.expose_secret().to_owned().leak()),
                ("WECOM_TOKEN", corp.token.expose_secret().to_owned().leak()),
                ("WECOM_ENCODING_AES_KEY", corp.encoding_aes_key.expose_secret().to_owned().leak()),
            ],
            ..Shell::new()
        };
        // Whoever comes first installs it; it is the same for all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let simulator = Simulator::start(Options::default(), clock, 7).await.unwrap();
        Self { simulator, shell: Arc::new(shell), hand, http }
    }

    /// A command as it is typed, and what it prints; texts with spaces come as they are.
    async fn typed(&self, arguments: &[&str]) -> String {
        let arguments = ["contact"].iter().chain(arguments).map(|&text| text.to_owned()).collect();
        run(&self.shell, &self.simulator.api_base(), arguments, "").await.done()
    }

    /// The answer to a command.
    async fn contact(&self, arguments: &[&str]) -> Value {
        let answer: Value = serde_json::from_str(&self.typed(arguments).await).unwrap();
        assert_eq!(answer["errcode"], 0, "{arguments:?}: {answer}");
        answer
    }

    /// What people do, by the simulator's own door.
    async fn people(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_simulator/{path}", self.simulator.api_base());
        let answer = self.http.post(url).body(body.to_string()).send().await.unwrap();
        let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert!(status.is_success(), "{path}: {answer}");
        answer
    }
}

fn text<'a>(answer: &'a Value, at: &str) -> &'a str {
    answer.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {at} in {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_comes_by_a_code_is_tagged_and_changes_hands() {
    let company = Company::open().await;
    let way = company.contact(&[
        "add-contact-way",
        "--type",
        "1",
        "--scene",
        "2",
        "--user",
        "zhangsan",
        "--state",
        "expo-2026",
    ]);
    let way = way.await;
    let scanned = company.people("scans", json!({ "config_id": way["config_id"], "name": "小周" })).await;
    let customer = text(&scanned, "/customer");
    company
        .contact(&["send-welcome-msg", "--welcome-code", text(&scanned, "/welcome_code"), "--text", "您好"])
        .await;
    let listed = company.contact(&["list", "--userid", "zhangsan"]).await;
    assert_eq!(listed["external_userid"], json!([customer]));
    let read = company.contact(&["get", "--external-userid", customer]).await;
    let follow = &read["follow_user"][0];
    assert_eq!(
        (text(&read, "/external_contact/name"), &follow["userid"], &follow["state"], &follow["tags"]),
        ("小周", &json!("zhangsan"), &json!("expo-2026"), &json!([]))
    );

    let made =
        company.contact(&["add-corp-tag", "--group-name", "意向", "--tag", r#"[{"name": "高"}]"#]).await;
    let tag = text(&made, "/tag_group/tag/0/id");
    let pair = ["--userid", "zhangsan", "--external-userid", customer];
    company.contact(&[&["mark-tag"], &pair[..], &["--add-tag", tag]].concat()).await;
    let read = company.contact(&["get", "--external-userid", customer]).await;
    assert_eq!(
        read["follow_user"][0]["tags"],
        json!([{ "group_name": "意向", "tag_name": "高", "tag_id": tag, "type": 1 }])
    );

    let talk = |by: &str, messages: u64| json!({ "employee": "zhangsan", "customer": customer, "by": by, "messages": messages });
    company.people("talks", talk("customer", 2)).await;
    company.hand.advance(Duration::from_mins(3));
    company.people("talks", talk("employee", 4)).await;
    let moved = ["--handover-userid", "zhangsan", "--takeover-userid", "lisi"];
    let started = company
        .contact(&[&["transfer-customer"], &moved[..], &["--external-userid", customer]].concat())
        .await;
    assert_eq!(started["customer"], json!([{ "external_userid": customer, "errcode": 0 }]));
    let result = async || {
        let result = company.contact(&[&["transfer-result"], &moved[..]].concat()).await;
        result["customer"][0]["status"].clone()
    };
    assert_eq!(result().await, 2, "it waits");
    company.hand.advance(Duration::from_hours(24));
    assert_eq!(result().await, 1, "it is done");
    let read = company.contact(&["get", "--external-userid", customer]).await;
    let follow = &read["follow_user"];
    assert_eq!((follow.as_array().unwrap().len(), &follow[0]["userid"]), (1, &json!("lisi")));
    assert_eq!(follow[0]["tags"][0]["tag_id"], json!(tag), "what was noted goes along");

    let data = company.contact(&[
        "get-user-behavior-data",
        "--userid",
        "zhangsan,lisi",
        "--start-time",
        "2024-12-11",
        "--end-time",
        "2024-12-12",
    ]);
    let data = data.await;
    let day = |at: usize, name: &str| data["behavior_data"][at][name].clone();
    assert_eq!(
        (day(0, "new_contact_cnt"), day(1, "new_contact_cnt")),
        (json!(1), json!(1)),
        "zhangsan's, lisi's"
    );
    assert_eq!(
        (day(0, "chat_cnt"), day(0, "message_cnt"), day(0, "avg_reply_time")),
        (json!(1), json!(4), json!(3))
    );
    assert_eq!((day(0, "reply_percentage"), day(1, "chat_cnt")), (json!(100.0), json!(0)));

    // Whoever asks to be confirmed first waits, and is told of when it has been done.
    let id = text(&way, "/config_id");
    company.contact(&["update-contact-way", "--config-id", id, "--skip-verify", "false"]).await;
    let waits = company.people("scans", json!({ "config_id": id, "name": "小王" })).await;
    assert_eq!((&waits["waiting"], &waits["welcome_code"]), (&json!(true), &Value::Null));
    let refused = ["contact", "get", "--external-userid", text(&waits, "/customer")].map(str::to_owned);
    let ran = run(&company.shell, &company.simulator.api_base(), refused.to_vec(), "").await;
    assert!(ran.code == 1 && ran.stdout.contains("84061"), "{}", ran.stdout);
    company.people("accepts", json!({ "employee": "zhangsan", "customer": waits["customer"] })).await;
    let read = company.contact(&["get", "--external-userid", text(&waits, "/customer")]).await;
    assert_eq!(read["follow_user"][0]["state"], "expo-2026");
    company.contact(&["del-contact-way", "--config-id", id]).await;
    company.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_grows_by_a_code_and_gets_another_owner() {
    let company = Company::open().await;
    let added = company.people("customers", json!({ "employee": "zhangsan", "name": "小周" })).await;
    let customer = text(&added, "/customers/0/customer");
    let group = json!({ "act": "create", "owner": "zhangsan", "name": "客户群", "members": [customer] });
    let group = company.people("groups", group).await;
    let chat_id = text(&group, "/chat_id");
    let listed = company.contact(&["groupchat-list", "--owner-filter", "zhangsan", "--limit", "10"]).await;
    assert_eq!(listed["group_chat_list"], json!([{ "chat_id": chat_id, "status": 0 }]));
    let way = company
        .contact(&["groupchat-add-join-way", "--scene", "2", "--chat-id-list", chat_id, "--state", "counter"])
        .await;
    let scan = json!({ "act": "scan", "config_id": way["config_id"] });
    let came = company.people("groups", scan).await;
    let read = company.contact(&["groupchat-get", "--chat-id", chat_id, "--need-name", "1"]).await;
    let members = read["group_chat"]["member_list"].as_array().unwrap();
    assert_eq!((members.len(), &members[1]["name"]), (3, &json!("小周")));
    assert_eq!((&members[2]["userid"], &members[2]["state"]), (&came["members"][0], &json!("counter")));
    company
        .people("groups", json!({ "act": "say", "chat_id": chat_id, "member": customer, "count": 5 }))
        .await;
    let figures = company
        .contact(&["groupchat-statistic", "--day-begin-time", "2024-12-11", "--owner-filter", "zhangsan"])
        .await;
    let data = &figures["items"][0]["data"];
    assert_eq!(
        (&data["new_chat_cnt"], &data["member_total"], &data["msg_total"]),
        (&json!(1), &json!(3), &json!(5))
    );
    // Whoever is no contact of anybody is told without an id.
    let served = company.contact(&["contact-list"]).await;
    let rows = served["info_list"].as_array().unwrap();
    let of: Vec<_> =
        rows.iter().map(|row| (&row["follow_userid"], row.get("external_userid").is_some())).collect();
    let zhangsan = &json!("zhangsan");
    assert_eq!(of, [(zhangsan, true), (zhangsan, true), (zhangsan, false)]);

    let give = ["--chat-id-list", chat_id, "--new-owner"];
    company.contact(&[&["groupchat-onjob-transfer"], &give[..], &["lisi"]].concat()).await;
    company.people("employees/lisi/leave", json!(null)).await;
    let listed = company.contact(&["groupchat-list", "--status-filter", "1", "--limit", "10"]).await;
    assert_eq!(listed["group_chat_list"], json!([{ "chat_id": chat_id, "status": 1 }]));
    company.contact(&[&["groupchat-transfer"], &give[..], &["wangwu"]].concat()).await;
    company.hand.advance(Duration::from_mins(1));
    let read = company.contact(&["groupchat-get", "--chat-id", chat_id]).await;
    assert_eq!(read["group_chat"]["owner"], "wangwu");
    company.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_moments_are_proposed_and_employees_send_them() {
    let company = Company::open().await;
    let added = company.people("customers", json!({ "employee": "zhangsan", "name": "小周" })).await;
    let customer = text(&added, "/customers/0/customer");
    let message = company
        .contact(&[
            "add-msg-template",
            "--external-userid",
            customer,
            "--sender",
            "zhangsan",
            "--text",
            "春天来了",
        ])
        .await;
    let msgid = text(&message, "/msgid");
    company.hand.advance(Duration::from_secs(1));
    let result = async || {
        let asked = ["get-groupmsg-send-result", "--msgid", msgid, "--userid", "zhangsan"];
        company.contact(&asked).await["send_list"][0].clone()
    };
    assert_eq!(result().await["status"], 0);
    company.people("mass_messages", json!({ "act": "send", "msgid": msgid, "employee": "zhangsan" })).await;
    let sent = result().await;
    assert_eq!((&sent["external_userid"], &sent["status"]), (&json!(customer), &json!(1)));
    let tasks = company.contact(&["get-groupmsg-task", "--msgid", msgid]).await;
    assert_eq!(tasks["task_list"][0]["status"], 2);

    let range = r#"{"sender_list": {"user_list": ["zhangsan"]}}"#;
    let task = company.contact(&["add-moment-task", "--text", "新品到店", "--visible-range", range]).await;
    company.hand.advance(Duration::from_secs(3));
    let task = company.contact(&["get-moment-task-result", "--jobid", text(&task, "/jobid")]).await;
    let moment = text(&task, "/result/moment_id");
    company.people("moments", json!({ "act": "publish", "moment_id": moment, "employee": "zhangsan" })).await;
    company
        .people(
            "moments",
            json!({ "act": "like", "moment_id": moment, "employee": "zhangsan", "by": customer }),
        )
        .await;
    let of = ["--moment-id", moment, "--userid", "zhangsan"];
    let seen = company.contact(&[&["get-moment-customer-list"], &of[..]].concat()).await;
    assert_eq!(seen["customer_list"][0]["external_userid"], json!(customer));
    let said = company.contact(&[&["get-moment-comments"], &of[..]].concat()).await;
    assert_eq!(said["like_list"][0]["external_userid"], json!(customer));
    let tasks = company.contact(&["get-moment-task", "--moment-id", moment]).await;
    assert_eq!(tasks["task_list"], json!([{ "userid": "zhangsan", "publish_status": 1 }]));
    company.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_brings_customers_and_costs_quota() {
    let company = Company::open().await;
    let quota = async || company.contact(&["customer-acquisition-quota"]).await["balance"].as_i64().unwrap();
    let before = quota().await;
    let range = r#"{"user_list": ["lisi"]}"#;
    let link =
        company.contact(&["customer-acquisition-create-link", "--link-name", "直播", "--range", range]).await;
    let link_id = text(&link, "/link/link_id");
    let open = json!({ "act": "open", "link_id": link_id, "state": "live-7" });
    let opened = company.people("links", open).await;
    let customer = text(&opened, "/customer");
    let came = company.contact(&["customer-acquisition-customer", "--link-id", link_id]).await;
    let row = &came["customer_list"][0];
    assert_eq!(
        (&row["external_userid"], &row["userid"], &row["state"]),
        (&json!(customer), &json!("lisi"), &json!("live-7"))
    );
    let read = company.contact(&["get", "--external-userid", customer]).await;
    let follow = &read["follow_user"][0];
    assert_eq!((&follow["add_way"], &follow["state"]), (&json!(16), &json!("live-7")));
    assert_eq!(quota().await, before - 1);
    let days = ["--start-time", "2024-12-11", "--end-time", "2024-12-11"];
    let figures = company
        .contact(&[&["customer-acquisition-statistic", "--link-id", link_id], &days[..]].concat())
        .await;
    assert_eq!((&figures["click_link_customer_cnt"], &figures["new_customer_cnt"]), (&json!(1), &json!(1)));
    company.contact(&["customer-acquisition-delete-link", "--link-id", link_id]).await;
    company.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_up_is_sent_and_comes_back() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
    let company = Company::open().await;
    let folder = company.shell.folder.path();
    fs::write(folder.join("春.png"), PNG).unwrap();
    let uploaded = company.contact(&["media-upload", "--type", "image", "春.png"]).await;
    let media_id = text(&uploaded, "/media_id");
    let added = company.people("customers", json!({ "employee": "zhangsan", "name": "小周" })).await;
    let image = json!([{ "msgtype": "image", "image": { "media_id": media_id } }]).to_string();
    let code = text(&added, "/customers/0/welcome_code");
    company.contact(&["send-welcome-msg", "--welcome-code", code, "--attachments", &image]).await;
    let relation = company.simulator.relation("zhangsan", text(&added, "/customers/0/customer")).unwrap();
    assert_eq!(relation.welcomes[0].message["attachments"][0]["image"]["media_id"], json!(media_id));
    let printed = company.typed(&["media-get", "--media-id", media_id, "--to", "back.png"]).await;
    assert_eq!(printed, format!("back.png: {} bytes\n", PNG.len()));
    assert_eq!(fs::read(folder.join("back.png")).unwrap(), PNG);
    company.simulator.stop().await;
}

#[test]
fn a_simulated_company_cannot_be_called_by_nothing() {
    for option in ["--corp-id", "--secret", "--suite-id"] {
        let printed = Shell::new().run(&["simulate", option, ""]).failed(2);
        assert!(printed.contains("leave the option out"), "{printed}");
    }
    let printed = Shell::new().run(&["simulate", "--listen", "foo"]).failed(2);
    assert!(printed.contains("127.0.0.1:8090"), "{printed}");
}

#[test]
fn a_callback_to_which_nothing_can_be_posted_is_refused() {
    for url in ["ftp://127.0.0.1/callback", "nowhere"] {
        let printed = Shell::new().run(&["simulate", "--callback", url]).failed(2);
        assert!(printed.contains("http://127.0.0.1:8080/callback/default"), "{printed}");
    }
}

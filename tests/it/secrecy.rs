//! What WeCom's answers and callbacks say of customers, and what opens doors, stays out of the log, of the record's
//! reasons, of the metrics and of readiness, whatever goes wrong. One customer's name and phone, every welcome code,
//! token and secret are planted; then everything goes wrong that can be made to, and all that is shown is searched.

use std::{process::Command, time::Duration};

use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use wecom_core::callback::{Keys, seal};
use wecom_simulator::{AddCustomer, Corp, Fault, FaultKind};

use crate::{
    harness::{
        process::{Process, Stage},
        wire::{State, Wire},
        world::{MARK, SEND, Which, fresh},
    },
    http::http,
    store::parity,
};

const NAME: &str = "无名氏甲乙";
const PHONE: &str = "13912345678";
const CODE: &str = "PLANTED-CODE";
const TOKEN: &str = "PLANTED-TOKEN";
const HOOK: &str = "PLANTED-HOOK-KEY";
const DATABASE_PASSWORD: &str = "PLANTED-PASSWORD";

/// How long a story takes in which everything is tried again, on a busy machine.
const WITHIN: Duration = Duration::from_mins(2);

/// The methods that a greeting takes, with the notice.
const METHODS: [&str; 5] = [SEND, MARK, "externalcontact/get", "externalcontact/remark", "message/send"];

/// Each text asks for the customer. One fails on this customer's name and on no other that it is tried with.
fn rules(hook: &str) -> String {
    format!(
        "
rules:
  - name: fails
    priority: 9
    when: {{ state: broken }}
    welcome: {{ text: \"{{% if customer.name is startingwith('无名') %}}{{{{ -customer.name }}}}{{% endif %}}\", fallback: 您好 }}
  - name: everybody
    welcome:
      text: \"您好,{{{{ customer.name | default('朋友') }}}}\"
      attachments:
        - link: {{ title: 春季, url: \"https://example.com/a\" }}
    tag: {{ add: [etPlain, etUnknownOne] }}
    remark: {{ name: \"{{{{ customer.name }}}}-抖音\", phones: [\"{PHONE}\"] }}
    notify:
      - {{ to: employee, text: \"{{{{ customer.name }}}} 来了\" }}
      - {{ to: employee, on: missed_welcome, text: \"{{{{ customer.name }}}}: {{{{ reason }}}}\" }}
    forward:
      - {{ url: \"{hook}\" }}
"
    )
}

/// What comes in place of WeCom's answers, with all that is planted in it.
fn faults() -> Vec<FaultKind> {
    let json = format!(
        r#"{{"errcode":0,"external_contact":{{"name":"{NAME}","mobile":"{PHONE}"}},"c":"{CODE}","access_token":"{TOKEN}"}}"#
    );
    let http = |status, body: &str| FaultKind::Http { status, body: body.to_owned() };
    let refused = |code| FaultKind::Errcode { code, message: None };
    vec![
        http(200, &json[..json.len() - 1]),
        http(200, &json.replace("\"errcode\":0,", "")),
        http(200, &json.replace(":0,", &format!(":\"{NAME}\","))),
        http(200, &json.replace(&format!("\"{NAME}\""), &format!("[\"{NAME}\"]"))),
        http(200, &format!("[{json}]")),
        http(200, &format!("<html>{json}</html>")),
        http(502, &json),
        http(404, &json),
        http(301, &json),
        refused(-1),
        refused(40_014),
        refused(45_033),
        refused(40_007),
        refused(40_068),
        FaultKind::NotJson,
        FaultKind::Reset,
        FaultKind::LoseAnswer,
        FaultKind::Hang(Duration::from_millis(300)),
    ]
}

/// So many forwards fail in each of the ways that pass.
const PASSING: usize = 3;

/// Takes forwards and gives each back what it was sent, first as a failure that passes, then as one for good.
async fn echoing_receiver() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?key={HOOK}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for n in 0_usize.. {
            let Ok((mut socket, _)) = listener.accept().await else { return };
            tokio::spawn(async move {
                let mut came = vec![0; 65_536];
                let read = socket.read(&mut came).await.unwrap_or(0);
                let body = String::from_utf8_lossy(&came[..read]).into_owned() + NAME + PHONE;
                let status = if n < PASSING { "500 Broken" } else { "410 Gone" };
                let head = format!(
                    "HTTP/1.1 {status} {HOOK}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                // A third kind of failure: nothing comes back.
                if !(PASSING..2 * PASSING).contains(&n) {
                    let _ = socket.write_all((head + &body).as_bytes()).await;
                }
            });
        }
    });
    url
}

/// Deliveries that are refused, each with what is planted in it.
async fn send_broken_callbacks(stage: &Stage, server: &Process) {
    let app = &stage.config.apps[0];
    let keys = |receiver: &str| {
        Keys::new(app.token.expose_secret(), app.encoding_aes_key.expose_secret(), receiver).unwrap()
    };
    let plaintext =
        format!("<xml><Name>{NAME}</Name><Mobile>{PHONE}</Mobile><WelcomeCode>{CODE}</WelcomeCode></xml>");
    let sealed = |receiver: &str| seal(&keys(receiver), plaintext.as_bytes(), "1733900461", "7", [7; 16]);
    let (good, foreign) = (sealed(&app.corp_id), sealed("ww0000000000000000"));
    let wrong = good.to_query().replace(&good.msg_signature, &"0".repeat(40));
    let planted = format!("msg_signature={}&timestamp=1&nonce={CODE}&echostr={NAME}{TOKEN}", "0f".repeat(20));
    let at = |path: &str| format!("http://{}{path}", server.callback);
    for (query, body) in [
        (wrong, good.to_xml(&app.corp_id, None)),
        (foreign.to_query(), foreign.to_xml(&app.corp_id, None)),
        (good.to_query(), plaintext.clone()),
        (planted.clone(), plaintext.clone()),
        (format!("name={NAME}&token={TOKEN}"), plaintext.clone()),
        (good.to_query(), format!("<xml><Encrypt>{NAME}{PHONE}</Encrypt></xml>")),
        (String::new(), plaintext.repeat(8_000)),
    ] {
        let answer = http().post(at(&format!("/callback/default?{query}"))).body(body).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
    for path in ["/callback/default", "/callback/shop", "/wecom", "/callback/default/"] {
        http().get(at(&format!("{path}?{planted}"))).send().await.unwrap();
    }
    // Genuine and of nobody's making: understood as far as it goes.
    let odd =
        "<xml><MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>odd</ChangeType>";
    for end in [format!("<Name>{NAME}</Name></xml>"), format!("<Name>{NAME}{PHONE}")] {
        stage.wecom.deliver_raw(&format!("{odd}{end}")).unwrap();
    }
}

/// The database refuses what it is given, with a message of its own making.
async fn have_the_database_refuse(stage: &Stage) {
    let sqlite = stage.database().is_sqlite();
    let (refuse, take) = if sqlite {
        (
            "CREATE TRIGGER planted BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER planted",
        )
    } else {
        (
            "ALTER TABLE event ADD CONSTRAINT planted CHECK (app <> 'default') NOT VALID",
            "ALTER TABLE event DROP CONSTRAINT planted",
        )
    };
    parity::execute(stage.database(), refuse).await;
    let add = AddCustomer::new("zhangsan", NAME, None);
    let added = stage.wecom.add_customer(&add).unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    parity::execute(stage.database(), take).await;
    for number in added.deliveries {
        stage.wecom.delivered(number).await.unwrap();
    }
}

/// What the commands print that people copy into tickets.
fn listed(stage: &Stage, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
    command.args(arguments).env_clear().env("DATABASE_URL", &stage.database().url).current_dir("/");
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The token that WeCom takes now.
async fn token_in_use(stage: &Stage) -> String {
    let app = &stage.config.apps[0];
    let url = format!(
        "{}/cgi-bin/gettoken?corpid={}&corpsecret={}",
        stage.wecom.api_base(),
        app.corp_id,
        app.secret.expose_secret()
    );
    let answer = http().get(url).send().await.unwrap().text().await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_nothing_is_shown_that_is_nobodys_business(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let hook = echoing_receiver().await;
    let stage = Stage::set(database, &rules(&hook)).await;
    let mut config = stage.config.clone();
    config.log.chosen = true;
    config.log.filter = "debug,wecom_greeter=trace,wecom_client=trace,wecom_core=trace".into();
    let wire = if stage.database().is_sqlite() {
        None
    } else {
        let (wire, url) = Wire::to_postgres(stage.database()).await;
        let (before, after) = url.split_once('@').expect("it names a user");
        config.database.url = format!("{before}:{DATABASE_PASSWORD}@{after}").into();
        Some(wire)
    };
    let server = Process::serve_with_private_networks(&config).await;
    stage.deliver_to(&server);
    let mut secrets = vec![token_in_use(&stage).await];

    // An employee is sent a few notices a minute, so each of them is added.
    let employees: Vec<_> = Corp::sample().employees.into_iter().map(|employee| employee.userid).collect();
    let mut turns = employees.iter().cycle();
    let mut add = |state: Option<&str>| {
        let employee = turns.next().expect("there are some");
        stage.wecom.add_customer(&AddCustomer::new(employee, NAME, state)).unwrap();
    };
    for fault in faults() {
        for method in METHODS {
            stage.wecom.add_fault(Fault::new(method, 1, fault.clone())).unwrap();
        }
        add(None);
    }
    let mut added = faults().len();
    stage.settled_within(WITHIN, added).await;
    for fault in faults().into_iter().step_by(4) {
        stage.wecom.add_fault(Fault::new("gettoken", 1, fault)).unwrap();
        stage.wecom.expire_tokens();
        add(None);
        added += 1;
    }
    add(Some("broken"));
    stage.settled_within(WITHIN, added + 1).await;
    stage.wecom.clear_faults();
    secrets.push(token_in_use(&stage).await);

    send_broken_callbacks(&stage, &server).await;
    have_the_database_refuse(&stage).await;
    if let Some(wire) = &wire {
        wire.set(State::Cut);
        add(None);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        wire.set(State::Up);
    }
    let records = stage.settled_within(WITHIN, added + if wire.is_some() { 5 } else { 4 }).await;

    let mut shown = server.lines();
    for path in ["/metrics", "/readyz", "/healthz"] {
        let answer = http().get(format!("http://{}{path}", server.private)).send().await.unwrap();
        shown.extend(answer.text().await.unwrap().lines().map(ToOwned::to_owned));
    }
    for event in &records {
        for action in &event.actions {
            shown.push(format!("{:?} {:?}", action.reason, action.attempts));
        }
    }
    let lists = [
        &["events", "list", "--limit", "500"][..],
        &["actions", "list", "--limit", "500"],
        &["rules", "list"],
    ];
    shown.extend(lists.iter().flat_map(|list| {
        let text = listed(&stage, list);
        assert!(!text.starts_with("error"), "{list:?}: {text}");
        text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    }));
    // What is searched is what it is meant to be.
    for seen in
        ["without WeCom's JSON", "Refused a callback", "could not be stored", "410", "greeter_calls_total"]
    {
        assert!(shown.iter().any(|text| text.contains(seen)), "nothing shows {seen}");
    }
    let sent = stage.wecom.requests_of(SEND);
    let codes = sent.iter().filter_map(|call| call.json()["welcome_code"].as_str().map(ToOwned::to_owned));
    secrets.extend(codes);
    assert!(secrets.len() > faults().len(), "{secrets:?}");
    let app = &stage.config.apps[0];
    secrets.extend(
        [&app.secret, &app.token, &app.encoding_aes_key].map(|secret| secret.expose_secret().to_owned()),
    );
    secrets.extend([NAME, PHONE, CODE, TOKEN, HOOK, DATABASE_PASSWORD].map(ToOwned::to_owned));
    for secret in &secrets {
        let found: Vec<_> = shown.iter().filter(|text| text.contains(secret.as_str())).take(5).collect();
        assert!(found.is_empty(), "{secret} is in {found:#?}");
    }
    server.end().await;
    stage.end().await;
}

//! Alerts, from a planted fault to the message in the group and to its end, on both databases.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use sqlx::Connection as _;
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::{
    alert::code::Code,
    app::App,
    config::Config,
    flow::engine::Engine,
    language::Language,
    shutdown::Ended,
    store::{AlertsKept, Role},
};
use wecom_simulator::{AddCustomer, Corp, Fault, FaultKind, Options, RobotMessage, Simulator};

use crate::{
    harness::{
        databases::TestDatabase,
        scripted::{Reply, Scripted, Seen},
        world::{PLAIN_RULES, SEND, Which, World, config_for, fresh, import, until},
    },
    http::http,
};

const KEY: &str = "693a91f6-7aac-4bc4-97a0-0ec2cb5e7aaa";

/// Time passes in such steps, and what was waited for takes its moment: heartbeats are believed for sixteen of them.
const STEP: Duration = Duration::from_millis(250);
const MOMENT: Duration = Duration::from_millis(40);

async fn passes(hand: &ManualClock, seconds: u64) {
    for _ in 0..seconds * 4 {
        hand.advance(STEP);
        tokio::time::sleep(MOMENT).await;
    }
}

/// Lets time pass until `look` finds something.
async fn passes_until<T>(hand: &ManualClock, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    until(what, async || {
        let found = look().await;
        if found.is_none() {
            hand.advance(STEP);
            tokio::time::sleep(MOMENT).await;
        }
        found
    })
    .await
}

/// A WeCom with a group robot, and a database on which servers are started.
struct Scene {
    wecom: Simulator,
    config: Config,
    clock: Clock,
    hand: ManualClock,
    _database: TestDatabase,
}

/// The messages that say this. The disk of the machine on which the tests run may be nearly full as well.
fn about(wecom: &Simulator, what: &str) -> Vec<RobotMessage> {
    wecom.robot_messages().into_iter().filter(|message| message.text().contains(what)).collect()
}

/// A server of the scene.
struct Server {
    engine: Engine,
    task: tokio::task::JoinHandle<Result<Ended, wecom_greeter::app::Error>>,
}

impl Server {
    async fn stop(self) {
        self.engine.shutdown.begin();
        assert_eq!(self.task.await.unwrap().unwrap(), Ended::Drained);
    }
}

impl Scene {
    async fn open(which: Which) -> Option<Self> {
        let database = fresh(which).await?;
        let (clock, hand) = Clock::manual(Clock::system().now_ms());
        let corp = Corp::sample();
        let options = Options { corp: corp.clone(), ..Options::default() };
        let wecom = Simulator::start(options, clock.clone(), 7).await.unwrap();
        let mut config = config_for(&corp, &wecom.api_base(), &database.url);
        let url = format!("{}/cgi-bin/webhook/send?key={KEY}", wecom.api_base());
        (config.alert_url, config.language) = (Some(url.into()), Some(Language::Zh));
        import(&config, PLAIN_RULES).await;
        Some(Self { wecom, config, clock, hand, _database: database })
    }

    async fn start(&self, adjust: impl FnOnce(&mut Config)) -> Server {
        let mut config = self.config.clone();
        adjust(&mut config);
        let app = App::build(config, self.clock.clone()).await.unwrap();
        let engine = app.engine().clone();
        Server { engine, task: tokio::spawn(app.run()) }
    }

    /// Lets time pass until the group has so many messages about the app.
    async fn messages(&self, count: usize) -> Vec<RobotMessage> {
        passes_until(&self.hand, "the group has its messages", async || {
            let messages = about(&self.wecom, "`default`");
            (messages.len() >= count).then_some(messages)
        })
        .await
    }
}

fn wrong_secret(config: &mut Config) {
    config.apps[0].secret = "wrong-secret".to_owned().into();
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_reported_once_and_its_end_once(#[case] which: Which) {
    let Some(scene) = Scene::open(which).await else { return };
    let server = scene.start(wrong_secret).await;
    passes(&scene.hand, 25).await;
    assert!(about(&scene.wecom, "`default`").is_empty(), "it may pass");
    let messages = scene.messages(1).await;
    let (key, msgtype, text) = (&messages[0].key, &messages[0].msgtype, messages[0].text());
    assert_eq!((key.as_str(), msgtype.as_str()), (KEY, "markdown"));
    assert!(text.contains("故障") && text.contains("应用 `default` 调不通企业微信"), "{text}");
    passes(&scene.hand, 45).await;
    server.stop().await;

    // What has been said stands in the database: a server that is started with the right secret knows it.
    let server = scene.start(|_| {}).await;
    let messages = scene.messages(2).await;
    let text = messages[1].text();
    assert!(text.contains("恢复") && text.contains("应用 `default` 又能调用企业微信了"), "{text}");
    passes(&scene.hand, 45).await;
    assert_eq!(about(&scene.wecom, "`default`").len(), 2);
    server.stop().await;
    scene.wecom.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_report_once(#[case] which: Which) {
    let Some(scene) = Scene::open(which).await else { return };
    let (first, second) = (scene.start(wrong_secret).await, scene.start(wrong_secret).await);
    scene.messages(1).await;
    passes(&scene.hand, 30).await;
    // The one that is left takes over what has been said, whichever said it.
    first.stop().await;
    passes(&scene.hand, 30).await;
    assert_eq!(about(&scene.wecom, "`default`").len(), 1);
    second.stop().await;
    scene.wecom.stop().await;
}

/// One process of two cannot call WeCom, and it need not be the one that reports.
#[rstest]
#[case::the_first(Which::Postgres, true)]
#[case::the_second(Which::Postgres, false)]
#[tokio::test(flavor = "multi_thread")]
async fn whichever_process_cannot_call_is_reported(#[case] which: Which, #[case] is_first: bool) {
    let Some(scene) = Scene::open(which).await else { return };
    let spoil = |config: &mut Config, spoils: bool| {
        if spoils {
            wrong_secret(config);
        }
    };
    let first = scene.start(|config| spoil(config, is_first)).await;
    passes(&scene.hand, 6).await;
    let second = scene.start(|config| spoil(config, !is_first)).await;
    scene.messages(1).await;
    let (spoilt, other) = if is_first { (first, second) } else { (second, first) };
    spoilt.stop().await;
    let messages = scene.messages(2).await;
    assert!(messages[1].text().contains("又能调用"), "{}", messages[1].text());
    other.stop().await;
    scene.wecom.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn another_url_gets_json_and_is_tried_again(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let receiver = Scripted::start(|seen| match seen.number {
        1 => Reply::Http(500, "no".into()),
        _ => Reply::Http(204, String::new()),
    })
    .await;
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let url = format!("{}/hooks/alerts?token=s3cret", receiver.base());
    let world =
        World::begin(database, PLAIN_RULES, clock.clone(), |config| config.alert_url = Some(url.into()))
            .await;
    // The app lacks the right to send welcomes, and can call WeCom all the same.
    let refused = FaultKind::Errcode { code: 48002, message: None };
    world.wecom.add_fault(Fault::lasting(SEND, refused)).unwrap();
    world.add_one().await;
    world.settled().await;
    let seen = async |count: usize| {
        passes_until(&hand, "the receiver has them", async || {
            let is_of_app = |seen: &Seen| seen.json()["app"] == "default";
            let seen: Vec<Seen> = receiver.seen().into_iter().filter(is_of_app).collect();
            (seen.len() >= count).then_some(seen)
        })
        .await
    };
    let bodies: Vec<Value> = seen(2).await.iter().map(Seen::json).collect();
    for body in &bodies {
        assert_eq!(
            (&body["code"], &body["state"], &body["app"], &body["count"]),
            (&json!("welcomes_missed"), &json!("firing"), &json!("default"), &json!(1))
        );
        assert!(body["message"]["zh"].as_str().unwrap().contains("1 位客户没有收到欢迎语"), "{body}");
        assert!(body["message"]["en"].as_str().unwrap().contains("1 within 10 minutes"), "{body}");
        assert!(body["since_ms"].as_i64() <= body["at_ms"].as_i64() && body["since_ms"].is_i64(), "{body}");
    }
    assert_eq!(receiver.seen()[1].argument("token"), Some("s3cret"));
    assert!(receiver.seen()[1].header("content-type").unwrap().starts_with("application/json"));
    hand.advance(Duration::from_mins(11));
    let over = seen(3).await[2].json();
    assert_eq!((&over["code"], &over["state"]), (&json!("welcomes_missed"), &json!("over")));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_callbacks_are_reported_until_a_good_one_comes() {
    let Some(scene) = Scene::open(Which::Sqlite).await else { return };
    let mut config = scene.config.clone();
    config.language = Some(Language::En);
    let Scene { wecom, clock, hand, _database: database, .. } = scene;
    let world = World::serve(database, config, clock, wecom).await;
    let wrong = format!("msg_signature={}&timestamp=1&nonce=2&echostr=aaaa", "0f".repeat(20));
    for _ in 0..3 {
        let url = format!("http://{}/callback/default?{wrong}", world.callback);
        assert_eq!(http().get(url).send().await.unwrap().status(), 403);
    }
    // They are written down once a second, by no clock that is moved here.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    passes(&hand, 10).await;
    hand.advance(Duration::from_secs(115));
    let text = passes_until(&hand, "it is reported", async || {
        Some(about(&world.wecom, "`default`").first()?.text().to_owned())
    })
    .await;
    assert!(text.contains("The callbacks of app `default` are refused (at least 3 of them)"), "{text}");
    world.add_one().await;
    let text = passes_until(&hand, "it is over", async || {
        Some(about(&world.wecom, "`default`").get(1)?.text().to_owned())
    })
    .await;
    assert!(text.contains("The callbacks of app `default` are taken again"), "{text}");
    world.settled().await;
    world.end().await;
}

/// Nobody can be asked who is to report, so this process does.
#[tokio::test(flavor = "multi_thread")]
async fn callbacks_that_cannot_be_stored_are_reported_without_the_database() {
    let Some(scene) = Scene::open(Which::Sqlite).await else { return };
    let Scene { wecom, config, clock, hand, _database: database } = scene;
    let mut other = sqlx::SqliteConnection::connect(&database.url).await.unwrap();
    let world = World::serve(database, config, clock, wecom).await;
    passes(&hand, 10).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    world.wecom.add_customer(&AddCustomer::new(World::employee(), "小周", None)).unwrap();
    let message = async |what: &str, at: usize| {
        passes_until(&hand, "it is reported", async || {
            Some(about(&world.wecom, what).get(at)?.text().to_owned())
        })
        .await
    };
    let text = message("503", 0).await;
    assert!(text.contains("故障") && text.contains("503"), "{text}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    passes(&hand, 10).await;
    // Less than a minute at once: a database that is silent for that long is a trouble as well.
    for _ in 0..8 {
        hand.advance(Duration::from_secs(40));
        passes(&hand, 6).await;
    }
    let text = message("回调又能存进数据库了", 0).await;
    assert!(text.contains("恢复"), "{text}");
    assert_eq!(about(&world.wecom, "503").len(), 1);
    world.end().await;
}

/// Whoever holds the row has it until its process is gone, and what is kept in an earlier holding changes nothing.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time_reports(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let store = database.store().await;
    let now_ms = 1_000_000_000;
    let first = store.enroll(Role::Serve, now_ms).await.unwrap().process;
    let second = store.enroll(Role::Serve, now_ms).await.unwrap().process;
    let held = store.hold_alerts(first, now_ms).await.unwrap().unwrap();
    assert_eq!(held.state, "[]");
    assert_eq!(store.hold_alerts(first, now_ms).await.unwrap(), Some(held.clone()), "it has it already");
    assert_eq!(store.hold_alerts(second, now_ms).await.unwrap(), None);
    assert_eq!(store.keep_alerts(second, held.epoch, "[1]").await.unwrap(), AlertsKept::Lost);
    assert_eq!(store.keep_alerts(first, held.epoch, "[2]").await.unwrap(), AlertsKept::Kept);
    store.keep_shut_out(first, &["a".into(), "b".into()]).await.unwrap();
    store.keep_shut_out(second, &["b".into()]).await.unwrap();
    let mut shut_out = store.shut_out(now_ms).await.unwrap();
    shut_out.sort();
    assert_eq!(shut_out, [("a".to_owned(), 1), ("b".to_owned(), 2)]);

    store.retire(first).await.unwrap();
    assert_eq!(store.shut_out(now_ms).await.unwrap(), [("b".to_owned(), 1)]);
    let taken = store.hold_alerts(second, now_ms).await.unwrap().unwrap();
    assert_eq!((taken.state.as_str(), taken.epoch), ("[2]", held.epoch + 1));
    assert_eq!(store.keep_alerts(first, held.epoch, "[3]").await.unwrap(), AlertsKept::Lost);
    store.close().await;
}

/// Each code stands in the operators' document.
#[test]
fn every_alert_is_documented() {
    let document = include_str!("../../docs/OPERATING.md");
    let (_, section) = document.split_once("## Alerts").expect("it has a section");
    for code in Code::ALL {
        assert!(section.contains(&format!("| `{}` |", code.as_str())), "{}", code.as_str());
    }
}

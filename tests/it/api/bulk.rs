//! Retries and replays of many, by programs.

use rstest::rstest;
use serde_json::json;
use wecom_greeter::action::Kind;
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use super::*;
use crate::{
    cli::language::english,
    harness::world::{MARK, Which, action, fresh},
};

impl World {
    async fn posted(&self, path: &str, body: &Value) -> (u16, Value) {
        // As many as may be are fifty thousand, whose ids are written down before the answer.
        let request = self.api(Method::POST, path, SETTING).timeout(std::time::Duration::from_mins(1));
        let request = request.json(body).send().await.unwrap();
        let (status, answer) = read(request).await;
        document::hold(&Method::POST, path, status, &answer);
        (status.as_u16(), answer)
    }

    /// Prepares one: its path.
    async fn prepared(&self, body: Value, matches: i64) -> String {
        let (status, answer) = self.posted("/bulk", &body).await;
        assert_eq!(
            (status, &answer["state"], &answer["matches"]),
            (201, &json!("prepared"), &json!(matches))
        );
        format!("/bulk/{}", answer["id"])
    }

    async fn through(&self, path: &str) -> Value {
        self.until("it is through", async || {
            let (_, record) = self.answered(Method::GET, path).await;
            (record["state"] == "done").then_some(record)
        })
        .await
    }

    async fn fail_tags(&self, count: u32) {
        let refusal = FaultKind::Errcode { code: 40058, message: None };
        self.wecom.add_fault(Fault::new(MARK, count, refusal)).unwrap();
        for _ in 0..count {
            self.add_one().await;
        }
        self.settled().await;
    }
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn many_are_prepared_started_once_and_followed(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    world.fail_tags(3).await;
    let path = world.prepared(json!({ "act": "retry", "filter": { "kind": "tag", "since": 1 } }), 3).await;
    // Nothing is done before it is said.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    for event in world.records().await {
        assert_eq!(action(&event, Kind::Tag).status.as_str(), "failed");
    }
    let (status, started) = world.posted(&format!("{path}/start"), &Value::Null).await;
    assert_eq!((status, &started["matches"]), (200, &json!(3)), "{started}");
    let (status, again) = world.posted(&format!("{path}/start"), &Value::Null).await;
    assert_eq!(status, 200, "{again}");
    let record = world.through(&path).await;
    assert_eq!(
        (&record["done"], &record["failed"], &record["waiting"], &record["act"]),
        (&json!(3), &json!(0), &json!(0), &json!("retry"))
    );
    let (status, after) = world.posted(&format!("{path}/start"), &Value::Null).await;
    assert_eq!((status, &after["state"]), (200, &json!("done")), "twice is once");
    assert_eq!(world.answered(Method::DELETE, &path).await.1["state"], "done", "nothing is left to cancel");
    for event in world.settled().await {
        let tag = action(&event, Kind::Tag);
        assert_eq!((tag.status.as_str(), tag.attempts.len()), ("done", 2), "{tag:#?}");
    }
    let (_, audit) = world.answered(Method::GET, "/audit").await;
    let of = |act: &str| audit["items"].as_array().unwrap().iter().filter(|line| line["act"] == act).count();
    assert_eq!((of("bulk_prepared"), of("bulk_started"), of("retried"), of("bulk_cancelled")), (1, 1, 1, 0));
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn those_that_fail_again_are_named(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    world.fail_tags(2).await;
    let refusal = FaultKind::Errcode { code: 40058, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    let path = world.prepared(json!({ "act": "retry", "filter": {} }), 2).await;
    world.posted(&format!("{path}/start"), &Value::Null).await;
    let record = world.through(&path).await;
    assert_eq!((&record["done"], &record["failed"]), (&json!(1), &json!(1)), "{record}");
    let (_, failures) = world.answered(Method::GET, &format!("{path}/failures")).await;
    let failed: Vec<&Value> = failures["items"].as_array().unwrap().iter().collect();
    assert_eq!((failed.len(), &failed[0]["why"]), (1, &json!("failed")));
    let (_, shown) = world.answered(Method::GET, &format!("/actions/{}", failed[0]["id"])).await;
    assert_eq!(shown["status"], "failed");
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn events_are_replayed_for_several_kinds(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let rules = "
rules:
  - name: everyone
    welcome: { text: 您好 }
    tag: { add: [etPlain] }
    remark: { name: 新客户 }
";
    let adjust = |config: &mut wecom_greeter::config::Config| config.admin.token = Some(SETTING.into());
    let world = World::begin(database, rules, Clock::system(), adjust).await;
    for _ in 0..3 {
        world.add_one().await;
    }
    let first = world.settled().await.remove(0).summary.id;
    let kinds = |answer: &Value| -> Vec<String> {
        let actions = answer["actions"].as_array().unwrap().iter();
        actions.map(|action| action["kind"].as_str().unwrap().to_owned()).collect()
    };
    // One event by itself, and what would be done of it.
    let only = json!(["tag", "remark"]);
    let dry = json!({ "only": only, "dry_run": true });
    let (status, preview) = world.posted(&format!("/events/{first}/replay"), &dry).await;
    assert_eq!((status, kinds(&preview)), (200, vec!["tag".to_owned(), "remark".to_owned()]), "{preview}");
    let (status, done) = world.posted(&format!("/events/{first}/replay"), &json!({ "only": only })).await;
    assert_eq!((status, kinds(&done)), (200, vec!["tag".to_owned(), "remark".to_owned()]), "{done}");
    let (status, done) = world.posted(&format!("/events/{first}/replay"), &json!({ "only": [] })).await;
    assert_eq!((status, kinds(&done).len()), (200, 3), "none named is all of them: {done}");
    // All of them.
    let body = json!({ "act": "replay", "filter": { "change": "add_external_contact" }, "only": only });
    let path = world.prepared(body, 3).await;
    assert!(world.records().await.iter().all(|event| event.summary.id == first || event.summary.run == 0));
    world.posted(&format!("{path}/start"), &Value::Null).await;
    let record = world.through(&path).await;
    assert_eq!((&record["done"], &record["failed"], &record["only"]), (&json!(3), &json!(0), &only));
    for event in world.settled().await {
        let run = if event.summary.id == first { 3 } else { 1 };
        assert_eq!(event.summary.run, run);
        let again: Vec<&str> = event
            .actions
            .iter()
            .filter(|action| action.run == run)
            .map(|action| action.kind.as_str())
            .collect();
        assert_eq!(again, ["tag", "remark"]);
        assert_eq!(
            event.actions.iter().filter(|action| action.kind == Kind::Welcome).count(),
            if run == 3 { 2 } else { 1 }
        );
    }
    world.end().await;
}

/// The rule that asked for it, as the groups of what went wrong name it: of the actions of two rules those of one are tried again.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_one_rule_asked_for_is_tried_again(#[case] which: Which) {
    // More than a page of the list has.
    const SPRING: i64 = 51;
    let Some(database) = fresh(which).await else { return };
    let rules = "
rules:
  - name: spring
    when: { state: spring }
    welcome: { text: 春天好 }
    tag: { add: [etPlain] }
  - name: autumn
    when: { state: autumn }
    welcome: { text: 秋天好 }
    tag: { add: [etPlain] }
";
    let adjust = |config: &mut wecom_greeter::config::Config| config.admin.token = Some(SETTING.into());
    let world = World::begin(database, rules, Clock::system(), adjust).await;
    let refusal = FaultKind::Errcode { code: 40058, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1_000, refusal)).unwrap();
    for n in 0..=SPRING {
        let state = if n == 0 { "autumn" } else { "spring" };
        world.add(&AddCustomer::new(World::employee(), "小周", Some(state))).await;
    }
    world.settled().await;
    world.wecom.clear_faults();
    let (_, groups) = world.answered(Method::GET, "/failures").await;
    let of = |rule: &str| groups["items"].as_array().unwrap().iter().find(|group| group["rule"] == rule);
    assert_eq!(
        (&of("spring").unwrap()["count"], &of("autumn").unwrap()["count"]),
        (&json!(SPRING), &json!(1))
    );
    for (filter, only, matches) in [
        (json!({ "rule": "autumn" }), json!([]), 1),
        (json!({ "rule": "summer" }), json!([]), 0),
        (json!({ "rule": "" }), json!([]), 0),
        (json!({ "rule": null }), json!([]), SPRING + 1),
        (json!({ "rule": "spring", "limit": 2 }), json!([]), 2),
        (json!({ "rule": "spring", "kind": "remark" }), json!([]), 0),
        (json!({ "rule": "spring" }), json!(["remark"]), 0),
    ] {
        let path = world.prepared(json!({ "act": "retry", "filter": filter, "only": only }), matches).await;
        assert_eq!(world.answered(Method::DELETE, &path).await.1["state"], "cancelled");
    }
    let body = json!({ "act": "retry", "filter": { "rule": "spring" }, "only": ["tag"] });
    let path = world.prepared(body, SPRING).await;
    world.posted(&format!("{path}/start"), &Value::Null).await;
    let record = world.through(&path).await;
    assert_eq!((&record["done"], &record["failed"]), (&json!(SPRING), &json!(0)), "{record}");
    for event in world.settled().await {
        let expected = if event.summary.state.as_deref() == Some("spring") { "done" } else { "failed" };
        assert_eq!(action(&event, Kind::Tag).status.as_str(), expected);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_said_in_both_languages() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let none = world.prepared(json!({ "act": "retry", "filter": { "state": "nobody" } }), 0).await;
    let (status, ended) = world.posted(&format!("{none}/start"), &Value::Null).await;
    assert_eq!((status, &ended["state"], &ended["done"]), (200, &json!("done"), &json!(0)));
    let cut = world.prepared(json!({ "act": "replay", "filter": { "limit": 5 } }), 0).await;
    assert_eq!(world.answered(Method::DELETE, &cut).await.1["state"], "cancelled");
    assert_eq!(world.answered(Method::DELETE, &cut).await.1["state"], "cancelled");
    let start = format!("{cut}/start");
    for (method, path, body, status, code) in [
        (Method::POST, "/bulk", json!({ "act": "retry" }), 400, "body"),
        (Method::POST, "/bulk", json!({ "act": "retry", "filter": null }), 400, "body"),
        (Method::POST, "/bulk", json!({ "act": "delete", "filter": {} }), 400, "body"),
        (Method::POST, "/bulk", json!({ "act": "retry", "filter": { "colour": "red" } }), 400, "body"),
        (Method::POST, "/bulk", json!({ "act": "retry", "filter": {}, "only": ["x"] }), 400, "body"),
        (Method::POST, "/bulk", json!({ "act": "retry", "filter": { "since": true } }), 400, "body"),
        (
            Method::POST,
            "/bulk",
            json!({ "act": "retry", "filter": { "outcome": "missed" } }),
            400,
            "parameter",
        ),
        (Method::POST, "/bulk", json!({ "act": "retry", "filter": { "code": "x" } }), 400, "parameter"),
        (Method::POST, "/bulk", json!({ "act": "replay", "filter": { "kind": "tag" } }), 400, "parameter"),
        (Method::POST, "/bulk", json!({ "act": "replay", "filter": { "outcome": "x" } }), 400, "parameter"),
        (Method::POST, "/bulk", json!({ "act": "replay", "filter": { "since": "soon" } }), 400, "parameter"),
        (
            Method::POST,
            "/bulk",
            json!({ "act": "replay", "filter": { "since": 2, "until": 1 } }),
            400,
            "parameter",
        ),
        (Method::POST, "/bulk", json!({ "act": "replay", "filter": { "limit": 0 } }), 400, "parameter"),
        (Method::POST, "/bulk", json!({ "act": "replay", "filter": { "limit": 50_001 } }), 400, "parameter"),
        (Method::POST, "/bulk/999/start", Value::Null, 404, "not_found"),
        (Method::GET, "/bulk/999", Value::Null, 404, "not_found"),
        (Method::GET, "/bulk/999/failures", Value::Null, 404, "not_found"),
        (Method::DELETE, "/bulk/999", Value::Null, 404, "not_found"),
        (Method::GET, "/bulk/x", Value::Null, 400, "parameter"),
        (Method::POST, start.as_str(), Value::Null, 409, "conflict"),
    ] {
        for language in ["en", "zh-CN"] {
            let request = world.api(method.clone(), path, SETTING).header("accept-language", language);
            let (answered, problem) = read(request.json(&body).send().await.unwrap()).await;
            document::hold(&method, path, answered, &problem);
            assert_eq!(
                (answered.as_u16(), &problem["code"]),
                (status, &json!(code)),
                "{path} {body}: {problem}"
            );
            let detail = problem["detail"].as_str().unwrap();
            if language == "zh-CN" {
                assert_eq!(english(detail), Vec::<String>::new(), "{path} {body}");
            } else {
                assert!(detail.is_ascii(), "{detail}");
            }
        }
    }
    world.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_be_is_refused_and_as_many_as_may_be_is_not(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    database.store().await.close().await;
    let digest = if database.is_sqlite() { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let statement = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50001)
         INSERT INTO event (app, create_time_s, digest, event, happened_at_ms, received_at_ms, deliveries, status, run,
                            unfinished, rules, lease_epoch, payload)
         SELECT 'default', i, {digest}, 'e', i, i, 1, 'settled', 0, 0, '[]', 1, {digest} FROM n"
    );
    crate::store::parity::execute(&database, &statement).await;
    let world = world(database).await;
    let (status, problem) = world.posted("/bulk", &json!({ "act": "replay", "filter": {} })).await;
    assert_eq!((status, &problem["code"]), (400, &json!("parameter")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("50000"), "{problem}");
    world.prepared(json!({ "act": "replay", "filter": { "limit": 50_000 } }), 50_000).await;
    world.prepared(json!({ "act": "replay", "filter": { "until": 50_001 } }), 50_000).await;
    let path = world.prepared(json!({ "act": "replay", "filter": { "limit": 7 } }), 7).await;
    assert_eq!(world.answered(Method::DELETE, &path).await.1["state"], "cancelled");
    world.stop().await;
}

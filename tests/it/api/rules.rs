//! Rules through the admin API.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::harness::world::{Which, fresh};

const OTHER: &str = "
rules:
  - name: everyone
    welcome: { text: 换了一句话 }
    tag: { add: [etPlain] }
";

/// Puts rules, with the ETag that the writer has seen.
async fn put(world: &World, query: &str, seen: Option<&str>, rules: &str) -> (u16, Value) {
    let path = format!("/rules{query}");
    let mut request = world.api(Method::PUT, &path, SETTING).body(rules.to_owned());
    if let Some(seen) = seen {
        request = request.header("if-match", seen);
    }
    let (status, answer) = read(request.send().await.unwrap()).await;
    document::hold(&Method::PUT, &path, status, &answer);
    (status.as_u16(), answer)
}

async fn post(world: &World, path: &str, body: Value) -> (u16, Value) {
    let (status, answer) =
        read(world.api(Method::POST, path, SETTING).json(&body).send().await.unwrap()).await;
    document::hold(&Method::POST, path, status, &answer);
    (status.as_u16(), answer)
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn rules_are_published_over_the_version_that_was_seen(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    world.add_one().await;
    world.settled().await;
    let answer = world.api(Method::GET, "/rules", SETTING).send().await.unwrap();
    assert_eq!(answer.headers()["etag"], "\"1\"");
    let (status, shown) = read(answer).await;
    document::hold(&Method::GET, "/rules", status, &shown);
    assert_eq!((&shown["version"], &shown["yaml"]), (&json!(1), &json!(PLAIN_RULES)));
    assert_eq!(
        (&shown["rules"][0]["name"], &shown["rules"][0]["hits"]["events"]),
        (&json!("everyone"), &json!(1))
    );
    assert_eq!(put(&world, "", None, OTHER).await.1["code"], "precondition_required");
    assert_eq!(put(&world, "", Some("*"), OTHER).await.0, 428);
    assert_eq!(put(&world, "", Some("\"7\""), OTHER).await.0, 412);
    // A check stores nothing and needs no version; the faults stand at their lines, in both languages.
    let (status, checked) = put(&world, "?check=true", None, OTHER).await;
    assert_eq!((status, &checked["version"], &checked["rules"]), (200, &json!(1), &json!(1)));
    let faulty = "rules:\n  - name: x\n    welcom: { text: hi }\n";
    for (query, seen) in [("?check=true", None), ("", Some("\"1\""))] {
        let (status, problem) = put(&world, query, seen, faulty).await;
        assert_eq!((status, &problem["code"]), (422, &json!("faults")), "{problem}");
        let fault = &problem["faults"][0];
        assert_eq!(fault["line"], 3, "{fault}");
        assert!(
            !fault["message"]["zh"].as_str().unwrap().is_empty()
                && !fault["cure"]["en"].as_str().unwrap().is_empty()
        );
    }
    let long = "#".repeat(wecom_greeter::rules::DOCUMENT_BYTES_MAX + 1);
    assert_eq!(put(&world, "", Some("\"1\""), &long).await.0, 413);
    assert_eq!(world.store().active_version().await.unwrap(), Some(1), "nothing was stored");
    // Of two who have seen the same, one is told.
    let [one, other] = [OTHER.to_owned(), OTHER.replace("换", "又换")];
    let (one, other) = tokio::join!(
        put(&world, "?note=%E6%98%A5%E5%AD%A3", Some("\"1\""), &one),
        put(&world, "?note=%E6%98%A5%E5%AD%A3", Some("\"1\""), &other)
    );
    let mut both = [one.0, other.0];
    both.sort_unstable();
    assert_eq!(both, [200, 412]);
    let late = if one.0 == 412 { &one.1 } else { &other.1 };
    assert_eq!(late["version"], 2, "it says which version is in force");
    let (_, versions) = world.answered(Method::GET, "/rules/versions").await;
    let latest = &versions["items"][0];
    assert_eq!(
        (&latest["version"], &latest["by"], &latest["note"]),
        (&json!(2), &json!("admin.token"), &json!("春季")),
        "{versions}"
    );
    let (_, audit) = world.answered(Method::GET, "/audit?limit=1").await;
    let line = &audit["items"][0];
    assert_eq!(
        (&line["act"], &line["who"], &line["before"], &line["after"]),
        (&json!("rules_published"), &json!("admin.token"), &json!("1"), &json!("2"))
    );
    // The next customer gets them.
    world
        .until("the rules are taken up", async || {
            (world.readyz().await.1["rules_version"] == 2).then_some(())
        })
        .await;
    world.add_one().await;
    world.settled().await;
    let (_, shown) = world.answered(Method::GET, "/events?limit=1").await;
    let (_, event) = world.answered(Method::GET, &format!("/events/{}", shown["items"][0]["id"])).await;
    assert!(event["actions"].to_string().contains("换了一句话"), "{event}");
    // And back.
    let (status, back) = post(&world, "/rules/rollback", json!({ "version": 1 })).await;
    assert_eq!((status, &back), (200, &json!({ "version": 3, "new": true, "as": 1 })));
    assert_eq!(post(&world, "/rules/rollback", json!({ "version": 9 })).await.0, 404);
    let (_, third) = world.answered(Method::GET, "/rules/versions/3").await;
    assert_eq!(third["yaml"], json!(PLAIN_RULES));
    assert_eq!(world.answered(Method::GET, "/rules/versions/9").await.0, 404);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_tried_out() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.add_one().await;
    let id = world.settled().await[0].summary.id;
    let (status, explained) = post(&world, "/rules/explain", json!({ "event_id": id })).await;
    assert_eq!((status, &explained["event"]["id"]), (200, &json!(id)), "{explained}");
    let payload = "{ user_id: lisi, external_user_id: wmA, state: spring }";
    let (status, explained) =
        post(&world, "/rules/explain", json!({ "payload": payload, "yaml": OTHER })).await;
    assert!(status == 200 && explained.to_string().contains("换了一句话"), "{explained}");
    for (body, status) in [
        (json!({}), 400),
        (json!({ "event_id": id, "payload": payload }), 400),
        (json!({ "event_id": 99 }), 404),
        (json!({ "event_id": id, "yaml": "rules: 1" }), 422),
        (json!({ "payload": "[" }), 422),
    ] {
        assert_eq!(post(&world, "/rules/explain", body.clone()).await.0, status, "{body}");
    }
    let (status, tested) = post(&world, "/rules/backtest", json!({ "since": "1d", "yaml": OTHER })).await;
    assert_eq!(
        (status, &tested["sum"]["events"], &tested["all"]),
        (200, &json!(1), &json!(true)),
        "{tested}"
    );
    assert_eq!(tested["items"][0]["event_id"], id);
    let (_, same) = post(&world, "/rules/backtest", json!({ "yaml": PLAIN_RULES })).await;
    assert_eq!(same["items"], json!([]));
    assert_eq!(post(&world, "/rules/backtest", json!({ "yaml": "rules: 1" })).await.0, 422);
    let (status, difference) = post(&world, "/rules/diff", json!({ "is": OTHER })).await;
    assert_eq!((status, &difference["was"], &difference["is"]), (200, &json!("version 1"), &json!("yaml")));
    assert!(difference["changed"].to_string().contains("换了一句话"), "{difference}");
    assert_eq!(post(&world, "/rules/diff", json!({ "was": 7 })).await.0, 404);
    for of in ["rules", "tests"] {
        let (status, schema) = world.answered(Method::GET, &format!("/rules/schema?of={of}")).await;
        assert!(status == 200 && schema["$schema"].is_string());
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_has_stored_is_a_fault() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let with_file =
        "rules:\n  - name: x\n    welcome:\n      attachments: [{ image: { file: /etc/hostname } }]\n";
    let (status, problem) = put(&world, "", Some("\"1\""), with_file).await;
    assert_eq!((status, &problem["code"]), (422, &json!("faults")), "{problem}");
    let with_file = with_file.replace("/etc/hostname", "Cargo.toml");
    let (status, problem) = put(&world, "", Some("\"1\""), &with_file).await;
    assert_eq!(status, 422, "nothing is read from the disk of the server: {problem}");
    world.stop().await;
}

/// Brings a file.
async fn bring(world: &World, token: &str, name: &str, path: Option<&str>, bytes: &[u8]) -> (u16, Value) {
    use reqwest::multipart::{Form, Part};
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    let form = path.into_iter().fold(form, |form, path| form.text("path", path.to_owned()));
    let (status, answer) =
        read(world.api(Method::POST, "/files", token).multipart(form).send().await.unwrap()).await;
    document::hold(&Method::POST, "/files", status, &answer);
    (status.as_u16(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_brought_and_named_by_rules_that_are_put_in_force() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let png = b"\x89PNG\r\n\x1a\n....";
    let (status, file) = bring(&world, SETTING, "<img src=x>.png", None, png).await;
    assert_eq!((status, &file["kind"], &file["bytes"]), (201, &json!("image"), &json!(12)), "{file}");
    let path = file["path"].as_str().unwrap().to_owned();
    let rules = format!(
        "rules:\n  - name: everyone\n    welcome: {{ attachments: [ {{ image: {{ file: '{path}' }} }} ] }}\n"
    );
    assert_eq!(put(&world, "", Some("\"1\""), &rules).await.0, 200);
    let other = rules.replace(&path, "assets/x.png");
    let (status, problem) = put(&world, "?check=true", None, &other).await;
    assert_eq!((status, &problem["faults"][0]["code"]), (422, &json!("file_not_in_force")));
    assert_eq!(bring(&world, SETTING, "y.png", Some("assets/x.png"), png).await.1["path"], "assets/x.png");
    assert_eq!(put(&world, "", Some("\"2\""), &other).await.0, 200);
    let (status, list) = read(world.api(Method::GET, "/files", SETTING).send().await.unwrap()).await;
    document::hold(&Method::GET, "/files", status, &list);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    for (name, path, bytes) in
        [("a", None, b"12345".as_slice()), ("a", Some("../a"), png), ("a", Some(""), png)]
    {
        assert_eq!(bring(&world, SETTING, name, path, bytes).await.0, 400, "{path:?}");
    }
    let most = wecom_greeter::store::CONTENT_BYTES_MAX;
    assert_eq!(bring(&world, SETTING, "a.bin", None, &vec![b'x'; most]).await.0, 201);
    assert_eq!(bring(&world, SETTING, "a.bin", None, &vec![b'x'; most + 1]).await.0, 413);
    let none = world.api(Method::POST, "/files", SETTING).body("x").send().await.unwrap();
    assert_eq!(none.status().as_u16(), 400);
    world.end().await;
}

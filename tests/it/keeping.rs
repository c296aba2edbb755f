//! What goes beside a server that runs: old events by themselves, and a customer when an admin says so.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use wecom_core::clock::Clock;
use wecom_greeter::store::EventFilter;
use wecom_simulator::{Fault, FaultKind};

use crate::harness::world::{MARK, PLAIN_RULES, Which, World, fresh};

/// The token of the settings.
const TOKEN: &str = "the-token-of-the-settings";

async fn call(world: &World, method: Method, path: &str) -> (u16, Value) {
    let url = format!("http://{}/api/v1{path}", world.private);
    let answer = crate::http::http().request(method, url).bearer_auth(TOKEN).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_is_done_for_who_is_forgotten(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::begin(database, PLAIN_RULES, Clock::system(), |config| {
        config.admin.token = Some(TOKEN.into());
    })
    .await;
    world.wecom.add_fault(Fault::lasting(MARK, FaultKind::Errcode { code: -1, message: None })).unwrap();
    let added = world.add_one().await;
    let path = format!("/customers/{}", added.customer);
    world
        .until("the tag was tried", async || {
            let tried = world.records().await[0]
                .actions
                .iter()
                .any(|action| action.kind.as_str() == "tag" && !action.attempts.is_empty());
            tried.then_some(())
        })
        .await;
    let (status, answer) = call(&world, Method::DELETE, &path).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["events"], &answer["actions"], &answer["pending"]),
        (&json!(1), &json!(2), &json!(1))
    );
    assert_eq!(answer["wiped"], if matches!(which, Which::Sqlite) { json!(true) } else { json!(null) });
    world.wecom.clear_faults();
    world.engine.sweep_once().await;
    // Its next try would have been by now: the first pauses are short.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(world.relation(&added).tags, Vec::<String>::new());
    assert!(world.records().await.is_empty());
    let (_, timeline) = call(&world, Method::GET, &path).await;
    assert_eq!(timeline["items"], json!([]));
    let (_, audit) = call(&world, Method::GET, "/audit").await;
    let line = &audit["items"][0];
    assert_eq!((&line["act"], &line["who"]), (&json!("forgotten"), &json!("admin.token")));
    assert!(!audit.to_string().contains(&added.customer), "{audit}");
    // Whoever adds an employee afterwards is greeted and tagged as ever.
    let added = world.add_one().await;
    world.settled().await;
    assert_eq!(world.relation(&added).tags, ["etPlain"]);
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_prunes_by_itself_what_is_old_enough(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world =
        World::begin(database, PLAIN_RULES, Clock::system(), |config| config.retention.days = 30).await;
    let now_ms = world.engine.clock.now_ms();
    let line = |n: i64, days: i64| {
        let at_ms = now_ms - days * 86_400_000;
        let payload = format!(
            "<xml><ToUserName>ww1</ToUserName><CreateTime>{}</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
             <UserID>zhangsan</UserID><ExternalUserID>wm{n}</ExternalUserID></xml>",
            at_ms / 1_000
        );
        json!({ "app": "default", "received_at_ms": at_ms, "payload": payload }).to_string()
    };
    let mut lines: Vec<String> = (0..70).map(|n| line(n, 40)).collect();
    lines.push(line(100, 29));
    // The server looks once a minute; who imports while it is at it does not wait for that.
    world.store().import(1, &lines, now_ms).await.unwrap();
    world.engine.shutdown.spawn_until_hard(wecom_greeter::flow::retention::run(
        std::sync::Arc::clone(&world.engine.context),
        30,
    ));
    world
        .until("the old ones are gone", async || {
            let left = world.store().events(&EventFilter::default()).await.unwrap();
            (left.len() == 1 && left[0].external_user_id.as_deref() == Some("wm100")).then_some(())
        })
        .await;
    world.end().await;
}

//! What becomes of an event that is stored together with its plan when the server dies on the way: while its commit is
//! answered, or before its 200 arrives. The program runs as a child that is killed.

use std::time::Duration;

use rstest::rstest;
use wecom_greeter::{action::Kind, store::EventRecord};
use wecom_simulator::{AddCustomer, Added, Fault, FaultKind};

use crate::harness::{
    process::Stage,
    wire::{Far, State, Wire},
    world::{PLAIN_RULES, SEND, Which, fresh, until},
};

/// For how long a welcome code works.
const WINDOW_MS: i64 = 20_000;

fn customer(n: usize) -> AddCustomer {
    AddCustomer::new("zhangsan", format!("客户{n}"), None)
}

/// One welcome in time, the tag, and no second plan.
fn assert_greeted_once(stage: &Stage, added: &Added, events: &[EventRecord]) {
    let relation = stage.relation(added);
    assert_eq!(relation.welcomes.len(), 1, "{events:#?}");
    assert!(relation.welcomes[0].after_ms < WINDOW_MS, "{} ms", relation.welcomes[0].after_ms);
    assert_eq!(relation.tags, ["etPlain"], "{events:#?}");
    for event in events {
        let kinds: Vec<_> = event.actions.iter().map(|action| action.kind).collect();
        assert_eq!((kinds, event.summary.run), (vec![Kind::Welcome, Kind::Tag], 0), "{event:#?}");
    }
}

async fn is_planned(stage: &Stage) {
    until("event and plan are in the record", async || {
        stage.records().await.iter().any(|event| event.summary.status.as_str() == "planned").then_some(())
    })
    .await;
}

/// WeCom delivers it again, to whoever runs by then.
async fn delivered_twice(stage: &Stage) {
    until("it is delivered again", async || {
        stage.records().await.iter().any(|event| event.summary.deliveries > 1).then_some(())
    })
    .await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_before_its_ack_arrives_leads_to_one_plan_and_one_welcome(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    stage.wecom.add_fault(Fault::lasting("gettoken", FaultKind::Hang(Duration::from_mins(1)))).unwrap();
    let server = stage.serve().await;
    let wire = Wire::to(Far::Tcp(server.callback.to_string())).await;
    let url = format!("http://{}/callback/default", wire.near);
    stage.wecom.set_callback(Some(url.parse().unwrap()));
    wire.set(State::Unanswered);
    let added = stage.wecom.add_customer(&customer(1)).unwrap();
    is_planned(&stage).await;
    server.kill();
    wire.set(State::Cut);
    assert!(stage.relation(&added).welcomes.is_empty());

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    delivered_twice(&stage).await;
    let events = stage.settled().await;
    assert_eq!(events.len(), 1);
    assert_greeted_once(&stage, &added, &events);
    assert_eq!(stage.wecom.requests_of(SEND).len(), 1);
    drop(server);
    stage.end().await;
}

/// The database has carried the commit out, and whoever asked for it dies without having heard so.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_its_commit_is_answered_leads_to_one_plan_and_one_welcome() {
    let Some(database) = fresh(Which::Postgres).await else { return };
    let mut stage = Stage::set(database, PLAIN_RULES).await;
    let (wire, url) = Wire::to_postgres(stage.database()).await;
    let straight = std::mem::replace(&mut stage.config.database.url, url.into());
    let mut server = stage.serve().await;
    server.says("has its token").await;
    wire.set(State::KeepsPlan);
    let added = stage.wecom.add_customer(&customer(1)).unwrap();
    is_planned(&stage).await;
    let tries = stage.wecom.deliveries().into_iter().flat_map(|delivery| delivery.tries);
    assert!(tries.clone().all(|tried| tried.status != Some(200)), "{:?}", tries.collect::<Vec<_>>());
    server.kill();
    assert!(stage.wecom.requests_of(SEND).is_empty());

    stage.config.database.url = straight;
    let server = stage.serve().await;
    delivered_twice(&stage).await;
    let events = stage.settled().await;
    assert_eq!(events.len(), 1);
    assert_greeted_once(&stage, &added, &events);
    assert_eq!(stage.wecom.requests_of(SEND).len(), 1);
    drop(server);
    stage.end().await;
}

//! Acts on many in running servers: what one of them leaves behind when it is killed another goes on with, and each event and
//! each action has its turn once.

use std::time::Duration;

use rstest::rstest;
use wecom_greeter::{
    access::{Act, By},
    action::{Kind, Kinds, Status},
    store::{ActionFilter, BulkAct, BulkAnswer, BulkRecord, BulkState, EventFilter, FateFilter},
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use crate::harness::{
    process::Stage,
    world::{MARK, PLAIN_RULES, Which, fresh, until},
};

/// How many there are: three turns of replays.
const MANY: u32 = 20;

/// How long a tag takes, so that there is a middle in which somebody can be killed.
const SLOWLY: Duration = Duration::from_millis(300);

/// Many customers whose tags could not be set.
async fn many_failed(stage: &Stage) -> (Vec<i64>, Vec<i64>) {
    stage.wecom.add_fault(Fault::new(MARK, MANY, FaultKind::Errcode { code: 40058, message: None })).unwrap();
    for n in 0..MANY {
        let add = AddCustomer::new("zhangsan", format!("客户{n}"), None);
        let added = stage.wecom.add_customer(&add).unwrap();
        stage.wecom.delivered(added.deliveries[0]).await.unwrap();
    }
    let many = usize::try_from(MANY).unwrap();
    until("all tags have failed", async || {
        let found = stage.store.failed_ids(&ActionFilter::default(), Kinds::default(), many).await.unwrap();
        (found.len() == many).then_some(())
    })
    .await;
    stage.settled().await;
    let mut actions = stage.store.failed_ids(&ActionFilter::default(), Kinds::default(), many).await.unwrap();
    let every = (EventFilter::default(), FateFilter::default());
    let mut events = stage.store.event_ids(&every.0, &every.1, many).await.unwrap();
    actions.sort_unstable();
    events.sort_unstable();
    (actions, events)
}

async fn started(stage: &Stage, act: BulkAct, only: Kinds, ids: Vec<i64>) -> i64 {
    let by = By::command_line();
    let BulkAnswer::Stands(record) = stage.store.prepare_bulk(act, only, ids, &by, 1).await.unwrap() else {
        panic!("not prepared")
    };
    let started = stage.store.start_bulk(record.id, &by, 1).await.unwrap();
    assert!(matches!(started, BulkAnswer::Stands(_)), "{started:?}");
    record.id
}

async fn ended(stage: &Stage, id: i64) -> BulkRecord {
    until("it has ended", async || {
        let record = stage.store.bulk(id).await.unwrap().unwrap();
        (record.state == BulkState::Done).then_some(record)
    })
    .await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_in_the_middle_leaves_the_rest_to_another(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
    #[values(BulkAct::Retry, BulkAct::Replay)] act: BulkAct,
) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let server = stage.serve().await;
    let (actions, events) = many_failed(&stage).await;
    stage.wecom.clear_faults();
    stage.wecom.clear_requests();
    stage.wecom.add_fault(Fault::lasting(MARK, FaultKind::Delay(SLOWLY))).unwrap();
    let ids = if act == BulkAct::Retry { actions.clone() } else { events.clone() };
    let id = started(&stage, act, Kind::Tag.into(), ids).await;
    stage.called(MARK, 11).await;
    let record = stage.store.bulk(id).await.unwrap().unwrap();
    assert_eq!(record.state, BulkState::Running, "it is in the middle");
    // On PostgreSQL the other is there already; an SQLite file has one server at a time.
    let other = if stage.database().is_sqlite() { None } else { Some(stage.serve().await) };
    server.kill();
    let other = match other {
        Some(other) => other,
        None => stage.serve().await,
    };
    let record = ended(&stage, id).await;
    assert_eq!((record.matches, record.done, record.failed, record.waiting), (20, 20, 0, 0));
    stage.wecom.clear_faults();
    let records = stage.settled().await;
    let lines = stage.store.audit(None, 500).await.unwrap();
    let named = |act: Act| -> Vec<i64> {
        let lines = lines.iter().filter(|line| line.act == act);
        let mut ids: Vec<i64> =
            lines.flat_map(|line| line.target.split(' ').map(|id| id.parse().unwrap())).collect();
        ids.sort_unstable();
        ids
    };
    match act {
        BulkAct::Retry => {
            assert_eq!(named(Act::Retried), actions, "each once");
            assert!(records.iter().all(|event| event.summary.run == 0));
        }
        BulkAct::Replay => {
            assert_eq!(named(Act::Replayed), events, "each once");
            for event in &records {
                assert_eq!(event.summary.run, 1, "once: {event:#?}");
                let again = event.actions.iter().filter(|action| action.run == 1);
                let again: Vec<(Kind, Status)> = again.map(|action| (action.kind, action.status)).collect();
                // Whoever went on with it did no more than was asked for.
                assert_eq!(again, [(Kind::Tag, Status::Done)], "{event:#?}");
            }
        }
    }
    // A call that was under way when its server was killed is made again, as nobody knows what came of it, and so is one whose
    // end was not written yet: five at most of each.
    let calls = stage.wecom.requests_of(MARK).len();
    assert!((20..=30).contains(&calls), "{calls} calls");
    drop(other);
    stage.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_while_it_runs_stops_there(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let server = stage.serve().await;
    let (_, events) = many_failed(&stage).await;
    stage.wecom.clear_faults();
    stage.wecom.add_fault(Fault::lasting(MARK, FaultKind::Delay(SLOWLY))).unwrap();
    let id = started(&stage, BulkAct::Replay, Kinds::default(), events).await;
    let begun = until("the first of them are through", async || {
        let record = stage.store.bulk(id).await.unwrap().unwrap();
        (record.done > 0).then_some(record)
    })
    .await;
    assert!(begun.done < 20, "{begun:?}");
    let cancelled = stage.store.cancel_bulk(id, &By::command_line(), 2).await.unwrap().unwrap();
    assert_eq!(cancelled.state, BulkState::Cancelled);
    let counted = until("what was given out has ended", async || {
        let record = stage.store.bulk(id).await.unwrap().unwrap();
        (record.done + record.failed + record.waiting == record.begun).then_some(record)
    })
    .await;
    assert!(counted.begun < 20, "{counted:?}");
    let replayed = stage.settled().await.iter().filter(|event| event.summary.run == 1).count();
    assert_eq!(i64::try_from(replayed).unwrap(), counted.begun);
    drop(server);
    stage.end().await;
}

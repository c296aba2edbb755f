//! Acts on many: prepared, started, given out once each, counted, cut short; by whichever process.

use wecom_greeter::{
    access::By,
    action::{Kinds, Status},
    store::{
        ActionFilter, BackupFile, BulkAct, BulkAnswer, BulkEnd, BulkFailure, BulkRecord, BulkState, BulkTurn,
        BulkWhy, EventFilter, ReplayStart,
    },
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    what_is_prepared_is_not_done,
    started_twice_is_started_once,
    one_of_nothing_has_ended_when_it_is_started,
    each_is_given_out_once_whoever_dies,
    what_is_cancelled_half_way_is_counted_and_goes_no_further,
    what_cannot_be_tried_again_is_noted_with_its_reason,
    events_are_replayed_once_each_and_limited_as_was_asked,
    those_that_are_running_take_turns,
    what_nobody_needs_any_more_is_forgotten,
    what_was_deleted_is_not_done_to_who_has_its_number_now,
    what_was_deleted_before_a_backup_is_not_done_after_a_restore,
);

/// Event `n` whose tag has failed: the action's id.
async fn failed_tag(store: &Store, n: i64, me: ProcessId) -> i64 {
    let claimed = planned(store, n, me).await;
    for other in [&claimed[0], &claimed[2]] {
        done(store, other).await;
    }
    let refused = Next::Failed { reason: ReasonCode::Refused.because("not set up") };
    assert_eq!(settle(store, settlement(&claimed[1], refused)).await, Settled::Recorded);
    claimed[1].action_id
}

pub(super) async fn failed_tags(store: &Store, count: i64, me: ProcessId) -> Vec<i64> {
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(failed_tag(store, n, me).await);
    }
    ids
}

async fn prepared(store: &Store, act: BulkAct, only: Kinds, ids: Vec<i64>) -> BulkRecord {
    match store.prepare_bulk(act, only, ids, &By::command_line(), T0).await.unwrap() {
        BulkAnswer::Stands(record) => record,
        other => panic!("not prepared: {other:?}"),
    }
}

async fn started(store: &Store, act: BulkAct, ids: Vec<i64>) -> i64 {
    let id = prepared(store, act, Kinds::default(), ids).await.id;
    assert_eq!(start(store, id, T0).await.state, BulkState::Running);
    id
}

async fn start(store: &Store, id: i64, now_ms: i64) -> BulkRecord {
    match store.start_bulk(id, &By::command_line(), now_ms).await.unwrap() {
        BulkAnswer::Stands(record) => record,
        other => panic!("not started: {other:?}"),
    }
}

async fn turn(store: &Store, me: ProcessId, now_ms: i64) -> BulkTurn {
    store.claim_bulk(me, now_ms).await.unwrap().expect("a turn")
}

/// Performs whatever is due.
async fn perform_due(store: &Store, me: ProcessId, now_ms: i64) {
    for claimed in store.sweep_actions(me, now_ms, 100).await.unwrap() {
        done(store, &claimed).await;
    }
}

async fn acts(store: &Store) -> Vec<String> {
    let mut lines = store.audit(None, 100).await.unwrap();
    lines.reverse();
    lines.iter().map(|line| format!("{} {}", line.act, line.target)).collect()
}

/// Prepared, running and so on, with matches, done, failed and waiting.
async fn stands(store: &Store, id: i64) -> (BulkState, [i64; 4]) {
    let record = store.bulk(id).await.unwrap().expect("it is there");
    (record.state, [record.matches, record.done, record.failed, record.waiting])
}

async fn what_is_prepared_is_not_done(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut ids = failed_tags(&store, 3, me).await;
    ids.push(ids[0]);
    let only: Kinds = [Kind::Tag, Kind::Remark].into_iter().collect();
    let record = prepared(&store, BulkAct::Retry, only, ids.clone()).await;
    assert_eq!((record.matches, record.state, record.only), (3, BulkState::Prepared, only), "each once");
    assert_eq!(store.bulk(record.id).await.unwrap(), Some(record.clone()));
    assert_eq!(store.claim_bulk(me, T0).await.unwrap(), None);
    assert!(store.sweep_actions(me, T0 + 60_000, 10).await.unwrap().is_empty());
    let newest: Vec<i64> =
        store.bulk_newest(record.id, 2).await.unwrap().iter().map(|item| item.id).collect();
    assert_eq!(newest, [ids[2], ids[1]]);
    let items = store.bulk_newest(record.id, 5).await.unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(
        (items[0].kind, items[0].status, items[0].external_user_id.as_deref(), items[0].code),
        (Some(Kind::Tag), Some(Status::Failed), Some("wm2"), Some(ReasonCode::Refused))
    );
    assert_eq!(acts(&store).await, [format!("bulk_prepared {}", record.id)]);
    assert_eq!(store.bulk(record.id + 1).await.unwrap(), None);
    let missing = store.start_bulk(record.id + 1, &By::command_line(), T0).await.unwrap();
    assert_eq!(missing, BulkAnswer::Missing);
    assert_eq!(store.cancel_bulk(record.id + 1, &By::command_line(), T0).await.unwrap(), None);
}

async fn started_twice_is_started_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let id = started(&store, BulkAct::Retry, failed_tags(&store, 1, me).await).await;
    let again = start(&store, id, T0 + 5).await;
    assert_eq!(again.state, BulkState::Running);
    let mut first = turn(&store, me, T0).await;
    assert_eq!(store.give_out_retries(&mut first, 10, T0).await.unwrap().map(|ids| ids.len()), Some(1));
    perform_due(&store, me, T0).await;
    let ids = store.bulk_uncounted(&first).await.unwrap();
    let ends = store.bulk_ends(BulkAct::Retry, &ids).await.unwrap();
    assert_eq!(store.count_bulk(&first, &ends, T0 + 9).await.unwrap(), Some(BulkState::Done));
    // What has ended is not begun again either, and cannot be cut short.
    for record in [
        start(&store, id, T0 + 9).await,
        store.cancel_bulk(id, &By::command_line(), T0 + 9).await.unwrap().unwrap(),
    ] {
        assert_eq!((record.state, record.done, record.ended_at_ms), (BulkState::Done, 1, Some(T0 + 9)));
    }
    assert_eq!(store.claim_bulk(me, T0 + 9).await.unwrap(), None);
    let acts = acts(&store).await;
    assert_eq!(acts.iter().filter(|act| act.starts_with("bulk_started")).count(), 1, "{acts:?}");
    assert_eq!(acts.iter().filter(|act| act.starts_with("retried")).count(), 1, "{acts:?}");
    assert!(!acts.iter().any(|act| act.starts_with("bulk_cancelled")), "{acts:?}");
}

async fn one_of_nothing_has_ended_when_it_is_started(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let record = prepared(&store, BulkAct::Replay, Kinds::default(), Vec::new()).await;
    assert_eq!((record.state, record.matches), (BulkState::Prepared, 0));
    let record = start(&store, record.id, T0 + 1).await;
    assert_eq!((record.state, record.ended_at_ms), (BulkState::Done, Some(T0 + 1)));
    assert_eq!(store.claim_bulk(me, T0 + 1).await.unwrap(), None);
}

async fn each_is_given_out_once_whoever_dies(database: TestDatabase) {
    let store = database.store().await;
    let first = serve(&store).await;
    let ids = failed_tags(&store, 9, first).await;
    let id = started(&store, BulkAct::Retry, ids.clone()).await;
    let mut of_first = turn(&store, first, T0).await;
    assert_eq!(store.give_out_retries(&mut of_first, 4, T0).await.unwrap(), Some(ids[..4].to_vec()));

    // It falls silent before it has counted. While it is believed to live nobody else has the turn.
    let second = store.enroll(Role::Command, T0 + 5_000).await.unwrap().process;
    assert_eq!(store.claim_bulk(second, T0 + 3_000).await.unwrap(), None);
    let mut of_second = turn(&store, second, T0 + 5_000).await;
    assert!(of_second.has_uncounted() && of_second.goes_on);
    assert_eq!(store.bulk_uncounted(&of_second).await.unwrap(), ids[..4]);
    // It wakes: its turn is over, and it changes nothing.
    assert_eq!(store.give_out_retries(&mut of_first, 4, T0 + 5_001).await.unwrap(), None);
    let wrong: Vec<_> = ids[..4].iter().map(|id| (*id, BulkEnd::Failed(BulkWhy::Failed))).collect();
    assert_eq!(store.count_bulk(&of_first, &wrong, T0 + 5_001).await.unwrap(), None);
    assert_eq!(stands(&store, id).await, (BulkState::Running, [9, 0, 0, 0]));

    perform_due(&store, second, T0 + 5_001).await;
    let ends = store.bulk_ends(BulkAct::Retry, &ids[..4]).await.unwrap();
    assert!(ends.iter().all(|(_, end)| *end == BulkEnd::Done), "{ends:?}");
    assert_eq!(store.count_bulk(&of_second, &ends, T0 + 5_001).await.unwrap(), Some(BulkState::Running));
    assert_eq!(stands(&store, id).await, (BulkState::Running, [9, 4, 0, 0]));
    for part in [&ids[4..8], &ids[8..]] {
        of_second = turn(&store, second, T0 + 5_002).await;
        assert!(!of_second.has_uncounted());
        let given_out = store.give_out_retries(&mut of_second, 4, T0 + 5_002).await.unwrap().unwrap();
        assert_eq!(given_out, part);
        let open = store.bulk_ends(BulkAct::Retry, part).await.unwrap();
        assert!(open.iter().all(|(_, end)| *end == BulkEnd::Open), "{open:?}");
        perform_due(&store, second, T0 + 5_002).await;
        let ends = store.bulk_ends(BulkAct::Retry, part).await.unwrap();
        store.count_bulk(&of_second, &ends, T0 + 5_003).await.unwrap().unwrap();
    }
    assert_eq!(stands(&store, id).await, (BulkState::Done, [9, 9, 0, 0]));
    let acts = acts(&store).await;
    let mut retried: Vec<i64> = acts
        .iter()
        .filter_map(|act| act.strip_prefix("retried "))
        .flat_map(|ids| ids.split(' ').map(|id| id.parse().unwrap()))
        .collect();
    retried.sort_unstable();
    assert_eq!(retried, ids, "each once");
}

async fn what_is_cancelled_half_way_is_counted_and_goes_no_further(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let ids = failed_tags(&store, 5, me).await;
    let id = started(&store, BulkAct::Retry, ids.clone()).await;
    let mut of_me = turn(&store, me, T0).await;
    store.give_out_retries(&mut of_me, 2, T0).await.unwrap().unwrap();
    let record = store.cancel_bulk(id, &By::command_line(), T0 + 1).await.unwrap().unwrap();
    assert_eq!((record.state, record.begun), (BulkState::Cancelled, 2));
    assert_eq!(store.give_out_retries(&mut of_me, 2, T0 + 1).await.unwrap(), None);
    let cancelled = start(&store, id, T0 + 1).await;
    assert_eq!(cancelled.state, BulkState::Cancelled, "it stays so");
    // Whoever has the next turn counts what was given out, and no more.
    store.retire(me).await.unwrap();
    let next = serve(&store).await;
    let of_next = turn(&store, next, T0 + 2).await;
    assert!(of_next.has_uncounted() && !of_next.goes_on);
    perform_due(&store, next, T0 + 2).await;
    let given_out = store.bulk_uncounted(&of_next).await.unwrap();
    assert_eq!(given_out, ids[..2]);
    let ends = store.bulk_ends(BulkAct::Retry, &given_out).await.unwrap();
    assert_eq!(store.count_bulk(&of_next, &ends, T0 + 3).await.unwrap(), Some(BulkState::Cancelled));
    assert_eq!(stands(&store, id).await, (BulkState::Cancelled, [5, 2, 0, 0]));
    assert_eq!(store.claim_bulk(next, T0 + 3).await.unwrap(), None);
    let filter = ActionFilter { status: Some(Status::Failed), ..ActionFilter::default() };
    assert_eq!(store.actions(&filter).await.unwrap().len(), 3, "the others stay as they are");
    // One that was only prepared is cut short as well.
    let record = prepared(&store, BulkAct::Retry, Kinds::default(), ids).await;
    let record = store.cancel_bulk(record.id, &By::command_line(), T0 + 4).await.unwrap().unwrap();
    assert_eq!((record.state, record.begun), (BulkState::Cancelled, 0));
    let acts = acts(&store).await;
    assert_eq!(acts.iter().filter(|act| act.starts_with("bulk_cancelled")).count(), 2, "{acts:?}");
}

async fn what_cannot_be_tried_again_is_noted_with_its_reason(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let tag = failed_tag(&store, 1, me).await;
    let again = failed_tag(&store, 2, me).await;
    let waits = failed_tag(&store, 3, me).await;
    let late = planned(&store, 4, me).await;
    settle(&store, settlement(&late[0], Next::Expired { reason: ReasonCode::ExpiredTrying.because("late") }))
        .await;
    let late = late[0].action_id;
    let now_ms = T0 + 60_000;
    store.heartbeat(me, now_ms).await.unwrap();
    let id = started(&store, BulkAct::Retry, vec![tag, again, waits, late, 999_999]).await;
    let mut of_me = turn(&store, me, now_ms).await;
    let given_out = store.give_out_retries(&mut of_me, 10, now_ms).await.unwrap().unwrap();
    assert_eq!(given_out, [tag, again, waits]);
    assert_eq!(stands(&store, id).await, (BulkState::Running, [5, 0, 2, 0]));
    assert_eq!(store.bulk_uncounted(&of_me).await.unwrap(), given_out, "but for those that are refused");
    for claimed in store.sweep_actions(me, now_ms, 10).await.unwrap() {
        let next = match claimed.action_id {
            id if id == again => Next::Failed { reason: ReasonCode::NotInScope.because("not in scope") },
            id if id == waits => {
                Next::Again { at_ms: now_ms + 60_000, reason: ReasonCode::Waiting.because("busy") }
            }
            _ => Next::Done { note: None },
        };
        settle(&store, settlement(&claimed, next)).await;
    }
    let ends = store.bulk_ends(BulkAct::Retry, &given_out).await.unwrap();
    assert_eq!(
        ends,
        [(tag, BulkEnd::Done), (again, BulkEnd::Failed(BulkWhy::Failed)), (waits, BulkEnd::Waiting)]
    );
    assert_eq!(store.count_bulk(&of_me, &ends, now_ms).await.unwrap(), Some(BulkState::Done));
    assert_eq!(stands(&store, id).await, (BulkState::Done, [5, 1, 3, 1]));
    let failures = store.bulk_failures(id, BulkAct::Retry, None, 10).await.unwrap();
    let said: Vec<BulkFailure> = failures.iter().map(|(failure, _)| *failure).collect();
    assert_eq!(
        said,
        [
            BulkFailure { id: 999_999, why: BulkWhy::Missing },
            BulkFailure { id: late, why: BulkWhy::TooLate },
            BulkFailure { id: again, why: BulkWhy::Failed },
        ]
    );
    assert_eq!(failures[0].1, None);
    assert_eq!(failures[2].1.as_ref().and_then(|item| item.code), Some(ReasonCode::NotInScope));
    let page = store.bulk_failures(id, BulkAct::Retry, Some(999_999), 1).await.unwrap();
    assert_eq!(page[0].0.id, late);
}

async fn events_are_replayed_once_each_and_limited_as_was_asked(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut events = Vec::new();
    for n in 0..3 {
        let claimed = planned(&store, n, me).await;
        for action in &claimed {
            done(&store, action).await;
        }
        events.push(claimed[0].event_id);
    }
    // Of one another replay is under way; one is of an app that is not served; one is gone.
    let unplanned = accept_new(&store, new_event(7, me)).await.lease.event_id;
    let foreign = payload(8);
    let foreign =
        NewEvent::of("other", foreign.as_bytes().to_vec(), &Event::from_payload(foreign.as_bytes()), T0, me);
    let foreign = accept_new(&store, foreign).await.lease.event_id;
    let mut ids = events.clone();
    ids.extend([unplanned, foreign, 999_999]);
    let only: Kinds = Kind::Tag.into();
    let id = prepared(&store, BulkAct::Replay, only, ids).await.id;
    start(&store, id, T0).await;
    let mut of_me = turn(&store, me, T0).await;
    assert_eq!(of_me.only, only);
    let given_out = store.give_out_replays(&mut of_me, 20, &["default"], me, T0).await.unwrap().unwrap();
    assert_eq!(
        given_out
            .iter()
            .map(|claimed| (claimed.lease.event_id, claimed.run, claimed.only))
            .collect::<Vec<_>>(),
        events.iter().map(|id| (*id, 1, only)).collect::<Vec<_>>()
    );
    assert_eq!(stands(&store, id).await, (BulkState::Running, [6, 0, 3, 0]));
    // One is planned and one of its actions fails; one has a welcome whose time was over; the third is left behind.
    let plan = Plan { rules: Vec::new(), actions: vec![perform(tag("wm0")), perform(remark("wm0"))] };
    let actions = plan_stored(&store, plan_record(&given_out[0], me, plan)).await;
    done(&store, &actions[1]).await;
    let open = store.bulk_ends(BulkAct::Replay, &events).await.unwrap();
    assert!(open.iter().all(|(_, end)| *end == BulkEnd::Open), "{open:?}");
    let refused = Next::Failed { reason: ReasonCode::Refused.because("no") };
    settle(&store, settlement(&actions[0], refused)).await;
    let plan = Plan { rules: Vec::new(), actions: vec![perform(welcome("您好")), perform(tag("wm1"))] };
    let actions = plan_stored(&store, plan_record(&given_out[1], me, plan)).await;
    let untried = Next::Expired { reason: ReasonCode::ExpiredUntried.because("its 20 seconds are over") };
    settle(&store, Settlement { attempt: None, ..settlement(&actions[0], untried) }).await;
    done(&store, &actions[1]).await;
    // Its process ends: whoever sweeps goes on with the third, and does no more than was asked for.
    store.retire(me).await.unwrap();
    let next = serve(&store).await;
    let of_next = turn(&store, next, T0 + 1).await;
    let swept = store.sweep_events(next, T0 + 1, 10).await.unwrap();
    let third = swept.iter().find(|claimed| claimed.lease.event_id == events[2]).expect("it is free");
    assert_eq!((third.run, third.only), (1, only));
    let plan = Plan { rules: Vec::new(), actions: vec![perform(tag("wm2"))] };
    for action in plan_stored(&store, plan_record(third, next, plan)).await {
        done(&store, &action).await;
    }
    let uncounted = store.bulk_uncounted(&of_next).await.unwrap();
    assert_eq!(uncounted, events);
    let ends = store.bulk_ends(BulkAct::Replay, &uncounted).await.unwrap();
    assert_eq!(
        ends,
        [
            (events[0], BulkEnd::Failed(BulkWhy::Failed)),
            (events[1], BulkEnd::Done),
            (events[2], BulkEnd::Done)
        ]
    );
    assert_eq!(store.count_bulk(&of_next, &ends, T0 + 2).await.unwrap(), Some(BulkState::Done));
    assert_eq!(stands(&store, id).await, (BulkState::Done, [6, 2, 4, 0]));
    let failures = store.bulk_failures(id, BulkAct::Replay, None, 10).await.unwrap();
    let said: Vec<(i64, BulkWhy)> = failures.iter().map(|(failure, _)| (failure.id, failure.why)).collect();
    assert_eq!(
        said,
        [
            (999_999, BulkWhy::Missing),
            (foreign, BulkWhy::UnknownApp),
            (unplanned, BulkWhy::UnderWay),
            (events[0], BulkWhy::Failed),
        ]
    );
    let failed = failures[3].1.as_ref().unwrap();
    assert_eq!((failed.kind, failed.code), (Some(Kind::Tag), Some(ReasonCode::Refused)));
    for event in events {
        assert_eq!(store.event(event).await.unwrap().unwrap().summary.run, 1, "once");
    }
    // The next replay of one of them is of all kinds again.
    let again = store.begin_replay(failures[3].0.id, next, T0 + 3).await.unwrap();
    let ReplayStart::Begun(again) = again else { panic!("not begun: {again:?}") };
    assert!(again.only.is_all());
}

async fn those_that_are_running_take_turns(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let ids = failed_tags(&store, 6, me).await;
    let first = started(&store, BulkAct::Retry, ids[..4].to_vec()).await;
    let second = started(&store, BulkAct::Retry, ids[4..].to_vec()).await;
    let mut had = Vec::new();
    for at in 1..=4 {
        let mut of_me = turn(&store, me, T0 + at).await;
        had.push(of_me.id);
        let given_out = store.give_out_retries(&mut of_me, 1, T0 + at).await.unwrap().unwrap();
        // While this one has its turn, the other is anybody's.
        let ends = store.bulk_ends(BulkAct::Retry, &given_out).await.unwrap();
        store.count_bulk(&of_me, &ends, T0 + at).await.unwrap().unwrap();
    }
    assert_eq!(had, [first, second, first, second]);
    assert_eq!(stands(&store, second).await, (BulkState::Done, [2, 0, 0, 2]), "left to themselves");
    assert_eq!(store.bulks_running(5).await.unwrap().iter().map(|of| of.id).collect::<Vec<_>>(), [first]);
}

async fn what_nobody_needs_any_more_is_forgotten(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let tag = failed_tag(&store, 1, me).await;
    let prepare = async |now_ms: i64| {
        store.prepare_bulk(BulkAct::Retry, Kinds::default(), vec![tag], &By::command_line(), now_ms).await
    };
    let BulkAnswer::Stands(first) = prepare(T0).await.unwrap() else { panic!("not prepared") };
    let BulkAnswer::Stands(second) = prepare(T0 + 86_400_000).await.unwrap() else { panic!("not prepared") };
    assert!(store.bulk(first.id).await.unwrap().is_some(), "a day is not over");
    store.cancel_bulk(second.id, &By::command_line(), T0 + 86_400_000).await.unwrap();
    let BulkAnswer::Stands(third) = prepare(T0 + 86_400_001).await.unwrap() else { panic!("not prepared") };
    assert!(store.bulk(first.id).await.unwrap().is_none());
    prepare(T0 + 32 * 86_400_000).await.unwrap();
    assert!(store.bulk(second.id).await.unwrap().is_none() && store.bulk(third.id).await.unwrap().is_none());
    // Those that run are kept, and there is an end to how many they are: of those that are prepared already as well.
    let BulkAnswer::Stands(spare) = prepare(T0 + 32 * 86_400_000).await.unwrap() else {
        panic!("not prepared")
    };
    let mut running = 0;
    while let BulkAnswer::Stands(record) = prepare(T0 + 32 * 86_400_000).await.unwrap() {
        store.start_bulk(record.id, &By::command_line(), T0).await.unwrap();
        running += 1;
    }
    assert_eq!(running, 100);
    let all = store.bulks_running(1_000).await.unwrap();
    assert_eq!(all.len(), 100);
    let start_spare = async || store.start_bulk(spare.id, &By::command_line(), T0).await.unwrap();
    assert_eq!(start_spare().await, BulkAnswer::TooManyRunning);
    assert_eq!(store.bulk(spare.id).await.unwrap().unwrap().state, BulkState::Prepared);
    store.cancel_bulk(all[0].id, &By::command_line(), T0).await.unwrap();
    assert!(matches!(start_spare().await, BulkAnswer::Stands(record) if record.state == BulkState::Running));
}

/// The newest event's id.
async fn newest_event(store: &Store) -> i64 {
    store.events(&EventFilter::default()).await.unwrap()[0].id
}

async fn what_was_deleted_is_not_done_to_who_has_its_number_now(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let actions = failed_tags(&store, 3, me).await;
    let newest = newest_event(&store).await;
    let events: Vec<i64> = (newest - 2..=newest).collect();
    let retry = prepared(&store, BulkAct::Retry, Kinds::default(), actions.clone()).await.id;
    let replay = prepared(&store, BulkAct::Replay, Kinds::default(), events.clone()).await.id;
    store.forget("wm2", &By::command_line(), T0).await.unwrap();
    let (others, of_others) = (failed_tag(&store, 7, me).await, newest_event(&store).await);
    // That is what this is about: PostgreSQL gives no number out twice.
    assert_eq!((others == actions[2], of_others == newest), (database.is_sqlite(), database.is_sqlite()));
    for (id, left) in [(retry, &actions[..2]), (replay, &events[..2])] {
        let shown = store.bulk_newest(id, 5).await.unwrap();
        let shown: Vec<i64> = shown.iter().rev().map(|item| item.id).collect();
        assert_eq!(shown, left, "nobody else is shown as one of them");
    }

    start(&store, retry, T0 + 1).await;
    let mut of_me = turn(&store, me, T0 + 1).await;
    assert_eq!(store.give_out_retries(&mut of_me, 10, T0 + 1).await.unwrap().unwrap(), actions[..2]);
    assert_eq!(stands(&store, retry).await, (BulkState::Running, [3, 0, 1, 0]));
    perform_due(&store, me, T0 + 1).await;
    let ends = store.bulk_ends(BulkAct::Retry, &actions[..2]).await.unwrap();
    assert_eq!(store.count_bulk(&of_me, &ends, T0 + 1).await.unwrap(), Some(BulkState::Done));
    assert_eq!(stands(&store, retry).await, (BulkState::Done, [3, 2, 1, 0]));

    start(&store, replay, T0 + 2).await;
    let mut of_me = turn(&store, me, T0 + 2).await;
    let given_out = store.give_out_replays(&mut of_me, 10, &["default"], me, T0 + 2).await.unwrap().unwrap();
    let given_out: Vec<i64> = given_out.iter().map(|claimed| claimed.lease.event_id).collect();
    assert_eq!(given_out, events[..2]);
    assert_eq!(stands(&store, replay).await, (BulkState::Running, [3, 0, 1, 0]));
    let ends: Vec<_> = given_out.iter().map(|id| (*id, BulkEnd::Done)).collect();
    assert_eq!(store.count_bulk(&of_me, &ends, T0 + 2).await.unwrap(), Some(BulkState::Done));

    let untouched = store.event(of_others).await.unwrap().unwrap();
    assert_eq!(untouched.summary.run, 0);
    let tag = untouched.actions.iter().find(|action| action.id == others).unwrap();
    assert_eq!((tag.status, tag.attempts.len()), (Status::Failed, 1));
    for (id, act, gone) in [(retry, BulkAct::Retry, actions[2]), (replay, BulkAct::Replay, newest)] {
        let failures = store.bulk_failures(id, act, None, 10).await.unwrap();
        assert_eq!(failures, [(BulkFailure { id: gone, why: BulkWhy::Missing }, None)]);
    }

    // One that is deleted between its being given out and its being counted is counted as what it is.
    let last = started(&store, BulkAct::Replay, vec![of_others]).await;
    let mut of_me = turn(&store, me, T0 + 3).await;
    store.give_out_replays(&mut of_me, 10, &["default"], me, T0 + 3).await.unwrap().unwrap();
    store.forget("wm7", &By::command_line(), T0 + 3).await.unwrap();
    for claimed in planned(&store, 8, me).await {
        done(&store, &claimed).await;
    }
    let ends = store.bulk_ends(BulkAct::Replay, &[of_others]).await.unwrap();
    store.count_bulk(&of_me, &ends, T0 + 3).await.unwrap().unwrap();
    assert_eq!(stands(&store, last).await, (BulkState::Done, [1, 0, 1, 0]));
    let failures = store.bulk_failures(last, BulkAct::Replay, None, 10).await.unwrap();
    assert_eq!(failures, [(BulkFailure { id: of_others, why: BulkWhy::Missing }, None)]);
}

async fn what_was_deleted_before_a_backup_is_not_done_after_a_restore(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    failed_tags(&store, 2, me).await;
    let newest = newest_event(&store).await;
    let replay = prepared(&store, BulkAct::Replay, Kinds::default(), vec![newest]).await.id;
    store.forget("wm1", &By::command_line(), T0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    store.back_up(&file).await.unwrap();
    let to = TestDatabase::sqlite();
    let restored = Store::open(&to.options()).await.unwrap();
    restored.restore(&BackupFile::open(&file).await.unwrap(), T0).await.unwrap();
    let me = serve(&restored).await;
    failed_tag(&restored, 7, me).await;
    assert_eq!(newest_event(&restored).await, newest, "SQLite gives the number out again");
    start(&restored, replay, T0).await;
    let mut of_me = turn(&restored, me, T0).await;
    let given_out = restored.give_out_replays(&mut of_me, 10, &["default"], me, T0).await.unwrap();
    assert_eq!(given_out, Some(Vec::new()));
    assert_eq!(stands(&restored, replay).await.1, [1, 0, 1, 0]);
    restored.close().await;
}

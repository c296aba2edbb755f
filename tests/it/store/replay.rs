//! ReplayStart and retry.

use wecom_greeter::{
    action::Status,
    store::{ActionFilter, ReplayStart, Retry},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_replay_is_a_run_of_its_own,
    a_replay_that_its_process_leaves_is_taken_over,
    what_cannot_be_replayed_is_said,
    a_failed_action_is_tried_again_with_a_schedule_that_starts_over,
    a_welcome_whose_time_is_over_is_not_tried_again,
    all_that_a_filter_finds_is_tried_again,
);

async fn a_replay_is_a_run_of_its_own(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let first = planned(&store, 1, me).await;
    store.note_acked(first[0].event_id, std::time::Duration::from_micros(1_830));
    done(&store, &first[0]).await;
    for run in 1..=2 {
        let ReplayStart::Begun(claimed) = store.begin_replay(first[0].event_id, me, T0).await.unwrap() else {
            panic!("not begun")
        };
        assert_eq!((claimed.run, &claimed.event), (run, &first[0].event));
        assert_eq!(statuses(&store, first[0].event_id).await.0, "received");
        let again = plan_stored(&store, plan_record(&claimed, me, full_plan("wm1"))).await;
        assert_eq!(again.iter().map(|claimed| claimed.run).collect::<Vec<_>>(), [run; 3]);
        for claimed in &again {
            done(&store, claimed).await;
        }
        assert_eq!(statuses(&store, first[0].event_id).await.0, "planned", "two of the first run are left");
    }
    done(&store, &first[1]).await;
    done(&store, &first[2]).await;
    let event = store.event(first[0].event_id).await.unwrap().unwrap();
    assert_eq!((event.summary.status.as_str(), event.summary.run, event.actions.len()), ("settled", 2, 9));
    assert_eq!(event.summary.acked_after_us, Some(1_830));
}

async fn a_replay_that_its_process_leaves_is_taken_over(database: TestDatabase) {
    let store = database.store().await;
    let server = serve(&store).await;
    let first = planned(&store, 1, server).await;
    let command = store.enroll(Role::Command, T0).await.unwrap().process;
    let ReplayStart::Begun(begun) = store.begin_replay(first[0].event_id, command, T0).await.unwrap() else {
        panic!("not begun")
    };
    // An action of the first run comes to its end meanwhile.
    done(&store, &first[0]).await;
    assert!(store.sweep_events(server, T0, 10).await.unwrap().is_empty());
    store.retire(command).await.unwrap();
    let swept = store.sweep_events(server, T0, 10).await.unwrap();
    assert_eq!((swept.len(), swept[0].run), (1, 1));
    let late = store.plan(plan_record(&begun, command, Plan::default())).await.unwrap();
    assert!(matches!(late, Planned::LeaseLost), "{late:?}");
    plan_stored(&store, plan_record(&swept[0], server, Plan::default())).await;
    assert_eq!(statuses(&store, first[0].event_id).await.0, "planned");
}

async fn what_cannot_be_replayed_is_said(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let unplanned = accept_new(&store, new_event(1, me)).await;
    assert_eq!(store.begin_replay(unplanned.lease.event_id, me, T0).await.unwrap(), ReplayStart::Underway);
    assert_eq!(store.begin_replay(999, me, T0).await.unwrap(), ReplayStart::Missing);
}

async fn a_failed_action_is_tried_again_with_a_schedule_that_starts_over(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    for other in [&claimed[0], &claimed[2]] {
        done(&store, other).await;
    }
    settle(
        &store,
        settlement(&claimed[1], Next::Failed { reason: ReasonCode::Refused.because("not set up") }),
    )
    .await;
    assert_eq!(statuses(&store, claimed[0].event_id).await.0, "settled");

    let ids = [claimed[1].action_id, claimed[0].action_id, 999];
    let said = store.retry(&ids, T0 + 86_400_000).await.unwrap();
    assert_eq!(
        said,
        [(ids[0], Retry::Due), (ids[1], Retry::NotFailed(Status::Done)), (ids[2], Retry::Missing)]
    );
    assert_eq!(statuses(&store, claimed[0].event_id).await.0, "planned");
    let said = store.retry(&ids[..1], T0 + 86_400_000).await.unwrap();
    assert_eq!(said, [(ids[0], Retry::NotFailed(Status::Pending))]);

    let swept = store.sweep_actions(me, T0 + 86_400_000, 10).await.unwrap();
    let [again] = swept.as_slice() else { panic!("one: {swept:?}") };
    assert_eq!((again.attempts, again.first_due_ms), (0, T0 + 86_400_000));
    assert_eq!(settle(&store, settlement(&claimed[1], Next::Done { note: None })).await, Settled::LeaseLost);
    done(&store, again).await;
    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!((event.summary.status.as_str(), event.actions[1].attempts.len()), ("settled", 2));
}

async fn a_welcome_whose_time_is_over_is_not_tried_again(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    settle(&store, settlement(&claimed[0], Next::Failed { reason: ReasonCode::Refused.because("refused") }))
        .await;
    let id = claimed[0].action_id;
    assert_eq!(store.retry(&[id], T0 + 20_000).await.unwrap(), [(id, Retry::TooLate)]);
    assert_eq!(store.retry(&[id, id], T0 + 19_999).await.unwrap(), [(id, Retry::Due), (id, Retry::Due)]);
}

async fn all_that_a_filter_finds_is_tried_again(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..10 {
        let claimed = planned(&store, n, me).await;
        settle(
            &store,
            settlement(&claimed[1], Next::Failed { reason: ReasonCode::Refused.because("not set up") }),
        )
        .await;
        settle(
            &store,
            settlement(&claimed[0], Next::Expired { reason: ReasonCode::Refused.because("too late") }),
        )
        .await;
    }
    let mut filter = ActionFilter { kind: Some(Kind::Tag), ..ActionFilter::default() };
    filter.event.limit = Some(4);
    assert_eq!(store.retry_where(&filter, T0 + 30_000).await.unwrap().len(), 4);
    filter.event.limit = None;
    assert_eq!(store.retry_where(&filter, T0 + 30_000).await.unwrap().len(), 6);
    let rest = store.retry_where(&ActionFilter::default(), T0 + 30_000).await.unwrap();
    assert_eq!(rest.len(), 10);
    assert!(rest.iter().all(|(_, said)| *said == Retry::TooLate), "{rest:?}");
}

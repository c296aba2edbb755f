//! Notices and forwards: handed out apart, and forwards by their receiver.

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    of_each_receiver_as_many_are_swept_as_there_is_room_for,
    what_is_full_is_left_to_the_sweep,
    forwards_from_before_receivers_were_told_apart_are_swept,
);

/// An event with these actions, of which nobody holds any.
async fn waiting(store: &Store, n: i64, me: ProcessId, actions: Vec<Action>) {
    let claimed = accept_new(store, new_event(n, me)).await;
    let plan = Plan { rules: Vec::new(), actions: actions.into_iter().map(perform).collect() };
    let new = NewPlan { hold_reports: TakesOn::none(), ..new_plan(me, plan) };
    let record = PlanRecord { claimed, new };
    assert!(plan_stored(store, record).await.is_empty());
}

fn receivers(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.action.receiver()).collect()
}

async fn of_each_receiver_as_many_are_swept_as_there_is_room_for(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..200 {
        waiting(&store, n, me, vec![forward("https://hangs.example/")]).await;
    }
    for n in 200..203 {
        waiting(&store, n, me, vec![forward("https://b.example/"), notify("a")]).await;
    }
    let full = |receiver: &str| if receiver == "https://hangs.example/" { 0 } else { 2 };
    let swept = store.sweep_forwards(me, T0, full).await.unwrap();
    assert_eq!(receivers(&swept), ["https://b.example/"; 2]);
    let swept = store.sweep_forwards(me, T0, |_| 3).await.unwrap();
    let ids: Vec<_> = swept.iter().map(|claimed| claimed.event_id).collect();
    assert_eq!(ids.len(), 4, "three of one, and the last of the other");
    assert!(ids[..3].is_sorted() && ids[2] < ids[3], "the oldest first: {ids:?}");
    assert_eq!(store.sweep_notices(me, T0, 2).await.unwrap().len(), 2);
    assert_eq!(store.sweep_notices(me, T0, 9).await.unwrap().len(), 1);
    // One at a time, and none twice.
    let mut rest = 0;
    while let taken @ 1.. = store.sweep_forwards(me, T0, |_| 128).await.unwrap().len() {
        rest += taken;
    }
    assert_eq!(rest, 197);
}

async fn what_is_full_is_left_to_the_sweep(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let actions = vec![perform(notify("a")), perform(forward("https://a/")), perform(forward("https://b/"))];
    let full = TakesOn { full: vec!["https://a/".into()], ..TakesOn::all() };
    let plan = Plan { rules: Vec::new(), actions };
    let new = NewPlan { hold_reports: full.clone(), ..new_plan(me, plan) };
    let record = PlanRecord { claimed, new };
    let held = plan_stored(&store, record).await;
    assert_eq!(receivers(&held), ["", "https://b/"]);
    assert_eq!(receivers(&reports(&store, me, T0).await), ["https://a/"]);

    // What follows from an action waits for the sweep while anybody is full; notices do not.
    let then =
        Plan { rules: Vec::new(), actions: vec![perform(notify("b")), perform(forward("https://b/"))] };
    let failed = Settlement {
        follow_up: Some(then),
        ..settlement(&held[1], Next::Failed { reason: ReasonCode::Refused.because("no") })
    };
    settle(&store, failed).await;
    let taken = store.take_up_added(held[0].event_id, 0, &full, me, T0 + 92).await.unwrap();
    assert_eq!(receivers(&taken), [""]);
    let taken = store.take_up_added(held[0].event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap();
    assert_eq!(receivers(&taken), ["https://b/"]);
}

async fn forwards_from_before_receivers_were_told_apart_are_swept(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    waiting(&store, 1, me, vec![forward("https://a/"), notify("a")]).await;
    super::parity::execute(&database, "UPDATE action SET receiver = ''").await;
    let swept = store.sweep_forwards(me, T0, |receiver| usize::from(receiver.is_empty())).await;
    assert_eq!(receivers(&swept.unwrap()), ["https://a/"]);
    let refused =
        super::parity::try_execute(&database, "UPDATE action SET receiver = 'x'").await.unwrap_err();
    assert!(refused.to_string().contains("action_only_forwards_have_a_receiver"), "{refused}");
}

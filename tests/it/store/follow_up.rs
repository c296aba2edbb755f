//! What follows from how an action ended: in the record with its settlement, or not at all.

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    what_follows_is_stored_with_the_settlement_and_the_event_goes_on,
    what_follows_of_nothing_settles_the_event,
    without_the_lease_nothing_follows,
    what_follows_counts_on_from_what_is_there,
    several_that_end_at_once_are_all_followed,
    what_follows_an_earlier_run_adds_no_rules,
    what_nobody_takes_up_is_the_sweeps,
    what_is_skipped_is_on_record,
);

fn used(name: &str, used_for: &[Kind]) -> RuleUse {
    RuleUse { name: name.into(), version: 3, used_for: used_for.to_vec() }
}

fn followed(claimed: &Claimed, then: Plan) -> Settlement {
    Settlement { follow_up: Some(then), ..settlement(claimed, Next::Done { note: None }) }
}

/// A welcome and what is to be decided after it.
async fn undecided(store: &Store, n: i64, me: ProcessId) -> Vec<Claimed> {
    let claimed = accept_new(store, new_event(n, me)).await;
    let plan = Plan {
        rules: vec![used("everyone", &[Kind::Welcome])],
        actions: vec![perform(welcome("您好")), perform(decide())],
    };
    plan_stored(store, plan_record(&claimed, me, plan)).await
}

async fn what_follows_is_stored_with_the_settlement_and_the_event_goes_on(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    done(&store, &claimed[0]).await;
    let then = Plan {
        rules: vec![used("everyone", &[Kind::Tag]), used("vip", &[Kind::Notify])],
        actions: vec![perform(tag("wm1")), perform(notify("a")), perform(notify("b"))],
    };
    assert_eq!(settle(&store, followed(&claimed[1], then)).await, Settled::Recorded);

    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!(event.summary.status, EventStatus::Planned);
    assert_eq!(event.rules, [used("everyone", &[Kind::Welcome, Kind::Tag]), used("vip", &[Kind::Notify])]);
    let told: Vec<_> = event
        .actions
        .iter()
        .map(|action| (action.kind.as_str(), action.status.as_str(), action.due_ms, action.run))
        .collect();
    let now = Some(T0 + 92);
    assert_eq!(
        told,
        [
            ("welcome", "done", None, 0),
            ("decide", "done", None, 0),
            ("tag", "pending", now, 0),
            ("notify", "pending", now, 0),
            ("notify", "pending", now, 0)
        ]
    );
    let taken = store.take_up_added(claimed[0].event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap();
    assert_eq!(
        taken.iter().map(|claimed| claimed.action.clone()).collect::<Vec<_>>(),
        [tag("wm1"), notify("a"), notify("b")]
    );
    assert!(
        store.take_up_added(claimed[0].event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap().is_empty()
    );
    assert!(reports(&store, me, T0 + 93).await.is_empty());
    for (left, claimed) in (0..3).rev().zip(&taken) {
        done(&store, claimed).await;
        let expected = if left == 0 { "settled" } else { "planned" };
        assert_eq!(statuses(&store, claimed.event_id).await.0, expected);
    }
    assert_eq!(store.depth().await.unwrap(), wecom_greeter::store::Depth::default());
}

async fn what_follows_of_nothing_settles_the_event(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    done(&store, &claimed[0]).await;
    settle(&store, followed(&claimed[1], Plan::default())).await;
    assert_eq!(statuses(&store, claimed[0].event_id).await.0, "settled");
}

async fn without_the_lease_nothing_follows(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    let then = || Plan { rules: vec![used("vip", &[Kind::Tag])], actions: vec![perform(tag("wm1"))] };
    // It fell silent; another has taken the action over.
    let heir = store.enroll(Role::Serve, T0 + 10_000).await.unwrap().process;
    let swept = store.sweep_actions(heir, T0 + 10_000, 10).await.unwrap();
    let theirs = swept.iter().find(|claimed| claimed.kind == Kind::Decide).unwrap();
    assert_eq!(settle(&store, followed(&claimed[1], then())).await, Settled::LeaseLost);
    assert_eq!(statuses(&store, claimed[0].event_id).await.1.len(), 2);
    // Twice is once, too.
    assert_eq!(settle(&store, followed(theirs, then())).await, Settled::Recorded);
    assert_eq!(settle(&store, followed(theirs, then())).await, Settled::LeaseLost);
    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!(event.actions.len(), 3);
    assert_eq!(event.rules.len(), 2);
}

async fn what_follows_counts_on_from_what_is_there(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let actions = vec![perform(tag("wm1")), perform(remark("wm1")), perform(notify("planned"))];
    let held = plan_stored(&store, plan_record(&claimed, me, Plan { rules: Vec::new(), actions })).await;
    for (n, claimed) in held.iter().take(2).enumerate() {
        let then = Plan { rules: Vec::new(), actions: vec![perform(notify(&format!("{n}")))] };
        let failed = Settlement {
            follow_up: Some(then),
            ..settlement(claimed, Next::Failed { reason: ReasonCode::Refused.because("no") })
        };
        assert_eq!(settle(&store, failed).await, Settled::Recorded);
    }
    let taken = store.take_up_added(held[0].event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap();
    assert_eq!(
        taken.iter().map(|claimed| claimed.action.clone()).collect::<Vec<_>>(),
        [notify("0"), notify("1")]
    );
}

/// In batches of different sizes, by several writers: each event's actions are numbered without a gap in the way.
async fn several_that_end_at_once_are_all_followed(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut all = Vec::new();
    for n in 0..40 {
        let claimed = accept_new(&store, new_event(n, me)).await;
        let customer = format!("wm{n}");
        let actions =
            vec![perform(tag(&customer)), perform(remark(&customer)), perform(forward("https://a/"))];
        all.extend(plan_stored(&store, plan_record(&claimed, me, Plan { rules: Vec::new(), actions })).await);
    }
    let said = at_once(120, |n| {
        let (store, claimed) = (store.clone(), all[usize::try_from(n).unwrap()].clone());
        async move {
            let actions: Vec<_> = (0..4).map(|nth| perform(notify(&format!("{n}-{nth}")))).collect();
            let then = Plan { rules: vec![used("lead", &[Kind::Notify])], actions };
            let failed = Settlement {
                follow_up: Some(then),
                ..settlement(&claimed, Next::Failed { reason: ReasonCode::Refused.because("no") })
            };
            settle(&store, failed).await
        }
    })
    .await;
    assert!(said.iter().all(|said| *said == Settled::Recorded));
    for claimed in all.iter().step_by(3) {
        let event = store.event(claimed.event_id).await.unwrap().unwrap();
        assert_eq!((event.summary.status.as_str(), event.actions.len()), ("planned", 15));
        assert_eq!(event.rules, [used("lead", &[Kind::Notify])]);
        let taken = store.take_up_added(claimed.event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap();
        assert_eq!(taken.len(), 12);
    }
}

async fn what_follows_an_earlier_run_adds_no_rules(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    let wecom_greeter::store::ReplayStart::Begun(again) =
        store.begin_replay(claimed[0].event_id, me, T0 + 1).await.unwrap()
    else {
        panic!("not begun")
    };
    let plan = Plan { rules: vec![used("new", &[Kind::Remark])], actions: vec![perform(remark("wm1"))] };
    plan_stored(&store, plan_record(&again, me, plan)).await;
    let then = Plan { rules: vec![used("old", &[Kind::Tag])], actions: vec![perform(tag("wm1"))] };
    settle(&store, followed(&claimed[1], then)).await;
    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!(event.rules, [used("new", &[Kind::Remark])]);
    let told: Vec<_> = event.actions.iter().map(|action| (action.run, action.kind.as_str())).collect();
    assert_eq!(told, [(0, "welcome"), (0, "decide"), (0, "tag"), (1, "remark")]);
}

async fn what_nobody_takes_up_is_the_sweeps(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    let then = Plan {
        rules: Vec::new(),
        actions: vec![perform(tag("wm1")), perform(notify("a")), perform(forward("https://a/"))],
    };
    settle(&store, followed(&claimed[1], then)).await;
    let swept = store.sweep_actions(me, T0 + 92, 10).await.unwrap();
    assert_eq!(swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Tag]);
    let swept = reports(&store, me, T0 + 92).await;
    assert_eq!(swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Notify, Kind::Forward]);
    assert!(
        store.take_up_added(claimed[0].event_id, 0, &TakesOn::all(), me, T0 + 92).await.unwrap().is_empty()
    );
}

async fn what_is_skipped_is_on_record(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = undecided(&store, 1, me).await;
    done(&store, &claimed[0]).await;
    let skipped = Do::Skip { kind: Kind::Tag, reason: ReasonCode::Other.because("no\0body") };
    settle(&store, followed(&claimed[1], Plan { rules: Vec::new(), actions: vec![skipped] })).await;
    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!(event.summary.status, EventStatus::Settled);
    let last = event.actions.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.status.as_str(), last.reason.as_deref(), last.settled_at_ms),
        ("tag", "skipped", Some("no\u{fffd}body"), Some(T0 + 92))
    );
}

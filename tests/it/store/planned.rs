//! `accept_planned`: an event, its plan and its actions are one commit, and a plan costs no event anything.

use wecom_greeter::store::EventFilter;

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    an_event_and_its_plan_are_stored_together,
    an_event_with_nothing_to_do_is_settled_when_it_is_stored,
    what_is_not_held_is_left_to_the_sweep,
    a_second_delivery_brings_no_second_plan,
    deliveries_that_arrive_together_are_planned_once,
    a_crowd_with_and_without_plans_is_told_the_truth,
    a_plan_that_the_database_refuses_costs_neither_its_event_nor_its_neighbours,
    the_actions_of_a_caller_that_went_away_are_swept_at_once,
    how_long_an_ack_took_is_in_the_record_within_seconds,
);

/// Event `n`, planned, with all its actions held.
async fn accept(store: &Store, n: i64, me: ProcessId) -> Accepted {
    let plan = new_plan(me, full_plan(&format!("wm{n}")));
    store.accept_planned(new_event(n, me), plan).await.expect("stored")
}

fn held(accepted: Accepted) -> (i64, Vec<Claimed>) {
    match accepted {
        Accepted::Planned { event, actions } => (event.id, actions),
        other => panic!("not planned: {other:?}"),
    }
}

async fn an_event_and_its_plan_are_stored_together(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let (id, actions) = held(accept(&store, 1, me).await);
    let kinds: Vec<_> = actions.iter().map(|claimed| claimed.kind).collect();
    assert_eq!(kinds, [Kind::Welcome, Kind::Tag, Kind::Remark]);
    assert_eq!(actions[0].action, welcome("您好"));
    assert_eq!(actions[0].deadline, Some(Deadline::at_ms(T0 + 20_000)));
    assert_eq!(actions[0].lease_until_ms, T0 + 35_000);
    assert_eq!(actions[1].lease_until_ms, T0 + 300_000);
    assert!(actions.iter().all(|claimed| claimed.event_id == id && claimed.run == 0));
    assert!(actions.iter().all(|claimed| claimed.event.payload == payload(1).as_bytes()));
    assert!(actions.windows(2).all(|pair| pair[0].action_id < pair[1].action_id));

    let event = store.event(id).await.unwrap().unwrap();
    assert_eq!((event.summary.status, event.summary.deliveries), (EventStatus::Planned, 1));
    assert_eq!(event.rules[0].name, "spring-campaign");
    assert_eq!(event.rules[0].version, 3);
    assert!(event.actions.iter().all(|action| action.status == Status::Running));
    assert!(store.sweep_events(me, T0 + 10, 10).await.unwrap().is_empty());
    assert!(store.sweep_actions(me, T0 + 10, 10).await.unwrap().is_empty(), "they are in somebody's hands");

    for claimed in &actions {
        done(&store, claimed).await;
    }
    assert_eq!(statuses(&store, id).await.0, "settled");
}

async fn an_event_with_nothing_to_do_is_settled_when_it_is_stored(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let (id, actions) =
        held(store.accept_planned(new_event(1, me), new_plan(me, Plan::default())).await.unwrap());
    assert!(actions.is_empty());
    assert_eq!(statuses(&store, id).await, ("settled".into(), vec![]));

    let reason = ReasonCode::NoRule.because("no rule with a welcome matches");
    let skipped = Plan { rules: Vec::new(), actions: vec![Do::Skip { kind: Kind::Welcome, reason }] };
    let (id, actions) = held(store.accept_planned(new_event(2, me), new_plan(me, skipped)).await.unwrap());
    assert!(actions.is_empty());
    assert_eq!(statuses(&store, id).await, ("settled".into(), vec![("welcome".into(), "skipped".into())]));
}

async fn what_is_not_held_is_left_to_the_sweep(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let plan = NewPlan { hold_followups: false, ..new_plan(me, full_plan("wm1")) };
    let (_, actions) = held(store.accept_planned(new_event(1, me), plan).await.unwrap());
    assert_eq!(actions.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Welcome]);
    let swept = store.sweep_actions(me, T0, 10).await.unwrap();
    assert_eq!(swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Tag]);
}

async fn a_second_delivery_brings_no_second_plan(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let (planned, _) = held(accept(&store, 1, me).await);
    let unplanned = accept_new(&store, new_event(2, me)).await.lease.event_id;
    for deliveries in 2..=4 {
        for (n, id) in [(1, planned), (2, unplanned)] {
            // By then there may be other rules.
            let plan = NewPlan { ruleset_version: Some(9), ..new_plan(me, full_plan("other")) };
            let said = store.accept_planned(new_event(n, me), plan).await.unwrap();
            assert_eq!(said, Accepted::Duplicate { event_id: id, deliveries });
        }
    }
    let event = store.event(planned).await.unwrap().unwrap();
    assert_eq!((event.summary.deliveries, event.actions.len(), event.rules[0].version), (4, 3, 3));
    assert_eq!(statuses(&store, unplanned).await, ("received".into(), vec![]));
}

async fn deliveries_that_arrive_together_are_planned_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let said = at_once(50, |_| {
        let store = store.clone();
        async move { accept(&store, 1, me).await }
    })
    .await;
    let mut counts = Vec::new();
    let mut planned = Vec::new();
    for accepted in said {
        match accepted {
            Accepted::Duplicate { deliveries, .. } => counts.push(deliveries),
            first => planned.push(held(first)),
        }
    }
    counts.sort_unstable();
    assert_eq!(counts, (2..=50).collect::<Vec<_>>());
    let [(id, actions)] = planned.as_slice() else { panic!("planned once: {planned:?}") };
    assert_eq!(actions.len(), 3);
    assert_eq!(statuses(&store, *id).await.1.len(), 3);
}

async fn a_crowd_with_and_without_plans_is_told_the_truth(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let said = at_once(300, |n| {
        let store = store.clone();
        async move {
            match n % 3 {
                0 => store.accept(new_event(n, me)).await.unwrap(),
                1 => store.accept_planned(new_event(n, me), new_plan(me, Plan::default())).await.unwrap(),
                _ => accept(&store, n, me).await,
            }
        }
    })
    .await;
    for (n, accepted) in (0..).zip(said) {
        let (id, actions) = match (n % 3, accepted) {
            (0, Accepted::New(claimed)) => (claimed.lease.event_id, Vec::new()),
            (1 | 2, planned @ Accepted::Planned { .. }) => held(planned),
            (_, other) => panic!("{n}: {other:?}"),
        };
        let event = store.event(id).await.unwrap().unwrap();
        let told: Vec<_> = actions.iter().map(|claimed| (claimed.action_id, claimed.kind)).collect();
        let there: Vec<_> = event.actions.iter().map(|action| (action.id, action.kind)).collect();
        assert_eq!(told, there, "{n}: the ids that were told are those of its actions");
        assert_eq!(event.payload.0, payload(n).as_bytes(), "{n}");
        let is = (event.summary.status.as_str(), event.actions.len());
        assert_eq!(is, [("received", 0), ("settled", 0), ("planned", 3)][usize::try_from(n % 3).unwrap()]);
    }
}

async fn a_plan_that_the_database_refuses_costs_neither_its_event_nor_its_neighbours(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    super::plan::refuse_actions(&database).await;
    let bad = Plan { rules: Vec::new(), actions: vec![perform(tag("wm1")), perform(welcome("refuse me"))] };
    let said = at_once(40, |n| {
        let plan = if n == 17 { bad.clone() } else { full_plan(&format!("wm{n}")) };
        let store = store.clone();
        async move { store.accept_planned(new_event(n, me), new_plan(me, plan)).await.unwrap() }
    })
    .await;
    for (n, accepted) in (0..).zip(said) {
        match accepted {
            Accepted::New(claimed) if n == 17 => {
                assert_eq!(statuses(&store, claimed.lease.event_id).await, ("received".into(), vec![]));
                plan_stored(&store, plan_record(&claimed, me, full_plan("wm17"))).await;
            }
            planned => assert_eq!(held(planned).1.len(), 3, "{n}"),
        }
    }
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 40);
}

async fn the_actions_of_a_caller_that_went_away_are_swept_at_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let number = super::accept::left_waiting(
        |n| accept(&store, n, me),
        |_| async { tokio::time::sleep(std::time::Duration::from_millis(50)).await },
    )
    .await;
    let mut tries = 0;
    let welcome = loop {
        let swept = store.sweep_actions(me, T0 + 10, 1).await.unwrap();
        if let [claimed] = swept.as_slice() {
            break claimed.clone();
        }
        tries += 1;
        assert!(tries < 200, "its actions stay leased to nobody");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    assert_eq!((welcome.kind, welcome.epoch), (Kind::Welcome, 2));
    assert_eq!(welcome.event.payload, payload(number).as_bytes());
}

/// With the end of an action, or by itself where there is none.
async fn how_long_an_ack_took_is_in_the_record_within_seconds(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let took = std::time::Duration::from_micros(1_830);
    let (id, actions) = held(accept(&store, 1, me).await);
    store.note_acked(id, took);
    done(&store, &actions[0]).await;
    let acked = async |id| store.event(id).await.unwrap().unwrap().summary.acked_after_us;
    assert_eq!(acked(id).await, Some(1_830));

    let mut of_nothing = Vec::new();
    for n in 2..203 {
        let plan = new_plan(me, Plan::default());
        let (id, _) = held(store.accept_planned(new_event(n, me), plan).await.unwrap());
        store.note_acked(id, took);
        of_nothing.push(id);
    }
    for id in of_nothing {
        let mut tries = 0;
        while acked(id).await.is_none() {
            tries += 1;
            assert!(tries < 500, "it is never written");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(acked(id).await, Some(1_830));
    }
}

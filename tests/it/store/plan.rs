//! `plan` and `sweep_events`: planned once a run, and by whoever holds the event.

use wecom_greeter::store::{ClaimedEvent, EventFilter, EventLease};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_plan_is_stored_with_its_actions_in_order,
    followups_are_left_to_the_sweep_when_they_are_not_held,
    an_event_with_nothing_to_do_is_settled,
    skipped_actions_are_on_record_with_their_reason,
    an_event_is_planned_once,
    a_plan_may_have_several_actions_of_one_kind,
    two_plans_of_one_event_in_one_moment_are_one,
    many_plans_at_once_are_all_stored,
    a_plan_that_the_database_refuses_fails_alone,
    nul_in_a_text_of_the_plan_does_no_harm,
);

async fn a_plan_is_stored_with_its_actions_in_order(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    let kinds: Vec<_> = claimed.iter().map(|claimed| claimed.kind).collect();
    assert_eq!(kinds, [Kind::Welcome, Kind::Tag, Kind::Remark]);
    assert_eq!(claimed[0].action, welcome("您好"));
    assert_eq!(claimed[0].deadline, Some(Deadline::at_ms(T0 + 20_000)));
    assert_eq!(claimed[0].lease_until_ms, T0 + 35_000);
    assert_eq!(claimed[1].lease_until_ms, T0 + 300_000);
    assert!(claimed.windows(2).all(|pair| pair[0].action_id < pair[1].action_id));
    assert!(
        claimed.iter().all(|claimed| claimed.attempts == 0 && claimed.event.payload == payload(1).as_bytes())
    );

    let event = store.event(claimed[0].event_id).await.unwrap().unwrap();
    assert_eq!(event.summary.status, EventStatus::Planned);
    assert_eq!(event.rules[0].name, "spring-campaign");
    assert_eq!(
        event.actions.iter().map(|action| action.kind.as_str()).collect::<Vec<_>>(),
        ["welcome", "tag", "remark"]
    );
    assert!(event.actions.iter().all(|action| action.status == Status::Running && action.reason.is_some()));
    assert!(store.sweep_actions(me, T0 + 10, 10).await.unwrap().is_empty());
}

async fn followups_are_left_to_the_sweep_when_they_are_not_held(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned_loosely(&store, 1, me, full_plan("wm1")).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].kind, Kind::Welcome);
    let swept = store.sweep_actions(me, T0, 10).await.unwrap();
    assert_eq!(
        swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(),
        [Kind::Tag],
        "the remark comes after"
    );
    done(&store, &swept[0]).await;
    let swept = store.sweep_actions(me, T0, 10).await.unwrap();
    assert_eq!(swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Remark]);
}

async fn an_event_with_nothing_to_do_is_settled(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    assert!(plan_stored(&store, plan_record(&claimed, me, Plan::default())).await.is_empty());
    assert_eq!(statuses(&store, claimed.lease.event_id).await, ("settled".into(), vec![]));
}

async fn skipped_actions_are_on_record_with_their_reason(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let plan = Plan {
        rules: Vec::new(),
        actions: vec![Do::Skip {
            kind: Kind::Welcome,
            reason: ReasonCode::Other.because("the event carries no welcome code"),
        }],
    };
    assert!(plan_stored(&store, plan_record(&claimed, me, plan)).await.is_empty());
    let event = store.event(claimed.lease.event_id).await.unwrap().unwrap();
    assert_eq!(event.summary.status, EventStatus::Settled);
    let [action] = event.actions.as_slice() else { panic!("one action: {:?}", event.actions) };
    assert_eq!(action.status, Status::Skipped);
    assert_eq!(action.reason.as_deref(), Some("the event carries no welcome code"));
    assert_eq!(action.request, None);
    assert_eq!(action.settled_at_ms, Some(T0));
}

async fn a_plan_may_have_several_actions_of_one_kind(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let actions = vec![
        perform(welcome("您好")),
        perform(notify("a")),
        Do::Skip { kind: Kind::Notify, reason: ReasonCode::Other.because("nobody") },
        perform(forward("https://a.example/")),
        perform(notify("b")),
        perform(forward("https://b.example/")),
    ];
    let expected: Vec<Action> = actions
        .iter()
        .filter_map(|planned| match planned {
            Do::Perform { action, .. } => Some(action.clone()),
            Do::Skip { .. } => None,
        })
        .collect();
    let record = plan_record(&claimed, me, Plan { rules: Vec::new(), actions });
    // What this process does not hold is the sweep's, kind by kind of what it is in the way of.
    let new = NewPlan { hold_reports: TakesOn::none(), ..record.new };
    let stored = plan_stored(&store, PlanRecord { new, ..record }).await;
    assert_eq!(stored.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Welcome]);
    assert!(store.sweep_actions(me, T0, 10).await.unwrap().is_empty());
    let mut swept = reports(&store, me, T0).await;
    swept.sort_by_key(|claimed| claimed.action_id);
    let all: Vec<_> = stored.iter().chain(&swept).map(|claimed| claimed.action.clone()).collect();
    assert_eq!(all[0], expected[0]);
    assert_eq!(all[1..], expected[1..]);
    let kinds: Vec<_> = statuses(&store, claimed.lease.event_id).await.1;
    let of = |kind: &str, status: &str| (kind.to_owned(), status.to_owned());
    assert_eq!(
        kinds,
        [
            of("welcome", "running"),
            of("notify", "running"),
            of("notify", "skipped"),
            of("forward", "running"),
            of("notify", "running"),
            of("forward", "running")
        ]
    );
    for claimed in stored.iter().chain(&swept) {
        done(&store, claimed).await;
    }
    assert_eq!(statuses(&store, claimed.lease.event_id).await.0, "settled");
}

async fn an_event_is_planned_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    plan_stored(&store, plan_record(&claimed, me, full_plan("wm1"))).await;
    let again = store.plan(plan_record(&claimed, me, full_plan("wm1"))).await.unwrap();
    assert!(matches!(again, Planned::AlreadyPlanned), "{again:?}");
    assert_eq!(statuses(&store, claimed.lease.event_id).await.1.len(), 3);

    let nowhere = ClaimedEvent { lease: EventLease { event_id: 999_999, epoch: 1 }, ..claimed };
    let missing = store.plan(plan_record(&nowhere, me, Plan::default())).await.unwrap();
    assert!(matches!(missing, Planned::AlreadyPlanned), "{missing:?}");
}

async fn two_plans_of_one_event_in_one_moment_are_one(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let said = at_once(20, |_| {
        let (store, record) = (store.clone(), plan_record(&claimed, me, full_plan("wm1")));
        async move { store.plan(record).await.unwrap() }
    })
    .await;
    assert_eq!(
        said.iter().filter(|said| matches!(said, Planned::Stored(actions) if actions.len() == 3)).count(),
        1
    );
    assert_eq!(said.iter().filter(|said| matches!(said, Planned::AlreadyPlanned)).count(), 19);
    assert_eq!(statuses(&store, claimed.lease.event_id).await.1.len(), 3);
}

async fn many_plans_at_once_are_all_stored(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let said = at_once(300, |n| {
        let store = store.clone();
        async move {
            let claimed = planned(&store, n, me).await;
            assert_eq!(claimed.len(), 3);
            assert!(claimed.iter().all(|claimed| claimed.event.external_user_id == Some(format!("wm{n}"))));
            claimed.into_iter().map(|claimed| claimed.action_id).collect::<Vec<_>>()
        }
    })
    .await;
    let mut ids: Vec<i64> = said.into_iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 900);
}

/// Nothing that the code makes is refused, so the table is told to.
pub(super) async fn refuse_actions(database: &TestDatabase) {
    let refuses = if database.is_sqlite() {
        "CREATE TRIGGER refuses BEFORE INSERT ON action WHEN NEW.request LIKE '%refuse me%'
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    } else {
        "ALTER TABLE action ADD CONSTRAINT refuses CHECK (request NOT LIKE '%refuse me%')"
    };
    super::parity::execute(database, refuses).await;
}

async fn a_plan_that_the_database_refuses_fails_alone(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    refuse_actions(&database).await;
    let bad = Plan { rules: Vec::new(), actions: vec![perform(tag("wm1")), perform(welcome("refuse me"))] };
    let mut claimed = Vec::new();
    for n in 0..40 {
        claimed.push(accept_new(&store, new_event(n, me)).await);
    }
    let said = at_once(40, |n| {
        let plan = if n == 17 { bad.clone() } else { full_plan(&format!("wm{n}")) };
        let record = plan_record(&claimed[usize::try_from(n).unwrap()], me, plan);
        let store = store.clone();
        async move { store.plan(record).await }
    })
    .await;
    for (n, said) in said.iter().enumerate() {
        assert_eq!(said.is_err(), n == 17, "{n}: {said:?}");
    }
    let filter = EventFilter { status: Some(EventStatus::Received), ..EventFilter::default() };
    let left = store.events(&filter).await.unwrap();
    assert_eq!(left.len(), 1, "nothing of the refused plan is stored");
    assert_eq!(left[0].external_user_id.as_deref(), Some("wm17"));
    plan_stored(&store, plan_record(&claimed[17], me, full_plan("wm17"))).await;
}

async fn nul_in_a_text_of_the_plan_does_no_harm(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    let plan = Plan {
        rules: vec![RuleUse { name: "nul\0rule".into(), version: 1, used_for: vec![] }],
        actions: vec![
            perform(welcome("a\0b $1 {{ 7*7 }} \\ </xml> 🌸")),
            Do::Skip { kind: Kind::Tag, reason: ReasonCode::Other.because("because\0") },
        ],
    };
    let stored = plan_stored(&store, plan_record(&claimed, me, plan)).await;
    assert_eq!(stored[0].action, welcome("a\0b $1 {{ 7*7 }} \\ </xml> 🌸"));
    let event = store.event(claimed.lease.event_id).await.unwrap().unwrap();
    assert_eq!(event.rules[0].name, "nul\0rule");
    assert_eq!(event.actions[1].reason.as_deref(), Some("because\u{fffd}"));
    // The next process reads the same action.
    let mut other =
        settlement(&stored[0], Next::Again { at_ms: T0, reason: ReasonCode::WecomBusy.because("busy") });
    other.keep = false;
    assert_eq!(settle(&store, other).await, Settled::Recorded);
    assert_eq!(store.sweep_actions(me, T0, 10).await.unwrap()[0].action, stored[0].action);
}

//! Processes and leases: who may do what, what a crash leaves, and who gets it.

use std::collections::HashSet;

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use wecom_greeter::{
    action::ReasonCode,
    store::{ALIVE_FOR_MS, Error, EventFilter, Options, Recovery},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    a_dead_process_loses_its_events_and_its_plans_come_too_late,
    a_dead_process_loses_its_actions_and_its_outcomes_come_too_late,
    a_process_takes_again_what_nobody_took_while_it_was_silent,
    a_living_process_that_hangs_loses_what_it_holds_in_the_end,
    a_process_that_retires_leaves_everything_at_once,
    a_server_alone_on_its_file_takes_over_at_once,
    a_server_beside_another_takes_nothing_from_it_when_a_third_has_died,
    a_heartbeat_counts_servers_and_puts_a_forgotten_process_back,
    a_heartbeat_that_meets_a_lock_keeps_its_connection,
    eight_sweepers_take_two_thousand_actions_once_each,
    eight_sweepers_take_events_once_each,
    what_has_a_deadline_is_swept_first_and_what_is_too_late_last_of_it,
    one_at_a_time_for_a_pair_and_a_welcome_waits_for_nobody,
    the_newest_events_are_swept_first,
    an_action_of_another_version_is_failed_and_does_not_stop_the_sweep,
);

async fn a_dead_process_loses_its_events_and_its_plans_come_too_late(database: TestDatabase) {
    let store = database.store().await;
    let dead = serve(&store).await;
    let held = accept_new(&store, new_event(1, dead)).await;
    let heir = store.enroll(Role::Command, T0 + 4_001).await.unwrap().process;
    assert!(store.sweep_events(heir, T0 + ALIVE_FOR_MS, 10).await.unwrap().is_empty());
    let swept = store.sweep_events(heir, T0 + ALIVE_FOR_MS + 1, 10).await.unwrap();
    assert_eq!(swept.len(), 1);
    assert_eq!(swept[0].event, held.event);
    assert_eq!(swept[0].lease.epoch, 2);

    let late = store.plan(plan_record(&held, dead, full_plan("wm1"))).await.unwrap();
    assert!(matches!(late, Planned::LeaseLost), "{late:?}");
    plan_stored(&store, plan_record(&swept[0], heir, Plan::default())).await;
    let late = store.plan(plan_record(&held, dead, full_plan("wm1"))).await.unwrap();
    assert!(matches!(late, Planned::AlreadyPlanned), "{late:?}");
    assert_eq!(statuses(&store, held.lease.event_id).await, ("settled".into(), vec![]));
}

async fn a_dead_process_loses_its_actions_and_its_outcomes_come_too_late(database: TestDatabase) {
    let store = database.store().await;
    let dead = serve(&store).await;
    let held = planned(&store, 1, dead).await;
    let heir = store.enroll(Role::Command, T0 + 4_001).await.unwrap().process;
    let swept = store.sweep_actions(heir, T0 + 4_001, 10).await.unwrap();
    // The tag comes before the remark, and both after the welcome.
    assert_eq!(swept.iter().map(|claimed| claimed.kind).collect::<Vec<_>>(), [Kind::Welcome, Kind::Tag]);
    assert_eq!((swept[0].action_id, swept[0].epoch), (held[0].action_id, 2));
    assert_eq!(swept[0].event, held[0].event);
    assert_eq!(swept[0].deadline, held[0].deadline);

    let late = settlement(&held[0], Next::Failed { reason: ReasonCode::Refused.because("from the dead") });
    assert_eq!(settle(&store, late).await, Settled::LeaseLost);
    done(&store, &swept[0]).await;
    let action = store.event(held[0].event_id).await.unwrap().unwrap().actions.remove(0);
    assert_eq!((action.status.as_str(), action.attempts.len()), ("done", 1));
}

async fn a_process_takes_again_what_nobody_took_while_it_was_silent(database: TestDatabase) {
    let store = database.store().await;
    let silent = serve(&store).await;
    let mut held = planned(&store, 1, silent).await;
    let heir = store.enroll(Role::Command, T0 + 4_001).await.unwrap().process;
    let taken = store.sweep_actions(heir, T0 + 4_001, 1).await.unwrap().remove(0);
    assert_eq!((taken.action_id, taken.epoch), (held[0].action_id, 2));
    store.heartbeat(silent, T0 + 5_000).await.unwrap();

    assert!(!store.claim_anew(&mut held[0], silent).await.unwrap(), "the heir has it");
    assert_eq!(held[0].epoch, 1);
    let before = held[1].clone();
    assert!(store.claim_anew(&mut held[1], silent).await.unwrap());
    assert_eq!(held[1].epoch, 2);
    assert_eq!(
        settle(&store, settlement(&before, Next::Failed { reason: ReasonCode::Refused.because("early") }))
            .await,
        Settled::LeaseLost
    );
    done(&store, &held[1]).await;
    done(&store, &taken).await;
    assert!(!store.claim_anew(&mut held[1], silent).await.unwrap(), "it is done");
}

async fn a_living_process_that_hangs_loses_what_it_holds_in_the_end(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    planned(&store, 2, me).await;
    for (after_ms, events, actions) in [(9_000, 0, 0), (10_001, 1, 0), (35_001, 1, 1), (300_001, 1, 2)] {
        store.heartbeat(me, T0 + after_ms).await.unwrap();
        let swept = store.sweep_events(me, T0 + after_ms, 10).await.unwrap();
        assert_eq!(swept.len(), events, "events after {after_ms} ms");
        let swept = store.sweep_actions(me, T0 + after_ms, 10).await.unwrap();
        assert_eq!(swept.len(), actions, "actions after {after_ms} ms: {swept:?}");
    }
}

async fn a_process_that_retires_leaves_everything_at_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    planned(&store, 2, me).await;
    store.retire(me).await.unwrap();
    let heir = serve(&store).await;
    assert_eq!(store.sweep_events(heir, T0, 10).await.unwrap().len(), 1);
    assert_eq!(store.sweep_actions(heir, T0, 10).await.unwrap().len(), 2, "the remark comes after the tag");
}

async fn a_server_alone_on_its_file_takes_over_at_once(database: TestDatabase) {
    let crashed = database.store().await;
    let enrolled = crashed.enroll(Role::Serve, T0).await.unwrap();
    let expected = if database.is_sqlite() { Recovery::Immediate } else { Recovery::WhenSilent };
    assert_eq!(enrolled.recovery, expected);
    accept_new(&crashed, new_event(1, enrolled.process)).await;

    // While it lives, another that opens the same database takes nothing.
    let other = Store::open(&database.options()).await.unwrap();
    let second = other.enroll(Role::Serve, T0).await.unwrap();
    assert_eq!(second.recovery, Recovery::WhenSilent);
    assert!(other.sweep_events(second.process, T0 + 1, 10).await.unwrap().is_empty());
    other.retire(second.process).await.unwrap();

    // A crash: neither retired nor closed, and the system takes the lock back.
    drop(crashed);
    let next = other.enroll(Role::Serve, T0 + 5).await.unwrap();
    assert_eq!(next.recovery, expected);
    let swept = other.sweep_events(next.process, T0 + 5, 10).await.unwrap();
    assert_eq!(swept.len(), usize::from(database.is_sqlite()));
}

/// The first of two dies, and is started again: the second is alive, whoever came first.
async fn a_server_beside_another_takes_nothing_from_it_when_a_third_has_died(database: TestDatabase) {
    let first = database.store().await;
    first.enroll(Role::Serve, T0).await.unwrap();
    let second = Store::open(&database.options()).await.unwrap();
    let lives = second.enroll(Role::Serve, T0).await.unwrap();
    accept_new(&second, new_event(1, lives.process)).await;
    drop(first);

    let third = Store::open(&database.options()).await.unwrap();
    let started = third.enroll(Role::Serve, T0 + 5).await.unwrap();
    assert_eq!(started.recovery, Recovery::WhenSilent);
    assert!(third.sweep_events(started.process, T0 + 5, 10).await.unwrap().is_empty());
    assert_eq!(
        third.heartbeat(started.process, T0 + 6).await.unwrap().live,
        3,
        "the dead one is not silent yet"
    );

    // When all of them have ended the next one is alone again.
    drop((second, third));
    let next = Store::open(&database.options()).await.unwrap();
    let expected = if database.is_sqlite() { Recovery::Immediate } else { Recovery::WhenSilent };
    assert_eq!(next.enroll(Role::Serve, T0 + 7).await.unwrap().recovery, expected);
}

async fn a_heartbeat_counts_servers_and_puts_a_forgotten_process_back(database: TestDatabase) {
    let store = database.store().await;
    let first = serve(&store).await;
    let second = serve(&store).await;
    let command = store.enroll(Role::Command, T0).await.unwrap().process;
    assert_eq!(store.heartbeat(command, T0 + 1).await.unwrap().live, 2);
    assert_eq!(store.heartbeat(first, T0 + 4_001).await.unwrap().live, 1, "the second is silent");
    assert_eq!(store.heartbeat(second, T0 + 4_002).await.unwrap().live, 2);
    store.retire(second).await.unwrap();
    assert_eq!(store.heartbeat(first, T0 + 4_003).await.unwrap().live, 1);
    assert_eq!(store.heartbeat(second, T0 + 4_004).await.unwrap().live, 2);
}

/// The connections of a program to PostgreSQL, and that none of them is left in a transaction.
async fn connections(watcher: &mut PgConnection) -> Vec<i32> {
    let rows: Vec<(i32, String)> = sqlx::query_as(
        "SELECT pid, state FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'wecom-greeter' ORDER BY pid",
    )
    .fetch_all(watcher)
    .await
    .unwrap();
    assert!(rows.iter().all(|(_, state)| state == "idle"), "{rows:?}");
    rows.into_iter().map(|(pid, _)| pid).collect()
}

async fn a_heartbeat_that_meets_a_lock_keeps_its_connection(database: TestDatabase) {
    let patience = std::time::Duration::from_millis(300);
    let store = Store::open(&Options { patience, ..database.options() }).await.unwrap();
    store.migrate().await.unwrap();
    let me = serve(&store).await;
    assert_eq!(store.heartbeat(me, T0 + 1).await.unwrap().live, 1);
    if database.is_sqlite() {
        let mut other = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let refused = store.heartbeat(me, T0 + 2).await.unwrap_err();
        assert!(matches!(refused, Error::Refused { .. }), "{refused}");
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    } else {
        let mut other = PgConnection::connect(&database.url).await.unwrap();
        let before = connections(&mut other).await;
        sqlx::raw_sql("BEGIN; LOCK TABLE process IN EXCLUSIVE MODE").execute(&mut other).await.unwrap();
        let refused = store.heartbeat(me, T0 + 2).await.unwrap_err();
        assert!(matches!(refused, Error::Refused { .. }), "{refused}");
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        assert_eq!(connections(&mut other).await, before);
        assert_eq!(store.heartbeat(me, T0 + 3).await.unwrap().live, 1);
        assert_eq!(connections(&mut other).await, before);
    }
    assert_eq!(store.heartbeat(me, T0 + 4).await.unwrap().live, 1);
    store.close().await;
}

async fn eight_sweepers_take_two_thousand_actions_once_each(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    at_once(16, |worker| {
        let store = store.clone();
        async move {
            for n in 0..125 {
                let n = worker * 125 + n;
                let plan = Plan { rules: Vec::new(), actions: vec![perform(tag(&format!("wm{n}")))] };
                planned_loosely(&store, n, me, plan).await;
            }
        }
    })
    .await;
    let sweepers = eight_processes(&store).await;
    let swept = at_once(8, |n| {
        let (store, me) = (store.clone(), sweepers[usize::try_from(n).unwrap()]);
        async move {
            let mut taken = Vec::new();
            loop {
                let swept = store.sweep_actions(me, T0, 50).await.unwrap();
                if swept.is_empty() {
                    return taken;
                }
                taken.extend(swept.into_iter().map(|claimed| claimed.action_id));
            }
        }
    })
    .await;
    let taken: Vec<i64> = swept.into_iter().flatten().collect();
    assert_eq!(taken.len(), 2_000);
    assert_eq!(taken.into_iter().collect::<HashSet<_>>().len(), 2_000);
}

/// Enrolled before any of them sweeps: on SQLite whoever enrols voids the leases of those who enrolled before.
async fn eight_processes(store: &Store) -> Vec<ProcessId> {
    let mut processes = Vec::new();
    for _ in 0..8 {
        processes.push(serve(store).await);
    }
    processes
}

async fn eight_sweepers_take_events_once_each(database: TestDatabase) {
    let store = database.store().await;
    let gone = serve(&store).await;
    at_once(300, |n| {
        let store = store.clone();
        async move { accept_new(&store, new_event(n, gone)).await }
    })
    .await;
    store.retire(gone).await.unwrap();
    let sweepers = eight_processes(&store).await;
    let swept = at_once(8, |n| {
        let (store, me) = (store.clone(), sweepers[usize::try_from(n).unwrap()]);
        async move {
            let mut taken = Vec::new();
            loop {
                let swept = store.sweep_events(me, T0, 20).await.unwrap();
                if swept.is_empty() {
                    return taken;
                }
                taken.extend(swept.into_iter().map(|claimed| claimed.lease.event_id));
            }
        }
    })
    .await;
    let taken: Vec<i64> = swept.into_iter().flatten().collect();
    assert_eq!(taken.len(), 300);
    assert_eq!(taken.into_iter().collect::<HashSet<_>>().len(), 300);
}

async fn what_has_a_deadline_is_swept_first_and_what_is_too_late_last_of_it(database: TestDatabase) {
    let store = database.store().await;
    let gone = serve(&store).await;
    let welcome_until = |at_ms| Plan {
        rules: Vec::new(),
        actions: vec![Do::Perform { action: welcome("hi"), deadline: Some(Deadline::at_ms(at_ms)) }],
    };
    let tag_only = Plan { rules: Vec::new(), actions: vec![perform(tag("wm0"))] };
    for (n, plan) in
        (0..).zip([tag_only, welcome_until(T0 - 1), welcome_until(T0 + 9_000), welcome_until(T0 + 5_000)])
    {
        planned_loosely(&store, n, gone, plan).await;
    }
    store.retire(gone).await.unwrap();
    let me = serve(&store).await;
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.extend(store.sweep_actions(me, T0, 1).await.unwrap().iter().map(|claimed| claimed.deadline));
    }
    let deadlines: Vec<_> =
        taken.into_iter().map(|deadline| deadline.map(|deadline| deadline.as_ms() - T0)).collect();
    assert_eq!(deadlines, [Some(5_000), Some(9_000), Some(-1), None]);
}

async fn one_at_a_time_for_a_pair_and_a_welcome_waits_for_nobody(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    // Two events of one customer with one employee, another customer's, and one that names nobody.
    let same = |n: i64| NewEvent { external_user_id: Some("wm1".into()), ..new_event(n, me) };
    for event in [same(1), same(2), new_event(3, me), NewEvent { user_id: None, ..new_event(4, me) }] {
        let claimed = accept_new(&store, event).await;
        let new = NewPlan { hold_followups: false, ..new_plan(me, full_plan("wm1")) };
        let loose = PlanRecord { claimed, new };
        assert_eq!(plan_stored(&store, loose).await.len(), 1, "the welcome is at hand at once");
    }
    let mut rounds = Vec::new();
    loop {
        let swept = store.sweep_actions(me, T0, 100).await.unwrap();
        if swept.is_empty() {
            break;
        }
        let mut round: Vec<_> = swept.iter().map(|claimed| (claimed.event_id, claimed.kind)).collect();
        round.sort_unstable();
        rounds.push(round);
        assert!(store.sweep_actions(me, T0, 100).await.unwrap().is_empty(), "what is left waits for these");
        for claimed in &swept {
            done(&store, claimed).await;
        }
    }
    let pair: Vec<Vec<_>> = rounds
        .iter()
        .map(|round| round.iter().filter(|(event, _)| *event <= 2).copied().collect::<Vec<_>>())
        .filter(|round| !round.is_empty())
        .collect();
    let expected =
        [(1, Kind::Tag), (1, Kind::Remark), (2, Kind::Tag), (2, Kind::Remark)].map(|one| vec![one]);
    assert_eq!(pair, expected);
    assert!(rounds[0].contains(&(3, Kind::Tag)), "another pair does not wait");
    assert!(
        rounds[0].contains(&(4, Kind::Tag)) && rounds[0].contains(&(4, Kind::Remark)),
        "no pair, no order"
    );
}

async fn the_newest_events_are_swept_first(database: TestDatabase) {
    let store = database.store().await;
    let gone = serve(&store).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(accept_new(&store, new_event(n, gone)).await.lease.event_id);
    }
    store.retire(gone).await.unwrap();
    let me = serve(&store).await;
    let swept = store.sweep_events(me, T0, 2).await.unwrap();
    assert_eq!(swept.iter().map(|claimed| claimed.lease.event_id).collect::<Vec<_>>(), [ids[4], ids[3]]);
    assert_eq!(store.sweep_events(me, T0, 0).await.unwrap().len(), 0);
    assert_eq!(store.sweep_events(me, T0, usize::MAX).await.unwrap().len(), 3);
}

async fn an_action_of_another_version_is_failed_and_does_not_stop_the_sweep(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..2 {
        let plan = Plan { rules: Vec::new(), actions: vec![perform(tag(&format!("wm{n}")))] };
        planned_loosely(&store, n, me, plan).await;
    }
    super::parity::execute(&database, "UPDATE action SET kind = 'telepathy' WHERE id = 1").await;
    let swept = store.sweep_actions(me, T0, 10).await.unwrap();
    assert_eq!(swept.len(), 1);
    let error = store.event(1).await.unwrap_err().to_string();
    assert!(
        error.contains("column kind of row 1 of table action") && error.contains("`telepathy`"),
        "{error}"
    );
    assert_eq!(store.events(&EventFilter::default()).await.unwrap()[1].status, EventStatus::Settled);
    // With its name set right it can be read, as the sweep left it.
    super::parity::execute(&database, "UPDATE action SET kind = 'tag' WHERE id = 1").await;
    assert_eq!(statuses(&store, 1).await, ("settled".into(), vec![("tag".into(), "failed".into())]));
}

//! What rules are judged by: how often each was used, how it ended, and the record as a backtest reads it.

use wecom_greeter::store::EventFilter;

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    uses_and_endings_are_counted_by_rule,
    the_record_is_read_back_page_by_page_with_earlier_adds,
);

fn used(name: &str, used_for: &[Kind]) -> RuleUse {
    RuleUse { name: name.into(), version: 3, used_for: used_for.to_vec() }
}

async fn uses_and_endings_are_counted_by_rule(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let plan = |n: i64| Plan {
        rules: vec![used("spring", &[Kind::Welcome]), used("everyone", &[Kind::Tag])],
        actions: vec![perform(welcome("您好")), perform(tag(&format!("wm{n}")))],
    };
    for n in 1..=3 {
        let claimed = planned_loosely(&store, n, me, plan(n)).await;
        if n < 3 {
            done(&store, &claimed[0]).await;
        }
    }
    let quiet = Plan { rules: vec![used("everyone", &[])], actions: Vec::new() };
    planned_loosely(&store, 4, me, quiet).await;
    // Stored, and not planned yet.
    accept_new(&store, new_event(5, me)).await;

    let hits = store.rule_hits(T0).await.unwrap();
    assert_eq!(hits.len(), 2);
    let spring = &hits["spring"];
    assert_eq!((spring.events, spring.last_at_ms), (3, Some(T0)));
    assert_eq!(
        (spring.count(Kind::Welcome, Status::Done), spring.all(Kind::Welcome), spring.all(Kind::Tag)),
        (2, 3, 0)
    );
    let everyone = &hits["everyone"];
    assert_eq!(
        (everyone.events, everyone.all(Kind::Tag), everyone.count(Kind::Tag, Status::Pending)),
        (4, 3, 3)
    );
    assert!(store.rule_hits(T0 + 1).await.unwrap().is_empty());
}

async fn the_record_is_read_back_page_by_page_with_earlier_adds(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let add = |seconds: i64, user: &str, customer: &str, change: &str| {
        format!(
            "<xml><ToUserName>ww1</ToUserName><CreateTime>{}</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_contact</Event><ChangeType>{change}</ChangeType><UserID>{user}</UserID>\
             <ExternalUserID>{customer}</ExternalUserID></xml>",
            1_733_900_000 + seconds
        )
    };
    for (seconds, user, customer, change) in [
        (1, "zhangsan", "wmA", "add_external_contact"),
        (2, "zhangsan", "wmB", "add_half_external_contact"),
        (3, "lisi", "wmA", "add_external_contact"),
        (4, "zhangsan", "wmA", "add_external_contact"),
        (5, "zhangsan", "wmB", "add_external_contact"),
    ] {
        let claimed =
            accept_new(&store, new_event_of(add(seconds, user, customer, change).as_bytes(), me)).await;
        let rules = vec![RuleUse { name: user.into(), version: 3, used_for: vec![Kind::Tag] }];
        plan_stored(&store, plan_record(&claimed, me, Plan { rules, ..Plan::default() })).await;
    }
    accept_new(&store, new_event(9, me)).await;
    let mut filter = EventFilter { since_ms: Some(T0), limit: Some(2), ..EventFilter::default() };
    let mut told = Vec::new();
    loop {
        let page = store.recorded(&filter).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        filter.before_id = Some(last.summary.id);
        told.extend(page.into_iter().map(|event| {
            assert_eq!(event.ruleset_version, Some(3));
            assert!(event.payload.0.starts_with(b"<xml>"));
            let used: Vec<&str> = event.rules.iter().map(|used| used.name.as_str()).collect();
            assert_eq!(used, [event.summary.user_id.as_deref().unwrap()]);
            (
                event.summary.happened_at_ms % 10_000 / 1_000,
                event.earlier_by_employee,
                event.earlier_by_company,
            )
        }));
    }
    assert_eq!(
        told,
        [(5, false, false), (4, true, true), (3, false, true), (2, false, false), (1, false, false)]
    );
    let of_lisi = EventFilter { user: Some("lisi".into()), ..filter.clone() };
    assert_eq!(store.recorded(&EventFilter { before_id: None, ..of_lisi }).await.unwrap().len(), 1);
    let later = EventFilter { since_ms: Some(T0 + 1), before_id: None, ..filter };
    assert!(store.recorded(&later).await.unwrap().is_empty());
}

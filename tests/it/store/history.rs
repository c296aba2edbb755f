//! What people read: pages, filters, one event, what is left.

use wecom_greeter::{
    action::{ReasonCode, Status},
    store::{ActionFilter, DepthOfKind, EventFilter, EventOutcome, FateFilter, PAGE_MAX, ReplayStart},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    pages_are_newest_first_and_neither_skip_nor_repeat,
    every_filter_finds_what_it_names,
    filters_find_planned_and_unplanned_alike,
    an_event_reads_as_the_contract_says,
    a_list_says_how_each_welcome_ended_and_whose_it_was,
    a_welcome_that_was_sent_counts_whatever_came_after,
    events_are_found_by_what_became_of_them,
    ends_without_a_code_are_found_as_other,
    a_message_is_listed_with_its_type,
    a_payload_that_is_not_utf8_is_shown_without_loss,
    actions_are_listed_with_their_attempts,
    depth_counts_what_is_left,
    what_is_not_there_is_none,
);

async fn pages_are_newest_first_and_neither_skip_nor_repeat(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..25 {
        accept_new(&store, new_event(n, me)).await;
    }
    let mut filter = EventFilter { limit: Some(10), ..EventFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.events(&filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.before_id = Some(last.id);
        seen.push(page.len());
        // What arrives meanwhile is newer and shifts nothing.
        accept_new(&store, new_event(100 + i64::try_from(seen.len()).unwrap(), me)).await;
    }
    assert_eq!(seen, [10, 10, 5]);
    let all = store.events(&EventFilter { limit: Some(PAGE_MAX), ..EventFilter::default() }).await.unwrap();
    assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id));
}

async fn every_filter_finds_what_it_names(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..6 {
        let event = NewEvent {
            app: if n < 3 { "default" } else { "sales" }.into(),
            event: if n == 0 { "change_external_tag" } else { "change_external_contact" }.into(),
            change: (n > 1).then(|| format!("change{n}")),
            user_id: Some(format!("user{}", n % 2)),
            state: (n != 4).then(|| "spring".to_owned()),
            received_at_ms: T0 + n * 1_000,
            ..new_event(n, me)
        };
        let claimed = accept_new(&store, event).await;
        if n == 5 {
            plan_stored(&store, plan_record(&claimed, me, full_plan("wm5"))).await;
        }
    }
    let some = |text: &str| Some(text.to_owned());
    let none = EventFilter::default();
    for (filter, expected) in [
        (none.clone(), vec![6, 5, 4, 3, 2, 1]),
        (EventFilter { app: some("sales"), ..none.clone() }, vec![6, 5, 4]),
        (EventFilter { event: some("change_external_tag"), ..none.clone() }, vec![1]),
        (EventFilter { change: some("change3"), ..none.clone() }, vec![4]),
        (EventFilter { user: some("user1"), ..none.clone() }, vec![6, 4, 2]),
        (EventFilter { customer: some("wm5"), ..none.clone() }, vec![6]),
        (EventFilter { state: some("spring"), ..none.clone() }, vec![6, 4, 3, 2, 1]),
        (EventFilter { state: some(""), ..none.clone() }, vec![5]),
        (EventFilter { status: Some(EventStatus::Received), ..none.clone() }, vec![5, 4, 3, 2, 1]),
        (EventFilter { status: Some(EventStatus::Planned), ..none.clone() }, vec![6]),
        (EventFilter { status: Some(EventStatus::Settled), ..none.clone() }, vec![]),
        (EventFilter { since_ms: Some(T0 + 4_000), ..none.clone() }, vec![6, 5]),
        (EventFilter { since_ms: Some(T0 + 9_000), ..none.clone() }, vec![]),
        (EventFilter { until_ms: Some(T0 + 1_000), ..none.clone() }, vec![1]),
        (EventFilter { since_ms: Some(T0 + 1_000), until_ms: Some(T0 + 3_000), ..none.clone() }, vec![3, 2]),
        (EventFilter { before_id: Some(3), limit: Some(1), ..none.clone() }, vec![2]),
        (
            EventFilter { user: some("user1"), app: some("default"), state: some("spring"), ..none.clone() },
            vec![2],
        ),
        (EventFilter { user: some("user1"), status: Some(EventStatus::Planned), ..none.clone() }, vec![6]),
        (EventFilter { user: some("USER1"), ..none.clone() }, vec![]),
        (EventFilter { limit: Some(0), ..none.clone() }, vec![]),
    ] {
        let found: Vec<i64> = store.events(&filter).await.unwrap().iter().map(|event| event.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

async fn filters_find_planned_and_unplanned_alike(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..8 {
        let event = NewEvent { external_user_id: Some("wm1".into()), ..new_event(n, me) };
        let claimed = accept_new(&store, event).await;
        if n % 2 == 0 {
            plan_stored(&store, plan_record(&claimed, me, Plan::default())).await;
        }
    }
    for filter in [
        EventFilter { customer: Some("wm1".into()), ..EventFilter::default() },
        EventFilter { user: Some("zhangsan".into()), ..EventFilter::default() },
        EventFilter { state: Some("spring".into()), ..EventFilter::default() },
    ] {
        let found: Vec<i64> = store.events(&filter).await.unwrap().iter().map(|event| event.id).collect();
        assert_eq!(found, [8, 7, 6, 5, 4, 3, 2, 1]);
        let page = EventFilter { limit: Some(3), before_id: Some(7), ..filter };
        let found: Vec<i64> = store.events(&page).await.unwrap().iter().map(|event| event.id).collect();
        assert_eq!(found, [6, 5, 4]);
    }
}

async fn an_event_reads_as_the_contract_says(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    store.note_acked(claimed[0].event_id, std::time::Duration::from_micros(1_830));
    for claimed in &claimed {
        done(&store, claimed).await;
    }
    let mut record = serde_json::to_value(store.event(claimed[0].event_id).await.unwrap().unwrap()).unwrap();
    assert_eq!(record["payload"], payload(1), "byte for byte");
    record["payload"] = "…".into();
    assert!(!record.to_string().contains("CODE1"), "the welcome code is nowhere but in the payload");
    record["actions"].as_array_mut().unwrap().truncate(1);
    insta::allow_duplicates! {
        insta::assert_json_snapshot!(record, @r#"
        {
          "id": 1,
          "app": "default",
          "event": "change_external_contact",
          "change": "add_external_contact",
          "user_id": "zhangsan",
          "external_user_id": "wm1",
          "state": "spring",
          "happened_at_ms": 1733900461000,
          "received_at_ms": 1733900461210,
          "acked_after_us": 1830,
          "deliveries": 1,
          "status": "settled",
          "corp_id": "ww1",
          "replays": 0,
          "imported_at_ms": null,
          "outcome": "welcomed",
          "rule": "spring-campaign",
          "payload": "…",
          "rules": [
            {
              "name": "spring-campaign",
              "version": 3,
              "used_for": [
                "welcome",
                "tag"
              ]
            }
          ],
          "actions": [
            {
              "id": 1,
              "event_id": 1,
              "app": "default",
              "user_id": "zhangsan",
              "external_user_id": "wm1",
              "kind": "welcome",
              "status": "done",
              "deadline_ms": 1733900481210,
              "reason": null,
              "code": null,
              "request": {
                "text": {
                  "content": "您好"
                }
              },
              "run": 0,
              "due_ms": null,
              "created_at_ms": 1733900461210,
              "settled_at_ms": 1733900461302,
              "attempts": [
                {
                  "at_ms": 1733900461214,
                  "took_ms": 88,
                  "errcode": 0,
                  "errmsg": "ok"
                }
              ]
            }
          ]
        }
        "#);
    }
}

async fn a_list_says_how_each_welcome_ended_and_whose_it_was(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let ends = [
        Some(Next::Done { note: None }),
        Some(Next::Expired { reason: ReasonCode::ExpiredUntried.because("the 20 seconds are over") }),
        Some(Next::Failed { reason: ReasonCode::Refused.because("refused") }),
        // The customer may have been greeted.
        Some(Next::Expired { reason: ReasonCode::UnknownEnd.because("a try was not answered") }),
        None,
    ];
    for (n, end) in (1..).zip(ends) {
        let claimed = planned(&store, n, me).await;
        let welcome = claimed.iter().find(|claimed| claimed.action.kind() == Kind::Welcome).unwrap();
        if let Some(end) = end {
            settle(&store, settlement(welcome, end)).await;
        }
    }
    // No rule has a welcome for the next, and the last is not planned yet.
    let claimed = accept_new(&store, new_event(6, me)).await;
    let skipped = Plan {
        rules: Vec::new(),
        actions: vec![Do::Skip {
            kind: Kind::Welcome,
            reason: ReasonCode::NoRule.because("no rule has one"),
        }],
    };
    plan_stored(&store, plan_record(&claimed, me, skipped)).await;
    accept_new(&store, new_event(7, me)).await;

    let listed = store.listed_events(&EventFilter::default()).await.unwrap();
    let fates: Vec<_> =
        listed.iter().rev().map(|event| (event.fate.outcome, event.fate.rule.as_deref())).collect();
    let rule = Some("spring-campaign");
    assert_eq!(
        fates,
        [
            (Some(EventOutcome::Welcomed), rule),
            (Some(EventOutcome::Missed), rule),
            (Some(EventOutcome::Failed), rule),
            (None, rule),
            (None, rule),
            (Some(EventOutcome::Skipped), None),
            (None, None),
        ]
    );
    for event in &listed {
        let shown = store.event(event.summary.id).await.unwrap().unwrap();
        assert_eq!((shown.summary, shown.fate), (event.summary.clone(), event.fate.clone()));
    }
    let json = serde_json::to_value(&listed[6]).unwrap();
    assert_eq!((json["outcome"].as_str(), json["rule"].as_str()), (Some("welcomed"), rule));
    assert!(listed.iter().all(|event| serde_json::to_value(event).unwrap().get("outcome").is_some()));
}

async fn a_welcome_that_was_sent_counts_whatever_came_after(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let first = planned(&store, 1, me).await;
    for claimed in &first {
        done(&store, claimed).await;
    }
    let ReplayStart::Begun(claimed) = store.begin_replay(first[0].event_id, me, T0 + 60_000).await.unwrap()
    else {
        panic!("the event is settled")
    };
    let again = Plan {
        rules: Vec::new(),
        actions: vec![Do::Skip {
            kind: Kind::Welcome,
            reason: ReasonCode::NoRule.because("it was sent before"),
        }],
    };
    plan_stored(&store, plan_record(&claimed, me, again)).await;
    let listed = store.listed_events(&EventFilter::default()).await.unwrap();
    assert_eq!(listed[0].fate.outcome, Some(EventOutcome::Welcomed));
}

async fn events_are_found_by_what_became_of_them(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let greeting = |rule: &str| Plan {
        rules: vec![
            // It has a part in every event, and greets nobody.
            RuleUse { name: "spring".into(), version: 3, used_for: vec![Kind::Tag] },
            RuleUse { name: rule.into(), version: 3, used_for: vec![Kind::Welcome] },
        ],
        actions: vec![perform(welcome("您好"))],
    };
    let because = |code: ReasonCode| code.because("why");
    let missed = Next::Expired { reason: because(ReasonCode::ExpiredTrying) };
    let unknown = Next::Expired { reason: because(ReasonCode::UnknownEnd) };
    let failed = Next::Failed { reason: because(ReasonCode::TextRefused) };
    for (n, next, rule) in [
        (1, Next::Done { note: None }, "everyone"),
        (2, missed, "a \"quoted\" name"),
        (3, unknown, "everyone"),
        (4, failed, "everyone"),
    ] {
        let claimed = planned_loosely(&store, n, me, greeting(rule)).await;
        settle(&store, settlement(&claimed[0], next)).await;
    }
    let skip = Do::Skip { kind: Kind::Welcome, reason: because(ReasonCode::NoRule) };
    planned_loosely(&store, 5, me, Plan { rules: Vec::new(), actions: vec![skip] }).await;
    planned_loosely(&store, 6, me, greeting("everyone")).await;
    accept_new(&store, new_event(7, me)).await;
    let none = FateFilter::default();
    let outcome = |outcome: EventOutcome| FateFilter { outcome: Some(outcome), ..FateFilter::default() };
    let code = |code: ReasonCode| FateFilter { code: Some(code), ..FateFilter::default() };
    let rule = |rule: &str| FateFilter { rule: Some(rule.into()), ..FateFilter::default() };
    for (fate, expected) in [
        (none.clone(), vec![7, 6, 5, 4, 3, 2, 1]),
        (outcome(EventOutcome::Welcomed), vec![1]),
        (outcome(EventOutcome::Missed), vec![2]),
        (outcome(EventOutcome::Failed), vec![4]),
        (outcome(EventOutcome::Skipped), vec![5]),
        (code(ReasonCode::ExpiredTrying), vec![2]),
        (code(ReasonCode::UnknownEnd), vec![3]),
        (code(ReasonCode::TextRefused), vec![4]),
        (code(ReasonCode::NoRule), vec![5]),
        (code(ReasonCode::UnderWay), vec![6]),
        (code(ReasonCode::TagLimit), vec![]),
        (rule("everyone"), vec![6, 4, 3, 1]),
        (rule("a \"quoted\" name"), vec![2]),
        (rule("spring"), vec![]),
        (FateFilter { outcome: Some(EventOutcome::Failed), ..rule("everyone") }, vec![4]),
        (FateFilter { outcome: Some(EventOutcome::Failed), ..code(ReasonCode::NoRule) }, vec![]),
    ] {
        for filter in
            [EventFilter::default(), EventFilter { state: Some("spring".into()), ..EventFilter::default() }]
        {
            let found = store.events_by_fate(&filter, &fate).await.unwrap();
            let ids: Vec<i64> = found.iter().map(|event| event.summary.id).collect();
            assert_eq!(ids, expected, "{fate:?}");
            for event in found {
                assert!(fate.rule.is_none() || event.fate.rule == fate.rule, "{event:?}");
                assert!(fate.outcome.is_none() || event.fate.outcome == fate.outcome, "{event:?}");
            }
        }
    }
    // Pages are filled although events between them are none of those.
    let page = EventFilter { limit: Some(2), ..EventFilter::default() };
    let first = store.events_by_fate(&page, &rule("everyone")).await.unwrap();
    let ids: Vec<i64> = first.iter().map(|event| event.summary.id).collect();
    assert_eq!(ids, [6, 4]);
    let page = EventFilter { before_id: Some(4), ..page };
    let second = store.events_by_fate(&page, &rule("everyone")).await.unwrap();
    assert_eq!(second.iter().map(|event| event.summary.id).collect::<Vec<_>>(), [3, 1]);
}

async fn ends_without_a_code_are_found_as_other(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = planned(&store, 1, me).await;
    settle(&store, settlement(&claimed[0], Next::Done { note: Some(ReasonCode::ByAnother.because("sent")) }))
        .await;
    settle(&store, settlement(&claimed[1], Next::Failed { reason: ReasonCode::Refused.because("no") })).await;
    // As a process of a version before the codes leaves them.
    super::parity::execute(&database, "UPDATE action SET code = NULL").await;
    let filter = ActionFilter { code: Some(ReasonCode::Other), ..ActionFilter::default() };
    let found: Vec<i64> = store.actions(&filter).await.unwrap().iter().map(|action| action.id).collect();
    assert_eq!(found, [claimed[1].action_id, claimed[0].action_id], "the third is under way");
    let failures = store.failures(&filter).await.unwrap();
    assert_eq!((failures.len(), failures[0].count), (1, 1));
    let fate = FateFilter { code: Some(ReasonCode::Other), ..FateFilter::default() };
    assert_eq!(store.events_by_fate(&EventFilter::default(), &fate).await.unwrap().len(), 1);
}

async fn a_message_is_listed_with_its_type(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let message = b"<xml><ToUserName>ww1</ToUserName><FromUserName>lisi</FromUserName><CreateTime>1733900461</CreateTime>\
        <MsgType>image</MsgType><MediaId>m</MediaId><AgentID>1000002</AgentID></xml>";
    let id = accept_new(&store, NewEvent { event: String::new(), change: None, ..new_event_of(message, me) })
        .await
        .lease
        .event_id;
    accept_new(&store, new_event(1, me)).await;
    let listed = store.listed_events(&EventFilter::default()).await.unwrap();
    let types: Vec<_> =
        listed.iter().map(|event| (event.summary.id, event.fate.msg_type.as_deref())).collect();
    assert!(types.contains(&(id, Some("image"))), "{types:?}");
    assert_eq!(types.iter().filter(|(_, of)| of.is_some()).count(), 1, "an event has none: {types:?}");
}

async fn a_payload_that_is_not_utf8_is_shown_without_loss(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let id = accept_new(&store, new_event_of(b"\xff\xfe\0", me)).await.lease.event_id;
    let record = serde_json::to_value(store.event(id).await.unwrap().unwrap()).unwrap();
    assert_eq!(record["payload"], serde_json::Value::Null);
    assert_eq!(record["payload_base64"], "//4A");
}

async fn actions_are_listed_with_their_attempts(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..4 {
        let claimed = planned(&store, n, me).await;
        done(&store, &claimed[0]).await;
        if n == 2 {
            let failed = Next::Failed { reason: ReasonCode::Refused.because("not set up") };
            settle(&store, settlement(&claimed[1], failed)).await;
        }
    }
    let none = ActionFilter::default();
    let of = |event: EventFilter| ActionFilter { event, ..none.clone() };
    for (filter, expected) in [
        (none.clone(), (1..=12).rev().collect::<Vec<i64>>()),
        (ActionFilter { kind: Some(Kind::Welcome), ..none.clone() }, vec![10, 7, 4, 1]),
        (ActionFilter { status: Some(Status::Failed), ..none.clone() }, vec![8]),
        (ActionFilter { status: Some(Status::Done), ..none.clone() }, vec![10, 7, 4, 1]),
        (
            ActionFilter { status: Some(Status::Running), kind: Some(Kind::Tag), ..none.clone() },
            vec![11, 5, 2],
        ),
        (ActionFilter { code: Some(ReasonCode::Refused), ..none.clone() }, vec![8]),
        (
            ActionFilter { code: Some(ReasonCode::UnderWay), kind: Some(Kind::Tag), ..none.clone() },
            vec![11, 5, 2],
        ),
        (of(EventFilter { customer: Some("wm1".into()), ..EventFilter::default() }), vec![6, 5, 4]),
        (of(EventFilter { user: Some("nobody".into()), ..EventFilter::default() }), vec![]),
        (of(EventFilter { before_id: Some(4), limit: Some(2), ..EventFilter::default() }), vec![3, 2]),
        (of(EventFilter { since_ms: Some(T0 + 1), ..EventFilter::default() }), vec![]),
    ] {
        let found: Vec<i64> = store.actions(&filter).await.unwrap().iter().map(|action| action.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let failed = store
        .actions(&ActionFilter { status: Some(Status::Failed), ..none.clone() })
        .await
        .unwrap()
        .remove(0);
    let by_cause = store.failures(&none).await.unwrap();
    let [group] = by_cause.as_slice() else { panic!("{by_cause:?}") };
    assert_eq!((group.code, group.kind, group.app.as_str()), (ReasonCode::Refused, Kind::Tag, "default"));
    assert_eq!((group.count, group.customers, group.action_ids.as_slice()), (1, 1, &[8][..]));
    assert_eq!((failed.event_id, failed.app.as_str(), failed.attempts.len()), (3, "default", 1));
    assert_eq!(failed.external_user_id.as_deref(), Some("wm2"));
}

async fn depth_counts_what_is_left(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    accept_new(&store, new_event(1, me)).await;
    planned(&store, 2, me).await;
    planned_loosely(&store, 3, me, full_plan("wm3")).await;
    let depth = store.depth().await.unwrap();
    assert_eq!((depth.unplanned, depth.oldest_unplanned_ms), (1, Some(T0)));
    let of = |kind, pending, running| DepthOfKind { kind, pending, running, oldest_due_ms: Some(T0) };
    assert_eq!(depth.actions, [of(Kind::Remark, 1, 1), of(Kind::Tag, 1, 1), of(Kind::Welcome, 0, 2)]);
    assert_eq!(store.waiting(), 0);
    assert_eq!(store.database(), if database.is_sqlite() { "sqlite" } else { "postgres" });
}

async fn what_is_not_there_is_none(database: TestDatabase) {
    let store = database.store().await;
    assert_eq!(store.event(1).await.unwrap(), None);
    assert!(store.events(&EventFilter::default()).await.unwrap().is_empty());
    assert!(store.actions(&ActionFilter::default()).await.unwrap().is_empty());
    assert_eq!(store.depth().await.unwrap(), wecom_greeter::store::Depth::default());
}

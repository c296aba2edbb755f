//! Export and import.

use futures_util::TryStreamExt;
use wecom_greeter::{
    access::By,
    store::{By as CountedBy, Error, EventFilter, Imported, Payload, ReplayStart, StatsFilter},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    what_is_exported_is_the_same_after_an_import,
    an_import_is_settled_and_performed_by_nobody_until_it_is_replayed,
    an_import_again_changes_nothing,
    a_line_that_is_no_event_is_named,
    an_export_takes_what_a_filter_finds,
    what_was_pruned_or_forgotten_is_not_imported_again,
);

async fn lines(store: &Store, filter: EventFilter) -> Vec<String> {
    store.export(filter).try_collect().await.unwrap()
}

async fn what_is_exported_is_the_same_after_an_import(database: TestDatabase) {
    let from = database.store().await;
    let me = serve(&from).await;
    let odd: [&[u8]; 4] = [b"\xff\xfe", b"", b"{\"State\":\"\xe6\x98\xa5\"}", b"a\0\nb"];
    for bytes in odd {
        accept_new(&from, new_event_of(bytes, me)).await;
    }
    for n in 0..450 {
        accept_new(&from, new_event(n, me)).await;
    }
    from.accept(new_event(7, me)).await.unwrap();
    let exported = lines(&from, EventFilter::default()).await;
    assert_eq!(exported.len(), 454);
    assert!(exported.iter().all(|line| !line.contains('\n')));

    let other = TestDatabase::sqlite();
    let to = other.store().await;
    let imported = to.import(1, &exported, T0 + 99).await.unwrap();
    assert_eq!(imported, Imported { new: 454, known: 0, gone: 0 });
    for id in [1, 2, 3, 4, 12, 454] {
        let (before, after) = (from.event(id).await.unwrap().unwrap(), to.event(id).await.unwrap().unwrap());
        assert_eq!(before.payload, after.payload);
        assert_eq!(before.summary.deliveries, after.summary.deliveries);
        assert_eq!(before.summary.received_at_ms, after.summary.received_at_ms);
        assert_eq!(before.summary.happened_at_ms, after.summary.happened_at_ms);
        assert_eq!(before.summary.external_user_id, after.summary.external_user_id);
        assert_eq!((after.summary.status.as_str(), after.summary.imported_at_ms), ("settled", Some(T0 + 99)));
    }
    assert_eq!(to.event(1).await.unwrap().unwrap().payload, Payload(vec![0xff, 0xfe]));
    // The same the other way round, so that both databases have been both.
    assert_eq!(from.import(1, &lines(&to, EventFilter::default()).await, T0).await.unwrap().known, 454);
}

async fn an_import_is_settled_and_performed_by_nobody_until_it_is_replayed(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let line =
        serde_json::json!({ "app": "default", "received_at_ms": T0, "payload": payload(1) }).to_string();
    assert_eq!(
        store.import(1, &[&line, "", "  "], T0).await.unwrap(),
        Imported { new: 1, known: 0, gone: 0 }
    );
    assert!(store.sweep_events(me, T0 + 1, 10).await.unwrap().is_empty());
    let duplicate = store.accept(new_event(1, me)).await.unwrap();
    assert!(matches!(duplicate, Accepted::Duplicate { deliveries: 2, .. }), "{duplicate:?}");
    let ReplayStart::Begun(claimed) = store.begin_replay(1, me, T0).await.unwrap() else {
        panic!("not begun")
    };
    assert_eq!((claimed.run, claimed.event.payload.as_slice()), (1, payload(1).as_bytes()));
    plan_stored(&store, plan_record(&claimed, me, full_plan("wm1"))).await;
    assert_eq!(statuses(&store, 1).await.1.len(), 3);
}

async fn an_import_again_changes_nothing(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    planned(&store, 1, me).await;
    let mut exported = lines(&store, EventFilter::default()).await;
    exported.push(exported[0].clone());
    assert_eq!(store.import(1, &exported, T0).await.unwrap(), Imported { new: 0, known: 2, gone: 0 });
    let event = store.event(1).await.unwrap().unwrap();
    assert_eq!((event.summary.status.as_str(), event.summary.imported_at_ms), ("planned", None));
}

async fn a_line_that_is_no_event_is_named(database: TestDatabase) {
    let store = database.store().await;
    let good =
        serde_json::json!({ "app": "default", "received_at_ms": T0, "payload": payload(1) }).to_string();
    for (bad, says) in [
        ("{", "EOF"),
        ("{\"app\":\"a\",\"received_at_ms\":1}", "neither payload"),
        ("{\"app\":\"a\",\"received_at_ms\":1,\"payload_base64\":\"*\"}", "not base64"),
        ("{\"received_at_ms\":1,\"payload\":\"\"}", "app"),
    ] {
        let error = store.import(41, &[good.as_str(), bad, good.as_str()], T0).await.unwrap_err();
        assert!(matches!(&error, Error::Import { line: 42, fault } if fault.contains(says)), "{error}");
    }
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 1, "the lines before it are in");
}

async fn an_export_takes_what_a_filter_finds(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..10 {
        accept_new(&store, new_event(n, me)).await;
    }
    let none = EventFilter::default();
    assert_eq!(lines(&store, EventFilter { limit: Some(3), ..none.clone() }).await.len(), 3);
    assert_eq!(lines(&store, EventFilter { limit: Some(0), ..none.clone() }).await.len(), 0);
    let one = lines(&store, EventFilter { customer: Some("wm3".into()), ..none.clone() }).await;
    assert!(one.len() == 1 && one[0].contains("wm3"), "{one:?}");
    assert!(lines(&store, EventFilter { since_ms: Some(T0 + 1), ..none }).await.is_empty());
}

async fn adds(store: &Store) -> i64 {
    let filter = StatsFilter {
        by: CountedBy::User,
        since_ms: None,
        until_ms: None,
        app: None,
        zone: jiff::tz::TimeZone::UTC,
    };
    store.stats(&filter).await.unwrap().iter().map(|row| row.adds).sum()
}

async fn what_was_pruned_or_forgotten_is_not_imported_again(database: TestDatabase) {
    const DAY_MS: i64 = 86_400_000;
    let store = database.store().await;
    let me = serve(&store).await;
    for n in 0..4 {
        for claimed in planned(&store, n, me).await {
            done(&store, &claimed).await;
        }
    }
    let exported = lines(&store, EventFilter::default()).await;
    store.forget("wm3", &By::command_line(), T0 + 1).await.unwrap();
    let counted = adds(&store).await;
    assert_eq!(counted, 4, "statistics are about nobody");
    // Of one nothing is pruned; of the others it is, so long after that no identity is remembered.
    let kept = "UPDATE event SET received_at_ms = received_at_ms + 5 WHERE external_user_id = 'wm0'";
    super::parity::execute(&database, kept).await;
    assert_eq!(super::keeping::prune(&store, T0 + 1, T0 + 400 * DAY_MS).await.events, 2);
    super::parity::execute(&database, "DELETE FROM gone_event").await;
    super::parity::execute(&database, "DELETE FROM forgotten").await;
    let imported = store.import(1, &exported, T0 + 400 * DAY_MS).await.unwrap();
    assert_eq!(imported, Imported { new: 0, known: 1, gone: 3 });
    assert_eq!(adds(&store).await, counted, "each is counted once");
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 1);

    // What is about them anew comes in: what happened later, and what arrived after they were forgotten.
    let line = |n: i64, at_ms: i64| {
        let payload = payload(n).replace("1733900461", &at_ms.div_euclid(1_000).to_string());
        serde_json::json!({ "app": "default", "received_at_ms": at_ms, "payload": payload }).to_string()
    };
    let later = [line(1, T0 + DAY_MS), line(3, T0 + DAY_MS), line(9, T0 - DAY_MS)];
    let imported = store.import(1, &later, T0 + 400 * DAY_MS).await.unwrap();
    assert_eq!(imported, Imported { new: 3, known: 0, gone: 0 });
    // While its identity is remembered an event is known by that alone, whatever it is about.
    let odd = line(20, T0).replace("add_external_contact", "edit_external_contact");
    let event = NewEvent::of("default", odd_payload(&odd), &Event::from_payload(&odd_payload(&odd)), T0, me);
    let claimed = accept_new(&store, event).await;
    assert!(plan_stored(&store, plan_record(&claimed, me, Plan::default())).await.is_empty());
    assert_eq!(
        super::keeping::prune(&store, T0 + 1, T0 + 60_000).await.events,
        2,
        "with the one of the day before"
    );
    assert_eq!(store.import(1, &[odd], T0 + 60_000).await.unwrap(), Imported { new: 0, known: 0, gone: 1 });
}

/// The payload of a line.
fn odd_payload(line: &str) -> Vec<u8> {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["payload"].as_str().unwrap().as_bytes().to_vec()
}

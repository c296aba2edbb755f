//! `accept`: stored once, durable before it returns.

use std::time::Duration;

use wecom_greeter::store::{Accepted, Error, EventFilter, NewEvent, Payload, ProcessId, Store};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    an_event_is_stored_byte_for_byte_and_leased_to_who_stored_it,
    a_second_delivery_is_counted_and_keeps_the_first_time,
    the_same_event_of_another_app_or_another_second_is_another_event,
    deliveries_that_arrive_together_are_one_event,
    sixty_four_senders_with_duplicates_are_all_told_the_truth,
    any_bytes_are_kept,
    facts_of_any_length_and_script_are_kept_as_far_as_they_can_be_searched,
    what_is_stored_is_there_after_reopening,
    a_closed_store_stores_nothing_and_finishes_what_was_queued,
    an_event_whose_caller_went_away_is_swept_at_once,
    an_event_whose_caller_went_away_with_its_answer_is_swept_at_once,
);

async fn an_event_is_stored_byte_for_byte_and_leased_to_who_stored_it(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let claimed = accept_new(&store, new_event(1, me)).await;
    assert_eq!(claimed.run, 0);
    assert_eq!(claimed.event.payload, payload(1).as_bytes());
    assert_eq!(claimed.event.external_user_id.as_deref(), Some("wm1"));
    assert_eq!(claimed.lease.event_id, id_of(&claimed.event));

    let event = store.event(claimed.lease.event_id).await.unwrap().unwrap();
    assert_eq!(event.payload, Payload(payload(1).into_bytes()));
    assert_eq!(event.summary.status.as_str(), "received");
    assert_eq!(event.summary.deliveries, 1);
    assert_eq!(event.summary.happened_at_ms, 1_733_900_461_000);
    assert_eq!(event.summary.received_at_ms, T0);
    assert_eq!(event.summary.state.as_deref(), Some("spring"));
    assert!(store.sweep_events(me, T0 + 10, 10).await.unwrap().is_empty(), "it is in somebody's hands");
}

async fn a_second_delivery_is_counted_and_keeps_the_first_time(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let first = accept_new(&store, new_event(1, me)).await;
    for deliveries in 2..=4 {
        let later = NewEvent { received_at_ms: T0 + 5_000, ..new_event(1, me) };
        let said = store.accept(later).await.unwrap();
        assert_eq!(said, Accepted::Duplicate { event_id: first.lease.event_id, deliveries });
    }
    let event = store.event(first.lease.event_id).await.unwrap().unwrap();
    assert_eq!((event.summary.deliveries, event.summary.received_at_ms), (4, T0));
}

async fn the_same_event_of_another_app_or_another_second_is_another_event(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let event = new_event(1, me);
    accept_new(&store, event.clone()).await;
    accept_new(&store, NewEvent { app: "other".into(), ..event.clone() }).await;
    let mut later = event.clone();
    later.identity.create_time_s += 1;
    accept_new(&store, later).await;
    let mut twin = event;
    twin.identity.digest[31] ^= 1;
    accept_new(&store, twin).await;
    assert_eq!(store.events(&EventFilter::default()).await.unwrap().len(), 4);
}

async fn deliveries_that_arrive_together_are_one_event(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let said = at_once(50, |_| {
        let store = store.clone();
        async move { store.accept(new_event(1, me)).await.unwrap() }
    })
    .await;
    let mut counts: Vec<i64> = said
        .iter()
        .map(|accepted| match accepted {
            Accepted::New(_) | Accepted::Planned { .. } => 1,
            Accepted::Duplicate { deliveries, .. } => *deliveries,
            Accepted::Gone => panic!("nothing is gone"),
        })
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>(), "each delivery has its number, one is the first");
}

async fn sixty_four_senders_with_duplicates_are_all_told_the_truth(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let said = at_once(64, |sender| {
        let store = store.clone();
        async move {
            let mut new = Vec::new();
            for n in 0..20 {
                // Every event comes from four of the senders.
                let n = (sender % 16) * 20 + n;
                if let Accepted::New(claimed) = store.accept(new_event(n, me)).await.unwrap() {
                    assert_eq!(claimed.event.payload, payload(n).as_bytes());
                    new.push((n, claimed.lease.event_id));
                }
            }
            new
        }
    })
    .await;
    let mut new: Vec<_> = said.into_iter().flatten().collect();
    new.sort_unstable();
    assert_eq!(new.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (0..320).collect::<Vec<_>>());
    for (n, id) in new {
        let event = store.event(id).await.unwrap().unwrap();
        assert_eq!(event.payload, Payload(payload(n).into_bytes()), "the id that was told is this event's");
        assert_eq!(event.summary.deliveries, 4);
    }
}

async fn any_bytes_are_kept(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let all: Vec<u8> = (0..=255).collect();
    for bytes in [
        &b""[..],
        b"\0",
        b"a\0b",
        b"{\"Event\":\"x\\u0000y\",\"State\":\"\\u0000\"}",
        &all,
        &vec![0xff; 300_000],
    ] {
        let claimed = accept_new(&store, new_event_of(bytes, me)).await;
        let event = store.event(claimed.lease.event_id).await.unwrap().unwrap();
        assert_eq!(event.payload, Payload(bytes.to_vec()));
    }
    let nul =
        store.events(&EventFilter { event: Some("x\0y".into()), ..EventFilter::default() }).await.unwrap();
    assert_eq!(nul.len(), 1, "both databases keep and find the same text");
    assert_eq!(nul[0].event, "x\u{fffd}y");
}

async fn facts_of_any_length_and_script_are_kept_as_far_as_they_can_be_searched(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let long = "春🌸".repeat(4_000);
    let event = NewEvent {
        state: Some(long.clone()),
        user_id: Some(long.clone()),
        external_user_id: Some(long.clone()),
        change: Some("'; DROP TABLE event; --".into()),
        ..new_event(1, me)
    };
    let claimed = accept_new(&store, event).await;
    plan_stored(&store, plan_record(&claimed, me, full_plan("wm1"))).await;
    let filter = EventFilter { state: Some(long.clone()), customer: Some(long), ..EventFilter::default() };
    let found = store.events(&filter).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].state.as_ref().unwrap().starts_with("春🌸春🌸"));
    assert_eq!(found[0].change.as_deref(), Some("'; DROP TABLE event; --"));
}

async fn what_is_stored_is_there_after_reopening(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let id = accept_new(&store, new_event(1, me)).await.lease.event_id;
    store.close().await;
    let store = Store::open(&database.options()).await.unwrap();
    assert_eq!(store.event(id).await.unwrap().unwrap().payload, Payload(payload(1).into_bytes()));
}

async fn a_closed_store_stores_nothing_and_finishes_what_was_queued(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let callers = tokio::spawn({
        let store = store.clone();
        async move {
            at_once(500, |n| {
                let store = store.clone();
                async move { store.accept(new_event(n, me)).await }
            })
            .await
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    store.close().await;
    let said = callers.await.unwrap();
    assert!(said.iter().all(|said| matches!(said, Ok(Accepted::New(_)) | Err(Error::Closed))), "{said:?}");
    assert!(matches!(store.accept(new_event(1, me)).await, Err(Error::Closed)));
    assert!(store.events(&EventFilter::default()).await.is_err());

    let stored = said.iter().filter(|said| said.is_ok()).count();
    let store = Store::open(&database.options()).await.unwrap();
    let filter = EventFilter { limit: Some(1_000), ..EventFilter::default() };
    assert_eq!(store.events(&filter).await.unwrap().len(), stored);
}

async fn an_event_whose_caller_went_away_is_swept_at_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let number = left_waiting(|n| store.accept(new_event(n, me)), |_| async {}).await;
    is_swept(&store, me, number).await;
}

/// The answer stands in the channel, and nobody takes it: the caller's connection broke just then.
async fn an_event_whose_caller_went_away_with_its_answer_is_swept_at_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let accept = |n| store.accept(new_event(n, me));
    let number = left_waiting(accept, |number| {
        let store = store.clone();
        async move {
            let stored = || async { store.events(&EventFilter::default()).await.unwrap().len() };
            while i64::try_from(stored().await).unwrap() < number {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // The commit is seen by others a moment before the caller is told of it.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    is_swept(&store, me, number).await;
}

/// Has events accepted until one of their callers went away without its answer, and says which: the machine may be so
/// slow here, and the database so fast, that the answer is there when it is first looked for.
pub(super) async fn left_waiting<C: Future, F: Future<Output = ()>>(
    accept: impl Fn(i64) -> C,
    then: impl Fn(i64) -> F,
) -> i64 {
    for number in 1..100 {
        let caller = accept(number);
        tokio::pin!(caller);
        // Polled once, so that it is queued, and then dropped.
        if futures_util::poll!(&mut caller).is_pending() {
            then(number).await;
            return number;
        }
    }
    panic!("every answer was there at once");
}

async fn is_swept(store: &Store, me: ProcessId, number: i64) {
    let mut tries = 0;
    loop {
        let swept = store.sweep_events(me, T0 + 10, 10).await.unwrap();
        if let [claimed] = swept.as_slice() {
            assert_eq!(claimed.event.payload, payload(number).as_bytes());
            return;
        }
        tries += 1;
        assert!(tries < 200, "the event stays leased to nobody");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

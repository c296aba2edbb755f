//! The machine's clock is set, back or forward, while a server runs: nothing waits for it to catch up.

use std::time::Duration;

use rstest::rstest;
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::action::Kind;
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use crate::harness::world::{PLAIN_RULES, SEND, Which, World, action, codes, fresh, import, until};

const DAY_MS: i64 = 86_400_000;

/// Lets time pass, a little at a time, until `look` finds something; how much has passed.
async fn passes(hand: &ManualClock, what: &str, look: impl AsyncFn() -> bool) -> Duration {
    const STEP: Duration = Duration::from_millis(400);
    let passed = std::cell::Cell::new(Duration::ZERO);
    until(what, async || {
        if look().await {
            return Some(passed.get());
        }
        hand.advance(STEP);
        passed.set(passed.get() + STEP);
        // What was waited for takes its moment.
        tokio::time::sleep(Duration::from_millis(20)).await;
        None
    })
    .await
}

#[rstest]
#[case::back(Which::Sqlite, -90_000)]
#[case::back(Which::Postgres, -90_000)]
#[case::forward(Which::Sqlite, DAY_MS)]
#[case::forward(Which::Postgres, DAY_MS)]
#[tokio::test(flavor = "multi_thread")]
async fn heartbeat_and_rules_go_on(#[case] which: Which, #[case] by_ms: i64) {
    let Some(database) = fresh(which).await else { return };
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(database, PLAIN_RULES, clock, |_| {}).await;
    world.add_one().await;
    world.settled().await;
    hand.set(by_ms);

    let version = import(&world.config, &PLAIN_RULES.replace("很高兴认识您", "欢迎")).await;
    let passed = passes(&hand, "the rules are taken up", async || {
        world.engine.rulebook.current().version() == version
    })
    .await;
    assert!(passed < Duration::from_mins(1), "{passed:?}");
    for _ in 0..5 {
        hand.advance(Duration::from_secs(1));
        let beats = async || world.readyz().await.1["heartbeat_ago_ms"].as_i64().unwrap() < 900;
        let passed = passes(&hand, "it says that it is alive", beats).await;
        assert!(passed < Duration::from_secs(20), "{passed:?}");
    }
    passes(&hand, "it is ready", async || world.readyz().await.0 == 200).await;
    world.add(&AddCustomer::new("zhangsan", "小王", None)).await;
    let greeted = async || {
        let events = world.records().await;
        events.len() == 2 && events.iter().all(|event| event.summary.status.as_str() == "settled")
    };
    let passed = passes(&hand, "the next customer is greeted", greeted).await;
    assert!(passed < Duration::from_mins(1), "{passed:?}");
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_is_tried_again_in_time_when_the_clock_is_set_back(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(database, PLAIN_RULES, clock, |_| {}).await;
    let busy = FaultKind::Errcode { code: -1, message: None };
    world.wecom.add_fault(Fault::lasting(SEND, busy)).unwrap();
    let added = world.add_one().await;
    until("WeCom was busy", async || (!world.wecom.requests_of(SEND).is_empty()).then_some(())).await;
    hand.set(-90_000);
    let tries = |at_least: usize| {
        let world = &world;
        async move || world.wecom.requests_of(SEND).len() >= at_least
    };
    let passed = passes(&hand, "it is tried again", tries(3)).await;
    assert!(passed < Duration::from_secs(15), "{passed:?}");
    world.wecom.clear_faults();
    let passed =
        passes(&hand, "the customer is greeted", async || !world.relation(&added).welcomes.is_empty()).await;
    assert!(passed < Duration::from_secs(15), "{passed:?}");
    let events = world.settled().await;
    assert_eq!(codes(action(&events[0], Kind::Welcome)).last(), Some(&Some(0)));
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcomes_deadline_comes_in_time_when_the_clock_is_set_back(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(database, PLAIN_RULES, clock, |_| {}).await;
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Errcode { code: -1, message: None })).unwrap();
    world.add_one().await;
    until("WeCom was busy", async || (!world.wecom.requests_of(SEND).is_empty()).then_some(())).await;
    hand.set(-90_000);
    let expired = async || {
        let events = world.records().await;
        action(&events[0], Kind::Welcome).status.as_str() == "expired"
    };
    let passed = passes(&hand, "its 20 seconds are over", expired).await;
    assert!(passed < Duration::from_secs(40), "not after 110 seconds: {passed:?}");
    // What was to be done for the customer besides is not held up by it.
    let settled = async || world.records().await[0].summary.status.as_str() == "settled";
    passes(&hand, "all of it is over", settled).await;
    world.end().await;
}

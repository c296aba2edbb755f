//! Connections to PostgreSQL that die without a word: packets are dropped, nothing is reset, and the system would wait
//! for a quarter of an hour. No server hangs with them, and what one holds is done once.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use wecom_core::clock::Clock;
use wecom_greeter::shutdown::Ended;
use wecom_simulator::{AddCustomer, Added, Corp, Fault, FaultKind, Options, Patience, Simulator, Try};

use crate::harness::{
    process::Process,
    wire::{State, Wire},
    world::{SEND, Which, World, config_for, fresh, import, until},
};

const RULES: &str =
    "rules: [ { name: r, welcome: { text: 您好! }, tag: { add: [etSampleTagLevelNew0000000000000] } } ]";

/// For how long a silent process is taken for alive.
const ALIVE_FOR: Duration = Duration::from_secs(4);

const GRACE: Duration = Duration::from_secs(2);

/// What a server takes to end beside its grace: to let go, to sign off, to close the database.
const ENDED_WITHIN: Duration = Duration::from_secs(6);

/// A world whose way to its database is a wire; and the URL that leads there without it.
async fn world_on_a_wire() -> Option<(World, Wire, String)> {
    let database = fresh(Which::Postgres).await?;
    let direct = database.url.clone();
    let (wire, url) = Wire::to_postgres(&database).await;
    let corp = Corp::sample();
    let patience = Patience { again_after: Duration::from_millis(300), again_max: 60, ..Patience::default() };
    let options = Options { corp: corp.clone(), patience, ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    let mut config = config_for(&corp, &wecom.api_base(), &url);
    config.shutdown.grace = GRACE;
    config.wecom.welcome_concurrency = 1;
    import(&config, RULES).await;
    let world = World::serve(database, config, Clock::system(), wecom).await;
    world.add_one().await;
    world.settled().await;
    Some((world, wire, direct))
}

fn tries_of(world: &World, added: &Added) -> Vec<Try> {
    let number = added.deliveries[0];
    let found = world.wecom.deliveries().into_iter().find(|delivery| delivery.number == number);
    found.expect("it is remembered").tries
}

fn add_some(world: &World, count: usize) -> Vec<Added> {
    let add = |n: usize| AddCustomer::new("zhangsan", format!("客户{n}"), None);
    (0..count).map(|n| world.wecom.add_customer(&add(n)).unwrap()).collect()
}

fn codes_called(world: &World) -> Vec<String> {
    let calls = world.wecom.requests_of(SEND);
    calls.iter().map(|call| call.json()["welcome_code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_silent_begins_nothing_more_and_another_goes_on() {
    let Some((world, wire, direct)) = world_on_a_wire().await else { return };
    let mut config = world.config.clone();
    config.database.url = direct.into();
    let other = Process::serve(&config).await;
    // One welcome at a time, each of two seconds: most of them wait when the silence begins.
    let slow = Fault::lasting(SEND, FaultKind::Delay(Duration::from_secs(2)));
    world.wecom.add_fault(slow).unwrap();
    world.wecom.clear_requests();
    let held = add_some(&world, 8);
    until("all are planned", async || {
        let records = world.records().await;
        (records.len() == 9 && records.iter().all(|event| event.summary.status.as_str() != "received"))
            .then_some(())
    })
    .await;
    wire.set(State::Deaf);
    let silent = Instant::now();
    let (status, details) = world.readyz().await;
    assert_eq!(
        (status, &details["ready"], &details["database"]),
        (503, &false.into(), &"does not answer".into())
    );

    until("its lease is over", async || (!world.engine.may_begin()).then_some(())).await;
    assert!(silent.elapsed() < ALIVE_FOR, "before others take over: {:?}", silent.elapsed());
    let begun = codes_called(&world).len();
    assert_eq!(world.readyz().await.1["lease"], "lost");
    assert!(begun < 8, "some had to wait: {begun}");

    // The other takes over what the first holds, and the first calls for none of it.
    until("all have been greeted", async || {
        let greeted = |added: &Added| !world.relation(added).welcomes.is_empty();
        held.iter().all(greeted).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let codes = codes_called(&world);
    let after: HashSet<&String> = codes[begun..].iter().collect();
    assert_eq!(after.len(), codes.len() - begun, "no code is called twice once the lease is over: {codes:?}");

    // Callbacks are refused in time, and go to the other.
    let refused = add_some(&world, 3);
    until("each has been refused", async || {
        refused.iter().all(|added| !tries_of(&world, added).is_empty()).then_some(())
    })
    .await;
    for tried in refused.iter().map(|added| tries_of(&world, added).remove(0)) {
        assert_eq!(tried.status, Some(503), "{tried:?}");
        assert!(tried.took_us < 3_500_000, "well before WeCom hangs up: {tried:?}");
    }

    // It speaks again: the first is on record again, and what is over is over.
    world.wecom.clear_faults();
    wire.set(State::Up);
    until("it is ready again", async || (world.readyz().await.0 == 200).then_some(())).await;
    for added in &refused {
        let delivery = world.wecom.delivered(added.deliveries[0]).await.unwrap();
        assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
    }
    let events = world.settled().await;
    assert_eq!(events.len(), 12);
    for added in held.iter().chain(&refused) {
        assert_eq!(world.relation(added).welcomes.len(), 1);
    }

    // And it ends in time although the database says nothing.
    drop(other);
    wire.set(State::Deaf);
    add_some(&world, 1);
    let (ended, took) = world.stop().await;
    assert!(took < GRACE + ENDED_WITHIN, "{ended:?} after {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_were_silent_together_do_not_take_each_other_for_dead() {
    let Some((world, wire, _)) = world_on_a_wire().await else { return };
    let other = Process::serve(&world.config).await;
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_secs(2)))).unwrap();
    world.wecom.clear_requests();
    let mut held = add_some(&world, 1);
    until("one calls", async || (codes_called(&world).len() == 1).then_some(())).await;
    let url = format!("http://{}/callback/default", other.callback);
    world.wecom.set_callback(Some(url.parse().unwrap()));
    held.extend(add_some(&world, 1));
    until("both call", async || (codes_called(&world).len() == 2).then_some(())).await;

    // Both calls end while the ends cannot be recorded, and both servers are taken for dead by then.
    wire.set(State::Deaf);
    until("its lease is over", async || (!world.engine.may_begin()).then_some(())).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    wire.set(State::Up);
    let events = world.settled().await;
    assert_eq!(events.len(), 3);
    assert_eq!(codes_called(&world).len(), 2, "each is called once");
    for added in &held {
        assert_eq!(world.relation(added).welcomes.len(), 1);
    }
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_action_in_its_hands_ends_in_time_although_the_database_is_silent() {
    let Some((world, wire, _)) = world_on_a_wire().await else { return };
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_millis(500)))).unwrap();
    world.wecom.clear_requests();
    world.add_one().await;
    until("it is called", async || (!codes_called(&world).is_empty()).then_some(())).await;
    wire.set(State::Deaf);
    let (ended, took) = world.stop().await;
    assert_eq!(ended, Ended::CutOff, "the end of the welcome could not be recorded");
    assert!(took >= GRACE && took < GRACE + ENDED_WITHIN, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_silently_are_replaced_and_nobody_notices() {
    let Some((world, wire, _)) = world_on_a_wire().await else { return };
    // Enough at once that there are several connections.
    for added in add_some(&world, 30) {
        world.wecom.delivered(added.deliveries[0]).await.unwrap();
    }
    world.settled().await;
    world.wecom.clear_requests();
    wire.silence_connections();
    let silent = Instant::now();
    let all = add_some(&world, 10);
    let watched = async {
        while silent.elapsed() < 2 * ALIVE_FOR {
            let (_, details) = world.readyz().await;
            assert_eq!(details["lease"], "held", "the heartbeat has a new connection: {details}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let greeted = async {
        for added in &all {
            let delivery = world.wecom.delivered(added.deliveries[0]).await.unwrap();
            assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
        }
        world.settled().await
    };
    tokio::join!(watched, greeted);
    for added in &all {
        assert_eq!(world.relation(added).welcomes.len(), 1);
    }
    let codes = codes_called(&world);
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len(), "none is called twice: {codes:?}");
    assert_eq!(world.readyz().await.0, 200);
    world.end().await;
}

//! How many calls at once: a WeCom that takes few, and one that is away. The rooms' own simulation holds the figures; here it
//! is the whole server.

use std::time::Duration;

use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::telemetry::Format;
use wecom_simulator::{AddCustomer, Added, Fault, FaultKind, Options, Simulator};

use crate::harness::{
    wire::{Far, State, Wire},
    world::{MARK, PLAIN_RULES, SEND, Which, World, config_for, corp_with_tags, fresh, import},
};

/// A server whose WeCom takes so many calls of a method at once, and so long for each.
async fn world(which: Which, at_once_max: Option<u32>, latency: Duration) -> Option<World> {
    let database = fresh(which).await?;
    let corp = corp_with_tags(PLAIN_RULES);
    let options =
        Options { corp: corp.clone(), at_once_max, latency: (latency, latency), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.expect("the simulator starts");
    let config = config_for(&corp, &wecom.api_base(), &database.url);
    import(&config, PLAIN_RULES).await;
    Some(World::serve(database, config, Clock::system(), wecom).await)
}

/// So many customers, all at once.
async fn add(world: &World, count: usize) -> Vec<Added> {
    let adds: Vec<_> = (0..count)
        .map(|n| {
            let customer = AddCustomer::new(World::employee(), format!("客户{n}"), None);
            world.wecom.add_customer(&customer).expect("the simulator takes it")
        })
        .collect();
    for added in &adds {
        world.wecom.delivered(added.deliveries[0]).await.expect("it is remembered");
    }
    adds
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_greeted_by_a_wecom_that_takes_five_at_once(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    const CROWD: usize = 120;
    let Some(world) = world(which, Some(5), Duration::from_millis(50)).await else { return };
    let adds = add(&world, CROWD).await;
    world.settled().await;
    for added in &adds {
        let relation = world.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1));
    }
    // The first sixty-four go at once, before anything is known; the less processor there is, the later the first refusal.
    let calls = world.wecom.requests_of(SEND).len();
    assert!(calls <= 4 * CROWD, "{calls} calls for {CROWD} welcomes");
    let calls = world.wecom.requests_of(MARK).len();
    assert!(calls <= 2 * CROWD, "{calls} calls for {CROWD} tags");
    world.end().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wecom_that_is_away_is_asked_now_and_then_and_all_are_greeted_when_it_is_back(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    const CROWD: usize = 60;
    let Some(world) = world(which, None, Duration::ZERO).await else { return };
    world.add_one().await;
    world.settled().await;
    let away = FaultKind::Http { status: 502, body: "<html>".into() };
    world.wecom.add_fault(Fault::lasting("*", away)).unwrap();
    let adds = add(&world, CROWD).await;
    // Those that were under way when it went have found out.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let count = || world.wecom.requests_of(SEND).len() + world.wecom.requests_of(MARK).len();
    let before = count();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let tries = count() - before;
    assert!((3..=20).contains(&tries), "{tries} calls in three seconds");
    let corp = &world.config.apps[0].corp_id;
    let open = format!(r#"greeter_circuit_open{{corp="{corp}",kind="welcome"}} "#);
    let figures = world.engine.metrics.render(Format::Text);
    assert!(figures.contains(&format!("{open}1")), "{figures}");

    world.wecom.clear_faults();
    let begun = std::time::Instant::now();
    world
        .until("all are greeted", async || {
            adds.iter().all(|added| world.relation(added).welcomes.len() == 1).then_some(())
        })
        .await;
    assert!(begun.elapsed() < Duration::from_secs(5), "only after {:?}", begun.elapsed());
    world.settled().await;
    assert!(adds.iter().all(|added| world.relation(added).tags.len() == 1));
    world
        .until("nobody is away", async || {
            world.engine.metrics.render(Format::Text).contains(&format!("{open}0")).then_some(())
        })
        .await;
    world.end().await;
}

/// Whatever keeps WeCom away, `gettoken` included, it is asked a few times a second, and by few.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_refused_again_and_again_are_not_asked_for_in_a_row() {
    let Some(world) = world(Which::Sqlite, None, Duration::ZERO).await else { return };
    world.add_one().await;
    world.settled().await;
    let refused = FaultKind::Errcode { code: 42001, message: None };
    for path in [SEND, MARK] {
        world.wecom.add_fault(Fault::lasting(path, refused.clone())).unwrap();
    }
    let count = |path: &str| world.wecom.requests_of(path).len();
    let before = count("gettoken");
    let adds = add(&world, 30).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    // The first that are refused have it renewed, twice at once; then there are pauses.
    let first = count("gettoken") - before;
    assert!(first <= 5, "{first} in the first seconds");
    tokio::time::sleep(Duration::from_secs(4)).await;
    let then = count("gettoken") - before - first;
    assert!(then <= 3, "{then} in the next four seconds");
    world.wecom.clear_faults();
    let begun = std::time::Instant::now();
    world
        .until("all are greeted", async || {
            adds.iter().all(|added| world.relation(added).welcomes.len() == 1).then_some(())
        })
        .await;
    assert!(begun.elapsed() < Duration::from_secs(8), "only after {:?}", begun.elapsed());
    world.settled().await;
    world.end().await;
}

/// Nobody is there who takes connections: counted where they would arrive.
#[tokio::test(flavor = "multi_thread")]
async fn a_wecom_that_cannot_be_reached_is_dialled_a_few_times_a_second() {
    const CROWD: usize = 40;
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let corp = corp_with_tags(PLAIN_RULES);
    let options = Options { corp: corp.clone(), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.expect("the simulator starts");
    let wire = Wire::to(Far::Tcp(wecom.address().to_string())).await;
    let config = config_for(&corp, &format!("http://{}", wire.near), &database.url);
    import(&config, PLAIN_RULES).await;
    let world = World::serve(database, config, Clock::system(), wecom).await;
    world.add_one().await;
    world.settled().await;
    wire.set(State::Cut);
    let adds = add(&world, CROWD).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = wire.connections();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let dialled = wire.connections() - before;
    assert!((3..=36).contains(&dialled), "{dialled} connections in three seconds");
    wire.set(State::Up);
    world
        .until("all are greeted", async || {
            adds.iter().all(|added| world.relation(added).welcomes.len() == 1).then_some(())
        })
        .await;
    world.settled().await;
    world.end().await;
}

/// A block for too many calls is made no longer by more of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_frequency_block_is_not_called_against() {
    const CROWD: usize = 60;
    let Some(world) = world(Which::Sqlite, None, Duration::from_millis(20)).await else { return };
    world.add_one().await;
    world.settled().await;
    world.wecom.clear_requests();
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Errcode { code: 45009, message: None })).unwrap();
    let adds = add(&world, CROWD).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let sends = world.wecom.requests_of(SEND).len();
    assert!(sends <= CROWD + 20, "{sends} calls for {CROWD} welcomes");
    world.wecom.clear_faults();
    world
        .until("all are greeted", async || {
            adds.iter().all(|added| world.relation(added).welcomes.len() == 1).then_some(())
        })
        .await;
    world.settled().await;
    world.end().await;
}

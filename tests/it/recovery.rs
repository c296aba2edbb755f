//! What happens when something dies: a server with a welcome in its hands, the database under a server, WeCom for
//! days. The program runs as a child that is killed, stopped and ended; time that nobody can wait for is let pass.

use std::time::{Duration, Instant};

use rstest::rstest;
use wecom_core::{
    clock::{Clock, ManualClock},
    event::Event,
};
use wecom_greeter::{
    action::Kind,
    flow::{engine::Engine, planner::Received, replay_request::ReplayRequest},
    store::{Accepted, ActionRecord, EventRecord, NewEvent, Role},
};
use wecom_simulator::{AddCustomer, Added, Answered, Corp, Fault, FaultKind, Options, Patience, Simulator};

use crate::harness::{
    databases::TestDatabase,
    process::{Process, Stage},
    wire::{Far, State, Wire},
    world::{MARK, PLAIN_RULES, SEND, Which, World, action, codes, config_for, fresh, import, until},
};

/// A welcome that asks for the customer: until the look-up is over its event is stored and not planned.
const RULES_WITH_NAME: &str = "
rules:
  - name: by-name
    welcome: { text: \"{{ customer.name | default('朋友') }},您好!\" }
    tag: { add: [etPlain] }
";

/// For how long a welcome code works.
const WINDOW_MS: i64 = 20_000;

/// How long the others take to notice that a process is gone, and to look again: four seconds of silence, a sweep, and
/// what a busy machine adds.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(9);

fn hang(path: &str) -> Fault {
    Fault::lasting(path, FaultKind::Hang(Duration::from_mins(1)))
}

/// WeCom's clock for this stage's events.
fn now_ms() -> i64 {
    Clock::system().now_ms()
}

/// One welcome in time, and the tag: what every customer gets in the end.
fn assert_greeted(stage: &Stage, added: &Added, events: &[EventRecord]) {
    let relation = stage.relation(added);
    assert_eq!(relation.welcomes.len(), 1, "{events:#?}");
    assert!(relation.welcomes[0].after_ms < WINDOW_MS, "{} ms", relation.welcomes[0].after_ms);
    assert_eq!(relation.tags, ["etPlain"], "{events:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_ack_and_welcome_is_made_up_for_by_the_next(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
    #[values(("planned", PLAIN_RULES), ("received", RULES_WITH_NAME))] (stands, rules): (&str, &str),
) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, rules).await;
    stage.wecom.add_fault(hang("gettoken")).unwrap();
    let server = stage.serve().await;
    let added = stage.add_one().await;
    until("the event stands where it is to stand", async || {
        stage.records().await.iter().any(|event| event.summary.status.as_str() == stands).then_some(())
    })
    .await;
    server.kill();
    assert!(stage.relation(&added).welcomes.is_empty());

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    let events = stage.settled().await;
    assert_greeted(&stage, &added, &events);
    let [event] = events.as_slice() else { panic!("one event: {events:#?}") };
    for kind in [Kind::Welcome, Kind::Tag] {
        assert_eq!(
            (action(event, kind).status.as_str(), codes(action(event, kind))),
            ("done", vec![Some(0)])
        );
    }
    assert_eq!(stage.wecom.requests_of(SEND).len(), 1);
    drop(server);
    stage.end().await;
}

/// WeCom has taken the welcome, its answer is on the way, and there is nobody any more whom it could reach.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_wecom_answers_leads_to_no_second_welcome(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let mut stage = Stage::set(database, PLAIN_RULES).await;
    let wire = Wire::to(Far::Tcp(stage.wecom.address().to_string())).await;
    stage.config.wecom.api_base = format!("http://{}", wire.near);
    let mut server = stage.serve().await;
    server.says("has its token").await;
    wire.set(State::Unanswered);
    let added = stage.add_one().await;
    until("WeCom has taken the welcome", async || {
        let taken = |request: &wecom_simulator::Request| request.answer == Some(Answered::Errcode(0));
        stage.wecom.requests_of(SEND).iter().any(taken).then_some(())
    })
    .await;
    server.kill();
    assert!(action(&stage.records().await[0], Kind::Welcome).attempts.is_empty(), "nobody could record it");

    wire.set(State::Up);
    let server = stage.serve().await;
    let events = stage.settled().await;
    assert_greeted(&stage, &added, &events);
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), codes(welcome)), ("done", vec![Some(41051)]));
    assert_eq!(welcome.reason, None, "it was ours, not another's");
    drop(server);
    stage.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn after_the_deadline_a_restart_sends_no_welcome_and_sets_the_tags(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    // WeCom delivers it 17 seconds late.
    let added = stage.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
    let payload = stage.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext;
    let created_s = now_ms() / 1_000 - 17;
    let (before, rest) = payload.split_once("<CreateTime>").unwrap();
    let (_, after) = rest.split_once('<').unwrap();
    let payload = format!("{before}<CreateTime>{created_s}<{after}");

    stage.wecom.add_fault(hang("gettoken")).unwrap();
    let server = stage.serve().await;
    let number = stage.wecom.deliver_raw(&payload).unwrap();
    assert_eq!(stage.wecom.delivered(number).await.unwrap().tries[0].status, Some(200));
    until("it is planned", async || (!stage.records().await[0].actions.is_empty()).then_some(())).await;
    server.kill();
    let over_ms = created_s * 1_000 + WINDOW_MS;
    Clock::system().sleep_until(over_ms).await;

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    let events = stage.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), welcome.deadline_ms), ("expired", Some(over_ms)));
    assert!(welcome.attempts.is_empty() && stage.wecom.requests_of(SEND).is_empty(), "{welcome:#?}");
    assert!(welcome.reason.as_deref().unwrap().contains("20 seconds"), "{welcome:#?}");
    assert_eq!(stage.relation(&added).tags, ["etPlain"]);
    drop(server);
    stage.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_one_database_and_one_goes_on_for_the_other(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let (mut first, mut second) = (stage.serve().await, stage.serve().await);
    first.says("has its token").await;
    second.says("has its token").await;

    // Every event at both of them, at one of them first.
    let mut all = Vec::new();
    for n in 0..20 {
        let (here, there) = if n % 2 == 0 { (&first, &second) } else { (&second, &first) };
        stage.deliver_to(here);
        let added = stage.add_one().await;
        let payload = stage.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext;
        stage.deliver_to(there);
        let again = stage.wecom.deliver_raw(&payload).unwrap();
        assert_eq!(stage.wecom.delivered(again).await.unwrap().tries[0].status, Some(200));
        all.push(added);
    }
    let events = stage.settled().await;
    assert_eq!(events.iter().map(|event| event.summary.deliveries).collect::<Vec<_>>(), [2; 20]);
    for added in &all {
        assert_greeted(&stage, added, &events);
    }
    assert_eq!((stage.wecom.requests_of(SEND).len(), stage.wecom.requests_of(MARK).len()), (20, 20));

    // One is killed with a welcome in its hands: after seconds of silence the other takes it over.
    stage.wecom.clear_requests();
    stage.wecom.add_fault(hang(SEND)).unwrap();
    stage.deliver_to(&first);
    let added = stage.add_one().await;
    stage.called(SEND, 1).await;
    first.kill();
    stage.wecom.clear_faults();
    let killed = Instant::now();
    let events = stage.settled().await;
    assert!(killed.elapsed() < TAKEN_OVER_WITHIN, "{:?}", killed.elapsed());
    assert_greeted(&stage, &added, &events);

    // One gets a signal to end while it sets a tag: it signs off, and the other need not wait.
    let third = stage.serve().await;
    stage.wecom.clear_requests();
    stage.wecom.add_fault(Fault::lasting(MARK, FaultKind::Errcode { code: -1, message: None })).unwrap();
    let added = stage.add_one().await;
    stage.called(MARK, 1).await;
    assert_eq!(third.end().await.0, Some(0));
    stage.wecom.clear_faults();
    let ended = Instant::now();
    let events = stage.settled().await;
    assert!(
        ended.elapsed() < Duration::from_secs(4),
        "the pause before the retry, and a sweep: {:?}",
        ended.elapsed()
    );
    assert_greeted(&stage, &added, &events);
    drop(second);
    stage.end().await;
}

/// Not dead, only asleep: when it wakes up its lease is another's, and what it has to say changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_slept_through_its_lease_changes_nothing() {
    let Some(database) = fresh(Which::Postgres).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut sleeper = stage.serve().await;
    sleeper.says("has its token").await;
    stage.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Hang(Duration::from_millis(500)))).unwrap();
    let added = stage.add_one().await;
    stage.called(SEND, 1).await;
    sleeper.signal("STOP");
    let awake = stage.serve().await;
    let events = stage.settled().await;
    assert_greeted(&stage, &added, &events);

    sleeper.signal("CONT");
    sleeper.says("Somebody else has taken over the welcome").await;
    let without_ack = |mut events: Vec<EventRecord>| {
        for event in &mut events {
            event.summary.acked_after_us = None;
        }
        events
    };
    // How long the sleeper's ack took is still true, and only the sleeper knows it.
    assert_eq!(without_ack(stage.records().await), without_ack(events.clone()), "the record is as it was");
    assert_greeted(&stage, &added, &events);
    assert_eq!(codes(action(&events[0], Kind::Welcome)), [Some(0)]);
    // It goes on as if nothing had happened.
    stage.deliver_to(&sleeper);
    drop(awake);
    let added = stage.add_one().await;
    assert_greeted(&stage, &added, &stage.settled().await);
    drop(sleeper);
    stage.end().await;
}

/// How a database goes away, and comes back.
struct Away {
    database: Option<TestDatabase>,
    wire: Option<Wire>,
    files: Vec<String>,
    url: String,
}

impl Away {
    async fn of(which: Which) -> Option<Self> {
        let database = fresh(which).await?;
        if let Some(file) = database.file() {
            let files = ["", "-wal", "-shm"].iter().map(|end| format!("{}{end}", file.display())).collect();
            let url = database.url.clone();
            return Some(Self { database: Some(database), wire: None, files, url });
        }
        let (wire, url) = Wire::to_postgres(&database).await;
        Some(Self { database: Some(database), wire: Some(wire), files: Vec::new(), url })
    }

    fn go(&self, how: State) {
        self.wire.as_ref().inspect(|wire| wire.set(how));
        self.rename("", ".away");
    }

    fn come_back(&self) {
        self.wire.as_ref().inspect(|wire| wire.set(State::Up));
        self.rename(".away", "");
    }

    fn rename(&self, from: &str, to: &str) {
        for file in &self.files {
            // The log and its index are there only while they are needed.
            let _ = std::fs::rename(format!("{file}{from}"), format!("{file}{to}"));
        }
    }
}

async fn readyz(world: &World) -> u16 {
    let url = format!("http://{}/readyz", world.private);
    let answered = tokio::time::timeout(Duration::from_secs(2), crate::http::http().get(url).send());
    answered.await.expect("a probe is answered in time").expect("it is answered").status().as_u16()
}

#[rstest]
#[case::file_gone(Which::Sqlite, State::Cut)]
#[case::server_gone(Which::Postgres, State::Cut)]
#[case::server_silent(Which::Postgres, State::Deaf)]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_nothing_is_acked_and_with_it_all_is_well_again(
    #[case] which: Which,
    #[case] how: State,
) {
    let Some(mut away) = Away::of(which).await else { return };
    let corp = Corp::sample();
    // WeCom's own patience is five seconds; here the second delivery comes sooner.
    let patience = Patience { again_after: Duration::from_millis(500), again_max: 20, ..Patience::default() };
    let options = Options { corp: corp.clone(), patience, ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    let config = config_for(&corp, &wecom.api_base(), &away.url);
    let rules =
        "rules: [ { name: r, welcome: { text: 您好! }, tag: { add: [etSampleTagLevelNew0000000000000] } } ]";
    import(&config, rules).await;
    let world = World::serve(away.database.take().unwrap(), config, Clock::system(), wecom).await;
    world.add_one().await;
    world.settled().await;
    assert_eq!(readyz(&world).await, 200);

    away.go(how);
    let add = |n: usize| AddCustomer::new("zhangsan", format!("客户{n}"), None);
    let adds: Vec<Added> = (0..10).map(|n| world.wecom.add_customer(&add(n)).unwrap()).collect();
    let tries_of = |added: &Added| {
        let number = added.deliveries[0];
        let found = world.wecom.deliveries().into_iter().find(|delivery| delivery.number == number);
        found.expect("it is remembered").tries
    };
    until("each has been refused", async || {
        adds.iter().all(|added| !tries_of(added).is_empty()).then_some(())
    })
    .await;
    for tried in adds.iter().flat_map(&tries_of) {
        assert_eq!(tried.status, Some(503), "{tried:?}");
        assert!(tried.took_us < 4_700_000, "WeCom would have hung up: {tried:?}");
    }
    assert_eq!(readyz(&world).await, 503);

    away.come_back();
    for added in &adds {
        let delivery = world.wecom.delivered(added.deliveries[0]).await.unwrap();
        assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
    }
    let events = world.settled().await;
    assert_eq!(readyz(&world).await, 200);
    assert_eq!(events.len(), 11);
    // A 503 for what a commit did reach in the end counts as a delivery: its answer was lost, or the server came back while
    // it was still waited for. Nothing else does.
    if which == Which::Sqlite {
        assert!(events.iter().all(|event| event.summary.deliveries == 1), "{events:#?}");
    }
    for added in &adds {
        let relation = world.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1));
        assert!(relation.welcomes[0].after_ms < WINDOW_MS);
    }
    world.end().await;
}

/// The plan is in the database, its author does not know, and nobody else will perform it in time.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_commit_was_not_answered_is_carried_out() {
    let Some(database) = fresh(Which::Postgres).await else { return };
    let stage = Stage::set(database, RULES_WITH_NAME).await;
    let (wire, url) = Wire::to_postgres(stage.database()).await;
    let config = config_for(&Corp::sample(), &stage.wecom.api_base(), &url);
    let engine = Engine::start(&config, Role::Command, Clock::system()).await.unwrap();
    // Nothing else commits while the customer is being looked up: it takes less than a heartbeat's pause.
    let added = stage.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
    let payload = stage.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext.into_bytes();
    let event = Event::from_payload(&payload);
    let new = NewEvent::of("default", payload, &event, now_ms(), engine.process);
    let Accepted::New(claimed) = engine.store.accept(new).await.unwrap() else { panic!("it is new") };
    wire.set(State::LosesCommit);
    let received = Received { claimed, event };
    let work = engine.planner.plan(received, ReplayRequest::default()).await.expect("its author finds it");
    engine.dispatcher.run(work).await;
    let events = stage.settled().await;
    assert_greeted(&stage, &added, &events);
    engine.finish(Duration::from_secs(10)).await;
    stage.end().await;
}

/// The welcome is at WeCom while the database goes; what came of it is recorded when the database is back.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_wecom_answers_while_the_database_is_away_is_recorded_when_it_is_back(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
    // The second is longer than a process is believed to be alive.
    #[values(1, 6)] away_for_s: u64,
) {
    let Some(mut away) = Away::of(which).await else { return };
    let corp = Corp::sample();
    let options = Options { corp: corp.clone(), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    let config = config_for(&corp, &wecom.api_base(), &away.url);
    import(&config, "rules: [ { name: r, welcome: { text: 您好! } } ]").await;
    let world = World::serve(away.database.take().unwrap(), config, Clock::system(), wecom).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Delay(Duration::from_millis(300)))).unwrap();
    let added = world.add_one().await;
    until("it is at WeCom", async || (!world.wecom.requests_of(SEND).is_empty()).then_some(())).await;
    away.go(State::Cut);
    tokio::time::sleep(Duration::from_secs(away_for_s)).await;
    away.come_back();
    let events = world.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), &welcome.reason), ("done", &None), "{welcome:#?}");
    assert_eq!(world.relation(&added).welcomes.len(), 1);
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_end_finishes_the_welcome_and_leaves_the_tags_to_the_next(
    #[case] which: Which,
) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut server = stage.serve().await;
    server.says("has its token").await;
    stage.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Delay(Duration::from_secs(1)))).unwrap();
    let added = stage.add_one().await;
    stage.called(SEND, 1).await;
    let (status, took) = server.end().await;
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert_eq!(stage.relation(&added).welcomes.len(), 1);
    let events = stage.records().await;
    assert_eq!(codes(action(&events[0], Kind::Welcome)), [Some(0)]);

    // The tag is refused for now; the next server ends as well while it waits.
    stage.wecom.clear_requests();
    stage.wecom.add_fault(Fault::lasting(MARK, FaultKind::Errcode { code: -1, message: None })).unwrap();
    let server = stage.serve().await;
    stage.called(MARK, 1).await;
    let (status, took) = server.end().await;
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(3), "it does not wait for what may take days: {took:?}");
    assert_eq!(stage.records().await[0].summary.status.as_str(), "planned");

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    let events = stage.settled().await;
    assert_greeted(&stage, &added, &events);
    assert_eq!(codes(action(&events[0], Kind::Tag)).last(), Some(&Some(0)));
    drop(server);
    stage.end().await;
}

/// The grace is over before WeCom answers: the server lets go and signs off, and the next one need not wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_is_cut_off_by_the_end_is_the_next_servers_at_once() {
    let Some(database) = fresh(Which::Postgres).await else { return };
    let mut stage = Stage::set(database, PLAIN_RULES).await;
    stage.config.shutdown.grace = Duration::from_millis(300);
    let mut server = stage.serve().await;
    server.says("has its token").await;
    stage.wecom.add_fault(hang(SEND)).unwrap();
    let added = stage.add_one().await;
    stage.called(SEND, 1).await;
    let next = Process::serve(&stage.config).await;
    assert_eq!(server.end().await.0, Some(0));
    stage.wecom.clear_faults();
    let ended = Instant::now();
    let events = stage.settled().await;
    assert!(ended.elapsed() < Duration::from_secs(3), "{:?}", ended.elapsed());
    assert_greeted(&stage, &added, &events);
    drop(next);
    stage.end().await;
}

/// Whatever was acked is done, and whatever was not is delivered again: a server that is killed at any moment loses
/// nothing and greets nobody twice.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_again_and_again_loses_nothing(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut adds = Vec::new();
    for round in 0..3 {
        let server = stage.serve().await;
        for n in 0..30 {
            let add =
                AddCustomer::new(Corp::sample().employees[n % 3].userid.clone(), format!("客户{n}"), None);
            adds.push(stage.wecom.add_customer(&add).unwrap());
        }
        // In the midst of acks, of plans, of calls.
        tokio::time::sleep(Duration::from_millis(15 + 40 * round)).await;
        server.kill();
    }
    let server = stage.serve().await;
    for added in &adds {
        let delivery = stage.wecom.delivered(added.deliveries[0]).await.unwrap();
        assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
    }
    let events = stage.settled().await;
    assert_eq!(events.len(), adds.len());
    for added in &adds {
        assert_greeted(&stage, added, &[]);
    }
    let welcomed = |event: &EventRecord| {
        action(event, Kind::Welcome).status.as_str() == "done"
            && action(event, Kind::Welcome).reason.is_none()
    };
    assert!(events.iter().all(welcomed), "{events:#?}");
    for event in &events {
        let kinds: Vec<_> = event.actions.iter().map(|action| action.kind).collect();
        assert_eq!((event.summary.run, kinds), (0, vec![Kind::Welcome, Kind::Tag]), "one plan, once");
    }
    drop(server);
    stage.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_customers_in_one_second_are_all_welcomed(#[case] which: Which) {
    const CUSTOMERS: usize = 300;
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_millis(300)))).unwrap();
    let add =
        |n: usize| AddCustomer::new(Corp::sample().employees[n % 3].userid.clone(), format!("客户{n}"), None);
    let adds: Vec<Added> = (0..CUSTOMERS).map(|n| world.wecom.add_customer(&add(n)).unwrap()).collect();
    for added in &adds {
        let delivery = world.wecom.delivered(added.deliveries[0]).await.unwrap();
        // A machine that is busy with other things may say 503 first, and WeCom comes again.
        assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
    }
    let events = world.settled().await;
    assert_eq!(events.len(), CUSTOMERS);
    for added in &adds {
        let relation = world.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.as_slice()), (1, &["etPlain".to_owned()][..]));
        assert!(relation.welcomes[0].after_ms < WINDOW_MS);
    }
    assert_eq!(world.wecom.requests_of(SEND).len(), CUSTOMERS);
    world.end().await;
}

/// A world whose time stands still until it is moved.
async fn world_out_of_time(which: Which) -> Option<(World, ManualClock)> {
    let database = fresh(which).await?;
    let (clock, hand) = Clock::manual(now_ms());
    Some((World::begin(database, PLAIN_RULES, clock, |_| {}).await, hand))
}

/// Lets time pass until an action has come to its end, and gives the action. Time stands still while it is being
/// performed, so that every call is made at the very instant at which it is due.
async fn let_time_pass(world: &World, hand: &ManualClock, kind: Kind) -> ActionRecord {
    until("the action has come to its end", async || {
        let record = world.records().await.into_iter().next()?;
        let action = record.actions.into_iter().find(|action| action.kind == kind)?;
        let Some(due_ms) = action.due_ms.filter(|_| action.settled_at_ms.is_none()) else {
            return Some(action);
        };
        match u64::try_from(due_ms - world.engine.clock.now_ms()) {
            Ok(left_ms @ 1..) => hand.advance(Duration::from_millis(left_ms)),
            // What waits for hours waits in the database, and for the next sweep. A welcome never does.
            _ if action.status.as_str() == "pending" && kind != Kind::Welcome && world.engine.may_begin() => {
                hand.advance(Duration::from_millis(100));
            }
            _ => {}
        }
        None
    })
    .await
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_wecom_never_takes_expires_and_no_call_follows_its_deadline(#[case] which: Which) {
    let Some((world, hand)) = world_out_of_time(which).await else { return };
    world
        .wecom
        .add_fault(Fault::lasting(SEND, FaultKind::Http { status: 502, body: String::new() }))
        .unwrap();
    let added = world.add_one().await;
    let added_ms = world.relation(&added).added_at_ms;
    let welcome = let_time_pass(&world, &hand, Kind::Welcome).await;
    assert_eq!(welcome.status.as_str(), "expired");
    assert!(welcome.reason.as_deref().unwrap().contains("20 seconds"), "{welcome:#?}");
    let deadline_ms = welcome.deadline_ms.unwrap();
    assert!((added_ms..=added_ms + WINDOW_MS).contains(&deadline_ms));
    let calls: Vec<i64> = world.wecom.requests_of(SEND).iter().map(|call| call.at_ms - deadline_ms).collect();
    assert!(calls.iter().all(|after_ms| *after_ms < 0), "{calls:?}");
    assert!(calls.len() > 10 && *calls.last().unwrap() > -2_000, "tried to the end: {calls:?}");
    assert_eq!(calls.len(), welcome.attempts.len());
    assert_eq!(world.relation(&added).tags, ["etPlain"], "tagged meanwhile");
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_wecom_never_takes_is_tried_for_three_days_with_growing_pauses(#[case] which: Which) {
    let Some((world, hand)) = world_out_of_time(which).await else { return };
    world.wecom.add_fault(Fault::lasting(MARK, FaultKind::Errcode { code: -1, message: None })).unwrap();
    let added = world.add_one().await;
    let begun_ms = world.relation(&added).added_at_ms;
    let tag = let_time_pass(&world, &hand, Kind::Tag).await;
    assert_eq!(tag.status.as_str(), "failed");
    assert!(tag.reason.as_deref().unwrap().contains("given up"), "{tag:#?}");
    let tried: Vec<i64> = tag.attempts.iter().map(|attempt| attempt.at_ms - begun_ms).collect();
    assert!(*tried.last().unwrap() >= 3 * 86_400_000, "{tried:?}");
    assert!((15..60).contains(&tried.len()), "{tried:?}");
    let pauses: Vec<i64> = tried.windows(2).map(|two| two[1] - two[0]).collect();
    // Threefold each time, with up to half added at random: the third is always longer than the first.
    let growing = &pauses[..8];
    assert!(growing.windows(3).all(|three| three[2] > three[0]), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause < 5 * 3_600_000), "{pauses:?}");
    assert_eq!(world.relation(&added).welcomes.len(), 1, "greeted all the same");
    assert!(world.relation(&added).tags.is_empty());
    world.end().await;
}

/// WeCom answers 6000 to two writes of one contact at once, whoever makes them.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_never_write_the_same_contact_at_the_same_time(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let rules =
        "rules: [ { name: r, on: [edit_external_contact], tag: { add: [etPlain] }, remark: { name: 周 } } ]";
    let stage = Stage::set(database, rules).await;
    let (mut first, mut second) = (stage.serve().await, stage.serve().await);
    first.says("has its token").await;
    second.says("has its token").await;
    let added = stage.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
    stage.wecom.delivered(added.deliveries[0]).await.unwrap();
    // Until each has seen the other's heartbeat.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    for path in [MARK, "externalcontact/remark"] {
        stage.wecom.add_fault(Fault::lasting(path, FaultKind::Delay(Duration::from_millis(80)))).unwrap();
    }
    for n in 0..8 {
        stage.deliver_to(if n % 2 == 0 { &first } else { &second });
        let edited = format!(
            "<xml><ToUserName>{}</ToUserName><CreateTime>{}</CreateTime><Event>change_external_contact</Event>\
             <ChangeType>edit_external_contact</ChangeType><UserID>zhangsan</UserID>\
             <ExternalUserID>{}</ExternalUserID><State>{n}</State></xml>",
            stage.config.apps[0].corp_id,
            now_ms() / 1_000,
            added.customer,
        );
        let number = stage.wecom.deliver_raw(&edited).unwrap();
        stage.wecom.delivered(number).await.unwrap();
    }
    let events = stage.settled().await;
    let mut calls: Vec<(i64, i64)> = events
        .iter()
        .flat_map(|event| &event.actions)
        .flat_map(|action| &action.attempts)
        .map(|attempt| (attempt.at_ms, attempt.at_ms + attempt.took_ms))
        .collect();
    calls.sort_unstable();
    assert_eq!(calls.len(), 16, "each once: {events:#?}");
    for pair in calls.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "{pair:?} overlap in {calls:?}");
    }
    drop((first, second));
    stage.end().await;
}

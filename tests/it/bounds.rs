//! What the listeners bear from those who are not WeCom, nor anybody of ours: connections that say nothing, and bodies that do
//! not end or are too long.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rstest::rstest;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wecom_core::clock::Clock;
use wecom_simulator::Delivery;

use crate::{
    harness::{
        process::Stage,
        world::{PLAIN_RULES, Which, World, fresh, settled, until},
    },
    http::sealed,
};

/// What an ack may take beside them, on a machine that is busy with other tests.
const SOON_ENOUGH: Duration = Duration::from_secs(2);

fn in_time(delivery: &Delivery) {
    let [only] = delivery.tries.as_slice() else { panic!("it took several tries: {:?}", delivery.tries) };
    assert_eq!(only.status, Some(200), "{only:?}");
    assert!(u128::from(only.took_us) < SOON_ENOUGH.as_micros(), "{only:?}");
}

/// More connections than the process may have files: those that say nothing go, and neither acks nor the database nor WeCom wait.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_give_way(#[values(Which::Sqlite, Which::Postgres)] which: Which) {
    const FILES: u64 = 256;
    const SILENT: usize = 300;
    let Some(database) = fresh(which).await else { return };
    let mut stage = Stage::set(database, PLAIN_RULES).await;
    stage.config.database.connections = 8;
    let mut server = stage.serve_with_open_files(FILES).await;
    server.says("has its token").await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let soft: u64 = files.split_whitespace().nth(3).unwrap().parse().unwrap();
    assert_eq!(soft, FILES, "the soft limit is raised to the hard one");

    let mut silent = Vec::new();
    for n in 0..SILENT {
        let mut connection = TcpStream::connect(server.callback).await.unwrap();
        // Some say a little, and not the rest.
        if n % 3 == 0 {
            connection.write_all(b"POST /callback/default?msg_signature=").await.unwrap();
        }
        silent.push(connection);
    }
    server.says("More connections to the public listener").await;
    some_are_open(&mut silent).await;
    for _ in 0..3 {
        let added = stage.add_one().await;
        in_time(&stage.wecom.delivered(added.deliveries[0]).await.unwrap());
    }
    let events = settled(&stage.store).await;
    assert_eq!(events.len(), 3);
    let welcomed = |event: &wecom_greeter::store::EventRecord| {
        event.actions.iter().all(|action| action.status.as_str() == "done" && action.attempts.len() == 1)
    };
    assert!(events.iter().all(welcomed), "{events:#?}");
    // The first to come have been closed.
    let mut byte = [0; 1];
    let closed = tokio::time::timeout(SOON_ENOUGH, silent[0].read(&mut byte)).await.expect("it is closed");
    assert!(!matches!(closed, Ok(1..)), "{closed:?}");
    drop((silent, server));
    stage.end().await;
}

/// The private listener is not held by those who say nothing either: they give way, and neither who asks how it is waits nor is
/// anybody cut off who follows the events.
#[tokio::test(flavor = "multi_thread")]
async fn those_that_say_nothing_do_not_hold_the_private_listener() {
    const FILES: u64 = 256;
    const SILENT: usize = 100;
    const TOKEN: &str = "the-token-of-the-settings";
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let mut stage = Stage::set(database, PLAIN_RULES).await;
    stage.config.admin.token = Some(TOKEN.into());
    let mut server = stage.serve_with_open_files(FILES).await;
    server.says("has its token").await;
    let mut follower = TcpStream::connect(server.private).await.unwrap();
    let ask = format!("GET /api/v1/events/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\r\n");
    follower.write_all(ask.as_bytes()).await.unwrap();
    follows(&mut follower, "HTTP/1.1 200 ").await;

    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(TcpStream::connect(server.private).await.unwrap());
    }
    server.says("More connections to the private listener").await;
    some_are_open(&mut silent).await;
    // While more are being closed than may be at once, a further one is turned away.
    until("somebody is told how it is", async || {
        let health = crate::http::http().get(format!("http://{}/healthz", server.private)).send();
        let health = tokio::time::timeout(SOON_ENOUGH, health).await.expect("in time");
        health.ok().filter(|answer| answer.status().as_u16() == 200)
    })
    .await;
    let mut byte = [0; 1];
    let closed = tokio::time::timeout(SOON_ENOUGH, silent[0].read(&mut byte)).await.expect("it is closed");
    assert!(!matches!(closed, Ok(1..)), "{closed:?}");
    stage.add_one().await;
    follows(&mut follower, "add_external_contact").await;
    drop((silent, follower, server));
    stage.end().await;
}

/// Some of those that say nothing are still there. Not the last of them for certain: where many are just being closed, a further
/// one is turned away; and each has a time of its own.
async fn some_are_open(silent: &mut [TcpStream]) {
    let open = silent
        .iter_mut()
        .rev()
        .map(async |one| tokio::time::timeout(Duration::from_millis(50), one.read(&mut [0])).await.is_err());
    let open = join_all(open).await.into_iter().filter(|is_open| *is_open).count();
    assert!(open > 0, "all {} have been closed", silent.len());
}

/// Reads until this has come.
async fn follows(from: &mut TcpStream, expected: &str) {
    let mut text = String::new();
    let reads = async {
        let mut bytes = [0; 4_096];
        while !text.contains(expected) {
            let length = from.read(&mut bytes).await.unwrap();
            assert!(length > 0, "it was closed after {text}");
            text.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reads).await.expect("it comes");
}

/// A body that is too long by its head is refused before anything of it has come, and the connection ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_announces_too_much_is_refused_at_once() {
    const TOKEN: &str = "the-token-of-the-settings";
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let adjust = |config: &mut wecom_greeter::config::Config| config.admin.token = Some(TOKEN.into());
    let world = World::begin(database, PLAIN_RULES, Clock::system(), adjust).await;
    let form = "content-type: multipart/form-data; boundary=b\r\n";
    let origin = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";
    for (address, line, headers, problem) in [
        (world.callback, "POST /callback/default", "", "body too large"),
        (world.private, "POST /api/v1/tokens", "", "\"too_large\""),
        (world.private, "POST /api/v1/events/1/replay", "", "\"too_large\""),
        (world.private, "PUT /api/v1/rules?check=true", "", "\"too_large\""),
        (world.private, "POST /api/v1/rules/explain", "", "\"too_large\""),
        (world.private, "POST /api/v1/files", form, "\"too_large\""),
        (world.private, "POST /contact-ways/table", form, ""),
        (world.private, "POST /login", origin, ""),
    ] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "{line} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {TOKEN}\r\n{headers}content-length: \
             1000000000\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let mut bytes = [0; 4_096];
        let begins = tokio::time::timeout(SOON_ENOUGH, connection.read(&mut bytes)).await;
        answer.extend_from_slice(&bytes[..begins.unwrap_or_else(|_| panic!("{line} waits")).unwrap()]);
        connection.shutdown().await.unwrap();
        tokio::time::timeout(SOON_ENOUGH, connection.read_to_end(&mut answer))
            .await
            .expect("it ends")
            .unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains(problem), "{line}: {answer}");
    }
    world.end().await;
}

/// Large bodies that do not end share a bound: those for which there is no room are answered 503, and genuine events do not wait.
#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_that_do_not_end_are_held_up_to_a_bound() {
    const SENDERS: usize = 90;
    const LENGTH: usize = 512 << 10;
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let body = vec![b'x'; LENGTH - 1];
    let send = async || {
        let mut connection = TcpStream::connect(world.callback).await.unwrap();
        let head = format!("POST /callback/default HTTP/1.1\r\nhost: x\r\ncontent-length: {LENGTH}\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        // It may be refused before it is out.
        let _ = connection.write_all(&body).await;
        let mut answer = [0; 64];
        let read = tokio::time::timeout(Duration::from_secs(4), connection.read(&mut answer)).await;
        let status =
            read.ok().and_then(Result::ok).map(|read| String::from_utf8_lossy(&answer[..read]).into_owned());
        (connection, status)
    };
    let sends = join_all((0..SENDERS).map(|_| send()));
    let beside = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut took = Vec::new();
        for _ in 0..5 {
            let begun = Instant::now();
            world.add_one().await;
            took.push(begun.elapsed());
        }
        took
    };
    let (all, took) = tokio::join!(sends, beside);
    assert!(took.iter().all(|took| *took < SOON_ENOUGH), "{took:?}");
    let refused =
        all.iter().filter(|(_, status)| status.as_deref().is_some_and(|s| s.contains(" 503 "))).count();
    let room = (32 << 20) / LENGTH;
    assert!(
        (SENDERS - room - 4..SENDERS - room + 4).contains(&refused),
        "{refused} of {SENDERS} were refused"
    );
    drop(all);
    assert_eq!(world.settled().await.len(), 5);
    // The room is free again.
    let genuine = sealed(&world, &format!("<xml><Event>x</Event><Note>{}</Note></xml>", "y".repeat(200_000)));
    let corp = &world.config.apps[0].corp_id;
    let answer = world.post(&genuine.to_query(), genuine.to_xml(corp, None)).await;
    assert_eq!(answer.0, 200);
    world.end().await;
}

/// Callbacks from elsewhere than WeCom are refused where the settings say so, and so is a header of somebody whom nobody named.
#[tokio::test(flavor = "multi_thread")]
async fn callbacks_come_from_wecoms_addresses_where_that_is_asked_for() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, PLAIN_RULES, Clock::system(), |config| {
        config.http.only_wecom_addresses = true;
        config.http.trusted_proxies = vec!["127.0.0.2".parse().unwrap()];
    })
    .await;
    until("WeCom has named its addresses", async || {
        (!world.wecom.requests_of("getcallbackip").is_empty()).then_some(())
    })
    .await;
    // The simulated WeCom is on this machine.
    world.add_one().await;
    let from = |address: &str| {
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(crate::http::tls());
        client.local_address(address.parse::<std::net::IpAddr>().unwrap()).build().unwrap()
    };
    let echo = sealed(&world, "1288432023552776189");
    let ask = async |address: &str, said: Option<&str>| {
        let url = format!("http://{}/callback/default?{}", world.callback, echo.to_echo_query());
        let request = from(address).get(url);
        let request = if let Some(said) = said { request.header("x-forwarded-for", said) } else { request };
        request.send().await.unwrap().status().as_u16()
    };
    until("strangers are refused", async || (ask("127.0.0.9", None).await == 403).then_some(())).await;
    assert_eq!(ask("127.0.0.1", None).await, 200);
    assert_eq!(ask("127.0.0.9", Some("127.0.0.1")).await, 403, "nobody named it as a proxy");
    assert_eq!(ask("127.0.0.2", None).await, 403, "a proxy that does not say for whom");
    assert_eq!(ask("127.0.0.2", Some("6.6.6.6, 127.0.0.1")).await, 200, "the last is whom it heard it from");
    assert_eq!(ask("127.0.0.2", Some("127.0.0.1, 6.6.6.6")).await, 403);
    let kept = until("they are kept", async || {
        let kept =
            world.engine.store.refused_callbacks(&wecom_greeter::store::RefusedFilter::default()).await;
        kept.unwrap().into_iter().find(|one| one.sender.as_deref() == Some("6.6.6.6"))
    })
    .await;
    assert_eq!((kept.class.as_str(), kept.signed), ("sender", true));
    world.settled().await;
    world.end().await;
}

/// A delivery of a month ago that nobody has seen is kept, and its customer is left alone.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_old_by_any_clock_is_stored_and_not_greeted(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let added = world.add_one().await;
    world.settled().await;
    let payload = world.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext;
    let now_s = Clock::system().now_ms() / 1_000;
    let (before, rest) = payload.split_once("<CreateTime>").unwrap();
    let (_, after) = rest.split_once("</CreateTime>").unwrap();
    let corp = &world.config.apps[0].corp_id;
    for (days, code) in [(30, Some("expired_untried")), (1, None)] {
        let old = format!("{before}<CreateTime>{}</CreateTime>{after}", now_s - days * 86_400);
        let sealed = sealed(&world, &old);
        assert_eq!(world.post(&sealed.to_query(), sealed.to_xml(corp, None)).await.0, 200);
        let events = world.settled().await;
        let welcome = crate::harness::world::action(&events[0], wecom_greeter::action::Kind::Welcome);
        let tag = crate::harness::world::action(&events[0], wecom_greeter::action::Kind::Tag);
        assert_eq!(tag.status.as_str(), "done", "what does not hang on the code is done");
        if let Some(code) = code {
            let said = (
                welcome.status.as_str(),
                welcome.code.map(wecom_greeter::action::ReasonCode::as_str),
                welcome.attempts.len(),
            );
            assert_eq!(said, ("expired", Some(code), 0), "{days} days");
        } else {
            // A clock may be wrong by so much.
            assert_eq!(welcome.attempts.len(), 1, "{days} days");
        }
    }
    world.end().await;
}

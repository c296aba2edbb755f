//! The end of a server, as whoever restarts it sees it: over at once where nothing is under way, and nobody is greeted twice
//! where something is.

use std::time::Duration;

use rstest::rstest;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use crate::harness::{
    process::{Process, Stage},
    world::{PLAIN_RULES, SEND, Which, World, fresh, until},
};

/// What a server at rest may take to end, on a machine that is busy with other tests; by itself it takes some hundredths. The
/// waits that it must not wait for are seconds.
const AT_ONCE: Duration = Duration::from_millis(800);

/// A connection over which one request was answered and that stays open.
async fn kept_alive(address: std::net::SocketAddr) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 512];
    let read = connection.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..read]));
    connection
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_at_rest_ends_at_once_whoever_is_connected_and_whatever_hangs(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    // WeCom answers nobody, so that its token is waited for from the first moment on.
    stage.wecom.add_fault(Fault::lasting("*", FaultKind::Hang(Duration::from_mins(2)))).unwrap();
    let server = stage.serve().await;
    stage.called("gettoken", 1).await;
    let mut open = Vec::new();
    for address in [server.callback, server.private] {
        open.push(kept_alive(address).await);
        open.push(TcpStream::connect(address).await.unwrap());
        let mut half = TcpStream::connect(address).await.unwrap();
        half.write_all(b"POST /callback/default?msg").await.unwrap();
        open.push(half);
    }
    let (status, took) = server.end().await;
    assert_eq!(status, Some(0));
    assert!(took < AT_ONCE, "{took:?}");
    drop(open);
    stage.wecom.stop().await;
}

/// How often each welcome code was sent to WeCom.
fn calls_of(stage: &Stage) -> std::collections::HashMap<String, usize> {
    let mut calls = std::collections::HashMap::new();
    for request in stage.wecom.requests_of(SEND) {
        let code = request.json()["welcome_code"].as_str().unwrap().to_owned();
        *calls.entry(code).or_default() += 1;
    }
    calls
}

/// Customers come while one server ends and the next begins: what is under way is seen through, what is not is the next one's at
/// once, and no code is called by both.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn under_load_it_finishes_what_has_begun_and_hands_over_the_rest(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    const CUSTOMERS: usize = 60;
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut server = stage.serve().await;
    server.says("has its token").await;
    stage.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_millis(200)))).unwrap();
    let adds: Vec<_> = (0..CUSTOMERS)
        .map(|n| {
            let add = AddCustomer::new(World::employee(), format!("客户{n}"), None);
            stage.wecom.add_customer(&add).unwrap()
        })
        .collect();
    stage.called(SEND, 5).await;
    server.signal("TERM");
    let next = Process::serve(&stage.config).await;
    stage.deliver_to(&next);
    let (status, took) = server.ended().await;
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    let events = stage.settled_within(Duration::from_secs(20), CUSTOMERS).await;
    assert_eq!(events.len(), CUSTOMERS);
    for added in &adds {
        let relation = stage.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1));
    }
    let calls = calls_of(&stage);
    assert_eq!(calls.len(), CUSTOMERS);
    assert!(calls.values().all(|times| *times == 1), "{calls:?}");
    drop(next);
    stage.end().await;
}

/// WeCom hangs on every call: the tries that have begun come to their own ends, and no further ones are made here.
#[tokio::test(flavor = "multi_thread")]
async fn a_wecom_that_hangs_holds_an_end_up_for_one_try_and_no_longer() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut server = stage.serve().await;
    server.says("has its token").await;
    stage.wecom.add_fault(Fault::lasting("*", FaultKind::Hang(Duration::from_mins(2)))).unwrap();
    let adds = [stage.add_one().await, stage.add_one().await];
    stage.called(SEND, 2).await;
    let (status, took) = server.end().await;
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_millis(5_500), "{took:?}");
    let before = stage.wecom.requests_of(SEND).len();
    assert_eq!(before, 2, "one try each");
    stage.wecom.clear_faults();
    let next = stage.serve().await;
    until("both are greeted", async || {
        adds.iter().all(|added| stage.relation(added).welcomes.len() == 1).then_some(())
    })
    .await;
    stage.settled().await;
    drop(next);
    stage.end().await;
}

/// Tags that WeCom does not answer are no reason to wait: the next server sets them.
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_hangs_does_not_hold_up_an_end() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let mut server = stage.serve().await;
    server.says("has its token").await;
    stage
        .wecom
        .add_fault(Fault::lasting("externalcontact/mark_tag", FaultKind::Hang(Duration::from_mins(2))))
        .unwrap();
    let added = stage.add_one().await;
    stage.called("externalcontact/mark_tag", 1).await;
    let (status, took) = server.end().await;
    assert_eq!(status, Some(0));
    assert!(took < AT_ONCE + Duration::from_millis(200), "{took:?}");
    stage.wecom.clear_faults();
    let next = stage.serve().await;
    stage.settled().await;
    let relation = stage.relation(&added);
    assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1));
    drop(next);
    stage.end().await;
}

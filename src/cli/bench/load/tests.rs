//! The generator against small handlers: that it keeps its rate, and that a stall shows in its figures.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::*;
use crate::cli::bench::callbacks::{Customers, tests::target};

/// Shorter than WeCom's five seconds, and longer than the stall.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a handler does with its requests.
#[derive(Clone, Copy, Debug)]
enum Manner {
    Well,
    /// From the request of that number on, nobody is answered until so much time has passed.
    StallsOnce(u64, Duration),
    /// Every second request is refused.
    RefusesHalf,
    /// Breaks the connection instead of every tenth answer.
    BreaksOff,
    /// Never answers.
    Silent,
}

/// A handler on a port of its own.
struct Handler {
    address: SocketAddr,
    requests: Arc<AtomicU64>,
    _tasks: JoinSet<()>,
}

impl Handler {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&requests);
        let stalled = Arc::new(tokio::sync::Mutex::new(()));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, manner, Arc::clone(&counter), Arc::clone(&stalled)));
            }
        });
        Self { address, requests, _tasks: tasks }
    }

    async fn load(&self, pace: Pace, count: usize, connections: usize) -> (Ran, Arc<Ledger>) {
        let callbacks = Arc::new(Callbacks::seal(&target("bench"), Customers::of_run(1), count, |_| 0));
        let ledger = Arc::new(Ledger::new(count));
        let load = Load {
            to: self.address,
            pace,
            connections,
            callbacks,
            ledger: Some(Arc::clone(&ledger)),
            patience: PATIENCE,
            watch: Stopwatch::start(),
        };
        (tokio::task::spawn_blocking(|| run(load)).await.unwrap().unwrap(), ledger)
    }
}

async fn serve(
    mut stream: TcpStream,
    manner: Manner,
    counter: Arc<AtomicU64>,
    stalled: Arc<tokio::sync::Mutex<()>>,
) {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
        if !request.ends_with(b"</xml>") {
            continue;
        }
        request.clear();
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        let mut answer = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nsuccess";
        match manner {
            Manner::StallsOnce(at, time) => {
                let held = stalled.lock().await;
                if number == at {
                    tokio::time::sleep(time).await;
                }
                drop(held);
            }
            Manner::RefusesHalf if number.is_multiple_of(2) => {
                answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
            }
            Manner::BreaksOff if number.is_multiple_of(10) => return,
            Manner::Silent => std::future::pending().await,
            _ => {}
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_is_kept_whatever_the_answers_do() {
    let handler = Handler::start(Manner::Well).await;
    let (ran, ledger) = handler.load(Pace::Rate(400.0), 200, 8).await;
    let sum = ledger.sum();
    assert_eq!((sum.sent, sum.acked, sum.refused, ran.acks), (200, 200, 0, 200));
    assert!(sum.failures.is_empty(), "{:?}", sum.failures);
    // The last is due 497.5 ms after the first.
    assert!((Duration::from_millis(495)..Duration::from_secs(3)).contains(&ran.took), "{:?}", ran.took);
    assert_eq!(handler.requests.load(Ordering::SeqCst), 200);
}

/// Half a second's stall of a handler that 400 a second are sent to concerns two hundred of them. A generator that waited for
/// the one answer would have one long time among four hundred, and a p99 of nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stall_concerns_everybody_who_comes_meanwhile() {
    for connections in [1, 16] {
        let stall = Duration::from_millis(500);
        let handler = Handler::start(Manner::StallsOnce(100, stall)).await;
        let (ran, ledger) = handler.load(Pace::Rate(400.0), 400, connections).await;
        let ack = ran.ack.unwrap();
        assert_eq!((ack.count, ledger.sum().acked), (400, 400));
        assert!(ack.p99 > 350.0 && ack.max >= 490.0, "{connections} connections: {ack:?}");
        // A quarter of them waited for more than half of the stall.
        assert!(ack.p90 > 200.0, "{connections} connections: {ack:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_acked_is_counted_by_its_kind() {
    let handler = Handler::start(Manner::RefusesHalf).await;
    let (ran, ledger) = handler.load(Pace::Rate(1_000.0), 100, 4).await;
    let sum = ledger.sum();
    assert_eq!((sum.sent, sum.acked, sum.refused, ran.acks), (100, 50, 50, 50));
    assert_eq!(sum.failures.get("http_503"), Some(&50));

    let handler = Handler::start(Manner::BreaksOff).await;
    let (_, ledger) = handler.load(Pace::Rate(1_000.0), 100, 4).await;
    let sum = ledger.sum();
    assert_eq!(
        (sum.acked, sum.refused, sum.failures.get("closed")),
        (90, 0, Some(&10)),
        "{:?}",
        sum.failures
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_never_answered_is_a_timeout() {
    let handler = Handler::start(Manner::Silent).await;
    let (ran, ledger) = handler.load(Pace::Rate(1_000.0), 3, 4).await;
    assert_eq!(ledger.sum().failures.get("timeout"), Some(&3));
    assert!(ran.took < PATIENCE * 3, "{:?}", ran.took);
    assert_eq!(ran.ack, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flat_out_ends_with_its_time_or_with_its_callbacks() {
    let handler = Handler::start(Manner::Well).await;
    let (ran, ledger) = handler.load(Pace::FlatOut(Duration::from_mins(1)), 50, 4).await;
    assert_eq!((ran.acks, ledger.sum().sent), (50, 50));
    assert!(ran.a_second() > 1.0 && ran.took < Duration::from_secs(30), "{ran:?}");

    // Without a ledger the same callbacks come again.
    let callbacks = Arc::new(Callbacks::seal(&target("bench"), Customers::of_run(1), 5, |_| 0));
    let pace = Pace::FlatOut(Duration::from_millis(200));
    let load = Load {
        to: handler.address,
        pace,
        connections: 2,
        callbacks,
        ledger: None,
        patience: PATIENCE,
        watch: Stopwatch::start(),
    };
    let ran = tokio::task::spawn_blocking(|| run(load)).await.unwrap().unwrap();
    assert!(ran.acks > 5, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_listens_there_is_no_run() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let callbacks = Arc::new(Callbacks::seal(&target("bench"), Customers::of_run(1), 1, |_| 0));
    let load = Load {
        to: address,
        pace: Pace::Rate(10.0),
        connections: 2,
        callbacks,
        ledger: None,
        patience: PATIENCE,
        watch: Stopwatch::start(),
    };
    let ended = tokio::task::spawn_blocking(|| run(load)).await.unwrap();
    assert!(matches!(ended, Err(RunError::NobodyThere(at)) if at == address), "{ended:?}");
}

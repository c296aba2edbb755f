//! Durable acknowledgements a second: how many events `Store::accept` stores with so many senders at once.
//!
//! `cargo bench --bench acks`. Senders wait for their answer and send the next (a closed loop), in one process with the
//! store; the payload is 859 bytes. SQLite with `synchronous=FULL` in a directory beside the target, PostgreSQL where
//! `TEST_POSTGRES_URL` names a server (its own settings decide what durable means there). `ACKS_SECONDS` and
//! `ACKS_ROWS` set how long each round takes and how many events there are before it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use wecom_core::event::Event;
use wecom_greeter::store::{NewEvent, Options, Role, Store};

const SENDERS: [usize; 4] = [1, 16, 64, 256];
const T0: i64 = 1_733_900_461_210;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let directory =
            tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory beside the target");
        measure(&format!("sqlite://{}", directory.path().join("acks.db").display())).await;
        match setting("TEST_POSTGRES_URL") {
            Some(url) => measure(&url).await,
            None => show("postgres: TEST_POSTGRES_URL names no server, left out"),
        }
    });
}

async fn measure(url: &str) {
    let seconds = setting("ACKS_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let rows: i64 = setting("ACKS_ROWS").and_then(|text| text.parse().ok()).unwrap_or(0);
    let store = Store::open(&Options::new(url)).await.expect("the database opens");
    store.migrate().await.expect("the database can be migrated");
    let counter = Arc::new(AtomicI64::new(i64::from(std::process::id()) << 32));
    if rows > 0 {
        run(&store, 256, &counter, Until::Rows(rows)).await;
    }
    for senders in SENDERS {
        run(&store, senders, &counter, Until::Elapsed(Duration::from_millis(200))).await;
        let (took, mut waits) =
            run(&store, senders, &counter, Until::Elapsed(Duration::from_secs_f64(seconds))).await;
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() - 1) * share / 1_000].as_secs_f64() * 1e3;
        show(&format!(
            "{} {senders:>4} senders {:>8.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms   worst {:>7.2} ms",
            store.database(),
            f64::from(u32::try_from(waits.len()).expect("fewer than four billion")) / took.as_secs_f64(),
            at(500),
            at(990),
            at(1_000),
        ));
    }
    store.close().await;
}

#[derive(Clone, Copy)]
enum Until {
    Elapsed(Duration),
    Rows(i64),
}

async fn run(
    store: &Store,
    senders: usize,
    counter: &Arc<AtomicI64>,
    until: Until,
) -> (Duration, Vec<Duration>) {
    let me = store.enroll(Role::Command, T0).await.expect("enrolled").process;
    let began = now();
    let first = counter.load(Ordering::Relaxed);
    let tasks: Vec<_> = (0..senders)
        .map(|_| {
            let (store, counter) = (store.clone(), Arc::clone(counter));
            spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let n = counter.fetch_add(1, Ordering::Relaxed);
                    let over = match until {
                        Until::Elapsed(time) => began.elapsed() >= time,
                        Until::Rows(rows) => n - first >= rows,
                    };
                    if over {
                        return waits;
                    }
                    let payload = payload(n);
                    let event = NewEvent::of(
                        "default",
                        payload.clone(),
                        &Event::from_payload(&payload),
                        T0 + (n & 0xffff_ffff) / 5,
                        me,
                    );
                    let asked = now();
                    store.accept(event).await.expect("stored");
                    waits.push(asked.elapsed());
                }
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.append(&mut task.await.expect("no panic"));
    }
    (began.elapsed(), waits)
}

/// An add event of 859 bytes, each of another customer.
fn payload(n: i64) -> Vec<u8> {
    let seconds = 1_733_900_461 + (n & 0xffff_ffff) / 5_000;
    let mut text = format!(
        "<xml><ToUserName><![CDATA[ww1234567890abcdef]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
         <CreateTime>{seconds}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>\
         <UserID><![CDATA[zhangsan{}]]></UserID><ExternalUserID><![CDATA[wm{:032x}]]></ExternalUserID>\
         <State><![CDATA[spring-2026]]></State><WelcomeCode><![CDATA[{:064x}",
        n % 50,
        // Spread, as WeCom's ids are.
        u128::from(n.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        n
    );
    let end = "]]></WelcomeCode></xml>";
    while text.len() + end.len() < 859 {
        text.push('x');
    }
    text.push_str(end);
    text.into_bytes()
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the senders end before the measurement does")]
fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    tokio::spawn(future)
}

#[expect(clippy::disallowed_methods, reason = "a measurement has no settings file")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::print_stdout, reason = "what a measurement is for")]
fn show(line: &str) {
    println!("{line}");
}

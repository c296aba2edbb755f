//! Events as a stream: what is new and what changes, going on after a break, and the end.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use wecom_greeter::store::{self, ReplayStart, Store};
use wecom_simulator::{Fault, FaultKind};

use super::*;
use crate::harness::world::{MARK, Which, fresh};

/// Somebody who follows, and what has come so far that is no whole message yet.
struct Follower {
    answer: Response,
    rest: String,
}

/// A message of the stream.
#[derive(Debug)]
struct Sent {
    id: String,
    event: Value,
}

impl Follower {
    async fn begin(world: &World, after: Option<&str>) -> Self {
        let mut request = world.api(Method::GET, "/events/live", SETTING);
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, rest: String::new() }
    }

    /// The next message; `None` where the stream ends.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            while let Some((message, rest)) = self.rest.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.rest = rest;
                let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name));
                if let Some(data) = field("data: ") {
                    let id = field("id: ").expect("it has a number").to_owned();
                    return Some(Sent { id, event: serde_json::from_str(data).unwrap() });
                }
            }
            let within = tokio::time::timeout(Duration::from_secs(10), self.answer.chunk());
            let chunk = within.await.expect("something comes in time").ok().flatten()?;
            self.rest.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// Reads until an event is as it is meant; all that came, and that one last.
    async fn until(&mut self, is_meant: impl Fn(&Value) -> bool) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            let sent = self.next().await.expect("the stream goes on");
            let is_it = is_meant(&sent.event);
            all.push(sent);
            if is_it {
                return all;
            }
        }
    }
}

fn is_settled(id: i64) -> impl Fn(&Value) -> bool {
    move |event| event["id"] == json!(id) && event["status"] == "settled"
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn each_new_and_each_changed_event_comes_and_a_break_loses_none(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let options = database.options();
    let world = world(database).await;
    world.add_one().await;
    let before = world.settled().await.remove(0).summary.id;
    let mut follower = Follower::begin(&world, None).await;
    let mut other = Follower::begin(&world, None).await;

    // New, and followed to its end; what was there before is not sent.
    world.add_one().await;
    let first = world.settled().await.remove(0).summary.id;
    let sent = follower.until(is_settled(first)).await;
    assert!(sent.iter().all(|sent| sent.event["id"] == json!(first)), "{sent:#?}");
    let (_, listed) = world.answered(Method::GET, "/events?limit=1").await;
    assert_eq!(sent.last().unwrap().event, listed["items"][0], "as the list has it");
    other.until(is_settled(first)).await;
    drop(other);

    // A replay changes an event of before.
    let (status, _) = world.answered(Method::POST, &format!("/events/{before}/replay")).await;
    assert_eq!(status, 200);
    let sent = follower.until(|event| is_settled(before)(event) && event["replays"] == 1).await;
    let last = sent.last().unwrap().id.clone();
    let numbers: Vec<i64> = sent.iter().map(|sent| sent.id.parse().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");

    // Away: what came and what changed meanwhile is sent, and nothing that was had already.
    drop(follower);
    let refusal = FaultKind::Errcode { code: 40058, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    world.add_one().await;
    let event = world.settled().await.remove(0);
    let mut follower = Follower::begin(&world, Some(&last)).await;
    let sent = follower.until(is_settled(event.summary.id)).await;
    assert!(sent.iter().all(|sent| sent.event["id"] == json!(event.summary.id)), "{sent:#?}");

    // Another process begins a replay and dies; ours learns of both from the database.
    let another = Store::open(&options).await.unwrap();
    let now_ms = Clock::system().now_ms();
    let me = another.enroll(store::Role::Command, now_ms).await.unwrap().process;
    let begun = another.begin_replay(first, me, now_ms).await.unwrap();
    assert!(matches!(begun, ReplayStart::Begun(_)), "{begun:?}");
    follower.until(|event| event["id"] == json!(first) && event["status"] == "received").await;
    another.retire(me).await.unwrap();
    another.close().await;
    follower.until(|event| is_settled(first)(event) && event["replays"] == 1).await;
    drop(follower);

    // The end comes at once, whoever follows.
    let mut follower = Follower::begin(&world, Some("1")).await;
    let gap = follower.answer.chunk().await.unwrap().unwrap();
    assert!(std::str::from_utf8(&gap).unwrap().starts_with("retry: 1000\n\n"));
    world.engine.shutdown.begin();
    let ended = async { while follower.answer.chunk().await.ok().flatten().is_some() {} };
    tokio::time::timeout(Duration::from_secs(2), ended).await.expect("it ends at once");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_bounded_and_odd_numbers_do_no_harm() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    for wrong in ["x", "1.5", "99999999999999999999"] {
        let request = world.api(Method::GET, "/events/live", SETTING).header("last-event-id", wrong);
        let (status, problem) = read(request.send().await.unwrap()).await;
        assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("parameter")), "{wrong}");
    }
    // A number of long ago, and one that is still to come, do no harm.
    for odd in ["", "-9223372036854775808", "9223372036854775807"] {
        drop(Follower::begin(&world, Some(odd)).await);
    }
    let mut followers = Vec::new();
    let refused = loop {
        let answer = world.api(Method::GET, "/events/live", SETTING).send().await.unwrap();
        if answer.status() != 200 {
            break answer;
        }
        followers.push(answer);
        assert!(followers.len() <= 32, "there is a bound");
    };
    assert_eq!(refused.status(), 429);
    assert!(followers.len() >= 29, "{}", followers.len());
    // Whoever follows costs others nothing.
    assert_eq!(world.answered(Method::GET, "/events").await.0, 200);
    world.stop().await;
}

//! Chaos: servers are killed, paused and ended, the database crashes and the way to it is cut, WeCom is away, slow and
//! refuses, all of it at once and by a schedule that chance has made, while customers add employees. Then everybody is well
//! again, and the simulated WeCom's own record and the server's are held against what was promised ([`judged`]):
//!
//! 1. Every event that was acked is in the record once, byte for byte.
//! 2. Every welcome code was used whose window left us enough time ([`ways::ENOUGH_MS`] says how much that is).
//! 3. Every tag is in place.
//! 4. The record says what happened: nobody is called greeted who was not, and nobody missed who was.
//!
//! By itself it is short: each fault once, within seconds, and always the same schedule, so that whoever changes something
//! else is not failed by chance. These variables make more of it:
//!
//! - `GREETER_CHAOS_SECONDS`: how long faults go on. The faults last longer then, as well.
//! - `GREETER_CHAOS_SERVERS`: how many servers there are, 2 without it.
//! - `GREETER_CHAOS_CHANCE`: the number that makes the schedule. Without it a long run takes one of its own. Every run prints
//!   it, and a run that fails says how to repeat its schedule.

mod crew;
mod judged;
mod schedule;
mod ways;

use wecom_core::clock::Clock;

use crate::harness::{
    databases::{OwnPostgres, TestDatabase},
    process::Stage,
    world::PLAIN_RULES,
};
use crew::Crew;
use schedule::{Run, Schedule};

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_nothing_is_lost_and_nobody_in_time_is_left_out() {
    chaos(TestDatabase::sqlite(), None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_nothing_is_lost_and_nobody_in_time_is_left_out() {
    // Others use the tests' own server, so this one has another to crash.
    let (own, database) = match OwnPostgres::start().await {
        Some((own, database)) => (Some(own), database),
        None => match TestDatabase::postgres_empty().await {
            Some(database) => (None, database),
            None => return,
        },
    };
    chaos(database, own).await;
}

#[expect(clippy::print_stderr, reason = "whoever runs it for long wants to see what it does")]
async fn chaos(database: TestDatabase, own: Option<OwnPostgres>) {
    let run = Run::of_environment();
    let kind = if database.is_sqlite() { "sqlite" } else { "postgres" };
    let schedule = Schedule::make(&run, kind == "sqlite", own.is_some());
    let stage = Stage::set(database, PLAIN_RULES).await;
    let crew = Crew::start(stage, own, &run).await;
    let played = crew.play(&schedule, &run).await;
    let judged = judged::judge(&played, run.settled_within()).await;
    eprintln!("chaos on {kind}: {} ({})", judged.sum(), run.repeat(kind));
    assert!(
        judged.broken.is_empty(),
        "broken:\n{}\n\nwhat happened, in seconds:\n{}\n\nto repeat the schedule: {}",
        judged.broken.join("\n"),
        played.ways.noted().join("\n"),
        run.repeat(kind)
    );
    // Whatever the schedule was, it let something happen.
    assert!(judged.acked > 20 && judged.due > 0, "{}", judged.sum());
    played.end().await;
}

fn now_ms() -> i64 {
    Clock::system().now_ms()
}

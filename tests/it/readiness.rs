//! `/readyz` says within two seconds whether callbacks can be stored, and what stands in the way.

use std::{
    io::{Seek as _, Write as _},
    time::Duration,
};

use rstest::rstest;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use wecom_simulator::AddCustomer;

use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    world::{PLAIN_RULES, Which, World, fresh, until},
};

/// A world in which one customer has been greeted, so that everything is warm.
async fn world_on(database: TestDatabase) -> World {
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.add_one().await;
    world.settled().await;
    until("it is ready", async || (world.readyz().await.0 == 200).then_some(())).await;
    world
}

fn failing(details: &Value) -> String {
    details["failing"].to_string()
}

async fn is_ready_again(world: &World) {
    until("it is ready again", async || (world.readyz().await.0 == 200).then_some(())).await;
    world.add_one().await;
    world.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_else_writes_to_makes_it_not_ready_until_they_are_done() {
    let database = TestDatabase::sqlite();
    let url = database.url.clone();
    let world = world_on(database).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, details) = world.readyz().await;
    assert_eq!(
        (status, &details["ready"], &details["database"]),
        (503, &false.into(), &"takes no writes".into())
    );
    assert!(!failing(&details).is_empty(), "{details}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    is_ready_again(&world).await;
    world.end().await;
}

#[rstest]
#[case("event")]
#[case("action")]
#[case("attempt")]
#[case("process")]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_locked_makes_it_not_ready_until_it_is_free(#[case] table: &str) {
    let Some(database) = fresh(Which::Postgres).await else { return };
    let url = database.url.clone();
    let world = world_on(database).await;
    let mut other = PgConnection::connect(&url).await.unwrap();
    let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut other).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, details) = world.readyz().await;
    assert_eq!(
        (status, &details["ready"], &details["database"]),
        (503, &false.into(), &"takes no writes".into())
    );
    assert!(failing(&details).contains("lock"), "{details}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    is_ready_again(&world).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_damaged_makes_it_not_ready() {
    let database = TestDatabase::sqlite();
    let file = database.file().unwrap();
    let world = world_on(database).await;
    // What is in the log goes into the file, so that the damage is in what is read.
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut other).await.unwrap();
    let size = std::fs::metadata(&file).unwrap().len();
    let mut damaged = std::fs::File::options().write(true).open(&file).unwrap();
    damaged.seek(std::io::SeekFrom::Start(4_096)).unwrap();
    damaged.write_all(&vec![0xA5; usize::try_from(size - 4_096).unwrap()]).unwrap();
    damaged.sync_all().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, details) = world.readyz().await;
    assert_eq!((status, &details["ready"]), (503, &false.into()));
    assert!(failing(&details).contains("malformed"), "{details}");
    let _ = world.stop().await;
}

/// The limit on the size of a file stands for a disk that is full: nothing can be added to the log.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_makes_it_not_ready() {
    let stage = Stage::set(TestDatabase::sqlite(), PLAIN_RULES).await;
    let mut other = SqliteConnection::connect(&stage.database().url).await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut other).await.unwrap();
    // A megabyte: room for some events beside what is there.
    let server = stage.serve_with_files_of(2_048).await;
    let url = format!("http://{}/readyz", server.private);
    let ask = async || crate::http::http().get(&url).send().await.unwrap();
    assert_eq!(ask().await.status().as_u16(), 200);
    stage.add_one().await;
    // One after the other, so that none shares a commit.
    let mut is_refused = false;
    for n in 0..300 {
        let customer = AddCustomer::new("zhangsan", format!("客户{n}"), None);
        let number = stage.wecom.add_customer(&customer).unwrap().deliveries[0];
        let tried = until("it is tried", async || {
            let deliveries = stage.wecom.deliveries();
            let delivery = deliveries.into_iter().find(|delivery| delivery.number == number)?;
            delivery.tries.into_iter().next()
        })
        .await;
        if tried.status == Some(503) {
            is_refused = true;
            break;
        }
    }
    assert!(is_refused, "a callback was refused");
    let answer = tokio::time::timeout(Duration::from_secs(2), ask()).await.unwrap();
    let status = answer.status().as_u16();
    let details: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!((status, &details["ready"]), (503, &false.into()), "{details}");
    assert!(!failing(&details).is_empty(), "{details}");
    server.kill();
    stage.wecom.stop().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_one_probe_serves_them_and_leaves_nothing_behind(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world_on(database).await;
    let before = world.records().await;
    let asked = (0..50).map(|_| world.readyz());
    for (status, details) in futures_util::future::join_all(asked).await {
        assert_eq!((status, details["ready"].as_bool()), (200, Some(true)), "{details}");
        assert!(details.get("failing").is_none(), "{details}");
    }
    assert_eq!(world.records().await, before, "nobody sees a probe");
    world.add_one().await;
    let events = world.settled().await;
    assert_eq!(events[0].summary.id, before[0].summary.id + 1, "and it uses no number up");
    world.end().await;
}

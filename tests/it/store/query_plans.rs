//! How the databases carry out the statements that every event goes through: none reads a whole table, however large that is.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use wecom_greeter::store::{hot_statements, list_statements};

use crate::harness::databases::TestDatabase;

/// The tables that grow with every event.
const GROWING: [&str; 3] = ["event", "action", "attempt"];

#[tokio::test]
async fn sqlite_finds_every_row_by_an_index() {
    let database = TestDatabase::sqlite();
    database.store().await.close().await;
    let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
    for statement in hot_statements() {
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.sqlite);
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        for (_, _, _, step) in &steps {
            // `SCAN a USING INDEX …` goes through an index of what is left to do, which is short.
            let scanned = step.strip_prefix("SCAN ").filter(|rest| !rest.contains(" USING "));
            let table = scanned.map(|rest| rest.split(' ').next().unwrap_or_default());
            let is_growing =
                table.is_some_and(|table| GROWING.contains(&table) || ["a", "b", "e"].contains(&table));
            assert!(!is_growing, "{}: {step}\nof {steps:#?}", statement.what);
        }
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn sqlite_walks_what_is_asked_for_and_not_all_there_ever_was() {
    let database = TestDatabase::sqlite();
    database.store().await.close().await;
    let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
    for list in list_statements() {
        let explain = format!("EXPLAIN QUERY PLAN {}", list.text);
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        let by = format!(" INDEX {}", list.index);
        let found = steps.iter().any(|(_, _, _, step)| step.contains(&by));
        assert!(found, "{} does not go by {}: {steps:#?}", list.what, list.index);
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn postgresql_finds_every_row_by_an_index() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    // With tables as small as these it would read them whole if it may. Where it has to nevertheless, there is no index.
    sqlx::raw_sql("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        .execute(&mut connection)
        .await
        .unwrap();
    for statement in hot_statements() {
        let steps = explained(&mut connection, &statement.postgres).await;
        for table in GROWING {
            let scans = steps.iter().any(|step| {
                step.contains(&format!("Seq Scan on {table} "))
                    || step.ends_with(&format!("Seq Scan on {table}"))
            });
            assert!(!scans, "{}: {steps:#?}", statement.what);
        }
    }
    connection.close().await.unwrap();
}

/// The steps of a statement whose places stand for any value: up to four numbers and a text.
async fn explained(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    let prepare = format!("PREPARE hot (bigint, bigint, bigint, bigint, text) AS {statement}");
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.unwrap();
    let steps: Vec<(String,)> = sqlx::query_as("EXPLAIN EXECUTE hot (1, 1, 1, 1, 'x')")
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    sqlx::raw_sql("DEALLOCATE hot").execute(connection).await.unwrap();
    steps.into_iter().map(|(step,)| step).collect()
}

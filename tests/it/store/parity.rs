//! The two schemas are one: same tables, same columns, same nullability, same primary keys.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::harness::databases::TestDatabase;

/// table → column → (kind, may be null)
type Schema = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let Some(postgres) = TestDatabase::postgres().await else { return };
    let sqlite = TestDatabase::sqlite();
    sqlite.store().await.close().await;
    let (sqlite, postgres) = (of_sqlite(&sqlite).await, of_postgres(&postgres).await);
    assert!(sqlite.len() >= 6, "{sqlite:?}");
    for (table, columns) in &sqlite {
        assert_eq!(Some(columns), postgres.get(table), "{table}");
    }
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
}

#[test]
fn migrations_are_twins() {
    let names = |database: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[tokio::test]
async fn both_databases_have_the_same_named_checks() {
    let texts = ["sqlite", "postgres"].map(|database| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        let texts: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let words: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
        let mut names: Vec<String> = words
            .windows(2)
            .filter(|pair| pair[0] == "CONSTRAINT")
            .map(|pair| pair[1].trim_end_matches(';').to_owned())
            .collect();
        // SQLite makes a table anew where PostgreSQL changes it.
        names.sort();
        names.dedup();
        // What SQLite needs a check for is a type on PostgreSQL.
        names.retain(|name| !name.ends_with("_is_a_flag"));
        names
    });
    assert_eq!(texts[0], texts[1]);
}

async fn of_sqlite(database: &TestDatabase) -> Schema {
    let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
    let rows: Vec<(String, String, String, bool, i64)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '%sqlx%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (table, column, kind, not_null, primary) in rows {
        // Numbers of past events have the names of statistics.
        let is_flag = table != "past_sum"
            && ["lost", "earlier_lost", "unanswered", "signed", "is_half"].contains(&column.as_str());
        let kind = if is_flag { "BOOLEAN".into() } else { kind };
        schema.entry(table).or_default().insert(column, (kind, !not_null && primary == 0));
    }
    schema
}

async fn of_postgres(database: &TestDatabase) -> Schema {
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%sqlx%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (table, column, kind, nullable) in rows {
        let kind = match kind.as_str() {
            "bigint" => "INTEGER",
            "text" => "TEXT",
            "bytea" => "BLOB",
            "boolean" => "BOOLEAN",
            other => other,
        };
        schema.entry(table).or_default().insert(column, (kind.to_owned(), nullable == "YES"));
    }
    schema
}

/// Runs a statement behind the store's back.
pub async fn execute(database: &TestDatabase, statement: &str) {
    try_execute(database, statement).await.unwrap();
}

/// The same where it may be refused.
pub async fn try_execute(database: &TestDatabase, statement: &str) -> sqlx::Result<()> {
    if database.is_sqlite() {
        let mut connection = SqliteConnection::connect(&database.url).await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(&database.url).await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        connection.close().await
    }
}

/// Makes the tables as these migrations leave them.
pub async fn as_of(database: &TestDatabase, migrations: &[&str]) {
    let kind = if database.is_sqlite() { "sqlite" } else { "postgres" };
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
    let folder = tempfile::tempdir().unwrap();
    for name in migrations {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    let migrator = sqlx::migrate::Migrator::new(folder.path()).await.unwrap();
    if database.is_sqlite() {
        let options: sqlx::sqlite::SqliteConnectOptions = database.url.parse().unwrap();
        let options = options.create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        migrator.run(&mut connection).await.unwrap();
    } else {
        migrator.run(&mut PgConnection::connect(&database.url).await.unwrap()).await.unwrap();
    }
}

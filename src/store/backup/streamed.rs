//! Between PostgreSQL and a file: rows come as they are read and go on in batches, so that a record of any size takes no more
//! memory than a few rows of it.

use std::{future::Future, time::Duration};

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use super::{
    RowsCopied,
    rows::{self, Waiting},
    tables::{self, Column},
};
use crate::store::backend::{Error, Result};

/// How long one step may take: a row that is read, a batch that is written. Longer than any disk should take, and a connection
/// that died without a word ends it.
const STEP_WITHIN: Duration = Duration::from_mins(1);

/// Numbers that PostgreSQL has given: the next of the table begins behind them. Those of a table that is left out as well, because
/// other tables may name them.
const NUMBERED: &[&str] = &["process"];

/// Copies the tables of PostgreSQL, inside the transaction that the caller has begun on each side.
pub(super) async fn from_postgres(
    postgres: &mut PgConnection,
    file: &mut SqliteConnection,
) -> Result<RowsCopied> {
    let mut copied = RowsCopied::new();
    for table in tables::copied_tables() {
        let columns = tables::of_postgres(postgres, table).await?;
        if columns.is_empty() {
            continue;
        }
        copied.push((table, table_from_postgres(postgres, file, table, &columns).await?));
        number_in_file(postgres, file, table, &columns).await?;
    }
    for table in NUMBERED {
        let columns = tables::of_postgres(postgres, table).await?;
        number_in_file(postgres, file, table, &columns).await?;
    }
    Ok(copied)
}

async fn table_from_postgres(
    postgres: &mut PgConnection,
    file: &mut SqliteConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<u64> {
    let mut waiting = Waiting::new(table, columns);
    let mut copied = 0;
    let select = select(table, columns);
    let mut read = sqlx::query(AssertSqlSafe(select)).persistent(false).fetch(postgres);
    while let Some(row) = step("read the record", read.try_next()).await? {
        let row = rows::of_postgres(&row, columns).map_err(unread)?;
        if waiting.push(row) {
            copied += step("write the backup", waiting.write_to_sqlite(file)).await?;
        }
    }
    Ok(copied + step("write the backup", waiting.write_to_sqlite(file)).await?)
}

/// Puts into the file which number PostgreSQL has given last.
async fn number_in_file(
    postgres: &mut PgConnection,
    file: &mut SqliteConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<()> {
    let Some(column) = columns.iter().find(|column| column.is_identity) else { return Ok(()) };
    let last = sqlx::query_as::<_, (Option<i64>,)>(
        "SELECT pg_catalog.pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass)",
    )
    .bind(table)
    .bind(&column.name)
    .persistent(false)
    .fetch_one(postgres);
    let Some(last) = step("read which numbers were given", last).await?.0 else { return Ok(()) };
    let known = step(
        "write the backup",
        sqlx::query("UPDATE sqlite_sequence SET seq = max(seq, $2) WHERE name = $1")
            .bind(table)
            .bind(last)
            .execute(&mut *file),
    )
    .await?;
    if known.rows_affected() == 0 {
        let insert = sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)")
            .bind(table)
            .bind(last)
            .execute(file);
        step("write the backup", insert).await?;
    }
    Ok(())
}

/// Copies the tables of a file into PostgreSQL, inside the transaction that the caller has begun there.
pub(super) async fn write_to_postgres(
    file: &mut SqliteConnection,
    postgres: &mut PgConnection,
) -> Result<RowsCopied> {
    let mut copied = RowsCopied::new();
    for table in tables::copied_tables() {
        let columns = tables::of_postgres(postgres, table).await?;
        copied.push((table, table_to_postgres(file, postgres, table, &columns).await?));
        number_in_postgres(file, postgres, table, &columns).await?;
    }
    for table in NUMBERED {
        let columns = tables::of_postgres(postgres, table).await?;
        number_in_postgres(file, postgres, table, &columns).await?;
    }
    Ok(copied)
}

async fn table_to_postgres(
    file: &mut SqliteConnection,
    postgres: &mut PgConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<u64> {
    let mut waiting = Waiting::new(table, columns);
    let mut copied = 0;
    let mut read = sqlx::query(AssertSqlSafe(select(table, columns))).fetch(file);
    while let Some(row) = step("read the backup", read.try_next()).await? {
        let row = rows::of_sqlite(&row, columns).map_err(unread)?;
        if waiting.push(row) {
            copied += step("write the record", waiting.write_to_postgres(postgres)).await?;
        }
    }
    Ok(copied + step("write the record", waiting.write_to_postgres(postgres)).await?)
}

/// Has PostgreSQL give numbers from behind those that are taken.
async fn number_in_postgres(
    file: &mut SqliteConnection,
    postgres: &mut PgConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<()> {
    let Some(column) = columns.iter().find(|column| column.is_identity) else { return Ok(()) };
    let name = &column.name;
    let last = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(format!(
        "SELECT max(COALESCE((SELECT max({name}) FROM {table}), 0),
                    COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0))"
    )))
    .fetch_one(file);
    let (last,) = step("read which numbers were given", last).await?;
    if last > 0 {
        // The database may have given some itself, to processes that looked at it while it was empty.
        let set = sqlx::query(
            "SELECT setval(of, GREATEST($3, COALESCE(pg_catalog.pg_sequence_last_value(of), 0)))
             FROM (SELECT pg_get_serial_sequence($1, $2)::regclass AS of) AS sequence",
        )
        .bind(table)
        .bind(name)
        .bind(last)
        .persistent(false)
        .execute(postgres);
        step("go on with the numbers", set).await?;
    }
    Ok(())
}

fn select(table: &str, columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    format!("SELECT {} FROM {table}", names.join(", "))
}

fn unread(cause: sqlx::Error) -> Error {
    Error::from_sqlx("read a row", cause)
}

async fn step<T>(doing: &'static str, step: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T> {
    match tokio::time::timeout(STEP_WITHIN, step).await {
        Ok(end) => end.map_err(|cause| Error::from_sqlx(doing, cause)),
        Err(_) => Err(Error::hung(doing, STEP_WITHIN)),
    }
}

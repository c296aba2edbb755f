//! From one SQLite file into another: a statement a table, and none of it comes into this process's memory.

use std::path::Path;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{RowsCopied, tables};
use crate::store::backend::{Error, Result};

/// Under which name the other file is open beside the one that is written.
const OTHER: &str = "other";

/// Opens another file beside the one of this connection, to be copied from.
pub(super) async fn attach(connection: &mut SqliteConnection, other: &Path) -> Result<()> {
    sqlx::query("ATTACH $1 AS other")
        .bind(other.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .map(drop)
        .map_err(|cause| Error::from_sqlx("open the database file", cause))
}

/// Copies all tables of the other file that are to be copied, inside the transaction that the caller has begun: the first
/// statement that reads the other file settles which moment of it is seen until the end.
pub(super) async fn copy(connection: &mut SqliteConnection) -> Result<RowsCopied> {
    let mut rows = RowsCopied::new();
    for table in tables::copied_tables() {
        let into = tables::of_sqlite(connection, "main", table).await?;
        if into.is_empty() {
            // An older version of the record has no such table.
            continue;
        }
        let text = if into == tables::of_sqlite(connection, OTHER, table).await? {
            // SQLite copies the pages of such a statement as they are, where the two tables are alike.
            format!("INSERT INTO main.{table} SELECT * FROM other.{table}")
        } else {
            let names = into.join(", ");
            format!("INSERT INTO main.{table} ({names}) SELECT {names} FROM other.{table}")
        };
        let copied = sqlx::query(AssertSqlSafe(text)).persistent(false).execute(&mut *connection).await;
        let copied = copied.map_err(|cause| Error::from_sqlx("copy the record", cause))?;
        rows.push((table, copied.rows_affected()));
    }
    // A number that was given once is not given again, also where its row has gone.
    sqlx::raw_sql(
        "DELETE FROM main.sqlite_sequence;
         INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM other.sqlite_sequence",
    )
    .execute(connection)
    .await
    .map_err(|cause| Error::from_sqlx("copy the record", cause))?;
    Ok(rows)
}

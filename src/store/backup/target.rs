//! What keeps a database from being filled: rows that are in it, somebody else's tables, a server that runs on it.

use sqlx::AssertSqlSafe;

use super::tables;
use crate::store::backend::{BackupFault, Dialect, Result, Tx, on};

/// So many rows of a table are counted. That it is not empty is what matters.
const COUNTED_MAX: i64 = 10_000;

/// So many of somebody else's tables are named.
const NAMED_MAX: usize = 5;

/// Fails where the database has tables that are none of this program's: it would live among them, and names may collide.
pub(super) async fn must_be_of_ours(tx: &mut Tx, place: &str) -> Result<()> {
    // Differs because each database lists its tables elsewhere.
    let text = tx.text(&Dialect {
        sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
        postgres: "SELECT relname::text FROM pg_catalog.pg_class
                   WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema())
                     AND relkind IN ('r', 'p')",
    });
    let found = on!(tx, "look for tables", |c| sqlx::query_as::<_, (String,)>(text).fetch_all(c))?;
    let is_ours = |name: &str| {
        name == "_sqlx_migrations"
            || tables::copied_tables().contains(&name)
            || tables::LEFT_OUT.iter().any(|(table, _)| *table == name)
    };
    let mut others: Vec<String> =
        found.into_iter().map(|(name,)| name).filter(|name| !is_ours(name)).collect();
    if others.is_empty() {
        return Ok(());
    }
    others.sort();
    others.truncate(NAMED_MAX);
    Err(BackupFault::OthersTables { place: place.to_owned(), tables: others }.into())
}

/// Whether the database has a table: a new one has none, and that of an older version not all.
async fn is_there(tx: &mut Tx, table: &'static str) -> Result<bool> {
    // Differs because each database lists its tables elsewhere.
    let text = tx.text(&Dialect {
        sqlite: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        postgres: "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass($1)",
    });
    let (count,) =
        on!(tx, "look for a table", |c| sqlx::query_as::<_, (i64,)>(text).bind(table).fetch_one(c))?;
    Ok(count > 0)
}

/// Fails where anything is in the tables that would be filled, as far as they are there, or somebody is at work on them.
pub(super) async fn must_be_empty(tx: &mut Tx, place: &str, now_ms: i64) -> Result<()> {
    if !is_there(tx, "process").await? {
        return Ok(());
    }
    let (servers,) = on!(tx, "count servers", |c| sqlx::query_as::<_, (i64,)>(
        "SELECT count(*) FROM process WHERE role = 'serve' AND alive_until_ms >= $1"
    )
    .bind(now_ms)
    .fetch_one(c))?;
    if servers > 0 {
        return Err(BackupFault::Served { place: place.to_owned(), servers }.into());
    }
    let mut rows = Vec::new();
    for table in tables::copied_tables() {
        if !is_there(tx, table).await? {
            continue;
        }
        let text =
            format!("SELECT count(*) FROM (SELECT 1 AS one FROM {table} LIMIT {COUNTED_MAX}) AS counted");
        let (count,) = on!(tx, "see whether the database is empty", |c| {
            sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.as_str())).fetch_one(c)
        })?;
        if count > 0 {
            rows.push((*table, count));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    Err(BackupFault::NotEmpty { place: place.to_owned(), rows }.into())
}

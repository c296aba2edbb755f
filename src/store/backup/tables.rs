//! Which tables a backup has. Every table of the schema stands in one of the two lists, which a test holds.

use sqlx::{PgConnection, SqliteConnection};

use super::rows::Kind;
use crate::store::backend::{Error, Result};

/// What is copied. A table stands behind those that it refers to.
const COPIED: &[&str] = &[
    "ruleset",
    "content",
    "ruleset_file",
    "upload",
    "media",
    "rule_flag",
    "event",
    "action",
    "attempt",
    "refused_callback",
    "callback_verified",
    "admin_token",
    "login_state_spent",
    "audit",
    "bulk",
    "bulk_ids",
    "bulk_failure",
    "contact_way_batch",
    "contact_way_batch_row",
    "past_sum",
    "past_pair",
    "gone_event",
    "pseudonym_key",
];

/// What is not, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "process",
        "which processes run is not true of another database; without their rows their leases are void",
    ),
    ("app_shut_out", "what a running process met; the next one finds out by itself"),
    ("alert", "what was said of trouble that lasts; who serves the restored record looks anew"),
    ("forgotten", "what running processes drop from memory; those who are forgotten are in none of the rows"),
    ("session", "who is logged in logs in again; a copy should let nobody in"),
];

/// What is copied.
pub fn copied_tables() -> &'static [&'static str] {
    COPIED
}

/// A column as the schema of PostgreSQL has it, which knows more kinds than SQLite's.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether the database numbers it.
    pub(super) is_identity: bool,
}

/// The columns of a table on PostgreSQL, in order; none where there is no such table.
pub(super) async fn of_postgres(connection: &mut PgConnection, table: &'static str) -> Result<Vec<Column>> {
    let found = sqlx::query_as::<_, (String, String, bool)>(
        "SELECT attname::text, format_type(atttypid, atttypmod), attidentity <> ''
         FROM pg_catalog.pg_attribute
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    )
    .bind(table)
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(|cause| Error::from_sqlx("read which columns there are", cause))?;
    found
        .into_iter()
        .map(|(name, kind, is_identity)| match Kind::of(&kind) {
            Some(kind) => Ok(Column { name, kind, is_identity }),
            None => Err(Error::unreadable(table, "(schema)", &name, format_args!("its type is {kind}"))),
        })
        .collect()
}

/// The names of the columns of a table of an SQLite database that a connection has open under that name.
pub(super) async fn of_sqlite(
    connection: &mut SqliteConnection,
    database: &'static str,
    table: &'static str,
) -> Result<Vec<String>> {
    let found = sqlx::query_as::<_, (String,)>("SELECT name FROM pragma_table_info($1, $2) ORDER BY cid")
        .bind(table)
        .bind(database)
        .fetch_all(connection)
        .await
        .map_err(|cause| Error::from_sqlx("read which columns there are", cause))?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

//! The ids that SQLite has given to the rows which a statement inserted.
//!
//! On PostgreSQL `RETURNING` tells them. On SQLite it has each row written to a table of its own before it is inserted, and to
//! another one before it is returned, which made up a quarter of what storing an event takes. There nobody else writes at the
//! same time and a row gets the number after the highest, so the last id and how many there are tell all of them.

use std::ops::Range;

use sqlx::{postgres::PgQueryResult, sqlite::SqliteQueryResult};

/// What a statement came to that inserts rows into a table with an `INTEGER PRIMARY KEY`.
pub(in crate::store) trait GivenIds {
    /// The ids of the rows that it inserted, in the order of the values.
    fn given_ids(&self) -> Range<i64>;
}

impl GivenIds for SqliteQueryResult {
    fn given_ids(&self) -> Range<i64> {
        let end = self.last_insert_rowid().saturating_add(1);
        end.saturating_sub_unsigned(self.rows_affected())..end
    }
}

impl GivenIds for PgQueryResult {
    /// None, since others may have inserted between them.
    fn given_ids(&self) -> Range<i64> {
        0..0
    }
}

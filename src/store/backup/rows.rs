//! Rows on their way from one kind of database to the other. Only four kinds of value are in any of them.

use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, postgres::PgRow,
    sqlite::SqliteRow,
};

use super::tables::Column;

/// How many rows go in one statement. Twice as many would gain nothing that can be measured.
const ROWS_AT_ONCE: usize = 100;

/// How many bytes of values are in memory at most, but for a single row that is larger: a file of the rules has 20 MB.
const BYTES_AT_ONCE: usize = 4 << 20;

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
    /// PostgreSQL has a type of its own for it, SQLite 0 and 1.
    Flag,
}

impl Kind {
    /// By the type's name on PostgreSQL.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "bigint" => Self::Number,
            "text" => Self::Text,
            "bytea" => Self::Bytes,
            "boolean" => Self::Flag,
            _ => return None,
        })
    }
}

/// A value, or none of its kind: PostgreSQL wants to know the type of a NULL too.
#[derive(Debug)]
pub(super) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Flag(Option<bool>),
}

impl Value {
    fn bytes(&self) -> usize {
        let more = match self {
            Self::Text(Some(text)) => text.len(),
            Self::Bytes(Some(bytes)) => bytes.len(),
            _ => 0,
        };
        size_of::<Self>() + more
    }
}

/// Reads a row of either database, whose columns are of these kinds.
macro_rules! read {
    ($row:expr, $columns:expr) => {
        $columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                Ok::<_, sqlx::Error>(match column.kind {
                    Kind::Number => Value::Number($row.try_get(at)?),
                    Kind::Text => Value::Text($row.try_get(at)?),
                    Kind::Bytes => Value::Bytes($row.try_get(at)?),
                    Kind::Flag => Value::Flag($row.try_get(at)?),
                })
            })
            .collect()
    };
}

pub(super) fn of_postgres(row: &PgRow, columns: &[Column]) -> Result<Vec<Value>, sqlx::Error> {
    read!(row, columns)
}

pub(super) fn of_sqlite(row: &SqliteRow, columns: &[Column]) -> Result<Vec<Value>, sqlx::Error> {
    read!(row, columns)
}

/// Rows of one table that wait to be inserted together.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    table: &'static str,
    columns: &'a [Column],
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(table: &'static str, columns: &'a [Column]) -> Self {
        Self { table, columns, rows: Vec::with_capacity(ROWS_AT_ONCE), bytes: 0 }
    }

    /// Takes a row; whether it is time to insert what is there.
    pub(super) fn push(&mut self, row: Vec<Value>) -> bool {
        self.bytes += row.iter().map(Value::bytes).sum::<usize>();
        self.rows.push(row);
        self.rows.len() == ROWS_AT_ONCE || self.bytes >= BYTES_AT_ONCE
    }

    /// `extra` stands before the values.
    fn text(&self, extra: &str, place: impl Fn(usize) -> String) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let width = names.len();
        let row = |row: usize| {
            let places: Vec<String> = (1..=width).map(|column| place(row * width + column)).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (0..self.rows.len()).map(row).collect();
        format!("INSERT INTO {} ({}) {extra}VALUES {}", self.table, names.join(", "), rows.join(", "))
    }

    /// Inserts them; how many they were.
    pub(super) async fn write_to_sqlite(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<u64, sqlx::Error> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        let text = self.text("", |_| "?".to_owned());
        let mut insert = sqlx::query::<Sqlite>(AssertSqlSafe(text));
        self.bytes = 0;
        for value in self.rows.drain(..).flatten() {
            insert = match value {
                Value::Number(value) => insert.bind(value),
                Value::Text(value) => insert.bind(value),
                Value::Bytes(value) => insert.bind(value),
                Value::Flag(value) => insert.bind(value),
            };
        }
        insert.execute(connection).await.map(|done| done.rows_affected())
    }

    /// Inserts them; how many they were.
    pub(super) async fn write_to_postgres(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<u64, sqlx::Error> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        // Some tables are always numbered by PostgreSQL; here the numbers are there already.
        let text = self.text("OVERRIDING SYSTEM VALUE ", |number| format!("${number}"));
        let mut insert = sqlx::query::<Postgres>(AssertSqlSafe(text)).persistent(false);
        self.bytes = 0;
        for value in self.rows.drain(..).flatten() {
            insert = match value {
                Value::Number(value) => insert.bind(value),
                Value::Text(value) => insert.bind(value),
                Value::Bytes(value) => insert.bind(value),
                Value::Flag(value) => insert.bind(value),
            };
        }
        insert.execute(connection).await.map(|done| done.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        [("id", Kind::Number), ("text", Kind::Text)]
            .map(|(name, kind)| Column { name: name.into(), kind, is_identity: false })
            .into()
    }

    #[test]
    fn a_statement_has_the_rows_that_wait() {
        let columns = columns();
        let mut waiting = Waiting::new("t", &columns);
        for id in 0..2 {
            assert!(!waiting.push(vec![Value::Number(Some(id)), Value::Text(None)]));
        }
        assert_eq!(
            waiting.text("", |number| format!("${number}")),
            "INSERT INTO t (id, text) VALUES ($1, $2), ($3, $4)"
        );
    }

    #[test]
    fn rows_wait_until_they_are_many_or_large() {
        let columns = columns();
        let mut waiting = Waiting::new("t", &columns);
        let small = (1..=ROWS_AT_ONCE).find(|_| waiting.push(vec![Value::Number(None), Value::Text(None)]));
        assert_eq!(small, Some(ROWS_AT_ONCE));
        let mut waiting = Waiting::new("t", &columns);
        let large = || vec![Value::Number(None), Value::Text(Some("x".repeat(BYTES_AT_ONCE / 2)))];
        assert!(!waiting.push(large()));
        assert!(waiting.push(large()));
    }
}

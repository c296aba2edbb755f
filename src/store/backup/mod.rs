//! The whole record as one file, and back into an empty database of either kind.
//!
//! A backup is an SQLite database with the tables of the version that it was taken of: whatever the record is kept in, it can be
//! looked into with `sqlite3`, and it can be put in the place of an SQLite file as it is. It is taken in one read transaction,
//! so it is one moment of the record, and nobody who writes waits for it: SQLite's readers and writers do not wait for each
//! other, and PostgreSQL shows a transaction the moment at which it began.
//!
//! In reading order: [`tables`] says what is copied and what is not; [`attached`] copies between two SQLite files, [`streamed`]
//! between a file and PostgreSQL; [`file`](mod@file) makes, checks and brings up to date the file of a backup; [`target`] says what
//! keeps a database from being filled; [`out`] and [`back`] are the two ways.

mod tables;
mod rows;
mod attached;
mod streamed;
pub(in crate::store) mod file;
mod target;
mod out;
mod back;

pub use tables::{LEFT_OUT, copied_tables};

/// How many rows each table had that was copied, in the order in which they were.
pub type RowsCopied = Vec<(&'static str, u64)>;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The version of its tables.
    pub schema: i64,
    /// How large the file is.
    pub bytes: u64,
    /// What is in it.
    pub rows: RowsCopied,
}

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The version of the tables of the backup.
    pub from_schema: i64,
    /// The version of the database's tables now.
    pub schema: i64,
    /// What was put into it.
    pub rows: RowsCopied,
}

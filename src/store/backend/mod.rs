//! The two databases: connections and transactions, statements that run on both, writes that share a commit, and the
//! version of the tables. Where another room has to know which database it is, it says why in a comment that begins
//! "Differs because".
//!
//! In reading order: [`options`] and [`limits`] say what is opened and how long anything may wait; [`fault`] is about the place of
//! the database, and [`error`] sorts what can go wrong; [`text`] is about text on its way into a column, and [`names`] about names on their way out of one;
//! [`file`](mod@file) watches over the SQLite file, [`unusable`] says what is wrong with it, and [`upkeep`] keeps its log short; [`servers`] finds the PostgreSQL
//! that can be written to, [`refused`] says why there is no connection, [`postgres`] keeps the connections and watches over those
//! that may have died silently, [`unnamed`] runs statements where a pooler stands in between; [`place`] names the database;
//! [`space`] says how much more the disk takes; [`connection`] has the pools, the transactions and the macros `on!`
//! and `run!`, and [`row`](mod@row) what is read by them; [`given`] knows the ids of rows that were inserted; [`multirow`] makes one statement of many rows, and [`batch`] one transaction of many callers, on a
//! [`thread`] of its own; [`schema`] migrates.

mod options;
mod limits;
mod fault;
mod error;
mod text;
mod names;
mod place;
mod unusable;
mod file;
mod upkeep;
mod refused;
mod servers;
mod unnamed;
mod postgres;
mod connection;
mod row;
mod given;
mod multirow;
mod batch;
mod thread;
mod schema;
mod space;

pub(in crate::store) use batch::{Batch, Queue};
pub(in crate::store) use connection::{Backend, Dialect, Tx, on, run};
// For `on!` and `run!`, wherever they are used.
pub(in crate::store) use connection::{Hand, within};
pub use error::{Error, Result, own_words};
pub use fault::{BackupFault, FileFault, Owned, Permissions, ServerFault};
pub(in crate::store) use file::SqliteFile;
pub use file::missing_file;
pub(in crate::store) use given::GivenIds;
pub(in crate::store) use limits::CLOSE_TIMEOUT;
pub(in crate::store) use multirow::{Multirow, ROWS_MAX, padded};
pub(in crate::store) use names::read_name;
pub use options::Options;
pub(in crate::store) use row::row;
pub use schema::Migrated;
pub(in crate::store) use schema::{TablesOf, make_tables, whose_tables};
pub(in crate::store) use space::free_bytes;
pub(in crate::store) use text::{clean, fact, make_fact};
pub(in crate::store) use thread::writers;
pub use upkeep::Whole;
pub(in crate::store) use upkeep::keep_log_short;

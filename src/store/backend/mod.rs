//! The two databases: connections and transactions, statements that run on both, writes that share a commit, and the
//! version of the tables. Where another room has to know which database it is, it says why in a comment that begins
//! "Differs because".
//!
//! In reading order: [`options`] and [`limits`] say what is opened and how long anything may wait; [`fault`] is about the place of
//! the database, and [`error`] sorts what can go wrong; [`text`] is about text on its way into a column, and [`names`] about names on their way out of one;
//! [`file`](mod@file) watches over the SQLite file, and [`unusable`] says what is wrong with it; [`postgres`] watches over
//! connections that may have died silently, and [`refused`] says why there is none; [`place`] names the database;
//! [`space`] says how much more the disk takes; [`connection`] has the pools, the transactions and the macros `on!`
//! and `run!`; [`multirow`] makes one statement of many rows, and [`batch`] one transaction of many callers; [`schema`]
//! migrates.

mod options;
mod limits;
mod fault;
mod error;
mod text;
mod names;
mod place;
mod unusable;
mod file;
mod refused;
mod postgres;
mod connection;
mod multirow;
mod batch;
mod schema;
mod space;

pub(in crate::store) use batch::{Batch, Queue};
pub(in crate::store) use connection::{Backend, Dialect, Tx, on, run};
// For `on!` and `run!`, wherever they are used.
pub(in crate::store) use connection::{Hand, within};
pub use error::{Error, Result};
pub use fault::{FileFault, Owned, Permissions, ServerFault};
pub(in crate::store) use file::SqliteFile;
pub use file::missing_file;
pub(in crate::store) use limits::CLOSE_TIMEOUT;
pub(in crate::store) use multirow::{Multirow, ROWS_MAX, padded};
pub(in crate::store) use names::read_name;
pub use options::Options;
pub use schema::Migrated;
pub(in crate::store) use space::free_bytes;
pub(in crate::store) use text::{clean, fact, make_fact};

//! The two databases: connections and transactions, statements that run on both, writes that share a commit, and the
//! tables' version. The only room that knows which database it is.

mod error;
mod text;
mod file;
mod connection;
mod batch;
mod schema;

pub(in crate::store) use batch::{Batch, Queue};
pub(in crate::store) use connection::{Backend, Dialect, Hand, Multirow, ROWS_MAX, Tx, on, padded, run};
pub use error::{Error, Result};
pub(in crate::store) use file::SqliteFile;
pub use file::missing_file;
pub use schema::Migrated;
pub(in crate::store) use text::{clean, fact, make_fact};

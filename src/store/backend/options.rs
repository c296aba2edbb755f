//! Which database it is, how many connections it may be given, and how long it is waited for.

use std::{fmt, time::Duration};

use super::limits::ACQUIRE_TIMEOUT;

/// Where the record is and how many connections it may have.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// SQLite: how many connections read beside the one that writes.
    pub sqlite_readers: u32,
    /// PostgreSQL: how many connections one process may have, at least 2.
    pub postgres_connections: u32,
    /// How long a connection is waited for, and on SQLite another program's lock.
    pub patience: Duration,
}

impl Options {
    /// That database, with as many connections as one process can use.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), sqlite_readers: 4, postgres_connections: 16, patience: ACQUIRE_TIMEOUT }
    }
}

impl fmt::Debug for Options {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("sqlite_readers", &self.sqlite_readers)
            .field("postgres_connections", &self.postgres_connections)
            .finish_non_exhaustive()
    }
}

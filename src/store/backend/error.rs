//! What can go wrong between us and the database, sorted by what can be done about it.

use std::{fmt, sync::Arc, time::Duration};

use super::fault::{BackupFault, FileFault, ServerFault};

/// The result of every method of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the store could not do what was asked. Cheap to clone, because everybody whose work was in a failed transaction
/// gets the same error.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `database.url` is not one that the store can use.
    #[error(
        "cannot use this database URL: {fault}; expected sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
    )]
    Url {
        /// What is wrong with it, without the URL itself: it may hold a password.
        fault: String,
    },
    /// The database was not reached, or the connection to it broke.
    #[error("the database cannot be reached")]
    Unreachable {
        /// What the driver says.
        #[source]
        cause: Arc<sqlx::Error>,
    },
    /// There is no connection to PostgreSQL, and it was found out why.
    #[error("cannot connect to the database {place}: {fault}")]
    NoConnection {
        /// Its address, without the password.
        place: String,
        /// What was met there, and what to look at.
        fault: ServerFault,
        /// What the driver says.
        #[source]
        cause: Arc<sqlx::Error>,
    },
    /// The SQLite file, or the folder that it is in, is not as it must be.
    #[error("cannot use the database file {path}: {fault}")]
    FileUnusable {
        /// The file, with its whole path.
        path: String,
        /// What is wrong, and whose permission is missing.
        fault: FileFault,
    },
    /// The SQLite file is gone, or another one has taken its place since it was opened.
    #[error("the database file {path} is not there; put it back, or restart to begin an empty one")]
    FileGone {
        /// The file, as configured.
        path: String,
    },
    /// No answer within the time that a callback can wait for. What was asked may still be done.
    #[error("the database did not answer within {waited_ms} ms")]
    Slow {
        /// How long we waited.
        waited_ms: u64,
    },
    /// A connection was silent for so long that it counts as dead, and is not used again. What was asked may still be
    /// done.
    #[error("could not {doing}: the database was silent for {waited_ms} ms")]
    Hung {
        /// What was being done.
        doing: &'static str,
        /// How long we waited.
        waited_ms: u64,
    },
    /// More work is waiting for the database than it can do in time; nothing was stored.
    #[error("the database does not keep up: {queued} requests are waiting for it already")]
    Overloaded {
        /// The length of the queue that is full.
        queued: usize,
    },
    /// The system gives this program no further thread.
    #[error("cannot start the thread that writes to the database; raise the limit of processes (ulimit -u)")]
    NoThread {
        /// What the system says.
        #[source]
        cause: Arc<std::io::Error>,
    },
    /// [`Store::close`](crate::store::Store::close) has been called; nothing was stored.
    #[error("the store is closed")]
    Closed,
    /// The database refused.
    #[error("could not {doing}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// What the database says.
        #[source]
        cause: Arc<sqlx::Error>,
    },
    /// A page of the SQLite file does not hold what it should.
    #[error(
        "could not {doing}: the database file is damaged. Stop the server, move the file aside, and put the last backup \
         into a new one: `wecom-greeter restore FILE`"
    )]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// What SQLite says.
        #[source]
        cause: Arc<sqlx::Error>,
    },
    /// A backup is not made, or not put back.
    #[error("{fault}")]
    Backup {
        /// Why, and what to do.
        fault: Box<BackupFault>,
    },
    /// A file beside the database, or its directory, could not be used.
    #[error("could not {doing} {path}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The path.
        path: String,
        /// What the system says.
        #[source]
        cause: Arc<std::io::Error>,
    },
    /// The tables were made by a newer version of this program.
    #[error(
        "the database was made by a newer version of wecom-greeter (its schema is {found}, this program knows {known}): \
         run that version, or restore the backup made before the upgrade"
    )]
    SchemaNewer {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration that this program has.
        known: i64,
    },
    /// The tables are those of an older version, or there are none yet.
    #[error(
        "the database's schema is {found}, this program needs {known}: run `wecom-greeter migrate` \
         (`serve` does so as well, unless database.migrate is false)"
    )]
    SchemaOlder {
        /// The newest migration in the database, 0 if none.
        found: i64,
        /// The newest migration that this program has.
        known: i64,
    },
    /// Bringing the tables up to date failed; what was done before is kept, the failed step is not.
    #[error("could not migrate the database")]
    Migration {
        /// What the migrator says.
        #[source]
        cause: Arc<sqlx::migrate::MigrateError>,
    },
    /// A column holds something that this program did not write: a newer version did, or a person.
    #[error("column {column} of row {row} of table {table} cannot be read: {fault}")]
    Unreadable {
        /// The table's name.
        table: &'static str,
        /// The column's name.
        column: &'static str,
        /// The row's id, or its key where it has none.
        row: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A line of an import is not an exported event; the lines before it have been imported.
    #[error("line {line} is not an exported event: {fault}")]
    Import {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: String,
    },
}

impl Error {
    /// [`Unreadable`](Self::Unreadable), of whatever says which row it is and what is wrong there.
    pub(in crate::store) fn unreadable(
        table: &'static str,
        column: &'static str,
        row: impl fmt::Display,
        fault: impl fmt::Display,
    ) -> Self {
        Self::Unreadable { table, column, row: row.to_string(), fault: fault.to_string() }
    }

    /// [`Hung`](Self::Hung), after that time.
    pub(in crate::store) fn hung(doing: &'static str, waited: Duration) -> Self {
        Self::Hung { doing, waited_ms: u64::try_from(waited.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Sorts what the driver reports by what we can do about it.
    pub(in crate::store) fn from_sqlx(doing: &'static str, cause: sqlx::Error) -> Self {
        let unreachable = match &cause {
            // SQLite: 11 a page is malformed, 26 it is no database any more.
            sqlx::Error::Database(refusal)
                if refusal.code().is_some_and(|code| matches!(sqlite_code(&code), Some(11 | 26))) =>
            {
                return Self::Damaged { doing, cause: Arc::new(cause) };
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => true,
            sqlx::Error::PoolClosed => return Self::Closed,
            // Class 08 is about connections; 57P01 to 57P05 end them; 53300 is "too many of them".
            // 25006: it can only be read from, so it is not the one that was meant.
            // SQLite: 10 cannot read or write the file, 14 cannot open it.
            sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| match sqlite_code(&code) {
                Some(primary) => matches!(primary, 10 | 14),
                None => {
                    code.starts_with("08") || code.starts_with("57P") || code == "53300" || code == "25006"
                }
            }),
            _ => false,
        };
        let cause = Arc::new(cause);
        if unreachable { Self::Unreachable { cause } } else { Self::Refused { doing, cause } }
    }

    /// Whether the same work could succeed without its neighbours in the batch: the refusal is about a row, or about two
    /// transactions that met.
    pub(in crate::store) fn concerns_rows(&self) -> bool {
        let Self::Refused { cause, .. } = self else { return false };
        let sqlx::Error::Database(refusal) = &**cause else {
            return matches!(**cause, sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. });
        };
        refusal.code().is_some_and(|code| match sqlite_code(&code) {
            // 18 too big, 19 constraint, 20 mismatch.
            Some(primary) => matches!(primary, 18..=20),
            // 22 data, 23 constraints, 40 deadlock and serialisation, 54 limits.
            None => ["22", "23", "40", "54"].iter().any(|class| code.starts_with(class)),
        })
    }

    /// Whether the database refused a statement, and goes on as before with the connection.
    pub(in crate::store) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { cause, .. } if matches!(**cause, sqlx::Error::Database(_)))
    }

    /// Whether the connection broke or hung, so that the same work may succeed on another one.
    pub(in crate::store) fn is_connection(&self) -> bool {
        match self {
            Self::Unreachable { cause } => !matches!(**cause, sqlx::Error::PoolTimedOut),
            Self::Hung { .. } => true,
            _ => false,
        }
    }
}

impl From<BackupFault> for Error {
    fn from(fault: BackupFault) -> Self {
        Self::Backup { fault: Box::new(fault) }
    }
}

/// What the database says, in its own words, which can be looked up and quoted as its own; the driver puts words of its own
/// and a code around them.
pub fn own_words(cause: &sqlx::Error) -> String {
    match cause {
        sqlx::Error::Database(refusal) => refusal.message().to_owned(),
        other => other.to_string(),
    }
}

/// Whether PostgreSQL says that it can only be read from: it is, or has become, a standby.
pub(super) fn is_read_only(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some("25006"))
}

/// SQLite's primary result code, out of the extended one; `None` for an SQLSTATE, which always has five characters.
pub(super) fn sqlite_code(code: &str) -> Option<u32> {
    code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|extended| extended & 0xff)
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;

    #[tokio::test]
    async fn what_is_quoted_of_sqlite_are_its_own_words() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let cause = sqlx::raw_sql("SELECT * FROM nowhere").execute(&mut connection).await.unwrap_err();
        assert_eq!(own_words(&cause), "no such table: nowhere");
        assert_eq!(own_words(&sqlx::Error::PoolClosed), sqlx::Error::PoolClosed.to_string());
    }
}

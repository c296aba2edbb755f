//! The two databases behind one door: pools, transactions, and the macro that runs a statement on whichever it is.
//!
//! SQL is written once, beside the function it serves, and [`on!`] compiles it against both drivers. Where the
//! databases must differ the two texts stand side by side in a [`Dialect`], under a comment that begins "Differs
//! because". Nothing of this leaves `store/`: no transaction can be open while somebody waits for WeCom.

use std::{sync::OnceLock, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    error::{Error, Result},
    file::{SqliteFile, Writer},
};
use crate::store::Options;

/// How long to wait for a connection. WeCom hangs up after five seconds (document 90930); a 503 has to be out before.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a batch of writes may take, its connection included: still before WeCom hangs up.
pub(in crate::store) const WRITE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long PostgreSQL works at one statement. Nothing we ask takes seconds, except a filter that hits nothing in a
/// history of millions; a runaway must not hold a connection, and with it the vacuum, for ever.
const POSTGRES_STATEMENT_TIMEOUT: &str = "30s";

/// How long PostgreSQL waits for another's lock. Ours are held for milliseconds.
const POSTGRES_LOCK_TIMEOUT: &str = "3s";

/// How long a connection may lie unused before it is asked whether it is alive. Asking costs a round trip, so not in
/// a crowd; one that broke in a crowd shows itself by an error, and the batch goes over another.
const POSTGRES_UNUSED: Duration = Duration::from_millis(500);

/// Where the record is kept.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub(in crate::store) enum Backend {
    Sqlite(SqliteFile),
    Postgres(PgPool),
}

impl Backend {
    /// Checks the URL and, for SQLite, that the file can be opened; PostgreSQL is connected to when it is needed.
    pub(in crate::store) async fn open(options: &Options) -> Result<Self> {
        let url = options.url.as_str();
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite(SqliteFile::open(url, options.sqlite_readers).await?));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::Url { problem: "it begins with neither sqlite:// nor postgres://".into() });
        }
        let connect = url
            .parse::<PgConnectOptions>()
            .map_err(|problem| Error::Url { problem: problem.to_string() })?
            .application_name("wecom-greeter")
            .statement_cache_capacity(STATEMENTS_CACHED)
            .options([
                ("statement_timeout", POSTGRES_STATEMENT_TIMEOUT),
                ("lock_timeout", POSTGRES_LOCK_TIMEOUT),
                ("idle_in_transaction_session_timeout", POSTGRES_STATEMENT_TIMEOUT),
                // A statement keeps the plan that was made while its table was small. Everything here goes by an
                // index, and these make that the plan from the first row on.
                ("enable_seqscan", "off"),
                ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
            ]);
        let connect = sqlx::ConnectOptions::disable_statement_logging(connect);
        let pool = PgPoolOptions::new()
            .max_connections(options.postgres_connections.max(2))
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > POSTGRES_UNUSED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(connect);
        Ok(Self::Postgres(pool))
    }

    /// A transaction for several statements that write.
    pub(in crate::store) async fn begin(&self) -> Result<Tx> {
        // The first statement changes nothing: where the connection turns out to be broken, another may do.
        let mut tries = 0..self.connections();
        loop {
            match self.try_begin().await {
                Err(error) if error.is_connection() && tries.next().is_some() => {}
                end => return end,
            }
        }
    }

    async fn try_begin(&self) -> Result<Tx> {
        let mut tx = self.single().await?;
        // SQLite: a deferred transaction that turns out to write fails at once if somebody else is writing, whatever
        // the busy timeout; one that says so at the beginning waits.
        let text = tx.text(&Dialect { sqlite: "BEGIN IMMEDIATE", postgres: "BEGIN" });
        run!(tx, "begin a transaction", |c| sqlx::raw_sql(text).execute(c))?;
        tx.begun = true;
        Ok(tx)
    }

    /// A connection for one statement that writes; it is its own transaction.
    pub(in crate::store) async fn single(&self) -> Result<Tx> {
        let connection = match self {
            Self::Sqlite(file) => Held::Writer(file.writer().await?),
            Self::Postgres(pool) => Held::Postgres(pool.acquire().await.map_err(cannot_connect)?),
        };
        Ok(Tx { held: Some(connection), begun: false })
    }

    /// A connection to read from. On SQLite it cannot write.
    pub(in crate::store) async fn read(&self) -> Result<Tx> {
        let mut tries = 0..self.connections();
        loop {
            match self.try_read().await {
                Err(error) if error.is_connection() && tries.next().is_some() => {}
                end => return end,
            }
        }
    }

    async fn try_read(&self) -> Result<Tx> {
        let connection = match self {
            Self::Sqlite(file) => Held::Reader(file.reader().await?),
            Self::Postgres(pool) => {
                let mut connection = pool.acquire().await.map_err(cannot_connect)?;
                // Nobody waits for a microsecond here, so it is always asked.
                if let Err(cause) = connection.ping().await {
                    connection.close_on_drop();
                    return Err(cannot_connect(cause));
                }
                Held::Postgres(connection)
            }
        };
        Ok(Tx { held: Some(connection), begun: false })
    }

    /// How many connections there can be at most: how many can turn out to be broken, one after another, when the
    /// database has restarted.
    pub(in crate::store) fn connections(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(pool) => pool.options().get_max_connections(),
        }
    }

    /// Whether several writers get more done than one.
    pub(in crate::store) fn writers(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            // While one batch waits for its commit another is sent; a third would only make both smaller.
            Self::Postgres(_) => 2,
        }
    }

    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn cannot_connect(cause: sqlx::Error) -> Error {
    match cause {
        sqlx::Error::PoolClosed => Error::Closed,
        cause => Error::Unreachable { cause: std::sync::Arc::new(cause) },
    }
}

/// How many prepared statements a connection keeps: all of ours, in each size.
pub(in crate::store) const STATEMENTS_CACHED: usize = 200;

/// A connection at work. Dropped without [`Tx::commit`] the connection is closed, and with it whatever was not
/// committed is undone: that is the way of errors and of callers that went away, so it need not be cheap, only sure.
#[derive(Debug)]
pub(in crate::store) struct Tx {
    held: Option<Held>,
    begun: bool,
}

#[derive(Debug)]
enum Held {
    Writer(Writer),
    Reader(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// What [`on!`] matches.
pub(in crate::store) enum Hand<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Tx {
    /// The connection; for [`on!`].
    pub(in crate::store) fn hand(&mut self) -> Result<Hand<'_>> {
        match &mut self.held {
            Some(Held::Writer(writer)) => writer.connection().map(Hand::Sqlite).ok_or(Error::Closed),
            Some(Held::Reader(connection)) => Ok(Hand::Sqlite(connection)),
            Some(Held::Postgres(connection)) => Ok(Hand::Postgres(connection)),
            None => Err(Error::Closed),
        }
    }

    /// The text that this database understands.
    pub(in crate::store) fn text(&self, dialect: &Dialect) -> &'static str {
        match &self.held {
            Some(Held::Postgres(_)) => dialect.postgres,
            _ => dialect.sqlite,
        }
    }

    /// Makes what was done durable, and gives the connection back.
    pub(in crate::store) async fn commit(mut self) -> Result<()> {
        if self.begun {
            run!(self, "commit", |c| sqlx::raw_sql("COMMIT").execute(c))?;
        }
        if let Some(Held::Writer(writer)) = self.held.take() {
            writer.give_back();
        }
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(Held::Postgres(connection)) = &mut self.held {
            connection.close_on_drop();
        }
        // A reader goes back to its pool, which makes sure that nothing is left under way; a writer that was not
        // given back is closed.
    }
}

/// Two texts for what the databases say differently.
pub(in crate::store) struct Dialect {
    pub(in crate::store) sqlite: &'static str,
    pub(in crate::store) postgres: &'static str,
}

/// Runs one statement on whichever database this is. The statement is written once; the compiler checks its binds
/// and its row type against both.
macro_rules! on {
    ($tx:expr, $doing:expr, |$connection:ident| $statement:expr) => {
        match $tx.hand()? {
            $crate::store::backend::Hand::Sqlite($connection) => $statement.await,
            $crate::store::backend::Hand::Postgres($connection) => $statement.await,
        }
        .map_err(|cause| $crate::store::backend::Error::from_sqlx($doing, cause))
    };
}
pub(in crate::store) use on;

/// The same for a statement that gives no rows.
macro_rules! run {
    ($tx:expr, $doing:expr, |$connection:ident| $statement:expr) => {
        match $tx.hand()? {
            $crate::store::backend::Hand::Sqlite($connection) => $statement.await.map(drop),
            $crate::store::backend::Hand::Postgres($connection) => $statement.await.map(drop),
        }
        .map_err(|cause| $crate::store::backend::Error::from_sqlx($doing, cause))
    };
}
pub(in crate::store) use run;

/// The most rows in one statement; also the size of a batch. With more the gain per row is a few per cent, and the
/// first of them waits for the last.
pub(in crate::store) const ROWS_MAX: usize = 128;

/// A statement over many rows of values: `WITH v (columns) AS (VALUES …)`, then whatever is done with them.
///
/// Texts exist in powers of two, so that a handful of prepared statements serves every size; what is left over is
/// filled with NULLs, and the statement passes over rows whose first column is NULL.
pub(in crate::store) struct Multirow {
    columns: &'static [&'static str],
    statement: &'static str,
    sqlite: [OnceLock<String>; 8],
    postgres: [OnceLock<String>; 8],
}

impl Multirow {
    pub(in crate::store) const fn new(columns: &'static [&'static str], statement: &'static str) -> Self {
        Self {
            columns,
            statement,
            sqlite: [const { OnceLock::new() }; 8],
            postgres: [const { OnceLock::new() }; 8],
        }
    }

    /// The text for up to [`ROWS_MAX`] rows, and for how many rows it has places.
    pub(in crate::store) fn text(&'static self, tx: &Tx, rows: usize) -> (&'static str, usize) {
        let power = rows.next_power_of_two().trailing_zeros().min(7) as usize;
        let size = 1 << power;
        // Differs because a place with a name is looked for among all of them on SQLite, which took a quarter of the
        // time of a batch of 128; PostgreSQL knows no place without a number.
        let text = match tx.held {
            Some(Held::Postgres(_)) => {
                self.postgres[power].get_or_init(|| self.build(size, |place| format!("${place}")))
            }
            _ => self.sqlite[power].get_or_init(|| self.build(size, |_| "?".to_owned())),
        };
        (text, size)
    }

    fn build(&self, rows: usize, place: impl Fn(usize) -> String) -> String {
        let width = self.columns.len();
        let row = |row: usize| {
            let places: Vec<_> = (1..=width).map(|column| place(row * width + column)).collect();
            format!("({})", places.join(", "))
        };
        let values: Vec<_> = (0..rows).map(row).collect();
        format!("WITH v ({}) AS (VALUES {}) {}", self.columns.join(", "), values.join(", "), self.statement)
    }
}

/// The rows, then as many `None`s as places are left.
pub(in crate::store) fn padded<T>(rows: &[T], places: usize) -> impl Iterator<Item = Option<&T>> {
    rows.iter().map(Some).chain(std::iter::repeat_with(|| None)).take(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_as_many_places_as_rows() {
        static PAIRS: Multirow = Multirow::new(&["id", "epoch"], "SELECT id FROM v");
        let numbered = PAIRS.build(2, |place| format!("${place}"));
        assert_eq!(numbered, "WITH v (id, epoch) AS (VALUES ($1, $2), ($3, $4)) SELECT id FROM v");
        assert_eq!(padded(&[1, 2, 3], 4).collect::<Vec<_>>(), [Some(&1), Some(&2), Some(&3), None]);
    }
}

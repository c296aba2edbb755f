//! Pools and transactions of both databases, and the macros that run a statement on whichever it is.
//!
//! SQL is written once, beside the function it serves, and [`on!`] compiles it against both drivers. Where the
//! databases must differ the two texts stand side by side in a [`Dialect`], under a comment that begins "Differs
//! because". None of these types leaves `store/`, so no transaction can be open during a call to WeCom.

use std::{sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    error::{Error, Result},
    file::{SqliteFile, Writer},
    limits::{ACQUIRE_TIMEOUT, STATEMENTS_CACHED},
    options::Options,
};

/// How long PostgreSQL works at one statement. Nothing we ask takes seconds, except a filter that hits nothing in a
/// history of millions; a runaway must not hold a connection, and with it the vacuum, for ever.
const POSTGRES_STATEMENT_TIMEOUT: &str = "30s";

/// How long PostgreSQL waits for another's lock. Ours are held for milliseconds.
const POSTGRES_LOCK_TIMEOUT: &str = "3s";

/// After how long without use a connection is tested before it is handed out. The test costs a round trip, so busy
/// connections are spared it: one that broke meanwhile fails its statement, and the batch is tried on another.
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
            return Err(Error::Url { fault: "it begins with neither sqlite:// nor postgres://".into() });
        }
        Ok(Self::Postgres(postgres_pool(url, options.postgres_connections)?))
    }

    /// A transaction for several statements that write.
    pub(in crate::store) async fn begin(&self) -> Result<Tx> {
        // BEGIN changes nothing, so it can be tried on another connection where one turns out to be broken.
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
                // A read can afford the round trip, so the connection is always tested.
                if let Err(cause) = connection.ping().await {
                    connection.close_on_drop();
                    return Err(cannot_connect(cause));
                }
                Held::Postgres(connection)
            }
        };
        Ok(Tx { held: Some(connection), begun: false })
    }

    /// How many connections there can be at most. After a restart of the database all of them may be broken, so this
    /// is also how often it is worth trying another.
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
            // While one batch waits for its commit another is sent; a third worker would only make both smaller.
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

fn postgres_pool(url: &str, connections: u32) -> Result<PgPool> {
    let connect = url
        .parse::<PgConnectOptions>()
        .map_err(|error| Error::Url { fault: error.to_string() })?
        .application_name("wecom-greeter")
        .statement_cache_capacity(STATEMENTS_CACHED)
        .options([
            ("statement_timeout", POSTGRES_STATEMENT_TIMEOUT),
            ("lock_timeout", POSTGRES_LOCK_TIMEOUT),
            ("idle_in_transaction_session_timeout", POSTGRES_STATEMENT_TIMEOUT),
            // A prepared statement keeps the plan that was made while its table was small. Every statement here is
            // meant to go by an index, and these settings make that the plan from the first row on.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ])
        .disable_statement_logging();
    Ok(PgPoolOptions::new()
        .max_connections(connections.max(2))
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
        .connect_lazy_with(connect))
}

fn cannot_connect(cause: sqlx::Error) -> Error {
    match cause {
        sqlx::Error::PoolClosed => Error::Closed,
        cause => Error::Unreachable { cause: Arc::new(cause) },
    }
}

/// A connection in use. Dropped without [`Tx::commit`] it is closed, which undoes whatever was not committed. Only
/// errors and cancelled callers end that way, so closing need not be cheap, only certain.
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
    /// The connection with its driver's type, for [`on!`].
    pub(in crate::store) fn hand(&mut self) -> Result<Hand<'_>> {
        match &mut self.held {
            Some(Held::Writer(writer)) => writer.connection().map(Hand::Sqlite).ok_or(Error::Closed),
            Some(Held::Reader(connection)) => Ok(Hand::Sqlite(connection)),
            Some(Held::Postgres(connection)) => Ok(Hand::Postgres(connection)),
            None => Err(Error::Closed),
        }
    }

    pub(in crate::store) fn is_postgres(&self) -> bool {
        matches!(self.held, Some(Held::Postgres(_)))
    }

    /// The text that this database understands.
    pub(in crate::store) fn text(&self, dialect: &Dialect) -> &'static str {
        if self.is_postgres() { dialect.postgres } else { dialect.sqlite }
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
        // A reader goes back to its pool, which ends whatever it was doing; a writer that was not given back is
        // closed by its own drop.
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

//! Pools and transactions of both databases, and the macros that run a statement on whichever it is.
//!
//! SQL is written once, beside the function it serves, and [`on!`] compiles it against both drivers. Where the
//! databases must differ the two texts stand side by side in a [`Dialect`], under a comment that begins "Differs
//! because". None of these types leaves `store/`, so no transaction can be open during a call to WeCom.

use std::{future::Future, time::Duration};

use sqlx::{Sqlite, SqliteConnection, pool::PoolConnection};

use super::{
    error::{Error, Result, is_read_only},
    file::{SqliteFile, WriteProbe, Writer},
    limits::{
        AT_ONCE, COMMIT_TIMEOUT, PROBE_TIMEOUT, REWRITE_TIMEOUT, SEARCH_TIMEOUT, SQLITE_TIMEOUT,
        STATEMENT_TIMEOUT, WRITE_TIMEOUT,
    },
    options::Options,
    postgres::{Beat, Lent, PostgresServer},
    refused::Met,
    servers::BEGIN_BEHIND_A_POOLER,
    unnamed::PgHand,
};

/// Where the record is kept.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub(in crate::store) enum Backend {
    Sqlite(SqliteFile),
    Postgres(PostgresServer),
}

impl Backend {
    /// Checks the URL and, for SQLite, that the file can be opened; PostgreSQL is connected to when it is needed.
    pub(in crate::store) async fn open(options: &Options) -> Result<Self> {
        let url = options.url.as_str();
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite(SqliteFile::open(url, options.sqlite_readers, options.patience).await?));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::Url { fault: "it begins with neither sqlite:// nor postgres://".into() });
        }
        Ok(Self::Postgres(PostgresServer::new(url, options.postgres_connections, options.patience)?))
    }

    /// Whether it is a file of this machine, with one connection that writes.
    pub(in crate::store) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// A transaction for several statements that write.
    pub(in crate::store) async fn begin(&self) -> Result<Tx> {
        within_write_timeout("begin a transaction", async {
            // BEGIN changes nothing, so it can be tried on another connection where one turns out to be broken.
            let mut tries = 0..self.connections();
            loop {
                match self.try_begin().await {
                    Err(error) if error.is_connection() && tries.next().is_some() => {}
                    end => return end,
                }
            }
        })
        .await
    }

    async fn try_begin(&self) -> Result<Tx> {
        self.lend().await?.begin().await
    }

    /// A connection for one statement that writes; it is its own transaction.
    pub(in crate::store) async fn single(&self) -> Result<Tx> {
        self.lend().await?.alone().await
    }

    async fn lend(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(file) => Tx::new(Held::Writer(file.writer().await?), SQLITE_TIMEOUT),
            Self::Postgres(server) => Tx::new(Held::Postgres(server.pooled().await?), STATEMENT_TIMEOUT),
        })
    }

    /// A connection to read from. On SQLite it cannot write.
    pub(in crate::store) async fn read(&self) -> Result<Tx> {
        within_write_timeout("get a connection", async {
            let mut tries = 0..self.connections();
            loop {
                match self.try_read().await {
                    Err(error) if error.is_connection() && tries.next().is_some() => {}
                    end => return end,
                }
            }
        })
        .await
    }

    async fn try_read(&self) -> Result<Tx> {
        let tx = match self {
            Self::Sqlite(file) => Tx::new(Held::Reader(file.reader().await?), SQLITE_TIMEOUT),
            // A read can afford the round trip, so the connection is always tested.
            Self::Postgres(server) => Tx::new(Held::Postgres(server.tested().await?), STATEMENT_TIMEOUT),
        };
        tx.alone().await
    }

    /// A connection for the heartbeat's one statement. On PostgreSQL it has its own; on SQLite there is one writer.
    pub(in crate::store) async fn beat(&self) -> Result<Tx> {
        let tx = match self {
            Self::Sqlite(_) => self.lend().await?,
            Self::Postgres(server) => Tx::new(Held::Beat(server.beat().await?), AT_ONCE),
        };
        tx.alone().await
    }

    /// A transaction that shows whether the database can be written to. It waits for nobody for long.
    pub(in crate::store) async fn begin_probe(&self) -> Result<Tx> {
        let mut tx = match self {
            Self::Sqlite(file) => Tx::new(Held::Probe(file.probe().await?), PROBE_TIMEOUT),
            Self::Postgres(_) => self.lend().await?,
        };
        tx.limit = PROBE_TIMEOUT;
        let mut tx = tx.begin().await?;
        if tx.is_postgres() {
            // Differs because on SQLite it is the connection that knows how long it waits.
            run!(tx, "begin a transaction", |c| sqlx::raw_sql("SET LOCAL lock_timeout = '250ms'")
                .execute(c))?;
        }
        Ok(tx)
    }

    /// How many connections there can be at most. After a restart of the database all of them may be broken, so this
    /// is also how often it is worth trying another.
    pub(in crate::store) fn connections(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(server) => server.connections(),
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
            Self::Postgres(server) => server.close().await,
        }
    }
}

async fn within_write_timeout<T>(doing: &'static str, opened: impl Future<Output = Result<T>>) -> Result<T> {
    let opened = tokio::time::timeout(WRITE_TIMEOUT, opened).await;
    opened.unwrap_or_else(|_| Err(Error::hung(doing, WRITE_TIMEOUT)))
}

/// A connection in use. Dropped without [`Tx::commit`] it is closed, which undoes whatever was not committed; a reader of SQLite
/// goes back to its pool, which ends whatever it was doing. Only errors and cancelled callers end that way, so closing need not
/// be cheap, only certain.
#[derive(Debug)]
pub(in crate::store) struct Tx {
    held: Option<Held>,
    begun: bool,
    /// How long each statement may take.
    limit: Duration,
}

#[derive(Debug)]
enum Held {
    Writer(Writer),
    Reader(PoolConnection<Sqlite>),
    Probe(WriteProbe),
    Postgres(Lent),
    Beat(Beat),
}

/// What [`on!`] matches.
pub(in crate::store) enum Hand<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(PgHand<'c>),
}

impl Tx {
    fn new(held: Held, limit: Duration) -> Self {
        Self { held: Some(held), begun: false, limit }
    }

    async fn begin(mut self) -> Result<Self> {
        // SQLite: a deferred transaction that turns out to write fails at once if somebody else is writing, whatever
        // the busy timeout; one that says so at the beginning waits.
        let postgres = if self.is_pooled() { BEGIN_BEHIND_A_POOLER } else { "BEGIN" };
        let text = self.text(&Dialect { sqlite: "BEGIN IMMEDIATE", postgres });
        let at_once = self.at_once().min(self.limit);
        let limit = std::mem::replace(&mut self.limit, at_once);
        run!(self, "begin a transaction", |c| sqlx::raw_sql(text).execute(c))?;
        (self.begun, self.limit) = (true, limit);
        Ok(self)
    }

    /// For a statement that is its own transaction. Behind a pooler it needs one all the same: a statement is prepared and
    /// run in two steps, and between them PostgreSQL could be reached by another connection.
    async fn alone(self) -> Result<Self> {
        if self.is_pooled() { self.begin().await } else { Ok(self) }
    }

    fn is_pooled(&self) -> bool {
        match &self.held {
            Some(Held::Postgres(lent)) => lent.is_pooled(),
            Some(Held::Beat(beat)) => beat.is_pooled(),
            _ => false,
        }
    }

    /// The same connection for a statement that takes milliseconds or never ends.
    pub(in crate::store) fn for_a_moment(mut self) -> Self {
        self.limit = self.at_once();
        self
    }

    /// The same connection for statements that may take long: they look through a history, or carry files.
    pub(in crate::store) fn for_a_search(mut self) -> Self {
        self.limit = SEARCH_TIMEOUT;
        self
    }

    /// The same connection for making the whole file anew.
    pub(in crate::store) fn for_a_rewrite(mut self) -> Self {
        self.limit = REWRITE_TIMEOUT;
        self
    }

    fn at_once(&self) -> Duration {
        if self.is_postgres() { AT_ONCE } else { SQLITE_TIMEOUT }
    }

    /// How long each statement may take.
    pub(in crate::store) fn limit(&self) -> Duration {
        self.limit
    }

    /// The connection with its driver's type, for [`on!`].
    pub(in crate::store) fn hand(&mut self) -> Result<Hand<'_>> {
        let keeps = !self.is_pooled();
        let to_postgres = |connection| Hand::Postgres(PgHand::new(connection, keeps));
        match &mut self.held {
            Some(Held::Writer(writer)) => writer.connection().map(Hand::Sqlite).ok_or(Error::Closed),
            Some(Held::Reader(connection)) => Ok(Hand::Sqlite(connection)),
            Some(Held::Probe(probe)) => Ok(Hand::Sqlite(probe.connection())),
            Some(Held::Postgres(lent)) => lent.connection().map(to_postgres).ok_or(Error::Closed),
            Some(Held::Beat(beat)) => beat.connection().map(to_postgres).ok_or(Error::Closed),
            None => Err(Error::Closed),
        }
    }

    /// A statement has ended, or (`None`) did not within [`limit`](Self::limit); for [`on!`].
    pub(in crate::store) fn ended<T>(
        &mut self,
        doing: &'static str,
        end: Option<Result<T, sqlx::Error>>,
    ) -> Result<T> {
        let Some(end) = end else {
            self.suspect(Met::Silence);
            return Err(Error::hung(doing, self.limit));
        };
        end.map_err(|cause| {
            if is_read_only(&cause) {
                // Another server takes the writes by now, and all connections to this one are of no use.
                self.suspect(Met::Standby);
            }
            Error::from_sqlx(doing, cause)
        })
    }

    fn suspect(&self, met: Met) {
        match &self.held {
            Some(Held::Postgres(lent)) => lent.suspect(met),
            Some(Held::Beat(beat)) => beat.suspect(met),
            Some(Held::Writer(_) | Held::Reader(_) | Held::Probe(_)) | None => {}
        }
    }

    pub(in crate::store) fn is_postgres(&self) -> bool {
        matches!(self.held, Some(Held::Postgres(..) | Held::Beat(_)))
    }

    /// The text that this database understands.
    pub(in crate::store) fn text(&self, dialect: &Dialect) -> &'static str {
        if self.is_postgres() { dialect.postgres } else { dialect.sqlite }
    }

    /// Makes what was done durable, and gives the connection back.
    pub(in crate::store) async fn commit(self) -> Result<()> {
        self.end("commit", "COMMIT").await
    }

    /// Undoes what was done, and gives the connection back.
    pub(in crate::store) async fn rollback(self) -> Result<()> {
        self.end("roll back", "ROLLBACK").await
    }

    async fn end(mut self, doing: &'static str, text: &'static str) -> Result<()> {
        if self.begun {
            self.limit = self.limit.max(COMMIT_TIMEOUT);
            run!(self, doing, |c| sqlx::raw_sql(text).execute(c))?;
        }
        self.give_back();
        Ok(())
    }

    fn give_back(mut self) {
        match self.held.take() {
            Some(Held::Writer(writer)) => writer.give_back(),
            Some(Held::Probe(probe)) => probe.end(),
            Some(Held::Postgres(lent)) => lent.give_back(),
            Some(Held::Beat(beat)) => beat.give_back(),
            Some(Held::Reader(_)) | None => {}
        }
    }

    /// A statement has failed: gives the connection back where nothing is wrong with it but that the database refused, as where
    /// somebody else had a lock for too long. Otherwise it is closed.
    pub(in crate::store) async fn give_up(self, error: &Error) {
        if !error.is_refusal() {
            return;
        }
        if self.begun {
            // Where that fails as well the connection is closed, which undoes the same.
            let _ = self.rollback().await;
        } else {
            self.give_back();
        }
    }
}

/// Two texts for what the databases say differently.
pub(in crate::store) struct Dialect {
    pub(in crate::store) sqlite: &'static str,
    pub(in crate::store) postgres: &'static str,
}

/// What a statement came to; `None` where that took longer.
pub(in crate::store) async fn within<T>(
    limit: Duration,
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Option<Result<T, sqlx::Error>> {
    tokio::time::timeout(limit, statement).await.ok()
}

/// Runs one statement on whichever database this is, for no longer than the connection is lent for. The statement is
/// written once; the compiler checks its binds and its row type against both.
macro_rules! on {
    ($tx:expr, $doing:expr, |$connection:ident| $statement:expr) => {{
        let limit = $tx.limit();
        let end = match $tx.hand()? {
            $crate::store::backend::Hand::Sqlite($connection) => {
                $crate::store::backend::within(limit, $statement).await
            }
            $crate::store::backend::Hand::Postgres($connection) => {
                $crate::store::backend::within(limit, $statement).await
            }
        };
        $tx.ended($doing, end)
    }};
}
pub(in crate::store) use on;

/// The same for a statement that gives no rows.
macro_rules! run {
    ($tx:expr, $doing:expr, |$connection:ident| $statement:expr) => {{
        let limit = $tx.limit();
        let end = match $tx.hand()? {
            $crate::store::backend::Hand::Sqlite($connection) => {
                $crate::store::backend::within(limit, $statement).await.map(|end| end.map(drop))
            }
            $crate::store::backend::Hand::Postgres($connection) => {
                $crate::store::backend::within(limit, $statement).await.map(|end| end.map(drop))
            }
        };
        $tx.ended($doing, end)
    }};
}
pub(in crate::store) use run;

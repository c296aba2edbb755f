//! PostgreSQL: a pool, one connection beside it for the heartbeat, and what is known of connections that died silently.
//!
//! The heartbeat has its own because it must not wait behind the work whose leases hang on it. Where one connection has
//! hung, those that were opened before that moment are suspected of the same fault and closed rather than tried one after
//! the other.

use std::{
    future::Future,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    error::{Error, Result},
    limits::{AT_ONCE, CLOSE_TIMEOUT, PING_TIMEOUT, STATEMENTS_CACHED},
};

/// What each connection is told first. As statements and not as options of the start packet, which `PgBouncer` refuses.
///
/// - Nothing we ask takes seconds, except a filter that hits nothing in a history of millions; a runaway must not hold a
///   connection, and with it the vacuum, for ever.
/// - Our locks are held for milliseconds. A server whose connections died silently may hold some, and nobody else gets
///   them until PostgreSQL ends its transaction: after five seconds without a word.
/// - PostgreSQL asks after fifteen silent seconds whether we are there, so that it does not keep what is dead.
/// - A prepared statement keeps the plan that was made while its table was small. Every statement here is meant to go by
///   an index, and three settings make that the plan from the first row on.
/// - A table without the index then looks so dear that PostgreSQL compiles the statement (`jit`): counting the five rows of
///   `process`, which each heartbeat does, took three seconds of a busy processor, and a tenth of a millisecond without.
const SET: &str = "SET statement_timeout = '30s'; SET lock_timeout = '1s';
    SET idle_in_transaction_session_timeout = '5s';
    SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
    SET jit = off";

/// After how long without use a connection is tested before it is handed out. The test costs a round trip, so busy
/// connections are spared it: one that broke meanwhile fails its statement, and the batch is tried on another.
const UNUSED: Duration = Duration::from_millis(500);

/// Connections to one PostgreSQL.
#[derive(Debug)]
pub(in crate::store) struct PostgresServer {
    pool: PgPool,
    connect: Arc<PgConnectOptions>,
    beat: Arc<Mutex<Option<PgConnection>>>,
    suspicion: Suspicion,
}

impl PostgresServer {
    /// Checks the URL. It is connected to when it is needed.
    pub(in crate::store) fn new(url: &str, connections: u32, patience: Duration) -> Result<Self> {
        let connect = url
            .parse::<PgConnectOptions>()
            .map_err(|error| Error::Url { fault: error.to_string() })?
            .application_name("wecom-greeter")
            .statement_cache_capacity(STATEMENTS_CACHED)
            .disable_statement_logging();
        let suspicion = Suspicion::default();
        let suspects = suspicion.clone();
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(patience)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(sqlx::raw_sql(SET)).await.map(drop) })
            })
            .before_acquire(move |connection, meta| {
                let suspects = suspects.clone();
                Box::pin(async move {
                    if suspects.is_suspect(meta.age) {
                        return Ok(false);
                    }
                    if meta.idle_for <= UNUSED {
                        return Ok(true);
                    }
                    // Whatever it is that is wrong with it, another one is opened.
                    if let Ok(answer) = tokio::time::timeout(PING_TIMEOUT, connection.ping()).await {
                        return Ok(answer.is_ok());
                    }
                    suspects.note();
                    Ok(false)
                })
            })
            .connect_lazy_with(connect.clone());
        Ok(Self { pool, connect: Arc::new(connect), beat: Arc::default(), suspicion })
    }

    /// The pool, for what is said of it; connections are had by [`Self::pooled`].
    pub(in crate::store) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A connection of the pool.
    pub(in crate::store) async fn pooled(&self) -> Result<PoolConnection<Postgres>> {
        self.pool.acquire().await.map_err(cannot_connect)
    }

    /// A connection of the pool that answers.
    pub(in crate::store) async fn tested(&self) -> Result<PoolConnection<Postgres>> {
        let mut connection = self.pooled().await?;
        match tokio::time::timeout(PING_TIMEOUT, connection.ping()).await {
            Ok(Ok(())) => Ok(connection),
            Ok(Err(cause)) => {
                throw_away(connection);
                Err(cannot_connect(cause))
            }
            Err(_) => {
                throw_away(connection);
                self.suspicion.note();
                Err(Error::hung("see whether the connection is alive", PING_TIMEOUT))
            }
        }
    }

    /// The connection of the heartbeat.
    pub(in crate::store) async fn beat(&self) -> Result<Beat> {
        if self.pool.is_closed() {
            return Err(Error::Closed);
        }
        // There is one heartbeat in a process; a second caller would wait for a statement or two.
        let slot = tokio::time::timeout(AT_ONCE, Arc::clone(&self.beat).lock_owned()).await;
        let mut slot = slot.map_err(|_| Error::hung("wait for the heartbeat before", AT_ONCE))?;
        let connection = if let Some(connection) = slot.take() {
            connection
        } else {
            let connecting = async {
                let mut connection = self.connect.connect().await?;
                connection.execute(sqlx::raw_sql(SET)).await?;
                Ok(connection)
            };
            match tokio::time::timeout(AT_ONCE, connecting).await {
                Ok(connected) => connected.map_err(cannot_connect)?,
                Err(_) => return Err(Error::hung("connect for the heartbeat", AT_ONCE)),
            }
        };
        Ok(Beat { connection: Some(connection), slot })
    }

    /// How many connections there can be at most.
    pub(in crate::store) fn connections(&self) -> u32 {
        self.pool.options().get_max_connections()
    }

    pub(in crate::store) fn suspicion(&self) -> &Suspicion {
        &self.suspicion
    }

    /// Closes the connections, as far as that takes no time.
    pub(in crate::store) async fn close(&self) {
        // Closing waits for whoever has a connection, and says goodbye on each. The end of the process does as well.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.pool.close()).await;
        if let Ok(mut slot) = self.beat.try_lock() {
            slot.take();
        }
    }
}

fn cannot_connect(cause: sqlx::Error) -> Error {
    match cause {
        sqlx::Error::PoolClosed => Error::Closed,
        cause => Error::Unreachable { cause: Arc::new(cause) },
    }
}

/// Gives a connection back. The pool tests it before it takes it, and would wait for a dead one for ever.
pub(super) fn give_back(mut connection: PoolConnection<Postgres>, suspicion: &Suspicion) {
    let (returned, suspicion) = (connection.return_to_pool(), suspicion.clone());
    spawn(async move {
        if tokio::time::timeout(PING_TIMEOUT, returned).await.is_err() {
            suspicion.note();
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "ends within a second, and nothing depends on its end")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Closes a connection without a word. The driver's own way to close it writes to it, and would keep its place in the
/// pool meanwhile.
pub(super) fn throw_away(connection: PoolConnection<Postgres>) {
    drop(connection.detach());
}

/// The connection of the heartbeat, in use. It is closed on drop unless it was given back.
#[derive(Debug)]
pub(in crate::store) struct Beat {
    connection: Option<PgConnection>,
    slot: OwnedMutexGuard<Option<PgConnection>>,
}

impl Beat {
    pub(in crate::store) fn connection(&mut self) -> Option<&mut PgConnection> {
        self.connection.as_mut()
    }

    pub(in crate::store) fn give_back(mut self) {
        *self.slot = self.connection.take();
    }
}

/// Since when no connection has been seen to hang: those that are older than that are suspected. Cheap to clone; all
/// clones are one.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Suspicion(Arc<StdMutex<Option<Instant>>>);

impl Suspicion {
    /// A connection has hung.
    pub(in crate::store) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now());
    }

    /// Whether a connection of that age was open when another hung.
    fn is_suspect(&self, age: Duration) -> bool {
        let hung = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hung.is_some_and(|hung| age >= hung.elapsed())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with a connection's age, which sqlx measures the same way"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_was_open_when_a_connection_hung_is_suspected() {
        let suspicion = Suspicion::default();
        assert!(!suspicion.is_suspect(Duration::from_hours(1)));
        suspicion.clone().note();
        assert!(suspicion.is_suspect(Duration::from_mins(1)), "it was opened before");
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(!suspicion.is_suspect(Duration::ZERO), "it was opened afterwards");
    }
}

//! PostgreSQL: the connections of this process, one beside them for the heartbeat, and what is known of connections that died
//! silently.
//!
//! The connections are kept here and not in the driver's pool: that tries again by itself and says in the end that time is up,
//! and what it met each time it keeps to itself. The heartbeat has its own because it must not wait behind the work whose leases
//! hang on it. Where one connection has hung, those that were opened before that moment are suspected of the same fault and closed
//! rather than tried one after the other.

use std::{
    sync::{
        Arc, Mutex as StdMutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::{
    error::{Error, Result},
    fault::ServerFault,
    limits::{AT_ONCE, CLOSE_TIMEOUT, PING_TIMEOUT},
    refused::Met,
    servers::Servers,
};

/// After how long without use a connection is tested before it is handed out. The test costs a round trip, so busy
/// connections are spared it: one that broke meanwhile fails its statement, and the batch is tried on another.
const UNUSED: Duration = Duration::from_millis(500);

/// After how long without use a connection is closed: others may need its place.
const IDLE_MAX: Duration = Duration::from_mins(10);

/// How old a connection becomes. PostgreSQL's own memory for it only grows.
const AGE_MAX: Duration = Duration::from_mins(30);

/// How long to wait before what may pass is tried again: shortly at first, for a server that restarts is back within a second.
const AGAIN_AFTER: Duration = Duration::from_millis(20);
const AGAIN_AFTER_MAX: Duration = Duration::from_millis(300);

/// Connections to one PostgreSQL.
#[derive(Debug)]
pub(in crate::store) struct PostgresServer {
    lot: Arc<Lot>,
    beat: Arc<Mutex<Option<PgConnection>>>,
}

/// What all who have a connection share.
#[derive(Debug)]
struct Lot {
    servers: Servers,
    /// Those that nobody uses, the one that was used last behind the others.
    idle: StdMutex<Vec<Idle>>,
    places: Arc<Semaphore>,
    most: u32,
    patience: Duration,
    suspicion: Suspicion,
    /// What was met last instead of a connection that answers; none since one has answered. Whoever waits for a place in vain is
    /// told this: those who have the places may be waiting for a server that is gone.
    trouble: StdMutex<Option<Error>>,
    /// How many of those who have a place are looking for a connection still.
    seeking: AtomicU32,
}

/// How far somebody has come who wants a connection.
#[derive(Debug, Default)]
struct Waiting<'a> {
    /// They have a place. Held until it is said what they met, so that at no moment those who wait for a place find neither.
    seeking: Option<Seeking<'a>>,
    /// What they met last.
    met: Option<Error>,
}

/// Somebody who has a place and looks for a connection, as long as this is held.
#[derive(Debug)]
struct Seeking<'a>(&'a AtomicU32);

impl<'a> Seeking<'a> {
    fn begin(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Seeking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Idle {
    connection: PgConnection,
    opened: Instant,
    since: Instant,
}

impl PostgresServer {
    /// Checks the URL. It is connected to when it is needed.
    pub(in crate::store) fn new(url: &str, connections: u32, patience: Duration) -> Result<Self> {
        let most = connections.max(2);
        let lot = Lot {
            servers: Servers::parse(url)?,
            idle: StdMutex::default(),
            places: Arc::new(Semaphore::new(most as usize)),
            most,
            patience,
            suspicion: Suspicion::default(),
            trouble: StdMutex::default(),
            seeking: AtomicU32::new(0),
        };
        Ok(Self { lot: Arc::new(lot), beat: Arc::default() })
    }

    /// Its address, without the password.
    pub(in crate::store) fn place(&self) -> String {
        self.lot.servers.place()
    }

    /// Whether each transaction may have another connection to PostgreSQL.
    pub(in crate::store) fn is_pooled(&self) -> bool {
        self.lot.servers.is_pooled()
    }

    /// A connection.
    pub(in crate::store) async fn pooled(&self) -> Result<Lent> {
        Lot::lend(&self.lot).await
    }

    /// A connection that answers.
    pub(in crate::store) async fn tested(&self) -> Result<Lent> {
        let mut lent = self.pooled().await?;
        let answered = match lent.connection() {
            Some(connection) => tokio::time::timeout(PING_TIMEOUT, connection.ping()).await,
            None => return Err(Error::Closed),
        };
        match answered {
            Ok(Ok(())) => Ok(lent),
            Ok(Err(cause)) => Err(Error::from_sqlx("see whether the connection is alive", cause)),
            Err(_) => {
                lent.suspect(Met::Silence);
                Err(Error::hung("see whether the connection is alive", PING_TIMEOUT))
            }
        }
    }

    /// The connection of the heartbeat.
    pub(in crate::store) async fn beat(&self) -> Result<Beat> {
        if self.lot.places.is_closed() {
            return Err(Error::Closed);
        }
        // There is one heartbeat in a process; a second caller would wait for a statement or two.
        let slot = tokio::time::timeout(AT_ONCE, Arc::clone(&self.beat).lock_owned()).await;
        let mut slot = slot.map_err(|_| Error::hung("wait for the heartbeat before", AT_ONCE))?;
        let connection = if let Some(connection) = slot.take() {
            connection
        } else {
            let Ok(connected) = tokio::time::timeout(AT_ONCE, self.lot.servers.connect(AT_ONCE)).await else {
                self.lot.met(Met::Silence);
                return Err(Error::hung("connect for the heartbeat", AT_ONCE));
            };
            connected.map_err(|met| self.lot.met(met))?
        };
        Ok(Beat { connection: Some(connection), slot, lot: Arc::clone(&self.lot) })
    }

    /// How many connections there can be at most.
    pub(in crate::store) fn connections(&self) -> u32 {
        self.lot.most
    }

    /// Closes the connections, as far as that takes no time.
    pub(in crate::store) async fn close(&self) {
        self.lot.places.close();
        // Saying goodbye spares the server a line in its log. The end of the process closes them as well.
        let idle = std::mem::take(&mut *self.lot.idle());
        let goodbyes = futures_util::future::join_all(idle.into_iter().map(|idle| idle.connection.close()));
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbyes).await;
        if let Ok(mut slot) = self.beat.try_lock() {
            slot.take();
        }
    }
}

impl Lot {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was met instead of a connection that answers, and makes it the error that is told.
    fn met(&self, met: Met) -> Error {
        let error = met.into_error(self.servers.place());
        *self.trouble() = Some(error.clone());
        error
    }

    /// A connection has answered.
    fn is_well(&self) {
        *self.trouble() = None;
    }

    /// Why there was no place for somebody who waited.
    fn why_no_place(&self) -> Error {
        if let Some(trouble) = &*self.trouble() {
            return trouble.clone();
        }
        // None of those who have the places has a connection either, and none was refused one.
        if self.seeking.load(Ordering::Relaxed) >= self.most {
            return Met::Silence.into_error(self.servers.place());
        }
        Error::NoConnection {
            place: self.servers.place(),
            fault: ServerFault::AllInUse { most: self.most },
            cause: Arc::new(sqlx::Error::PoolTimedOut),
        }
    }

    async fn lend(lot: &Arc<Self>) -> Result<Lent> {
        let mut waiting = Waiting::default();
        let lent = tokio::time::timeout(lot.patience, lot.take(&mut waiting)).await;
        match lent {
            Ok(Ok((place, connection, opened))) => {
                Ok(Lent { connection: Some(connection), opened, lot: Arc::clone(lot), _place: place })
            }
            Ok(Err(error)) => Err(error),
            // What was met last tells more than that time is up.
            Err(_) => Err(match (waiting.met.take(), &waiting.seeking) {
                (Some(error), _) => error,
                (None, Some(_)) => lot.met(Met::Silence),
                (None, None) => lot.why_no_place(),
            }),
        }
    }

    async fn take<'a>(
        &'a self,
        waiting: &mut Waiting<'a>,
    ) -> Result<(OwnedSemaphorePermit, PgConnection, Instant)> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Error::Closed)?;
        waiting.seeking = Some(Seeking::begin(&self.seeking));
        loop {
            let Some(idle) = self.idle().pop() else { break };
            if let Some((connection, opened)) = self.still_good(idle).await {
                return Ok((place, connection, opened));
            }
        }
        let mut pause = AGAIN_AFTER;
        loop {
            match self.servers.connect(self.patience).await {
                Ok(connection) => {
                    self.is_well();
                    return Ok((place, connection, now()));
                }
                Err(refused) if refused.may_pass() => waiting.met = Some(self.met(refused)),
                Err(refused) => return Err(self.met(refused)),
            }
            if self.places.is_closed() {
                return Err(Error::Closed);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(AGAIN_AFTER_MAX);
        }
    }

    async fn still_good(&self, idle: Idle) -> Option<(PgConnection, Instant)> {
        let Idle { mut connection, opened, since } = idle;
        if self.suspicion.is_suspect(opened.elapsed()) || opened.elapsed() > AGE_MAX {
            return None;
        }
        if since.elapsed() > UNUSED {
            match tokio::time::timeout(PING_TIMEOUT, connection.ping()).await {
                Ok(Ok(())) => self.is_well(),
                // Whatever it is that is wrong with it, another one is opened.
                Ok(Err(_)) => return None,
                Err(_) => {
                    self.suspicion.note();
                    self.met(Met::Silence);
                    return None;
                }
            }
        }
        Some((connection, opened))
    }

    fn take_back(&self, connection: PgConnection, opened: Instant) {
        if self.places.is_closed() {
            return;
        }
        self.is_well();
        let mut idle = self.idle();
        // The first ones have not been used for longest.
        let stale = idle.iter().take_while(|idle| idle.since.elapsed() > IDLE_MAX).count();
        idle.drain(..stale);
        idle.push(Idle { connection, opened, since: now() });
    }
}

/// A connection in use. It is closed on drop unless it was given back.
#[derive(Debug)]
pub(in crate::store) struct Lent {
    connection: Option<PgConnection>,
    opened: Instant,
    lot: Arc<Lot>,
    _place: OwnedSemaphorePermit,
}

impl Lent {
    pub(in crate::store) fn connection(&mut self) -> Option<&mut PgConnection> {
        self.connection.as_mut()
    }

    pub(in crate::store) fn is_pooled(&self) -> bool {
        self.lot.servers.is_pooled()
    }

    /// It has hung, or turned out to be of no use: those that are as old are suspected of the same.
    pub(super) fn suspect(&self, met: Met) {
        self.lot.suspicion.note();
        self.lot.met(met);
    }

    pub(in crate::store) fn give_back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.lot.take_back(connection, self.opened);
        }
    }
}

/// The connection of the heartbeat, in use. It is closed on drop unless it was given back.
#[derive(Debug)]
pub(in crate::store) struct Beat {
    connection: Option<PgConnection>,
    slot: OwnedMutexGuard<Option<PgConnection>>,
    lot: Arc<Lot>,
}

impl Beat {
    pub(in crate::store) fn connection(&mut self) -> Option<&mut PgConnection> {
        self.connection.as_mut()
    }

    pub(in crate::store) fn is_pooled(&self) -> bool {
        self.lot.servers.is_pooled()
    }

    /// It has hung, or turned out to be of no use.
    pub(super) fn suspect(&self, met: Met) {
        self.lot.met(met);
    }

    pub(in crate::store) fn give_back(mut self) {
        self.lot.is_well();
        *self.slot = self.connection.take();
    }
}

/// Since when no connection has been seen to hang: those that are older than that are suspected. Cheap to clone; all
/// clones are one.
#[derive(Clone, Debug, Default)]
struct Suspicion(Arc<StdMutex<Option<Instant>>>);

impl Suspicion {
    /// A connection has hung.
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now());
    }

    /// Whether a connection of that age was open when another hung.
    fn is_suspect(&self, age: Duration) -> bool {
        let hung = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hung.is_some_and(|hung| age >= hung.elapsed())
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how old a connection is; decides nothing else")]
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

//! Which processes are alive. Leases belong to processes, and each process renews its own row every second: one write a
//! process instead of one a lease.

use crate::store::{
    Store,
    backend::{Backend, Result, SqliteFile, on, run},
};

/// For how long a heartbeat is believed. Heartbeats come every second, so three may get lost before a living process is
/// taken for dead. The work of a dead one is taken over within five seconds, which leaves fifteen of a welcome's twenty.
pub const ALIVE_FOR_MS: i64 = 4_000;

/// After how long the row of a silent process is removed.
const FORGOTTEN_AFTER_MS: i64 = 3_600_000;

/// What a process is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A server.
    Serve,
    /// A command that performs actions itself.
    Command,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Command => "command",
        }
    }
}

/// A process that may hold leases: one start of the program, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessId {
    id: i64,
    role: Role,
}

impl ProcessId {
    /// Stands where an event is leased to no process.
    pub(super) fn nobody() -> Self {
        Self { id: 0, role: Role::Command }
    }

    pub(super) fn id(self) -> i64 {
        self.id
    }
}

/// A process is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its identity, for everything that it leases.
    pub process: ProcessId,
    /// When the work of a process that died before is free.
    pub recovery: Recovery,
}

/// When the work of a process that died is free for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// At once: this is the only server on the SQLite file, so every other one has ended.
    Immediate,
    /// When it has been silent for [`ALIVE_FOR_MS`]: others may be running.
    WhenSilent,
}

/// What a heartbeat found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// How many servers are alive; this process is counted if it is one.
    pub live: u32,
}

/// One statement, so that the row is locked for no round trip. The process itself is left out of the count, which on PostgreSQL
/// is of the moment before.
const BEAT: &str = "INSERT INTO process (id, role, started_at_ms, alive_until_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET alive_until_ms = excluded.alive_until_ms
     RETURNING (SELECT count(*) FROM process AS other
                WHERE other.role = 'serve' AND other.alive_until_ms >= $3 AND other.id <> $1)";

impl Store {
    /// Puts this process on record, alive for [`ALIVE_FOR_MS`]. On SQLite a server that gets the lock beside the file for
    /// itself alone removes the rows of all servers before it. From then on it has the lock together with others: while
    /// any server runs, none that starts takes itself for alone.
    pub async fn enroll(&self, role: Role, now_ms: i64) -> Result<Enrolled> {
        let recovery = match self.backend() {
            Backend::Sqlite(file) if role == Role::Serve => self.lock_alone(file)?,
            _ => Recovery::WhenSilent,
        };
        let mut tx = self.backend().begin().await?;
        if recovery == Recovery::Immediate {
            run!(tx, "remove servers that have ended", |c| sqlx::query(
                "DELETE FROM process WHERE role = 'serve'"
            )
            .execute(c))?;
        }
        run!(tx, "forget processes", |c| sqlx::query("DELETE FROM process WHERE alive_until_ms < $1")
            .bind(now_ms - FORGOTTEN_AFTER_MS)
            .execute(c))?;
        let (id,) = on!(tx, "enroll this process", |c| sqlx::query_as::<_, (i64,)>(
            "INSERT INTO process (role, started_at_ms, alive_until_ms) VALUES ($1, $2, $3) RETURNING id"
        )
        .bind(role.as_str())
        .bind(now_ms)
        .bind(now_ms + ALIVE_FOR_MS)
        .fetch_one(c))?;
        tx.commit().await?;
        if recovery == Recovery::Immediate {
            self.0.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        }
        self.lock_with_others(role)?;
        Ok(Enrolled { process: ProcessId { id, role }, recovery })
    }

    fn lock_alone(&self, file: &SqliteFile) -> Result<Recovery> {
        let mut held = self.0.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if held.is_some() {
            // This very store has a server enrolled already; it is alive.
            return Ok(Recovery::WhenSilent);
        }
        *held = file.lock_alone()?;
        Ok(if held.is_some() { Recovery::Immediate } else { Recovery::WhenSilent })
    }

    /// Has a server hold the lock beside its file, where it does not yet: one that is just starting has it alone for a
    /// moment, and an earlier version of the program for as long as it runs.
    fn lock_with_others(&self, role: Role) -> Result<()> {
        let Backend::Sqlite(file) = self.backend() else { return Ok(()) };
        let mut held = self.0.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if role == Role::Serve && held.is_none() {
            *held = file.lock_with_others()?;
        }
        Ok(())
    }

    /// Says that the process is alive, for [`ALIVE_FOR_MS`] from now. Puts it back on record where it was removed.
    pub async fn heartbeat(&self, me: ProcessId, now_ms: i64) -> Result<Heartbeat> {
        // Without the lock only the next start is slower; that is no reason to fall silent.
        drop(self.lock_with_others(me.role));
        let mut tx = self.backend().beat().await?;
        let beat = on!(tx, "say that this process is alive", |c| sqlx::query_as::<_, (i64,)>(BEAT)
            .bind(me.id)
            .bind(me.role.as_str())
            .bind(now_ms)
            .bind(now_ms + ALIVE_FOR_MS)
            .fetch_one(c));
        match beat {
            Ok((others,)) => {
                tx.commit().await?;
                let live = others + i64::from(me.role == Role::Serve);
                Ok(Heartbeat { live: u32::try_from(live).unwrap_or(u32::MAX) })
            }
            Err(error) => {
                tx.give_up(&error).await;
                Err(error)
            }
        }
    }

    /// How many servers are alive on this database.
    pub async fn live_servers(&self, now_ms: i64) -> Result<u32> {
        let mut tx = self.backend().read().await?;
        let (live,) = on!(tx, "count servers", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT count(*) FROM process WHERE role = 'serve' AND alive_until_ms >= $1"
        )
        .bind(now_ms)
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(u32::try_from(live).unwrap_or(u32::MAX))
    }

    /// The process ends: whatever it still holds is free at once.
    pub async fn retire(&self, me: ProcessId) -> Result<()> {
        let mut tx = self.backend().single().await?;
        run!(tx, "retire this process", |c| sqlx::query("DELETE FROM process WHERE id = $1")
            .bind(me.id)
            .execute(c))?;
        tx.commit().await?;
        if me.role == Role::Serve {
            self.0.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        }
        Ok(())
    }
}

//! The record: every event, what was planned for it, what was tried, and how it ended. SQLite or PostgreSQL.
//!
//! What it promises:
//! - An [`Accepted`] exists only after the commit, so a 200 that is made of one is true.
//! - An event is planned once a run, however many processes see it; an action is handed to one process at a time. A
//!   lease only saves work: what a crash leaves is given to whoever [sweeps](Store::sweep_actions), with the next
//!   epoch, and every later write names the epoch it was given ([`Planned::LeaseLost`], [`Settled::LeaseLost`]).
//! - One method is one fact and one transaction. No SQL, no driver type and no transaction leaves this module.
//! - Both databases behave alike: one text of SQL (`backend`), one suite of tests.
//! - A database that is away makes errors within seconds and no hang; when it is back, calls succeed again.
//!
//! The files follow the event: `inbox` stores it, `plans` stores what is to be done, `queue` hands it out, `settle`
//! takes its outcome, `then` what follows from it; `processes` says who is alive; `history`, `actions`, `transfer` and
//! `replay` are what people do with the record, `hits` and `recorded` what rules are judged by; `rulesets` keeps the rules, `media` the files they name. `batch` makes
//! concurrent calls share a commit, `schema` migrates.
//!
//! | meaning | Rust | SQLite (STRICT) | PostgreSQL |
//! |---|---|---|---|
//! | identity | `i64` | `INTEGER PRIMARY KEY` | `BIGINT … IDENTITY` |
//! | instant | `i64`, `…_ms` | `INTEGER` | `BIGINT` |
//! | text, JSON | `String` | `TEXT` | `TEXT` |
//! | flag | `bool` | `INTEGER` in (0, 1) | `BOOLEAN` |
//! | bytes | `Vec<u8>` | `BLOB` | `BYTEA` |
//!
//! Traps between the two, for whoever adds a statement: `LIKE` ignores case on SQLite only; NULL sorts first on
//! SQLite and last on PostgreSQL; `max(a, b)` is `greatest(a, b)`; texts sort by the collation on PostgreSQL; one
//! statement may update a row twice on SQLite only (`ON CONFLICT DO UPDATE`); `RETURNING` names the updated table
//! only on SQLite; NUL is no character on PostgreSQL (`text`).

mod backend;
mod processes;
mod media;
mod rulesets;
mod record;
mod read;
mod operator;

use std::{
    fmt,
    fs::File,
    sync::{Arc, Mutex},
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use backend::{Backend, Queue};

pub use backend::{Error, Migrated, Result, missing_file};
pub use media::{CONTENT_BYTES_MAX, Digest, MediaKey, MediaLease, MediaRecord, RulesetFile};
pub use operator::{
    export::Imported,
    replay::{Replay, Retry},
};
pub use processes::{ALIVE_FOR_MS, Enrolled, Heartbeat, ProcessId, Recovery, Role};
pub use read::{
    actions::{ActionFilter, ActionRecord, AttemptLine},
    earlier::EarlierAdds,
    events::{Depth, DepthOfKind, EventFilter, EventRecord, EventSummary, PAGE_DEFAULT, PAGE_MAX, Payload},
    hits::RuleHits,
    recorded::{RecordedEvent, UsedRules},
};
pub use record::{
    accept::{Accepted, ClaimedEvent, EventLease, NewEvent, StoredEvent},
    claim::{ActionLease, Claimed},
    plan::{PlanRecord, Planned},
    reports::TakesOn,
    settle::{AttemptRecord, RuleFlag, Settled, Settlement},
};
pub use rulesets::{FlagRecord, Rollback, RulesetImport, RulesetLine, RulesetVersion};

/// Where the record is and how many connections it may have.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// SQLite: how many connections read beside the one that writes.
    pub sqlite_readers: u32,
    /// PostgreSQL: how many connections one process may have, at least 2.
    pub postgres_connections: u32,
}

impl Options {
    /// That database, with as many connections as one process can use.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), sqlite_readers: 4, postgres_connections: 16 }
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

/// The record. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Arc<Backend>,
    accepts: Queue<record::accept::Accept>,
    plans: Queue<record::plan::StorePlan>,
    settles: Queue<record::settle::Settle>,
    tasks: TaskTracker,
    closing: CancellationToken,
    /// Held while a server of ours is enrolled on an SQLite file.
    lock: Mutex<Option<File>>,
}

impl Store {
    /// Opens the record. An SQLite file and its directory are made where they are missing; PostgreSQL is first
    /// spoken to by whatever is called next. Must be called inside a tokio runtime, which runs the writers.
    pub async fn open(options: &Options) -> Result<Self> {
        let backend = Arc::new(Backend::open(options).await?);
        let tasks = TaskTracker::new();
        let closing = CancellationToken::new();
        let inner = Inner {
            accepts: Queue::start(&backend, &tasks, &closing),
            plans: Queue::start(&backend, &tasks, &closing),
            settles: Queue::start(&backend, &tasks, &closing),
            backend,
            tasks,
            closing,
            lock: Mutex::new(None),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Finishes what is queued and closes the connections. Calls made from now on fail with [`Error::Closed`].
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.backend.close().await;
    }

    /// How many calls of `accept`, `plan` and `settle` wait for the database now.
    pub fn waiting(&self) -> usize {
        self.0.accepts.depth() + self.0.plans.depth() + self.0.settles.depth()
    }

    /// Which database it is: `sqlite` or `postgres`.
    pub fn database(&self) -> &'static str {
        match *self.0.backend {
            Backend::Sqlite(_) => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    fn backend(&self) -> &Backend {
        &self.0.backend
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nobody can ask for anything any more: the writers end when their queues are empty.
        self.closing.cancel();
    }
}

//! The record: every event, what was planned for it, what was tried, and how it ended. SQLite or PostgreSQL.
//!
//! What it promises:
//! - An [`Accepted`] exists only after the commit, so a 200 that is made of one is true.
//! - An event is planned once a run, however many processes see it, and an action is leased to one process at a time. A
//!   lease only saves work: what a crash leaves behind is given to whoever [sweeps](Store::sweep_actions), with the next
//!   epoch, and every later write names the epoch it was given ([`Planned::LeaseLost`], [`Settled::LeaseLost`]).
//! - One method is one fact and one transaction. No SQL, no driver type and no transaction leaves this module.
//! - Both databases behave alike: one text of SQL (`backend`), one suite of tests.
//! - While a database is away, calls fail within seconds and none hangs; when it is back, calls succeed again.
//!
//! Its rooms, in reading order; each imports only from those before it, and [`Store`] from here:
//! - `backend`: the two databases, statements that run on both, and writes that share a commit.
//! - `access`: who may come in at the admin API and the pages, and what they did.
//! - `processes`: who is alive, and so whose leases count.
//! - `refusals`: the last callbacks that were refused.
//! - `alerts`: who reports trouble, and what the record knows of it.
//! - `flags`, `media`, `rulesets`: what is wrong with rules, the files that they name, and the rules themselves.
//! - `record`: the way of an event. It is accepted, with its plan or to be planned, its actions are claimed and settled, and
//!   what follows from them is stored.
//! - `standing`: whether others still take this process for alive, so that it may begin something.
//! - `hot`: the statements that every event goes through, to be explained.
//! - `probe`: whether the database takes what a callback asks of it.
//! - `read`: what people, pages and rules ask of the record.
//! - `operator`: what an operator does with it: replay, retry, either of many, export, import, tables of contact ways,
//!   and taking out what is old or about a customer who is to be forgotten.
//! - `backup`: the whole of it as one file, and back into an empty database of either kind.
//!
//! | meaning | Rust | SQLite (STRICT) | PostgreSQL |
//! |---|---|---|---|
//! | identity | `i64` | `INTEGER PRIMARY KEY` | `BIGINT … IDENTITY` |
//! | instant | `i64`, `…_ms` | `INTEGER` | `BIGINT` |
//! | text, JSON | `String` | `TEXT` | `TEXT` |
//! | flag | `bool` | `INTEGER` in (0, 1) | `BOOLEAN` |
//! | bytes | `Vec<u8>` | `BLOB` | `BYTEA` |
//!
//! Where the two differ, for whoever adds a statement: `LIKE` ignores case on SQLite only; NULL sorts first on
//! SQLite and last on PostgreSQL; `max(a, b)` is `greatest(a, b)`; texts sort by the collation on PostgreSQL; one
//! statement may update a row twice on SQLite only (`ON CONFLICT DO UPDATE`); `RETURNING` names the updated table
//! only on SQLite; PostgreSQL has no NUL in a text (`backend/text.rs`).

mod backend;
mod access;
mod processes;
mod flags;
mod refusals;
mod alerts;
mod media;
mod rulesets;
mod record;
mod standing;
mod hot;
mod probe;
mod read;
mod operator;
mod backup;

use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use backend::{Backend, CLOSE_TIMEOUT, Queue};
use record::{accept::Accept, acked::Acked, plan::StorePlan, settle::Settle};

pub use access::{
    audit::{AuditLine, AuditRecord},
    sessions::{Holders, SessionBegun, SessionFound, SessionOf, SessionRecord},
    tokens::{NewToken, TokenFound, TokenMade, TokenRecord},
};
pub use alerts::{AlertsHeld, AlertsKept, DISK_FULL_BYTES, DISK_LOW_BYTES};
pub use backend::{
    BackupFault, Error, FileFault, Migrated, Options, Owned, Permissions, Result, ServerFault, Whole,
    missing_file, own_words,
};
pub use backup::{BackedUp, LEFT_OUT, Restored, RowsCopied, copied_tables, file::BackupFile};
pub use flags::{FlagRecord, RuleFlag};
pub use hot::{HotStatement, hot_statements};
pub use media::{
    brought::{Brought, BroughtFile, UPLOADS_KEPT_FOR, UPLOADS_MAX},
    files::{CONTENT_BYTES_MAX, Digest, RulesetFile},
    uploads::{MediaKey, MediaLease, MediaRecord},
};
pub use operator::{
    bulk::{BULK_MAX, BulkAct, BulkAnswer, BulkRecord, BulkState, BulkWhy},
    bulk_ends::BulkEnd,
    bulk_items::{BulkFailure, BulkItem},
    bulk_turns::BulkTurn,
    forget::{CustomerHash, Forgettable, ForgottenRecord},
    import::{Imported, LINE_BYTES_MAX},
    past::TakenOut,
    prune::{PRUNED_AT_ONCE, Prunable, Pruned},
    pseudonyms::Pseudonyms,
    replay::ReplayStart,
    retry::Retry,
    shrink::Shrunk,
    way_batches::{WayBatch, WayEnd, WayRow, WayStatus},
};
pub use probe::Probe;
pub use processes::{ALIVE_FOR_MS, Enrolled, Heartbeat, ProcessId, Recovery, Role};
pub use read::{
    ListStatement,
    actions::ActionRecord,
    adds::AddsOfEmployee,
    changed::Changed,
    depth::{Depth, DepthOfKind},
    earlier::EarlierAdds,
    events::{EventRecord, EventSummary, ListedEvent},
    failures::{AskedBy, ExplainedFailures, Failures},
    fate::{EventOutcome, Fate},
    filter::{ActionFilter, EventFilter, FateFilter, PAGE_DEFAULT, PAGE_MAX},
    hits::RuleHits,
    list_statements,
    payload::Payload,
    recorded::RecordedEvent,
    stats::{By, KEYS_MAX, Percentiles, StatsFilter, StatsRow},
    tag_uses::{TAG_ACTIONS_MAX, TagUses},
};
pub use record::{
    accept::Accepted,
    event::{ClaimedEvent, EventLease, EventStatus, NewEvent, StoredEvent},
    lease::{ActionLease, Claimed, TakesOn},
    new_plan::NewPlan,
    plan::{PlanRecord, Planned},
    settle::{AttemptRecord, Settled, Settlement},
};
pub use refusals::{REFUSED_KEPT, RefusedCallback, RefusedFilter, RefusedRecord};
pub use rulesets::{Rollback, RulesetImport, RulesetSummary, RulesetVersion, Stale};
pub use standing::{Renewal, Standing};

/// The record. Cheap to clone; all clones are the same record.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Arc<Backend>,
    accepts: Queue<Accept>,
    plans: Queue<StorePlan>,
    settles: Queue<Settle>,
    acked: Acked,
    tasks: TaskTracker,
    closing: CancellationToken,
    /// Nothing needs the writers' thread any more.
    over: CancellationToken,
    standing: Standing,
    /// The lock beside an SQLite file, held while a server of this process is enrolled: by the first of several alone until
    /// it is on record, and then by all of them together.
    lock: Mutex<Option<File>>,
}

impl Store {
    /// Opens the record. An SQLite file is made where it is missing, its folder is not; PostgreSQL is connected to by the
    /// next call. Must be called inside a tokio runtime, which runs the writers.
    pub async fn open(options: &Options) -> Result<Self> {
        let backend = Arc::new(Backend::open(options).await?);
        let tasks = TaskTracker::new();
        let closing = CancellationToken::new();
        let over = CancellationToken::new();
        let thread =
            backend::writers(&tasks, &over).map_err(|cause| Error::NoThread { cause: Arc::new(cause) })?;
        let acked = Acked::default();
        tasks.spawn(acked.clone().write(Arc::clone(&backend), closing.clone()));
        tasks.spawn(backend::keep_log_short(Arc::clone(&backend), closing.clone()));
        let inner = Inner {
            accepts: Queue::start(&backend, (&tasks, &thread), &closing),
            plans: Queue::start(&backend, (&tasks, &thread), &closing),
            settles: Queue::start(&backend, (&tasks, &thread), &closing),
            acked,
            backend,
            tasks,
            closing,
            over,
            standing: Standing::new(),
            lock: Mutex::new(None),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Brings the tables up to date. Safe while other processes do the same.
    pub async fn migrate(&self) -> Result<Migrated> {
        self.backend().migrate().await
    }

    /// Whether the database can be reached and its tables are those of this version.
    pub async fn check(&self) -> Result<()> {
        self.backend().check().await
    }

    /// Finishes what is queued, as far as the database takes it at once, and closes the connections. Calls made from now
    /// on fail with [`Error::Closed`].
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.tasks.close();
        // Where the database is silent each batch takes its time-out, and there may be many.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.0.tasks.wait()).await;
        self.0.backend.close().await;
        self.0.over.cancel();
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

    /// Where it is, to be shown: the file's whole path, or the server's address without a password.
    pub fn place(&self) -> String {
        self.backend().place()
    }

    /// The SQLite file.
    pub fn file(&self) -> Option<&Path> {
        match self.backend() {
            Backend::Sqlite(file) => Some(file.path()),
            Backend::Postgres(_) => None,
        }
    }

    /// How many bytes are free, for this process's user, on the disk of the SQLite file. `None` on PostgreSQL, whose disk is
    /// another machine's, and where the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        self.file().and_then(backend::free_bytes)
    }

    /// Whether the pages of an SQLite file are whole, as far as that can be told in this time. PostgreSQL looks after its own.
    pub async fn look_through(&self, within: Duration) -> Result<Whole> {
        match self.backend() {
            Backend::Sqlite(file) => file.look_through(within).await,
            Backend::Postgres(_) => Ok(Whole::Yes),
        }
    }

    /// The error, with the place and the reason where it says only that the connection broke, or that the file is busy.
    pub fn explain(&self, error: Error) -> Error {
        self.backend().explain(error)
    }

    fn backend(&self) -> &Backend {
        &self.0.backend
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // No clone is left that could ask for anything, so the writers may end when their queues are empty.
        self.closing.cancel();
        self.tasks.close();
        self.over.cancel();
    }
}

//! The SQLite file: one connection that writes, a few that read, and a watch over the file itself.
//!
//! A program that holds an SQLite file open can go on writing to it after the file has been deleted, and all of that is
//! lost. So the file's identity is compared whenever a connection is taken, which costs a microsecond: while the file
//! is gone every call fails and says so, and when a file is back the connections are opened anew.

use std::{
    fs::{File, Metadata, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    error::{Error, Result},
    limits::{ACQUIRE_TIMEOUT, PROBE_TIMEOUT, STATEMENTS_CACHED},
    unusable,
};

/// To how many bytes the write-ahead log is cut back after a burst.
const JOURNAL_SIZE_LIMIT: &str = "67108864";

/// Pages kept in memory by the connection that writes, in KiB (negative, as SQLite wants it): the inner pages of the
/// indexes of a few million events.
const WRITER_CACHE: &str = "-16000";
const READER_CACHE: &str = "-4000";

/// A probe keeps sixteen pages, and waits for another program's lock for half of what it may take.
const PROBE_CACHE: &str = "16";
const PROBE_BUSY: Duration = Duration::from_millis(250);

/// Rows that wait between SQLite's thread and us: a batch's worth.
const ROW_BUFFER: usize = 256;

/// The whole path of the SQLite file that this URL names, if no file is there yet. Opening the URL would make it.
pub fn missing_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") {
        return None;
    }
    // Opening it reports whatever else is wrong with the URL.
    let options = url.parse::<SqliteConnectOptions>().ok()?;
    let path = options.get_filename();
    let missing = !path.as_os_str().is_empty() && !path.exists();
    missing.then(|| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

#[derive(Debug)]
pub(in crate::store) struct SqliteFile {
    path: Arc<Path>,
    options: SqliteConnectOptions,
    writer: Arc<Mutex<Slot>>,
    readers: SqlitePool,
}

/// Where the one connection that writes is kept while nobody uses it.
#[derive(Debug, Default)]
struct Slot {
    connection: Option<SqliteConnection>,
    file: FileId,
    closed: bool,
}

impl SqliteFile {
    /// Opens the file, making it where it is missing. SQLite waits for another process that is writing as long as for a
    /// connection.
    pub(in crate::store) async fn open(url: &str, readers: u32, patience: Duration) -> Result<Self> {
        let options =
            url.parse::<SqliteConnectOptions>().map_err(|error| Error::Url { fault: error.to_string() })?;
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(Error::Url { fault: "a database in memory is none that events are safe in".into() });
        }
        let path: Arc<Path> = options.get_filename().into();
        if path.as_os_str().is_empty() {
            return Err(Error::Url { fault: "it names no file".into() });
        }
        unusable::make_missing(&path)?;
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(patience)
            .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT)
            // What is deleted is overwritten. That costs nothing where nothing is.
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(STATEMENTS_CACHED)
            .row_buffer_size(ROW_BUFFER)
            .disable_statement_logging();
        // Made above and never again: a file that is missing later has been taken away, and an empty one in its place
        // would hide that.
        let options = options.create_if_missing(false);
        // A file that is new now can give the room of pruned events back, page by page; an older one is as it was made. Not for
        // every connection: each would write to the file when it is opened.
        let is_empty = std::fs::metadata(&path).is_ok_and(|found| found.len() == 0);
        let making = if is_empty {
            options.clone().auto_vacuum(SqliteAutoVacuum::Incremental)
        } else {
            options.clone()
        };
        let open = async {
            let mut first = making.pragma("cache_size", WRITER_CACHE).connect().await?;
            unusable::check_writable(&mut first).await?;
            Ok(first)
        };
        let first = open.await.map_err(|cause| unusable::explain(&path, cause))?;

        let watch = Watch::new(Arc::clone(&path));
        let readers = SqlitePoolOptions::new()
            .max_connections(readers.max(1))
            .acquire_timeout(patience)
            .test_before_acquire(false)
            .before_acquire(move |_, meta| {
                let current = watch.is_current(meta.age);
                Box::pin(async move { Ok(current) })
            })
            .connect_lazy_with(options.clone().pragma("cache_size", READER_CACHE).pragma("query_only", "ON"));
        let slot = Slot { connection: Some(first), file: FileId::of(&path), closed: false };
        Ok(Self {
            path,
            options: options.pragma("cache_size", WRITER_CACHE),
            writer: Arc::new(Mutex::new(slot)),
            readers,
        })
    }

    /// The file, as its URL names it.
    pub(in crate::store) fn path(&self) -> &Path {
        &self.path
    }

    /// The connection that writes, when it is free.
    pub(in crate::store) async fn writer(&self) -> Result<Writer> {
        let Ok(mut slot) = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.writer).lock_owned()).await
        else {
            return Err(Error::Slow {
                waited_ms: u64::try_from(ACQUIRE_TIMEOUT.as_millis()).unwrap_or(u64::MAX),
            });
        };
        if slot.closed {
            return Err(Error::Closed);
        }
        let file = FileId::of(&self.path);
        if file == FileId::None || slot.file != file {
            slot.connection = None;
            slot.file = file;
        }
        if file == FileId::None {
            return Err(Error::FileGone { path: self.path.display().to_string() });
        }
        let connection = match slot.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(|cause| unusable::explain(&self.path, cause))?,
        };
        Ok(Writer { connection: Some(connection), slot })
    }

    /// A connection that shows whether the file can be written to. It is opened for that, so that it reads what is on the
    /// disk and not what another remembers; it keeps next to nothing in memory, so that what it writes goes to the disk at
    /// once; and it has the writer's turn, so that neither waits for the other's lock.
    pub(in crate::store) async fn probe(&self) -> Result<WriteProbe> {
        let writer = tokio::time::timeout(PROBE_TIMEOUT, self.writer()).await;
        let writer = writer.map_err(|_| Error::hung("get the connection that writes", PROBE_TIMEOUT))??;
        let options = self.options.clone().busy_timeout(PROBE_BUSY).pragma("cache_size", PROBE_CACHE);
        let connection = tokio::time::timeout(PROBE_TIMEOUT, options.connect()).await;
        let connection = connection
            .map_err(|_| Error::hung("open the database file", PROBE_TIMEOUT))?
            .map_err(|cause| Error::from_sqlx("open the database file", cause))?;
        Ok(WriteProbe { connection, writer })
    }

    /// How a connection is opened by which all of the file is looked through: it keeps little of it in memory.
    pub(super) fn to_look_through(&self) -> SqliteConnectOptions {
        self.options.clone().pragma("cache_size", READER_CACHE).pragma("query_only", "ON")
    }

    /// A connection that reads.
    pub(in crate::store) async fn reader(&self) -> Result<PoolConnection<Sqlite>> {
        if FileId::of(&self.path) == FileId::None {
            return Err(Error::FileGone { path: self.path.display().to_string() });
        }
        self.readers.acquire().await.map_err(|cause| unusable::explain(&self.path, cause))
    }

    /// Takes the lock beside the file that says "a server is running on it" for this process alone, unless another
    /// process has it, alone or not.
    pub(in crate::store) fn lock_alone(&self) -> Result<Option<File>> {
        self.lock_by(File::try_lock)
    }

    /// Takes it together with whoever has it as well, unless another process has it alone.
    pub(in crate::store) fn lock_with_others(&self) -> Result<Option<File>> {
        self.lock_by(File::try_lock_shared)
    }

    fn lock_by(&self, lock: impl Fn(&File) -> std::result::Result<(), TryLockError>) -> Result<Option<File>> {
        let mut path = PathBuf::from(&*self.path).into_os_string();
        path.push(".lock");
        let error = |doing, cause| Error::File {
            doing,
            path: PathBuf::from(&path).display().to_string(),
            cause: Arc::new(cause),
        };
        let file = unusable::owner_only(File::options().create(true).truncate(false).write(true))
            .open(&path)
            .map_err(|cause| error("open the lock file", cause))?;
        match lock(&file) {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            // Some network file systems have no locks: recovery is slower there, nothing else.
            Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => Ok(None),
            Err(TryLockError::Error(cause)) => Err(error("lock", cause)),
        }
    }

    pub(in crate::store) async fn close(&self) {
        let connection = {
            let mut slot = self.writer.lock().await;
            slot.closed = true;
            slot.connection.take()
        };
        self.readers.close().await;
        if let Some(connection) = connection {
            // The last connection to close writes the log back into the file. If that fails the log stays, and whoever
            // opens the file next reads it.
            let _ = connection.close().await;
        }
    }
}

/// The one connection that writes, in use. It is closed on drop unless it was given back, and the next caller opens
/// another, so that after an error nobody inherits half a transaction.
#[derive(Debug)]
pub(in crate::store) struct Writer {
    connection: Option<SqliteConnection>,
    slot: OwnedMutexGuard<Slot>,
}

impl Writer {
    pub(in crate::store) fn connection(&mut self) -> Option<&mut SqliteConnection> {
        self.connection.as_mut()
    }

    pub(in crate::store) fn give_back(mut self) {
        self.slot.connection = self.connection.take();
    }
}

/// The connection of a probe, with the writer's turn.
#[derive(Debug)]
pub(in crate::store) struct WriteProbe {
    connection: SqliteConnection,
    writer: Writer,
}

impl WriteProbe {
    pub(in crate::store) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    pub(in crate::store) fn end(self) {
        self.writer.give_back();
    }
}

/// Which file is at a path: device and inode, where the system has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FileId {
    #[default]
    None,
    Some(u64, u64),
}

impl FileId {
    fn of(path: &Path) -> Self {
        std::fs::metadata(path).map_or(Self::None, |metadata| Self::read(&metadata))
    }

    #[cfg(unix)]
    fn read(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self::Some(metadata.dev(), metadata.ino())
    }

    #[cfg(not(unix))]
    fn read(metadata: &Metadata) -> Self {
        let created = metadata.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Self::Some(0, created.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// Since when the path has led to the file that is there now, so that connections older than that are not used.
#[derive(Debug)]
struct Watch {
    path: Arc<Path>,
    seen: StdMutex<(FileId, Instant)>,
}

impl Watch {
    fn new(path: Arc<Path>) -> Self {
        let seen = (FileId::of(&path), now());
        Self { path, seen: StdMutex::new(seen) }
    }

    /// Whether a connection of that age was opened on the file that is there now.
    fn is_current(&self, age: Duration) -> bool {
        let file = FileId::of(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != file {
            *seen = (file, now());
        }
        file != FileId::None && age <= seen.1.elapsed()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with a connection's age, which sqlx measures the same way"
)]
fn now() -> Instant {
    Instant::now()
}

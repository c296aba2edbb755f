//! What an SQLite file needs now and then: its log kept short, and a look at whether its pages are whole.
//!
//! SQLite writes to a log beside the file and copies that back as it goes; it begins the log anew when nobody reads from it. Where
//! there is always somebody who reads, that moment never comes by itself and the log grows. So it is asked for, with a writer's
//! turn and a short wait. Against somebody who holds a read transaction open for hours (another program: none of ours does) nothing
//! helps, and the log says so.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::ConnectOptions as _;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    connection::Backend,
    error::{Error, Result, own_words},
    file::SqliteFile,
    limits::SQLITE_TIMEOUT,
};

/// How often the length of the log is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// From how many bytes on the log is begun anew. Without somebody who reads all the time it stays at 4 MB.
const LOG_MAX: u64 = 64 << 20;

/// How often at most it is said that the log cannot be begun anew.
const SAID_EVERY: u32 = 360;

/// How long those who read may keep a writer waiting for that.
const READERS_WITHIN: &str = "PRAGMA busy_timeout = 100";

/// After so many steps of SQLite's it is looked at whether time is up.
const STEPS: i32 = 10_000;

/// Whether the pages of a file are whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    /// All of them are.
    Yes,
    /// As far as they were looked at in the time that there was.
    SoFar,
    /// They are not; what SQLite says.
    No {
        /// SQLite's words, of the first fault.
        says: String,
    },
}

/// Keeps the log of an SQLite file short, until the store is closed.
pub(in crate::store) async fn keep_log_short(backend: Arc<Backend>, closing: CancellationToken) {
    let Backend::Sqlite(file) = &*backend else { return };
    let mut held = 0_u32;
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let bytes = log_bytes(file.path());
        if bytes < LOG_MAX {
            held = 0;
            continue;
        }
        // Whatever is wrong with the file, those who store events in it say so.
        if !file.begin_log_anew().await.unwrap_or(false) {
            if held.is_multiple_of(SAID_EVERY) {
                warn!(
                    bytes,
                    "The log of the database, {}-wal, has {} MB and cannot be begun anew: another program has held the file \
                     open to read for long (sqlite3, a copy that hangs); `fuser {0}` tells which",
                    file.path().display(),
                    bytes >> 20
                );
            }
            held = held.wrapping_add(1);
        }
    }
}

/// How long the log beside a file is.
pub(in crate::store) fn log_bytes(file: &Path) -> u64 {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).map_or(0, |found| found.len())
}

impl SqliteFile {
    /// Copies all of the log into the file and cuts it to nothing; `false` where somebody who reads stands in the way.
    pub(in crate::store) async fn begin_log_anew(&self) -> Result<bool> {
        let mut writer = self.writer().await?;
        let Some(connection) = writer.connection() else { return Err(Error::Closed) };
        let told = async {
            sqlx::raw_sql(READERS_WITHIN).execute(&mut *connection).await?;
            sqlx::query_as::<_, (i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(connection)
                .await
        };
        // The connection is not given back: the next one waits for others as long as it should.
        match tokio::time::timeout(SQLITE_TIMEOUT, told).await {
            Ok(Ok((busy, _, _))) => Ok(busy == 0),
            Ok(Err(cause)) => Err(Error::from_sqlx("begin the log anew", cause)),
            Err(_) => Err(Error::hung("begin the log anew", SQLITE_TIMEOUT)),
        }
    }

    /// Looks at the pages of the file, for that long at most.
    pub(in crate::store) async fn look_through(&self, within: Duration) -> Result<Whole> {
        let unread = |cause| Error::from_sqlx("look through the database", cause);
        let mut connection = self.to_look_through().connect().await.map_err(unread)?;
        let began = now();
        let mut handle = connection.lock_handle().await.map_err(unread)?;
        handle.set_progress_handler(STEPS, move || began.elapsed() < within);
        drop(handle);
        let said = sqlx::query_as::<_, (String,)>("PRAGMA quick_check(1)").fetch_all(&mut connection).await;
        match said {
            Ok(said) => Ok(match said.into_iter().next() {
                Some((says,)) if says != "ok" => Whole::No { says },
                _ => Whole::Yes,
            }),
            Err(error) => match Error::from_sqlx("look through the database", error) {
                Error::Damaged { cause, .. } => Ok(Whole::No { says: own_words(&cause) }),
                _ if began.elapsed() >= within => Ok(Whole::SoFar),
                error => Err(error),
            },
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "SQLite asks from its own thread whether time is up")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;

    async fn file_with_rows(folder: &Path) -> (SqliteFile, String) {
        let url = format!("sqlite://{}", folder.join("greeter.db").display());
        let file = SqliteFile::open(&url, 1, Duration::from_secs(1)).await.unwrap();
        let mut other = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (bytes BLOB); INSERT INTO t VALUES (randomblob(2000000))")
            .execute(&mut other)
            .await
            .unwrap();
        other.close().await.unwrap();
        (file, url)
    }

    #[tokio::test]
    async fn the_log_is_begun_anew_as_soon_as_nobody_reads_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let (file, url) = file_with_rows(folder.path()).await;
        let mut reader = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT count(*) FROM t").execute(&mut reader).await.unwrap();
        let mut writer = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("INSERT INTO t VALUES (randomblob(2000000))").execute(&mut writer).await.unwrap();
        assert!(log_bytes(file.path()) > 1_000_000);
        assert!(!file.begin_log_anew().await.unwrap(), "somebody reads");
        sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
        assert!(file.begin_log_anew().await.unwrap());
        assert_eq!(log_bytes(file.path()), 0);
    }

    #[tokio::test]
    async fn a_page_that_is_damaged_is_found_and_a_whole_file_is_whole() {
        use std::io::{Seek as _, SeekFrom, Write as _};
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = file_with_rows(folder.path()).await;
        assert!(file.begin_log_anew().await.unwrap());
        assert_eq!(file.look_through(Duration::from_secs(30)).await.unwrap(), Whole::Yes);
        let mut raw = std::fs::File::options().write(true).open(file.path()).unwrap();
        raw.seek(SeekFrom::Start(4_096)).unwrap();
        raw.write_all(&[0xff; 64]).unwrap();
        drop(raw);
        let found = file.look_through(Duration::from_secs(30)).await.unwrap();
        assert!(matches!(&found, Whole::No { says } if !says.is_empty()), "{found:?}");
    }
}

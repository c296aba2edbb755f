//! From the record into a file, while servers write to it.

use std::{future::Future, io, path::Path, time::Duration};

use sqlx::{Connection as _, SqliteConnection};
use tempfile::{Builder, NamedTempFile};

use super::{BackedUp, RowsCopied, attached, file, streamed};
use crate::store::{
    Store,
    backend::{Backend, BackupFault, Error, Hand, Result, run},
};

/// How often what has been written of the file is sent to the disk. Left to the system it would pile up for half a minute, and a
/// server's commit, which waits for the disk, would stand behind all of it.
const SYNC_EVERY: Duration = Duration::from_millis(200);

impl Store {
    /// Copies the whole record, as it is at one moment, into a file that is not there yet and that only its owner may read. What
    /// has been written goes where it fails, or where the caller goes away.
    pub async fn back_up(&self, to: &Path) -> Result<BackedUp> {
        let part = begin(to)?;
        let copying = self.copy_out(part.path());
        let (schema, rows) = Box::pin(sent_to_disk(&part, copying)).await?;
        let bytes = part.as_file().sync_all().and_then(|()| part.as_file().metadata());
        let bytes = bytes.map_err(|error| not_made(to, &error))?.len();
        finish(part, to)?;
        Ok(BackedUp { schema, bytes, rows })
    }

    async fn copy_out(&self, into: &Path) -> Result<(i64, RowsCopied)> {
        // Of an older version's record the backup is of that version too: it is what one has before an upgrade.
        let schema = self.backend().version_to_copy().await?;
        let mut copy = file::make(into, schema).await?;
        let rows = match self.backend() {
            Backend::Sqlite(file) => from_sqlite(&mut copy, file.path()).await?,
            Backend::Postgres(_) => self.read_from_postgres(&mut copy).await?,
        };
        copy.close().await.map_err(|cause| Error::from_sqlx("write the backup", cause))?;
        Ok((schema, rows))
    }

    async fn read_from_postgres(&self, copy: &mut SqliteConnection) -> Result<RowsCopied> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "begin to read", |c| sqlx::raw_sql(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )
        .execute(c))?;
        begin_in(copy).await?;
        let rows = match tx.hand()? {
            Hand::Postgres(hand) => streamed::from_postgres(hand.into_inner(), copy).await?,
            Hand::Sqlite(_) => RowsCopied::new(),
        };
        end_in(copy).await?;
        tx.rollback().await?;
        Ok(rows)
    }
}

async fn from_sqlite(copy: &mut SqliteConnection, record: &Path) -> Result<RowsCopied> {
    attached::attach(copy, record).await?;
    begin_in(copy).await?;
    let rows = attached::copy(copy).await?;
    end_in(copy).await?;
    Ok(rows)
}

/// Not IMMEDIATE, which would ask for the right to write to the record as well, and hold up its server.
async fn begin_in(copy: &mut SqliteConnection) -> Result<()> {
    let begun = sqlx::raw_sql("BEGIN").execute(copy).await;
    begun.map(drop).map_err(|cause| Error::from_sqlx("begin a transaction", cause))
}

async fn end_in(copy: &mut SqliteConnection) -> Result<()> {
    let ended = sqlx::raw_sql("COMMIT").execute(copy).await;
    ended.map(drop).map_err(|cause| Error::from_sqlx("commit", cause))
}

/// A file of another name beside the one that is wanted: what is there under the wanted name is whole.
fn begin(to: &Path) -> Result<NamedTempFile> {
    if to.symlink_metadata().is_ok() {
        return Err(BackupFault::Exists { path: to.display().to_string() }.into());
    }
    let folder = file::folder_of(to);
    if !folder.is_dir() {
        return Err(BackupFault::NoFolder { folder: folder.display().to_string() }.into());
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    // For its owner alone; tempfile makes it so.
    Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| not_made(to, &error))
}

fn finish(part: NamedTempFile, to: &Path) -> Result<()> {
    part.persist_noclobber(to).map_err(|refused| match refused.error.kind() {
        io::ErrorKind::AlreadyExists => Error::from(BackupFault::Exists { path: to.display().to_string() }),
        _ => not_made(to, &refused.error),
    })?;
    // So that the name outlives a power cut as well. Not every file system can do that for a folder.
    let _ = std::fs::File::open(file::folder_of(to)).and_then(|folder| folder.sync_all());
    Ok(())
}

fn not_made(to: &Path, error: &io::Error) -> Error {
    BackupFault::NotMade { path: to.display().to_string(), says: error.to_string() }.into()
}

/// Sends to the disk, all the while, what has been written.
async fn sent_to_disk<T>(part: &NamedTempFile, copying: impl Future<Output = T>) -> T {
    let mut copying = std::pin::pin!(copying);
    loop {
        tokio::select! {
            end = &mut copying => return end,
            () = tokio::time::sleep(SYNC_EVERY) => {}
        }
        if let Ok(file) = part.as_file().try_clone() {
            // The last one tells whether all of it is there.
            let _ = tokio::task::spawn_blocking(move || file.sync_data()).await;
        }
    }
}

//! From a file into an empty database, all or nothing.

use std::path::Path;

use super::{Restored, RowsCopied, attached, file::BackupFile, streamed, target};
use crate::store::{
    Store,
    backend::{Backend, BackupFault, Error, Hand, Migrated, Result, run},
    operator::bulk::let_go_beyond,
};

impl Store {
    /// Puts a backup into this database, which must be empty; its tables are made where it has none.
    pub async fn restore(&self, backup: &BackupFile, now_ms: i64) -> Result<Restored> {
        let place = self.place();
        if let Some(file) = self.file() {
            must_be_another(file, backup.path())?;
        }
        let mut tx = self.backend().read().await?;
        target::must_be_of_ours(&mut tx, &place).await?;
        // Before its tables are changed: an older version may be serving the record that somebody named by mistake.
        target::must_be_empty(&mut tx, &place, now_ms).await?;
        tx.commit().await?;
        let schema = match self.migrate().await? {
            Migrated::UpToDate { version } => version,
            Migrated::Changed { to, .. } => to,
        };
        let rows = match self.backend() {
            Backend::Sqlite(_) => self.write_to_sqlite(backup, &place, now_ms).await?,
            Backend::Postgres(_) => self.write_to_postgres(backup, &place, now_ms).await?,
        };
        Ok(Restored { from_schema: backup.schema(), schema, rows })
    }

    async fn write_to_sqlite(&self, backup: &BackupFile, place: &str, now_ms: i64) -> Result<RowsCopied> {
        let mut tx = self.backend().single().await?;
        // Whole tables are copied, and the backup held to the same keys.
        run!(tx, "prepare the copy", |c| sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(c))?;
        if let Hand::Sqlite(connection) = tx.hand()? {
            attached::attach(connection, backup.to_read()).await?;
        }
        run!(tx, "begin a transaction", |c| sqlx::raw_sql("BEGIN").execute(c))?;
        target::must_be_empty(&mut tx, place, now_ms).await?;
        let rows = match tx.hand()? {
            Hand::Sqlite(connection) => attached::copy(connection).await?,
            Hand::Postgres(_) => RowsCopied::new(),
        };
        let_go_beyond(&mut tx).await?;
        if let Hand::Sqlite(connection) = tx.hand()? {
            // Not by `run!`, which gives up after seconds: all of the record is sent to the disk here.
            let ended = sqlx::raw_sql("COMMIT").execute(&mut *connection).await;
            ended.map_err(|cause| Error::from_sqlx("commit", cause))?;
            // It stands in the log as well, which need not stay that long. Should somebody read just now, it does.
            let _ = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(connection).await;
        }
        // Dropped and not given back: the connection holds the other file open.
        drop(tx);
        Ok(rows)
    }

    async fn write_to_postgres(&self, backup: &BackupFile, place: &str, now_ms: i64) -> Result<RowsCopied> {
        let mut file = backup.connect().await?;
        let mut tx = self.backend().begin().await?.for_a_search();
        run!(tx, "begin to write", |c| sqlx::raw_sql(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )
        .execute(c))?;
        target::must_be_empty(&mut tx, place, now_ms).await?;
        let rows = match tx.hand()? {
            Hand::Postgres(hand) => streamed::write_to_postgres(&mut file, hand.into_inner()).await?,
            Hand::Sqlite(_) => RowsCopied::new(),
        };
        tx.commit().await?;
        Ok(rows)
    }
}

fn must_be_another(file: &Path, backup: &Path) -> Result<()> {
    match (std::fs::canonicalize(file), std::fs::canonicalize(backup)) {
        (Ok(one), Ok(other)) if one == other => {
            Err(BackupFault::Same { path: backup.display().to_string() }.into())
        }
        _ => Ok(()),
    }
}

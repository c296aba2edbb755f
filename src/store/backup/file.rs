//! The file of a backup: how one is made, and what is looked at before one is put back.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tempfile::{Builder, TempPath};

use crate::store::backend::{BackupFault, Error, Result, TablesOf, make_tables, own_words, whose_tables};

/// What every SQLite file begins with.
const BEGINS_WITH: &[u8; 16] = b"SQLite format 3\0";

/// Makes the tables of that version in a file that is empty, and gives the connection to fill them with. The file is nobody's yet,
/// and goes where filling it fails; so nothing is done for the case that it is interrupted.
pub(super) async fn make(path: &Path, version: i64) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        // As a new file of the record has it, in whose place it may be put.
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .disable_statement_logging();
    let mut connection =
        options.connect().await.map_err(|cause| Error::from_sqlx("make the backup", cause))?;
    make_tables(&mut connection, Some(version)).await?;
    Ok(connection)
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that was looked at and found to be a backup that this program can put back.
#[derive(Debug)]
pub struct BackupFile {
    path: PathBuf,
    schema: i64,
    /// A copy with today's tables, where its own are older.
    renewed: Option<TempPath>,
}

impl BackupFile {
    /// Looks at a file: whether it is whole, is a record of this program's, and of no newer version. It is not changed.
    pub async fn open(path: &Path) -> Result<Self> {
        let shown = || path.display().to_string();
        must_begin_as_sqlite(path)?;
        let mut connection = open_to_read(path).await?;
        let whole =
            sqlx::query_as::<_, (String,)>("PRAGMA integrity_check(1)").fetch_one(&mut connection).await;
        match whole {
            Ok((said,)) if said == "ok" => {}
            Ok((says,)) => return Err(BackupFault::Damaged { path: shown(), says }.into()),
            Err(error) => return Err(BackupFault::Damaged { path: shown(), says: own_words(&error) }.into()),
        }
        let applied = sqlx::query_as::<_, (i64, Vec<u8>)>(
            "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version",
        )
        .fetch_all(&mut connection)
        .await;
        let (schema, renewed) = match whose_tables(&applied.unwrap_or_default()) {
            TablesOf::This { version } => (version, None),
            TablesOf::Older { version } => (version, Some(renew(&mut connection, path).await?)),
            TablesOf::Newer { version, known } => {
                return Err(BackupFault::Newer { path: shown(), found: version, known }.into());
            }
            TablesOf::Others => return Err(BackupFault::NotOurs { path: shown() }.into()),
        };
        // It was only read from.
        let _ = connection.close().await;
        Ok(Self { path: path.to_owned(), schema, renewed })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The version of its tables.
    pub fn schema(&self) -> i64 {
        self.schema
    }

    /// The file with today's tables.
    pub(super) fn to_read(&self) -> &Path {
        self.renewed.as_deref().unwrap_or(&self.path)
    }

    /// A connection to read it by.
    pub(super) async fn connect(&self) -> Result<SqliteConnection> {
        open_to_read(self.to_read()).await
    }
}

fn must_begin_as_sqlite(path: &Path) -> Result<()> {
    let shown = path.display().to_string();
    let mut begins = [0; 16];
    match std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins)) {
        Ok(()) if &begins == BEGINS_WITH => Ok(()),
        Ok(()) => Err(BackupFault::NotOurs { path: shown }.into()),
        Err(error) => Err(match error.kind() {
            std::io::ErrorKind::NotFound => BackupFault::Missing { path: shown },
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::IsADirectory => {
                BackupFault::NotOurs { path: shown }
            }
            _ => BackupFault::Unread { path: shown, says: error.to_string() },
        }
        .into()),
    }
}

/// Opens a file that is not to be changed, and beside which nothing is made. A database that is in use has a log beside it, and
/// is read with that.
async fn open_to_read(path: &Path) -> Result<SqliteConnection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(!Path::new(&log).exists())
        .disable_statement_logging();
    options.connect().await.map_err(|cause| {
        let path = path.display().to_string();
        BackupFault::Unread { path, says: own_words(&cause) }.into()
    })
}

/// A copy of the file, beside it, with today's tables.
async fn renew(connection: &mut SqliteConnection, path: &Path) -> Result<TempPath> {
    let failed = |says: String| BackupFault::NotRenewed { path: path.display().to_string(), says };
    let copy = Builder::new()
        .prefix(".wecom-greeter-")
        .suffix(".part")
        .tempfile_in(folder_of(path))
        .or_else(|_| Builder::new().prefix("wecom-greeter-").tempfile())
        .map_err(|error| failed(error.to_string()))?
        .into_temp_path();
    sqlx::query("VACUUM INTO $1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .map_err(|error| failed(own_words(&error)))?;
    let options = SqliteConnectOptions::new()
        .filename(&copy)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .disable_statement_logging();
    let mut renewed = options.connect().await.map_err(|error| failed(own_words(&error)))?;
    make_tables(&mut renewed, None).await?;
    renewed.close().await.map_err(|error| failed(own_words(&error)))?;
    Ok(copy)
}

//! Brings the tables up to date, and says which version they have where they are not.
//!
//! Migrations go forward only and are part of the program: for each database one of the same number and name. A
//! migration that has been released is never changed.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use sqlx::{
    PgConnection, SqlSafeStr as _, SqliteConnection,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{
    connection::{Backend, Dialect, Hand, Tx, on, run},
    error::{Error, Result},
};

/// Embeds the migrations of these names, which each database has in a folder of its own. sqlx's macro would find them by
/// itself, and would have both drivers built a second time for that (see [`row`](mod@super::row)).
macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        static SQLITE: LazyLock<Migrator> = LazyLock::new(|| migrator(&[$(($name, text!("sqlite", $name))),*]));
        static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| migrator(&[$(($name, text!("postgres", $name))),*]));
    };
}

macro_rules! text {
    ($folder:literal, $name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $name, ".sql"))
    };
}

// tests/tidy.rs holds the list to the folders.
migrations![
    "0001_record",
    "0002_several_of_a_kind",
    "0003_media",
    "0004_receivers",
    "0005_flag_codes",
    "0006_reason_codes",
    "0007_refused_callbacks",
    "0008_access",
    "0009_half_adds",
    "0010_alerts",
    "0011_action_by_end",
    "0012_bulk",
    "0013_contact_way_batches",
    "0014_uploads",
    "0015_employee_logins",
    "0016_retention",
    "0017_search_indexes",
    "0018_gone_numbers",
];

/// What sqlx keeps of each in the database is its number, its name in words and a hash of its text.
fn migrator(texts: &[(&'static str, &'static str)]) -> Migrator {
    let migrations = texts.iter().filter_map(|(name, text)| {
        let (number, words) = name.split_once('_')?;
        let words = words.replace('_', " ").into();
        Some(Migration::new(number.parse().ok()?, words, MigrationType::Simple, text.into_sql_str(), false))
    });
    Migrator::with_migrations(migrations.collect())
}

/// How often a migration is tried while another process may be migrating too: SQLite has no lock for that.
const MIGRATIONS_TRIED: u32 = 20;
const MIGRATION_PAUSE: Duration = Duration::from_millis(100);

/// What [`Store::migrate`](crate::store::Store::migrate) did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// Nothing: the tables are those of this version.
    UpToDate {
        /// The schema's version.
        version: i64,
    },
    /// The tables were made, or changed.
    Changed {
        /// The version before; 0 where there were no tables.
        from: i64,
        /// The version now.
        to: i64,
    },
}

impl Backend {
    /// Brings the tables up to date. Safe while other processes do the same.
    pub(in crate::store) async fn migrate(&self) -> Result<Migrated> {
        let known = known(self);
        let from = match self.check().await {
            Ok(()) => return Ok(Migrated::UpToDate { version: known }),
            Err(Error::SchemaOlder { found, .. }) => found,
            Err(error) => return Err(error),
        };
        let mut tried = 0;
        loop {
            tried += 1;
            let end = self.run_migrations().await;
            match end {
                Ok(()) => return Ok(Migrated::Changed { from, to: known }),
                Err(error) => {
                    // Another process may have migrated meanwhile.
                    if self.check().await.is_ok() {
                        return Ok(Migrated::Changed { from, to: known });
                    }
                    if tried == MIGRATIONS_TRIED || matches!(self, Self::Postgres(_)) {
                        return Err(error);
                    }
                    tokio::time::sleep(MIGRATION_PAUSE).await;
                }
            }
        }
    }

    async fn run_migrations(&self) -> Result<()> {
        if matches!(self, Self::Postgres(server) if server.is_pooled()) {
            return behind_a_pooler(self.begin().await?).await;
        }
        let mut tx = self.single().await?;
        // Differs because only PostgreSQL ends a statement that takes long, as a migration may.
        let patience = tx.text(&Dialect {
            sqlite: "PRAGMA busy_timeout = 3000",
            postgres: "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0",
        });
        run!(tx, "prepare the migration", |c| sqlx::raw_sql(patience).execute(c))?;
        let end = match tx.hand()? {
            Hand::Sqlite(connection) => SQLITE.run_direct(None, connection, false).await,
            Hand::Postgres(hand) => POSTGRES.run_direct(None, hand.into_inner(), false).await,
        };
        // Dropped, not committed, so that the connection is closed: on PostgreSQL its time-outs have been taken off.
        drop(tx);
        end.map_err(|cause| match cause {
            MigrateError::VersionMissing(found) => Error::SchemaNewer { found, known: known(self) },
            cause => Error::Migration { cause: Arc::new(cause) },
        })
    }

    /// Whether the database can be reached and its tables are those of this version.
    pub(in crate::store) async fn check(&self) -> Result<()> {
        let (found, known) = (self.version().await?, known(self));
        match found.cmp(&known) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(Error::SchemaOlder { found, known }),
            std::cmp::Ordering::Greater => Err(Error::SchemaNewer { found, known }),
        }
    }

    /// The version of the tables, where this program can copy them: its own, or an older one.
    pub(in crate::store) async fn version_to_copy(&self) -> Result<i64> {
        let (found, known) = (self.version().await?, known(self));
        match found {
            0 => Err(Error::SchemaOlder { found, known }),
            found if found > known => Err(Error::SchemaNewer { found, known }),
            found => Ok(found),
        }
    }

    /// The version of the tables; 0 where there are none.
    async fn version(&self) -> Result<i64> {
        let mut tx = self.read().await?;
        // Differs because each database lists its tables elsewhere.
        let exists = tx.text(&Dialect {
            sqlite: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
            postgres: "SELECT count(*) FROM pg_catalog.pg_class
                       WHERE oid = to_regclass('_sqlx_migrations')",
        });
        let (exists,) = on!(tx, "look for the tables", |c| sqlx::query_as::<_, (i64,)>(exists).fetch_one(c))?;
        let found = if exists == 0 {
            0
        } else {
            let (found,) = on!(tx, "read the schema's version", |c| sqlx::query_as::<_, (i64,)>(
                "SELECT COALESCE(max(version), 0) FROM _sqlx_migrations WHERE success"
            )
            .fetch_one(c))?;
            found
        };
        tx.commit().await?;
        Ok(found)
    }
}

/// The same where each transaction may have another connection: the driver's way has a lock that lasts for a connection, and
/// statements that have names there. So it is done in one transaction, which begins with a lock of its own.
async fn behind_a_pooler(mut tx: Tx) -> Result<()> {
    let migrated = match tx.hand()? {
        Hand::Postgres(hand) => migrate_in_transaction(hand.into_inner()).await,
        Hand::Sqlite(_) => Ok(()),
    };
    migrated.map_err(|cause| Error::Migration { cause: Arc::new(cause) })?;
    tx.commit().await
}

/// The driver's own table of what was done, as it makes it.
const BEFORE_MIGRATIONS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SELECT pg_advisory_xact_lock(hashtext('wecom-greeter migrates'));
    CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL,
        execution_time BIGINT NOT NULL)";

async fn migrate_in_transaction(connection: &mut PgConnection) -> Result<(), MigrateError> {
    sqlx::raw_sql(BEFORE_MIGRATIONS).execute(&mut *connection).await?;
    let applied = sqlx::query_as::<_, (i64, Vec<u8>)>("SELECT version, checksum FROM _sqlx_migrations")
        .persistent(false)
        .fetch_all(&mut *connection)
        .await?;
    let applied: HashMap<i64, Vec<u8>> = applied.into_iter().collect();
    for migration in POSTGRES.iter() {
        match applied.get(&migration.version) {
            Some(checksum) if **checksum == *migration.checksum => continue,
            Some(_) => return Err(MigrateError::VersionMismatch(migration.version)),
            None => {}
        }
        sqlx::raw_sql(migration.sql.clone())
            .execute(&mut *connection)
            .await
            .map_err(|cause| MigrateError::ExecuteMigration(cause, migration.version))?;
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES ($1, $2, TRUE, $3, -1)",
        )
        .bind(migration.version)
        .bind(&*migration.description)
        .bind(&*migration.checksum)
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Makes the tables of an SQLite file as they are in that version, or in this one.
pub(in crate::store) async fn make_tables(
    connection: &mut SqliteConnection,
    version: Option<i64>,
) -> Result<()> {
    let made = SQLITE.run_direct(version, connection, false).await;
    made.map_err(|cause| Error::Migration { cause: Arc::new(cause) })
}

/// By whom the tables of an SQLite file were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum TablesOf {
    /// By this version.
    This { version: i64 },
    /// By an older one.
    Older { version: i64 },
    /// By a newer one than this program knows.
    Newer { version: i64, known: i64 },
    /// Not by this program.
    Others,
}

/// Whether these are the first of ours, or all of them.
fn is_beginning_of(applied: &[(i64, Vec<u8>)], ours: &[(i64, &[u8])]) -> bool {
    applied.iter().zip(ours).all(|(one, own)| one.0 == own.0 && one.1 == own.1)
}

/// Says so, by the migrations that were done on it, in order, with their checksums.
pub(in crate::store) fn whose_tables(applied: &[(i64, Vec<u8>)]) -> TablesOf {
    let ours: Vec<(i64, &[u8])> = SQLITE.iter().map(|one| (one.version, &*one.checksum)).collect();
    let known = ours.last().map_or(0, |(version, _)| *version);
    match applied.last() {
        Some((version, _)) if is_beginning_of(applied, &ours) => match version.cmp(&known) {
            std::cmp::Ordering::Equal => TablesOf::This { version: known },
            std::cmp::Ordering::Less => TablesOf::Older { version: *version },
            std::cmp::Ordering::Greater => TablesOf::Newer { version: *version, known },
        },
        _ => TablesOf::Others,
    }
}

fn known(backend: &Backend) -> i64 {
    let migrator = match backend {
        Backend::Sqlite(_) => &*SQLITE,
        Backend::Postgres(_) => &*POSTGRES,
    };
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

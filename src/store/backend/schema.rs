//! Brings the tables up to date, and says which version they have where they are not.
//!
//! Migrations go forward only and are part of the program: for each database one of the same number and name. A
//! migration that has been released is never changed.

use std::{borrow::Cow, sync::Arc, time::Duration};

use sqlx::migrate::{MigrateError, Migrator};

use super::{
    connection::{Backend, Dialect, Hand, on, run},
    error::{Error, Result},
};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

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
        let mut tx = self.single().await?;
        // Differs because only PostgreSQL ends a statement that takes long, as a migration may.
        let patience = tx.text(&Dialect {
            sqlite: "PRAGMA busy_timeout = 3000",
            postgres: "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0",
        });
        run!(tx, "prepare the migration", |c| sqlx::raw_sql(patience).execute(c))?;
        let end = match tx.hand()? {
            Hand::Sqlite(connection) => SQLITE.run_direct(None, connection, false).await,
            Hand::Postgres(connection) => POSTGRES.run_direct(None, connection, false).await,
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
        let mut tx = self.read().await?;
        // Differs because each database lists its tables elsewhere.
        let exists = tx.text(&Dialect {
            sqlite: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
            postgres: "SELECT count(*) FROM pg_catalog.pg_class
                       WHERE oid = to_regclass('_sqlx_migrations')",
        });
        let (exists,) = on!(tx, "look for the tables", |c| sqlx::query_as::<_, (i64,)>(exists).fetch_one(c))?;
        let known = known(self);
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
        match found.cmp(&known) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(Error::SchemaOlder { found, known }),
            std::cmp::Ordering::Greater => Err(Error::SchemaNewer { found, known }),
        }
    }
}

fn known(backend: &Backend) -> i64 {
    let migrations: &Cow<'_, _> = match backend {
        Backend::Sqlite(_) => &SQLITE.migrations,
        Backend::Postgres(_) => &POSTGRES.migrations,
    };
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

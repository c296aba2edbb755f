//! `migrate`: brings the database up to date.

use std::process::ExitCode;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{output::Output, setup::Setup};
use crate::{
    config::Required,
    store::{self, Migrated, Store},
};

pub(super) const EXAMPLES: &str = "\
Safe to run at any time, and by several at once. `serve` does it as well, unless database.migrate
is false: set that where only somebody else may change tables.

Examples:
  wecom-greeter migrate
  DATABASE_URL=postgres://owner:secret@db/greeter wecom-greeter migrate";

pub(super) async fn run(setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let config = setup.load(Required::Database)?;
    let store = Store::open(&store::Options::new(config.database.url.expose_secret())).await?;
    let migrated = match store.migrate().await {
        Ok(migrated) => migrated,
        Err(error) => return Err(store.explain(error).await.into()),
    };
    let place = store.place();
    store.close().await;
    let (from, to) = match migrated {
        Migrated::UpToDate { version } => (version, version),
        Migrated::Changed { from, to } => (from, to),
    };
    output.either(
        &json!({ "from": from, "to": to, "changed": from != to, "database": place }),
        || match (from, to) {
            (from, to) if from == to => format!("The database {place} is up to date (schema {to})."),
            (0, to) => format!("Made the tables (schema {to}) of {place}."),
            (from, to) => format!("Brought the database {place} from schema {from} to {to}."),
        },
    )?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

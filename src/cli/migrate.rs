//! `migrate`: brings the database up to date.

use std::process::ExitCode;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{output::Output, setup::Setup, words::trying::Trying};
use crate::{
    config::Required,
    language::Sentence as _,
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
        Err(error) => return Err(store.explain(error).into()),
    };
    let place = store.place();
    store.close().await;
    let (from, to) = match migrated {
        Migrated::UpToDate { version } => (version, version),
        Migrated::Changed { from, to } => (from, to),
    };
    output.either(&json!({ "from": from, "to": to, "changed": from != to, "database": place }), || {
        let place = &place;
        let done = match (from, to) {
            (from, to) if from == to => Trying::UpToDate { place, version: to },
            (0, to) => Trying::MadeTables { place, version: to },
            (from, to) => Trying::Brought { place, from, to },
        };
        done.to(setup.language)
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

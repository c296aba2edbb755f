//! `backup` and `restore`: the whole record as one file, and back.

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::anyhow;
use clap::Args;
use serde_json::{Map, Value, json};

use super::{
    output::Output,
    serve::Signals,
    setup::{Setup, must_exist},
    words::backup::Backup,
};
use crate::{
    access::{Act, By},
    config::Required,
    flow::context,
    language::Sentence as _,
    store::{AuditLine, BackedUp, BackupFile, Restored, RowsCopied, Store},
};

pub(super) const BACKUP_EXAMPLES: &str = "\
Runs beside the server, which goes on as ever. The file is one moment of the record: rules with
their files, events and what was done for them, tokens, the audit. It is an SQLite database,
whichever database the record is in, and only its owner may read it. Who is logged in to the
pages is not in it, nor are the settings. A file that is there is never overwritten.

Examples:
  wecom-greeter backup /backup/greeter-2026-03-01.db
  wecom-greeter backup /backup/greeter-$(date +%F).db     for cron

Back into a new database: `wecom-greeter restore FILE`.";

pub(super) const RESTORE_EXAMPLES: &str = "\
The database is that of the settings (DATABASE_URL), SQLite or PostgreSQL, whatever the backup was
taken of; it must be empty, and its tables are made. The file is looked at first: whether it is
whole, and of no newer version. All of it is put back, or nothing.

What was not finished when the backup was taken is gone on with by whoever serves the database:
take the last backup, and restore, while no server runs on either.

Examples:
  wecom-greeter restore /backup/greeter-2026-03-01.db
  DATABASE_URL=postgres://greeter:secret@db/greeter wecom-greeter restore greeter.backup";

/// The options of `backup`.
#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The file to write; it must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The options of `restore`.
#[derive(Debug, Args)]
pub(super) struct RestoreOptions {
    /// The file that `backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn back_up(
    options: BackupOptions,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let config = setup.load(Required::Database)?;
    must_exist(&config, setup.language)?;
    // Before an upgrade the tables are those of the version before, and that is what is to be kept.
    let store = Store::open(&context::store_options(&config.database)).await?;
    let mut signals = Signals::listen()?;
    let began = now();
    // Whoever is interrupted leaves nothing behind: what was written of the file goes with the copying.
    let ended = tokio::select! {
        ended = store.back_up(&options.file) => ended,
        () = signals.next() => return Err(anyhow!(Backup::Interrupted.to(setup.language))),
    };
    let BackedUp { schema, bytes, rows } = match ended {
        Ok(backed_up) => backed_up,
        Err(error) => return Err(store.explain(error).into()),
    };
    let took = began.elapsed();
    let place = store.place();
    let file = std::path::absolute(&options.file).unwrap_or(options.file);
    store.close().await;
    let document = json!({
        "file": file.display().to_string(), "database": place, "schema": schema, "bytes": bytes,
        "took_ms": milliseconds(took), "rows": counted(&rows),
    });
    output.either(&document, || {
        let (events, versions) = (of(&rows, "event"), of(&rows, "ruleset"));
        let (file, place) = (file.display().to_string(), place.as_str());
        Backup::Taken { place, file: &file, bytes, events, versions, took }.to(setup.language)
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(
    options: RestoreOptions,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let config = setup.load(Required::Database)?;
    let mut signals = Signals::listen()?;
    let began = now();
    let restoring = async {
        // Before a database is made for it.
        let backup = BackupFile::open(&options.file).await?;
        let store = Store::open(&context::store_options(&config.database)).await?;
        match store.restore(&backup, setup.clock.now_ms()).await {
            Ok(restored) => Ok((store, restored)),
            Err(error) => Err(anyhow::Error::from(store.explain(error))),
        }
    };
    let (store, Restored { from_schema, schema, rows }) = tokio::select! {
        ended = restoring => ended?,
        () = signals.next() => return Err(anyhow!(Backup::Interrupted.to(setup.language))),
    };
    let took = began.elapsed();
    let place = store.place();
    let file = options.file.display().to_string();
    let by = By::command_line();
    let line = AuditLine { by: &by, act: Act::RecordRestored, target: &file, before: None, after: None };
    let noted = store.note_act(&line, setup.clock.now_ms()).await;
    store.close().await;
    let document = json!({
        "file": file, "database": place, "from_schema": from_schema, "schema": schema,
        "took_ms": milliseconds(took), "rows": counted(&rows),
    });
    output.either(&document, || {
        let (events, versions) = (of(&rows, "event"), of(&rows, "ruleset"));
        Backup::Restored { place: &place, file: &file, events, versions, took }.to(setup.language)
    })?;
    output.flush()?;
    // All of it is back by now: that is said first, and then that the audit does not have it.
    noted?;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "measures how long a person has waited; decides nothing")]
fn now() -> Instant {
    Instant::now()
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

fn of(rows: &RowsCopied, table: &str) -> u64 {
    rows.iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| *count)
}

fn counted(rows: &RowsCopied) -> Value {
    Value::Object(
        rows.iter().map(|(table, count)| ((*table).to_owned(), json!(count))).collect::<Map<_, _>>(),
    )
}

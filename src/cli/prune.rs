//! `prune`: old events away, beside the load.

use std::{cell::RefCell, process::ExitCode};

use clap::Args;
use serde_json::json;

use super::{
    output::{Output, say},
    progress::Progress,
    setup::Setup,
    when::{self, When},
    words::{arguments::Wrong, keeping::Keeping},
};
use crate::{
    access::By,
    flow::retention,
    language::Sentence as _,
    store::{Shrunk, Store, TakenOut},
};

pub(super) const EXAMPLES: &str = "\
Takes out settled events that were received before an instant, with what was done for them: a few
at a time, so that a server beside it goes on as ever. Statistics and the condition `returning` stay
as they are. The setting retention.days has the server do it by itself.

Examples:
  wecom-greeter prune --before 180d --dry-run
  wecom-greeter prune --before 180d
  wecom-greeter prune --before 2026-01-01";

/// What is pruned.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Received before: 180d (ago), 2026-01-01, 2026-01-01T09:00:00+08:00
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    before: When,
    /// Say how much it would be; change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let before_ms = options.before.at_ms(now_ms, &zone);
    if before_ms > now_ms {
        return Err(Wrong::NotYet.into());
    }
    let before = zone.instant(before_ms);
    let store = setup.existing_store().await?;
    let ended = Box::pin(prune(&store, &options, (before_ms, &before), (now_ms, &setup), &mut output)).await;
    store.close().await;
    ended?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// `12.3 MB`: sizes of files, as people compare them.
fn bytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

async fn prune(
    store: &Store,
    options: &Options,
    (before_ms, before): (i64, &str),
    (now_ms, setup): (i64, &Setup),
    output: &mut Output,
) -> anyhow::Result<()> {
    let language = setup.language;
    if options.dry_run {
        let found = store.prunable(before_ms).await?;
        let TakenOut { events, actions, attempts } = found.taken;
        let document = json!({
            "before_ms": before_ms, "dry_run": true, "events": events, "actions": actions, "attempts": attempts,
            "unsettled": found.unsettled,
        });
        output.either(&document, || match events {
            0 => Keeping::NothingOld { before }.to(language),
            _ => Keeping::WouldPrune { taken: &found.taken, before }.to(language),
        })?;
        if found.unsettled > 0 && !output.is_json() {
            output.sentence(&Keeping::Unsettled { events: found.unsettled })?;
        }
        return Ok(());
    }
    let size = || store.file().and_then(|file| std::fs::metadata(file).ok()).map(|found| found.len());
    let was = size();
    let beside = store.live_servers(now_ms).await? > 0;
    let progress = RefCell::new(Progress::of(None, Keeping::PrunedSoFar.to(language)));
    let paused = |pause| async move {
        if beside {
            tokio::time::sleep(pause).await;
        }
        true
    };
    let mut gone = TakenOut::default();
    let pruned = Box::pin(retention::prune(store, before_ms, now_ms, paused, |taken| {
        gone += *taken;
        progress.borrow_mut().add(taken.events);
    }))
    .await;
    progress.into_inner().end();
    // Also where it failed half-way: what has gone is gone.
    let noted = match gone.events {
        0 => Ok(()),
        _ => store.note_pruned(before, &gone, &By::command_line(), now_ms).await,
    };
    let (taken, mut shrunk) = pruned?;
    noted?;
    if shrunk == Shrunk::NotPrepared && !beside {
        store.make_anew().await?;
        shrunk = Shrunk::Through;
    }
    let is = size();
    // Counted now, as few are left.
    let found = store.prunable(before_ms).await?;
    let document = json!({
        "before_ms": before_ms, "dry_run": false, "events": taken.events, "actions": taken.actions,
        "attempts": taken.attempts, "unsettled": found.unsettled, "file_bytes_before": was, "file_bytes": is,
    });
    output.either(&document, || match taken.events {
        0 => Keeping::NothingOld { before }.to(language),
        _ => Keeping::Pruned { taken: &taken, before }.to(language),
    })?;
    if output.is_json() {
        return Ok(());
    }
    if found.unsettled > 0 {
        output.sentence(&Keeping::Unsettled { events: found.unsettled })?;
    }
    if let (Some(was), Some(is)) = (was, is)
        && is < was
    {
        output.sentence(&Keeping::Shrank { from: &bytes(was), to: &bytes(is) })?;
    }
    if shrunk == Shrunk::NotPrepared {
        say(&Keeping::StaysLarge.to(language));
    }
    Ok(())
}

//! `prune`: old events away, beside the load.

use std::{cell::RefCell, process::ExitCode};

use anyhow::anyhow;
use clap::Args;
use serde_json::json;
use tokio::sync::watch;

use super::{
    output::{Output, say},
    progress::Progress,
    serve::Signals,
    setup::Setup,
    when::{self, When},
    words::{arguments::Wrong, keeping::Keeping},
};
use crate::{
    access::By,
    flow::retention,
    language::Sentence as _,
    store::{self, Shrunk, Store, TakenOut},
};

pub(super) const EXAMPLES: &str = "\
Takes out settled events that were received before an instant, with what was done for them: a few
at a time, so that a server beside it goes on as ever. Statistics and the condition `returning` stay
as they are. The setting retention.days has the server do it by itself. On SIGINT or SIGTERM it ends
after the few events that it is at, and says how far it came; the same command goes on from there.

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
    let mut signals = Signals::listen()?;
    let size = || store.file().and_then(|file| std::fs::metadata(file).ok()).map(|found| found.len());
    let was = size();
    let beside = store.live_servers(now_ms).await? > 0;
    let mut gone = TakenOut::default();
    let pruned = take_out(store, before_ms, now_ms, (beside, &mut gone), (setup, &mut signals)).await;
    // Also where it failed half-way: what has gone is gone.
    let noted = match gone.events {
        0 => Ok(()),
        _ => store.note_pruned(before, &gone, &By::command_line(), now_ms).await,
    };
    let mut shrunk = pruned?;
    noted?;
    let interrupted = || anyhow!(Keeping::PruneInterrupted { taken: &gone, before }.to(language));
    if shrunk == Shrunk::More {
        return Err(interrupted());
    }
    let rest = async {
        if shrunk == Shrunk::NotPrepared && !beside {
            store.make_anew().await?;
            shrunk = Shrunk::Through;
        }
        // Counted now, as few are left.
        Ok::<_, store::Error>((size(), store.prunable(before_ms).await?.unsettled, shrunk))
    };
    let (is, unsettled, shrunk) = tokio::select! {
        ended = rest => ended?,
        // What is being made anew stays as it was.
        () = signals.next() => return Err(interrupted()),
    };
    let TakenOut { events, actions, attempts } = gone;
    let document = json!({
        "before_ms": before_ms, "dry_run": false, "events": events, "actions": actions, "attempts": attempts,
        "unsettled": unsettled, "file_bytes_before": was, "file_bytes": is,
    });
    output.either(&document, || match events {
        0 => Keeping::NothingOld { before }.to(language),
        _ => Keeping::Pruned { taken: &gone, before }.to(language),
    })?;
    if output.is_json() {
        return Ok(());
    }
    if unsettled > 0 {
        output.sentence(&Keeping::Unsettled { events: unsettled })?;
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

/// Takes out what is old, slowly `beside` a server, and adds it up in `gone`. At a signal the step that is under way is the last,
/// and it is [`Shrunk::More`].
async fn take_out(
    store: &Store,
    before_ms: i64,
    now_ms: i64,
    (beside, gone): (bool, &mut TakenOut),
    (setup, signals): (&Setup, &mut Signals),
) -> Result<Shrunk, store::Error> {
    let progress = RefCell::new(Progress::of(None, Keeping::PrunedSoFar.to(setup.language)));
    let (over, is_over) = watch::channel(false);
    let paused = |pause| {
        let mut is_over = is_over.clone();
        async move {
            if beside {
                // Whoever waits for the end does not wait for the pause as well.
                let _ = tokio::time::timeout(pause, is_over.wait_for(|over| *over)).await;
            }
            !*is_over.borrow()
        }
    };
    let pruned = retention::prune(store, before_ms, now_ms, paused, |taken| {
        *gone += *taken;
        progress.borrow_mut().add(taken.events);
    });
    let mut pruned = Box::pin(pruned);
    let ended = tokio::select! {
        ended = &mut pruned => ended,
        () = signals.next() => {
            over.send_replace(true);
            pruned.as_mut().await
        }
    };
    drop(pruned);
    progress.into_inner().end();
    ended.map(|(_, shrunk)| shrunk)
}

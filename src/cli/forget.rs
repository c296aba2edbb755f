//! `forget`: everything of one customer away, everywhere.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{
    output::{Output, say},
    setup::Setup,
    words::{arguments::Wrong, keeping::Keeping},
};
use crate::{
    access::By,
    flow::forget::{Wiped, forget},
    language::Sentence as _,
    store::{Forgettable, Store, TakenOut},
};

pub(super) const EXAMPLES: &str = "\
Takes out the customer's events, what was done for them and what is still to be done, and their id
wherever else it stands. What remains is a line of the audit with the SHA-256 of the id, and the
sums of statistics. Nothing is changed at WeCom; backups and exports made earlier stay as they are.

Examples:
  wecom-greeter forget wmqfasd1e1927831291723123109rAAAA --dry-run
  wecom-greeter forget wmqfasd1e1927831291723123109rAAAA";

/// Who is forgotten.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The customer's external_userid
    #[arg(value_name = "EXTERNAL_USERID", value_parser = customer)]
    customer: String,
    /// Say how much it would be; change nothing
    #[arg(long)]
    dry_run: bool,
}

fn customer(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() { Err(Wrong::NoCustomer) } else { Ok(text.to_owned()) }
}

/// The answer, for programs.
#[derive(Serialize)]
struct Document {
    dry_run: bool,
    #[serde(flatten)]
    wiped: Wiped,
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let store = setup.existing_store().await?;
    let done = go(&store, &options, setup.clock.now_ms()).await;
    store.close().await;
    let wiped = done?;
    let Forgettable { hash, taken, pending, relations, mentions } = wiped.forgotten;
    let is_known = taken != TakenOut::default() || relations > 0 || mentions > 0;
    let taken = &taken;
    output.either(&Document { dry_run: options.dry_run, wiped }, || {
        let said = match (options.dry_run, is_known) {
            (true, _) => Keeping::WouldForget { taken, pending, relations, mentions },
            (false, true) => Keeping::Forgot { taken, pending, relations, mentions, hash },
            (false, false) => Keeping::NobodyKnown { hash },
        };
        said.to(setup.language)
    })?;
    output.flush()?;
    if wiped.wiped == Some(false) && !options.dry_run {
        say(&Keeping::NotWiped.to(setup.language));
    }
    Ok(ExitCode::SUCCESS)
}

async fn go(store: &Store, options: &Options, now_ms: i64) -> anyhow::Result<Wiped> {
    if options.dry_run {
        return Ok(Wiped { forgotten: store.forgettable(&options.customer).await?, wiped: None });
    }
    let servers = store.live_servers(now_ms).await?;
    Ok(forget(store, &options.customer, &By::command_line(), now_ms, (None, servers)).await?)
}

//! `failures`: what went wrong, grouped by cause, each with what to do about it.

use std::process::ExitCode;

use super::{
    filters::WentWrong,
    output::{Output, clean},
    setup::Setup,
    when::Zone,
    words::record::{Failed, Record},
};
use crate::{
    language::{Language, Sentence as _},
    store::{ExplainedFailures, Failures},
};

pub(super) const EXAMPLES: &str = "\
Counts the actions that failed or expired, by cause, the most frequent first. docs/REASONS.md has all causes.

Examples:
  wecom-greeter failures --since 1d
  wecom-greeter failures --code untrusted_ip --output json | jq .action_ids";

pub(super) async fn run(which: WentWrong, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let filter = which.actions(None, (now_ms, &zone))?;
    let store = setup.existing_store().await?;
    let found = store.failures(&filter).await;
    store.close().await;
    let found = found?;
    for failures in &found {
        output.either(&ExplainedFailures::from(failures.clone()), || {
            text(failures, now_ms, &zone, setup.language)
        })?;
    }
    if found.is_empty() && !output.is_json() {
        output.sentence(&Record::NothingWrong)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn text(failures: &Failures, now_ms: i64, zone: &Zone, language: Language) -> String {
    let (app, rule) = (clean(&failures.app), failures.rule.as_deref().map(clean));
    let actions: Vec<String> = failures.action_ids.iter().map(ToString::to_string).collect();
    let (first, last) = (zone.listed(failures.first_at_ms, now_ms), zone.listed(failures.last_at_ms, now_ms));
    Record::WentWrong(Failed {
        failures,
        app: &app,
        rule: rule.as_deref(),
        first: &first,
        last: &last,
        actions: &actions,
    })
    .to(language)
}

//! `rules history` and `rules rollback`: the versions of the rules, and the way back.

use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::super::{
    output::{Column, Output, clean},
    setup::Setup,
    when::Zone,
    words::rules::{Heading, Rules},
};
use crate::{
    language::{Language, Sentence as _},
    rules::Ruleset,
    store::{Rollback, RulesetSummary, Store},
};

pub(super) const HISTORY: &str = "\
Examples:
  wecom-greeter rules history
  wecom-greeter rules history --limit 5 --output json
  wecom-greeter rules export --version 3";

pub(super) const ROLLBACK: &str = "\
The earlier version's rules are put in force as a new version, so that the history stays whole.
`rules diff VERSION` tells beforehand what would change.

Examples:
  wecom-greeter rules rollback 3
  wecom-greeter rules rollback 3 --note 'the spring link is broken'";

/// What `history` shows of a version.
fn headings(language: Language) -> [String; 5] {
    [Heading::Version, Heading::InForceSince, Heading::Rules, Heading::By, Heading::Note]
        .map(|heading| Rules::Heading(heading).to(language))
}

pub(super) async fn run(limit: u32, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let zone = setup.zone()?;
    let store = setup.existing_store().await?;
    let versions = counted(&store, limit).await;
    store.close().await;
    let versions = versions?;
    if output.is_json() {
        for (line, rules) in &versions {
            let mut document = serde_json::to_value(line)?;
            document["rules"] = json!(rules);
            document["by"] = by(line).into();
            output.document(&document)?;
        }
    } else if versions.is_empty() {
        output.sentence(&Rules::NoneYet)?;
    } else {
        let language = output.language();
        let [version, since, rules, by, note] = &headings(language);
        let columns = [
            Column::whole(version),
            Column::whole(since),
            Column::whole(rules),
            Column::whole(by),
            Column::wraps(note),
        ];
        let rows = versions.iter().map(|(line, rules)| row(line, *rules, &zone, language)).collect();
        output.table(&columns, rows)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The versions, and how many rules each has; none where this program cannot read it.
async fn counted(store: &Store, limit: u32) -> anyhow::Result<Vec<(RulesetSummary, Option<usize>)>> {
    let mut counted = Vec::new();
    for line in store.ruleset_history(limit).await? {
        // One after another: a version may be a megabyte.
        let stored = store.rules(line.version).await?;
        let rules = stored.and_then(|stored| Ruleset::stored(&stored.document, stored.version).ok());
        counted.push((line, rules.map(|rules| rules.rules().count())));
    }
    Ok(counted)
}

/// How a version came about, as JSON has it.
fn by(line: &RulesetSummary) -> &'static str {
    if line.is_rollback() { "rollback" } else { "import" }
}

fn row(line: &RulesetSummary, rules: Option<usize>, zone: &Zone, language: Language) -> Vec<String> {
    let note = clean(line.note.as_deref().unwrap_or("-"));
    let note = match line.same_as {
        Some(version) if !line.is_rollback() => Rules::SameAs { note: &note, version }.to(language),
        _ => note,
    };
    vec![
        line.version.to_string(),
        zone.instant(line.imported_at_ms),
        rules.map_or_else(|| "?".to_owned(), |rules| rules.to_string()),
        if line.is_rollback() { Rules::ByRollback } else { Rules::ByImport }.to(language),
        note,
    ]
}

pub(super) async fn roll_back(
    version: i64,
    note: Option<&str>,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let store = setup.existing_store().await?;
    let ended = rolled_back(&store, version, note, &setup).await;
    let servers = store.live_servers(setup.clock.now_ms()).await?;
    store.close().await;
    let (in_force, new) = match ended? {
        Rollback::New { version } => (version, true),
        Rollback::Unchanged { version } => (version, false),
        Rollback::Missing => {
            bail!(Rules::NoVersion { version }.to(setup.language))
        }
    };
    output.either(&json!({ "version": in_force, "new": new, "as": version }), || {
        let done = if new {
            Rules::RolledBack { version: in_force, same_as: version, servers }
        } else {
            Rules::AsItWas { version: in_force, same_as: version }
        };
        done.to(setup.language)
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn rolled_back(
    store: &Store,
    version: i64,
    note: Option<&str>,
    setup: &Setup,
) -> anyhow::Result<Rollback> {
    // A version of an older program may say what this one does not take any more; then no server could use it.
    if let Some(stored) = store.rules(version).await?
        && let Err(faults) = Ruleset::stored(&stored.document, version)
    {
        bail!(Rules::UnusableFor { version, faults: &faults }.to(setup.language));
    }
    Ok(store.rollback_rules(version, note, setup.clock.now_ms()).await?)
}

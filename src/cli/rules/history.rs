//! `rules history` and `rules rollback`: the versions of the rules, and the way back.

use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::{
    super::{
        output::{Column, Output, clean},
        setup::Setup,
        when::Zone,
    },
    import::taken_up,
};
use crate::{
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
const COLUMNS: [Column; 5] = [
    Column::whole("version"),
    Column::whole("in force since"),
    Column::whole("rules"),
    Column::whole("by"),
    Column::wraps("note"),
];

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
        output.line("There are no rules yet: `wecom-greeter rules import FILE` brings some.")?;
    } else {
        output.table(&COLUMNS, versions.iter().map(|(line, rules)| row(line, *rules, &zone)).collect())?;
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
        let rules = stored.and_then(|stored| Ruleset::compile(&stored.document, stored.version).ok());
        counted.push((line, rules.map(|rules| rules.rules().count())));
    }
    Ok(counted)
}

fn by(line: &RulesetSummary) -> &'static str {
    if line.is_rollback() { "rollback" } else { "import" }
}

fn row(line: &RulesetSummary, rules: Option<usize>, zone: &Zone) -> Vec<String> {
    let note = clean(line.note.as_deref().unwrap_or("-"));
    let note = match line.same_as {
        Some(same) if !line.is_rollback() => format!("{note} (the same as version {same})"),
        _ => note,
    };
    vec![
        line.version.to_string(),
        zone.instant(line.imported_at_ms),
        rules.map_or_else(|| "?".to_owned(), |rules| rules.to_string()),
        by(line).to_owned(),
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
    let ended = rolled_back(&store, version, note, setup.clock.now_ms()).await;
    let servers = store.live_servers(setup.clock.now_ms()).await?;
    store.close().await;
    let (in_force, new) = match ended? {
        Rollback::New { version } => (version, true),
        Rollback::Unchanged { version } => (version, false),
        Rollback::Missing => {
            bail!("there is no version {version} of the rules; `wecom-greeter rules history` lists them")
        }
    };
    output.either(&json!({ "version": in_force, "new": new, "as": version }), || {
        if new {
            format!("Version {in_force}, the same as version {version}, is in force; {}.", taken_up(servers))
        } else {
            format!("Version {in_force} is in force already; its rules are those of version {version}.")
        }
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn rolled_back(
    store: &Store,
    version: i64,
    note: Option<&str>,
    now_ms: i64,
) -> anyhow::Result<Rollback> {
    // A version of an older program may say what this one does not take any more; then no server could use it.
    if let Some(stored) = store.rules(version).await?
        && let Err(faults) = Ruleset::compile(&stored.document, version)
    {
        bail!("version {version} cannot be used by this program:\n{faults}");
    }
    Ok(store.rollback_rules(version, note, now_ms).await?)
}

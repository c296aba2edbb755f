//! `rules import`: a file is checked and put in force.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{
    super::{
        output::{Output, say},
        setup::Setup,
    },
    read, tell,
};
use crate::{rules::Ruleset, store::RulesetImport};

pub(super) const EXAMPLES: &str = "\
The file is checked as a whole; with a fault in it nothing is stored. A file that is in force already
makes no new version.

Examples:
  wecom-greeter rules import rules.yaml
  wecom-greeter rules import rules.yaml --note 'spring campaign'";

pub(super) async fn run(
    file: &Path,
    note: Option<&str>,
    setup: Setup,
    output: Output,
) -> anyhow::Result<ExitCode> {
    put_in_force(file, &read(file)?, note, setup, output).await
}

/// Checks a document and puts it in force; `file` is what it was read from, or made of.
pub(super) async fn put_in_force(
    file: &Path,
    document: &str,
    note: Option<&str>,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let ruleset = match Ruleset::compile(document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => {
            let code = tell(file, &faults, output)?;
            say("error: nothing was imported");
            return Ok(code);
        }
    };
    let count = ruleset.rules().count();
    let store = setup.store().await?;
    let imported = store.import_rules(document, note, setup.clock.now_ms()).await?;
    store.close().await;
    let (version, new) = match imported {
        RulesetImport::New { version } => (version, true),
        RulesetImport::Unchanged { version } => (version, false),
    };
    output.either(&json!({ "version": version, "new": new, "rules": count }), || {
        if new {
            format!("Version {version} with {count} rules is in force; running servers take it up within a second.")
        } else {
            format!("Version {version} is in force already; these {count} rules are the same.")
        }
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

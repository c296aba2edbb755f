//! `rules export`: a version as it was imported.

use std::process::ExitCode;

use anyhow::bail;

use super::super::{output::Output, setup::Setup};

pub(super) const EXAMPLES: &str = "\
Examples:
  wecom-greeter rules export > rules.yaml
  wecom-greeter rules export --version 3 | diff - rules.yaml";

pub(super) async fn run(version: Option<i64>, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let store = setup.store().await?;
    let rules = match version {
        Some(version) => store.rules(version).await?,
        None => store.active_rules().await?,
    };
    store.close().await;
    let Some(rules) = rules else {
        match version {
            Some(version) => bail!("there is no version {version} of the rules"),
            None => bail!("there are no rules yet: `wecom-greeter rules import FILE` brings some"),
        }
    };
    if output.is_json() {
        output.document(&rules)?;
    } else {
        // As it was imported, to the byte.
        output.text(&rules.document)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

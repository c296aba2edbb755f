//! `rules export`: a version as it was imported.

use std::{
    fs,
    path::{Component, Path},
    process::ExitCode,
};

use anyhow::{Context as _, bail};

use super::super::{output::Output, setup::Setup, words::rules::Rules};
use crate::{
    language::{Language, Sentence as _},
    store::Store,
};

pub(super) const EXAMPLES: &str = "\
The text alone does not hold the files that the rules name: --files writes them out as well, by the paths
that stand in the rules.

Examples:
  wecom-greeter rules export > rules.yaml
  wecom-greeter rules export --files . > rules.yaml
  wecom-greeter rules export --version 3 | diff - rules.yaml";

pub(super) async fn run(
    version: Option<i64>,
    folder: Option<&Path>,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let store = setup.existing_store().await?;
    let rules = match version {
        Some(version) => store.rules(version).await?,
        None => store.active_rules().await?,
    };
    if let (Some(rules), Some(folder)) = (&rules, folder) {
        write_files(&store, rules.version, folder, setup.language).await?;
    }
    store.close().await;
    let Some(rules) = rules else {
        let absent = version.map_or(Rules::NoRules, |version| Rules::NoVersion { version });
        bail!(absent.to(setup.language));
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

/// Writes the files of a version below a folder, and never elsewhere.
async fn write_files(store: &Store, version: i64, folder: &Path, language: Language) -> anyhow::Result<()> {
    for file in store.ruleset_files(version).await? {
        let inside = Path::new(&file.path);
        if !inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            bail!(Rules::LeadsOut { path: &file.path }.to(language));
        }
        let at = folder.join(inside);
        let Some(bytes) = store.content(file.digest).await? else {
            bail!(Rules::NoContent { path: &file.path }.to(language));
        };
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent).with_context(|| Rules::CannotMake { folder: parent }.to(language))?;
        }
        fs::write(&at, bytes).with_context(|| Rules::CannotWrite { file: &at }.to(language))?;
    }
    Ok(())
}

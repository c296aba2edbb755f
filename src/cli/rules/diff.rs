//! `rules diff`: what changed between two rule sets, rule by rule.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::{
    super::{
        failure::FAILED,
        output::{Output, clean},
        setup::Setup,
    },
    print_faults, read,
};
use crate::{
    rules::{
        Ruleset,
        trial::{self, Change, Difference},
    },
    store::{RulesetVersion, Store},
};

pub(super) const EXAMPLES: &str = "\
Each of the two is a version or a file. One alone: a file is compared with what is in force, what is in
force with a version. None: the version in force with the one before. Comments, layout and the order of
keys make no difference.

Examples:
  wecom-greeter rules diff                      what the last import changed
  wecom-greeter rules diff rules.yaml           what an import would change
  wecom-greeter rules diff 3                    what changed since version 3
  wecom-greeter rules diff 3 5
  wecom-greeter rules diff old.yaml new.yaml";

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// What was: a version or a file
    #[arg(value_name = "A")]
    first: Option<String>,
    /// What is: a version or a file
    #[arg(value_name = "B")]
    second: Option<String>,
}

/// One of the two rule sets that are compared.
struct Side {
    name: String,
    document: String,
}

/// What an argument names.
enum Named {
    Version(i64),
    File(String),
}

impl Named {
    fn of(argument: String) -> Self {
        argument.parse().map_or(Self::File(argument), Self::Version)
    }
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let named = (options.first.map(Named::of), options.second.map(Named::of));
    let (was, is) = if let (Some(Named::File(was)), Some(Named::File(is))) = &named {
        (file(was)?, file(is)?)
    } else {
        let store = setup.existing_store().await?;
        let sides = sides(named, &store).await;
        store.close().await;
        sides?
    };
    for side in [&was, &is] {
        if let Err(faults) = Ruleset::compile(&side.document, 0) {
            print_faults(Path::new(&side.name), &faults, &mut output)?;
            output.flush()?;
            return Ok(ExitCode::from(FAILED));
        }
    }
    let difference = trial::compare(&was.document, &is.document)?;
    if output.is_json() {
        let mut document = json!({ "was": was.name, "is": is.name });
        if let (Some(into), serde_json::Value::Object(fields)) =
            (document.as_object_mut(), serde_json::to_value(&difference)?)
        {
            into.extend(fields);
        }
        output.document(&document)?;
    } else {
        output.line(&describe(&was.name, &is.name, &difference))?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn sides(named: (Option<Named>, Option<Named>), store: &Store) -> anyhow::Result<(Side, Side)> {
    Ok(match named {
        (Some(was), Some(is)) => (side(was, store).await?, side(is, store).await?),
        (Some(Named::File(path)), None) => (active(store).await?, file(&path)?),
        (Some(version), None) => (side(version, store).await?, active(store).await?),
        (None, _) => {
            let is = in_force(store).await?;
            let before = is.version - 1;
            if before == 0 {
                bail!("version 1 is the first: there is nothing to compare it with");
            }
            (side(Named::Version(before), store).await?, of(is))
        }
    })
}

async fn side(named: Named, store: &Store) -> anyhow::Result<Side> {
    match named {
        Named::File(path) => file(&path),
        Named::Version(version) => {
            let stored = store.rules(version).await?;
            Ok(of(stored.with_context(|| {
                format!(
                    "there is no version {version} of the rules; `wecom-greeter rules history` lists them"
                )
            })?))
        }
    }
}

async fn active(store: &Store) -> anyhow::Result<Side> {
    Ok(of(in_force(store).await?))
}

async fn in_force(store: &Store) -> anyhow::Result<RulesetVersion> {
    store
        .active_rules()
        .await?
        .context("there are no rules yet: `wecom-greeter rules import FILE` brings some")
}

fn of(stored: RulesetVersion) -> Side {
    Side { name: format!("version {}", stored.version), document: stored.document }
}

fn file(path: &str) -> anyhow::Result<Side> {
    Ok(Side { name: path.to_owned(), document: read(Path::new(path))? })
}

fn describe(was: &str, is: &str, difference: &Difference) -> String {
    let mut lines = vec![format!("{} → {}", clean(was), clean(is))];
    if difference.is_nothing() {
        lines.push("Nothing that matters has changed.".to_owned());
        return lines.join("\n");
    }
    let mut named = |mark: char, names: &[String], what: &str| {
        lines.extend(names.iter().map(|name| format!("{mark} {}: {what}", clean(name))));
    };
    named('+', &difference.added, "a new rule");
    named('-', &difference.removed, "gone");
    for renamed in &difference.renamed {
        lines.push(format!("~ {}: is called {} now", clean(&renamed.was), clean(&renamed.is)));
    }
    let mut rule = None;
    for change in &difference.changed {
        if rule != change.rule.as_deref() {
            rule = change.rule.as_deref();
            lines.push(format!("~ {}", clean(rule.unwrap_or_default())));
        }
        field(change, &mut lines);
    }
    if !difference.file.is_empty() {
        lines.push("~ outside of the rules".to_owned());
        difference.file.iter().for_each(|change| field(change, &mut lines));
    }
    if !difference.moved.is_empty() {
        let moved: Vec<String> = difference.moved.iter().map(|name| clean(name)).collect();
        lines.push(format!("Looked at earlier or later than before: {}", moved.join(", ")));
    }
    lines.join("\n")
}

fn field(change: &Change, lines: &mut Vec<String>) {
    lines.push(format!("    {}", clean(&change.field)));
    for (mark, line) in change.lines() {
        if !line.is_empty() {
            lines.push(format!("      {mark} {}", clean(&line)));
        }
    }
}

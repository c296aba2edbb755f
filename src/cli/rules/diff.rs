//! `rules diff`: what changed between two rule sets, rule by rule.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::{
    super::{
        failure::FAILED,
        output::{Output, clean},
        setup::Setup,
        words::rules::Rules,
    },
    print_faults, read,
};
use crate::{
    language::{Language, Sentence as _},
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
    /// As JSON has it.
    name: String,
    /// As people read it.
    shown: String,
    document: String,
    /// It comes from the database.
    stored: bool,
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
        (file(was, setup.language)?, file(is, setup.language)?)
    } else {
        let store = setup.existing_store().await?;
        let sides = sides(named, &store, setup.language).await;
        store.close().await;
        sides?
    };
    for side in [&was, &is] {
        let compile = if side.stored { Ruleset::stored } else { Ruleset::compile };
        if let Err(faults) = compile(&side.document, 0) {
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
        output.line(&describe(&was.shown, &is.shown, &difference, setup.language))?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn sides(
    named: (Option<Named>, Option<Named>),
    store: &Store,
    language: Language,
) -> anyhow::Result<(Side, Side)> {
    Ok(match named {
        (Some(was), Some(is)) => (side(was, store, language).await?, side(is, store, language).await?),
        (Some(Named::File(path)), None) => (active(store, language).await?, file(&path, language)?),
        (Some(version), None) => (side(version, store, language).await?, active(store, language).await?),
        (None, _) => {
            let is = in_force(store, language).await?;
            let before = is.version - 1;
            if before == 0 {
                bail!(Rules::NoVersionBefore.to(language));
            }
            (side(Named::Version(before), store, language).await?, of(is, language))
        }
    })
}

async fn side(named: Named, store: &Store, language: Language) -> anyhow::Result<Side> {
    match named {
        Named::File(path) => file(&path, language),
        Named::Version(version) => {
            let stored = store.rules(version).await?;
            Ok(of(stored.with_context(|| Rules::NoVersion { version }.to(language))?, language))
        }
    }
}

async fn active(store: &Store, language: Language) -> anyhow::Result<Side> {
    Ok(of(in_force(store, language).await?, language))
}

async fn in_force(store: &Store, language: Language) -> anyhow::Result<RulesetVersion> {
    store.active_rules().await?.with_context(|| Rules::NoRules.to(language))
}

fn of(stored: RulesetVersion, language: Language) -> Side {
    let version = Rules::Version { version: stored.version };
    Side {
        name: version.to(Language::En),
        shown: version.to(language),
        document: stored.document,
        stored: true,
    }
}

fn file(path: &str, language: Language) -> anyhow::Result<Side> {
    let document = read(Path::new(path), language)?;
    Ok(Side { name: path.to_owned(), shown: path.to_owned(), document, stored: false })
}

fn describe(was: &str, is: &str, difference: &Difference, language: Language) -> String {
    let mut lines = vec![format!("{} → {}", clean(was), clean(is))];
    if difference.is_nothing() {
        lines.push(Rules::NothingChanged.to(language));
        return lines.join("\n");
    }
    lines.extend(difference.added.iter().map(|rule| Rules::NewRule { rule: &clean(rule) }.to(language)));
    lines.extend(difference.removed.iter().map(|rule| Rules::RuleGone { rule: &clean(rule) }.to(language)));
    for renamed in &difference.renamed {
        lines.push(Rules::Renamed { was: &clean(&renamed.was), is: &clean(&renamed.is) }.to(language));
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
        lines.push(Rules::OutsideOfRules.to(language));
        difference.file.iter().for_each(|change| field(change, &mut lines));
    }
    if !difference.moved.is_empty() {
        let moved: Vec<String> = difference.moved.iter().map(|name| clean(name)).collect();
        lines.push(Rules::Moved { rules: &moved }.to(language));
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

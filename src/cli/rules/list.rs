//! `rules list`: the rules in force, and what has shown itself to be wrong with them.

use std::process::ExitCode;

use anyhow::Context as _;

use super::super::{
    output::{Column, Output, clean},
    setup::Setup,
    when,
};
use crate::{
    rules::{RuleSummary, Ruleset},
    store::FlagRecord,
};

pub(super) const EXAMPLES: &str = "\
Rules stand in the order in which they are looked at.

Examples:
  wecom-greeter rules list
  wecom-greeter rules list --output json | jq .name";

pub(super) async fn run(setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let store = setup.store().await?;
    let stored = store.active_rules().await?;
    let flags = match &stored {
        Some(stored) => store.rule_flags(stored.version).await?,
        None => Vec::new(),
    };
    store.close().await;
    let Some(stored) = stored else {
        if !output.is_json() {
            output.line("There are no rules yet: `wecom-greeter rules import FILE` brings some.")?;
            output.flush()?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let ruleset = Ruleset::compile(&stored.document, stored.version).with_context(|| {
        format!("version {} of the rules in the database cannot be used by this program", stored.version)
    })?;
    let of =
        |rule: &RuleSummary| flags.iter().filter(|flag| flag.rule == rule.name).collect::<Vec<&FlagRecord>>();
    if output.is_json() {
        for rule in ruleset.rules() {
            let mut document = serde_json::to_value(&rule)?;
            document["version"] = stored.version.into();
            document["flags"] = serde_json::to_value(of(&rule))?;
            output.document(&document)?;
        }
        output.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let note = stored.note.as_deref().map_or_else(String::new, |note| format!(": {}", clean(note)));
    output.line(&format!(
        "Version {}, imported {}{note}",
        stored.version,
        when::local(stored.imported_at_ms)
    ))?;
    let rows = ruleset.rules().map(|rule| row(&rule, &of(&rule))).collect();
    output.table(&COLUMNS, rows)?;
    for flag in &flags {
        output.line(&format!(
            "{}, {} ({} times, last {}): {}",
            clean(&flag.rule),
            flag.kind,
            flag.count,
            when::local(flag.last_at_ms),
            clean(&flag.reason)
        ))?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What `list` shows of a rule.
const COLUMNS: [Column; 5] = [
    Column::whole("priority"),
    Column::wraps("rule"),
    Column::wraps("apps"),
    Column::wraps("does"),
    Column::whole("wrong"),
];

fn row(rule: &RuleSummary, flags: &[&FlagRecord]) -> Vec<String> {
    let apps = if rule.apps.is_empty() { "all".to_owned() } else { rule.apps.join(", ") };
    let does = if rule.enabled { rule.does.clone() } else { format!("(not enabled) {}", rule.does) };
    let wrong = match flags {
        [] => "-".to_owned(),
        flags => flags.iter().map(|flag| flag.kind.as_str()).collect::<Vec<_>>().join(", "),
    };
    vec![rule.priority.to_string(), clean(&rule.name), clean(&apps), does, wrong]
}

//! `rules`: files in and out of the database.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::{
    failure,
    output::{Column, Output, clean},
    setup::Setup,
    when,
};
use crate::{
    rules::{DOCUMENT_BYTES_MAX, Faults, RuleSummary, Ruleset},
    store::{FlagRecord, RulesetImport},
};

pub(super) const EXAMPLES: &str = "\
A running server takes an import up within a second, without a restart.

Examples:
  wecom-greeter rules check rules.yaml
  wecom-greeter rules import rules.yaml
  wecom-greeter rules export > rules.yaml
  wecom-greeter rules list";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Check a file and tell every fault; stores nothing and needs no database
    #[command(after_help = CHECK)]
    Check {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
    },
    /// Check a file and put it in force
    #[command(after_help = IMPORT)]
    Import {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
        /// What changed, for whoever looks at the versions later
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Write the rules in force to stdout, as they were imported
    #[command(after_help = EXPORT)]
    Export {
        /// An earlier version
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// List the rules in force, and what has shown itself to be wrong with them
    #[command(after_help = LIST)]
    List,
}

const CHECK: &str = "\
Each fault is a line: file:line:column: what is wrong; how to mend it. Exit status 1 if there are any.

Examples:
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check - < rules.yaml
  wecom-greeter rules check rules.yaml --output json";

const IMPORT: &str = "\
The file is checked as a whole; with a fault in it nothing is stored. A file that is in force already
makes no new version.

Examples:
  wecom-greeter rules import rules.yaml
  wecom-greeter rules import rules.yaml --note 'spring campaign'";

const EXPORT: &str = "\
Examples:
  wecom-greeter rules export > rules.yaml
  wecom-greeter rules export --version 3 | diff - rules.yaml";

const LIST: &str = "\
Rules stand in the order in which they are looked at.

Examples:
  wecom-greeter rules list
  wecom-greeter rules list --output json | jq .name";

pub(super) async fn run(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check { file } => check(&file, output),
        Command::Import { file, note } => import(&file, note.as_deref(), setup, output).await,
        Command::Export { version } => export(version, setup, output).await,
        Command::List => list(setup, output).await,
    }
}

fn check(file: &Path, mut output: Output) -> anyhow::Result<ExitCode> {
    let document = read(file)?;
    let ruleset = match Ruleset::compile(&document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => return tell(file, &faults, output),
    };
    let count = ruleset.rules().count();
    tell_notes(file, &ruleset, &mut output)?;
    let document = noted(json!({ "file": name(file), "ok": true, "rules": count }), &ruleset);
    output.either(&document, || format!("{}: {count} rules, no faults", name(file)))?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn import(
    file: &Path,
    note: Option<&str>,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let document = read(file)?;
    let ruleset = match Ruleset::compile(&document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => {
            let code = tell(file, &faults, output)?;
            super::output::say("error: nothing was imported");
            return Ok(code);
        }
    };
    let count = ruleset.rules().count();
    let store = setup.store().await?;
    let imported = store.import_rules(&document, note, setup.clock.now_ms()).await?;
    store.close().await;
    let (version, new) = match imported {
        RulesetImport::New { version } => (version, true),
        RulesetImport::Unchanged { version } => (version, false),
    };
    tell_notes(file, &ruleset, &mut output)?;
    let document = noted(json!({ "version": version, "new": new, "rules": count }), &ruleset);
    output.either(&document, || {
        if new {
            format!("Version {version} with {count} rules is in force; running servers take it up within a second.")
        } else {
            format!("Version {version} is in force already; these {count} rules are the same.")
        }
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn export(version: Option<i64>, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
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

async fn list(setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
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

/// The file's text; `-` is stdin.
fn read(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    // One byte more than is taken, so that the check can say that there is too much.
    let most = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    if file == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read stdin")?;
    } else {
        let opened = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
        opened
            .take(most)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {}", file.display()))?;
    }
    String::from_utf8(bytes)
        .with_context(|| format!("{} is not UTF-8: save it as UTF-8 in the editor", name(file)))
}

fn name(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

/// The document with the check's notes in it, where there are any.
fn noted(mut document: serde_json::Value, ruleset: &Ruleset) -> serde_json::Value {
    if !ruleset.notes().is_empty() {
        document["notes"] = json!(ruleset.notes());
    }
    document
}

/// Tells what the check has understood in its own way; with JSON it stands in the document that follows.
fn tell_notes(file: &Path, ruleset: &Ruleset, output: &mut Output) -> anyhow::Result<()> {
    if !output.is_json() {
        for note in ruleset.notes() {
            output.line(&format!("{}:{note}", name(file)))?;
        }
    }
    Ok(())
}

/// Tells every fault, one a line, in the form that editors jump to.
fn tell(file: &Path, faults: &Faults, mut output: Output) -> anyhow::Result<ExitCode> {
    let file = name(file);
    for fault in &faults.faults {
        if output.is_json() {
            let mut document = serde_json::to_value(fault)?;
            document["file"] = file.as_str().into();
            output.document(&document)?;
        } else {
            output.line(&format!("{file}:{fault}"))?;
        }
    }
    if faults.more > 0 && !output.is_json() {
        output.line(&format!("{file}: and {} more", faults.more))?;
    }
    output.flush()?;
    Ok(ExitCode::from(failure::FAILED))
}

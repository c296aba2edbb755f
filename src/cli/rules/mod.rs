//! `rules`: files in and out of the database. One file a command; what several of them share is here.

mod backtest;
mod check;
mod csv;
mod diff;
mod explain;
mod export;
mod history;
mod import;
mod init;
mod list;
mod schema;
mod test;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use super::{
    failure,
    output::{Output, clean},
    setup::Setup,
    when::{self, When},
    words::rules::Rules,
};
use crate::{
    flow::publish::{self, Checked},
    known::online::Finding,
    language::{Language, Sentence as _},
    rules::{DOCUMENT_BYTES_MAX, Faults, Note, decoded},
};

pub(super) const EXAMPLES: &str = "\
A running server takes an import up within a second, without a restart.

Examples:
  wecom-greeter rules init                           a first file, to begin with
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check rules.yaml --online
  wecom-greeter rules test rules.test.yaml           does it do what it should?
  wecom-greeter rules backtest --since 7d rules.yaml  what would have been otherwise?
  wecom-greeter rules import rules.yaml
  wecom-greeter rules explain --event-id 17          why was it this welcome?
  wecom-greeter rules list                           what is in force, and how it goes
  wecom-greeter rules rollback 3";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Write a first rules file, with comments, that can be put in force as it is
    #[command(after_help = init::EXAMPLES)]
    Init {
        /// The file; - for stdout
        #[arg(default_value = "rules.yaml")]
        file: PathBuf,
        /// Write over a file that is there already
        #[arg(long)]
        force: bool,
    },
    /// Check a file and tell every fault; stores nothing and needs no database
    #[command(after_help = check::EXAMPLES)]
    Check {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
        /// Ask WeCom for the tags, employees and departments that the rules name
        #[arg(long)]
        online: bool,
    },
    /// Check a file and put it in force
    #[command(after_help = import::EXAMPLES)]
    Import {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
        /// What changed, for whoever looks at the versions later
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// Do not call WeCom: running servers upload the files
        #[arg(long)]
        no_upload: bool,
        /// What the file is, if no rules file: csv, a table of channels (state, text, tags)
        #[arg(long, value_name = "FORM")]
        from: Option<From>,
        /// Of a table: write the rules into this file instead of importing them
        #[arg(long, value_name = "FILE", requires = "from")]
        to: Option<PathBuf>,
        /// Of a table: show the rules instead of importing them
        #[arg(long, requires = "from", conflicts_with = "to")]
        dry_run: bool,
    },
    /// Write the rules in force to stdout, as they were imported
    #[command(after_help = export::EXAMPLES)]
    Export {
        /// An earlier version
        #[arg(long, value_name = "N")]
        version: Option<i64>,
        /// Write the files that the rules name into this folder as well
        #[arg(long, value_name = "FOLDER")]
        files: Option<PathBuf>,
    },
    /// List the rules in force, how often each was used and how it went, and what has shown itself to be wrong
    #[command(after_help = list::EXAMPLES)]
    List {
        /// Count what was used since: 2h, 7d, 2026-03-01
        #[arg(long, value_name = "WHEN", value_parser = when::parse, default_value = "7d")]
        since: When,
    },
    /// Tell which rule wins for an event, why the others do not, and what would be sent
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Options),
    /// Run unit tests of rules
    #[command(after_help = test::EXAMPLES)]
    Test(test::Options),
    /// Tell what other rules would have made of the events of the record
    #[command(after_help = backtest::EXAMPLES)]
    Backtest(backtest::Options),
    /// Tell what changed between two versions or files, rule by rule
    #[command(after_help = diff::EXAMPLES)]
    Diff(diff::Options),
    /// List the versions of the rules, the latest first
    #[command(after_help = history::HISTORY)]
    History {
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Put an earlier version in force again
    #[command(after_help = history::ROLLBACK)]
    Rollback {
        /// The version
        version: i64,
        /// Why, for whoever looks at the versions later
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Write the JSON Schema by which editors complete and check
    #[command(after_help = schema::EXAMPLES)]
    Schema {
        /// Of which files
        #[arg(value_enum, default_value_t)]
        of: schema::Of,
    },
}

/// What an import reads beside rules files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum From {
    /// A table with headings
    Csv,
}

pub(super) async fn run(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    let (json, language) = (output.is_json(), output.language());
    let ended = Box::pin(run_command(command, setup, output)).await;
    match ended.as_ref().err().and_then(|error| error.downcast_ref::<NoText>()) {
        Some(NoText { file, faults }) => fail_with_faults(file, faults, Output::stdout(json, language)),
        None => ended,
    }
}

async fn run_command(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Init { file, force } => init::run(&file, force, output),
        Command::Check { file, online } => check::run(&file, online, setup, output).await,
        Command::Import { file, note, no_upload, from: None, .. } => {
            Box::pin(import::run(&file, note.as_deref(), no_upload, setup, output)).await
        }
        Command::Import { file, note, no_upload, from: Some(From::Csv), to, dry_run } => {
            Box::pin(csv::run(&file, csv::Goal { to, dry_run, note, no_upload }, setup, output)).await
        }
        Command::Export { version, files } => export::run(version, files.as_deref(), setup, output).await,
        Command::List { since } => list::run(since, setup, output).await,
        Command::Explain(options) => Box::pin(explain::run(options, setup, output)).await,
        Command::Test(options) => test::run(&options, output),
        Command::Backtest(options) => Box::pin(backtest::run(options, setup, output)).await,
        Command::Diff(options) => diff::run(options, setup, output).await,
        Command::History { limit } => history::run(limit, setup, output).await,
        Command::Rollback { version, note } => {
            history::roll_back(version, note.as_deref(), setup, output).await
        }
        Command::Schema { of } => schema::run(of, output),
    }
}

/// Checks rules and the files that they name, which are looked for in the folder of `file` (of stdin: the working folder).
fn checked(file: &Path, document: String) -> Result<Checked, Faults> {
    publish::check(file.parent().unwrap_or(Path::new("")), document)
}

/// `file:line: what; how to mend it`
fn placed(file: &Path, finding: &Finding, language: Language) -> String {
    let between = if finding.line.is_some() { ":" } else { ": " };
    format!("{}{between}{}", name(file), finding.to(language))
}

/// Prints what WeCom does not know, one a line.
fn print_findings(file: &Path, findings: &[Finding], output: &mut Output) -> anyhow::Result<()> {
    for finding in findings {
        if output.is_json() {
            let mut document = serde_json::to_value(finding.shown(output.language()))?;
            document["file"] = name(file).into();
            output.document(&document)?;
        } else {
            output.line(&clean(&placed(file, finding, output.language())))?;
        }
    }
    Ok(())
}

/// The file's text; `-` is stdin.
fn read(file: &Path, language: Language) -> anyhow::Result<String> {
    let cannot = || Rules::CannotRead { file: &name_in(file, language) }.to(language);
    let mut bytes = Vec::new();
    // One byte more than is taken, so that the check can say that there is too much.
    let most = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    if file == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).with_context(cannot)?;
    } else {
        let opened = std::fs::File::open(file).with_context(cannot)?;
        opened.take(most).read_to_end(&mut bytes).with_context(cannot)?;
    }
    if bytes.len() > DOCUMENT_BYTES_MAX {
        // It is refused for its size, and was cut in the middle of a character perhaps.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    decoded(bytes).map_err(|faults| NoText { file: file.to_owned(), faults }.into())
}

/// A file is not UTF-8. Every command reports it as it reports other faults of files.
#[derive(Debug, thiserror::Error)]
#[error("{} is not UTF-8: {faults}", name(file))]
struct NoText {
    file: PathBuf,
    faults: Faults,
}

/// What a file is called in a sentence.
fn name_in(file: &Path, language: Language) -> String {
    if file == Path::new("-") { Rules::Stdin.to(language) } else { file.display().to_string() }
}

/// What a file is called where programs read it as well: before a line, and in JSON.
fn name(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

/// The document with the check's notes in it, where there are any.
fn noted(mut document: serde_json::Value, notes: &[Note], language: Language) -> serde_json::Value {
    if !notes.is_empty() {
        let notes: Vec<_> = notes.iter().map(|note| note.shown(language)).collect();
        document["notes"] = serde_json::json!(notes);
    }
    document
}

/// Prints what the check has rewritten or read in one of several ways; with JSON that stands in the document that
/// follows.
fn print_notes(file: &Path, notes: &[Note], output: &mut Output) -> anyhow::Result<()> {
    if !output.is_json() {
        let language = output.language();
        for note in notes {
            output.line(&clean(&format!("{}:{}", name(file), note.to(language))))?;
        }
    }
    Ok(())
}

/// Prints every fault, and ends the command as failed.
fn fail_with_faults(file: &Path, faults: &Faults, mut output: Output) -> anyhow::Result<ExitCode> {
    print_faults(file, faults, &mut output)?;
    output.flush()?;
    Ok(ExitCode::from(failure::FAILED))
}

/// Prints every fault, one a line, in the form that editors jump to.
fn print_faults(file: &Path, faults: &Faults, output: &mut Output) -> anyhow::Result<()> {
    let (file, language) = (name(file), output.language());
    for fault in &faults.faults {
        if output.is_json() {
            let mut document = serde_json::to_value(fault.shown(language))?;
            document["file"] = file.as_str().into();
            output.document(&document)?;
        } else {
            output.line(&format!("{file}:{}", fault.to(language)))?;
        }
    }
    if faults.more > 0 && !output.is_json() {
        output.sentence(&Rules::MoreFaults { file: &file, more: faults.more })?;
    }
    Ok(())
}

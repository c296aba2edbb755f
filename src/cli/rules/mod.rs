//! `rules`: files in and out of the database. One file a command; what several of them share is here.

mod check;
mod export;
mod import;
mod list;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use super::{failure, output::Output, setup::Setup};
use crate::rules::{DOCUMENT_BYTES_MAX, Faults};

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
    #[command(after_help = check::EXAMPLES)]
    Check {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
    },
    /// Check a file and put it in force
    #[command(after_help = import::EXAMPLES)]
    Import {
        /// The file, YAML or JSON; - for stdin
        file: PathBuf,
        /// What changed, for whoever looks at the versions later
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Write the rules in force to stdout, as they were imported
    #[command(after_help = export::EXAMPLES)]
    Export {
        /// An earlier version
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// List the rules in force, and what has shown itself to be wrong with them
    #[command(after_help = list::EXAMPLES)]
    List,
}

pub(super) async fn run(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check { file } => check::run(&file, output),
        Command::Import { file, note } => import::run(&file, note.as_deref(), setup, output).await,
        Command::Export { version } => export::run(version, setup, output).await,
        Command::List => list::run(setup, output).await,
    }
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

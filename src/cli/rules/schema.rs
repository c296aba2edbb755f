//! `rules schema`: what editors complete and check by.

use std::process::ExitCode;

use super::super::output::Output;
use crate::rules::trial::{RULES_SCHEMA, TESTS_SCHEMA};

pub(super) const EXAMPLES: &str = "\
JSON Schema, draft 2020-12. A first line in the file makes editors with a YAML language server use it:
  # yaml-language-server: $schema=./rules.schema.json

Examples:
  wecom-greeter rules schema > rules.schema.json
  wecom-greeter rules schema tests > tests.schema.json";

/// Of which files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Of {
    /// Rules files
    #[default]
    Rules,
    /// Test files, as `rules test` takes them
    Tests,
}

pub(super) fn run(of: Of, mut output: Output) -> anyhow::Result<ExitCode> {
    let schema = match of {
        Of::Rules => RULES_SCHEMA.as_str(),
        Of::Tests => TESTS_SCHEMA,
    };
    if output.is_json() {
        // On one line, as every document is.
        output.document(&serde_json::from_str::<serde_json::Value>(schema)?)?;
    } else {
        output.text(schema)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

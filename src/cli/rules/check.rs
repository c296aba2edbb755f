//! `rules check`: every fault of a file, without a database.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{super::output::Output, name, read, tell};
use crate::rules::Ruleset;

pub(super) const EXAMPLES: &str = "\
Each fault is a line: file:line:column: what is wrong; how to mend it. Exit status 1 if there are any.

Examples:
  wecom-greeter rules check rules.yaml
  wecom-greeter rules check - < rules.yaml
  wecom-greeter rules check rules.yaml --output json";

pub(super) fn run(file: &Path, mut output: Output) -> anyhow::Result<ExitCode> {
    let document = read(file)?;
    let ruleset = match Ruleset::compile(&document, 0) {
        Ok(ruleset) => ruleset,
        Err(faults) => return tell(file, &faults, output),
    };
    let count = ruleset.rules().count();
    output.either(&json!({ "file": name(file), "ok": true, "rules": count }), || {
        format!("{}: {count} rules, no faults", name(file))
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

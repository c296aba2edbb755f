//! `rules test`: unit tests of rules, as YAML.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{
    super::{
        failure,
        output::{Output, clean},
    },
    NoText, name, print_faults, read,
};
use crate::rules::{
    Fault, Faults, Ruleset,
    trial::{Deviation, Ran, Source, Suite, Tested},
};

pub(super) const EXAMPLES: &str = "\
A test file names its rules and lists tests: an event, what is known of the people, what is expected.
docs/RULES.md tells the format (\"Testing rules\"), `rules schema tests` tells it to an editor. Needs
neither settings nor a database. Exit status 1 if a test fails or a file is wrong.

Examples:
  wecom-greeter rules test rules.test.yaml
  wecom-greeter rules test tests/*.yaml --filter spring
  wecom-greeter rules test rules.test.yaml --output json";

/// A file that a test names: a day of events of a large company is some tens of megabytes.
const FILE_BYTES_MAX: u64 = 256 << 20;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// The test files, YAML or JSON; - for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only the tests with this in their names
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,
}

#[derive(Default)]
struct Sum {
    passed: usize,
    failed: usize,
    /// Files, of tests or of rules, that could not be used.
    wrong: usize,
}

pub(super) fn run(options: &Options, mut output: Output) -> anyhow::Result<ExitCode> {
    let mut sum = Sum::default();
    for file in &options.files {
        test(file, options.filter.as_deref(), &mut sum, &mut output)?;
    }
    let ran = sum.passed + sum.failed;
    let document =
        json!({ "tests": ran, "passed": sum.passed, "failed": sum.failed, "files_wrong": sum.wrong });
    output.either(&document, || {
        let wrong = match sum.wrong {
            0 => String::new(),
            1 => ", 1 file is wrong".to_owned(),
            wrong => format!(", {wrong} files are wrong"),
        };
        match (ran, sum.failed) {
            (0, _) if sum.wrong == 0 => "No tests were run.".to_owned(),
            (_, 0) => format!("{} passed{wrong}", sum.passed),
            (_, failed) => format!("{} passed, {failed} failed{wrong}", sum.passed),
        }
    })?;
    output.flush()?;
    // A filter that finds nothing is most often misspelt, and no test must not look like success.
    let well = sum.failed == 0 && sum.wrong == 0 && ran > 0;
    Ok(ExitCode::from(if well { 0 } else { failure::FAILED }))
}

fn test(file: &Path, filter: Option<&str>, sum: &mut Sum, output: &mut Output) -> anyhow::Result<()> {
    let document = match read(file) {
        Ok(document) => document,
        Err(error) => return unreadable(&error, file, (1, 1), sum, output),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let look = |path: &str| {
        let path = folder.join(path);
        std::fs::File::open(&path)
            .map(drop)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let suite = match Suite::read(&document, look) {
        Ok(suite) => suite,
        Err(faults) => return wrong(file, &faults, sum, output),
    };
    match &suite.source {
        Source::Inline(document) => match Ruleset::compile(document, 0) {
            Ok(rules) => run_suite(file, None, &suite, &rules, folder, filter, sum, output),
            Err(faults) => wrong(file, &faults, sum, output),
        },
        Source::Files(files) => {
            for line in files {
                let path = folder.join(&line.text);
                let document = match read(&path) {
                    Ok(document) => document,
                    Err(error) => {
                        unreadable(&error, file, (line.line, line.column), sum, output)?;
                        continue;
                    }
                };
                match Ruleset::compile(&document, 0) {
                    Ok(rules) => {
                        let of = (files.len() > 1).then_some(line.text.as_str());
                        run_suite(file, of, &suite, &rules, folder, filter, sum, output)?;
                    }
                    Err(faults) => wrong(&path, &faults, sum, output)?,
                }
            }
            Ok(())
        }
    }
}

/// A file that cannot be used; the others are tested all the same.
fn wrong(file: &Path, faults: &Faults, sum: &mut Sum, output: &mut Output) -> anyhow::Result<()> {
    sum.wrong += 1;
    print_faults(file, faults, output)
}

/// The same for a file that cannot be read. One that is not UTF-8 has faults of its own; any other is a fault of
/// `file`, at the place that names it.
fn unreadable(
    error: &anyhow::Error,
    file: &Path,
    (line, column): (usize, usize),
    sum: &mut Sum,
    output: &mut Output,
) -> anyhow::Result<()> {
    if let Some(NoText { file, faults }) = error.downcast_ref() {
        return wrong(file, faults, sum, output);
    }
    let mend = "mend the path; in a test file it begins at that file's folder".to_owned();
    let fault = Fault { line, column, path: String::new(), what: format!("{error:#}"), mend };
    wrong(file, &Faults { faults: vec![fault], more: 0 }, sum, output)
}

/// `of`: the rules file, where the tests are run with several.
#[expect(clippy::too_many_arguments, reason = "a loop of its caller, under its own name")]
fn run_suite(
    file: &Path,
    of: Option<&str>,
    suite: &Suite,
    rules: &Ruleset,
    folder: &Path,
    filter: Option<&str>,
    sum: &mut Sum,
    output: &mut Output,
) -> anyhow::Result<()> {
    for tested in suite.run(rules, filter, |path| open(&folder.join(path))) {
        if tested.passed {
            sum.passed += 1;
        } else {
            sum.failed += 1;
        }
        if output.is_json() {
            let mut document = serde_json::to_value(&tested)?;
            document["file"] = name(file).into();
            document["rules"] = of.into();
            output.document(&document)?;
        } else if !tested.passed {
            output.text(&failed(file, of, &tested))?;
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<String, String> {
    let read = || -> std::io::Result<String> {
        let mut text = String::new();
        let taken = std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        if u64::try_from(taken).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
            return Err(std::io::Error::other(format!("it is longer than {FILE_BYTES_MAX} bytes")));
        }
        Ok(text)
    };
    read().map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// A failed test, with every difference.
fn failed(file: &Path, of: Option<&str>, tested: &Tested) -> String {
    let of = of.map_or_else(String::new, |of| format!(" (with {of})"));
    let mut lines = vec![format!(
        "FAILED {}:{}: {}{of} (- expected, + came)",
        name(file),
        tested.line,
        clean(&tested.name)
    )];
    lines.extend(tested.problem.iter().map(|problem| format!("  {}", clean(problem))));
    for deviation in &tested.deviations {
        let event = deviation.event.map_or_else(String::new, |line| format!(" (the event in line {line})"));
        lines.push(format!("  {}{event}", deviation.part));
        difference(deviation, &mut lines);
    }
    if tested.more > 0 {
        lines.push(format!("  and {} more differences", tested.more));
    }
    if !tested.not_known.is_empty() {
        let names = tested.not_known.join(" and ");
        lines.push(format!(
            "  the rules look up the {names}, and the test says nothing of it: it counts as failed"
        ));
    }
    lines.join("\n") + "\n\n"
}

fn difference(deviation: &Deviation, lines: &mut Vec<String>) {
    for (ran, line) in deviation.lines() {
        let mark = match ran {
            Ran::Missing => '-',
            Ran::Surplus => '+',
            Ran::Same => ' ',
        };
        lines.push(format!("    {mark} {}", clean(&line)).trim_end().to_owned());
    }
}

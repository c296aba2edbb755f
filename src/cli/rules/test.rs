//! `rules test`: unit tests of rules, as YAML.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{
    super::{
        failure::{self, said},
        output::{Output, clean},
        words::rules::Rules,
    },
    NoText, name, print_faults, read,
};
use crate::{
    language::{Language, Sentence as _, system},
    rules::{
        Fault, Faults, Ruleset, Said, Wrong,
        trial::{Deviation, Ran, Source, Suite, Tested},
    },
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
    let language = output.language();
    output.either(&document, || {
        Rules::Tested { passed: sum.passed, failed: sum.failed, wrong: sum.wrong }.to(language)
    })?;
    output.flush()?;
    // A filter that finds nothing is most often misspelt, and no test must not look like success.
    let well = sum.failed == 0 && sum.wrong == 0 && ran > 0;
    Ok(ExitCode::from(if well { 0 } else { failure::FAILED }))
}

fn test(file: &Path, filter: Option<&str>, sum: &mut Sum, output: &mut Output) -> anyhow::Result<()> {
    let document = match read(file, output.language()) {
        Ok(document) => document,
        Err(error) => return unreadable(&error, file, (1, 1), sum, output),
    };
    let (folder, language) = (file.parent().unwrap_or(Path::new("")), output.language());
    let look = |path: &str| {
        let path = folder.join(path);
        std::fs::File::open(&path).map(drop).map_err(|error| cannot_read(&path, &error, language))
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
                let document = match read(&path, output.language()) {
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
    let language = output.language();
    let what = error.chain().map(|cause| said(cause, language)).collect::<Vec<_>>().join(language.colon());
    let fault = Fault::new((line, column), "", Unreadable { what });
    wrong(file, &Faults { faults: vec![fault], more: 0 }, sum, output)
}

/// A file that cannot be read; why, in the language of the command, which is the only one that shows it.
#[derive(Debug)]
struct Unreadable {
    what: String,
}

impl Wrong for Unreadable {
    fn code(&self) -> &'static str {
        "test_file_unreadable"
    }

    fn say(&self, language: Language) -> Said {
        Said::new(self.what.as_str(), Rules::MendPath.to(language))
    }
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
    let language = output.language();
    for tested in suite.run(rules, filter, language, |path| open(&folder.join(path), language)) {
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
            output.text(&failed(file, of, &tested, language))?;
        }
    }
    Ok(())
}

fn open(path: &Path, language: Language) -> Result<String, String> {
    let read = || -> std::io::Result<String> {
        let mut text = String::new();
        let taken = std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        if u64::try_from(taken).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
            return Err(std::io::Error::other(Rules::TooLong { bytes_max: FILE_BYTES_MAX }.to(language)));
        }
        Ok(text)
    };
    read().map_err(|error| cannot_read(path, &error, language))
}

fn cannot_read(path: &Path, error: &std::io::Error, language: Language) -> String {
    let what = Rules::CannotRead { file: &path.display().to_string() }.to(language);
    what + language.colon() + &system(error, language)
}

/// A failed test, with every difference.
fn failed(file: &Path, of: Option<&str>, tested: &Tested, language: Language) -> String {
    let heading =
        Rules::TestFailed { file: &name(file), line: tested.line, test: &clean(&tested.name), with: of };
    let mut lines = vec![heading.to(language)];
    lines.extend(tested.problem.iter().map(|problem| format!("  {}", clean(problem))));
    for deviation in &tested.deviations {
        let event = deviation.event.map_or_else(String::new, |line| Rules::EventInLine { line }.to(language));
        lines.push(format!("  {}{event}", deviation.part));
        difference(deviation, &mut lines);
    }
    if tested.more > 0 {
        lines.push(Rules::MoreDifferences { more: tested.more }.to(language));
    }
    if !tested.not_known.is_empty() {
        lines.push(Rules::TestSaysNothingOf { names: &tested.not_known }.to(language));
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

//! Unit tests of rules, in the manner of Prometheus' promtool: a file names its rules and a list of tests, each an
//! event, what is known of the people, and what is expected. docs/RULES.md, "Testing rules", describes the
//! format.
//!
//! [`Suite::read`] finds every fault of a file with its line; [`Suite::run`] applies the rules to each test. Only what the
//! test expects is compared, unless it says `exact`. Files that a test names are read by the caller.

mod expect;
mod read;
mod run;

use serde::Serialize;

use super::situation::{Given, Situation};
use crate::rules::facts::{
    customer::Customer,
    employee::{Earlier, Employee},
};
use expect::Expected;

/// A test file that has been read.
#[derive(Debug)]
pub struct Suite {
    pub source: Source,
    /// The tests, in the order of the file.
    pub tests: Vec<Test>,
}

/// Where the rules are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In these files, relative to the test file; every test is run with each of them.
    Files(Vec<NamedFile>),
    /// In the test file itself. Their faults were found together with its own.
    Inline(String),
}

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

#[derive(Debug)]
pub struct Test {
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    subject: Subject,
    app: Option<String>,
    at_ms: Option<i64>,
    customer: Option<Given<Customer>>,
    employee: Option<Given<Employee>>,
    earlier: Option<Given<Earlier>>,
    expected: Expected,
}

/// What happens in a test.
#[derive(Debug)]
enum Subject {
    /// One event, given in the file.
    Given(Box<Situation>),
    /// One event, in a file of its own.
    PayloadFile(NamedFile),
    /// Every event of an export that fits.
    EventsFile { file: NamedFile, only: Only },
}

/// Which events of an export. A field that is `None` leaves all events in.
#[derive(Debug, Default)]
struct Only {
    app: Option<String>,
    change: Option<String>,
    user_id: Option<String>,
    external_user_id: Option<String>,
    state: Option<String>,
}

/// The result of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tested {
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    pub passed: bool,
    /// How many events it looked at.
    pub events: usize,
    /// The first twenty deviations; `more` counts the others.
    pub deviations: Vec<Deviation>,
    pub more: usize,
    /// Why the test could not be run.
    pub problem: Option<String>,
    /// The look-ups that the rules made and the test has no answer for. They counted as failed.
    pub not_known: Vec<&'static str>,
}

/// One part of the outcome that was not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The event's line in the export, where the test has several events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// `welcome.text`, `tags.add`, `rules` …
    pub part: String,
    /// What was expected, one item a line.
    pub expected: String,
    pub got: String,
}

/// How a line of a difference ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Ran {
    /// It was expected and did not come.
    Missing,
    /// It came and was not expected.
    Surplus,
    Same,
}

impl Deviation {
    /// The difference, line by line.
    pub fn lines(&self) -> Vec<(Ran, String)> {
        super::diff::lines(&self.expected, &self.got)
            .into_iter()
            .map(|(tag, line)| {
                let ran = match tag {
                    similar::ChangeTag::Delete => Ran::Missing,
                    similar::ChangeTag::Insert => Ran::Surplus,
                    similar::ChangeTag::Equal => Ran::Same,
                };
                (ran, line)
            })
            .collect()
    }
}

//! Unit tests of rules, in the manner of Prometheus' promtool: a file names its rules and a list of tests, each an
//! event, what is known of the people, and what is expected. docs/RULES.md, "Testing rules", tells the format.
//!
//! [`Suite::read`] tells every fault of a file with its line; [`Suite::run`] holds each test against the rules. Only
//! what is expected is compared, unless the test says `exact`. Files that a test names are read by the caller.

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
    /// Which rules are tested.
    pub source: Source,
    /// The tests, in the order of the file.
    pub tests: Vec<Test>,
}

/// Where the rules are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In these files, relative to the test file; every test is run with each of them.
    Files(Vec<Line>),
    /// In the test file itself; they have been checked with it.
    Inline(String),
}

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// What it is called.
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
    PayloadFile(Line),
    /// Every event of an export that fits.
    EventsFile { file: Line, only: Only },
}

/// Which events of an export; what is `None` is not looked at.
#[derive(Debug, Default)]
struct Only {
    app: Option<String>,
    change: Option<String>,
    user_id: Option<String>,
    external_user_id: Option<String>,
    state: Option<String>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tested {
    /// The test's name.
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    /// Whether everything was as expected.
    pub passed: bool,
    /// How many events it looked at.
    pub events: usize,
    /// What was not as expected; at most some twenty, the rest is counted in `more`.
    pub deviations: Vec<Deviation>,
    /// How many deviations there are beyond those.
    pub more: usize,
    /// Why the test could not be run.
    pub problem: Option<String>,
    /// What the rules looked up and the test does not give: it counted as a look-up that failed.
    pub not_known: Vec<&'static str>,
}

/// One thing that was not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Of which event, where the test has several: the line of the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// What: `welcome.text`, `tags.add`, `rules` …
    pub part: String,
    /// What was expected, one item a line.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// A line of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Ran {
    /// Expected, and not there.
    Missing,
    /// There, and not expected.
    Surplus,
    /// As expected.
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

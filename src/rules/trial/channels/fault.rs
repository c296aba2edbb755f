//! Faults of a table, by row and column.

use std::sync::Arc;

use serde::Serialize;

use super::words::TableFault;
use crate::{
    language::Language,
    rules::document::wrong::{Said, Wrong},
};

/// A fault of a table.
#[derive(Clone, Debug)]
pub struct RowFault {
    /// The line on which the row begins, from 1; the headings are on the first.
    pub line: u64,
    /// The heading of the column, where the fault is in one.
    pub column: Option<String>,
    wrong: Arc<dyn Wrong>,
}

/// A fault of a table as programs read it, in the language of whoever asked.
#[derive(Clone, Debug, Serialize)]
pub struct ShownRowFault<'f> {
    pub line: u64,
    pub column: Option<&'f str>,
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl RowFault {
    /// A fault of a row, or of one column of it.
    pub(crate) fn new(line: u64, column: Option<String>, wrong: Arc<dyn Wrong>) -> Self {
        Self { line, column, wrong }
    }

    /// Its name for programs, the same in every language.
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }

    /// It in one line, after the table's name.
    pub fn to(&self, language: Language) -> String {
        let column = self.column.as_ref().map_or_else(String::new, |column| format!("{column}: "));
        format!("{}: {column}{}", self.line, self.wrong.say(language).in_one(language))
    }

    /// It for programs.
    pub fn shown(&self, language: Language) -> ShownRowFault<'_> {
        let Said { what, mend } = self.wrong.say(language);
        ShownRowFault { line: self.line, column: self.column.as_deref(), code: self.code(), what, mend }
    }
}

/// In English, which is what logs have.
impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to(Language::En))
    }
}

pub(super) fn row_fault(line: u64, fault: TableFault) -> RowFault {
    RowFault::new(line, None, Arc::new(fault))
}

/// Something in a table that is no fault and still worth a look.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The line on which the row begins, from 1.
    pub line: u64,
    wrong: Arc<dyn Wrong>,
}

impl Noted {
    pub(super) fn new(line: u64, wrong: Arc<dyn Wrong>) -> Self {
        Self { line, wrong }
    }

    /// Its name for programs, the same in every language.
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }

    /// What was written and how it is read, after the table's name.
    pub fn to(&self, language: Language) -> String {
        format!("{}: {}", self.line, self.wrong.say(language).in_one(language))
    }
}

/// In English, which is what logs have.
impl std::fmt::Display for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to(Language::En))
    }
}

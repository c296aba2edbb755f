//! Faults of a table, by row and column.

use serde::Serialize;

/// A fault of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowFault {
    /// The line on which the row begins, from 1; the headings are on the first.
    pub line: u64,
    /// The heading of the column, where the fault is in one.
    pub column: Option<String>,
    pub what: String,
    pub mend: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{}; {}", self.what, self.mend)
    }
}

pub(super) fn row_fault(line: u64, what: impl Into<String>, mend: impl Into<String>) -> RowFault {
    RowFault { line, column: None, what: what.into(), mend: mend.into() }
}

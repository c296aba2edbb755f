//! What is wrong with a text, by the line of the text: where that stands in the file is for its reader to say.

use minijinja::Error;

use super::words::TextFault;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FaultInLine {
    /// The line of the text, from 1.
    pub(crate) line: usize,
    pub(crate) fault: TextFault,
}

/// The fault of a text that the template engine cannot parse.
pub(super) fn syntax(error: &Error) -> FaultInLine {
    FaultInLine { line: error.line().unwrap_or(1), fault: TextFault::Syntax(message(error)) }
}

/// The engine's own words for an error.
pub(super) fn message(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

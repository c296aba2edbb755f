//! What is wrong with a text, by the line of the text: where that stands in the file is for its reader to say.

use minijinja::Error;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextFault {
    /// The line of the text, from 1.
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) mend: String,
}

/// The fault of a text that the template engine cannot parse.
pub(super) fn syntax(error: &Error) -> TextFault {
    TextFault {
        line: error.line().unwrap_or(1),
        what: format!("is no valid text: {}", message(error)),
        mend: "write placeholders as {{ customer.name }} and conditions as {% if … %} … {% endif %}; \
               for two braces themselves write {{ '{{' }}"
            .to_owned(),
    }
}

/// The engine's own words for an error.
pub(super) fn message(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

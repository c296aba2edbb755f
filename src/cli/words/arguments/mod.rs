//! What can be wrong with what was given on the command line.

mod en;
mod zh;

use std::fmt;

use crate::{
    action::ReasonCode,
    language::{Language, Sentence},
};

/// Why an argument cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wrong {
    /// No instant, date or time ago.
    NoInstant,
    /// No instant, date or time from now.
    NoEnd,
    /// An end that is further off than so many days, or in that year or later.
    EndTooFar { days: i64, year: i16 },
    /// A day that no calendar has.
    NoDay,
    /// No kind of action.
    NoKind,
    /// No reason code.
    NoCode,
    /// No status of an action.
    NoStatus,
    /// No IP address with a port.
    NoAddress,
    /// Nothing, where leaving the option out means the made-up value.
    Empty,
    /// No duration, or two, up to so many milliseconds.
    NoLatency { most_ms: u64 },
    /// No share of all calls.
    NoShare,
    /// No number of callbacks a second, up to so many.
    NoRate { most: u32 },
    /// No URL by plain HTTP.
    NoPlainUrl,
    /// No fault of a simulated set-up.
    NoSetUpFault,
    /// No URL to which events could be posted.
    NoCallbackUrl,
    /// A flag stands where a text is missing.
    FlagForText { json: &'static str },
    /// No JSON; what the parser says.
    NoJson { parser: String, line: usize, column: usize },
    /// An id as a Chinese input method types it.
    TypedId { id: String, meant: String },
    /// JSON, but no object.
    NoObject,
    /// No whole numbers with commas between them.
    NoIntegers,
    /// The two instants leave nothing between them.
    NothingBetween,
    /// `--csv` and `--output json`: one of them.
    CsvAndJson,
    /// `events replay` and its like: ids, or filters, not both.
    IdsAndFilters { command: &'static str },
    /// Ids, or filters, not neither.
    NeitherIdsNorFilters { command: &'static str },
    /// No name for a token.
    NoTokenName { chars_max: usize },
    /// An end that has passed.
    Over,
    /// Nothing where a customer's id is asked for.
    NoCustomer,
    /// An instant to come, where one that has passed is asked for.
    NotYet,
    /// Two arguments are both to be read from stdin.
    TwoFromStdin,
    /// No app of that name in the settings, which have these.
    NoApp { name: String, apps: Vec<String> },
    /// The event's app is not in the settings.
    EventsApp { name: String },
}

impl Sentence for Wrong {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

impl fmt::Display for Wrong {
    /// In English: clap's own error has it as its cause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        en::write(self, f)
    }
}

impl std::error::Error for Wrong {}

/// Every reason code.
fn codes() -> Vec<&'static str> {
    ReasonCode::ALL.iter().map(|code| code.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_is_not_there_is_said_with_those_that_are() {
        let of = |apps: &[&str]| Wrong::NoApp {
            name: "nope".to_owned(),
            apps: apps.iter().map(|&app| app.to_owned()).collect(),
        };
        assert_eq!(of(&["shop", "web"]).to(Language::Zh), "设置里没有叫「nope」的应用，有的是：shop、web");
        let english = "there is no app `nope` in the settings: they name shop, web";
        assert_eq!(of(&["shop", "web"]).to(Language::En), english);
        assert_eq!(of(&[]).to(Language::Zh), "设置里没有叫「nope」的应用，一个应用也没有设置");
        assert_eq!(of(&[]).to(Language::En), "there is no app `nope` in the settings: they name none");
    }
}

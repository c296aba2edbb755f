//! What `rules explain` says around the rules' own reasons.

mod en;
mod zh;

use std::fmt;

use crate::{
    action::Kind,
    language::{Language, Sentence},
};

/// A line of an explanation.
#[derive(Debug)]
pub(in crate::cli) enum Explain<'a> {
    /// The event: its id where it has one, what it is, and whom it is about.
    Event {
        id: Option<i64>,
        what: &'a str,
        employee: Option<&'a str>,
        customer: Option<&'a str>,
        state: Option<&'a str>,
    },
    /// The line below it; `version`: 0 for the rules of a file.
    Context {
        app: &'a str,
        happened: &'a str,
        welcome_code: bool,
        version: i64,
    },
    Rules,
    Matches {
        rule: &'a str,
        used_for: &'a [Kind],
        lookups: &'a [&'a str],
    },
    DoesNotMatch {
        rule: &'a str,
        reason: Option<&'a str>,
        lookups: &'a [&'a str],
    },
    Welcome {
        rule: &'a str,
    },
    IsFallback {
        why: &'a str,
    },
    LeftOut {
        file: &'a str,
    },
    Measured {
        part: &'a str,
        length: usize,
        max: usize,
        unit: &'a str,
    },
    Tags {
        parts: &'a [String],
    },
    MadeWhereMissing {
        tags: &'a [String],
    },
    Remark,
    Field {
        name: &'a str,
        text: &'a str,
    },
    Notice {
        rule: &'a str,
        on: &'a str,
        to: &'a str,
        bytes: usize,
        max: usize,
    },
    Forward {
        rule: &'a str,
        url: &'a str,
        signed: bool,
    },
    Skipped {
        kind: Kind,
        reason: &'a str,
    },
    LookedUp {
        when: When,
        names: &'a [&'a str],
    },
    NotKnown {
        names: &'a [&'a str],
        asks_wecom: bool,
    },
    /// Whom a notice goes to.
    Department {
        id: &'a str,
    },
    Tagged {
        id: &'a str,
    },
    /// A look-up that failed.
    NotFound {
        whom: Whom,
    },
    CouldNotLookUp {
        whom: Whom,
        why: &'a str,
    },
}

/// When something is looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum When {
    BeforeTheWelcome,
    AfterIt,
    IfSomethingFails,
}

/// Who is looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Whom {
    Customer,
    Employee,
}

impl Sentence for Explain<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}

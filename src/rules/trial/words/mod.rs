//! What can be wrong with the files beside the rules (tests, events, people), and what a trial says. `en.rs` and `zh.rs` say
//! it in words.

mod en;
mod zh;

use std::{fmt, sync::Arc};

use crate::{
    language::{Language, Sentence},
    rules::{
        document::{
            wrong::{Meant, Quoted, Said, Wrong},
            yaml::Kind,
        },
        facts::change::ChangeMeant,
    },
};

/// A fault of a file that is read beside the rules.
#[derive(Debug)]
pub(super) enum TrialFault {
    /// A map with some of these keys is expected.
    WantsKeys {
        known: Vec<String>,
        found: Kind,
    },
    KeyNoWord,
    KeyTwice(Quoted),
    NoKey {
        key: Quoted,
        near: Meant,
    },
    TooManyKeys {
        most: usize,
    },
    KeyEmpty,
    TooManyItems {
        count: usize,
        most: usize,
    },
    WantsText {
        found: Kind,
    },
    WantsBoolean {
        found: Kind,
    },
    WantsInteger {
        found: Kind,
    },
    NoneOfWords {
        word: Quoted,
        near: Meant,
    },
    NoInstant(Quoted),
    /// A file that it names; why that cannot be read, in the language of whoever reads it.
    FileUnreadable {
        why: String,
    },

    EventEmpty,
    EventTooLong,
    /// The envelope of a callback in place of what it holds.
    EventEncrypted,
    NoEvent,
    NoChange {
        change: Quoted,
        meant: ChangeMeant,
    },

    NobodyDescribed,
    NoPerson,
    EarlierUnclear,
    /// Not in the form of WeCom's answer; what the reader of JSON says of that.
    NoAnswer {
        error: String,
    },

    TestsEmpty,
    NoTests,
    NoRulesNamed,
    /// A fault of rules that are written as a text of the test file.
    InRules {
        line: usize,
        path: String,
        wrong: Arc<dyn Wrong>,
    },
    RulesTooLong,
    FileUnnamed,
    TestUnnamed,
    NoExpectation,
    ExpectsNothing,
    TestWithoutEvent,
    TestWithSeveralEvents,
    /// `only` without an `events_file`.
    OnlyWithoutFile,
    NoOccasion(Quoted),
}

impl Wrong for TrialFault {
    fn code(&self) -> &'static str {
        match self {
            Self::WantsKeys { .. } => "trial_wants_keys",
            Self::KeyNoWord => "trial_key_no_word",
            Self::KeyTwice(_) => "trial_key_twice",
            Self::NoKey { .. } => "trial_unknown_key",
            Self::TooManyKeys { .. } => "trial_too_many_keys",
            Self::KeyEmpty => "trial_key_empty",
            Self::TooManyItems { .. } => "trial_too_many_items",
            Self::WantsText { .. } => "trial_wants_text",
            Self::WantsBoolean { .. } => "trial_wants_boolean",
            Self::WantsInteger { .. } => "trial_wants_integer",
            Self::NoneOfWords { .. } => "trial_unknown_word",
            Self::NoInstant(_) => "trial_no_instant",
            Self::FileUnreadable { .. } => "trial_file_unreadable",
            Self::EventEmpty => "event_empty",
            Self::EventTooLong => "event_too_long",
            Self::EventEncrypted => "event_encrypted",
            Self::NoEvent => "not_an_event",
            Self::NoChange { .. } => "event_unknown_change",
            Self::NobodyDescribed => "person_empty",
            Self::NoPerson => "not_a_person",
            Self::EarlierUnclear => "earlier_unclear",
            Self::NoAnswer { .. } => "person_malformed",
            Self::TestsEmpty => "tests_empty",
            Self::NoTests => "no_tests",
            Self::NoRulesNamed => "tests_without_rules",
            Self::InRules { wrong, .. } => wrong.code(),
            Self::RulesTooLong => "rules_in_tests_too_long",
            Self::FileUnnamed => "file_unnamed",
            Self::TestUnnamed => "test_unnamed",
            Self::NoExpectation => "test_without_expectation",
            Self::ExpectsNothing => "test_expects_nothing",
            Self::TestWithoutEvent => "test_without_event",
            Self::TestWithSeveralEvents => "test_with_several_events",
            Self::OnlyWithoutFile => "only_without_events_file",
            Self::NoOccasion(_) => "unknown_occasion",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::fault(self),
            Language::Zh => zh::fault(self),
        }
    }
}

/// What a trial says of its own.
#[derive(Debug)]
pub(super) enum Trial<'a> {
    /// Stands for the reason in a notice about something that has not gone wrong yet.
    WhyItFailed,
    /// Why the text that is sent is the fallback.
    NoAttachmentCanBeSent,
    TextCameOutBlank,
    TextAsks {
        names: &'a [&'a str],
    },
    /// How a test's difference shows what came, or should have.
    One,
    By {
        rule: &'a str,
    },
    NoText,
    NothingBecause {
        none: &'a str,
        reason: &'a str,
    },
    /// Why a test could not be run.
    Payload {
        file: &'a str,
        faults: &'a str,
    },
    NoExport {
        file: &'a str,
        line: usize,
        error: &'a str,
    },
    NoPayload {
        file: &'a str,
        line: usize,
    },
    NoneSoChosen {
        file: &'a str,
    },
}

impl Sentence for Trial<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::trial(self, f),
            Language::Zh => zh::trial(self, f),
        }
    }
}

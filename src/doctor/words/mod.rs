//! What the checks say: found, and the cure. `en.rs` and `zh.rs` say it in words; neither compiles with one missing.

mod en;
mod store;
mod zh;

use std::fmt;

use super::{Finding, Matter, Status};
use crate::language::Language;

pub use store::store_in_chinese;

pub(super) fn found(finding: &Finding, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match language {
        Language::En => en::found(finding, f),
        Language::Zh => zh::found(finding, f),
    }
}

pub(super) fn cure(finding: &Finding, language: Language) -> Option<String> {
    match language {
        Language::En => en::cure(finding),
        Language::Zh => zh::cure(finding),
    }
}

impl Matter {
    /// Its name as a person reads it.
    pub fn name(self, language: Language) -> &'static str {
        match language {
            Language::En => self.as_str(),
            Language::Zh => zh::matter(self),
        }
    }
}

impl Status {
    /// Its name as a person reads it.
    pub fn name(self, language: Language) -> &'static str {
        match language {
            Language::En => self.as_str(),
            Language::Zh => zh::status(self),
        }
    }
}

/// So long ago, in the unit that says most.
fn ago(ms: i64) -> (i64, Unit) {
    match ms.max(0) / 1_000 {
        seconds if seconds < 120 => (seconds, Unit::Seconds),
        seconds if seconds < 7_200 => (seconds / 60, Unit::Minutes),
        seconds if seconds < 172_800 => (seconds / 3_600, Unit::Hours),
        seconds => (seconds / 86_400, Unit::Days),
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

/// Bytes in MB, as a person reads them.
fn megabytes(bytes: u64) -> u64 {
    bytes >> 20
}

#[cfg(test)]
mod tests {
    use super::{super::Both, *};

    #[test]
    fn every_finding_that_is_not_well_has_a_cure() {
        let both = || Both { en: "a".into(), zh: "一".into() };
        for finding in [
            Finding::SettingsWrong { what: both() },
            Finding::SettingsUnread { what: both() },
            Finding::DatabaseUnusable { what: both(), is_file: true },
            Finding::DatabaseUnusable { what: both(), is_file: false },
            Finding::DatabaseReadOnly { what: both(), is_file: true },
            Finding::DatabaseReadOnly { what: both(), is_file: false },
            Finding::DatabaseLocked { what: both() },
            Finding::NoRules,
            Finding::ScopeEmpty,
            Finding::NeverCalled,
            Finding::AnswerBom,
            Finding::UrlSlash,
            Finding::CertificateUntrusted,
        ] {
            for language in Language::ALL {
                assert!(finding.cure(language).is_some(), "{finding:?}");
            }
        }
    }
}

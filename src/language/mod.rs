//! The two languages in which the program speaks to people, and which of them it is.
//!
//! Texts stand beside what they are about: an enum of what can be said, and one file a language that says each in words by
//! an exhaustive `match`. A sentence that lacks a language does not compile. JSON names, codes, logs and metrics are the
//! same in every language.

/// A language in which the program speaks to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese, as it is written in mainland China.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Its name in flags and settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == name)
    }
}

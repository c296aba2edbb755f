//! The two languages in which the program speaks to people, and which of them it is.
//!
//! Texts stand beside what they are about: an area has an enum of its sentences with their arguments (`words/mod.rs`), and
//! one file a language that says each in words by an exhaustive `match` (`words/en.rs`, `words/zh.rs`). A sentence
//! that lacks a language, or an argument that lacks a place, does not compile. JSON names, codes, logs and metrics are the
//! same in every language.

mod parser;
mod system;

use std::{
    ffi::{OsStr, OsString},
    fmt,
};

pub use parser::said_by_a_parser;
pub use system::system;

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

    /// What stands between something and what is said of it.
    pub const fn colon(self) -> &'static str {
        match self {
            Self::Zh => "：",
            Self::En => ": ",
        }
    }

    /// The language of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == name)
    }
}

/// Something that is said to people, in either language.
pub trait Sentence {
    /// Writes it in that language.
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// It as a text in that language.
    fn to(&self, language: Language) -> String
    where
        Self: Sized,
    {
        Spoken { sentence: self, language }.to_string()
    }
}

/// A sentence in one language.
struct Spoken<'a, S> {
    sentence: &'a S,
    language: Language,
}

impl<S: Sentence> fmt::Display for Spoken<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence.write(self.language, f)
    }
}

/// The flag that says which language it is.
pub const FLAG: &str = "--lang";

/// The variable that says which language it is where the flag does not.
pub const VARIABLE: &str = "GREETER_LANG";

/// The variables of the locale, the first one that is set counting (POSIX).
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language of a command: that of `--lang`, else of `GREETER_LANG`, else of the settings file, else that of the locale.
///
/// `variable` gives a variable of the environment, `None` where it is not set or empty. A name that is no language's is
/// passed over: whoever reads the command line or the settings says what is wrong with it, in the language that is left.
pub fn chosen<'a>(
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<&'a str>,
    in_file: impl FnOnce() -> Option<Language>,
) -> Language {
    value_of(arguments, FLAG)
        .and_then(|name| Language::named(name.to_str()?))
        .or_else(|| Language::named(variable(VARIABLE)?))
        .or_else(in_file)
        .unwrap_or_else(|| of_locale(variable))
}

fn of_locale<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Language {
    match LOCALE.into_iter().find_map(variable) {
        Some(locale) if locale.starts_with("zh") => Language::Zh,
        _ => Language::En,
    }
}

/// What was given for a flag (`--flag VALUE`, `--flag=VALUE`) in arguments that nobody has parsed yet: a mistake in them is
/// reported in a language as well, and by settings that were named there. What comes after `--` is no flag.
pub fn value_of<'a>(arguments: &'a [OsString], flag: &str) -> Option<&'a OsStr> {
    let flags = arguments.split(|argument| argument == "--").next().unwrap_or_default();
    flags.iter().enumerate().find_map(|(at, argument)| {
        if argument == flag {
            return flags.get(at + 1).map(OsString::as_os_str);
        }
        // A path that is not UTF-8 can be given as the next argument only.
        argument.to_str()?.strip_prefix(flag)?.strip_prefix('=').map(OsStr::new)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_flag_goes_first(&["events", "--lang", "en"], &[("GREETER_LANG", "zh"), ("LANG", "zh_CN.UTF-8")], Some(Language::Zh), Language::En)]
    #[case::with_an_equals_sign(&["--lang=zh", "serve"], &[], None, Language::Zh)]
    #[case::what_follows_two_dashes_is_no_flag(&["serve", "--", "--lang", "zh"], &[], None, Language::En)]
    #[case::a_flag_without_a_value(&["serve", "--lang"], &[("LANG", "zh_CN.UTF-8")], None, Language::Zh)]
    #[case::a_flag_with_another_value(&["--lang", "fr"], &[("GREETER_LANG", "zh")], None, Language::Zh)]
    #[case::the_variable(&[], &[("GREETER_LANG", "zh"), ("LC_ALL", "C")], Some(Language::En), Language::Zh)]
    #[case::another_variable(&[], &[("GREETER_LANG", "de"), ("LC_ALL", "zh_TW")], None, Language::Zh)]
    #[case::the_file(&[], &[("LC_ALL", "C")], Some(Language::Zh), Language::Zh)]
    #[case::the_first_of_the_locale(&[], &[("LC_ALL", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN"), ("LANG", "zh_CN")], None, Language::En)]
    #[case::the_second_of_the_locale(&[], &[("LC_MESSAGES", "zh_CN.UTF-8"), ("LANG", "en_US.UTF-8")], None, Language::Zh)]
    #[case::the_last_of_the_locale(&[], &[("LANG", "zh_HK.UTF-8")], None, Language::Zh)]
    #[case::another_locale(&[], &[("LANG", "de_DE.UTF-8")], None, Language::En)]
    #[case::nothing_at_all(&[], &[], None, Language::En)]
    fn the_language_is_chosen_in_order(
        #[case] arguments: &[&str],
        #[case] variables: &[(&str, &'static str)],
        #[case] in_file: Option<Language>,
        #[case] expected: Language,
    ) {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let variable = |name: &str| variables.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
        assert_eq!(chosen(&arguments, variable, || in_file), expected);
    }
}

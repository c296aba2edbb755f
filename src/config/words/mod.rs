//! What can be wrong with settings: the sentences, each with its arguments. `en.rs` and `zh.rs` say them in words.

mod en;
mod zh;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use zh::keys as keys_in_chinese;

use crate::language::{Language, Sentence};
use wecom_core::callback::KeyError;

/// What is wrong with a setting. Never holds a secret's value.
#[derive(Clone, Debug)]
pub enum What {
    /// What is there is not what is expected.
    Expected { expected: Expected, stray: Vec<Stray> },
    /// The same, with what was found; `cut`: it is longer than that.
    Found { expected: Expected, found: String, cut: bool, stray: Vec<Stray> },
    /// The same, where what was found is of another type.
    FoundKind { expected: Expected, found: ValueKind },
    /// Not there, though it must be; `of`: its name, where the place does not say it.
    Missing { of: Option<String>, expected: Expected },
    /// The file that should hold a secret holds nothing.
    FileEmpty(PathBuf),
    /// The file that should hold a secret cannot be read.
    FileUnreadable { file: PathBuf, cause: Arc<std::io::Error>, stray: Vec<Stray> },
    /// The public and the private listener have one address.
    SameListener,
    /// More elements than a list may have.
    TooMany { count: usize, most: usize },
    /// The Secret is not as long as those of the console.
    SecretLength { length: usize, usual: usize },
    /// Others may read the file, which holds a secret.
    Exposed(PathBuf),
    /// Which app people log in by cannot be told; those that there are.
    LoginApp(Vec<String>),
    /// The app by which people log in has no AgentId.
    LoginAgentId(String),
    /// An employee stands there twice.
    EmployeeTwice(String),
    /// Two apps have one name.
    AppTwice(String),
    /// Token and EncodingAESKey open no callbacks.
    Keys(KeyError),
    /// The file is not TOML; the parser's message.
    NotToml(String),
    /// A table `[apps]` instead of `[[apps]]`.
    OneBracket,
    /// A name that no setting has.
    NoSuch { near: Option<Near>, known: Vec<String> },
    /// As a value and as a file's path.
    GivenTwice,
    /// As this variable as well.
    GivenTwiceBy(String),
    /// Not UTF-8.
    NotUtf8,
    /// `…_FILE` of what is no secret; the variable that is to be set.
    NotSecret(String),
}

/// A setting that was meant, perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub name: String,
    pub at: NearAt,
}

impl Near {
    pub(super) fn setting(name: &str) -> Self {
        Self { name: name.to_owned(), at: NearAt::Here }
    }
}

/// Where the setting stands that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearAt {
    /// Where its name says.
    Here,
    /// In `[[apps]]`.
    App,
    /// Above the first section.
    Top,
}

/// What got into a value on its way and is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    /// Quotes inside of those of the file.
    QuotesInQuotes,
    /// Quotes that `--env-file` keeps.
    QuotesKept,
    /// Quotes that a file of one value keeps.
    QuotesKeptByFile,
    QuoteBefore,
    QuoteBehind,
    Character {
        place: Place,
        character: Character,
    },
}

/// Where a character stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Begins,
    Ends,
    /// Which one it is, from 1.
    Character(usize),
}

/// A character that is no part of a value; some with their code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    Blank,
    Tab,
    CarriageReturn,
    LineBreak,
    NoBreakSpace,
    FullWidthBlank,
    ByteOrderMark,
    FullWidth(u32),
    Unseen(u32),
    Control(u32),
    OtherBlank(u32),
    NotAscii,
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Flag,
    Number,
    NumberBetween(i64, i64),
    Address,
    Choice(&'static str, &'static str),
    SingleValue,
    Section,
    AdminToken,
    LogFilter,
    AppName,
    CorpId,
    Token,
    AesKey,
    NameOfApp,
    ConsoleCorpId,
    ConsoleSecret,
    ConsoleToken,
    ConsoleAesKey,
    Secret,
    ReceiveIds,
    Texts,
    Networks,
    Ascii,
    TimeZone,
    DatabaseOnDisk,
    SqlitePath,
    PostgresUrl,
    DatabaseUrl,
    BaseUrl,
    AlertUrl,
    Employees,
}

/// The type of a value in a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Text,
    Number,
    TooLargeNumber,
    Fraction,
    Flag,
    Date,
    List,
    Section,
    NoPath,
}

/// What frames a list of wrong settings.
pub(super) enum Frame<'a> {
    /// So many are wrong.
    Wrong(usize),
    /// No app is set up: what somebody reads who starts the program for the first time.
    NoApp,
    /// Where a value without a place stands.
    DefaultOf(&'a str),
    /// Where a variable stands.
    Environment(&'a str),
    /// The settings file cannot be read.
    Unreadable(&'a Path),
}

impl fmt::Display for What {
    /// In English, for the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        en::what(self, f)
    }
}

impl Sentence for What {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::what(self, f),
            Language::Zh => zh::what(self, f),
        }
    }
}

impl Sentence for Frame<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::frame(self, f),
            Language::Zh => zh::frame(self, f),
        }
    }
}

//! Everything that is wrong with the settings, in one message: where it stands and what is expected there.
//!
//! A position and an expectation, never a secret's value.

use std::{fmt, io, path::PathBuf};

use super::words::{Frame, What};
use crate::language::{Language, Sentence};

/// Why there are no settings.
#[derive(Debug)]
pub enum ConfigError {
    /// The settings file could not be read.
    Unreadable { path: PathBuf, cause: io::Error },
    /// Settings are wrong or missing; the message names every one.
    Wrong(Faults),
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { cause, .. } => Some(cause),
            Self::Wrong(_) => None,
        }
    }
}

impl Sentence for ConfigError {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, .. } => Frame::Unreadable(path).write(language, f),
            Self::Wrong(faults) => faults.write(language, f),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::En, f)
    }
}

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Nowhere: it has its default.
    Default(String),
    /// In a file.
    File {
        /// The file as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// `section.key`; empty where the fault is in the file's form.
        path: String,
    },
    /// In the environment.
    Environment(String),
}

impl Sentence for Position {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(path) => Frame::DefaultOf(path).write(language, f),
            Self::File { file, line, path } if path.is_empty() => write!(f, "{file}:{line}"),
            Self::File { file, line, path } => write!(f, "{file}:{line} {path}"),
            Self::Environment(variable) => Frame::Environment(variable).write(language, f),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::En, f)
    }
}

/// One wrong setting.
#[derive(Clone, Debug)]
pub struct Fault {
    pub position: Position,
    /// What is expected there.
    pub what: What,
}

/// All that is wrong, in the order of the positions.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    no_app: bool,
}

impl Faults {
    pub(super) fn new(mut list: Vec<Fault>, no_app: bool) -> Self {
        list.sort_by_cached_key(|fault| (fault.position.clone(), fault.what.to_string()));
        Self { list, no_app }
    }

    /// Every wrong setting.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter()
    }

    /// Whether no app is set up at all.
    pub fn no_app(&self) -> bool {
        self.no_app
    }
}

impl Sentence for Faults {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.list.is_empty() {
            Frame::Wrong(self.list.len()).write(language, f)?;
        }
        for fault in &self.list {
            f.write_str("\n  ")?;
            fault.position.write(language, f)?;
            f.write_str("\n    ")?;
            fault.what.write(language, f)?;
        }
        if self.no_app {
            if !self.list.is_empty() {
                f.write_str("\n\n")?;
            }
            Frame::NoApp.write(language, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::En, f)
    }
}

//! What is wrong with a rules file: where, what, and how to mend it. A check goes on after a fault, so that one run
//! shows all of them.

use std::{collections::HashSet, fmt};

use serde::Serialize;

/// At most so many faults are kept; the rest are counted. A file that is wrong in 200 places is read from the top.
pub const FAULTS_MAX: usize = 200;

/// A place in the document: line and column, both from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Mark {
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// One thing that is wrong with the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which value: `rules[2].welcome.text`, rules counted from 0; empty for the document as a whole.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}; {}", self.what, self.mend)
    }
}

/// Everything that is wrong with a document, in the order of its lines. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// The first [`FAULTS_MAX`] of them.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Faults {
    /// The whole text is none of what is wanted.
    pub(crate) fn one(what: impl Into<String>, mend: impl Into<String>) -> Self {
        let mut log = Log::default();
        log.add(Mark::START, "", what, mend);
        Self { faults: log.faults, more: 0 }
    }
}

impl Faults {
    /// These and others of the same file, in the order of its lines.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.faults.extend(others.faults);
        self.faults.sort_by_key(|fault| (fault.line, fault.column));
        let kept = self.faults.len().min(FAULTS_MAX);
        self.more += others.more + self.faults.len() - kept;
        self.faults.truncate(kept);
        self
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A document as text; the fault tells where it ceases to be UTF-8, and how to mend that.
pub fn decoded(bytes: Vec<u8>) -> Result<String, Faults> {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let (bytes, upto) = (error.as_bytes(), error.utf8_error().valid_up_to());
    // What stands before is UTF-8.
    let before = String::from_utf8_lossy(&bytes[..upto]);
    let (line, column) = (
        before.matches('\n').count() + 1,
        before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
    );
    let what = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "the file is UTF-16, and not UTF-8"
    } else {
        "here begins what is not UTF-8; most likely the file is in GBK"
    };
    let mut log = Log::default();
    log.add(Mark { line, column }, "", what, "save it as UTF-8 in the editor");
    Err(Faults { faults: log.faults, more: 0 })
}

/// Something that the check has understood in its own way: no fault, and worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What was written, and how it is read or what may come of it.
    pub what: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

/// Collects the faults of one check, and its notes.
#[derive(Debug, Default)]
pub(crate) struct Log {
    faults: Vec<Fault>,
    more: usize,
    notes: Vec<Note>,
    /// Places of which nothing more is told.
    refused: HashSet<Mark>,
}

impl Log {
    /// What stands there cannot be read: what that makes of the value is not told as well.
    pub(crate) fn refuse(&mut self, at: Mark, what: impl Into<String>, mend: impl Into<String>) {
        self.add(at, "", what, mend);
        self.refused.insert(at);
    }

    pub(crate) fn add(&mut self, at: Mark, path: &str, what: impl Into<String>, mend: impl Into<String>) {
        if self.refused.contains(&at) {
            return;
        }
        if self.is_full() {
            self.more += 1;
            return;
        }
        self.faults.push(Fault {
            line: at.line,
            column: at.column,
            path: path.to_owned(),
            what: what.into(),
            mend: mend.into(),
        });
    }

    /// The nearest of the candidates, as long as anybody is going to read it: comparing is the dearest part of a check,
    /// and a file may be wrong in a hundred thousand places.
    pub(crate) fn nearest<'a>(
        &self,
        wrong: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if self.is_full() { None } else { nearest(wrong, candidates) }
    }

    /// "did you mean `x`?", or what there is to choose from, as long as anybody is going to read it.
    pub(crate) fn did_you_mean(&self, wrong: &str, candidates: &[&str]) -> String {
        if self.is_full() { String::new() } else { did_you_mean(wrong, candidates) }
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.faults.len() + self.more
    }

    /// Adds a note, once; what is noted beyond [`FAULTS_MAX`] is of one kind with what stands above it.
    pub(crate) fn note(&mut self, at: Mark, what: String) {
        let note = Note { line: at.line, column: at.column, what };
        if self.notes.len() < FAULTS_MAX && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The notes, in the order of their lines.
    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort_by_key(|note| (note.line, note.column));
        notes
    }

    /// Whether what is added from now on is only counted.
    pub(crate) fn is_full(&self) -> bool {
        self.faults.len() == FAULTS_MAX
    }

    pub(crate) fn into_faults(mut self) -> Result<(), Faults> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.sort_by_key(|fault| (fault.line, fault.column));
        Err(Faults { faults: self.faults, more: self.more })
    }
}

/// Quotes what stands in the file for a message: shortened, and on one line.
pub(crate) fn quoted(text: &str) -> String {
    /// Long enough to find the place again, short enough for one line of a terminal.
    const SHOWN_CHARS: usize = 40;
    let mut shown: String =
        text.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The candidate that is written most alike, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer names are not misspellings of ours, and comparing takes time by their length.
    const COMPARED_BYTES_MAX: usize = 64;
    /// Jaro-Winkler: `welcom`/`welcome` 0.98, `prio`/`priority` 0.90, `text`/`tag` 0.78.
    const ALIKE: f64 = 0.82;
    if wrong.len() > COMPARED_BYTES_MAX {
        return None;
    }
    let wrong = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wrong, &candidate.to_lowercase()), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or what there is to choose from.
pub(crate) fn did_you_mean(wrong: &str, candidates: &[&str]) -> String {
    nearest(wrong, candidates.iter().copied()).map_or_else(
        || format!("known here: {}", candidates.join(", ")),
        |near| format!("did you mean `{near}`?"),
    )
}

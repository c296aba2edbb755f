//! Faults: what is wrong with a document, where, and how to mend it. A check goes on after a fault, so that one run shows
//! all of them.

use std::{collections::HashSet, fmt};

use serde::Serialize;

/// At most so many faults are kept; the rest are only counted. Nobody mends more than 200 before checking again.
pub const FAULTS_MAX: usize = 200;

/// Line and column in the document, both from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Mark {
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// One fault of a document.
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

/// All faults of a document, in the order of its lines. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// The first [`FAULTS_MAX`] of them.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Faults {
    /// The one fault of a text that is no such document at all.
    pub(crate) fn one(what: impl Into<String>, mend: impl Into<String>) -> Self {
        let mut log = Log::default();
        log.add(Mark::START, "", what, mend);
        Self { faults: log.faults, more: 0 }
    }

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

/// A document as text. The fault names the place where it ceases to be UTF-8, and how to mend that.
pub fn decoded(bytes: Vec<u8>) -> Result<String, Faults> {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let (bytes, upto) = (error.as_bytes(), error.utf8_error().valid_up_to());
    // Nothing is lost: everything before `upto` is UTF-8.
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

/// Something that is no fault and still worth a look, such as another product's placeholder that is read as ours.
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

/// What is wrong with a single value, for whoever knows where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ValueFault {
    pub(crate) what: String,
    pub(crate) mend: &'static str,
}

impl ValueFault {
    pub(crate) fn new(what: impl Into<String>, mend: &'static str) -> Self {
        Self { what: what.into(), mend }
    }
}

/// Collects the faults and notes of one check.
#[derive(Debug, Default)]
pub(crate) struct Log {
    faults: Vec<Fault>,
    more: usize,
    notes: Vec<Note>,
    /// The document was accepted by an older check: what only newer checks refuse is a note.
    pub(crate) stored: bool,
    /// Values that could not be read; no further fault of theirs is added.
    unreadable: HashSet<Mark>,
}

impl Log {
    /// Adds the fault of a value that cannot be read, and drops every later one of the same value: those would only follow
    /// from this.
    pub(crate) fn add_unreadable(&mut self, at: Mark, what: impl Into<String>, mend: impl Into<String>) {
        self.add(at, "", what, mend);
        self.unreadable.insert(at);
    }

    pub(crate) fn add(&mut self, at: Mark, path: &str, what: impl Into<String>, mend: impl Into<String>) {
        if self.unreadable.contains(&at) {
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

    /// The nearest of the candidates, as long as the fault is going to be kept. Comparing names is the most expensive
    /// part of a check, and a file may be wrong in a hundred thousand places.
    pub(crate) fn nearest<'a>(
        &self,
        wrong: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if self.is_full() { None } else { nearest(wrong, candidates) }
    }

    /// "did you mean `x`?", or what there is to choose from; empty once no more faults are kept.
    pub(crate) fn did_you_mean(&self, wrong: &str, candidates: &[&str]) -> String {
        if self.is_full() { String::new() } else { did_you_mean(wrong, candidates) }
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.faults.len() + self.more
    }

    /// Adds a note, once, and drops those beyond [`FAULTS_MAX`]: so many are all of one kind.
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

    /// Whether further faults are only counted.
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

/// Quotes a text of the file for a message: shortened, and on one line.
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

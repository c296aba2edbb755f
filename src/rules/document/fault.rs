//! Faults: what is wrong with a document, where, and how to mend it. A check goes on after a fault, so that one run shows
//! all of them.

use std::{collections::HashSet, fmt, sync::Arc};

use serde::Serialize;

use super::{
    words::DocumentFault,
    wrong::{Meant, Quoted, Said, Wrong},
};
use crate::language::Language;

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
#[derive(Clone, Debug)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which value: `rules[2].welcome.text`, rules counted from 0; empty for the document as a whole.
    pub path: String,
    /// The name of the rule in which it stands; empty where it stands in none, or in one without a name.
    pub rule: String,
    wrong: Arc<dyn Wrong>,
}

/// A fault as programs read it, in the language of whoever asked.
#[derive(Clone, Debug, Serialize)]
pub struct ShownFault<'f> {
    pub line: usize,
    pub column: usize,
    pub path: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub rule: &'f str,
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl Fault {
    /// What is wrong at that place (line and column, from 1).
    pub(crate) fn new((line, column): (usize, usize), path: &str, wrong: impl Wrong + 'static) -> Self {
        Self { line, column, path: path.to_owned(), rule: String::new(), wrong: Arc::new(wrong) }
    }

    /// Its name for programs, the same in every language.
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }

    /// What is wrong.
    pub fn what(&self, language: Language) -> String {
        self.wrong.say(language).what
    }

    /// How to mend it.
    pub fn mend(&self, language: Language) -> String {
        self.wrong.say(language).mend
    }

    /// What is wrong, for whoever says it of another place.
    pub(crate) fn wrong(&self) -> Arc<dyn Wrong> {
        Arc::clone(&self.wrong)
    }

    /// It in one line, after its place.
    pub fn to(&self, language: Language) -> String {
        let Self { line, column, path, .. } = self;
        let path = if path.is_empty() { String::new() } else { format!("{path}: ") };
        format!("{line}:{column}: {path}{}", self.wrong.say(language).in_one(language))
    }

    /// It for programs.
    pub fn shown(&self, language: Language) -> ShownFault<'_> {
        let Said { what, mend } = self.wrong.say(language);
        let Self { line, column, ref path, ref rule, .. } = *self;
        ShownFault { line, column, path, rule, code: self.code(), what, mend }
    }
}

/// In English, which is what logs have.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::En))
    }
}

/// All faults of a document, in the order of its lines. Never empty.
#[derive(Clone, Debug)]
pub struct Faults {
    /// The first [`FAULTS_MAX`] of them.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Faults {
    /// The one fault of a text that is no such document at all.
    pub(crate) fn of(wrong: impl Wrong + 'static) -> Self {
        let Mark { line, column } = Mark::START;
        Self { faults: vec![Fault::new((line, column), "", wrong)], more: 0 }
    }

    /// All of them, one a line.
    pub fn to(&self, language: Language) -> String {
        let mut lines: Vec<String> = self.faults.iter().map(|fault| fault.to(language)).collect();
        if self.more > 0 {
            lines.push(match language {
                Language::En => format!("and {} more", self.more),
                Language::Zh => format!("还有 {} 处", self.more),
            });
        }
        lines.join("\n")
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

/// In English, which is what logs have.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::En))
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
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let fault = Fault::new((line, column), "", DocumentFault::NotUtf8 { utf16 });
    Err(Faults { faults: vec![fault], more: 0 })
}

/// Something that is no fault and still worth a look, such as another product's placeholder that is read as ours.
#[derive(Clone, Debug)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    wrong: Arc<dyn Wrong>,
}

/// A note as programs read it, in the language of whoever asked.
#[derive(Clone, Debug, Serialize)]
pub struct ShownNote {
    pub line: usize,
    pub column: usize,
    pub code: &'static str,
    /// What was written, and how it is read or what may come of it.
    pub what: String,
}

impl Note {
    pub(crate) fn new(Mark { line, column }: Mark, wrong: impl Wrong + 'static) -> Self {
        Self { line, column, wrong: Arc::new(wrong) }
    }

    /// Its name for programs, the same in every language.
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }

    /// What was written, and how it is read or what may come of it.
    pub fn what(&self, language: Language) -> String {
        self.wrong.say(language).in_one(language)
    }

    /// What is worth a look, for whoever says it of another place.
    pub(crate) fn wrong(&self) -> Arc<dyn Wrong> {
        Arc::clone(&self.wrong)
    }

    /// It in one line, after its place.
    pub fn to(&self, language: Language) -> String {
        format!("{}:{}: {}", self.line, self.column, self.what(language))
    }

    /// It for programs.
    pub fn shown(&self, language: Language) -> ShownNote {
        ShownNote { line: self.line, column: self.column, code: self.code(), what: self.what(language) }
    }
}

/// In English, which is what logs have.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::En))
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
    /// The name of the rule whose faults are added.
    rule: String,
}

impl Log {
    /// Adds the fault of a value that cannot be read, and drops every later one of the same value: those would only follow
    /// from this.
    pub(crate) fn add_unreadable(&mut self, at: Mark, wrong: impl Wrong + 'static) {
        self.add(at, "", wrong);
        self.unreadable.insert(at);
    }

    /// The faults that follow are of the rule of that name.
    pub(crate) fn of_rule(&mut self, name: &str) {
        /// Rules have shorter names; a name that is refused for its length stands with each fault of its rule.
        const SHOWN_CHARS: usize = 64;
        self.rule = name.chars().take(SHOWN_CHARS).collect();
    }

    /// Adds a fault of the value there.
    pub(crate) fn add(&mut self, at: Mark, path: &str, wrong: impl Wrong + 'static) {
        if self.unreadable.contains(&at) {
            return;
        }
        if self.is_full() {
            self.more += 1;
            return;
        }
        let fault = Fault::new((at.line, at.column), path, wrong);
        self.faults.push(Fault { rule: self.rule.clone(), ..fault });
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

    /// The one that was meant, or what there is to choose from.
    pub(crate) fn meant(&self, wrong: &str, known: &[&str]) -> Meant {
        if self.is_full() { Meant::Unsaid } else { Meant::of(wrong, known) }
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.faults.len() + self.more
    }

    /// Adds a note, once, and drops those beyond [`FAULTS_MAX`]: so many are all of one kind.
    pub(crate) fn note(&mut self, at: Mark, wrong: impl Wrong + 'static) {
        if self.notes.len() == FAULTS_MAX {
            return;
        }
        let note = Note::new(at, wrong);
        let (place, said) = ((note.line, note.column), note.wrong.say(Language::En));
        let is_it =
            |known: &Note| (known.line, known.column) == place && known.wrong.say(Language::En) == said;
        if !self.notes.iter().any(is_it) {
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

/// Quotes a text of the file for an English message: shortened, and on one line.
pub(crate) fn quoted(text: &str) -> String {
    Quoted::of(text).en()
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

//! The rules file: from the text that a person edits to rules in which nothing can be wrong any more.
//!
//! Everything is checked in one run and every fault is kept, with its place and how to mend it. Keys that the language
//! does not have are faults: a rule that silently did less than it seems to say would be worse than none.

pub(crate) mod limits;
pub(crate) mod model;
mod does;
mod reader;
mod welcome;
mod tag;
mod remark;
mod notify;
mod forward;
mod rule;
mod order;
mod words;

use std::collections::HashMap;

use crate::language::Language;
use crate::rules::{
    document::{
        fault::{FAULTS_MAX, Faults, Mark, Note},
        reader::{Position, Reader},
        resources::{FileUse, Resources},
        wrong::Quoted,
        yaml::{self, Document},
    },
    text::template::Templates,
    when::{calendars::Calendars, evidence::Interned, over::Dated},
};
use model::Rule;
use reader::RulesReader;
use words::FileFault;

/// The most rules in a file. A company with more has generated them, and can generate fewer.
pub const RULES_MAX: usize = 2_000;

/// A document without a fault.
pub(crate) struct Checked {
    /// Highest priority first, ties in the order of the file.
    pub(crate) rules: Vec<Rule>,
    pub(crate) language: Language,
    pub(crate) templates: Templates,
    pub(crate) interned: Interned,
    pub(crate) resources: Resources,
    pub(crate) notes: Vec<Note>,
    /// Schedules whose days come to an end.
    pub(crate) dated: Vec<Dated>,
}

/// `stored`: the document was accepted by an older check, and what only newer ones refuse is no fault.
pub(crate) fn check(document: &str, stored: bool) -> Result<Checked, Faults> {
    let (rules, RulesReader { reader, shared, templates, language }) = read(document, stored);
    let Reader { mut log, resources, .. } = reader;
    let mut notes = log.take_notes();
    log.into_faults()?;
    notes.extend(order::notes(&rules));
    notes.sort_by_key(|note| (note.line, note.column));
    notes.truncate(FAULTS_MAX);
    Ok(Checked {
        rules,
        language,
        templates,
        interned: shared.interned,
        resources,
        notes,
        dated: shared.dated,
    })
}

/// The files that a document names, as far as it can be read. It may have faults: whoever imports it then sees the
/// faults of its files in the same run.
pub fn files_of(document: &str) -> Vec<FileUse> {
    read(document, false).1.reader.resources.files
}

/// Everything that can be read of a document: its rules, the first to be looked at first, and what was gathered.
fn read(document: &str, stored: bool) -> (Vec<Rule>, RulesReader) {
    let mut rules_reader = RulesReader::new(stored);
    let mut rules = match yaml::read(document, &mut rules_reader.reader.log) {
        Some(Document { root, is_whole }) => rules_reader.document(&Position::root(&root), is_whole),
        None => Vec::new(),
    };
    rules_reader.reader.resources.sort();
    // Stable: rules of one priority stay in the order of the file.
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
    (rules, rules_reader)
}

impl RulesReader {
    /// In which language employees are told what went wrong.
    fn language(&mut self, at: &Position<'_>) {
        let Some(name) = self.reader.text(at) else { return };
        match Language::named(name) {
            Some(language) => self.language = language,
            None => self.reader.malformed(at, FileFault::NoLanguage { name: Quoted::of(name) }),
        }
    }

    /// `is_whole`: the tree has everything that stands in the file.
    fn document(&mut self, at: &Position<'_>, is_whole: bool) -> Vec<Rule> {
        let Some(fields) = self.reader.fields(at, &["rules", "calendars", "language"]) else {
            return Vec::new();
        };
        if let Some(at) = fields.get("language") {
            self.language(&at);
        }
        if let Some(at) = fields.get("calendars") {
            self.shared.calendars = Calendars::read(&mut self.reader, &at);
        }
        self.shared.calendars.is_partial |= !is_whole;
        let Some(list) = fields.get("rules") else {
            if is_whole && !fields.holds("rules") {
                self.reader.fault(at, FileFault::NoRules);
            }
            return Vec::new();
        };
        let items = self.reader.list(&list, RULES_MAX);
        if items.is_empty() {
            self.reader.log.note(list.mark(), FileFault::RulesEmpty);
        }
        let mut names: HashMap<String, Mark> = HashMap::new();
        let mut rules = Vec::with_capacity(items.len());
        for item in &items {
            let Some(rule) = self.rule(item) else { continue };
            if !rule.name.is_empty() {
                match names.get(&rule.name) {
                    Some(first) => {
                        let name = Quoted::of(&rule.name);
                        self.reader.fault(item, FileFault::NameTwice { name, line: first.line });
                    }
                    None => {
                        names.insert(rule.name.clone(), item.mark());
                    }
                }
            }
            rules.push(rule);
        }
        rules
    }
}

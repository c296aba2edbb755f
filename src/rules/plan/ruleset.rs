//! A compiled rules file. What can be asked of it stands with the answers, in the files beside this one.

use serde::Serialize;

use crate::language::Language;
use crate::rules::{
    document::{
        fault::{FAULTS_MAX, Faults, Note},
        resources::Resources,
    },
    file::{self, model::Rule},
    text::template::Templates,
    when::{evidence::Interned, over::Dated, zones::LocalClock},
};

/// A compiled rules file; immutable, and shared by whoever plans.
#[derive(Debug)]
pub struct Ruleset {
    version: i64,
    document: String,
    /// Highest priority first, ties in the order of the file.
    pub(crate) rules: Vec<Rule>,
    language: Language,
    pub(super) templates: Templates,
    pub(crate) interned: Interned,
    resources: Resources,
    notes: Vec<Note>,
    dated: Vec<Dated>,
}

/// A rule as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSummary {
    pub name: String,
    pub priority: i64,
    pub enabled: bool,
    /// The ChangeTypes it is on.
    pub on: Vec<&'static str>,
    /// The apps it is for; empty for all.
    pub apps: Vec<String>,
    /// What it does, in a few words.
    pub does: String,
}

impl Ruleset {
    /// Checks and compiles a document (YAML or JSON). The record will name it by `version`. On failure every fault in it,
    /// the first [`FAULTS_MAX`] in full.
    pub fn compile(document: &str, version: i64) -> Result<Self, Faults> {
        Self::checked(document, version, false)
    }

    /// Compiles a version that is stored already. What older programs accepted goes on working: what only newer checks
    /// refuse is among the notes or passed over, for an upgrade must not silence every welcome.
    pub fn stored(document: &str, version: i64) -> Result<Self, Faults> {
        Self::checked(document, version, true)
    }

    fn checked(document: &str, version: i64, stored: bool) -> Result<Self, Faults> {
        let file::Checked { rules, language, templates, interned, resources, notes, dated } =
            file::check(document, stored)?;
        let document = document.to_owned();
        Ok(Self { version, document, rules, language, templates, interned, resources, notes, dated })
    }

    /// No rules at all, as before the first import: version 0, nothing matches.
    pub fn empty() -> Self {
        Self {
            version: 0,
            document: String::new(),
            rules: Vec::new(),
            language: Language::Zh,
            templates: Templates::new(),
            interned: Interned::default(),
            resources: Resources::default(),
            notes: Vec::new(),
            dated: Vec::new(),
        }
    }

    /// The version it was compiled as.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The language of what the program itself says to employees, as the reason in a notice.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The document as it was written, comments and all.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// What is no fault and still worth a look, in the order of the lines: placeholders of other products, which are read as
    /// ours, what customers would read as code, welcomes that are never sent, and the like.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The notes, with those on schedules whose days are all over at that instant (Unix milliseconds).
    pub fn notes_at(&self, now_ms: i64) -> Vec<Note> {
        let clock = LocalClock::new(&self.interned.zones, now_ms);
        let mut notes = self.notes.clone();
        notes.extend(self.dated.iter().filter_map(|dated| dated.note(&clock)));
        notes.sort_by_key(|note| (note.line, note.column));
        notes.truncate(FAULTS_MAX);
        notes
    }

    /// The rules in the order in which they are looked at.
    pub fn rules(&self) -> impl Iterator<Item = RuleSummary> {
        self.rules_in(Language::En)
    }

    /// Whether one of them has this name.
    pub fn has_rule(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name == name)
    }

    /// The same as `rules`, with what they do in that language.
    pub fn rules_in(&self, language: Language) -> impl Iterator<Item = RuleSummary> {
        self.rules.iter().map(move |rule| RuleSummary {
            name: rule.name.clone(),
            priority: rule.priority,
            enabled: rule.enabled,
            on: rule.on.names(),
            apps: rule.apps.clone(),
            does: rule.does(language),
        })
    }

    /// What the rules refer to outside of the file: files to upload, tags, employees, departments. Rules that are not
    /// enabled refer to nothing.
    pub fn resources(&self) -> Resources {
        self.resources.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_set_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Ruleset>();
    }
}

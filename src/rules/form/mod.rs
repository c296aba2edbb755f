//! A rule as a form: what it shows, and a file in which that was changed. Whatever the form cannot show stays as it is written,
//! and is named, so that people see that it is there.

pub mod entries;
pub mod fields;
pub mod order;

use std::{collections::BTreeMap, fmt::Write as _};

use self::{
    entries::{Entries, Entry},
    fields::{FIELDS, Field, FieldKind},
};
use super::document::edit::{self, OnlyByHand, RULE_KEYS, Source, Step, Tree, keys};

/// The usual of a rule, as it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// What it is called.
    pub name: String,
    values: BTreeMap<&'static str, String>,
    /// The attachments of the welcome; `None`: the form cannot show them.
    pub attachments: Option<Vec<Entry>>,
    /// The notices; `None`: the form cannot show them.
    pub notices: Option<Vec<Entry>>,
}

/// Why a form was not written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// The way the rule is written keeps it from being changed so.
    #[error(transparent)]
    OnlyByHand(#[from] OnlyByHand),
    /// What the form changes item by item is another list in this file than in the one that the form was made from.
    #[error("the same list was changed by somebody else")]
    ChangedMeanwhile,
}

impl RuleForm {
    /// That of a rule; `None` where the document has none of that name, or cannot be read.
    pub fn of(document: &str, rule: &str) -> Option<Self> {
        let (_, mut tree) = edit::read(document).ok()?;
        let of_rule = tree.rule(rule)?;
        let values = FIELDS.iter().filter_map(|field| Some((field.name, field.read(of_rule)?)));
        Some(Self {
            name: rule.to_owned(),
            values: values.collect(),
            attachments: Entries::Attachments.read(of_rule),
            notices: Entries::Notices.read(of_rule),
        })
    }

    /// The same under another name.
    #[must_use]
    pub fn called(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// A field's value; empty where there is none.
    pub fn get(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether the form can show what the rule has there.
    pub fn shows(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// Gives a field the value that was typed. One that the form does not show, or that is as it was, stays.
    pub fn fill(&mut self, field: &str, typed: &str) {
        let Some(field) = FIELDS.iter().find(|of| of.name == field) else { return };
        let Some(value) = self.values.get_mut(field.name).filter(|was| was.as_str() != typed) else { return };
        *value = field.tidied(typed);
    }

    /// The document in which this rule has what differs between `was` and this, and all else is as it stood. A priority
    /// that is no number is written as it was typed: the check says what is wrong with it.
    pub fn write(&self, document: &str, was: &Self) -> Result<String, NotWritten> {
        let rule = was.name.as_str();
        let mut text = document.to_owned();
        let lists = [
            (Entries::Attachments, &was.attachments, &self.attachments),
            (Entries::Notices, &was.notices, &self.notices),
        ];
        let there = Self::of(document, rule).ok_or(OnlyByHand)?;
        for (entries, was, is) in lists {
            let (Some(was), Some(is)) = (was, is) else { continue };
            if was == is {
                continue;
            }
            let meanwhile = match entries {
                Entries::Attachments => &there.attachments,
                Entries::Notices => &there.notices,
            };
            if meanwhile.as_ref() != Some(was) {
                return Err(NotWritten::ChangedMeanwhile);
            }
            text = entries.write(&text, rule, was, is)?;
        }
        let without_tags = self.get("add").is_empty() && self.get("remove").is_empty();
        let differs: Vec<&Field> =
            FIELDS.iter().filter(|field| self.differs(was, field, without_tags)).collect();
        // What is there first, so that no map is taken away that is needed the next moment.
        for gone in [false, true] {
            for field in &differs {
                let to = match field.to(self.get(field.name)) {
                    // Tags that are made where none are set would be a fault.
                    edit::To::Flag(_) if field.name == "create" && without_tags => edit::To::Gone,
                    // What holds anyhow need not stand there.
                    edit::To::Flag(flag)
                        if field.kind == FieldKind::Flag(flag) && !is_written(&text, rule, field) =>
                    {
                        continue;
                    }
                    to => to,
                };
                if (to == edit::To::Gone) == gone {
                    text = edit::set(&text, rule, &field.steps(), &to)?;
                }
            }
        }
        if self.name != rule {
            text = edit::set(&text, rule, &keys(&["name"]), &edit::To::Text(self.name.clone()))?;
        }
        Ok(text)
    }

    fn differs(&self, was: &Self, field: &Field, without_tags: bool) -> bool {
        let made_for_nothing = field.name == "create" && without_tags && !was.get("create").is_empty();
        was.shows(field.name) && (was.get(field.name) != self.get(field.name) || made_for_nothing)
    }

    /// The lines of the file in which a rule stands, and the number of the first of them.
    pub fn source<'d>(document: &'d str, rule: &str) -> Option<(usize, &'d str)> {
        Source::of(document)?.lines_of(rule)
    }

    /// What a rule has that the form does not show: where it stands, and how it is written.
    pub fn others(document: &str, rule: &str) -> Vec<(String, String)> {
        let Ok((source, mut tree)) = edit::read(document) else { return Vec::new() };
        let Some(of_rule) = tree.rule(rule) else { return Vec::new() };
        let ways = hidden(of_rule);
        let shown = ways.iter().filter_map(|way| Some((named(way), source.lines_at(rule, way)?.to_owned())));
        shown.collect()
    }

    /// The names of the calendars of a file.
    pub fn calendars(document: &str) -> Vec<String> {
        let Ok((_, tree)) = edit::read(document) else { return Vec::new() };
        match tree.get(&keys(&["calendars"])) {
            Some(Tree::Map(calendars)) => calendars.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether a field is written in the rule.
fn is_written(document: &str, rule: &str, field: &Field) -> bool {
    let of_rule = |(_, mut tree): (Source<'_>, Tree)| {
        tree.rule(rule).is_some_and(|rule| rule.get(&field.steps()).is_some())
    };
    edit::read(document).is_ok_and(of_rule)
}

/// The ways to what the form does not show.
fn hidden(rule: &Tree) -> Vec<Vec<Step<'static>>> {
    let mut ways: Vec<Vec<Step<'static>>> = Vec::new();
    for field in FIELDS.iter().filter(|field| field.read(rule).is_none()) {
        // The first thing on the way that is not what the form knows.
        let steps = field.steps();
        let way = (1..=steps.len()).find(|end| !matches!(rule.get(&steps[..*end]), Some(Tree::Map(_))));
        ways.push(steps[..way.unwrap_or(steps.len())].to_vec());
    }
    for key in RULE_KEYS {
        let is_known = ["name", "when", "notify", "welcome"].contains(&key)
            || FIELDS.iter().any(|field| field.path[0] == key);
        if !is_known && rule.get(&[Step::Key(key)]).is_some() {
            ways.push(keys(&[key]));
        }
    }
    for key in ["any", "all", "not"] {
        if rule.get(&keys(&["when", key])).is_some() {
            ways.push(keys(&["when", key]));
        }
    }
    for entries in [Entries::Attachments, Entries::Notices] {
        match entries.read(rule) {
            None => ways.push(entries.path()),
            Some(all) => {
                let hidden = all.iter().filter(|entry| entry.kind.is_empty()).filter_map(|entry| entry.at);
                ways.extend(hidden.map(|at| [entries.path(), vec![Step::Item(at)]].concat()));
            }
        }
    }
    let mut once: Vec<Vec<Step<'static>>> = Vec::new();
    for way in ways {
        if !once.contains(&way) {
            once.push(way);
        }
    }
    once
}

/// A way as faults write it.
fn named(way: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in way {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Item(at) => {
                let _ = write!(text, "[{at}]");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests;

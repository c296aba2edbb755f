//! What changed between two rules files, rule by rule: which are new, which are gone, which fields of the others differ,
//! and which stand elsewhere in the order in which they are looked at.
//!
//! The meaning is compared: comments, layout, aliases, the order of keys, `state: x` for `state: [x]` and defaults that are
//! written out make no difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use similar::{ChangeTag, DiffOp, TextDiff};

use super::read::to_json;
use crate::rules::{document::fault::Faults, plan::ruleset::Ruleset};

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Rules that are new, as they are looked at.
    pub added: Vec<String>,
    /// Rules that are gone.
    pub removed: Vec<String>,
    /// Rules that have another name, and nothing else changed.
    pub renamed: Vec<Renamed>,
    /// Fields of rules that differ, rule by rule.
    pub changed: Vec<Change>,
    /// Rules that are looked at earlier or later than before, among those that are in both.
    pub moved: Vec<String>,
    /// What differs outside of the rules, as `calendars`.
    pub file: Vec<Change>,
}

/// A rule with a new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The name that it had.
    pub was: String,
    /// The name that it has.
    pub is: String,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The rule; none for what stands outside of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Which field: `welcome.text`.
    pub field: String,
    /// What it was; `null` where it was not there.
    pub was: Json,
    /// What it is; `null` where it is gone.
    pub is: Json,
}

impl Difference {
    /// Whether both mean the same.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares two rules files. Either may be a stored version; a file is
/// checked by whoever has it compared. If one of them cannot be read, its faults are the error.
pub fn compare(was: &str, is: &str) -> Result<Difference, Faults> {
    let (was, is) = (File::of(was)?, File::of(is)?);
    let mut difference = Difference {
        added: is.order.iter().filter(|name| !was.rules.contains_key(*name)).cloned().collect(),
        removed: was.order.iter().filter(|name| !is.rules.contains_key(*name)).cloned().collect(),
        ..Difference::default()
    };
    difference.find_renamed(&was, &is);
    for name in &is.order {
        if let (Some(before), Some(after)) = (was.rules.get(name), is.rules.get(name)) {
            fields(Some(name), "", before, after, &mut difference.changed);
        }
    }
    fields(None, "", &was.rest, &is.rest, &mut difference.file);
    difference.moved = moved(&was, &is);
    Ok(difference)
}

/// A file in the form in which it is compared.
struct File {
    /// The names in the order in which the rules are looked at.
    order: Vec<String>,
    rules: BTreeMap<String, Json>,
    rest: Json,
}

impl File {
    fn of(document: &str) -> Result<Self, Faults> {
        let order = Ruleset::stored(document, 0)?.rules().map(|rule| rule.name).collect();
        let mut rest = to_json(document)?;
        let list = rest.as_object_mut().and_then(|map| map.shift_remove("rules"));
        let mut rules = BTreeMap::new();
        for rule in list.as_ref().and_then(Json::as_array).into_iter().flatten() {
            let Some(name) =
                rule["name"].as_str().map_or_else(|| number(&rule["name"]), |name| Some(name.into()))
            else {
                continue;
            };
            rules.insert(name, without_defaults(rule));
        }
        Ok(Self { order, rules, rest })
    }
}

/// A name that is written as a number.
fn number(name: &Json) -> Option<String> {
    (!name.is_null()).then(|| name.to_string())
}

/// The rule without its name and without values that are the defaults.
fn without_defaults(rule: &Json) -> Json {
    let mut rule = rule.clone();
    if let Some(map) = rule.as_object_mut() {
        map.shift_remove("name");
        let defaults = [("enabled", Json::from(true)), ("priority", 0.into()), ("stop", false.into())];
        for (key, default) in defaults {
            if map.get(key) == Some(&default) {
                map.shift_remove(key);
            }
        }
    }
    rule
}

impl Difference {
    fn find_renamed(&mut self, was: &File, is: &File) {
        let mut gone = Vec::new();
        for name in std::mem::take(&mut self.removed) {
            let content = &was.rules[&name];
            match self.added.iter().position(|added| same(&is.rules[added], content)) {
                Some(at) => self.renamed.push(Renamed { was: name, is: self.added.remove(at) }),
                None => gone.push(name),
            }
        }
        self.removed = gone;
    }
}

/// The rules that moved: those outside of the longest order that both files have in common.
fn moved(was: &File, is: &File) -> Vec<String> {
    let both = |file: &File, other: &File| -> Vec<String> {
        file.order.iter().filter(|name| other.rules.contains_key(*name)).cloned().collect()
    };
    let (before, after) = (both(was, is), both(is, was));
    let mut moved = BTreeSet::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &before, &after) {
        if let DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } = op {
            moved.extend(after[new_index..new_index + new_len].iter().cloned());
        }
    }
    after.into_iter().filter(|name| moved.contains(name)).collect()
}

/// Each field in which two values differ. Maps are compared key by key, lists as a whole.
fn fields(rule: Option<&str>, path: &str, was: &Json, is: &Json, into: &mut Vec<Change>) {
    if same(was, is) {
        return;
    }
    if let (Json::Object(before), Json::Object(after)) = (was, is) {
        let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
        for key in keys {
            let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let none = &Json::Null;
            fields(rule, &below, value(before, key, none), value(after, key, none), into);
        }
        return;
    }
    into.push(Change {
        rule: rule.map(str::to_owned),
        field: path.to_owned(),
        was: was.clone(),
        is: is.clone(),
    });
}

fn value<'m>(map: &'m Map<String, Json>, key: &str, none: &'m Json) -> &'m Json {
    map.get(key).unwrap_or(none)
}

/// Whether two values mean the same: the order of keys does not count, a list of one is that one, and a number is the
/// text that it is written as.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Array(list), one) | (one, Json::Array(list)) => {
            matches!(list.as_slice(), [only] if !one.is_null() && same(only, one))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (Json::String(text), Json::Number(number)) | (Json::Number(number), Json::String(text)) => {
            *text == number.to_string()
        }
        (a, b) => a == b,
    }
}

/// The lines of two texts, those that are in one of them marked as gone or as new.
pub(super) fn lines(was: &str, is: &str) -> Vec<(ChangeTag, String)> {
    // The last line is a line like the others, whether another follows or not.
    let whole = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
    TextDiff::from_lines(whole(was), whole(is))
        .iter_all_changes()
        .map(|change| (change.tag(), change.value().trim_end_matches('\n').to_owned()))
        .collect()
}

impl Change {
    /// The difference line by line: `-` what was, `+` what is, blank what is in both. A list is a line for each item.
    pub fn lines(&self) -> Vec<(char, String)> {
        lines(&shown(&self.was), &shown(&self.is))
            .into_iter()
            .map(|(tag, line)| {
                let mark = match tag {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                (mark, line)
            })
            .collect()
    }
}

/// A value with one line for each of its parts.
fn shown(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.trim_end_matches('\n').to_owned(),
        Json::Array(items) => {
            items.iter().map(|item| shown(item).replace('\n', "\\n")).collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAS: &str = "
rules:
  - name: spring   # a comment
    priority: 10
    when: { state: 'spring-*' }
    welcome: { text: 您好 }
  - name: old
    welcome: { text: 旧 }
  - name: everyone
    welcome: { text: \"您好,很高兴认识您!\" }
    tag: { add: [etAAAAAAAA, etBBBBBBBB] }
";

    fn difference(is: &str) -> Difference {
        compare(WAS, is).unwrap_or_else(|faults| panic!("{faults}"))
    }

    #[test]
    fn what_means_the_same_is_no_difference() {
        let is = "
rules:
  - { name: old, welcome: &w { text: 旧 }, stop: false }
  - { name: everyone, enabled: true, tag: { add: [etAAAAAAAA, etBBBBBBBB] }, welcome: { text: \"您好,很高兴认识您!\" } }
  - { when: { state: ['spring-*'] }, name: spring, welcome: { text: 您好 }, priority: 10 }
";
        assert!(difference(is).is_nothing(), "{:#?}", difference(is));
    }

    #[test]
    fn each_change_is_listed_where_it_is() {
        let is = "
rules:
  - name: everyone
    priority: 20
    welcome: { text: 您好! }
    tag: { add: [etAAAAAAAA] }
  - name: spring
    priority: 10
    when: { state: 'spring-*', user: lisi }
    welcome: { text: 您好 }
  - name: older
    welcome: { text: 旧 }
  - name: night
    welcome: { text: 晚上好 }
";
        let difference = difference(is);
        assert_eq!(difference.added, ["night"]);
        assert!(difference.removed.is_empty());
        assert_eq!(difference.renamed, [Renamed { was: "old".into(), is: "older".into() }]);
        assert_eq!(difference.moved, ["everyone"]);
        let changed: Vec<_> = difference
            .changed
            .iter()
            .map(|change| (change.rule.as_deref().unwrap_or_default(), change.field.as_str()))
            .collect();
        assert_eq!(
            changed,
            [
                ("everyone", "welcome.text"),
                ("everyone", "tag.add"),
                ("everyone", "priority"),
                ("spring", "when.user")
            ]
        );
        let tags = &difference.changed[1];
        assert_eq!(tags.lines(), [(' ', "etAAAAAAAA".to_owned()), ('-', "etBBBBBBBB".to_owned())]);
    }
}

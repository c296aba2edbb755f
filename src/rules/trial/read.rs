//! Reading the files beside the rules: test files, events, customers. As in a rules file, every fault is found with its
//! line and reading goes on. More lenient than there: a key without a value counts as left out.

use std::{borrow::Cow, collections::HashSet, rc::Rc};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::words::TrialFault;
use crate::rules::{
    document::{
        fault::{Faults, Log, Mark},
        reader::Position,
        wrong::{Meant, Quoted, Wrong},
        yaml::{self, Node, Value},
    },
    facts::DEFAULT_ZONE,
};

/// No map of these files has a quarter of this.
const KEYS_MAX: usize = 64;

/// The keys that were given in a map.
pub(super) struct Keys<'d>(Vec<(&'d str, Position<'d>)>);

impl<'d> Keys<'d> {
    pub(super) fn get(&self, key: &str) -> Option<&Position<'d>> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, at)| at)
    }

    /// The first of these that is there.
    pub(super) fn any(&self, keys: &[&'static str]) -> Option<&'static str> {
        keys.iter().find(|key| self.get(key).is_some()).copied()
    }
}

/// Collects the faults of one reading.
#[derive(Debug, Default)]
pub(super) struct Reading {
    log: Log,
    /// The files that are named: their place, their path in the document, and the name.
    files: Vec<(Mark, String, String)>,
}

impl Reading {
    pub(super) fn wrong(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) {
        self.log.add(at.mark(), &at.path, wrong);
    }

    /// The document's tree; `None` where not all of it can be read, of which the log then has the faults.
    pub(super) fn tree(&mut self, document: &str) -> Option<Rc<Node>> {
        self.tree_with_gaps(document).filter(|_| self.log.count() == 0)
    }

    /// The same, where a single value that cannot be read is a fault and the rest is read all the same.
    pub(super) fn tree_with_gaps(&mut self, document: &str) -> Option<Rc<Node>> {
        let read = yaml::read(document, &mut self.log)?;
        read.is_whole.then_some(read.root)
    }

    /// Remembers a file that is named.
    pub(super) fn names(&mut self, at: &Position<'_>, file: &str) {
        self.files.push((at.mark(), at.path.clone(), file.to_owned()));
    }

    /// What was read, or the faults. If there are any, files that are named and cannot be read are among them; without, the
    /// caller finds that out by reading them.
    pub(super) fn finish_with_files<T>(
        mut self,
        read: T,
        look: impl Fn(&str) -> Result<(), String>,
    ) -> Result<T, Faults> {
        if self.log.count() > 0 {
            for (at, path, file) in std::mem::take(&mut self.files) {
                if let Err(why) = look(&file) {
                    self.log.add(at, &path, TrialFault::FileUnreadable { why });
                }
            }
        }
        self.finish(read)
    }

    /// What was read, or the faults.
    pub(super) fn finish<T>(self, read: T) -> Result<T, Faults> {
        self.log.into_faults().map(|()| read).map_err(|mut faults| {
            // Defaults are read again with each test that takes them, and so are their faults.
            let mut seen = HashSet::new();
            faults.faults.retain(|fault| seen.insert(fault.to_string()));
            faults
        })
    }

    /// The keys of a map, all of them among `known`. A key without a value counts as left out.
    pub(super) fn keys<'d>(&mut self, at: &Position<'d>, known: &[&str]) -> Option<Keys<'d>> {
        let Value::Map(entries) = &at.node.value else {
            let known = known.iter().map(|&key| key.to_owned()).collect();
            self.wrong(at, TrialFault::WantsKeys { known, found: at.node.kind() });
            return None;
        };
        let mut found: Vec<(&str, Position<'_>)> = Vec::new();
        for (key, value) in entries.iter().take(KEYS_MAX) {
            let Value::Scalar(name) = &key.value else {
                self.log.add(key.at, &at.path, TrialFault::KeyNoWord);
                continue;
            };
            let name = name.text.as_str();
            if found.iter().any(|(earlier, _)| *earlier == name) {
                self.log.add(key.at, &at.path, TrialFault::KeyTwice(Quoted::of(name)));
            } else if !known.contains(&name) {
                let (key_name, near) = (Quoted::of(name), Meant::of(name, known));
                self.log.add(key.at, &at.path, TrialFault::NoKey { key: key_name, near });
            } else if !matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                found.push((name, at.child(value, name)));
            }
        }
        if entries.len() > KEYS_MAX {
            self.wrong(at, TrialFault::TooManyKeys { most: KEYS_MAX });
        }
        Some(Keys(found))
    }

    /// The same, where a key without a value is a fault.
    pub(super) fn full_keys<'d>(&mut self, at: &Position<'d>, known: &[&str]) -> Option<Keys<'d>> {
        if let Value::Map(entries) = &at.node.value {
            for (key, value) in entries {
                if let (Value::Scalar(name), Value::Scalar(value)) = (&key.value, &value.value)
                    && value.is_null()
                    && known.contains(&name.text.as_str())
                {
                    let at = at.child(key, &name.text);
                    self.log.add(key.at, &at.path, TrialFault::KeyEmpty);
                }
            }
        }
        self.keys(at, known)
    }

    /// The items of a list, or the one value that stands for a list of one.
    pub(super) fn items<'d>(&mut self, at: &Position<'d>, max: usize) -> Vec<Position<'d>> {
        let Value::List(items) = &at.node.value else { return vec![at.clone()] };
        if items.len() > max {
            self.wrong(at, TrialFault::TooManyItems { count: items.len(), most: max });
        }
        at.items(max)
    }

    /// A text; digits and `true` are texts as well.
    pub(super) fn text(&mut self, at: &Position<'_>) -> Option<String> {
        let text = at.word().map(str::to_owned);
        if text.is_none() {
            self.wrong(at, TrialFault::WantsText { found: at.node.kind() });
        }
        text
    }

    /// One text or a list of them.
    pub(super) fn texts(&mut self, at: &Position<'_>, max: usize) -> Vec<String> {
        self.items(at, max).iter().filter_map(|item| self.text(item)).collect()
    }

    pub(super) fn boolean(&mut self, at: &Position<'_>) -> Option<bool> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            _ => None,
        };
        if read.is_none() {
            self.wrong(at, TrialFault::WantsBoolean { found: at.node.kind() });
        }
        read
    }

    /// A whole number.
    pub(super) fn integer(&mut self, at: &Position<'_>) -> Option<i64> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_integer(),
            _ => None,
        };
        if read.is_none() {
            self.wrong(at, TrialFault::WantsInteger { found: at.node.kind() });
        }
        read
    }

    /// One of some words, or the number that WeCom has for it.
    pub(super) fn coded(&mut self, at: &Position<'_>, words: &[(&str, i64)]) -> Option<i64> {
        let word = self.text(at)?;
        let known = words.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
        let read = known.or_else(|| word.parse().ok());
        if read.is_none() {
            let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
            let near = Meant::of(&word, &names);
            self.wrong(at, TrialFault::NoneOfWords { word: Quoted::of(&word), near });
        }
        read
    }

    /// An instant with its offset, or Unix milliseconds.
    pub(super) fn instant(&mut self, at: &Position<'_>) -> Option<i64> {
        let text = self.text(at)?;
        let read = instant(&text);
        if read.is_none() {
            self.wrong(at, TrialFault::NoInstant(Quoted::of(&text)));
        }
        read
    }
}

/// RFC 3339 with an offset, `2026-03-06 10:00` in Shanghai, or Unix milliseconds.
pub fn instant(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
        let zone = jiff::tz::TimeZone::get(DEFAULT_ZONE).ok()?;
        return Some(civil.to_zoned_datetime(zone).ok()?.timestamp().as_millisecond());
    }
    text.parse().ok()
}

/// JSON without its `\u` escapes. Other programs write an emoji as a pair of them, which YAML does not know.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains("\\u")
        && let Ok(json) = serde_json::from_str::<Json>(text)
    {
        return Cow::Owned(json.to_string());
    }
    Cow::Borrowed(text)
}

/// A document as JSON with its aliases written out, by which two rules files are compared. Numbers and words stand as they
/// were written.
pub fn to_json(document: &str) -> Result<Json, Faults> {
    let mut reading = Reading::default();
    let root = reading.tree(document);
    let json = root.map_or(Json::Null, |root| json_of(&root));
    reading.finish(json)
}

/// The same for one value. It is safe for any document, as the tree bounds depth and aliases.
pub(super) fn json_of(node: &Node) -> Json {
    match &node.value {
        Value::Scalar(scalar) if scalar.is_null() => Json::Null,
        Value::Scalar(scalar) => match (scalar.as_bool(), scalar.as_integer()) {
            (Some(truth), _) => Json::Bool(truth),
            (None, Some(number)) if number.to_string() == scalar.text => Json::from(number),
            _ => Json::String(scalar.text.clone()),
        },
        Value::List(items) => Json::Array(items.iter().map(|item| json_of(item)).collect()),
        Value::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                if let Value::Scalar(name) = &key.value {
                    map.entry(name.text.clone()).or_insert_with(|| json_of(value));
                }
            }
            Json::Object(map)
        }
    }
}

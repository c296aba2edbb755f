//! Reading the files beside the rules: test files, events, customers. The same marked tree as the rules file's, and
//! the same habit: every fault is told, with its line, and reading goes on.

use std::{collections::HashSet, rc::Rc};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use crate::rules::document::{
    fault::{Faults, Log, Mark, did_you_mean, quoted},
    yaml::{self, Node, Value},
};

/// No map of these files has a quarter of this.
const KEYS_MAX: usize = 64;

/// A value and how to get there.
#[derive(Clone)]
pub(super) struct Spot<'d> {
    pub(super) node: &'d Node,
    pub(super) path: String,
}

impl<'d> Spot<'d> {
    pub(super) fn root(node: &'d Node) -> Self {
        Self { node, path: String::new() }
    }

    pub(super) fn line(&self) -> usize {
        self.node.at.line
    }

    /// Line and column.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.node.at.line, self.node.at.column)
    }

    fn child(&self, node: &'d Node, key: &str) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path }
    }

    /// The word that stands here bare, if one does.
    pub(super) fn word(&self) -> Option<&'d str> {
        match &self.node.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is a map of keys.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// The value under a key, whatever else is there.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let is_it = |node: &Node| matches!(&node.value, Value::Scalar(scalar) if scalar.text == key);
        entries.iter().find(|(name, _)| is_it(name)).map(|(_, value)| self.child(value, key))
    }

    /// Where it stands.
    pub(super) fn at(&self) -> Mark {
        self.node.at
    }
}

/// The keys that were given in a map.
pub(super) struct Keys<'d>(Vec<(&'d str, Spot<'d>)>);

impl<'d> Keys<'d> {
    pub(super) fn get(&self, key: &str) -> Option<&Spot<'d>> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, spot)| spot)
    }

    /// Which of these is there; `None` where none is.
    pub(super) fn any(&self, keys: &[&'static str]) -> Option<&'static str> {
        keys.iter().find(|key| self.get(key).is_some()).copied()
    }
}

/// Collects the faults of one reading.
#[derive(Debug, Default)]
pub(super) struct Reading {
    log: Log,
    /// The files that are named: where, at which path of the document, and how.
    files: Vec<(Mark, String, String)>,
}

impl Reading {
    pub(super) fn fault(&mut self, spot: &Spot<'_>, what: impl Into<String>, mend: impl Into<String>) {
        self.log.add(spot.at(), &spot.path, what, mend);
    }

    /// The document's tree; `None` where not all of it can be read, which the log then says.
    pub(super) fn tree(&mut self, document: &str) -> Option<Rc<Node>> {
        self.tree_with_gaps(document).filter(|_| self.log.count() == 0)
    }

    /// The same; a value that cannot be read is told of, and the rest can be looked at all the same.
    pub(super) fn tree_with_gaps(&mut self, document: &str) -> Option<Rc<Node>> {
        let read = yaml::read(document, &mut self.log)?;
        read.is_whole.then_some(read.root)
    }

    /// Remembers a file that is named.
    pub(super) fn names(&mut self, spot: &Spot<'_>, file: &str) {
        self.files.push((spot.at(), spot.path.clone(), file.to_owned()));
    }

    /// What was read, unless something was wrong; then also which of the files that are named cannot be read. Where all
    /// else is right that is found out by whoever reads them.
    pub(super) fn finish_with_files<T>(
        mut self,
        read: T,
        look: impl Fn(&str) -> Result<(), String>,
    ) -> Result<T, Faults> {
        if self.log.count() > 0 {
            for (at, path, file) in std::mem::take(&mut self.files) {
                if let Err(why) = look(&file) {
                    self.log.add(at, &path, why, "mend the path, which begins at this file's folder");
                }
            }
        }
        self.finish(read)
    }

    /// What was read, unless something was wrong.
    pub(super) fn finish<T>(self, read: T) -> Result<T, Faults> {
        self.log.into_faults().map(|()| read).map_err(|mut faults| {
            // What holds for several tests is read with each of them.
            let mut told = HashSet::new();
            faults.faults.retain(|fault| told.insert(fault.to_string()));
            faults
        })
    }

    /// The keys of a map, all of them among `known`. An empty value is as none.
    pub(super) fn keys<'d>(&mut self, spot: &Spot<'d>, known: &[&str]) -> Option<Keys<'d>> {
        let Value::Map(entries) = &spot.node.value else {
            let what = format!("wants keys ({}), and has {}", known.join(", "), spot.node.kind());
            self.fault(
                spot,
                what,
                format!("write it as {{ {}: … }}", known.first().copied().unwrap_or("key")),
            );
            return None;
        };
        let mut found: Vec<(&str, Spot<'_>)> = Vec::new();
        for (key, value) in entries.iter().take(KEYS_MAX) {
            let Value::Scalar(name) = &key.value else {
                self.log.add(key.at, &spot.path, "a key must be a word", "write `key: value`");
                continue;
            };
            let name = name.text.as_str();
            if found.iter().any(|(earlier, _)| *earlier == name) {
                self.log.add(
                    key.at,
                    &spot.path,
                    format!("{} is there a second time", quoted(name)),
                    "keep one of the two",
                );
            } else if !known.contains(&name) {
                let what = format!("there is no key {} here", quoted(name));
                self.log.add(key.at, &spot.path, what, did_you_mean(name, known));
            } else if !matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                found.push((name, spot.child(value, name)));
            }
        }
        if entries.len() > KEYS_MAX {
            self.fault(spot, format!("has more than {KEYS_MAX} keys"), "remove those that mean nothing");
        }
        Some(Keys(found))
    }

    /// The same, of which none is written without a value.
    pub(super) fn full_keys<'d>(&mut self, spot: &Spot<'d>, known: &[&str]) -> Option<Keys<'d>> {
        if let Value::Map(entries) = &spot.node.value {
            for (key, value) in entries {
                if let (Value::Scalar(name), Value::Scalar(value)) = (&key.value, &value.value)
                    && value.is_null()
                    && known.contains(&name.text.as_str())
                {
                    let spot = spot.child(key, &name.text);
                    self.log.add(key.at, &spot.path, "is empty", "give it a value, or remove the key");
                }
            }
        }
        self.keys(spot, known)
    }

    /// The items of a list, or the one value that stands for a list of one.
    pub(super) fn items<'d>(&mut self, spot: &Spot<'d>, max: usize) -> Vec<Spot<'d>> {
        let Value::List(items) = &spot.node.value else { return vec![spot.clone()] };
        if items.len() > max {
            self.fault(spot, format!("has {} items, more than {max}", items.len()), "shorten the list");
        }
        let items = items.iter().take(max).enumerate();
        items.map(|(at, node)| Spot { node, path: format!("{}[{at}]", spot.path) }).collect()
    }

    /// A text; digits and `true` are texts as well.
    pub(super) fn text(&mut self, spot: &Spot<'_>) -> Option<String> {
        let text = spot.word().map(str::to_owned);
        if text.is_none() {
            self.fault(spot, format!("wants a text, and has {}", spot.node.kind()), "write a text");
        }
        text
    }

    /// One text or a list of them.
    pub(super) fn texts(&mut self, spot: &Spot<'_>, max: usize) -> Vec<String> {
        self.items(spot, max).iter().filter_map(|item| self.text(item)).collect()
    }

    pub(super) fn boolean(&mut self, spot: &Spot<'_>) -> Option<bool> {
        let read = match &spot.node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            _ => None,
        };
        if read.is_none() {
            self.fault(spot, "is neither true nor false", "write true or false");
        }
        read
    }

    /// A whole number.
    pub(super) fn integer(&mut self, spot: &Spot<'_>) -> Option<i64> {
        let read = match &spot.node.value {
            Value::Scalar(scalar) => scalar.as_integer(),
            _ => None,
        };
        if read.is_none() {
            self.fault(spot, "is no whole number", "write digits, without quotes");
        }
        read
    }

    /// One of some words, or the number that WeCom has for it.
    pub(super) fn coded(&mut self, spot: &Spot<'_>, words: &[(&str, i64)]) -> Option<i64> {
        let word = self.text(spot)?;
        let known = words.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
        let read = known.or_else(|| word.parse().ok());
        if read.is_none() {
            let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
            self.fault(
                spot,
                format!("{} is none of the words here", quoted(&word)),
                did_you_mean(&word, &names),
            );
        }
        read
    }

    /// An instant with its offset, or Unix milliseconds.
    pub(super) fn instant(&mut self, spot: &Spot<'_>) -> Option<i64> {
        let text = self.text(spot)?;
        let read = instant(&text);
        if read.is_none() {
            self.fault(
                spot,
                format!("{} is no instant", quoted(&text)),
                "write it with its offset, as in 2026-03-06T10:00:00+08:00",
            );
        }
        read
    }
}

/// RFC 3339 with an offset, `2026-03-06 10:00` in Shanghai, or Unix milliseconds.
pub(super) fn instant(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
        let zone = jiff::tz::TimeZone::get(crate::rules::when::schedule::DEFAULT_ZONE).ok()?;
        return Some(civil.to_zoned(zone).ok()?.timestamp().as_millisecond());
    }
    text.parse().ok()
}

/// A document as JSON, with aliases written out: what two rules files are compared by. Numbers and words stand as they
/// were written.
pub fn to_json(document: &str) -> Result<Json, Faults> {
    let mut reading = Reading::default();
    let root = reading.tree(document);
    let json = root.map_or(Json::Null, |root| json_of(&root));
    reading.finish(json)
}

/// The same for one value of it. The tree bounds its depth and how much its aliases multiply.
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

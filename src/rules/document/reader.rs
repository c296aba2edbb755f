//! Reading single values out of the tree. Each may be wrong, and reading goes on, so that one run finds every fault.
//!
//! The [`Reader`] knows nothing of rules beyond the name of the one that is being read. Conditions, texts and actions
//! are read by the rooms that own them, with its help.

use std::ops::RangeInclusive;

use super::{
    fault::{Log, Mark},
    resources::Resources,
    typed::{self, Of},
    words::{DocumentFault, Has, KeyMend},
    wrong::{Noted, Quoted, Retyped, Wrong},
    yaml::{Node, Scalar, Value, colon},
};

/// No map of the language has a quarter of this.
const KEYS_MAX: usize = 64;

/// So many items beyond a list's limit are still read for their own faults. Not all: some lists are compared item by
/// item, which takes time by the square of their length.
const SURPLUS_MAX: usize = 500;

/// Gathers the faults of a document, and what it names outside of itself.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) log: Log,
    /// What the rules read so far refer to outside of the file.
    pub(crate) resources: Resources,
    /// The name of the rule that is being read.
    pub(crate) rule: String,
}

/// A value, and the path that leads to it.
#[derive(Clone)]
pub(crate) struct Position<'d> {
    pub(crate) node: &'d Node,
    /// `rules[2].welcome.text`; empty for the document itself.
    pub(crate) path: String,
}

impl<'d> Position<'d> {
    pub(crate) fn root(node: &'d Node) -> Self {
        Self { node, path: String::new() }
    }

    pub(crate) fn mark(&self) -> Mark {
        self.node.at
    }

    /// The text that stands here, if it is one and not empty.
    pub(crate) fn word(&self) -> Option<&'d str> {
        match &self.node.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// The value under a key, whatever else is in the map.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let is_it = |node: &Node| matches!(&node.value, Value::Scalar(scalar) if scalar.text == key);
        entries.iter().find(|(name, _)| is_it(name)).map(|(_, value)| self.child(value, key))
    }

    /// The first so many items of a list; nothing where it is no list.
    pub(crate) fn items(&self, max: usize) -> Vec<Self> {
        let Value::List(items) = &self.node.value else { return Vec::new() };
        let items = items.iter().take(max).enumerate();
        items.map(|(at, node)| Self { node, path: format!("{}[{at}]", self.path) }).collect()
    }

    /// The value at a path below this one, as far as it can be followed.
    pub(crate) fn follow(&self, path: &str) -> Self {
        let mut at = self.clone();
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match step.strip_suffix(']') {
                Some(index) => index.parse().ok().and_then(|index| at.item(index)),
                None => at.get(step),
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    fn item(&self, index: usize) -> Option<Self> {
        let Value::List(items) = &self.node.value else { return None };
        let node = items.get(index)?;
        Some(Self { node, path: format!("{}[{index}]", self.path) })
    }

    pub(crate) fn child(&self, node: &'d Node, key: &str) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path }
    }
}

/// The keys of a map that the language has there, none of them empty.
pub(crate) struct Fields<'d> {
    pub(crate) at: Position<'d>,
    found: Vec<Field<'d>>,
}

struct Field<'d> {
    key: &'d str,
    /// The key as it is written, which may be a misspelling of `key`.
    written: &'d str,
    node: &'d Node,
}

impl<'d> Fields<'d> {
    pub(crate) fn get(&self, key: &str) -> Option<Position<'d>> {
        let field = self.found.iter().find(|field| field.key == key)?;
        Some(self.at.child(field.node, &shown(field.written)))
    }

    /// Whether the map is empty. A map in which every key was refused is not.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty() && !self.is_partial()
    }

    /// Whether a key of the map was refused. It may have been meant for one that seems to be missing.
    pub(crate) fn is_partial(&self) -> bool {
        matches!(&self.at.node.value, Value::Map(entries) if entries.len() > self.found.len())
    }

    /// Whether the key stands in the map, even with a value that was refused.
    pub(crate) fn holds(&self, wanted: &str) -> bool {
        matches!(&self.at.node.value, Value::Map(entries) if entries.iter().any(|(key, _)| {
            matches!(&key.value, Value::Scalar(key) if key.text == wanted)
        }))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.found.iter().map(|field| field.key)
    }
}

impl Reader {
    /// Adds a fault of the value there.
    pub(crate) fn fault(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) {
        self.log.add(at.mark(), &at.path, wrong);
    }

    /// Adds the fault of a value whose form is refused. Where an input method is to blame for the form, that is how it is
    /// mended.
    pub(crate) fn malformed(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) {
        let typed = at.word().filter(|_| !self.log.is_full()).and_then(typed::mend);
        match typed {
            Some(mend) => self.fault(at, Retyped { wrong, mend }),
            None => self.fault(at, wrong),
        }
    }

    /// Whether the value is refused. What the first versions of the check let pass is no fault of a document that is stored
    /// already: there it is a note, and the value is read as it was then, so that an upgrade makes no rules unusable.
    pub(crate) fn refuses(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) -> bool {
        if self.log.stored {
            self.log.note(at.mark(), Noted(wrong));
        } else {
            self.fault(at, wrong);
        }
        !self.log.stored
    }

    /// The same of a value whose form is refused.
    pub(crate) fn refuses_form(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) -> bool {
        if self.log.stored {
            self.refuses(at, wrong)
        } else {
            self.malformed(at, wrong);
            true
        }
    }

    /// Adds a note where a value that may be any text is odd: quotes or separators of an input method in it, say. `of` is
    /// what such a value is called.
    pub(crate) fn note_odd(&mut self, at: &Position<'_>, text: &str, of: Of) {
        if let Some(odd) = typed::oddity(text, of) {
            self.log.note(at.mark(), DocumentFault::Odd(odd));
        }
    }

    /// A map with some of the `known` keys. Unknown, repeated and empty keys are faults. A misspelt key is read as the
    /// one that was meant, so that the faults of its value are found in the same run.
    pub(crate) fn fields<'d>(&mut self, at: &Position<'d>, known: &[&'static str]) -> Option<Fields<'d>> {
        let Value::Map(entries) = &at.node.value else {
            let colon = match &at.node.value {
                Value::Scalar(scalar) => colon(&scalar.text),
                Value::List(_) | Value::Map(_) => None,
            };
            self.fault(at, DocumentFault::WantsKeys { known: known.to_vec(), has: at.node.kind(), colon });
            return None;
        };
        if entries.len() > KEYS_MAX {
            self.fault(at, DocumentFault::TooManyKeys { count: entries.len(), max: KEYS_MAX });
        }
        let mut found: Vec<Field<'_>> = Vec::new();
        let mut meant: Vec<Field<'_>> = Vec::new();
        let mut seen: Vec<(&str, Mark)> = Vec::new();
        for (key, value) in entries.iter().take(KEYS_MAX) {
            let Value::Scalar(Scalar { text, .. }) = &key.value else {
                self.log.add(key.at, &at.path, DocumentFault::KeyNoWord);
                continue;
            };
            let name = text.as_str();
            let at = at.child(value, &shown(name));
            if let Some(&(_, first)) = seen.iter().find(|(seen, _)| *seen == name) {
                self.log.add(key.at, &at.path, DocumentFault::Twice { first });
                continue;
            }
            seen.push((name, key.at));
            let is_nothing = matches!(&value.value, Value::Scalar(scalar) if scalar.is_null());
            if !known.contains(&name) {
                self.unknown_key(key.at, &at, name, known, is_nothing);
                if let Some(near) = self.log.nearest(name, known.iter().copied()).filter(|_| !is_nothing) {
                    meant.push(Field { key: near, written: name, node: value });
                }
            } else if is_nothing {
                self.log.add(key.at, &at.path, DocumentFault::ValueEmpty);
            } else {
                found.push(Field { key: name, written: name, node: value });
            }
        }
        for field in meant {
            if !seen.iter().any(|(seen, _)| *seen == field.key) && !found.iter().any(|it| it.key == field.key)
            {
                found.push(field);
            }
        }
        Some(Fields { at: at.clone(), found })
    }

    fn unknown_key(&mut self, mark: Mark, at: &Position<'_>, name: &str, known: &[&str], is_nothing: bool) {
        let mend = if name == "<<" {
            // The merge key of YAML 1.1, which 1.2 does not have.
            KeyMend::Merge
        } else if let Some(colon) = colon(name) {
            KeyMend::Colon(colon)
        } else if let Some(typed) = typed::mend(name).filter(|_| !is_nothing || typed::unseen(name).is_some())
        {
            KeyMend::Typed(typed)
        } else {
            let meant = self.log.meant(name, known);
            // Most often it is the rest of a text: inside of braces YAML takes a comma for the end of a value.
            if is_nothing { KeyMend::RestOfText(meant) } else { KeyMend::Meant(meant) }
        };
        self.log.add(mark, &at.path, DocumentFault::UnknownKey { key: Quoted::of(name), mend });
    }

    /// The items of a list. Of those beyond the limit some are read as well, for they may have faults of their own.
    pub(crate) fn list<'d>(&mut self, at: &Position<'d>, max: usize) -> Vec<Position<'d>> {
        self.list_of(at, max, |count| DocumentFault::TooManyItems { count, max })
    }

    /// The same, where `too_many` is the fault of a list with that many items.
    pub(crate) fn list_of<'d, W: Wrong + 'static>(
        &mut self,
        at: &Position<'d>,
        max: usize,
        too_many: impl FnOnce(usize) -> W,
    ) -> Vec<Position<'d>> {
        let Value::List(items) = &at.node.value else {
            self.fault(at, DocumentFault::WantsList { has: at.node.kind() });
            return Vec::new();
        };
        if items.len() > max {
            self.fault(at, too_many(items.len()));
        }
        at.items(max + SURPLUS_MAX)
    }

    /// The items of a list, or the one value that stands for a list of one. An empty list is a fault.
    pub(crate) fn one_or_more<'d>(&mut self, at: &Position<'d>, max: usize) -> Vec<Position<'d>> {
        match &at.node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(at, DocumentFault::ListEmpty);
                Vec::new()
            }
            Value::List(_) => self.list(at, max),
            Value::Scalar(_) | Value::Map(_) => vec![at.clone()],
        }
    }

    pub(crate) fn scalar<'d>(&mut self, at: &Position<'d>) -> Option<&'d Scalar> {
        match &at.node.value {
            Value::Scalar(scalar) if !scalar.is_null() => return Some(scalar),
            Value::Map(entries)
                if entries.first().is_some_and(|(key, _)| matches!(key.value, Value::Map(_))) =>
            {
                self.fault(at, DocumentFault::TextInBraces);
            }
            _ => self.fault(at, DocumentFault::WantsText { has: at.node.kind() }),
        }
        None
    }

    /// A text as it stands. Digits and `true` are texts as well: a `state` is often a number.
    pub(crate) fn text<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        self.scalar(at).map(|scalar| scalar.text.as_str())
    }

    /// A text in which nothing is filled in, so that a placeholder in it is a fault.
    pub(crate) fn verbatim<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let text = self.text(at)?;
        if text.contains("{{") || text.contains("{%") {
            self.fault(at, DocumentFault::PlaceholderHere);
            return None;
        }
        if let Some(character) = typed::unseen(text)
            && self.refuses(at, DocumentFault::Unseen { character })
        {
            return None;
        }
        Some(text)
    }

    /// One text or a list of them, each read by `parse`; those that it cannot read are faults.
    pub(crate) fn parsed<T, W: Wrong + 'static>(
        &mut self,
        at: &Position<'_>,
        max: usize,
        mut parse: impl FnMut(&str) -> Result<T, W>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for item in self.one_or_more(at, max) {
            let Some(text) = self.text(&item) else { continue };
            match parse(text) {
                Ok(parsed) => all.push(parsed),
                Err(wrong) => self.malformed(&item, wrong),
            }
        }
        all
    }

    /// Adds a fault where the text has more bytes than WeCom takes.
    pub(crate) fn fits(&mut self, at: &Position<'_>, text: &str, max: usize) {
        let bytes = text.len();
        if bytes > max {
            self.fault(at, DocumentFault::TooManyBytes { bytes, max });
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn required<'d>(&mut self, fields: &Fields<'d>, key: &str) -> Option<Position<'d>> {
        let found = fields.get(key);
        // A key with a value that was refused has its fault already.
        if found.is_none() && !fields.holds(key) {
            self.fault(&fields.at, DocumentFault::KeyMissing { key: key.to_owned() });
        }
        found
    }

    pub(crate) fn boolean(&mut self, at: &Position<'_>) -> Option<bool> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let in_quotes = matches!(&at.node.value, Value::Scalar(scalar) if scalar.is_quoted_bool());
            self.malformed(at, DocumentFault::WantsBoolean { has: has(at.node), in_quotes });
        }
        read
    }

    pub(crate) fn integer(&mut self, at: &Position<'_>, range: RangeInclusive<i64>) -> Option<i64> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_integer().filter(|number| range.contains(number)),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let wrong =
                DocumentFault::WantsNumber { has: has(at.node), min: *range.start(), max: *range.end() };
            // Of a number there are never several.
            let is_several = at
                .word()
                .is_some_and(|text| typed::unseen(text).is_none() && !typed::values(text).is_empty());
            if is_several { self.fault(at, wrong) } else { self.malformed(at, wrong) }
        }
        read
    }
}

/// A value as a message names it: a word by itself, others by their kind.
pub(super) fn has(node: &Node) -> Has {
    match &node.value {
        Value::Scalar(scalar) if !scalar.is_null() => Has::Word(Quoted::of(&scalar.text)),
        Value::Scalar(_) | Value::List(_) | Value::Map(_) => Has::Kind(node.kind()),
    }
}

/// A key as part of a path: foreign keys may hold anything.
fn shown(key: &str) -> String {
    key.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

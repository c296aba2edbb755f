//! Reading single values out of the tree. Each may be wrong, and reading goes on, so that one run finds every fault.
//!
//! The [`Reader`] knows nothing of rules beyond the name of the one that is being read. Conditions, texts and actions
//! are read by the rooms that own them, with its help.

use std::ops::RangeInclusive;

use crate::language::Language;

use super::{
    fault::{Log, Mark, ValueFault, quoted},
    resources::Resources,
    typed::{self, Of},
    words::DocumentFault,
    wrong::{Noted, Retyped, Wrong},
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
    /// Where what is wrong is the form of the value, and an input method is to blame for it, that is what is told.
    pub(crate) fn fault(&mut self, at: &Position<'_>, what: impl Into<String>, mend: impl Into<String>) {
        let (what, mut mend) = (what.into(), mend.into());
        if let Some(text) = at.word().filter(|_| !self.log.is_full()) {
            let shown = quoted(text);
            // Of a number there are never several.
            let is_number = what.starts_with("wants a whole number") && typed::unseen(text).is_none();
            let is_form = what.starts_with(&shown) || what.ends_with(&shown);
            if is_form && let Some(typed) = typed::mend(text) {
                let parts = typed::values(text);
                if !is_number || parts.is_empty() {
                    mend = typed.say(Language::En);
                }
            }
        }
        self.log.add(at.mark(), &at.path, what, mend);
    }

    /// Adds a fault of the value there.
    pub(crate) fn wrong(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) {
        self.log.wrong(at.mark(), &at.path, wrong);
    }

    /// Adds the fault of a value whose form is refused. Where an input method is to blame for the form, that is how it is
    /// mended.
    pub(crate) fn malformed(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) {
        let typed = at.word().filter(|_| !self.log.is_full()).and_then(typed::mend);
        match typed {
            Some(mend) => self.wrong(at, Retyped { wrong, mend }),
            None => self.wrong(at, wrong),
        }
    }

    /// Whether the value is refused. What the first versions of the check let pass is no fault of a document that is stored
    /// already: there it is a note, and the value is read as it was then, so that an upgrade makes no rules unusable.
    pub(crate) fn refuses_as(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) -> bool {
        if self.log.stored {
            self.log.note(at.mark(), Noted(wrong));
        } else {
            self.wrong(at, wrong);
        }
        !self.log.stored
    }

    /// The same of a value whose form is refused.
    pub(crate) fn refuses_form(&mut self, at: &Position<'_>, wrong: impl Wrong + 'static) -> bool {
        if self.log.stored {
            self.refuses_as(at, wrong)
        } else {
            self.malformed(at, wrong);
            true
        }
    }

    /// Whether the value is refused. What the first versions of the check let pass is no fault of a document that is stored
    /// already: there it is a note, and the value is read as it was then, so that an upgrade makes no rules unusable.
    pub(crate) fn refuses(
        &mut self,
        at: &Position<'_>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> bool {
        if self.log.stored {
            self.log.note(at.mark(), format!("{}; {}", what.into(), mend.into()));
        } else {
            self.fault(at, what, mend);
        }
        !self.log.stored
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
            let hint = match &at.node.value {
                Value::Scalar(scalar) => colon(&scalar.text).map(str::to_owned),
                Value::List(_) | Value::Map(_) => None,
            };
            let mend = hint.unwrap_or_else(|| {
                format!("write it as {{ {}: … }}", known.first().copied().unwrap_or("key"))
            });
            let what = format!("wants keys ({}), and has {}", known.join(", "), at.node.kind());
            self.fault(at, what, mend);
            return None;
        };
        if entries.len() > KEYS_MAX {
            self.fault(
                at,
                format!("has {} keys, more than {KEYS_MAX}", entries.len()),
                "remove those that mean nothing",
            );
        }
        let mut found: Vec<Field<'_>> = Vec::new();
        let mut meant: Vec<Field<'_>> = Vec::new();
        let mut seen: Vec<(&str, Mark)> = Vec::new();
        for (key, value) in entries.iter().take(KEYS_MAX) {
            let Value::Scalar(Scalar { text, .. }) = &key.value else {
                self.log.add(
                    key.at,
                    &at.path,
                    "a key must be a word",
                    "put a text that begins with `{` in quotes",
                );
                continue;
            };
            let name = text.as_str();
            let at = at.child(value, &shown(name));
            if let Some((_, first)) = seen.iter().find(|(seen, _)| *seen == name) {
                let what = format!("is there a second time; the first is in line {}", first.line);
                self.log.add(key.at, &at.path, what, "keep one of the two");
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
                self.log.add(key.at, &at.path, "is empty", "give it a value, or remove the key");
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
        let what = format!("there is no key {} here", quoted(name));
        let mend = if name == "<<" {
            // The merge key of YAML 1.1, which 1.2 does not have.
            "write the keys out; an alias may stand for a whole value, as in `welcome: *hello`".to_owned()
        } else if let Some(hint) = colon(name) {
            hint.to_owned()
        } else if let Some(typed) = typed::mend(name).filter(|_| !is_nothing || typed::unseen(name).is_some())
        {
            typed.say(Language::En)
        } else {
            let mend = self.log.did_you_mean(name, known);
            // Most often it is the rest of a text: inside of braces YAML takes a comma for the end of a value.
            if is_nothing { format!("put a text with a comma in quotes; {mend}") } else { mend }
        };
        self.log.add(mark, &at.path, what, mend);
    }

    /// The items of a list. Of those beyond the limit some are read as well, for they may have faults of their own.
    pub(crate) fn list<'d>(&mut self, at: &Position<'d>, max: usize) -> Vec<Position<'d>> {
        self.list_of(at, max, |count| format!("has {count} items, more than {max}"))
    }

    /// The same, where `too_many` words the fault of a list with that many items.
    pub(crate) fn list_of<'d>(
        &mut self,
        at: &Position<'d>,
        max: usize,
        too_many: impl FnOnce(usize) -> String,
    ) -> Vec<Position<'d>> {
        let Value::List(items) = &at.node.value else {
            let what = format!("wants a list, and has {}", at.node.kind());
            self.fault(at, what, "begin each item with `- `, or write [one, two]");
            return Vec::new();
        };
        if items.len() > max {
            self.fault(at, too_many(items.len()), "shorten the list");
        }
        at.items(max + SURPLUS_MAX)
    }

    /// The items of a list, or the one value that stands for a list of one. An empty list is a fault.
    pub(crate) fn one_or_more<'d>(&mut self, at: &Position<'d>, max: usize) -> Vec<Position<'d>> {
        match &at.node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(at, "is an empty list", "put something in, or remove the key");
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
                self.fault(at, "wants a text, and has braces", "put a text that begins with `{{` in quotes");
            }
            _ => self.fault(at, format!("wants a text, and has {}", at.node.kind()), "write a text"),
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
            self.fault(at, "placeholders do not work here", "write the value itself");
            return None;
        }
        if let Some(c) = typed::unseen(text) {
            let what = format!("there is a character in it that nobody sees (U+{:04X})", u32::from(c));
            if self.refuses(at, what, "type it anew, instead of copying it") {
                return None;
            }
        }
        Some(text)
    }

    /// One text or a list of them, each read by `parse`; those that it cannot read are faults.
    pub(crate) fn parsed<T>(
        &mut self,
        at: &Position<'_>,
        max: usize,
        mut parse: impl FnMut(&str) -> Result<T, ValueFault>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for item in self.one_or_more(at, max) {
            let Some(text) = self.text(&item) else { continue };
            match parse(text) {
                Ok(parsed) => all.push(parsed),
                Err(ValueFault { what, mend }) => self.fault(&item, what, mend),
            }
        }
        all
    }

    /// Adds a fault where the text has more bytes than WeCom takes.
    pub(crate) fn fits(&mut self, at: &Position<'_>, text: &str, max: usize) {
        let bytes = text.len();
        if bytes > max {
            let what = format!("has {bytes} bytes of UTF-8, and WeCom takes {max}");
            self.fault(at, what, "shorten it; a Chinese character is 3 bytes");
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn required<'d>(&mut self, fields: &Fields<'d>, key: &str) -> Option<Position<'d>> {
        let found = fields.get(key);
        // A key with a value that was refused has its fault already.
        if found.is_none() && !fields.holds(key) {
            self.fault(&fields.at, format!("there is no `{key}`"), format!("add `{key}: …`"));
        }
        found
    }

    pub(crate) fn boolean(&mut self, at: &Position<'_>) -> Option<bool> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let what = format!("wants true or false, and has {}", written(at.node));
            // `"true"` is a text of four letters to YAML.
            let quoted = matches!(&at.node.value, Value::Scalar(scalar) if scalar.is_quoted_bool());
            let mend = if quoted { "write it without the quotes" } else { "write true or false" };
            self.fault(at, what, mend);
        }
        read
    }

    pub(crate) fn integer(&mut self, at: &Position<'_>, range: RangeInclusive<i64>) -> Option<i64> {
        let read = match &at.node.value {
            Value::Scalar(scalar) => scalar.as_integer().filter(|number| range.contains(number)),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let what = format!("wants a whole number, and has {}", written(at.node));
            self.fault(at, what, format!("write a number from {} to {}", range.start(), range.end()));
        }
        read
    }
}

/// A value as a message names it: a word by itself, others by their kind.
pub(crate) fn written(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if !scalar.is_null() => quoted(&scalar.text),
        Value::Scalar(_) | Value::List(_) | Value::Map(_) => node.kind().to_owned(),
    }
}

/// A key as part of a path: foreign keys may hold anything.
fn shown(key: &str) -> String {
    key.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

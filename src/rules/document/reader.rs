//! Reading values out of the marked tree, where each may be wrong and the reading goes on.

use std::ops::RangeInclusive;

use super::super::{
    fault::{Log, Mark, quoted},
    foreign,
    resources::Resources,
    schedule::Zones,
    share::Experiments,
    template::{Form, Template, Templates},
    yaml::{Node, Scalar, Value},
};
use super::calendars::{Calendars, UnknownZones};

/// No map of the language has a quarter of this.
const KEYS_MAX: usize = 64;

/// What a check gathers.
pub(super) struct Reader {
    pub(super) log: Log,
    pub(super) templates: Templates,
    pub(super) zones: Zones,
    pub(super) experiments: Experiments,
    pub(super) calendars: Calendars,
    pub(super) unknown_zones: UnknownZones,
    /// What the rules read so far refer to outside of the file.
    pub(super) resources: Resources,
    /// The name of the rule that is being read.
    pub(super) rule: String,
}

/// A value and how to get there.
#[derive(Clone)]
pub(super) struct Place<'d> {
    pub(super) node: &'d Node,
    pub(super) path: String,
}

impl<'d> Place<'d> {
    pub(super) fn at(&self) -> Mark {
        self.node.at
    }

    fn child(&self, node: &'d Node, key: &str) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path }
    }
}

/// The keys of a map that were known there, none of them empty.
pub(super) struct Fields<'d> {
    pub(super) place: Place<'d>,
    found: Vec<(&'d str, &'d Node)>,
}

impl<'d> Fields<'d> {
    pub(super) fn get(&self, key: &str) -> Option<Place<'d>> {
        self.found.iter().find(|(name, _)| *name == key).map(|(name, node)| self.place.child(node, name))
    }

    /// Whether there is nothing in the map at all, right or wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && !self.is_partial()
    }

    /// Whether something in the map was refused: what seems to be missing may have been meant by it.
    pub(super) fn is_partial(&self) -> bool {
        matches!(&self.place.node.value, Value::Map(entries) if entries.len() > self.found.len())
    }

    /// Whether the key stands in the map, be it with a value that was refused.
    fn holds(&self, wanted: &str) -> bool {
        matches!(&self.place.node.value, Value::Map(entries) if entries.iter().any(|(key, _)| {
            matches!(&key.value, Value::Scalar(key) if key.text == wanted)
        }))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.found.iter().map(|(name, _)| *name)
    }
}

impl Reader {
    pub(super) fn fault(&mut self, place: &Place<'_>, what: impl Into<String>, mend: impl Into<String>) {
        self.log.add(place.at(), &place.path, what, mend);
    }

    /// A map with some of the `known` keys. Unknown, repeated and empty keys are faults.
    pub(super) fn fields<'d>(&mut self, place: &Place<'d>, known: &[&str]) -> Option<Fields<'d>> {
        let Value::Map(entries) = &place.node.value else {
            self.fault(
                place,
                format!("wants keys ({}), and has {}", known.join(", "), place.node.kind()),
                format!("write it as {{ {}: … }}", known.first().copied().unwrap_or("key")),
            );
            return None;
        };
        if entries.len() > KEYS_MAX {
            self.fault(
                place,
                format!("has {} keys, more than {KEYS_MAX}", entries.len()),
                "remove those that mean nothing",
            );
        }
        let mut found: Vec<(&str, &Node)> = Vec::new();
        let mut seen: Vec<(&str, Mark)> = Vec::new();
        for (key, value) in entries.iter().take(KEYS_MAX) {
            let Value::Scalar(Scalar { text, .. }) = &key.value else {
                self.log.add(
                    key.at,
                    &place.path,
                    "a key must be a word",
                    "put a text that begins with `{` in quotes",
                );
                continue;
            };
            let name = text.as_str();
            let place = place.child(value, &shown(name));
            if let Some((_, first)) = seen.iter().find(|(seen, _)| *seen == name) {
                let what = format!("is there a second time; the first is in line {}", first.line);
                self.log.add(key.at, &place.path, what, "keep one of the two");
                continue;
            }
            seen.push((name, key.at));
            if !known.contains(&name) {
                let what = format!("there is no key {} here", quoted(name));
                // Most often it is the rest of a text: inside of braces YAML takes a comma for the end of a value.
                let is_rest = matches!(&value.value, Value::Scalar(scalar) if scalar.is_null());
                let mend = self.log.did_you_mean(name, known);
                let mend = if is_rest { format!("put a text with a comma in quotes; {mend}") } else { mend };
                self.log.add(key.at, &place.path, what, mend);
            } else if matches!(&value.value, Value::Scalar(scalar) if scalar.is_null()) {
                self.log.add(key.at, &place.path, "is empty", "give it a value, or remove the key");
            } else {
                found.push((name, value));
            }
        }
        Some(Fields { place: place.clone(), found })
    }

    /// The items of a list.
    pub(super) fn list<'d>(&mut self, place: &Place<'d>, max: usize) -> Vec<Place<'d>> {
        let Value::List(items) = &place.node.value else {
            let what = format!("wants a list, and has {}", place.node.kind());
            self.fault(place, what, "begin each item with `- `, or write [one, two]");
            return Vec::new();
        };
        if items.len() > max {
            self.fault(place, format!("has {} items, more than {max}", items.len()), "shorten the list");
        }
        let items = items.iter().take(max).enumerate();
        items.map(|(at, node)| Place { node, path: format!("{}[{at}]", place.path) }).collect()
    }

    /// The items of a list, or the one value that stands for a list of one. An empty list is a fault.
    pub(super) fn one_or_more<'d>(&mut self, place: &Place<'d>, max: usize) -> Vec<Place<'d>> {
        match &place.node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(place, "is an empty list", "put something in, or remove the key");
                Vec::new()
            }
            Value::List(_) => self.list(place, max),
            Value::Scalar(_) | Value::Map(_) => vec![place.clone()],
        }
    }

    pub(super) fn scalar<'d>(&mut self, place: &Place<'d>) -> Option<&'d Scalar> {
        match &place.node.value {
            Value::Scalar(scalar) if !scalar.is_null() => return Some(scalar),
            Value::Map(entries)
                if entries.first().is_some_and(|(key, _)| matches!(key.value, Value::Map(_))) =>
            {
                self.fault(
                    place,
                    "wants a text, and has braces",
                    "put a text that begins with `{{` in quotes",
                );
            }
            _ => self.fault(place, format!("wants a text, and has {}", place.node.kind()), "write a text"),
        }
        None
    }

    /// A text as it stands. Digits and `true` are texts as well: a `state` is often a number.
    pub(super) fn text<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        self.scalar(place).map(|scalar| scalar.text.as_str())
    }

    /// A text that is not filled in: what looks like a placeholder in it is a fault.
    pub(super) fn verbatim<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let text = self.text(place)?;
        if text.contains("{{") || text.contains("{%") {
            self.fault(place, "placeholders do not work here", "write the value itself");
            return None;
        }
        Some(text)
    }

    /// A text with placeholders, those of other products rewritten.
    pub(super) fn template(&mut self, place: &Place<'_>, form: Form) -> Option<Template> {
        let scalar = self.scalar(place)?;
        let (text, rewritten) = foreign::rewrite(&scalar.text);
        for foreign::Rewritten { line, theirs, ours } in rewritten {
            self.log.note(line_of(place, scalar, line), format!("{} is read as {ours}", quoted(&theirs)));
        }
        match self.templates.add(&text, form) {
            Ok(template) => Some(template),
            Err(wrong) => {
                for wrong in wrong {
                    let at = line_of(place, scalar, wrong.line);
                    self.log.add(at, &place.path, wrong.what, wrong.mend);
                }
                None
            }
        }
    }

    /// Faults what is too long even with nothing filled in.
    pub(super) fn within_bytes(&mut self, place: &Place<'_>, template: &Template, max: usize) {
        let bytes = template.literal().len();
        if bytes > max {
            let what = format!("has {bytes} bytes of UTF-8, and WeCom takes {max}");
            self.fault(place, what, "shorten it; a Chinese character is 3 bytes");
        }
    }

    /// The same in characters.
    pub(super) fn within_characters(&mut self, place: &Place<'_>, template: &Template, max: usize) {
        let characters = template.literal().chars().count();
        if characters > max {
            self.fault(place, format!("has {characters} characters, and WeCom takes {max}"), "shorten it");
        }
    }

    /// Faults a text that says nothing.
    pub(super) fn not_blank(&mut self, place: &Place<'_>, template: &Template, mend: &str) {
        if template.is_literal() && template.literal().trim().is_empty() {
            self.fault(place, "is blank, which WeCom refuses", mend);
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required<'d>(&mut self, fields: &Fields<'d>, key: &str) -> Option<Place<'d>> {
        let found = fields.get(key);
        // A key that was refused may have been meant by it, and has been told of.
        if found.is_none() && !fields.holds(key) {
            self.fault(&fields.place, format!("there is no `{key}`"), format!("add `{key}: …`"));
        }
        found
    }

    pub(super) fn boolean(&mut self, place: &Place<'_>) -> Option<bool> {
        let scalar = self.scalar(place)?;
        let read = scalar.as_bool();
        if read.is_none() {
            let what = format!("wants true or false, and has {}", quoted(&scalar.text));
            // In quotes it is a text of four letters.
            let mend =
                if scalar.is_quoted_bool() { "write it without the quotes" } else { "write true or false" };
            self.fault(place, what, mend);
        }
        read
    }

    pub(super) fn integer(&mut self, place: &Place<'_>, range: RangeInclusive<i64>) -> Option<i64> {
        let scalar = self.scalar(place)?;
        let read = scalar.as_integer().filter(|number| range.contains(number));
        if read.is_none() {
            let what = format!("wants a whole number, and has {}", quoted(&scalar.text));
            self.fault(place, what, format!("write a number from {} to {}", range.start(), range.end()));
        }
        read
    }
}

/// The place of a line of a text, counted from 1: every line of a `|` block is a line of the text, which begins with
/// the first that is not empty. Of other texts only the begin is known.
fn line_of(place: &Place<'_>, scalar: &Scalar, line: usize) -> Mark {
    if !scalar.block {
        return place.at();
    }
    let skipped = scalar.text.bytes().take_while(|byte| *byte == b'\n').count();
    Mark { line: place.at().line + line - 1 - skipped.min(line - 1), column: 1 }
}

/// A key as part of a path: foreign keys may hold anything.
fn shown(key: &str) -> String {
    key.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

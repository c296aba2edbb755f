//! Reading values out of the marked tree, where each may be wrong and the reading goes on.

use std::ops::RangeInclusive;

use crate::rules::when::calendars::{Calendars, UnknownZones};
use crate::rules::{
    document::{
        fault::{Log, Mark, quoted},
        resources::Resources,
        yaml::{Node, Scalar, Value, colon},
    },
    text::{
        foreign, names,
        template::{Form, Template, Templates},
    },
    when::{schedule::Zones, share::Experiments},
};

/// No map of the language has a quarter of this.
const KEYS_MAX: usize = 64;

/// So many items beyond what a list may have are looked at for other faults. Some lists are compared item by item.
const SURPLUS_MAX: usize = 500;

/// What a check gathers.
pub(crate) struct Reader {
    pub(crate) log: Log,
    pub(crate) templates: Templates,
    pub(crate) zones: Zones,
    pub(crate) experiments: Experiments,
    pub(crate) calendars: Calendars,
    pub(crate) unknown_zones: UnknownZones,
    /// What the rules read so far refer to outside of the file.
    pub(crate) resources: Resources,
    /// The name of the rule that is being read.
    pub(crate) rule: String,
}

/// A value and how to get there.
#[derive(Clone)]
pub(crate) struct Place<'d> {
    pub(crate) node: &'d Node,
    pub(crate) path: String,
}

impl<'d> Place<'d> {
    pub(crate) fn at(&self) -> Mark {
        self.node.at
    }

    fn child(&self, node: &'d Node, key: &str) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path }
    }
}

/// The keys of a map that were known there, none of them empty.
pub(crate) struct Fields<'d> {
    pub(crate) place: Place<'d>,
    found: Vec<Field<'d>>,
}

struct Field<'d> {
    key: &'d str,
    /// As it is written, which may be a misspelling.
    written: &'d str,
    node: &'d Node,
}

impl<'d> Fields<'d> {
    pub(crate) fn get(&self, key: &str) -> Option<Place<'d>> {
        let field = self.found.iter().find(|field| field.key == key)?;
        Some(self.place.child(field.node, &shown(field.written)))
    }

    /// Whether there is nothing in the map at all, right or wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty() && !self.is_partial()
    }

    /// Whether something in the map was refused: what seems to be missing may have been meant by it.
    pub(crate) fn is_partial(&self) -> bool {
        matches!(&self.place.node.value, Value::Map(entries) if entries.len() > self.found.len())
    }

    /// Whether the key stands in the map, be it with a value that was refused.
    pub(crate) fn holds(&self, wanted: &str) -> bool {
        matches!(&self.place.node.value, Value::Map(entries) if entries.iter().any(|(key, _)| {
            matches!(&key.value, Value::Scalar(key) if key.text == wanted)
        }))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'d str> {
        self.found.iter().map(|field| field.key)
    }
}

impl Reader {
    pub(crate) fn fault(&mut self, place: &Place<'_>, what: impl Into<String>, mend: impl Into<String>) {
        self.log.add(place.at(), &place.path, what, mend);
    }

    /// A map with some of the `known` keys. Unknown, repeated and empty keys are faults; what stands under an unknown one
    /// is read as under the known one that was meant, so that its own faults are told as well.
    pub(crate) fn fields<'d>(&mut self, place: &Place<'d>, known: &[&'static str]) -> Option<Fields<'d>> {
        let Value::Map(entries) = &place.node.value else {
            let hint = match &place.node.value {
                Value::Scalar(scalar) => colon(&scalar.text).map(str::to_owned),
                Value::List(_) | Value::Map(_) => None,
            };
            let mend = hint.unwrap_or_else(|| {
                format!("write it as {{ {}: … }}", known.first().copied().unwrap_or("key"))
            });
            let what = format!("wants keys ({}), and has {}", known.join(", "), place.node.kind());
            self.fault(place, what, mend);
            return None;
        };
        if entries.len() > KEYS_MAX {
            self.fault(
                place,
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
            let is_nothing = matches!(&value.value, Value::Scalar(scalar) if scalar.is_null());
            if !known.contains(&name) {
                self.unknown_key(key.at, &place, name, known, is_nothing);
                if let Some(near) = self.log.nearest(name, known.iter().copied()).filter(|_| !is_nothing) {
                    meant.push(Field { key: near, written: name, node: value });
                }
            } else if is_nothing {
                self.log.add(key.at, &place.path, "is empty", "give it a value, or remove the key");
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
        Some(Fields { place: place.clone(), found })
    }

    fn unknown_key(&mut self, at: Mark, place: &Place<'_>, name: &str, known: &[&str], is_nothing: bool) {
        let what = format!("there is no key {} here", quoted(name));
        let mend = if name == "<<" {
            // YAML 1.1's merge, which 1.2 has not.
            "write the keys out; an alias may stand for a whole value, as in `welcome: *hello`".to_owned()
        } else if let Some(hint) = colon(name) {
            hint.to_owned()
        } else {
            let mend = self.log.did_you_mean(name, known);
            // Most often it is the rest of a text: inside of braces YAML takes a comma for the end of a value.
            if is_nothing { format!("put a text with a comma in quotes; {mend}") } else { mend }
        };
        self.log.add(at, &place.path, what, mend);
    }

    /// The items of a list, also some of those that are too many: they may be wrong as well.
    pub(crate) fn list<'d>(&mut self, place: &Place<'d>, max: usize) -> Vec<Place<'d>> {
        self.list_of(place, max, |count| format!("has {count} items, more than {max}"))
    }

    /// The same; `too_many` says so of a list with that many.
    pub(crate) fn list_of<'d>(
        &mut self,
        place: &Place<'d>,
        max: usize,
        too_many: impl FnOnce(usize) -> String,
    ) -> Vec<Place<'d>> {
        let Value::List(items) = &place.node.value else {
            let what = format!("wants a list, and has {}", place.node.kind());
            self.fault(place, what, "begin each item with `- `, or write [one, two]");
            return Vec::new();
        };
        if items.len() > max {
            self.fault(place, too_many(items.len()), "shorten the list");
        }
        let items = items.iter().take(max + SURPLUS_MAX).enumerate();
        items.map(|(at, node)| Place { node, path: format!("{}[{at}]", place.path) }).collect()
    }

    /// The items of a list, or the one value that stands for a list of one. An empty list is a fault.
    pub(crate) fn one_or_more<'d>(&mut self, place: &Place<'d>, max: usize) -> Vec<Place<'d>> {
        match &place.node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(place, "is an empty list", "put something in, or remove the key");
                Vec::new()
            }
            Value::List(_) => self.list(place, max),
            Value::Scalar(_) | Value::Map(_) => vec![place.clone()],
        }
    }

    pub(crate) fn scalar<'d>(&mut self, place: &Place<'d>) -> Option<&'d Scalar> {
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
    pub(crate) fn text<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        self.scalar(place).map(|scalar| scalar.text.as_str())
    }

    /// A text that is not filled in: what looks like a placeholder in it is a fault.
    pub(crate) fn verbatim<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let text = self.text(place)?;
        if text.contains("{{") || text.contains("{%") {
            self.fault(place, "placeholders do not work here", "write the value itself");
            return None;
        }
        Some(text)
    }

    /// A text with placeholders, those of other products rewritten.
    pub(crate) fn template(&mut self, place: &Place<'_>, form: Form) -> Option<Template> {
        let scalar = self.scalar(place)?;
        let (text, rewritten) = foreign::rewrite(&scalar.text);
        if !rewritten.is_empty() {
            let unfolded = scalar.unfolded().map(|text| foreign::rewrite(&text).1);
            let lines = unfolded.filter(|again| again.len() == rewritten.len());
            for (at, foreign::Rewritten { line, theirs, ours }) in rewritten.into_iter().enumerate() {
                let line = lines.as_ref().map_or(line, |lines| lines[at].line);
                let what = format!("{} is read as {ours}", quoted(&theirs));
                self.log.note(in_text(place, scalar, line, lines.is_some(), &what), what);
            }
        }
        let wrong = match self.templates.add(&text, form) {
            Ok(template) => return Some(template),
            Err(wrong) => wrong,
        };
        // In which of the lines that were folded into one it is, is found by checking them unfolded.
        let unfolded = scalar.unfolded().and_then(|text| {
            let (text, _) = foreign::rewrite(&text);
            self.templates.add(&text, form).err().filter(|again| again.len() == wrong.len())
        });
        for (at, wrong) in wrong.into_iter().enumerate() {
            let line = unfolded.as_ref().map_or(wrong.line, |again| again[at].line);
            let at = in_text(place, scalar, line, unfolded.is_some(), &wrong.what);
            self.log.add(at, &place.path, wrong.what, wrong.mend);
        }
        None
    }

    /// Faults what is too long even with nothing filled in.
    pub(crate) fn within_bytes(&mut self, place: &Place<'_>, template: &Template, max: usize) {
        self.fits(place, template.literal(), max);
    }

    /// Faults a text of more bytes.
    pub(crate) fn fits(&mut self, place: &Place<'_>, text: &str, max: usize) {
        let bytes = text.len();
        if bytes > max {
            let what = format!("has {bytes} bytes of UTF-8, and WeCom takes {max}");
            self.fault(place, what, "shorten it; a Chinese character is 3 bytes");
        }
    }

    /// The same in characters.
    pub(crate) fn within_characters(&mut self, place: &Place<'_>, template: &Template, max: usize) {
        let characters = template.literal().chars().count();
        if characters > max {
            self.fault(place, format!("has {characters} characters, and WeCom takes {max}"), "shorten it");
        }
    }

    /// Faults a text that says nothing.
    pub(crate) fn not_blank(&mut self, place: &Place<'_>, template: &Template, mend: &str) {
        if !template.literal().trim().is_empty() {
            return;
        }
        if template.is_literal() {
            self.fault(place, "is blank, which WeCom refuses", mend);
            return;
        }
        // What chooses may choose something else for others.
        let chooses = template.source().contains("{%") || template.source().contains(" if ");
        let is_blank = |value: &'static str| {
            let filled = self.templates.render(template, &names::uniform(value));
            filled.is_ok_and(|text| text.trim().is_empty())
        };
        if !chooses && ["示例", "Example"].into_iter().all(is_blank) {
            self.fault(place, "comes out blank whatever is filled in, which WeCom refuses", mend);
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn required<'d>(&mut self, fields: &Fields<'d>, key: &str) -> Option<Place<'d>> {
        let found = fields.get(key);
        // A key that was refused may have been meant by it, and has been told of.
        if found.is_none() && !fields.holds(key) {
            self.fault(&fields.place, format!("there is no `{key}`"), format!("add `{key}: …`"));
        }
        found
    }

    pub(crate) fn boolean(&mut self, place: &Place<'_>) -> Option<bool> {
        let read = match &place.node.value {
            Value::Scalar(scalar) => scalar.as_bool(),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let what = format!("wants true or false, and has {}", written(place.node));
            // In quotes it is a text of four letters.
            let quoted = matches!(&place.node.value, Value::Scalar(scalar) if scalar.is_quoted_bool());
            let mend = if quoted { "write it without the quotes" } else { "write true or false" };
            self.fault(place, what, mend);
        }
        read
    }

    pub(crate) fn integer(&mut self, place: &Place<'_>, range: RangeInclusive<i64>) -> Option<i64> {
        let read = match &place.node.value {
            Value::Scalar(scalar) => scalar.as_integer().filter(|number| range.contains(number)),
            Value::List(_) | Value::Map(_) => None,
        };
        if read.is_none() {
            let what = format!("wants a whole number, and has {}", written(place.node));
            self.fault(place, what, format!("write a number from {} to {}", range.start(), range.end()));
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

/// The place of what is told of a line of a text, counted from 1. Every line of a `|` block is a line of the text, which
/// begins with the first that is not empty; of a text whose lines are folded into one, the line is one of the document
/// (`is_unfolded`), or else only the begin is known. The column is that of what the message names first.
fn in_text(place: &Place<'_>, scalar: &Scalar, line: usize, is_unfolded: bool, what: &str) -> Mark {
    let Some(lines) = scalar.lines().filter(|_| is_unfolded || scalar.is_block()) else { return place.at() };
    let blank = if scalar.is_block() { scalar.text.bytes().take_while(|b| *b == b'\n').count() } else { 0 };
    let below = line - 1 - blank.min(line - 1);
    let Some(written) = lines.lines().nth(below) else { return place.at() };
    let begin = if below == 0 { place.at().column } else { 1 };
    let named = what.split('`').nth(1).filter(|named| !named.is_empty());
    let found = named.and_then(|named| {
        let joins = |c: char| c.is_alphanumeric() || c == '_';
        let is_whole = |at: usize| {
            let before = written[..at].chars().next_back();
            let behind = written[at + named.len()..].chars().next();
            let goes_on_before = named.starts_with(joins) && before.is_some_and(|c| joins(c) || c == '.');
            let goes_on_behind = named.ends_with(joins) && behind.is_some_and(joins);
            !goes_on_before && !goes_on_behind
        };
        written.match_indices(named).map(|(at, _)| at).find(|at| is_whole(*at))
    });
    let at = found.unwrap_or_else(|| written.len() - written.trim_start().len());
    Mark { line: place.at().line + below, column: begin + written[..at].chars().count() }
}

/// A key as part of a path: foreign keys may hold anything.
fn shown(key: &str) -> String {
    key.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

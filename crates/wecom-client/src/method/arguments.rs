//! What was given for a call: one object, whose fields have the platform's names.
//!
//! It is checked twice. Here: is every required argument there, and each of its kind? Then by the typed method, run on a
//! client that sends nothing: its request type reads the object, all of it or not at all ([`reading`]), and its limits are
//! checked. Fields that neither knows go over the wire as they were given, for the platform may know more than this
//! program.

use std::io;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    argument::{Argument, Kind},
    reading::{self, Misread, what},
};
use crate::client::{Day, Endpoint, Error, Fault, MediaFile, MediaType, Misfit, Shape, Timestamp};

/// What the client sends by itself. Taken for unknown fields they would go out twice, or into a body, where others may
/// log them.
const CREDENTIALS: [&str; 3] = ["access_token", "corpid", "corpsecret"];

/// How much a name may differ from an argument's to be taken for a slip of the hand: 1 is no difference.
const LIKENESS_MIN: f64 = 0.9;

/// So many characters of a name that nobody knows are shown: the longest of WeCom's own have 30.
const NAME_CHARS_SHOWN: usize = 40;

/// The arguments of one call.
#[derive(Clone, Debug)]
pub struct Arguments {
    endpoint: Endpoint,
    /// The arguments that the method's row describes.
    known: &'static [Argument],
    given: Map<String, Value>,
}

impl Arguments {
    /// The arguments of a method whose row describes `known`. A field that is `null` was not given.
    pub(super) fn of(endpoint: Endpoint, known: &'static [Argument], mut given: Map<String, Value>) -> Self {
        given.retain(|_, value| !value.is_null());
        Self { endpoint, known, given }
    }

    /// What the row says of the argument of this name.
    fn known(&self, name: &str) -> Option<&'static Argument> {
        self.known.iter().find(|argument| argument.name == name)
    }

    /// The fields as they were given, those that the method does not know included.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Sets one field.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.given.insert(name.to_owned(), value);
    }

    /// Sets one field, unless it was given.
    pub(super) fn set_absent(&mut self, name: &str, value: Value) {
        self.given.entry(name).or_insert(value);
    }

    pub(crate) fn fault(&self, field: &'static str, fault: Fault) -> Error {
        Error::Argument { path: self.endpoint.path, field, fault }
    }

    /// Names that the method does not know and that are nearly those of arguments which were not given, with these.
    /// They go out as they are, as does everything that is not known; whoever gave them may have meant the other.
    pub fn near_misses(&self) -> Vec<(&str, &'static str)> {
        let absent = |argument: &&Argument| !self.given.contains_key(argument.name);
        let meant = |name: &str| {
            let names = self.known.iter().filter(absent).map(|argument| argument.name);
            nearest(name, names)
        };
        let unknown = self.given.keys().filter(|name| self.known(name).is_none());
        unknown.filter_map(|name| Some((name.as_str(), meant(name)?))).collect()
    }

    /// The error of a refusal, with the names that were given in the place of those that it asks for: whoever gave
    /// `user_id` is not helped by hearing that `userid` is absent.
    pub(super) fn with_hint(&self, error: Error) -> Error {
        let Error::Argument { path, field, fault } = error else { return error };
        // The names that the message is about: the field's own, and those that it says are absent beside it.
        let place = match &fault {
            Fault::Misread { place: Some(place), .. } => place.as_str(),
            _ => "",
        };
        let missing = match &fault {
            Fault::Misread { misfit: Misfit::Missing { name }, .. } => name.as_str(),
            _ => "",
        };
        if fault.is_of_absence() {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let of_places =
                [field, place, missing].into_iter().flat_map(|place| place.split(|c| !is_name(c)));
            let beside = fault.absent_beside().iter().copied();
            let asked: Vec<&str> = of_places.chain(beside).filter(|word| word.len() > 1).collect();
            let near = names_of(&self.given)
                .into_iter()
                .filter(|name| self.known(name).is_none() && !asked.contains(name))
                .find_map(|name| Some((name, nearest(name, asked.iter().copied())?)));
            if let Some((given, meant)) = near {
                // What was given is somebody's own text; of a name there is no more than this.
                let given: String = given.chars().take(NAME_CHARS_SHOWN).collect();
                let fault =
                    Fault::Misnamed { fault: Box::new(fault.clone()), given, meant: meant.to_owned() };
                return Error::Argument { path, field, fault };
            }
        }
        Error::Argument { path, field, fault }
    }

    /// Whether what is required is there, and all of its kind.
    pub(super) fn check(&self) -> Result<(), Error> {
        for name in CREDENTIALS {
            if self.given.contains_key(name) && self.known(name).is_none() {
                return Err(self.fault(name, Fault::SentByItself));
            }
        }
        for argument in self.known {
            match self.given.get(argument.name) {
                Some(value) => self.check_kind(argument, value)?,
                None if argument.required => {
                    return Err(self.fault(argument.name, Fault::Absent));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn check_kind(&self, argument: &Argument, value: &Value) -> Result<(), Error> {
        if argument.required && value.as_str().is_some_and(str::is_empty) {
            return Err(self.fault(argument.name, Fault::Absent));
        }
        if is_blank_text(argument, value) {
            // Customers would read it, or WeCom refuse the whole of it.
            return Err(self.fault(argument.name, Fault::SaysNothing));
        }
        if is_of_kind(argument.kind, value) {
            return match empty_id(argument.kind, value) {
                None => Ok(()),
                Some(position) => Err(self.fault(argument.name, Fault::EmptyId { position })),
            };
        }
        Err(self.fault(argument.name, Fault::Kind { found: what(value), wanted: wanted(argument.kind) }))
    }

    /// All arguments as the request type of the method. An error where the type reads one otherwise than it was given.
    pub(crate) fn whole<T: DeserializeOwned + Serialize>(&self) -> Result<T, Error> {
        reading::read(&self.by_day()).map_err(|Misread { place, misfit }| {
            let argument = place.argument().and_then(|name| self.known(name));
            let name = argument.map_or("the body", |argument| argument.name);
            let place = place.is_inside().then(|| place.to_string());
            self.fault(name, Fault::Misread { place, misfit })
        })
    }

    /// The fields, with each day as the second of its midnight, because any second of a day stands for the day.
    fn by_day(&self) -> Map<String, Value> {
        let mut given = self.given.clone();
        for argument in self.known.iter().filter(|argument| argument.kind == Kind::Day) {
            if let Some(value) = given.get_mut(argument.name)
                && let Some(second) = value.as_i64()
            {
                *value = Day::containing(Timestamp(second)).begins().as_unix_s().into();
            }
        }
        given
    }

    /// Whether all that goes into a query has a form there.
    pub(super) fn check_query(&self, sent: &Map<String, Value>) -> Result<(), Error> {
        let odd = sent.iter().find(|(_, value)| value.is_array() || value.is_object());
        match odd {
            None => Ok(()),
            Some((name, value)) => {
                Err(self.fault("the query", Fault::NotInQuery { name: name.clone(), found: what(value) }))
            }
        }
    }

    /// A text; empty if it was not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.maybe_text(name).unwrap_or_default()
    }

    /// A text; `None` if it was not given.
    pub(crate) fn maybe_text(&self, name: &str) -> Option<&str> {
        self.given.get(name).and_then(Value::as_str)
    }

    /// A whole number; 0 if it was not given.
    pub(crate) fn integer(&self, name: &str) -> i64 {
        self.maybe_integer(name).unwrap_or_default()
    }

    /// A whole number; `None` if it was not given.
    pub(crate) fn maybe_integer(&self, name: &str) -> Option<i64> {
        self.given.get(name).and_then(Value::as_i64)
    }

    /// Yes or no, which the platform wants as a number here; no if it was not given.
    pub(crate) fn zero_or_one(&self, name: &'static str) -> Result<bool, Error> {
        match self.integer(name) {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.fault(name, Fault::OneOf { given: other.to_string(), wanted: &["0", "1"] })),
        }
    }

    /// An instant.
    pub(crate) fn time(&self, name: &str) -> Timestamp {
        Timestamp(self.integer(name))
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.given.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// A kind of media.
    pub(crate) fn media_type(&self, name: &'static str) -> Result<MediaType, Error> {
        let given = self.text(name);
        given.parse().map_err(|_| {
            let wanted = &["image", "voice", "video", "file"];
            self.fault(name, Fault::OneOf { given: format!("{given:?}"), wanted })
        })
    }

    /// A file of this machine.
    pub(crate) async fn file(&self, name: &'static str) -> Result<MediaFile, Error> {
        let place = self.text(name);
        MediaFile::open(place).await.map_err(|cause| {
            // A command may name several files: "No such file" must say which.
            let cause = io::Error::new(cause.kind(), format!("{place}: {cause}"));
            Error::File { path: self.endpoint.path, cause }
        })
    }
}

/// The one of `names` that is nearly `given`, if one is. Case and underscores count for nothing: `userId` and `user_id` are
/// `userid` as other libraries write it.
fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let bare = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let given = bare(given);
    let likeness = |name: &str| strsim::jaro_winkler(&given, &bare(name));
    let near = names.map(|name| (likeness(name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    near.filter(|(likeness, _)| *likeness >= LIKENESS_MIN).map(|(_, name)| name)
}

/// The names of all fields, at any depth.
fn names_of(fields: &Map<String, Value>) -> Vec<&str> {
    fn below(value: &Value) -> Vec<&str> {
        match value {
            Value::Object(fields) => names_of(fields),
            Value::Array(list) => list.iter().flat_map(below).collect(),
            _ => Vec::new(),
        }
    }
    fields.iter().flat_map(|(name, value)| std::iter::once(name.as_str()).chain(below(value))).collect()
}

fn is_of_kind(kind: Kind, value: &Value) -> bool {
    let all = |of: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(of));
    match kind {
        Kind::Text | Kind::File => value.is_string(),
        Kind::Boolean => value.is_boolean(),
        Kind::Ids | Kind::Texts => all(Value::is_string),
        Kind::Integers => all(Value::is_i64),
        Kind::Integer | Kind::Time | Kind::Day => value.is_i64(),
        Kind::Content | Kind::Owners => value.is_object(),
        Kind::Json => value.is_object() || value.is_array(),
    }
}

/// Whether it is a text for customers or employees that says nothing. What somebody notes of a customer may be empty: that
/// takes the note away.
fn is_blank_text(argument: &Argument, value: &Value) -> bool {
    let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    match argument.kind {
        Kind::Content => value.get("content").is_some_and(is_blank),
        Kind::Text => argument.name.ends_with("_msg") && is_blank(value),
        Kind::Json => value.pointer("/text/content").is_some_and(is_blank),
        _ => false,
    }
}

/// At which position of a list of ids an empty one stands, from 1. WeCom would take it for an id that does not exist, or
/// for none. Every list of texts inside of an object is one of ids.
fn empty_id(kind: Kind, value: &Value) -> Option<usize> {
    if !matches!(kind, Kind::Ids | Kind::Owners | Kind::Json) {
        return None;
    }
    match value {
        Value::Array(list) => {
            let is_empty = |id: &Value| id.as_str().is_some_and(|id| id.trim().is_empty());
            let here = list.iter().position(is_empty).map(|position| position + 1);
            here.or_else(|| list.iter().find_map(|value| empty_id(kind, value)))
        }
        Value::Object(fields) => fields.values().find_map(|value| empty_id(kind, value)),
        _ => None,
    }
}

fn wanted(kind: Kind) -> Shape {
    match kind {
        Kind::Text | Kind::File => Shape::Text,
        Kind::Integer => Shape::Integer,
        Kind::Boolean => Shape::Boolean,
        Kind::Ids | Kind::Texts => Shape::Texts,
        Kind::Integers => Shape::Integers,
        Kind::Time | Kind::Day => Shape::UnixSeconds,
        Kind::Content | Kind::Owners => Shape::Object,
        Kind::Json => Shape::ObjectOrList,
    }
}

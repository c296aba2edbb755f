//! What was given for a call: one object, whose fields have the platform's names.
//!
//! Two looks at it. Here: is what is required there, and is each argument of its kind. Then the typed method, run on a
//! client that sends nothing: its request type reads the object, its limits are checked. What neither knows is left
//! alone and goes over the wire as it was given, for the platform may know more than this program.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Argument, Kind, Method};
use crate::wecom::{CallOptions, Client, Error, MediaFile, MediaType, Prepared, Timestamp};

/// The arguments of one call.
#[derive(Clone, Debug)]
pub struct Arguments {
    method: &'static Method,
    given: Map<String, Value>,
}

impl Arguments {
    /// These fields, for this method. A field that is `null` was not given.
    pub fn new(method: &'static Method, mut given: Map<String, Value>) -> Self {
        given.retain(|_, value| !value.is_null());
        Self { method, given }
    }

    /// The fields.
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

    /// The same for a method whose pages are followed: the largest that WeCom allows, unless a size is given.
    #[must_use]
    pub fn paged(mut self) -> Self {
        if let Some((limit, most)) = self.method.paging.and_then(|paging| paging.limit) {
            self.set_absent(limit, most.into());
        }
        self
    }

    /// Takes one field out; whether the method has such a field.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.given.shift_remove(name);
        self.method.argument(name).is_some()
    }

    pub(super) fn fault(&self, field: &'static str, fault: impl Into<String>) -> Error {
        Error::Argument { path: self.method.path, field, fault: fault.into() }
    }

    /// Whether what is required is there, and all of its kind.
    pub(super) fn check(&self) -> Result<(), Error> {
        for argument in self.method.arguments {
            match self.given.get(argument.name) {
                Some(value) => self.check_kind(argument, value)?,
                None if argument.required => {
                    return Err(self.fault(argument.name, "is absent or empty: WeCom requires it"));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn check_kind(&self, argument: &Argument, value: &Value) -> Result<(), Error> {
        if argument.required && value.as_str().is_some_and(str::is_empty) {
            return Err(self.fault(argument.name, "is absent or empty: WeCom requires it"));
        }
        if is_of_kind(argument.kind, value) {
            return Ok(());
        }
        let wanted = wanted(argument.kind);
        Err(self.fault(argument.name, format!("is {}: WeCom wants {wanted}", what(value))))
    }

    /// All of them, as the type of the method's request.
    pub(super) fn whole<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_path_to_error::deserialize(Value::Object(self.given.clone())).map_err(|error| {
            let place = error.path().to_string();
            let (field, below) = place.split_once(['.', '[']).unwrap_or((&place, ""));
            let name = self.method.argument(field).map_or("the body", |argument| argument.name);
            let at = if below.is_empty() { String::new() } else { format!(" at {place}") };
            self.fault(name, format!("is not what WeCom wants{at}: {}", error.inner()))
        })
    }

    /// A text; empty if it was not given.
    pub(super) fn text(&self, name: &str) -> &str {
        self.maybe_text(name).unwrap_or_default()
    }

    /// A text.
    pub(super) fn maybe_text(&self, name: &str) -> Option<&str> {
        self.given.get(name).and_then(Value::as_str)
    }

    /// A whole number; 0 if it was not given.
    pub(super) fn integer(&self, name: &str) -> i64 {
        self.maybe_integer(name).unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn maybe_integer(&self, name: &str) -> Option<i64> {
        self.given.get(name).and_then(Value::as_i64)
    }

    /// An instant.
    pub(super) fn time(&self, name: &str) -> Timestamp {
        Timestamp(self.integer(name))
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.given.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// A kind of media.
    pub(super) fn media_type(&self, name: &'static str) -> Result<MediaType, Error> {
        let given = self.text(name);
        given
            .parse()
            .map_err(|_| self.fault(name, format!("is {given:?}: WeCom wants image, voice, video or file")))
    }

    /// A file of this machine.
    pub(super) async fn file(&self, name: &'static str) -> Result<MediaFile, Error> {
        MediaFile::open(self.text(name)).await.map_err(|cause| Error::File { path: self.method.path, cause })
    }
}

impl Method {
    /// The call with these arguments, after the checks of the Rust method: nothing that WeCom is known to refuse is
    /// prepared. What the method does not know is added as it was given.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] names the field, the limit and the value's size; [`Error::File`] when a file cannot be read.
    pub async fn prepare(&self, given: &Arguments) -> Result<Prepared, Error> {
        given.check()?;
        let sketch = Client::sketch();
        let ended = (self.rust.call)(&sketch, given, CallOptions::default()).await;
        match (sketch.sketched(), ended) {
            (Some(prepared), _) => Ok(prepared.with_unknown(&self.sent(given))),
            (None, Err(error)) => Err(error),
            // Every method makes a call; one that makes none has nothing to say.
            (None, Ok(_)) => Err(Error::Described { path: self.path }),
        }
    }

    /// What of the arguments goes over the wire: a file's name on this machine does not.
    fn sent(&self, given: &Arguments) -> Map<String, Value> {
        let mut sent = given.fields().clone();
        let file = |name: &String| self.argument(name).is_some_and(|argument| argument.kind == Kind::File);
        sent.retain(|name, _| !file(name));
        sent
    }
}

fn is_of_kind(kind: Kind, value: &Value) -> bool {
    let all = |of: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(of));
    match kind {
        Kind::Text | Kind::File => value.is_string(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Boolean => value.is_boolean(),
        Kind::Ids | Kind::Texts => all(Value::is_string),
        Kind::Integers => all(Value::is_i64),
        Kind::Time | Kind::Day => value.is_i64(),
        Kind::Content | Kind::Owners => value.is_object(),
        Kind::Json => value.is_object() || value.is_array(),
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::File => "a text",
        Kind::Integer => "a whole number",
        Kind::Boolean => "true or false",
        Kind::Ids | Kind::Texts => "a list of texts",
        Kind::Integers => "a list of whole numbers",
        Kind::Time | Kind::Day => "Unix seconds, a whole number",
        Kind::Content | Kind::Owners => "an object",
        Kind::Json => "an object or a list",
    }
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

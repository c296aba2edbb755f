//! A call that is described before it is made: checked by the typed method, open to what that method does not know,
//! and answered in WeCom's own words.
//!
//! The typed methods know a call's verb, path, limits and form; whoever takes arguments from a person wants all of
//! that, and WeCom's whole answer instead of the part that a type has room for. So the method is run on a client that
//! sends nothing ([`Client::sketch`]) and notes the call that would have been made: a [`Prepared`].
//! [`Client::ask`] then makes it. There is no second description of any method beside its own.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::{
    Client, Inner,
    call::{Call, CallOptions, Effect, Kept, Payload, Verb},
    download::Download,
    error::Error,
    media_file::MediaFile,
};

/// A call that can be made, as its method would make it.
#[derive(Clone)]
pub struct Prepared {
    verb: Verb,
    path: &'static str,
    effect: Effect,
    query: Vec<(String, String)>,
    body: Body,
    hidden: Option<String>,
    errcode_may_lack: bool,
    by_secret: bool,
}

/// What a prepared call carries beside its query.
#[derive(Clone)]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    Nothing,
    /// A JSON object.
    Json(Map<String, Value>),
    /// A file, read while it is sent.
    File(MediaFile),
}

/// Why a prepared call has no answer with errcode 0.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Unanswered {
    /// What happened.
    #[source]
    pub error: Error,
    /// What WeCom wrote, where it refused: without the request's token and secret.
    pub answer: Option<Map<String, Value>>,
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self { error, answer: None }
    }
}

impl Prepared {
    /// The verb.
    pub fn verb(&self) -> Verb {
        self.verb
    }

    /// The path below `/cgi-bin/`.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// What asking twice would do.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The query without credentials.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// What it carries.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Adds of `given` what the method does not know, at any depth: the platform may know more than this program. What
    /// the method knows stays as the method has it; [`Method::prepare`](super::catalogue::Method::prepare) has seen to
    /// it that this is what was given. Lists and objects have no form in a query and are not added to one.
    #[must_use]
    pub fn with_unknown(mut self, given: &Map<String, Value>) -> Self {
        match &mut self.body {
            Body::Json(body) => add_unknown(body, given),
            Body::Nothing | Body::File(_) => {
                for (name, value) in given {
                    let known = self.query.iter().any(|(known, _)| known == name);
                    match value {
                        _ if known => {}
                        Value::Null | Value::Array(_) | Value::Object(_) => {}
                        Value::String(text) => self.query.push((name.clone(), text.clone())),
                        scalar => self.query.push((name.clone(), scalar.to_string())),
                    }
                }
            }
        }
        self
    }

    fn call<'a>(&'a self, kept: &'a Kept, options: CallOptions) -> Call<'a> {
        let mut call = match &self.body {
            Body::Nothing => Call::get(self.path, options),
            Body::Json(body) => Call::post(self.path, self.effect, body, options),
            Body::File(file) => Call::upload(self.path, self.effect, file, options),
        };
        for (name, value) in &self.query {
            call = call.query(name.as_str(), value.as_str());
        }
        if let Some(hidden) = &self.hidden {
            call = call.hiding(hidden);
        }
        if self.errcode_may_lack {
            call = call.errcode_may_lack();
        }
        if self.by_secret {
            call = call.by_secret();
        }
        call.keeping(kept)
    }
}

/// A field that is `null` is one that was not given.
fn add_unknown(known: &mut Map<String, Value>, given: &Map<String, Value>) {
    for (name, value) in given {
        match known.get_mut(name) {
            Some(mine) => add_unknown_below(mine, value),
            None if value.is_null() => {}
            None => drop(known.insert(name.clone(), value.clone())),
        }
    }
}

fn add_unknown_below(known: &mut Value, given: &Value) {
    match (known, given) {
        (Value::Object(known), Value::Object(given)) => add_unknown(known, given),
        (Value::Array(known), Value::Array(given)) if known.len() == given.len() => {
            known.iter_mut().zip(given).for_each(|(known, given)| add_unknown_below(known, given));
        }
        _ => {}
    }
}

/// Notes what the call is, in place of making it.
pub(super) fn describe(sketch: &Mutex<Option<Prepared>>, call: Call<'_>) -> Error {
    let Call { verb, path, effect, query, payload, hidden, errcode_may_lack, by_secret, .. } = call;
    let body = match payload {
        None => Body::Nothing,
        Some(Payload::File(file)) => Body::File(file.clone()),
        Some(Payload::Json(written)) => {
            match written.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes)) {
                Ok(body) => Body::Json(body),
                Err(cause) => return Error::Unwritable { path, cause },
            }
        }
    };
    let prepared = Prepared {
        verb,
        path,
        effect,
        query: query.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        body,
        hidden: hidden.map(str::to_owned),
        errcode_may_lack,
        by_secret,
    };
    *sketch.lock().unwrap_or_else(PoisonError::into_inner) = Some(prepared);
    Error::Described { path }
}

impl Client {
    /// A client whose calls end in [`Error::Described`], sending nothing, and can be had from [`Client::sketched`].
    pub fn sketch() -> Self {
        Self(std::sync::Arc::new(Inner::Sketch(Mutex::new(None))))
    }

    /// The call that a [`sketch`](Client::sketch) was last asked to make.
    pub fn sketched(&self) -> Option<Prepared> {
        match &*self.0 {
            Inner::Sketch(sketch) => sketch.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Inner::Line(_) => None,
        }
    }

    /// Makes a prepared call and gives WeCom's whole answer, with what no type knows. Time, token and retries are as of
    /// [`Client::call`].
    ///
    /// # Errors
    ///
    /// As [`Client::call`]; with a refusal comes what WeCom wrote.
    pub async fn ask(
        &self,
        prepared: &Prepared,
        options: CallOptions,
    ) -> Result<Map<String, Value>, Unanswered> {
        let kept = Kept::default();
        let path = prepared.path;
        let answered: Result<String, Error> = self.answer(prepared.call(&kept, options)).await;
        let answer = answered.map_err(|error| unanswered(error, kept))?;
        let done = prepared.effect == Effect::Once;
        serde_json::from_str(&answer).map_err(|cause| {
            Error::Unreadable { path, fault: "malformed", column: cause.column(), done }.into()
        })
    }

    /// Makes a prepared call whose answer is a file; see [`Client::download`].
    ///
    /// # Errors
    ///
    /// As [`Client::ask`].
    pub async fn ask_for_file(
        &self,
        prepared: &Prepared,
        options: CallOptions,
    ) -> Result<Download, Unanswered> {
        let kept = Kept::default();
        let answered = self.download(prepared.call(&kept, options)).await;
        answered.map_err(|error| unanswered(error, kept))
    }
}

fn unanswered(error: Error, kept: Kept) -> Unanswered {
    let kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    // A refusal of an earlier try is not what this came to.
    let kept = kept.filter(|_| matches!(error, Error::Refused { .. }));
    let answer = kept.and_then(|text| serde_json::from_str(&text).ok());
    Unanswered { error, answer }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_the_method_does_not_know_goes_through_and_what_it_knows_stays() {
        let mut body = object(json!({"a": 1, "inner": {"b": 2}, "list": [{"c": 3}]}));
        add_unknown(
            &mut body,
            &object(json!({"a": "1", "new": [1], "gone": null, "inner": {"b": 9, "new": true},
                "list": [{"c": 9, "new": 4}]})),
        );
        assert_eq!(
            Value::Object(body),
            json!({"a": 1, "inner": {"b": 2, "new": true}, "list": [{"c": 3, "new": 4}], "new": [1]})
        );
    }
}

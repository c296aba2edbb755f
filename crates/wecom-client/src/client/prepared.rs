//! A call that is described before it is made: checked by the typed method, open to what that method does not know,
//! and answered in WeCom's own words.
//!
//! The typed methods know a call's verb, path, limits and form; whoever takes arguments from a person wants all of
//! that, and WeCom's whole answer instead of the part that a type has room for. So the method is run on a client that
//! sends nothing ([`Client::sketch`](crate::Client::sketch)) and notes the call that would have been made: a [`Prepared`].
//! [`Client::ask`](crate::Client::ask) then makes it. There is no second description of any method beside its own.

use serde_json::{Map, Value};

use super::{
    call::{Call, CallOptions, Kept, Payload},
    endpoint::{Endpoint, Verb},
    error::Error,
    fault::Fault,
    media_file::MediaFile,
    misfit::Shape,
};

/// A call that can be made, as its method would make it.
#[derive(Clone)]
pub struct Prepared {
    endpoint: Endpoint,
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
    /// A call of a method that nothing here knows, such as one that is newer than this program. Of a GET the arguments
    /// are the query, where lists and objects have no place; of a POST they are the body. An answer without `errcode`
    /// counts as success.
    ///
    /// What asking twice would do is the endpoint's to say: who does not know says [`Effect::Once`](super::Effect).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where a list or an object is to go into a query.
    pub fn unlisted(
        endpoint: Endpoint,
        query: Vec<(String, String)>,
        arguments: &Map<String, Value>,
    ) -> Result<Self, Error> {
        let body = match endpoint.verb {
            Verb::Get => Body::Nothing,
            Verb::Post => Body::Json(arguments.clone()),
        };
        let odd = arguments.iter().find(|(_, value)| value.is_array() || value.is_object());
        if let (Verb::Get, Some((name, _))) = (endpoint.verb, odd) {
            let found = if arguments[name].is_array() { Shape::List } else { Shape::Object };
            let fault = Fault::NotInQuery { name: name.clone(), found };
            return Err(Error::Argument { path: endpoint.path, field: "the query", fault });
        }
        let unlisted = Self { endpoint, query, body, hidden: None, errcode_may_lack: true, by_secret: false };
        Ok(match endpoint.verb {
            Verb::Get => unlisted.with_unknown(arguments),
            Verb::Post => unlisted,
        })
    }

    /// The method that is called.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The query without credentials.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// What goes out beside the query.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Adds of `given` what the method does not know, at any depth: the platform may know more than this program. What
    /// the method knows stays as the method has it; [`Method::prepare`](crate::catalogue::Method::prepare) has seen to
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

    /// The call itself; WeCom's refusal goes into `kept`.
    pub(super) fn call<'a>(&'a self, kept: &'a Kept, options: CallOptions) -> Call<'a> {
        let mut call = Call::new(self.endpoint, options);
        call = match &self.body {
            Body::Nothing => call,
            Body::Json(body) => call.json(body),
            Body::File(file) => call.file(file),
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

impl Prepared {
    /// What this call is, without making it.
    ///
    /// # Errors
    ///
    /// [`Error::Unwritable`] when its body has no JSON form, or is no object.
    pub(super) fn of(call: Call<'_>) -> Result<Self, Error> {
        let Call { endpoint, query, payload, hidden, errcode_may_lack, by_secret, .. } = call;
        let body = match payload {
            None => Body::Nothing,
            Some(Payload::File(file)) => Body::File(file.clone()),
            Some(Payload::Json(written)) => written
                .and_then(|bytes| serde_json::from_slice(&bytes))
                .map(Body::Json)
                .map_err(|cause| Error::Unwritable { path: endpoint.path, cause })?,
        };
        Ok(Self {
            endpoint,
            query: query.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            body,
            hidden: hidden.map(str::to_owned),
            errcode_may_lack,
            by_secret,
        })
    }
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

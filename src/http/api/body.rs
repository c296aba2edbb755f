//! Bodies that may be absent, bodies that are text, and objects that are nothing else.

use std::{fmt, marker::PhantomData, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::Future;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::super::{
    body::whole,
    problem::{Misread, Problem},
};

/// The largest body of JSON that is read: a filter, a method's arguments.
pub(super) const JSON_BYTES_MAX: usize = 64 << 10;

/// A type whose fields are named, read from an object alone. serde takes a list of their values in the order of the source as well,
/// which the document does not tell of: `[]` for a filter would mean every event there is.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// Hands the fields of an object on.
struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

/// An object, as its text has it.
fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let Object(read) =
        serde_json::from_slice::<Object<T>>(bytes).map_err(|error| Problem::Body(error.to_string()))?;
    Ok(read)
}

/// What was sent as JSON; its default where nothing was.
#[derive(Debug)]
pub(super) struct Optional<T>(pub(super) T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for Optional<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = whole((&mut payload, request.headers()), JSON_BYTES_MAX).await?;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Self(T::default()));
            }
            object(&bytes).map(Self)
        })
    }
}

/// A text of up to so many bytes.
#[derive(Debug)]
pub(super) struct Text<const MOST: usize>(pub(super) String);

impl<const MOST: usize> FromRequest for Text<MOST> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = whole((&mut payload, request.headers()), MOST).await?;
            String::from_utf8(bytes.to_vec()).map(Self).map_err(|_| Problem::Misread(Misread::NotUtf8))
        })
    }
}

/// The largest body of JSON that has rules in it: a document, written as a JSON text.
pub(super) const HEAVY_BYTES_MAX: usize = 2 * crate::rules::DOCUMENT_BYTES_MAX + JSON_BYTES_MAX;

/// What was sent as JSON, with rules in it.
#[derive(Debug)]
pub(super) struct Heavy<T>(pub(super) T);

impl<T: DeserializeOwned + 'static> FromRequest for Heavy<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = whole((&mut payload, request.headers()), HEAVY_BYTES_MAX).await?;
            object(&bytes).map(Self)
        })
    }
}

//! Bodies that may be absent, and bodies that are text.

use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::Future;
use serde::de::DeserializeOwned;

use super::super::{
    body::whole,
    problem::{Misread, Problem},
};

/// The largest body of JSON that is read: a filter, a method's arguments.
pub(super) const JSON_BYTES_MAX: usize = 64 << 10;

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
            serde_json::from_slice(&bytes).map(Self).map_err(|error| Problem::Body(error.to_string()))
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
            serde_json::from_slice(&bytes).map(Self).map_err(|error| Problem::Body(error.to_string()))
        })
    }
}

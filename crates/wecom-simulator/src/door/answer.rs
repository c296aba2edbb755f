//! What the handlers below `/_simulator/` share: reading what is asked, and answering with JSON.
//!
//! Wrong input is answered with 400 and `{"error": …}` in words that say what to do.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{error::Error, json};

/// So many rows are shown where no `limit` is given, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 10_000;

pub(super) type Answer = Result<HttpResponse, BadRequest>;

/// What is wrong with a request, in words that say what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct BadRequest(pub(super) String);

impl From<Error> for BadRequest {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl actix_web::ResponseError for BadRequest {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({ "error": self.0 }))
    }
}

/// Reads a body. `example` is shown where it cannot be read.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], example: &str) -> Result<T, BadRequest> {
    json::from_slice(body).map_err(|fault| unreadable(&fault, example))
}

/// The same, once fields that are no part of `T` have been taken out.
pub(super) fn read_object<T: DeserializeOwned>(
    object: Map<String, Value>,
    example: &str,
) -> Result<T, BadRequest> {
    json::from_object(object).map_err(|fault| unreadable(&fault, example))
}

fn unreadable(fault: &serde_json::Error, example: &str) -> BadRequest {
    BadRequest(format!("{fault}; give JSON such as {example}"))
}

#[expect(clippy::unnecessary_wraps, reason = "the last expression of a handler that can fail")]
pub(super) fn answer(with: &impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(with))
}

/// Where whoever asks reaches the simulator.
pub(super) fn base_of(request: &HttpRequest) -> String {
    let info = request.connection_info();
    format!("{}://{}", info.scheme(), info.host())
}

/// The last `limit` rows, oldest first.
pub(super) fn newest<'a, T>(rows: impl DoubleEndedIterator<Item = &'a T>, limit: usize) -> Vec<&'a T> {
    let mut rows: Vec<&T> = rows.rev().take(limit).collect();
    rows.reverse();
    rows
}

/// The pairs of a query string, decoded, in order.
pub(super) fn query_of(query: &str) -> Vec<(String, String)> {
    // Only its query is of interest, so any base will do.
    let Ok(mut url) = reqwest::Url::parse("http://simulator/") else { return Vec::new() };
    url.set_query(Some(query));
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

pub(super) fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    query_of(request.query_string()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// How many rows are wanted.
pub(super) fn limit(request: &HttpRequest) -> Result<usize, BadRequest> {
    let Some(limit) = parameter(request, "limit") else { return Ok(LIMIT) };
    let limit = limit.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| BadRequest(format!("`limit` is a number from 1 to {LIMIT_MAX}")))
}

/// After which row the wanted ones begin.
pub(super) fn after(request: &HttpRequest) -> Result<u64, BadRequest> {
    let Some(after) = parameter(request, "after") else { return Ok(0) };
    after
        .parse()
        .map_err(|_| BadRequest("`after` is the `number` of a row, whose successors are wanted".into()))
}

//! What a method of the API is, and what it is called with: arguments in, WeCom's JSON out.

use std::cell::OnceCell;

use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::errcode::Refusal;
use crate::{
    json,
    world::{World, tokens::TokenFault},
};

/// A call, as far as methods need it.
pub(crate) struct Call<'a> {
    pub(crate) now_ms: i64,
    pub(crate) query: &'a [(String, String)],
    /// The header `Range`.
    pub(crate) range: Option<&'a str>,
    pub(crate) body: &'a [u8],
    /// The file of an uploaded form, for methods that take one.
    pub(crate) upload: Option<&'a Upload>,
    /// Where a method puts the file that it sends in place of an answer.
    pub(crate) file: OnceCell<SentFile>,
}

/// The members of the answer beside `errcode` and `errmsg`.
pub(crate) type Answer = Result<Map<String, Value>, Refusal>;

/// An uploaded file.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// A file, or the part of it that was asked for, with its headers.
pub(crate) struct SentFile {
    pub(crate) content_type: &'static str,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) range: SentRange,
}

/// How much of a file is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SentRange {
    /// All of it.
    Whole,
    /// A part, with its `Content-Range`.
    Part(String),
    /// Nothing: the part that was asked for begins past the end of a file of so many bytes (HTTP 416).
    None(usize),
}

/// The largest JSON body (40206): three times the longest that a method can need, which has ten thousand ids.
const JSON_BYTES_MAX: usize = 1_024 * 1_024;

/// The largest form with a file: a file of 20 MB and what is around it.
const FORM_BYTES_MAX: usize = 21 * 1_024 * 1_024;

/// The HTTP method that WeCom wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

/// A method of the API.
pub(crate) struct Method {
    pub(crate) verb: Verb,
    /// Below `/cgi-bin/`.
    pub(crate) path: &'static str,
    /// The largest body, and the code with which a larger one is refused.
    body_max: (usize, i64),
    /// Whether whoever calls it needs an access token.
    needs_token: bool,
    pub(super) answer: fn(&mut World, &Call<'_>) -> Answer,
}

impl Method {
    pub(super) const fn get(path: &'static str, answer: fn(&mut World, &Call<'_>) -> Answer) -> Self {
        Self { verb: Verb::Get, path, body_max: (JSON_BYTES_MAX, 40206), needs_token: true, answer }
    }

    pub(super) const fn post(path: &'static str, answer: fn(&mut World, &Call<'_>) -> Answer) -> Self {
        Self { verb: Verb::Post, path, body_max: (JSON_BYTES_MAX, 40206), needs_token: true, answer }
    }

    /// A method for which nobody needs a token.
    pub(super) const fn open(self) -> Self {
        Self { needs_token: false, ..self }
    }

    /// A method that takes a form with a file. `too_large` is the code for a form that is too large.
    pub(super) const fn upload(
        path: &'static str,
        too_large: i64,
        answer: fn(&mut World, &Call<'_>) -> Answer,
    ) -> Self {
        Self { verb: Verb::Post, path, body_max: (FORM_BYTES_MAX, too_large), needs_token: true, answer }
    }

    /// Whether it takes a form with a file.
    pub(crate) fn takes_file(&self) -> bool {
        self.body_max.0 == FORM_BYTES_MAX
    }

    /// So many bytes a body has at most.
    pub(crate) fn body_bytes_max(&self) -> usize {
        self.body_max.0
    }

    /// The refusal of a longer body.
    pub(crate) fn too_large(&self) -> Refusal {
        let (most, code) = self.body_max;
        Refusal::new(code, format!("request body exceeds {most} bytes"))
    }

    /// Answers a call. The verb is checked first (none: neither GET nor POST), then the token, then whether the
    /// set-up lets the app call at all, then the rest.
    pub(crate) fn answer(&self, world: &mut World, verb: Option<Verb>, call: &Call<'_>) -> Answer {
        if verb != Some(self.verb) {
            return Err(Refusal::new(
                40058,
                if self.verb == Verb::Get { "require GET method" } else { "require POST method" },
            ));
        }
        if self.needs_token {
            let token = call.param("access_token").ok_or(Refusal::new(41001, "access_token missing"))?;
            world.tokens.check(token, call.now_ms).map_err(|fault| match fault {
                TokenFault::Unknown => Refusal::new(40014, "invalid access_token"),
                TokenFault::Expired => Refusal::new(42001, "access_token expired"),
            })?;
        }
        if let Some(code) = world.set_up.refusal(self.path) {
            return Err(Refusal::by_code(code, None));
        }
        (self.answer)(world, call)
    }
}

impl<'a> Call<'a> {
    /// A query parameter that is there and not empty.
    pub(super) fn param(&self, name: &str) -> Option<&'a str> {
        self.query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Reads the body's JSON object. What is null in it counts as absent. Like WeCom it reads texts with `\u` for characters
    /// beyond ASCII, as PHP and Python write them; its 40033 can be had as a fault.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        json::from_call(self.body)
            .map_err(|fault| Refusal::new(40058, format!("invalid Request Parameter, {fault}")))
    }
}

/// The members of an object that `json!` has made; none of anything else.
pub(super) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

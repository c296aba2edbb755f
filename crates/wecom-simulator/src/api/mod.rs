//! The methods that are answered, in one table, and what they share: arguments in, WeCom's JSON out.
//!
//! A method is a function of the state and the call, in the file of its family. It checks everything before it
//! changes anything: a call that is refused has had no effect.

mod acquisition;
mod acquisition_record;
mod check;
mod contact;
mod contact_list;
mod contact_way;
mod content;
mod corp_tag;
mod customer_strategy;
mod errcode;
mod follow_user;
mod group_chat;
mod group_statistic;
mod group_welcome_template;
mod id_conversion;
mod idconvert;
mod intercept_rule;
mod join_way;
mod mass_message;
mod mass_message_record;
mod media;
mod directory;
mod app_message;
mod moment;
mod moment_record;
mod moment_strategy;
mod product_album;
mod statistics;
mod strategy_tag;
mod tag;
mod tag_list;
mod platform;
mod transfer;
mod upload;
mod welcome;

use std::cell::OnceCell;

use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    json,
    world::{World, relations::PairFault, staff::is_userid, tokens::TokenFault},
};
pub(super) use errcode::{Refusal, errmsg};

/// A call, as far as methods need it.
pub(super) struct Call<'a> {
    pub(super) now_ms: i64,
    pub(super) query: &'a [(String, String)],
    /// The header `Range`.
    pub(super) range: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// The file of an uploaded form, for methods that take one.
    pub(super) upload: Option<&'a Upload>,
    /// Where a method puts the file that it sends in place of an answer.
    pub(super) file: OnceCell<SentFile>,
}

/// The members of the answer beside `errcode` and `errmsg`.
pub(super) type Answer = Result<Map<String, Value>, Refusal>;

/// An uploaded file.
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

/// A file, or the part of it that was asked for, with its headers.
pub(super) struct SentFile {
    pub(super) content_type: &'static str,
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) range: SentRange,
}

/// How much of a file is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SentRange {
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
pub(super) enum Verb {
    Get,
    Post,
}

/// A method of the API.
pub(super) struct Method {
    pub(super) verb: Verb,
    /// Below `/cgi-bin/`.
    pub(super) path: &'static str,
    /// The largest body, and the code with which a larger one is refused.
    body_max: (usize, i64),
    answer: fn(&mut World, &Call<'_>) -> Answer,
}

/// Everything that is answered, family by family; each family has a file of its own in this folder.
const FAMILIES: [&[Method]; 31] = [
    platform::METHODS,
    directory::METHODS,
    app_message::METHODS,
    media::METHODS,
    welcome::METHODS,
    follow_user::METHODS,
    contact::METHODS,
    contact_list::METHODS,
    contact_way::METHODS,
    corp_tag::METHODS,
    strategy_tag::METHODS,
    tag::METHODS,
    customer_strategy::METHODS,
    transfer::METHODS,
    id_conversion::METHODS,
    idconvert::METHODS,
    statistics::METHODS,
    group_chat::METHODS,
    join_way::METHODS,
    group_statistic::METHODS,
    mass_message::METHODS,
    mass_message_record::METHODS,
    group_welcome_template::METHODS,
    moment::METHODS,
    moment_record::METHODS,
    moment_strategy::METHODS,
    product_album::METHODS,
    intercept_rule::METHODS,
    acquisition::METHODS,
    acquisition_record::METHODS,
    upload::METHODS,
];

/// The method of that path.
pub(super) fn method(path: &str) -> Option<&'static Method> {
    FAMILIES.into_iter().flatten().find(|method| method.path == path)
}

/// The paths of all methods.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().flatten().map(|method| method.path)
}

impl Method {
    const fn get(path: &'static str, answer: fn(&mut World, &Call<'_>) -> Answer) -> Self {
        Self { verb: Verb::Get, path, body_max: (JSON_BYTES_MAX, 40206), answer }
    }

    const fn post(path: &'static str, answer: fn(&mut World, &Call<'_>) -> Answer) -> Self {
        Self { verb: Verb::Post, path, body_max: (JSON_BYTES_MAX, 40206), answer }
    }

    /// A method that takes a form with a file. `too_large` is the code for a form that is too large.
    const fn upload(path: &'static str, too_large: i64, answer: fn(&mut World, &Call<'_>) -> Answer) -> Self {
        Self { verb: Verb::Post, path, body_max: (FORM_BYTES_MAX, too_large), answer }
    }

    /// Whether it takes a form with a file.
    pub(super) fn takes_file(&self) -> bool {
        self.body_max.0 == FORM_BYTES_MAX
    }

    /// So many bytes a body has at most.
    pub(super) fn body_bytes_max(&self) -> usize {
        self.body_max.0
    }

    /// The refusal of a longer body.
    pub(super) fn too_large(&self) -> Refusal {
        let (most, code) = self.body_max;
        Refusal::new(code, format!("request body exceeds {most} bytes"))
    }

    /// Answers a call. The verb is checked first (none: neither GET nor POST), then the token, then the rest.
    pub(super) fn answer(&self, world: &mut World, verb: Option<Verb>, call: &Call<'_>) -> Answer {
        if verb != Some(self.verb) {
            return Err(Refusal::new(
                40058,
                if self.verb == Verb::Get { "require GET method" } else { "require POST method" },
            ));
        }
        if self.path != "gettoken" {
            let token = call.param("access_token").ok_or(Refusal::new(41001, "access_token missing"))?;
            world.tokens.check(token, call.now_ms).map_err(|fault| match fault {
                TokenFault::Unknown => Refusal::new(40014, "invalid access_token"),
                TokenFault::Expired => Refusal::new(42001, "access_token expired"),
            })?;
        }
        (self.answer)(world, call)
    }
}

impl<'a> Call<'a> {
    /// A query parameter that is there and not empty.
    fn param(&self, name: &str) -> Option<&'a str> {
        self.query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Reads the body's JSON object. What is null in it counts as absent. Like WeCom it refuses texts with `\u` for
    /// characters that JSON can hold as they are.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if json::escapes_beyond_ascii(self.body) {
            return Err(Refusal::new(40033, "invalid charset, send UTF-8 as it is and not as \\uxxxx"));
        }
        json::from_call(self.body)
            .map_err(|fault| Refusal::new(40058, format!("invalid Request Parameter, {fault}")))
    }
}

impl From<PairFault> for Refusal {
    fn from(fault: PairFault) -> Self {
        match fault {
            PairFault::UnknownEmployee => Self::new(60111, "userid not found"),
            PairFault::UnknownCustomer => Self::new(40096, "invalid external userid"),
            PairFault::Unrelated => Self::new(84061, "not external contact"),
        }
    }
}

fn check_userid(userid: &str) -> Result<(), Refusal> {
    if is_userid(userid) { Ok(()) } else { Err(Refusal::new(40003, "invalid userid")) }
}

/// The members of an object that `json!` has made; none of anything else.
fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

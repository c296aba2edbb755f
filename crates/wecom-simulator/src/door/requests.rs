//! The record of calls: what was asked, when, and how it was answered. It is bounded, and has no tokens and secrets.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// So many calls are remembered; the oldest are forgotten.
const REQUESTS_KEPT: usize = 10_000;

/// So many bytes of a body are remembered; of a longer one only its length.
const BODY_KEPT: usize = 16 * 1_024;

/// A call of the API.
#[derive(Clone, Serialize)]
pub struct Request {
    /// Counts up from 1.
    pub number: u64,
    /// When the call came, in Unix milliseconds.
    pub at_ms: i64,
    /// `GET` or `POST`.
    pub method: String,
    /// The path below `/cgi-bin/`, such as `externalcontact/mark_tag`.
    pub path: String,
    /// The query without `access_token` and `corpsecret`, in order.
    pub query: Vec<(String, String)>,
    /// The body; a note of its length where it is long or no text.
    pub body: String,
    /// How the call was answered; none while it has not been.
    pub answer: Option<Answered>,
}

impl Request {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// How a call was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// In WeCom's way, with this `errcode`; 0 is success.
    Errcode(i64),
    /// With this HTTP status, and not in WeCom's way.
    Http(u16),
    /// Not at all: the connection was reset.
    Reset {
        /// Whether the call had its effect.
        done: bool,
    },
}

/// What is remembered of a body.
pub(super) fn body_noted(body: &[u8]) -> String {
    match str::from_utf8(body) {
        Ok(text) if text.len() <= BODY_KEPT => text.to_owned(),
        _ => body_left_out(body.len()),
    }
}

/// What is remembered of a body that is not kept.
pub(super) fn body_left_out(bytes: usize) -> String {
    format!("({bytes} bytes)")
}

/// The latest calls, and how many there ever were.
#[derive(Default)]
pub(crate) struct Requests {
    kept: VecDeque<Request>,
    count: u64,
}

impl Requests {
    /// Notes a call and gives its number.
    pub(crate) fn note(
        &mut self,
        at_ms: i64,
        method: &str,
        path: &str,
        query: &[(String, String)],
        body: String,
    ) -> u64 {
        if self.kept.len() == REQUESTS_KEPT {
            self.kept.pop_front();
        }
        self.count += 1;
        let secret = |name: &str| matches!(name, "access_token" | "corpsecret");
        self.kept.push_back(Request {
            number: self.count,
            at_ms,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.iter().filter(|(name, _)| !secret(name)).cloned().collect(),
            body,
            answer: None,
        });
        self.count
    }

    /// Notes how the call of that number was answered.
    pub(crate) fn answered(&mut self, number: u64, answer: Answered) {
        let Some(first) = self.kept.front().map(|request| request.number) else { return };
        let place = number.checked_sub(first).and_then(|place| usize::try_from(place).ok());
        if let Some(request) = place.and_then(|place| self.kept.get_mut(place)) {
            request.answer = Some(answer);
        }
    }

    /// The remembered calls, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.kept.iter()
    }

    /// How many calls there have been, forgotten ones included.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}

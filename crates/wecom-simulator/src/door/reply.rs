//! How a call of the API is answered, as HTTP.

use actix_web::{
    HttpRequest, HttpResponse,
    body::BodyStream,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::Bytes,
};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::{requests::Answered, wire};
use crate::api::{self, Refusal, SentFile, SentRange};

/// The answer to a call.
pub(super) enum Reply {
    /// The members of the JSON beside `errcode` and `errmsg`.
    Json(Map<String, Value>),
    File(SentFile),
    Refused(Refusal),
    /// Not as WeCom answers, but as a proxy in between would.
    Http(StatusCode, String),
    NotJson,
    /// No answer: the connection is reset.
    Cut {
        /// Whether the call had its effect.
        done: bool,
    },
}

impl Reply {
    /// What the record has of it.
    pub(super) fn answered(&self) -> Answered {
        match self {
            Self::File(SentFile { range: SentRange::None(_), .. }) => Answered::Http(416),
            Self::Json(_) | Self::File(_) => Answered::Errcode(0),
            Self::Refused(refusal) => Answered::Errcode(refusal.code),
            Self::Http(status, _) => Answered::Http(status.as_u16()),
            Self::NotJson => Answered::Http(200),
            Self::Cut { done } => Answered::Reset { done: *done },
        }
    }
}

/// What WeCom makes of the moment and of the caller.
pub(super) struct Seen {
    /// The time, by WeCom's clock.
    pub(super) now_ms: i64,
    /// The caller's address.
    pub(super) from: String,
}

/// Answers the call of that number. The answer's `Date` is what the simulator's clock says, as WeCom's is what WeCom's does.
pub(super) fn respond(reply: Reply, request: &HttpRequest, seen: &Seen, number: u64) -> HttpResponse {
    let mut response = without_date(reply, request, seen, number);
    if let Some(date) = date(seen.now_ms) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn date(now_ms: i64) -> Option<HeaderValue> {
    let now = jiff::Timestamp::from_millisecond(now_ms).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok()?;
    HeaderValue::from_str(&text).ok()
}

fn without_date(reply: Reply, request: &HttpRequest, seen: &Seen, number: u64) -> HttpResponse {
    match reply {
        Reply::Json(members) => {
            let mut answer =
                Map::from_iter([("errcode".to_owned(), json!(0)), ("errmsg".to_owned(), json!("ok"))]);
            answer.extend(members);
            HttpResponse::Ok()
                .insert_header(("Error-Code", "0"))
                .insert_header(("Error-Msg", "ok"))
                .json(answer)
        }
        Reply::File(file) => send(file),
        Reply::Refused(refusal) => {
            let errmsg = api::errmsg(&refusal, seen.now_ms, number, &seen.from);
            // A header has visible ASCII only, and the text may quote what the caller sent.
            let header: String =
                errmsg.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect();
            HttpResponse::Ok()
                .insert_header(("Error-Code", refusal.code))
                .insert_header(("Error-Msg", header))
                .json(json!({ "errcode": refusal.code, "errmsg": errmsg }))
        }
        Reply::Http(status, body) => HttpResponse::build(status).content_type("text/html").body(body),
        Reply::NotJson => {
            HttpResponse::Ok().content_type("text/html").body("<html><body>Bad gateway</body></html>")
        }
        Reply::Cut { .. } => cut(request),
    }
}

/// Sends a file as `media/get` does: its name in plain UTF-8, and of a part where it belongs in the whole.
fn send(file: SentFile) -> HttpResponse {
    let SentFile { content_type, name, bytes, range } = file;
    let disposition = format!("attachment; filename=\"{}\"", name.replace('"', "'"));
    let mut answer = match range {
        SentRange::Whole => HttpResponse::Ok(),
        SentRange::Part(range) => {
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header(("Content-Range", range));
            answer
        }
        SentRange::None(length) => {
            return HttpResponse::RangeNotSatisfiable()
                .insert_header(("Content-Range", format!("bytes */{length}")))
                .finish();
        }
    };
    // Without the header if the name has characters that no header can have: it is a tester's own.
    if let Ok(disposition) = HeaderValue::from_bytes(disposition.as_bytes()) {
        answer.insert_header(("Content-Disposition", disposition));
    }
    answer.insert_header(("Accept-Ranges", "bytes")).content_type(content_type).body(bytes)
}

/// Resets the connection. A body that fails before its first byte makes the server drop the connection with nothing
/// written, and the system resets a socket that is dropped without lingering.
pub(super) fn cut(request: &HttpRequest) -> HttpResponse {
    wire::reset_on_close(request);
    let fails = stream::once(async {
        Err::<Bytes, _>(std::io::Error::other("the simulator cuts the connection, as asked"))
    });
    HttpResponse::Ok().body(BodyStream::new(fails))
}

//! `/cgi-bin/…`: a call is noted, meets its fault if one waits, and is answered.
//!
//! One thing is not as with WeCom: a path that is not answered here gets HTTP 404 and the list of those that are, so
//! that a method that the simulator lacks is never taken for an answer of the platform.

use std::cell::OnceCell;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method as HttpMethod, StatusCode},
    web::{Bytes, BytesMut, Data, Payload},
};
use futures_util::StreamExt as _;

use super::{
    answer::query_of,
    fault::FaultKind,
    form,
    reply::{self, Reply},
    requests::{Answered, body_left_out, body_noted},
    shared::Shared,
};
use crate::api::{self, Call, Method, Refusal, Verb};

/// So much of a body that is too large is read and thrown away, since most clients read no answer before they have sent
/// everything. A client that sends still more is cut off.
const DRAINED_BYTES_MAX: usize = 256 * 1_024 * 1_024;

/// A body as it came.
enum Body {
    Whole(Bytes),
    /// Longer than it may be: how many bytes it had.
    TooLarge(usize),
    /// The body broke off, or did not end.
    Cut,
}

impl Body {
    /// What the record has of it.
    fn noted(&self) -> String {
        match self {
            Self::Whole(bytes) => body_noted(bytes),
            Self::TooLarge(length) => body_left_out(*length),
            Self::Cut => "(cut off)".to_owned(),
        }
    }
}

async fn read(mut payload: Payload, most: usize) -> Body {
    let (mut body, mut length) = (BytesMut::new(), 0_usize);
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else { return Body::Cut };
        length += chunk.len();
        if length > DRAINED_BYTES_MAX {
            return Body::Cut;
        }
        if length <= most {
            body.extend_from_slice(&chunk);
        } else {
            body = BytesMut::new();
        }
    }
    if length <= most { Body::Whole(body.freeze()) } else { Body::TooLarge(length) }
}

pub(super) async fn answer(shared: Data<Shared>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let path = request.match_info().get("path").unwrap_or_default();
    let query = query_of(request.query_string());
    let method = api::method(path);
    let body = read(payload, method.map_or(0, Method::body_bytes_max)).await;
    let at_ms = shared.running.clock.now_ms();
    let number = shared.log().requests.note(at_ms, request.method().as_str(), path, &query, body.noted());
    let Some(method) = method else {
        shared.note_answer(number, Answered::Http(404));
        return not_answered(path);
    };
    let (fault, latency, in_flight) = shared.begin(method.path);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    shared.running.pass_time_if_due();
    let reply = match body {
        _ if in_flight.is_crowded => Reply::Refused(Refusal::by_code(45033, None)),
        Body::Whole(body) => meet(&shared, method, fault, &request, &query, body).await,
        Body::TooLarge(_) => Reply::Refused(method.too_large()),
        Body::Cut => Reply::Cut { done: false },
    };
    drop(in_flight);
    shared.note_answer(number, reply.answered());
    reply::respond(reply, &request, shared.running.clock.now_ms(), number)
}

fn not_answered(path: &str) -> HttpResponse {
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(format!(
        "The simulator does not answer /cgi-bin/{path}. It answers:\n{}\n",
        api::paths().collect::<Vec<_>>().join("\n")
    ))
}

/// Lets a call meet its fault, or its method, or both.
async fn meet(
    shared: &Shared,
    method: &Method,
    fault: Option<FaultKind>,
    request: &HttpRequest,
    query: &[(String, String)],
    body: Bytes,
) -> Reply {
    match &fault {
        Some(FaultKind::Errcode { code, message }) => {
            return Reply::Refused(Refusal::by_code(*code, message.clone()));
        }
        Some(FaultKind::Http { status, body }) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            return Reply::Http(status, body.clone());
        }
        Some(FaultKind::NotJson) => return Reply::NotJson,
        Some(FaultKind::Reset) => return Reply::Cut { done: false },
        Some(FaultKind::Hang(pause)) => {
            tokio::select! {
                () = tokio::time::sleep(*pause) => {}
                () = shared.tasks.stopped() => {}
            }
            return Reply::Cut { done: false };
        }
        // In real time, as the network's own latency is.
        Some(FaultKind::Delay(pause)) => tokio::time::sleep(*pause).await,
        Some(FaultKind::LoseAnswer) | None => {}
    }
    let reply = ask(shared, method, request, query, body).await;
    match fault {
        Some(FaultKind::LoseAnswer) => Reply::Cut { done: !matches!(reply, Reply::Refused(_)) },
        _ => reply,
    }
}

/// Lets a method answer a call.
async fn ask(
    shared: &Shared,
    method: &Method,
    request: &HttpRequest,
    query: &[(String, String)],
    body: Bytes,
) -> Reply {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let upload = match header("content-type") {
        Some(content_type) if method.takes_file() => form::file(content_type, body.clone()).await,
        _ => None,
    };
    let verb = match *request.method() {
        HttpMethod::GET => Some(Verb::Get),
        HttpMethod::POST => Some(Verb::Post),
        _ => None,
    };
    let (range, file) = (header("range"), OnceCell::new());
    let (answer, file) = shared.running.change(|world, now_ms| {
        let call = Call { now_ms, query, range, body: &body, upload: upload.as_ref(), file };
        (method.answer(world, verb, &call), call.file.into_inner())
    });
    match (answer, file) {
        (Ok(_), Some(file)) => Reply::File(file),
        (Ok(members), None) => Reply::Json(members),
        (Err(refusal), _) => Reply::Refused(refusal),
    }
}

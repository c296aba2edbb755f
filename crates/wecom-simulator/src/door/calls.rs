//! `/cgi-bin/…`: a call is noted, meets its fault if one waits, and is answered.
//!
//! A path that is not answered here is refused in WeCom's form, with an `errmsg` that says that it is the simulator that does
//! not know it, so that a method that it lacks is never taken for one that the platform lacks.

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
    requests::{body_left_out, body_noted},
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
        let reply = Reply::Refused(not_answered(path));
        shared.note_answer(number, reply.answered());
        return reply::respond(reply, &request, &shared.seen(&request), number);
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
    reply::respond(reply, &request, &shared.seen(&request), number)
}

/// The code of a path that does not exist, as WeChat's platforms have it.
const NO_SUCH_PATH: i64 = 40066;

/// At most so many characters of a path stand in the refusal: WeCom's own have some 60.
const PATH_CHARS_SHOWN: usize = 100;

fn not_answered(path: &str) -> Refusal {
    let path: String = path.chars().take(PATH_CHARS_SHOWN).collect();
    Refusal::new(
        NO_SUCH_PATH,
        format!("invalid url: the simulator does not answer /cgi-bin/{path}; GET / lists what it answers"),
    )
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

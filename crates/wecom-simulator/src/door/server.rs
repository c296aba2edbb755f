//! The API side over HTTP: `/cgi-bin/…`. A call is noted, meets its fault if one waits, and is answered.
//!
//! Not as WeCom: a path that is not answered here gets HTTP 404 and the list of those that are, so that a missing
//! method of the simulator is never taken for an answer of the platform.

use std::{cell::OnceCell, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::BodyStream,
    dev::{Server, ServerHandle},
    http::{Method as HttpMethod, StatusCode, header::HeaderValue},
    web::{self, Bytes, BytesMut, Data, Payload, PayloadConfig},
};
use futures_util::{StreamExt as _, stream};
use rand::RngExt as _;
use serde_json::{Map, Value, json};

use crate::{
    Shared,
    api::{self, Call, Method, Refusal, SentFile, SentRange, Verb},
    door::control,
    door::fault::{self, FaultKind},
    door::requests::{Answered, body_left_out, body_noted},
};

/// The largest body at the simulator's own door, as at WeCom's (1 MB).
const CONTROL_BYTES_MAX: usize = 1_024 * 1_024;

/// So much of a body that is too large is read and thrown away, since most clients hear no answer before they have said
/// all. Whoever says still more is cut off.
const DRAINED_BYTES_MAX: usize = 256 * 1_024 * 1_024;

/// Connections that are being shut down get so many seconds: whoever waits for a hanging answer need not have it.
const SHUTDOWN_SECONDS: u64 = 1;

/// Makes the server on a socket that listens already.
pub(crate) fn server(shared: &Arc<Shared>, listener: TcpListener) -> std::io::Result<(Server, ServerHandle)> {
    let shared = Data::from(Arc::clone(shared));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::clone(&shared))
            .app_data(PayloadConfig::new(CONTROL_BYTES_MAX))
            .configure(control::routes)
            .route("/cgi-bin/{path:.*}", web::route().to(answer))
            .default_service(web::to(control::nothing_here))
    })
    // One thread: a WeCom that several threads answer could not be told what to do by a seed.
    .workers(1)
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .on_connect(wire::keep)
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok((server, handle))
}

/// What is said to a call.
enum Reply {
    Json(Map<String, Value>),
    File(SentFile),
    Refused(Refusal),
    Http(StatusCode, String),
    NotJson,
    /// Nothing; whether the call had its effect.
    Cut {
        done: bool,
    },
}

/// A call on its way: its number in the record, and one of those that are counted against the limit (45033).
struct InFlight<'a> {
    shared: &'a Shared,
    path: &'static str,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.shared.world().in_flight.get_mut(self.path) {
            *count = count.saturating_sub(1);
        }
    }
}

/// A body as it came.
enum Body {
    Whole(Bytes),
    /// Longer than it may be: how many bytes it had.
    TooLarge(usize),
    /// It broke off, or went on for ever.
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

async fn answer(shared: Data<Shared>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let path = request.match_info().get("path").unwrap_or_default();
    let query = query_of(request.query_string());
    let method = api::method(path);
    let body = read(payload, method.map_or(0, Method::body_bytes_max)).await;
    let at_ms = shared.clock.now_ms();
    let Some(method) = method else {
        let mut world = shared.world();
        let number = world.requests.note(at_ms, request.method().as_str(), path, &query, body.noted());
        world.requests.answered(number, Answered::Http(404));
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(format!(
            "The simulator does not answer /cgi-bin/{path}. It answers:\n{}\n",
            api::paths().collect::<Vec<_>>().join("\n")
        ));
    };
    let (number, met, latency, in_flight, crowded) = {
        let mut world = shared.world();
        let number = world.requests.note(at_ms, request.method().as_str(), path, &query, body.noted());
        let met = fault::take(&mut world.faults, path);
        let latency = latency(&shared, &mut world.dice);
        let count = world.in_flight.entry(method.path).or_default();
        *count += 1;
        let crowded = shared.at_once_max.is_some_and(|most| *count > most);
        (number, met, latency, InFlight { shared: &shared, path: method.path }, crowded)
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    // What was due before the call has happened before it.
    if shared.world().agenda.next_ms().is_some_and(|next_ms| next_ms <= shared.clock.now_ms()) {
        shared.pass_time();
    }
    let reply = match body {
        _ if crowded => Reply::Refused(Refusal::by_code(45033, None)),
        Body::Whole(body) => reply(&shared, method, met, &request, &query, &body).await,
        Body::TooLarge(_) => Reply::Refused(method.too_large()),
        Body::Cut => Reply::Cut { done: false },
    };
    drop(in_flight);
    tell(&shared, &request, number, reply)
}

fn latency(shared: &Shared, dice: &mut rand::rngs::StdRng) -> Duration {
    let (least, most) = shared.latency;
    if least >= most { least } else { dice.random_range(least..=most) }
}

async fn reply(
    shared: &Shared,
    method: &Method,
    met: Option<FaultKind>,
    request: &HttpRequest,
    query: &[(String, String)],
    body: &[u8],
) -> Reply {
    match &met {
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
                () = shared.stop.cancelled() => {}
            }
            return Reply::Cut { done: false };
        }
        // In real time, as the network's own latency is.
        Some(FaultKind::Delay(pause)) => tokio::time::sleep(*pause).await,
        Some(FaultKind::LoseAnswer) | None => {}
    }
    let content_type =
        request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let range = request.headers().get("range").and_then(|value| value.to_str().ok());
    let now_ms = shared.clock.now_ms();
    let call = Call { now_ms, query, content_type, range, body, file: OnceCell::new() };
    let answer = {
        let mut world = shared.world();
        let next_ms = world.agenda.next_ms();
        let verb = match *request.method() {
            HttpMethod::GET => Some(Verb::Get),
            HttpMethod::POST => Some(Verb::Post),
            _ => None,
        };
        let answer = method.answer(&mut world, verb, &call);
        if world.agenda.next_ms() != next_ms {
            shared.due.notify_one();
        }
        answer
    };
    match (met, answer) {
        (Some(FaultKind::LoseAnswer), answer) => Reply::Cut { done: answer.is_ok() },
        (_, Ok(members)) => match call.file.into_inner() {
            Some(file) => Reply::File(file),
            None => Reply::Json(members),
        },
        (_, Err(refusal)) => Reply::Refused(refusal),
    }
}

/// Notes how the call is answered, and answers it.
fn tell(shared: &Shared, request: &HttpRequest, number: u64, reply: Reply) -> HttpResponse {
    let answered = match &reply {
        Reply::File(SentFile { range: SentRange::None(_), .. }) => Answered::Http(416),
        Reply::Json(_) | Reply::File(_) => Answered::Errcode(0),
        Reply::Refused(refusal) => Answered::Errcode(refusal.code),
        Reply::Http(status, _) => Answered::Http(status.as_u16()),
        Reply::NotJson => Answered::Http(200),
        Reply::Cut { done } => Answered::Reset { done: *done },
    };
    shared.world().requests.answered(number, answered);
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
            let from = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
            let errmsg = api::errmsg(&refusal, shared.clock.now_ms(), number, &from);
            // A header carries visible ASCII only; the text may be the caller's own.
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

/// Sends a file as `media/get` does: its name in plain UTF-8, a part with its place in the whole.
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
    // A name that cannot stand in a header was made by nobody but a tester.
    if let Ok(disposition) = HeaderValue::from_bytes(disposition.as_bytes()) {
        answer.insert_header(("Content-Disposition", disposition));
    }
    answer.insert_header(("Accept-Ranges", "bytes")).content_type(content_type).body(bytes)
}

/// Resets the connection: a body that fails before its first byte makes the server drop the connection with nothing
/// written, and a socket that does not linger is dropped with a reset.
fn cut(request: &HttpRequest) -> HttpResponse {
    wire::reset_on_close(request);
    let fails = stream::once(async {
        Err::<Bytes, _>(std::io::Error::other("the simulator cuts the connection, as asked"))
    });
    HttpResponse::Ok().body(BodyStream::new(fails))
}

/// The pairs of a query string, decoded, in order.
pub(crate) fn query_of(query: &str) -> Vec<(String, String)> {
    // The base is only there to be parsed; any will do.
    let Ok(mut url) = reqwest::Url::parse("http://simulator/") else { return Vec::new() };
    url.set_query(Some(query));
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// A second handle on each connection's socket, for the one thing that the server has no word for.
#[cfg(unix)]
mod wire {
    use std::{any::Any, net::TcpStream, os::fd::AsFd as _};

    use actix_web::{HttpRequest, dev::Extensions};

    struct Wire(TcpStream);

    pub(crate) fn keep(connection: &dyn Any, extensions: &mut Extensions) {
        if let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>()
            && let Ok(second) = stream.as_fd().try_clone_to_owned()
        {
            extensions.insert(Wire(TcpStream::from(second)));
        }
    }

    /// Best effort: without it the connection is closed in the usual way, which a client that waits for an answer
    /// takes for the same.
    pub(crate) fn reset_on_close(request: &HttpRequest) {
        let third = request.conn_data::<Wire>().and_then(|wire| wire.0.try_clone().ok());
        if let Some(Ok(third)) = third.map(tokio::net::TcpStream::from_std) {
            let _ = third.set_zero_linger();
        }
    }
}

/// Elsewhere connections are closed in the usual way.
#[cfg(not(unix))]
mod wire {
    use std::any::Any;

    use actix_web::{HttpRequest, dev::Extensions};

    pub(crate) fn keep(_: &dyn Any, _: &mut Extensions) {}

    pub(crate) fn reset_on_close(_: &HttpRequest) {}
}

//! `GET` and `POST /callback/{app}`: WeCom's verification of the URL, and its deliveries.
//!
//! One fixed answer for each class of fault: nobody learns from it which byte was wrong. The 200 of a delivery can
//! only be made of an [`Ack`], and that only of a committed event.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::ContentType,
    web::{Bytes, BytesMut, Data, Path, Payload},
};
use futures_util::StreamExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    answers::{method_not_allowed, not_found, text},
    body::announced,
    connections::{Connections, Seat},
    sender::{caller, sender},
    stray::Stray,
};
use crate::{
    flow::{
        context::Context,
        intake::{Ack, Intake, NotAcked, NotRead},
    },
    network::Network,
};
use wecom_core::callback::{Refused, RefusedClass, Sealed};

/// How long a body may take. WeCom gives the whole exchange five seconds; whoever dribbles is not WeCom.
const BODY_WITHIN: Duration = Duration::from_secs(5);

/// So much of each body is held without asking: all of a genuine event, but for those with lists of thousands. Who sends more
/// does not stand in its way.
const BODY_SMALL: usize = 16 << 10;

/// So much is held of all larger bodies together, or four of the largest that are read. Nobody has shown yet that they are from
/// WeCom.
const BODIES_MAX: usize = 32 << 20;
const BODIES_LARGEST: usize = 4;

/// In such steps a body is given room as it grows.
const ROOM_STEP: usize = 64 << 10;

/// How long a larger body waits for room: with the time that it may take to be stored that is well below WeCom's five seconds.
const ROOM_WITHIN: Duration = Duration::from_secs(1);

/// The room for bodies beyond what is small.
#[derive(Clone, Debug)]
pub struct Bodies(Arc<Semaphore>);

impl Bodies {
    /// Room for several of the largest bodies.
    pub fn new(body_max_bytes: usize) -> Self {
        let bytes = BODIES_MAX.max(body_max_bytes.saturating_mul(BODIES_LARGEST));
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }
}

/// What the public listener needs.
#[derive(Clone, Debug)]
pub struct Public {
    /// Has the apps whose callbacks are taken in, and counts what came for nobody.
    pub context: Arc<Context>,
    pub intake: Intake,
    /// The largest body that is read, in bytes.
    pub body_max_bytes: usize,
    /// How much is held of all bodies together.
    pub bodies: Bodies,
    /// How many connections there may be.
    pub connections: Connections,
    /// The proxies that are believed when they say who calls back.
    pub trusted_proxies: Vec<Network>,
}

/// `GET`: the decrypted `echostr`, byte for byte.
pub(super) async fn verify(request: HttpRequest, app: Path<String>, public: Data<Public>) -> HttpResponse {
    let Some(app) = public.context.apps.get(&app) else { return no_such_app(&public, &request, &app) };
    if !public.intake.is_from_wecom(app, request.query_string(), caller(&request, &public.trusted_proxies)) {
        return forbidden();
    }
    match public.intake.verify(app, request.query_string(), sender(&request)) {
        Ok(echo) => HttpResponse::Ok().content_type(ContentType::plaintext()).body(echo.into_bytes()),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST`: `success` when the event is on disk.
pub(super) async fn deliver(
    request: HttpRequest,
    app: Path<String>,
    public: Data<Public>,
    payload: Payload,
) -> HttpResponse {
    let Some(app) = public.context.apps.get(&app) else { return no_such_app(&public, &request, &app) };
    if !public.intake.is_from_wecom(app, request.query_string(), caller(&request, &public.trusted_proxies)) {
        return forbidden();
    }
    let sender = sender(&request);
    let read = read((payload, announced(request.headers())), public.body_max_bytes, &public.bodies);
    let read = tokio::time::timeout(BODY_WITHIN, read).await;
    // The room is given back when the event is on disk: until then there is more than one copy of it.
    let (body, _room) = match read.unwrap_or(Err(Unread::Body(NotRead::TooSlow))) {
        Ok(read) => read,
        Err(Unread::Body(why)) => {
            public.intake.log_not_read(app, request.query_string(), sender, why);
            return not_read(why);
        }
        Err(Unread::NoRoom) => {
            public.intake.log_no_room(app);
            return again();
        }
    };
    let answering = request.conn_data::<Seat>().map(Seat::answering);
    match public.intake.receive(app, &Sealed { query: request.query_string(), body: &body }, sender).await {
        Ok(ack) => {
            if let Some(answering) = &answering {
                answering.has_delivered();
            }
            success(ack)
        }
        Err(NotAcked::Refused(refusal)) => refused(&refusal),
        Err(NotAcked::NotStored(_) | NotAcked::Overloaded) => again(),
    }
}

fn again() -> HttpResponse {
    text(HttpResponse::ServiceUnavailable(), "could not be stored; please deliver again")
}

/// The path of an app that is not there.
fn no_such_app(public: &Public, request: &HttpRequest, name: &str) -> HttpResponse {
    public.intake.no_such_app(name, request.query_string(), sender(request));
    Stray::App.log(public, request);
    not_found()
}

/// A path under which nothing is served.
pub(super) async fn no_such_path(request: HttpRequest, public: Data<Public>) -> HttpResponse {
    Stray::Path.log(&public, &request);
    not_found()
}

/// A path of ours by another verb than GET and POST.
pub(super) async fn no_such_verb(request: HttpRequest, public: Data<Public>) -> HttpResponse {
    Stray::Verb.log(&public, &request);
    method_not_allowed("GET, POST")
}

/// Why there is no body.
enum Unread {
    Body(NotRead),
    /// Others hold all that may be held.
    NoRoom,
}

/// The body, if it is within the limit, with the room that it takes. Read by hand, so that no byte past the limit is ever kept;
/// of one whose head says that it is larger none is read.
async fn read(
    (mut payload, announced): (Payload, Option<usize>),
    max_bytes: usize,
    bodies: &Bodies,
) -> Result<(Bytes, Option<SemaphorePermit<'_>>), Unread> {
    let announced = announced.unwrap_or(0);
    if announced > max_bytes {
        return Err(Unread::Body(NotRead::TooLarge));
    }
    let (mut body, mut room): (BytesMut, Option<SemaphorePermit<'_>>) = (BytesMut::new(), None);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Unread::Body(NotRead::BrokenOff))?;
        let length = body.len() + chunk.len();
        if length > max_bytes {
            return Err(Unread::Body(NotRead::TooLarge));
        }
        let has_room = BODY_SMALL + room.as_ref().map_or(0, SemaphorePermit::num_permits);
        if length > has_room {
            // For all of it where that is known: whoever has a part of the room is then never without the rest.
            let more = (length.max(announced) - has_room).max(ROOM_STEP).min(max_bytes);
            let more = bodies.0.acquire_many(u32::try_from(more).unwrap_or(u32::MAX));
            let more = tokio::time::timeout(ROOM_WITHIN, more).await;
            let more = more.ok().and_then(Result::ok).ok_or(Unread::NoRoom)?;
            match &mut room {
                Some(room) => room.merge(more),
                None => room = Some(more),
            }
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), room))
}

fn not_read(why: NotRead) -> HttpResponse {
    match why {
        NotRead::BrokenOff => text(HttpResponse::BadRequest(), "bad request"),
        NotRead::TooLarge => text(HttpResponse::PayloadTooLarge(), "body too large"),
        NotRead::TooSlow => text(HttpResponse::RequestTimeout(), "the body took too long"),
    }
}

fn success(_: Ack) -> HttpResponse {
    text(HttpResponse::Ok(), "success")
}

fn refused(refusal: &Refused) -> HttpResponse {
    match refusal.class() {
        RefusedClass::Malformed => text(HttpResponse::BadRequest(), "bad request"),
        RefusedClass::Forbidden => forbidden(),
    }
}

fn forbidden() -> HttpResponse {
    text(HttpResponse::Forbidden(), "forbidden")
}

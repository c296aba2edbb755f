//! `GET` and `POST /callback/{app}`: WeCom's verification of the URL, and its deliveries.
//!
//! One fixed answer for each class of fault: nobody learns from it which byte was wrong. The 200 of a delivery can
//! only be made of an [`Ack`], and that only of a committed event.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::ContentType,
    web::{Bytes, Data, Path, Payload},
};

use super::{
    answers::{method_not_allowed, not_found, text},
    sender::sender,
    stray::Stray,
};
use crate::flow::{
    context::Context,
    intake::{Ack, Intake, NotAcked, NotRead},
};
use wecom_core::callback::{Refused, RefusedClass, Sealed};

/// How long a body may take. WeCom gives the whole exchange five seconds; whoever dribbles is not WeCom.
const BODY_WITHIN: Duration = Duration::from_secs(5);

/// What the public listener needs.
#[derive(Clone, Debug)]
pub struct Public {
    /// Has the apps whose callbacks are taken in, and counts what came for nobody.
    pub context: Arc<Context>,
    pub intake: Intake,
    /// The largest body that is read, in bytes.
    pub body_max_bytes: usize,
}

/// `GET`: the decrypted `echostr`, byte for byte.
pub(super) async fn verify(request: HttpRequest, app: Path<String>, public: Data<Public>) -> HttpResponse {
    let Some(app) = public.context.apps.get(&app) else { return no_such_app(&public, &request, &app) };
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
    let sender = sender(&request);
    let body = match read(payload, public.body_max_bytes).await {
        Ok(body) => body,
        Err(why) => {
            public.intake.log_not_read(app, request.query_string(), sender, why);
            return not_read(why);
        }
    };
    match public.intake.receive(app, &Sealed { query: request.query_string(), body: &body }, sender).await {
        Ok(ack) => success(ack),
        Err(NotAcked::Refused(refusal)) => refused(&refusal),
        Err(NotAcked::NotStored(_) | NotAcked::Overloaded) => {
            text(HttpResponse::ServiceUnavailable(), "could not be stored; please deliver again")
        }
    }
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

/// The body, if it is within the limit. Read by hand, so that no byte past the limit is ever kept.
async fn read(payload: Payload, max_bytes: usize) -> Result<Bytes, NotRead> {
    match tokio::time::timeout(BODY_WITHIN, payload.to_bytes_limited(max_bytes)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(NotRead::BrokenOff),
        Ok(Err(_)) => Err(NotRead::TooLarge),
        Err(_) => Err(NotRead::TooSlow),
    }
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
        RefusedClass::Forbidden => text(HttpResponse::Forbidden(), "forbidden"),
    }
}

//! `GET` and `POST /callback/{app}`: WeCom's verification of the URL, and its deliveries.
//!
//! One fixed answer for each class of fault: nobody learns from it which byte was wrong. The 200 of a delivery can
//! only be made of an [`Ack`], and that only of a committed event.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::ContentType,
    web::{Bytes, Data, Path, Payload},
};

use super::answers::{not_found, text};
use crate::{
    flow::intake::{Ack, Intake, NotAcked},
    known::apps::Apps,
};
use wecom_core::callback::{Refused, RefusedClass, Sealed};

/// How long a body may take. WeCom gives the whole exchange five seconds; whoever dribbles is not WeCom.
const BODY_WITHIN: Duration = Duration::from_secs(5);

/// What the public listener needs.
#[derive(Clone, Debug)]
pub struct Public {
    /// The apps whose callbacks are taken in.
    pub apps: Apps,
    pub intake: Intake,
    /// The largest body that is read, in bytes.
    pub body_max_bytes: usize,
}

/// `GET`: the decrypted `echostr`, byte for byte.
pub(super) async fn verify(request: HttpRequest, app: Path<String>, public: Data<Public>) -> HttpResponse {
    let Some(app) = public.apps.get(&app) else { return not_found().await };
    match public.intake.verify(app, request.query_string()) {
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
    let Some(app) = public.apps.get(&app) else { return not_found().await };
    let body = match read(payload, public.body_max_bytes).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    match public.intake.receive(app, &Sealed { query: request.query_string(), body: &body }).await {
        Ok(ack) => success(ack),
        Err(NotAcked::Refused(refusal)) => refused(&refusal),
        Err(NotAcked::NotStored(_) | NotAcked::Overloaded) => {
            text(HttpResponse::ServiceUnavailable(), "could not be stored; please deliver again")
        }
    }
}

/// The body, if it is within the limit. Read by hand, so that no byte past the limit is ever kept.
async fn read(payload: Payload, max_bytes: usize) -> Result<Bytes, HttpResponse> {
    match tokio::time::timeout(BODY_WITHIN, payload.to_bytes_limited(max_bytes)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(text(HttpResponse::BadRequest(), "bad request")),
        Ok(Err(_)) => Err(text(HttpResponse::PayloadTooLarge(), "body too large")),
        Err(_) => Err(text(HttpResponse::RequestTimeout(), "the body took too long")),
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

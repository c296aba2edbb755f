//! What the private listener answers: is the process ready to take callbacks, and what has it done so far.
//!
//! Every other path is the admin API's, which asks for its bearer token before it answers so much as 404.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, http::header, web::Data};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq as _;

use super::answers::{not_found, text};
use crate::{flow::context::Context, telemetry};

/// How long the database may take to answer a readiness probe. Orchestrators wait a second by default.
const ANSWERS_WITHIN: Duration = Duration::from_millis(800);

/// What readiness is made of.
#[derive(Debug)]
pub struct Readiness {
    /// Its database has to answer, and it must not have begun to end.
    pub context: Arc<Context>,
    /// What the admin API asks for; without one it answers 403 to everything.
    pub admin_token: Option<SecretString>,
    /// When this process last renewed its claim to be alive, in Unix milliseconds.
    pub heartbeat_ms: Arc<AtomicI64>,
}

#[derive(Serialize)]
struct Readyz {
    ready: bool,
    database: &'static str,
    ending: bool,
    heartbeat_ago_ms: i64,
    rules_version: i64,
    /// A process without its log is ready all the same.
    log: &'static str,
    log_lines_dropped: u64,
}

/// 200 where callbacks can be stored, 503 where not, and why.
pub(super) async fn readyz(readiness: Data<Readiness>) -> HttpResponse {
    let Context { store, rulebook, shutdown, clock, .. } = &*readiness.context;
    let answers = matches!(tokio::time::timeout(ANSWERS_WITHIN, store.check()).await, Ok(Ok(())));
    let ending = shutdown.has_begun();
    let (log, log_lines_dropped) = telemetry::log_state();
    let answer = Readyz {
        ready: answers && !ending,
        database: if answers { "answers" } else { "does not answer" },
        ending,
        heartbeat_ago_ms: clock.now_ms() - readiness.heartbeat_ms.load(Ordering::Relaxed),
        rules_version: rulebook.current().version(),
        log,
        log_lines_dropped,
    };
    if answer.ready {
        HttpResponse::Ok().json(answer)
    } else {
        HttpResponse::ServiceUnavailable().json(answer)
    }
}

/// The admin API. This version only checks the token: no path below it exists yet.
pub(super) async fn admin(request: HttpRequest, readiness: Data<Readiness>) -> HttpResponse {
    let Some(token) = &readiness.admin_token else {
        return text(
            HttpResponse::Forbidden(),
            "the admin API is off: set admin.token (GREETER_ADMIN_TOKEN)",
        );
    };
    let given = request.headers().get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
    let given = given.and_then(|value| value.strip_prefix(b"Bearer ")).unwrap_or_default();
    if bool::from(given.ct_eq(token.expose_secret().as_bytes())) {
        return not_found();
    }
    let mut unauthorized = HttpResponse::Unauthorized();
    unauthorized.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    text(unauthorized, "the admin API wants `Authorization: Bearer` and admin.token")
}

/// The metrics, in the format that is asked for.
pub(super) async fn metrics(request: HttpRequest, readiness: Data<Readiness>) -> HttpResponse {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let format = telemetry::Format::asked_for(accept.unwrap_or_default());
    HttpResponse::Ok().content_type(format.content_type()).body(readiness.context.metrics.render(format))
}

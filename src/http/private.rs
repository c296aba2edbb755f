//! What the private listener answers: is the process ready to take callbacks, and what has it done so far.
//!
//! Every other path is the admin API's, which asks for its bearer token before it answers so much as 404.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web::Data};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq as _;

use super::answers::{not_found, text};
use crate::{
    flow::{
        context::Context,
        readiness::{Readiness, State},
    },
    telemetry,
};

/// What the private listener needs.
#[derive(Debug)]
pub struct Private {
    /// Says whether the process is ready.
    pub readiness: Arc<Readiness>,
    /// Has the metrics.
    pub context: Arc<Context>,
    /// What the admin API asks for; without one it answers 403 to everything.
    pub admin_token: Option<SecretString>,
}

#[derive(Serialize)]
struct Readyz {
    #[serde(flatten)]
    state: State,
    /// A process without its log is ready all the same.
    log: &'static str,
    log_lines_dropped: u64,
}

/// 200 where callbacks can be stored, 503 where not, and why.
pub(super) async fn readyz(private: Data<Private>) -> HttpResponse {
    let state = private.readiness.state().await;
    let (log, log_lines_dropped) = telemetry::log_state();
    let mut answer = if state.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(Readyz { state, log, log_lines_dropped })
}

/// The admin API. This version only checks the token: no path below it exists yet.
pub(super) async fn admin(request: HttpRequest, private: Data<Private>) -> HttpResponse {
    let Some(token) = &private.admin_token else {
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
pub(super) async fn metrics(request: HttpRequest, private: Data<Private>) -> HttpResponse {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let format = telemetry::Format::asked_for(accept.unwrap_or_default());
    HttpResponse::Ok().content_type(format.content_type()).body(private.context.metrics.render(format))
}

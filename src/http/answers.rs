//! The fixed answers that both listeners share.

use actix_web::{HttpResponse, http::header::ContentType};

pub(super) fn not_found() -> HttpResponse {
    text(HttpResponse::NotFound(), "not found")
}

pub(super) fn method_not_allowed() -> HttpResponse {
    text(HttpResponse::MethodNotAllowed(), "method not allowed")
}

/// A short answer for people who look.
pub(super) fn text(mut builder: actix_web::HttpResponseBuilder, body: &'static str) -> HttpResponse {
    builder.content_type(ContentType::plaintext()).body(body)
}

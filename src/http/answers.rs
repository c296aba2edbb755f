//! The fixed answers that both listeners share.

use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{ALLOW, ContentType},
    },
};

pub(super) fn not_found() -> HttpResponse {
    text(HttpResponse::NotFound(), "not found")
}

/// Of a path that takes these verbs only.
pub(super) fn method_not_allowed(allowed: &'static str) -> HttpResponse {
    let mut answer = HttpResponse::MethodNotAllowed();
    answer.insert_header((ALLOW, allowed));
    text(answer, "method not allowed")
}

/// What a path that is only read says to the verbs that it does not take.
pub(super) async fn only_read(method: Method) -> HttpResponse {
    const ALLOWED: &str = "GET, HEAD, OPTIONS";
    if method == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((ALLOW, ALLOWED)).finish();
    }
    method_not_allowed(ALLOWED)
}

/// A short answer for people who look.
pub(super) fn text(mut builder: actix_web::HttpResponseBuilder, body: &'static str) -> HttpResponse {
    builder.content_type(ContentType::plaintext()).body(body)
}

//! What stands before every path of the admin API: who it is, whether a browser was made to send it, how many there are.

use actix_web::{
    Error, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{CACHE_CONTROL, HeaderValue, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
    web::Data,
};

use super::{Access, is_from_our_pages, only_reads};
use crate::{
    access::Via,
    http::problem::{Problem, language_of},
    language::Language,
};

/// Lets in who may come in, and says to the others why not, in their language. Nothing that it lets through is kept by
/// caches: it is about people. Nor does a browser take it for anything but what it is called: customers' words are in it.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let language = language_of(request.headers()).unwrap_or(Language::En);
    let Some(access) = request.app_data::<Data<Access>>().cloned() else {
        return Ok(refuse(request, &Problem::Internal("find out who may come in"), language));
    };
    let Ok(_under_way) = access.under_way.try_acquire() else {
        return Ok(refuse(request, &Problem::Busy, language));
    };
    let who = match access.who(request.request()).await {
        Ok(who) => who,
        Err(problem) => return Ok(refuse(request, &problem, language)),
    };
    if let Err(problem) = access.admit(&who) {
        return Ok(refuse(request, &problem, language));
    }
    if who.via == Via::Session && !only_reads(request.method()) && !is_from_our_pages(request.request()) {
        return Ok(refuse(request, &Problem::CrossSite, language));
    }
    request.extensions_mut().insert(who);
    let is_head = request.method() == Method::HEAD;
    let mut answer = next.call(request).await?.map_into_boxed_body();
    // A handler does not know the language; what it refused with is said again.
    let problem = answer.response().error().and_then(Error::as_error::<Problem>);
    if let Some(said) = problem.map(|problem| problem.answer(language)) {
        answer = answer.into_response(said);
    }
    if is_head {
        answer = without_body(answer);
    }
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(answer)
}

/// An answer to HEAD: what would be sent is not made, and a stream does not begin.
pub(in crate::http) fn without_body(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    answer.map_body(|_, _| BoxBody::new(actix_web::body::None::new()))
}

fn refuse(request: ServiceRequest, problem: &Problem, language: Language) -> ServiceResponse<BoxBody> {
    request.into_response(problem.answer(language))
}

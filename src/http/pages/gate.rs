//! What stands before every page: who it is, and that a change was asked for by a page of ours; and what every answer has with
//! it. A problem is shown as a page, in the reader's language.

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{
            self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, LOCATION,
            REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    web::Data,
};
use tokio::sync::Semaphore;

use super::{
    LINK,
    frame::{Frame, html, see_other},
    views::ProblemPage,
    words::say::Say,
};
use crate::{
    access::Via,
    http::{
        access::{Access, BACK, is_from_our_pages, only_reads, without_body},
        problem::{Code, Problem, language_of},
    },
    language::{Language, Sentence as _},
};

/// Nothing from elsewhere, nothing written into a page, and our pages in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How many pages are made at once: each may hold a page of records, and callbacks share the database with them.
const UNDER_WAY_MAX: usize = 32;

/// The right to make a page.
#[derive(Debug)]
pub(in crate::http) struct UnderWay(Semaphore);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Semaphore::new(UNDER_WAY_MAX))
    }
}

/// What may be seen by whoever has not logged in: the door, what it is painted with, and its language.
fn is_open(path: &str) -> bool {
    path == "/login"
        || path == "/login/wecom"
        || path == BACK
        || path.starts_with(LINK)
        || path.starts_with("/static/")
        || path.starts_with("/language/")
}

/// Lets in who has logged in; sends everybody else to the door.
pub(super) async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = pass(request, next).await?;
    set_headers(answer.headers_mut());
    Ok(answer)
}

async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let places = request.app_data::<Data<UnderWay>>().cloned();
    let place = places.as_ref().and_then(|places| places.0.try_acquire().ok());
    if place.is_none() {
        return Ok(refuse(request, &Problem::Busy));
    }
    let Some(access) = request.app_data::<Data<Access>>().cloned() else {
        return Ok(refuse(request, &Problem::Internal("find out who may come in")));
    };
    let changes = !only_reads(request.method());
    if is_open(request.path()) {
        // Whoever logs somebody in from elsewhere would have them act under another's name.
        if changes && !is_from_our_pages(request.request()) {
            return Ok(refuse(request, &Problem::CrossSite));
        }
    } else {
        let who = match access.who(request.request()).await {
            Ok(who) => who,
            Err(problem) => return Ok(turn_away(request, &problem)),
        };
        if who.via == Via::Session && changes && !is_from_our_pages(request.request()) {
            return Ok(refuse(request, &Problem::CrossSite));
        }
        request.extensions_mut().insert(who);
    }
    let is_head = request.method() == Method::HEAD;
    let answer = next.call(request).await?.map_into_boxed_body();
    // A handler does not know how its problem is shown.
    let problem = answer.response().error().and_then(Error::as_error::<Problem>);
    if let Some(shown) = problem.map(|problem| answer_to(answer.request(), problem)) {
        return Ok(answer.into_response(shown));
    }
    Ok(if is_head { without_body(answer) } else { answer })
}

/// Somebody who has not logged in is sent to the door, and from there to where they wanted to go. Programs are told as the
/// API tells them.
fn turn_away(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let wanted = match *request.method() {
        Method::GET | Method::HEAD => request.uri().path_and_query().map(|path| path.as_str().to_owned()),
        // What was about to be done is not; the page that it was asked from is where one comes back to.
        _ => request.headers().get(header::REFERER).and_then(|from| from.to_str().ok()).and_then(path_of),
    };
    if !matches!(problem.code(), Code::Token | Code::NoTokens) {
        return refuse(request, problem);
    }
    if is_of_a_program(request.request()) {
        return refuse(request, problem);
    }
    let next: String =
        url::form_urlencoded::byte_serialize(wanted.as_deref().unwrap_or("/").as_bytes()).collect();
    request.into_response(see_other(&format!("/login?next={next}")))
}

fn path_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    Some(format!("{}{query}", url.path()))
}

fn refuse(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let shown = answer_to(request.request(), problem);
    request.into_response(shown)
}

/// Whether a program asks for what is no page.
fn is_of_a_program(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    request.match_pattern().is_none() && !accept.is_some_and(|accept| accept.contains("text/html"))
}

fn answer_to(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    if is_of_a_program(request) {
        return problem.answer(language_of(request.headers()).unwrap_or(Language::En));
    }
    show(request, problem)
}

/// A problem as a page.
fn show(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let code = problem.code();
    let Ok(frame) = Frame::of(request) else { return problem.answer(Language::En) };
    let (words, language) = (frame.words, frame.language);
    let (title, what, cure) = match code {
        Code::NotFound | Code::Method => {
            (words.problem_not_found, frame.say(Say::NotFound), words.check_link)
        }
        Code::Role => (words.problem_not_allowed, frame.say(Say::NotAllowed), words.ask_admin),
        Code::Database | Code::Internal | Code::Busy | Code::TooFast => {
            (words.problem_trouble, frame.say(Say::Trouble), words.try_again)
        }
        // The same request would be refused again later.
        _ => (words.problem_wrong, problem.to(language), words.check_link),
    };
    let page = ProblemPage {
        w: words,
        shell: frame.shell(None),
        title,
        what,
        cure: cure.to_owned(),
        back: "/".to_owned(),
        back_label: words.to_overview,
    };
    match html(&page) {
        Ok(mut shown) => {
            *shown.status_mut() = code.status();
            problem.set_headers(shown.headers_mut());
            shown
        }
        Err(_) => problem.answer(language),
    }
}

fn set_headers(headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    if headers.get(LOCATION).is_some() || !headers.contains_key(CACHE_CONTROL) {
        // Pages are about people: no cache keeps them.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

//! `/login`, `/logout` and the switch of the language.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Form, Path, Query},
};
use serde::Deserialize;

use super::{
    frame::{Frame, html, local, remember, see_other},
    views::LoginPage,
    words::say::Say,
};
use crate::{
    http::{
        access::{Access, Caller, Viewer, clear_cookie, is_https},
        problem::{Code, Problem},
    },
    language::{Language, Sentence as _},
};

/// Where one wants to go.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
}

/// What the door asks for.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// The door. Whoever is in already goes on.
pub(super) async fn door(
    request: HttpRequest,
    frame: Frame,
    access: Data<Access>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let next = local(&wanted.next);
    match access.who(&request).await {
        Ok(_) => Ok(see_other(next)),
        Err(problem) => {
            let fault = matches!(problem.code(), Code::NoTokens).then(|| problem.to(frame.language));
            html(&page(&frame, &access, fault, next))
        }
    }
}

/// Somebody knocks.
pub(super) async fn knock(
    request: HttpRequest,
    frame: Frame,
    access: Data<Access>,
    given: Form<Given>,
) -> Result<HttpResponse, Problem> {
    let next = local(&given.next);
    match access.sign_in(&given.token, &request).await {
        Ok(cookie) => {
            let mut answer = see_other(next);
            if let Ok(value) = header::HeaderValue::from_str(cookie.as_str()) {
                answer.headers_mut().insert(header::SET_COOKIE, value);
            }
            Ok(answer)
        }
        Err(problem @ (Problem::Store(_) | Problem::Internal(_))) => Err(problem),
        Err(problem) => {
            let status = problem.code().status();
            let fault = match problem {
                Problem::Token => frame.say(Say::WrongToken),
                problem => problem.to(frame.language),
            };
            let mut answer = html(&page(&frame, &access, Some(fault), next))?;
            *answer.status_mut() = status;
            Ok(answer)
        }
    }
}

/// The door with what is wrong, where something is.
pub(super) fn page(frame: &Frame, access: &Access, fault: Option<String>, next: &str) -> LoginPage {
    let wecom = access.offers_wecom().then(|| {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        format!("/login/wecom?next={next}")
    });
    LoginPage { w: frame.words, shell: frame.shell(None), fault, next: next.to_owned(), wecom }
}

/// Ends the session.
pub(super) async fn leave(
    _: Caller<Viewer>,
    request: HttpRequest,
    access: Data<Access>,
) -> Result<HttpResponse, Problem> {
    access.sign_out(&request).await?;
    let mut answer = see_other("/login");
    if let Ok(value) = header::HeaderValue::from_str(clear_cookie(is_https(&request)).as_str()) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// The other language, from now on.
pub(super) async fn switch(language: Path<String>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let Some(language) = Language::named(&language) else { return Err(Problem::NoSuchPath) };
    let mut answer = see_other(local(&wanted.next));
    if let Ok(value) = header::HeaderValue::from_str(&remember(language)) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(answer)
}

//! `/login/wecom`: to WeCom's login page, and back from there (企业微信扫码登录).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Query},
};
use serde::Deserialize;

use super::{
    frame::{Frame, html, local, see_other},
    login::page,
    views::LoggedInPage,
    words::say::Say,
};
use crate::{
    flow::login::NotIdentified,
    http::{
        access::{Access, NotIn, SetCookie},
        problem::Problem,
    },
};

/// Where one wants to go.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
}

/// What comes back.
#[derive(Deserialize)]
pub(super) struct Came {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: String,
}

/// Sends a browser to WeCom. By a link and not by a form: where a form's answer leads elsewhere, browsers hold that against the
/// policy of our pages.
pub(super) async fn go(
    request: HttpRequest,
    frame: Frame,
    access: Data<Access>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let sent = access.send_to_wecom(&request, local(&wanted.next), frame.language)?;
    let mut answer = see_other(&sent.to);
    set(&mut answer, &sent.cookie);
    Ok(answer)
}

/// Somebody comes back.
pub(super) async fn back(
    request: HttpRequest,
    frame: Frame,
    access: Data<Access>,
    came: Query<Came>,
) -> Result<HttpResponse, Problem> {
    let (status, fault) = match access.come_from_wecom(&request, came.code.as_deref(), &came.state).await {
        Ok(came_in) => {
            let next = local(&came_in.next).to_owned();
            let mut answer = html(&LoggedInPage { w: frame.words, shell: frame.shell(None), next })?;
            for cookie in &came_in.cookies {
                set(&mut answer, cookie);
            }
            return Ok(answer);
        }
        Err(NotIn::Problem(problem)) => return Err(problem),
        Err(NotIn::Stale) => (StatusCode::UNAUTHORIZED, frame.say(Say::LoginStale)),
        Err(NotIn::Cancelled) => (StatusCode::UNAUTHORIZED, frame.say(Say::LoginCancelled)),
        Err(NotIn::NotIdentified(NotIdentified::Refused)) => {
            (StatusCode::UNAUTHORIZED, frame.say(Say::LoginRefused))
        }
        Err(NotIn::NotIdentified(NotIdentified::NotAsked)) => {
            (StatusCode::SERVICE_UNAVAILABLE, frame.say(Say::LoginNotAsked))
        }
        Err(NotIn::NotIdentified(NotIdentified::Stranger)) => {
            (StatusCode::FORBIDDEN, frame.say(Say::LoginStranger))
        }
        Err(NotIn::NotListed { userid }) => {
            (StatusCode::FORBIDDEN, frame.say(Say::LoginNotListed { userid: &userid }))
        }
    };
    let mut answer = html(&page(&frame, &access, Some(fault), "/"))?;
    *answer.status_mut() = status;
    Ok(answer)
}

fn set(answer: &mut HttpResponse, cookie: &SetCookie) {
    if let Ok(value) = header::HeaderValue::from_str(cookie.as_str()) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}

//! `/login/once/{code}`: the link at the end of a demo's output. It logs in once, and only a demo has it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, SET_COOKIE},
    web::{Data, Path},
};

use super::{
    frame::{Frame, html, remember, see_other},
    login,
    words::say::Say,
};
use crate::http::{access::Access, problem::Problem};

/// Somebody follows it: to the overview, in the language of the terminal.
pub(super) async fn follow(
    request: HttpRequest,
    frame: Frame,
    access: Data<Access>,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some(demo) = &frame.private.demo else { return Err(Problem::NoSuchPath) };
    match access.sign_in_once(&demo.link, &code, &request).await {
        Ok(cookie) => {
            let mut answer = see_other("/");
            for cookie in [cookie.as_str(), &remember(demo.language)] {
                if let Ok(value) = HeaderValue::from_str(cookie) {
                    answer.headers_mut().append(SET_COOKIE, value);
                }
            }
            Ok(answer)
        }
        Err(problem @ Problem::Token) => {
            let mut answer = html(&login::page(&frame, &access, Some(frame.say(Say::LinkUsed)), "/"))?;
            *answer.status_mut() = problem.code().status();
            Ok(answer)
        }
        Err(problem) => Err(problem),
    }
}

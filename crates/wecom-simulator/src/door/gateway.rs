//! `/_simulator/gateway/…`: what stands before the callback URL, as a proxy, a tunnel or a firewall does, and what is wrong
//! with it.
//!
//! Whoever asks for a path below it is passed on to the same path at the host of the callback URL. While something is wrong
//! there, WeCom's own callbacks go this way too.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method as HttpMethod, StatusCode},
    web::{self, Bytes, Data, ServiceConfig},
};
use serde_json::json;

use super::{reply, shared::Shared};
use crate::{
    page_language::PageLanguage,
    post::exchange::NoAnswer,
    set_up::{SetUpFault, WrongAnswer},
};

/// Where it is.
pub(crate) const GATEWAY: &str = "/_simulator/gateway";

/// What somebody else answers in its place.
const PAGE: &str =
    "<!doctype html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n";

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/_simulator/gateway/{path:.*}", web::route().to(pass));
}

async fn pass(shared: Data<Shared>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let faults: Vec<SetUpFault> = shared.running.world().set_up.of_callback().cloned().collect();
    let path = request.path().strip_prefix(GATEWAY).unwrap_or_default();
    let method = match *request.method() {
        HttpMethod::GET => reqwest::Method::GET,
        HttpMethod::POST => reqwest::Method::POST,
        _ => return HttpResponse::MethodNotAllowed().finish(),
    };
    for fault in &faults {
        match fault {
            SetUpFault::CallbackSlash {} if path.ends_with('/') => return HttpResponse::NotFound().finish(),
            SetUpFault::CallbackPage {} => {
                return HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE);
            }
            SetUpFault::CallbackSlow { delay_ms } => {
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(*delay_ms)) => {}
                    () = shared.tasks.stopped() => {}
                }
            }
            _ => {}
        }
    }
    // On the runtime that owns the connections of the callback's client; this thread has a runtime of its own.
    let post = std::sync::Arc::clone(&shared.running.post);
    let (path, query) = (path.to_owned(), request.query_string().to_owned());
    let passed = shared
        .tasks
        .spawn_to_its_end(async move { post.pass_on(method, (&path, &query), body.to_vec()).await });
    let (status, mut answer) = match passed.await.ok().flatten() {
        Some(Ok(answer)) => answer,
        Some(Err(fault)) => return nobody_behind(shared.page, Some(&fault)),
        None => return nobody_behind(shared.page, None),
    };
    for fault in &faults {
        match fault {
            SetUpFault::CallbackCut {} => return reply::cut(&request),
            SetUpFault::CallbackWrong { answer: wrong } => answer = changed(&answer, *wrong),
            _ => {}
        }
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(answer)
}

/// There is nobody to pass a request on to: no callback URL, or one that gives no answer.
fn nobody_behind(language: PageLanguage, fault: Option<&NoAnswer>) -> HttpResponse {
    let error = match (language, fault.map(|fault| fault.say(language))) {
        (PageLanguage::English, Some(fault)) => {
            format!("the gateway has nobody to pass this on to: the callback URL gives {fault}")
        }
        (PageLanguage::English, None) => {
            "the gateway has nobody to pass this on to: there is no callback URL: \
             PUT /_simulator/callback, or start with --callback"
                .to_owned()
        }
        (PageLanguage::Chinese, Some(fault)) => format!("转发不出去：回调 URL 没有答复（{fault}）"),
        (PageLanguage::Chinese, None) => "转发不出去：还没有回调 URL，请用 `PUT /_simulator/callback` 设置，\
             或者启动时加上 `--callback`"
            .to_owned(),
    };
    HttpResponse::BadGateway().json(json!({ "error": error }))
}

fn changed(answer: &[u8], how: WrongAnswer) -> Vec<u8> {
    match how {
        WrongAnswer::Newline => [answer, b"\n"].concat(),
        WrongAnswer::Bom => [b"\xef\xbb\xbf", answer].concat(),
        WrongAnswer::Quotes => [b"\"", answer, b"\""].concat(),
        WrongAnswer::Other => b"ok".to_vec(),
    }
}

//! `/_simulator/requests`, `deliveries`, `faults` and `callback`: what was called and posted, what goes wrong, and
//! where events are posted.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, BadRequest, after, answer, limit, newest, parameter, read, read_object},
    fault::{Fault, FaultKind},
    shared::Shared,
    url_check::UrlCheck,
};
use crate::{error::Error, post::callback_url, set_up::SetUpFault};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/_simulator/requests", web::get().to(requests))
        .route("/_simulator/requests", web::delete().to(clear_requests))
        .route("/_simulator/deliveries", web::get().to(deliveries))
        .route("/_simulator/deliveries/{number}", web::get().to(delivery))
        .route("/_simulator/faults", web::post().to(add_fault))
        .route("/_simulator/faults", web::get().to(faults))
        .route("/_simulator/faults", web::delete().to(clear_faults))
        .route("/_simulator/authority.pem", web::get().to(authority))
        .route("/_simulator/callback", web::put().to(set_callback))
        .route("/_simulator/verify", web::post().to(check_url));
}

async fn requests(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, path, after) = (limit(&request)?, parameter(&request, "path"), after(&request)?);
    let log = shared.log();
    let wanted = log
        .requests
        .iter()
        .filter(|request| request.number > after && path.as_ref().is_none_or(|path| request.path == *path));
    answer(&json!({ "requests": newest(wanted, limit) }))
}

async fn clear_requests(shared: Data<Shared>) -> Answer {
    shared.log().requests.clear();
    answer(&json!({ "requests": [] }))
}

async fn deliveries(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, after) = (limit(&request)?, after(&request)?);
    let desk = shared.running.post.desk();
    let wanted = desk.deliveries.iter().filter(|delivery| delivery.number > after);
    answer(&json!({ "deliveries": newest(wanted, limit) }))
}

async fn delivery(shared: Data<Shared>, number: Path<u64>) -> Answer {
    let desk = shared.running.post.desk();
    let found = desk.deliveries.get(*number);
    let missing = || BadRequest(format!("no delivery has the number {number}, or it is forgotten"));
    answer(found.ok_or_else(missing)?)
}

async fn add_fault(shared: Data<Shared>, body: Bytes) -> Answer {
    let again = Data::clone(&shared);
    let example =
        r#"{"path": "externalcontact/send_welcome_msg", "times": 2, "fault": {"errcode": {"code": -1}}}"#;
    let asked: Map<String, Value> = read(&body, example)?;
    if let Some(name) = asked.get("name") {
        if !name.as_str().is_some_and(|name| SetUpFault::NAMES.contains(&name)) {
            let names = SetUpFault::NAMES.join(", ");
            return Err(BadRequest(format!("no fault of the set-up has the name {name}: there are {names}")));
        }
        let fault: SetUpFault =
            read_object(asked, r#"{"name": "untrusted_address", "address": "203.0.113.7"}"#)?;
        shared.into_inner().add_set_up_fault(fault)?;
        return faults(again).await;
    }
    let fault: Fault = read_object(asked, example)?;
    // The library takes it, for tests that need an answer without an effect. By hand it is an oversight: nothing would
    // show that the call had not been done.
    if matches!(fault.fault, FaultKind::Errcode { code: 0, .. }) {
        return Err(BadRequest("errcode 0 is success: give another code, 45009 say".to_owned()));
    }
    shared.add_fault(fault)?;
    faults(shared).await
}

async fn faults(shared: Data<Shared>) -> Answer {
    let (gateway, https) = shared.gateways();
    let (world, log) = (shared.running.world(), shared.log());
    answer(&json!({
        "faults": log.faults,
        "set_up": world.set_up,
        "gateway": gateway.as_ref().map(Url::as_str),
        "https": https.as_ref().map(Url::as_str),
    }))
}

async fn clear_faults(shared: Data<Shared>) -> Answer {
    shared.clear_faults();
    faults(shared).await
}

/// Whom to trust, so that the gateway's certificate is good but for what is wrong with it.
async fn authority(shared: Data<Shared>) -> Result<HttpResponse, BadRequest> {
    let https = shared.into_inner().https()?;
    Ok(HttpResponse::Ok().content_type("application/x-pem-file").body(https.pem()))
}

async fn set_callback(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Callback {
        url: Option<String>,
    }
    let Callback { url } = read(&body, r#"{"url": "http://127.0.0.1:8080/callback/default"}"#)?;
    let parsed = url.as_deref().map(callback_url).transpose();
    let parsed = parsed.map_err(|why| BadRequest(format!("`url` is {why}; null: nowhere")))?;
    shared.running.post.desk().callback = parsed;
    answer(&json!({ "callback": url }))
}

async fn check_url(shared: Data<Shared>) -> Answer {
    // On the runtime that owns the connections of the callback's client; this thread has a runtime of its own.
    let post = std::sync::Arc::clone(&shared.running.post);
    let check = shared.tasks.spawn_to_its_end(async move { post.check_url().await });
    let checked = check.await.map_err(|_| Error::Stopped)??;
    answer(&UrlCheck::of(checked, shared.page))
}

//! `/_simulator/…`: what WeCom has no call for, as JSON over HTTP, and the page that tells how to use it.
//!
//! Wrong input is answered with 400 and `{"error": …}` in words that say what to do.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use reqwest::Url;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    Shared, api,
    corp::{Employee, Media},
    customer::{AddCustomer, Added},
    door::fault::{Fault, FaultKind},
    door::server::query_of,
    door::{acts, console},
    error::Error,
    json,
    occurrence::Occurrence,
    post::callback_url,
};

/// At most so many customers in one request.
const COUNT_MAX: u64 = 10_000;

/// So many rows are told where no `limit` is given, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 10_000;

/// The page at `/`.
const USAGE: &str = include_str!("usage.txt");

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(usage))
        .route("/", web::head().to(usage))
        .route("/_simulator/customers", web::post().to(add_customers))
        .route("/_simulator/customers", web::get().to(customers))
        .route("/_simulator/customers/{id}", web::get().to(customer))
        .route("/_simulator/employees", web::post().to(add_employee))
        .configure(console::routes)
        .route("/_simulator/media", web::post().to(add_media))
        .route("/_simulator/occurrences", web::post().to(occur))
        .route("/_simulator/faults", web::post().to(add_faults))
        .route("/_simulator/faults", web::get().to(faults))
        .route("/_simulator/faults", web::delete().to(clear_faults))
        .route("/_simulator/tokens/revoke", web::post().to(revoke))
        .route("/_simulator/tokens/expire", web::post().to(expire))
        .route("/_simulator/callback", web::put().to(set_callback))
        .route("/_simulator/verify", web::post().to(verify))
        .route("/_simulator/state", web::get().to(state))
        .route("/_simulator/requests", web::get().to(requests))
        .route("/_simulator/requests", web::delete().to(clear_requests))
        .route("/_simulator/deliveries", web::get().to(deliveries))
        .route("/_simulator/deliveries/{number}", web::get().to(delivery))
        .configure(acts::routes);
}

pub(crate) type Answer = Result<HttpResponse, Mistake>;

/// Something wrong with what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Mistake(pub(crate) String);

impl From<Error> for Mistake {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl actix_web::ResponseError for Mistake {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({ "error": self.0 }))
    }
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8], example: &str) -> Result<T, Mistake> {
    json::from_slice(body).map_err(|fault| Mistake(format!("{fault}; give JSON such as {example}")))
}

#[expect(clippy::unnecessary_wraps, reason = "the last word of a handler that can fail")]
pub(crate) fn told(what: &impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(what))
}

async fn usage(request: HttpRequest) -> HttpResponse {
    let base = format!("http://{}", request.connection_info().host());
    let page =
        USAGE.replace("{base}", &base).replace("{methods}", &api::paths().collect::<Vec<_>>().join("\n  "));
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(page)
}

pub(crate) async fn nothing_here(request: HttpRequest) -> HttpResponse {
    let error = format!(
        "nothing is at {} {}: GET / tells what there is (curl asks by POST where it has -d)",
        request.method(),
        request.path()
    );
    HttpResponse::NotFound().json(json!({ "error": error }))
}

async fn add_customers(shared: Data<Shared>, body: Bytes) -> Answer {
    let example =
        r#"{"employee": "zhangsan", "name": "小周", "state": "spring-2026", "count": 3, "wait": true}"#;
    let mut asked: Map<String, Value> = if body.is_empty() { Map::new() } else { read(&body, example)? };
    let count = match asked.remove("count") {
        None => 1,
        Some(count) => count
            .as_u64()
            .filter(|count| (1..=COUNT_MAX).contains(count))
            .ok_or_else(|| Mistake(format!("`count` is a number from 1 to {COUNT_MAX}")))?,
    };
    let wait = match asked.remove("wait") {
        None => false,
        Some(wait) => wait.as_bool().ok_or_else(|| Mistake("`wait` is true or false".into()))?,
    };
    let add: AddCustomer =
        json::from_object(asked).map_err(|fault| Mistake(format!("{fault}; give JSON such as {example}")))?;
    let shared = shared.into_inner();
    let added: Vec<Added> = (0..count).map(|_| shared.add_customer(&add)).collect::<Result<_, _>>()?;
    if !wait {
        return told(&json!({ "customers": added }));
    }
    let mut deliveries = Vec::new();
    for number in added.iter().flat_map(|added| &added.deliveries) {
        deliveries.extend(shared.delivered(*number).await);
    }
    told(&json!({ "customers": added, "deliveries": deliveries }))
}

async fn customers(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let limit = limit(&request)?;
    let world = shared.world();
    let newest: Vec<_> = world.customers().rev().take(limit).collect();
    told(&json!({ "customers": newest }))
}

async fn customer(shared: Data<Shared>, id: Path<String>) -> Answer {
    let world = shared.world();
    let customer = world.customer(&id).ok_or_else(|| Error::NoCustomer(id.to_string()))?;
    let relations = world.bonds(&id).iter().filter_map(|bond| world.relation(&bond.employee, &id));
    told(&json!({
        "customer": customer,
        "ids": customer.ids(),
        "relations": relations.collect::<Vec<_>>(),
        "waits_for": world.applications.of(world.places[id.as_str()]),
    }))
}

async fn add_employee(shared: Data<Shared>, body: Bytes) -> Answer {
    let employee: Employee = read(&body, r#"{"userid": "zhaoliu", "name": "赵六"}"#)?;
    shared.employ(employee)?;
    let world = shared.world();
    told(&json!({ "employees": world.employees().collect::<Vec<_>>() }))
}

async fn add_media(shared: Data<Shared>, body: Bytes) -> Answer {
    let media: Media = read(&body, r#"{"media_id": "spring-picture", "type": "image"}"#)?;
    shared.world().media.put(media.media_id.clone(), media.kind, shared.clock.now_ms());
    told(&media)
}

async fn occur(shared: Data<Shared>, body: Bytes) -> Answer {
    let example = r#"{"kind": "del_follow_user", "employee": "zhangsan", "customer": "wm…"}"#;
    let mut asked: Map<String, Value> = read(&body, example)?;
    let duplicates = match asked.remove("duplicates") {
        None => 0,
        Some(count) => count
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .ok_or_else(|| Mistake("`duplicates` is a number".into()))?,
    };
    let occurrence: Occurrence =
        json::from_object(asked).map_err(|fault| Mistake(format!("{fault}; give JSON such as {example}")))?;
    let deliveries = shared.into_inner().occur(occurrence, duplicates)?;
    told(&json!({ "deliveries": deliveries }))
}

async fn add_faults(shared: Data<Shared>, body: Bytes) -> Answer {
    let example =
        r#"{"path": "externalcontact/send_welcome_msg", "times": 2, "fault": {"errcode": {"code": -1}}}"#;
    let fault: Fault = read(&body, example)?;
    // By hand it is a mistake: nobody could tell such an answer from one of a call that was done.
    if matches!(fault.fault, FaultKind::Errcode { code: 0, .. }) {
        return Err(Mistake("errcode 0 is success: give another code, 45009 say".to_owned()));
    }
    shared.add_fault(fault)?;
    faults(shared).await
}

async fn faults(shared: Data<Shared>) -> Answer {
    told(&json!({ "faults": shared.world().faults }))
}

async fn clear_faults(shared: Data<Shared>) -> Answer {
    shared.world().faults.clear();
    faults(shared).await
}

async fn revoke(shared: Data<Shared>) -> Answer {
    shared.world().tokens.revoke();
    told(&json!({ "tokens": "are all unknown now (40014)" }))
}

async fn expire(shared: Data<Shared>) -> Answer {
    let now_ms = shared.clock.now_ms();
    shared.world().tokens.expire(now_ms);
    told(&json!({ "tokens": "are all expired now (42001)" }))
}

async fn set_callback(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Callback {
        url: Option<String>,
    }
    let Callback { url } = read(&body, r#"{"url": "http://127.0.0.1:8080/callback/default"}"#)?;
    let parsed = url.as_deref().map(callback_url).transpose();
    shared.world().callback = parsed.map_err(|why| Mistake(format!("`url` is {why}; null: nowhere")))?;
    told(&json!({ "callback": url }))
}

async fn verify(shared: Data<Shared>) -> Answer {
    // On the runtime that owns the client's connections; this thread has one of its own.
    let shared = shared.into_inner();
    let verifies = shared.runtime.clone().spawn(async move { shared.verify().await });
    told(&verifies.await.map_err(|_| Error::Stopped)??)
}

async fn state(shared: Data<Shared>) -> Answer {
    let world = shared.world();
    told(&json!({
        "now_ms": shared.clock.now_ms(),
        "corp_id": shared.corp_id,
        "suite_id": shared.suite_id,
        "callback": world.callback.as_ref().map(Url::as_str),
        "employees": world.employees().collect::<Vec<_>>(),
        "customers": world.customers().len(),
        "waiting": world.applications.len(),
        "tags": world.tags.living(),
        "departments": world.staff.departments().collect::<Vec<_>>(),
        "transfers": world.transfers.iter().count(),
        "messages": world.inbox.iter().count(),
        "requests": world.requests.count(),
        "deliveries": { "all": world.deliveries.count(), "under_way": world.deliveries.under_way() },
        "faults": world.faults,
    }))
}

async fn requests(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, path, after) = (limit(&request)?, parameter(&request, "path"), after(&request)?);
    let world = shared.world();
    let wanted = world
        .requests
        .iter()
        .filter(|request| request.number > after && path.as_ref().is_none_or(|path| request.path == *path));
    told(&json!({ "requests": newest(wanted, limit) }))
}

async fn clear_requests(shared: Data<Shared>) -> Answer {
    shared.world().requests.clear();
    told(&json!({ "requests": [] }))
}

async fn deliveries(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, after) = (limit(&request)?, after(&request)?);
    let world = shared.world();
    let wanted = world.deliveries.iter().filter(|delivery| delivery.number > after);
    told(&json!({ "deliveries": newest(wanted, limit) }))
}

async fn delivery(shared: Data<Shared>, number: Path<u64>) -> Answer {
    let world = shared.world();
    let found = world.deliveries.get(*number);
    told(found.ok_or_else(|| Mistake(format!("no delivery has the number {number}, or it is forgotten")))?)
}

/// The last `limit`, oldest first.
pub(crate) fn newest<'a, T>(rows: impl DoubleEndedIterator<Item = &'a T>, limit: usize) -> Vec<&'a T> {
    let mut rows: Vec<&T> = rows.rev().take(limit).collect();
    rows.reverse();
    rows
}

pub(crate) fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    query_of(request.query_string()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

pub(crate) fn limit(request: &HttpRequest) -> Result<usize, Mistake> {
    let Some(limit) = parameter(request, "limit") else { return Ok(LIMIT) };
    let limit = limit.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| Mistake(format!("`limit` is a number from 1 to {LIMIT_MAX}")))
}

fn after(request: &HttpRequest) -> Result<u64, Mistake> {
    let Some(after) = parameter(request, "after") else { return Ok(0) };
    after.parse().map_err(|_| Mistake("`after` is the `number` of a row, whose successors are wanted".into()))
}

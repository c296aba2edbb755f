//! `/_simulator/state`, `employees`, `media` and their like: who and what is there, and how more of it comes there.

use actix_web::{
    HttpRequest,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use reqwest::Url;
use serde_json::json;

use super::{
    answer::{Answer, answer, limit, newest, parameter, read},
    shared::Shared,
};
use crate::{
    corp::{Department, Employee, Media},
    error::Error,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/_simulator/state", web::get().to(state))
        .route("/_simulator/customers", web::get().to(customers))
        .route("/_simulator/customers/{id}", web::get().to(customer))
        .route("/_simulator/groups", web::get().to(groups))
        .route("/_simulator/transfers", web::get().to(transfers))
        .route("/_simulator/messages", web::get().to(messages))
        .route("/_simulator/robot_messages", web::get().to(robot_messages))
        .route("/_simulator/employees", web::post().to(add_employee))
        .route("/_simulator/departments", web::post().to(add_department))
        .route("/_simulator/media", web::post().to(add_media))
        .route("/_simulator/tokens/revoke", web::post().to(revoke))
        .route("/_simulator/tokens/expire", web::post().to(expire));
}

async fn state(shared: Data<Shared>) -> Answer {
    let (now_ms, post) = (shared.running.clock.now_ms(), &shared.running.post);
    let world = shared.running.world();
    let log = shared.log();
    let desk = post.desk();
    answer(&json!({
        "now_ms": now_ms,
        "corp_id": post.corp_id,
        "suite_id": post.suite_id,
        "callback": desk.callback.as_ref().map(Url::as_str),
        "employees": world.employees().collect::<Vec<_>>(),
        "customers": world.customers.len(),
        "waiting": world.applications.len(),
        "tags": world.tags.living(),
        "departments": world.staff.departments().collect::<Vec<_>>(),
        "transfers": world.transfers.iter().count(),
        "messages": world.inbox.iter().count(),
        "requests": log.requests.count(),
        "deliveries": { "all": desk.deliveries.count(), "under_way": desk.deliveries.under_way() },
        "faults": log.faults,
        "set_up": world.set_up,
    }))
}

async fn customers(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let limit = limit(&request)?;
    let world = shared.running.world();
    let newest: Vec<_> = world.customers.iter().rev().take(limit).collect();
    answer(&json!({ "customers": newest }))
}

async fn customer(shared: Data<Shared>, id: Path<String>) -> Answer {
    let world = shared.running.world();
    let place = world.customers.place(&id).ok_or_else(|| Error::NoCustomer(id.to_string()))?;
    let customer = &world.customers[place].customer;
    let bonds = world.customers[place].bonds.iter();
    let relations = bonds.filter_map(|bond| world.relation(&bond.employee, &id));
    answer(&json!({
        "customer": customer,
        "ids": customer.ids(),
        "relations": relations.collect::<Vec<_>>(),
        "waits_for": world.applications.members_asked(place),
    }))
}

async fn groups(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let limit = limit(&request)?;
    let newest: Vec<_> = shared.running.world().groups.views().rev().take(limit).collect();
    answer(&json!({ "groups": newest }))
}

async fn transfers(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let limit = limit(&request)?;
    shared.running.pass_time();
    let world = shared.running.world();
    answer(&json!({ "transfers": newest(world.transfers.iter(), limit) }))
}

/// What the app has sent to employees; with `to`, to one of them.
async fn messages(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, to) = (limit(&request)?, parameter(&request, "to"));
    let world = shared.running.world();
    let wanted = world.inbox.iter().filter(|message| {
        to.as_ref().is_none_or(|to| message.to.iter().any(|userid| userid.eq_ignore_ascii_case(to)))
    });
    answer(&json!({ "messages": newest(wanted, limit) }))
}

/// What group robots have posted; with `key`, one of them.
async fn robot_messages(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, key) = (limit(&request)?, parameter(&request, "key"));
    let world = shared.running.world();
    let wanted = world.robots.iter().filter(|message| key.as_ref().is_none_or(|key| message.key == *key));
    answer(&json!({ "messages": newest(wanted, limit) }))
}

async fn add_employee(shared: Data<Shared>, body: Bytes) -> Answer {
    let employee: Employee = read(&body, r#"{"userid": "zhaoliu", "name": "赵六"}"#)?;
    shared.running.perform(employee)?;
    let world = shared.running.world();
    answer(&json!({ "employees": world.employees().collect::<Vec<_>>() }))
}

async fn add_department(shared: Data<Shared>, body: Bytes) -> Answer {
    let department: Department = read(&body, r#"{"id": 5, "name": "华南区", "parentid": 2}"#)?;
    shared.running.perform(department)?;
    let world = shared.running.world();
    answer(&json!({ "departments": world.staff.departments().collect::<Vec<_>>() }))
}

async fn add_media(shared: Data<Shared>, body: Bytes) -> Answer {
    let media: Media = read(&body, r#"{"media_id": "spring-picture", "type": "image"}"#)?;
    shared.running.change(|world, now_ms| world.media.put(media.media_id.clone(), media.kind, now_ms));
    answer(&media)
}

async fn revoke(shared: Data<Shared>) -> Answer {
    shared.running.change(|world, _| world.tokens.revoke());
    answer(&json!({ "tokens": "are all unknown now (40014)" }))
}

async fn expire(shared: Data<Shared>) -> Answer {
    shared.running.change(|world, now_ms| world.tokens.expire(now_ms));
    answer(&json!({ "tokens": "are all expired now (42001)" }))
}

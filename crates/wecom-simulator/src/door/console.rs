//! The part of `/_simulator/…` that is about people: who scans, accepts, talks, leaves, and what employees were told.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Shared,
    acts::scan::Scan,
    acts::tag::Edit,
    acts::talk::Talk,
    corp::Department,
    customer::Relation,
    door::control::{Answer, Mistake, limit, newest, parameter, read, told},
    time::{self, TimeTold},
    world::transfers::TransferDecision,
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/_simulator/scans", web::post().to(scan))
        .route("/_simulator/accepts", web::post().to(accept))
        .route("/_simulator/edits", web::post().to(edit))
        .route("/_simulator/talks", web::post().to(talk))
        .route("/_simulator/employees/{userid}/leave", web::post().to(leave))
        .route("/_simulator/departments", web::post().to(add_department))
        .route("/_simulator/transfers", web::post().to(decide))
        .route("/_simulator/transfers", web::get().to(transfers))
        .route("/_simulator/messages", web::get().to(messages))
        .route("/_simulator/clock", web::get().to(clock))
        .route("/_simulator/clock", web::post().to(forward));
}

async fn scan(shared: Data<Shared>, body: Bytes) -> Answer {
    let scan: Scan = read(&body, r#"{"config_id": "…", "name": "小周"}"#)?;
    told(&shared.scan(&scan)?)
}

async fn accept(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Accept {
        employee: String,
        customer: String,
    }
    let Accept { employee, customer } = read(&body, r#"{"employee": "zhangsan", "customer": "wm…"}"#)?;
    told(&shared.accept(&employee, &customer)?)
}

async fn talk(shared: Data<Shared>, body: Bytes) -> Answer {
    let example = r#"{"employee": "zhangsan", "customer": "wm…", "by": "customer", "messages": 3}"#;
    let talk: Talk = read(&body, example)?;
    let shared = shared.into_inner();
    let deliveries = shared.talk(&talk)?;
    told(&changed(&shared, &talk.employee, &talk.customer, deliveries))
}

async fn edit(shared: Data<Shared>, body: Bytes) -> Answer {
    let edit: Edit = read(&body, r#"{"employee": "zhangsan", "customer": "wm…", "remark": "周总"}"#)?;
    let (employee, customer) = (edit.employee.clone(), edit.customer.clone());
    let shared = shared.into_inner();
    let deliveries = shared.edit(edit)?;
    told(&changed(&shared, &employee, &customer, deliveries))
}

/// A relation that something was done about, and what was told of it.
#[derive(Serialize)]
struct Changed {
    #[serde(flatten)]
    relation: Option<Relation>,
    deliveries: Vec<u64>,
}

fn changed(shared: &Shared, employee: &str, customer: &str, deliveries: Vec<u64>) -> Changed {
    Changed { relation: shared.world().relation(employee, customer), deliveries }
}

async fn leave(shared: Data<Shared>, userid: Path<String>) -> Answer {
    let deliveries = shared.into_inner().leave(&userid)?;
    told(&json!({ "left": *userid, "deliveries": deliveries }))
}

async fn add_department(shared: Data<Shared>, body: Bytes) -> Answer {
    let department: Department = read(&body, r#"{"id": 5, "name": "华南区", "parentid": 2}"#)?;
    let mut world = shared.world();
    world.staff.add_department(department)?;
    told(&json!({ "departments": world.staff.departments().collect::<Vec<_>>() }))
}

async fn decide(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decide {
        customer: String,
        decision: TransferDecision,
    }
    let Decide { customer, decision } = read(&body, r#"{"customer": "wm…", "decision": "refuse"}"#)?;
    told(&json!({ "deliveries": shared.decide_transfer(&customer, decision)? }))
}

async fn transfers(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let limit = limit(&request)?;
    shared.pass_time();
    let world = shared.world();
    told(&json!({ "transfers": newest(world.transfers.iter(), limit) }))
}

async fn clock(shared: Data<Shared>) -> Answer {
    told(&shared.clock.told())
}

/// Puts the clock ahead: by `forward`, `3d` say, or by `forward_ms`.
async fn forward(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Forward {
        forward: Option<String>,
        forward_ms: Option<u64>,
    }
    const EXAMPLE: &str = r#"{"forward": "3d"}"#;
    let by = match read(&body, EXAMPLE)? {
        Forward { forward: Some(text), forward_ms: None } => time::stretch(&text).ok_or_else(|| {
            Mistake(format!("`forward` is a number with s, m, h or d; give JSON such as {EXAMPLE}"))
        })?,
        Forward { forward: None, forward_ms: Some(ms) } => Duration::from_millis(ms),
        _ => return Err(Mistake(format!("either `forward` or `forward_ms`; give JSON such as {EXAMPLE}"))),
    };
    let shared = shared.into_inner();
    let deliveries = shared.forward(by)?;
    let TimeTold { now_ms, ahead_ms } = shared.clock.told();
    told(&json!({ "now_ms": now_ms, "ahead_ms": ahead_ms, "deliveries": deliveries }))
}

/// What employees were told; with `to`, what one was.
async fn messages(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let (limit, to) = (limit(&request)?, parameter(&request, "to"));
    let world = shared.world();
    let wanted = world.inbox.iter().filter(|message| {
        to.as_ref().is_none_or(|to| message.to.iter().any(|userid| userid.eq_ignore_ascii_case(to)))
    });
    told(&json!({ "messages": newest(wanted, limit) }))
}

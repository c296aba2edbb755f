//! `/_simulator/customers`, `scans`, `groups` and their like: somebody does something.

use std::time::Duration;

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, BadRequest, answer, read, read_object},
    shared::Shared,
};
use crate::{
    acts::{
        Act,
        edit::Edit,
        group::GroupAct,
        link::LinkAct,
        mass_message::MessageAct,
        moment::MomentAct,
        occur::Occur,
        scan::{Accept, Scan},
        staff::Leave,
        tag::TagAct,
        talk::Talk,
        template::ForeignTemplate,
        transfer::Decide,
    },
    customer::{AddCustomer, Added},
    occurrence::Occurrence,
    time::{self, ClockReading},
};

/// The most customers in one request.
const COUNT_MAX: u64 = 10_000;

/// An act that is asked for by posting it as JSON, and answered with its outcome.
trait ByHand: Act<Outcome: Serialize> + DeserializeOwned {
    /// What a body looks like, for whoever sends one that cannot be read.
    const EXAMPLE: &str;
}

impl ByHand for Scan {
    const EXAMPLE: &str = r#"{"config_id": "…", "name": "小周"}"#;
}

impl ByHand for Accept {
    const EXAMPLE: &str = r#"{"employee": "zhangsan", "customer": "wm…"}"#;
}

impl ByHand for Talk {
    const EXAMPLE: &str = r#"{"employee": "zhangsan", "customer": "wm…", "by": "customer", "messages": 3}"#;
}

impl ByHand for Edit {
    const EXAMPLE: &str = r#"{"employee": "zhangsan", "customer": "wm…", "remark": "周总"}"#;
}

impl ByHand for Decide {
    const EXAMPLE: &str = r#"{"customer": "wm…", "decision": "refuse"}"#;
}

impl ByHand for GroupAct {
    const EXAMPLE: &str = r#"{"act": "create", "owner": "zhangsan", "name": "客户群", "members": ["wm…"]}"#;
}

impl ByHand for MessageAct {
    const EXAMPLE: &str = r#"{"act": "send", "msgid": "msg…", "employee": "zhangsan"}"#;
}

impl ByHand for MomentAct {
    const EXAMPLE: &str = r#"{"act": "publish", "moment_id": "mom…", "employee": "zhangsan"}"#;
}

impl ByHand for LinkAct {
    const EXAMPLE: &str = r#"{"act": "open", "link_id": "cawcde…", "state": "spring-2026"}"#;
}

impl ByHand for TagAct {
    const EXAMPLE: &str = r#"{"act": "create", "group": "渠道", "tags": ["直播"]}"#;
}

impl ByHand for ForeignTemplate {
    const EXAMPLE: &str = r#"{"text": "欢迎"}"#;
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/_simulator/customers", web::post().to(add_customers))
        .route("/_simulator/scans", web::post().to(perform::<Scan>))
        .route("/_simulator/accepts", web::post().to(perform::<Accept>))
        .route("/_simulator/talks", web::post().to(perform::<Talk>))
        .route("/_simulator/edits", web::post().to(perform::<Edit>))
        .route("/_simulator/transfers", web::post().to(perform::<Decide>))
        .route("/_simulator/groups", web::post().to(perform::<GroupAct>))
        .route("/_simulator/mass_messages", web::post().to(perform::<MessageAct>))
        .route("/_simulator/moments", web::post().to(perform::<MomentAct>))
        .route("/_simulator/links", web::post().to(perform::<LinkAct>))
        .route("/_simulator/tags", web::post().to(perform::<TagAct>))
        .route("/_simulator/templates", web::post().to(perform::<ForeignTemplate>))
        .route("/_simulator/employees/{userid}/leave", web::post().to(leave))
        .route("/_simulator/occurrences", web::post().to(occur))
        .route("/_simulator/clock", web::get().to(clock))
        .route("/_simulator/clock", web::post().to(forward));
}

async fn perform<A: ByHand>(shared: Data<Shared>, body: Bytes) -> Answer {
    let act: A = read(&body, A::EXAMPLE)?;
    answer(&shared.running.perform(act)?)
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
            .ok_or_else(|| BadRequest(format!("`count` is a number from 1 to {COUNT_MAX}")))?,
    };
    let wait = match asked.remove("wait") {
        None => false,
        Some(wait) => wait.as_bool().ok_or_else(|| BadRequest("`wait` is true or false".into()))?,
    };
    let add: AddCustomer = read_object(asked, example)?;
    let added: Vec<Added> = (0..count).map(|_| shared.running.perform(&add)).collect::<Result<_, _>>()?;
    if !wait {
        return answer(&json!({ "customers": added }));
    }
    let mut deliveries = Vec::new();
    for number in added.iter().flat_map(|added| &added.deliveries) {
        deliveries.extend(shared.running.post.delivered(*number).await);
    }
    answer(&json!({ "customers": added, "deliveries": deliveries }))
}

async fn leave(shared: Data<Shared>, userid: Path<String>) -> Answer {
    answer(&shared.running.perform(Leave(&userid))?)
}

async fn occur(shared: Data<Shared>, body: Bytes) -> Answer {
    let example = r#"{"kind": "del_follow_user", "employee": "zhangsan", "customer": "wm…"}"#;
    let mut asked: Map<String, Value> = read(&body, example)?;
    let duplicates = match asked.remove("duplicates") {
        None => 0,
        Some(count) => count
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .ok_or_else(|| BadRequest("`duplicates` is a number".into()))?,
    };
    let occurrence: Occurrence = read_object(asked, example)?;
    answer(&shared.running.perform(Occur { occurrence, duplicates })?)
}

async fn clock(shared: Data<Shared>) -> Answer {
    answer(&shared.running.clock.reading())
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
        Forward { forward: Some(text), forward_ms: None } => time::duration(&text).ok_or_else(|| {
            BadRequest(format!("`forward` is a number with s, m, h or d; give JSON such as {EXAMPLE}"))
        })?,
        Forward { forward: None, forward_ms: Some(ms) } => Duration::from_millis(ms),
        _ => {
            return Err(BadRequest(format!("either `forward` or `forward_ms`; give JSON such as {EXAMPLE}")));
        }
    };
    let deliveries = shared.running.forward(by)?;
    let ClockReading { now_ms, ahead_ms } = shared.running.clock.reading();
    answer(&json!({ "now_ms": now_ms, "ahead_ms": ahead_ms, "deliveries": deliveries }))
}

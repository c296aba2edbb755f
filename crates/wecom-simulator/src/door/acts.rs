//! `/_simulator/groups`, `/_simulator/links` and their like: what people do by hand, as JSON over HTTP.

use actix_web::{
    HttpRequest,
    web::{self, Bytes, Data, ServiceConfig},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Shared,
    door::control::{Answer, limit, read, told},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/_simulator/groups", web::post().to(act_on_group))
        .route("/_simulator/groups", web::get().to(groups))
        .route("/_simulator/mass_messages", web::post().to(act_on_message))
        .route("/_simulator/moments", web::post().to(act_on_moment))
        .route("/_simulator/links", web::post().to(act_on_link))
        .route("/_simulator/tags", web::post().to(act_on_tags))
        .route("/_simulator/templates", web::post().to(add_template));
}

async fn act_on_group(shared: Data<Shared>, body: Bytes) -> Answer {
    let act = read(&body, r#"{"act": "create", "owner": "zhangsan", "name": "客户群", "members": ["wm…"]}"#)?;
    told(&shared.into_inner().act_on_group(act)?)
}

async fn groups(shared: Data<Shared>, request: HttpRequest) -> Answer {
    let newest: Vec<_> = shared.world().groups.views().rev().take(limit(&request)?).collect();
    told(&json!({ "groups": newest }))
}

async fn act_on_message(shared: Data<Shared>, body: Bytes) -> Answer {
    let act = read(&body, r#"{"act": "send", "msgid": "msg…", "employee": "zhangsan"}"#)?;
    let now_ms = shared.clock.now_ms();
    told(&shared.world().act_on_message(act, now_ms)?)
}

async fn act_on_moment(shared: Data<Shared>, body: Bytes) -> Answer {
    let act = read(&body, r#"{"act": "publish", "moment_id": "mom…", "employee": "zhangsan"}"#)?;
    let now_ms = shared.clock.now_ms();
    told(&shared.world().act_on_moment(act, now_ms)?)
}

async fn act_on_link(shared: Data<Shared>, body: Bytes) -> Answer {
    let act = read(&body, r#"{"act": "open", "link_id": "cawcde…", "state": "spring-2026"}"#)?;
    told(&shared.into_inner().act_on_link(act)?)
}

async fn act_on_tags(shared: Data<Shared>, body: Bytes) -> Answer {
    let act = read(&body, r#"{"act": "create", "group": "渠道", "tags": ["直播"]}"#)?;
    told(&shared.into_inner().act_on_tags(act)?)
}

async fn add_template(shared: Data<Shared>, body: Bytes) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Foreign {
        text: String,
    }
    let Foreign { text } = read(&body, r#"{"text": "欢迎"}"#)?;
    told(&json!({ "template_id": shared.add_foreign_template(&text)? }))
}

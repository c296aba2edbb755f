//! Rule groups of moments.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    contact::{CreateMomentStrategy, GetStrategyRange, ListStrategies},
};

use crate::walk::{Method, once, pages, pages_as, refused};

const START: i64 = 1_733_900_461;

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/moment_strategy/list",
        Read,
        json!({"cursor": "c", "limit": 1_000}),
        json!({"strategy": [{"strategy_id": 1}, {"strategy_id": 2}], "next_cursor": "n"}),
    ));
    let shown = json!({"strategy_id": 1, "parent_id": 0, "strategy_name": "NAME", "create_time": START,
        "admin_list": ["lisi.01"],
        "privilege": {"view_moment_list": true, "send_moment": true, "manage_moment_cover_and_sign": false}});
    rows.push(
        Method::post(
            "externalcontact/moment_strategy/get",
            Read,
            json!({"strategy_id": 1}),
            json!({"strategy": shown}),
        )
        .at("/strategy")
        .needed(),
    );
    let nodes = json!([{"type": 1, "userid": "lisi.01"}, {"type": 2, "partyid": 2}]);
    rows.push(Method::post(
        "externalcontact/moment_strategy/get_range",
        Read,
        json!({"strategy_id": 1, "cursor": "c", "limit": 10}),
        json!({"range": nodes, "next_cursor": "n"}),
    ));
    rows.push(
        Method::post(
            "externalcontact/moment_strategy/create",
            Once,
            json!({"parent_id": 0,
        "strategy_name": "NAME", "admin_list": ["lisi.01"], "privilege": {"send_moment": false},
            "range": nodes}),
            json!({"strategy_id": 1}),
        )
        .at("/strategy_id")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/moment_strategy/edit",
        Idempotent,
        json!({"strategy_id": 1, "strategy_name": "NAME", "admin_list": ["lisi.01"],
            "privilege": {"send_moment": true}, "range_add": nodes, "range_del": nodes}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/moment_strategy/del",
        Idempotent,
        json!({"strategy_id": 1}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    pages_as("moment_strategy/list", "strategy", json!({"strategy_id": 1}), &json!(1), |wecom| {
        wecom.moment_strategy_list_all(&ListStrategies::default(), once())
    })
    .await;
    pages("moment_strategy/get_range", "range", json!({"type": 2, "partyid": 2}), |wecom| {
        wecom.moment_strategy_get_range_all(&GetStrategyRange::of(1), once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("strategy_id is absent or empty: WeCom requires it", async |wecom| {
        wecom.moment_strategy_get_range(&GetStrategyRange::default(), once()).await
    })
    .await;
    refused("admin_list has 21 elements: 1 to 20 are allowed", async |wecom| {
        let request = CreateMomentStrategy {
            strategy_name: "n".into(),
            admin_list: vec!["a".into(); 21],
            ..CreateMomentStrategy::default()
        };
        wecom.moment_strategy_create(&request, once()).await
    })
    .await;
    refused("admin_list is absent or empty: WeCom requires it", async |wecom| {
        let request = CreateMomentStrategy { strategy_name: "n".into(), ..CreateMomentStrategy::default() };
        wecom.moment_strategy_create(&request, once()).await
    })
    .await;
}

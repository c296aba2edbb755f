//! Rule groups of customer contact.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_client::{
    Effect,
    contact::{CreateCustomerStrategy, EditCustomerStrategy, GetStrategyRange, ListStrategies},
};

use crate::scripted::Reply;
use crate::walk::{Method, calls, fine, once, pages_as, usual, wecom};

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "externalcontact/customer_strategy/list",
            Effect::Read,
            json!({"cursor": "CURSOR", "limit": 1000}),
            json!({"strategy": [{"strategy_id": 1}, {"strategy_id": 2}], "next_cursor": "NEXT"}),
        ),
        Method::post(
            "externalcontact/customer_strategy/get",
            Effect::Read,
            json!({"strategy_id": 1}),
            json!({"strategy": {"strategy_id": 1, "parent_id": 0, "strategy_name": "规则组",
                "create_time": 1_557_838_797, "admin_list": ["lisi"],
                "privilege": {"view_customer_list": true, "share_customer": false}}}),
        )
        .at("/strategy")
        .needed(),
        Method::post(
            "externalcontact/customer_strategy/get_range",
            Effect::Read,
            json!({"strategy_id": 1, "cursor": "CURSOR", "limit": 1000}),
            json!({"range": [{"type": 1, "userid": "lisi"}, {"type": 2, "partyid": 1}], "next_cursor": "NEXT"}),
        ),
        Method::post(
            "externalcontact/customer_strategy/create",
            Effect::Once,
            json!({"parent_id": 0, "strategy_name": "规则组", "admin_list": ["lisi"],
                "privilege": {"view_customer_list": true, "added_later": false},
                "range": [{"type": 1, "userid": "lisi"}, {"type": 2, "partyid": 1}]}),
            json!({"strategy_id": 1}),
        )
        .at("/strategy_id")
        .needed(),
        Method::post(
            "externalcontact/customer_strategy/edit",
            Effect::Idempotent,
            json!({"strategy_id": 1, "strategy_name": "新名", "admin_list": ["lisi"],
                "privilege": {"contact_me": false}, "range_add": [{"type": 1, "userid": "lisi"}],
                "range_del": [{"type": 2, "partyid": 1}]}),
            json!({}),
        ),
        Method::post(
            "externalcontact/customer_strategy/del",
            Effect::Idempotent,
            json!({"strategy_id": 1}),
            json!({}),
        ),
    ]
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    pages_as("customer_strategy/list", "strategy", json!({"strategy_id": 1}), &json!(1), |wecom| {
        wecom.customer_strategy_list_all(&ListStrategies::default(), once())
    })
    .await;
}

#[tokio::test]
async fn rule_groups_and_ranges_come_page_by_page() {
    let (server, client) = wecom(|seen| {
        let last = seen.json()["cursor"].is_string();
        let mut answer = if seen.path.ends_with("/list") {
            json!({"strategy": [{"strategy_id": if last { 2 } else { 1 }}]})
        } else {
            json!({"range": [{"type": 1, "userid": "lisi"}]})
        };
        if !last {
            answer["next_cursor"] = json!("1");
        }
        fine(&answer)
    })
    .await;
    let external = client.external();
    let ids: Vec<_> =
        external.customer_strategy_list_all(&ListStrategies::default(), usual()).try_collect().await.unwrap();
    assert_eq!(ids, [1, 2]);
    let range: Vec<_> = external
        .customer_strategy_get_range_all(&GetStrategyRange::of(7), usual())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(range.len(), 2);
    assert_eq!(calls(&server)[3].json(), json!({"strategy_id": 7, "cursor": "1", "limit": 1_000}));
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    external
        .customer_strategy_list(&ListStrategies { limit: Some(1_001), cursor: None }, usual())
        .await
        .unwrap_err();
    external
        .customer_strategy_get_range(&GetStrategyRange { limit: Some(0), ..GetStrategyRange::of(1) }, usual())
        .await
        .unwrap_err();
    external.customer_strategy_create(&CreateCustomerStrategy::default(), usual()).await.unwrap_err();
    external.customer_strategy_edit(&EditCustomerStrategy::default(), usual()).await.unwrap_err();
    assert!(server.seen().is_empty());
}

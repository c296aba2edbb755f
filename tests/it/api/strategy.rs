//! Rule groups and their tags.

use futures_util::TryStreamExt;
use serde_json::json;
use wecom_greeter::wecom::{
    Effect, Error,
    external::{
        AddStrategyTag, CreateCustomerStrategy, DelStrategyTag, EditCustomerStrategy, EditStrategyTag,
        GetStrategyRange, ListStrategies, NewCorpTag,
    },
};

use super::{Method, calls, fine, tag::group, usual, wecom};
use crate::harness::scripted::Reply;

pub fn tag_methods() -> Vec<Method> {
    vec![
        Method::post(
            "externalcontact/get_strategy_tag_list",
            Effect::Read,
            json!({"strategy_id": 1, "tag_id": ["st2"], "group_id": ["st1"]}),
            json!({"tag_group": [group()]}),
        )
        .at("/tag_group"),
        Method::post(
            "externalcontact/add_strategy_tag",
            Effect::Once,
            json!({"strategy_id": 1, "group_id": "st1", "group_name": "等级", "order": 1,
                "tag": [{"name": "VIP", "order": 1}]}),
            json!({"tag_group": group()}),
        )
        .at("/tag_group")
        .needed(),
        Method::post(
            "externalcontact/edit_strategy_tag",
            Effect::Idempotent,
            json!({"id": "st1", "name": "新名", "order": 1}),
            json!({}),
        ),
        Method::post(
            "externalcontact/del_strategy_tag",
            Effect::Idempotent,
            json!({"tag_id": ["st2"], "group_id": ["st1"]}),
            json!({}),
        ),
    ]
}

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
    let tag = AddStrategyTag {
        group_name: Some("等级".into()),
        tag: vec![NewCorpTag { name: "VIP".into(), order: None }],
        ..AddStrategyTag::default()
    };
    let error = external.add_strategy_tag(&tag, usual()).await.unwrap_err();
    assert!(
        matches!(error, Error::Argument { field: "strategy_id", .. }),
        "a tag of the whole corp is another call: {error}"
    );
    external.edit_strategy_tag(&EditStrategyTag::default(), usual()).await.unwrap_err();
    external.del_strategy_tag(&DelStrategyTag::default(), usual()).await.unwrap_err();
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

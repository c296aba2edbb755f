//! The tags of rule groups.

use serde_json::json;
use wecom_client::{
    Effect, Error,
    contact::{AddStrategyTag, DelStrategyTag, EditStrategyTag, NewCorpTag},
};

use crate::corp_tag::group;
use crate::scripted::Reply;
use crate::walk::{Method, usual, wecom};

pub fn methods() -> Vec<Method> {
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
    assert!(server.seen().is_empty());
}

//! Rule groups of customer contact.

use super::*;
use futures_util::TryStreamExt as _;
use wecom_client::contact::{CreateCustomerStrategy, EditCustomerStrategy, Privileges, StrategyNode};

pub(super) fn sales() -> CreateCustomerStrategy {
    CreateCustomerStrategy {
        strategy_name: "销售".into(),
        admin_list: vec!["lisi".into()],
        privilege: Some(Privileges([("share_customer".to_owned(), false)].into())),
        range: vec![StrategyNode::party(2)],
        ..Default::default()
    }
}

#[tokio::test]
async fn rule_groups_are_listed_changed_and_kept_inside_their_parents() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let parent = wecom.customer_strategy_create(&sales(), usual()).await.unwrap();
    let child = CreateCustomerStrategy {
        parent_id: Some(parent),
        range: vec![StrategyNode::party(4), StrategyNode::user("LISI")],
        ..sales()
    };
    let child = wecom.customer_strategy_create(&child, usual()).await.unwrap();
    let all = wecom
        .customer_strategy_list_all(&wecom_client::contact::ListStrategies::default(), usual())
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(all, [parent, child]);
    let edit = EditCustomerStrategy {
        strategy_id: Some(child),
        strategy_name: Some("华东".into()),
        range_add: vec![StrategyNode::user("zhangsan")],
        range_del: vec![StrategyNode::user("lisi")],
        ..Default::default()
    };
    wecom.customer_strategy_edit(&edit, usual()).await.unwrap();
    let range = wecom
        .customer_strategy_get_range_all(&wecom_client::contact::GetStrategyRange::of(child), usual())
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(range, [StrategyNode::party(4), StrategyNode::user("zhangsan")]);
    assert_eq!(
        wecom.customer_strategy_get(child, usual()).await.unwrap().strategy_name.as_deref(),
        Some("华东")
    );

    let with = |changes: Value| {
        let mut body = json!({ "strategy_name": "x", "admin_list": ["lisi"], "range": [{ "type": 1, "userid": "lisi" }] });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let of = "externalcontact/customer_strategy";
    outside
        .codes(
            &format!("{of}/create"),
            [
                (40063, with(json!({ "strategy_name": "" }))),
                (40058, with(json!({ "admin_list": [] }))),
                (40058, with(json!({ "range": [] }))),
                (40058, with(json!({ "range": [{ "type": 2, "userid": "lisi" }] }))),
                (40058, with(json!({ "parent_id": 99 }))),
                (40058, with(json!({ "parent_id": parent, "range": [{ "type": 2, "partyid": 3 }] }))),
                (40058, with(json!({ "privilege": { "fly": true } }))),
                (60111, with(json!({ "admin_list": ["nobody"] }))),
                (60111, with(json!({ "range": [{ "type": 1, "userid": "nobody" }] }))),
                (60123, with(json!({ "range": [{ "type": 2, "partyid": 77 }] }))),
            ],
        )
        .await;
    for path in ["get", "get_range", "edit", "del"] {
        let rows = [(40063, json!({})), (40058, json!({ "strategy_id": 99 }))];
        outside.codes(&format!("{of}/{path}"), rows).await;
    }
    outside.codes(&format!("{of}/del"), [(40058, json!({ "strategy_id": parent }))]).await;
    outside
        .codes(&format!("{of}/list"), [(50100, json!({ "cursor": "?" })), (40058, json!({ "limit": 0 }))])
        .await;
    let page = outside.post(&format!("{of}/list"), json!({ "limit": 1 })).await;
    assert_eq!(page["strategy"], json!([{ "strategy_id": parent }]));
    let next = json!({ "limit": 1, "cursor": page["next_cursor"] });
    assert_ne!(outside.post(&format!("{of}/list"), next).await["strategy"], page["strategy"]);
    outside.simulator.stop().await;
}

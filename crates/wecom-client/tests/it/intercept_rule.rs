//! Words that employees may not send.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    Error,
    contact::{AddInterceptRule, InterceptType, Scope},
};
use wecom_core::Class;

use crate::scripted::Reply;
use crate::walk::{Method, client, once, refused, server, usual};

const START: i64 = 1_733_900_461;

fn scope() -> Scope {
    Scope { user_list: vec!["lisi.01".into()], department_list: vec![2] }
}

fn rule() -> AddInterceptRule {
    AddInterceptRule {
        rule_name: "rule".into(),
        word_list: vec!["敏感词".into()],
        semantics_list: vec![1, 2, 3],
        intercept_type: Some(InterceptType::BLOCK),
        applicable_range: scope(),
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    let range = json!({"user_list": ["lisi.01"], "department_list": [2]});
    rows.push(
        Method::post(
            "externalcontact/add_intercept_rule",
            Once,
            json!({"rule_name": "rule",
        "word_list": ["敏感词"], "semantics_list": [1, 2, 3], "intercept_type": 1,
            "applicable_range": range}),
            json!({"rule_id": "r1"}),
        )
        .at("/rule_id")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/update_intercept_rule",
        Idempotent,
        json!({"rule_id": "r1", "rule_name": "rule", "word_list": ["a"],
            "extra_rule": {"semantics_list": []}, "intercept_type": 2,
            "add_applicable_range": range, "remove_applicable_range": {"department_list": [7]}}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/del_intercept_rule",
        Idempotent,
        json!({"rule_id": "r1"}),
        json!({}),
    ));
    let listed = json!({"rule_id": "r1", "rule_name": "rule", "create_time": START});
    rows.push(
        Method::get("externalcontact/get_intercept_rule_list", json!({}), json!({"rule_list": [listed]}))
            .at("/rule_list"),
    );
    let shown = json!({"rule_id": "r1", "rule_name": "rule", "word_list": ["敏感词"],
        "extra_rule": {"semantics_list": [1, 2]}, "intercept_type": 1, "applicable_range": range});
    rows.push(
        Method::post(
            "externalcontact/get_intercept_rule",
            Read,
            json!({"rule_id": "r1"}),
            json!({"rule": shown}),
        )
        .at("/rule")
        .needed(),
    );
    rows
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("rule_name has 21 characters: at most 20 are allowed", async |wecom| {
        wecom.add_intercept_rule(&AddInterceptRule { rule_name: "汉".repeat(21), ..rule() }, once()).await
    })
    .await;
    refused("word_list has 33 characters in word 1: 1 to 32 are allowed", async |wecom| {
        wecom
            .add_intercept_rule(&AddInterceptRule { word_list: vec!["词".repeat(33)], ..rule() }, once())
            .await
    })
    .await;
    refused("word_list is absent or empty: WeCom requires it", async |wecom| {
        let request = AddInterceptRule { word_list: Vec::new(), semantics_list: vec![1], ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
    refused("word_list has 0 characters in word 2: 1 to 32 are allowed", async |wecom| {
        let request = AddInterceptRule { word_list: vec!["词".into(), String::new()], ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
    refused("semantics_list is 4: 1 to 3 is allowed", async |wecom| {
        wecom.add_intercept_rule(&AddInterceptRule { semantics_list: vec![4], ..rule() }, once()).await
    })
    .await;
    refused("intercept_type is 3: 1 to 2 is allowed", async |wecom| {
        let request = AddInterceptRule { intercept_type: Some(InterceptType(3)), ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    for code in [41070, 41071] {
        let server = server(move |_| Reply::code(code)).await;
        client(&server).external().del_intercept_rule("r", once()).await.unwrap();
        let error = client(&server).external().get_intercept_rule("r", once()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(code));
    }
}

#[tokio::test]
async fn an_id_that_is_a_number_is_an_id_and_an_answer_without_one_may_have_been_done() {
    let numbered = server(|_| Reply::json(r#"{"errcode":0,"rule_id":12,"product_id":13}"#)).await;
    let external = client(&numbered).external();
    assert_eq!(external.add_intercept_rule(&rule(), usual()).await.unwrap(), "12");
    let silent = server(|_| Reply::ok()).await;
    let error = client(&silent).external().add_intercept_rule(&rule(), usual()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }) && error.lost(), "{error}");
    assert_eq!(error.class(), Class::Refused, "nothing that asks for another try");
    assert_eq!(silent.seen_at("add_intercept_rule").len(), 1);
    let error = client(&silent).external().get_intercept_rule("r", usual()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }) && !error.lost(), "{error}");
}

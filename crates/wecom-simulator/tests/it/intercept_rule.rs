//! Intercept rules.

use wecom_client::contact::{AddInterceptRule, ExtraRule, InterceptType, Scope, UpdateInterceptRule};

use super::{moment::users, *};

#[tokio::test]
async fn intercept_rules_are_kept_by_what_comes_and_goes() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let rule = AddInterceptRule {
        rule_name: "红包".into(),
        word_list: vec!["红包".into()],
        semantics_list: vec![3],
        intercept_type: Some(InterceptType::BLOCK),
        applicable_range: Scope { user_list: vec!["lisi".into()], department_list: vec![1] },
    };
    let rule_id = wecom.add_intercept_rule(&rule, once()).await.unwrap();
    let change = UpdateInterceptRule {
        rule_id: rule_id.clone(),
        extra_rule: Some(ExtraRule::default()),
        add_applicable_range: Some(users(&["wangwu"])),
        remove_applicable_range: Some(Scope { user_list: vec!["lisi".into()], department_list: vec![1] }),
        ..UpdateInterceptRule::default()
    };
    wecom.update_intercept_rule(&change, once()).await.unwrap();
    let kept = wecom.get_intercept_rule(&rule_id, once()).await.unwrap();
    assert_eq!(kept.word_list, ["红包"]);
    assert_eq!(
        (kept.extra_rule, kept.applicable_range),
        (Some(ExtraRule::default()), Some(users(&["wangwu"])))
    );
    assert_eq!(kept.intercept_type, Some(InterceptType::BLOCK));
    let listed = wecom.get_intercept_rule_list(once()).await.unwrap();
    assert_eq!((listed.len(), listed[0].rule_name.as_deref()), (1, Some("红包")));

    let add = "externalcontact/add_intercept_rule";
    let whole = json!({ "rule_name": "n", "word_list": ["w"], "intercept_type": 2, "applicable_range": { "user_list": ["lisi"] } });
    let with = |field: &str, value: Value| {
        let mut body = whole.clone();
        body[field] = value;
        body
    };
    for (code, body) in [
        (40063, with("rule_name", json!(""))),
        (40058, with("rule_name", json!("长".repeat(21)))),
        (41077, with("rule_name", json!("红包"))),
        (40063, with("word_list", json!([]))),
        (41068, with("word_list", json!(vec!["w"; 301]))),
        (41083, with("word_list", json!([""]))),
        (41083, with("word_list", json!(["长".repeat(33)]))),
        (41084, with("semantics_list", json!([4]))),
        (40058, with("intercept_type", json!(3))),
        (40063, with("applicable_range", json!({}))),
        (41076, with("applicable_range", json!({ "user_list": vec!["lisi"; 1_001] }))),
        (60111, with("applicable_range", json!({ "user_list": ["nobody"] }))),
        (60123, with("applicable_range", json!({ "department_list": [9] }))),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, code, "{body}");
    }
    let update = "externalcontact/update_intercept_rule";
    for (code, body) in [
        (40063, json!({ "rule_id": rule_id, "word_list": [] })),
        (40063, json!({ "rule_id": rule_id, "remove_applicable_range": { "user_list": ["wangwu"] } })),
        (60111, json!({ "rule_id": rule_id, "add_applicable_range": { "user_list": ["nobody"] } })),
    ] {
        assert_eq!(outside.code(update, body.clone()).await, code, "{body}");
    }
    for number in 1..100 {
        assert_eq!(outside.code(add, with("rule_name", json!(format!("n{number}")))).await, 0);
    }
    assert_eq!(outside.code(add, whole).await, 41069);
    wecom.del_intercept_rule(&rule_id, once()).await.unwrap();
    assert_eq!(refused(wecom.get_intercept_rule(&rule_id, once()).await), 41071);
    wecom.del_intercept_rule(&rule_id, once()).await.expect("what is gone is deleted");
    outside.codes("externalcontact/del_intercept_rule", [(41071, json!({ "rule_id": rule_id }))]).await;
    assert_eq!(refused(wecom.update_intercept_rule(&change, once()).await), 41071);
    assert_eq!(refused(wecom.get_intercept_rule("other", once()).await), 41070);
    assert_eq!(outside.code("externalcontact/get_intercept_rule", json!({})).await, 40063);
    assert_eq!(outside.code("externalcontact/get_intercept_rule_list", json!({})).await, 40058, "a GET");
    outside.simulator.stop().await;
}

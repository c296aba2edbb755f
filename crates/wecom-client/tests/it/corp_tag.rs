//! The corp's tags: the tree, and what is added to it.

use serde_json::{Value, json};
use wecom_client::{
    Effect, Error,
    contact::{AddCorpTag, DelCorpTag, DelStrategyTag, EditCorpTag, GetCorpTagList, NewCorpTag},
};

use crate::scripted::{Reply, Seen};
use crate::walk::{Method, calls, fine, usual, wecom};

pub fn group() -> Value {
    json!({"group_id": "et1", "group_name": "等级", "create_time": 1_557_838_797, "order": 4_294_967_295_u32,
        "deleted": false, "strategy_id": 1,
        "tag": [{"id": "et2", "name": "VIP", "create_time": 1_557_838_798, "order": 2, "deleted": true}]})
}

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "externalcontact/get_corp_tag_list",
            Effect::Read,
            json!({"tag_id": ["et2"], "group_id": ["et1"]}),
            json!({"tag_group": [group(), group()]}),
        )
        .at("/tag_group"),
        Method::post(
            "externalcontact/add_corp_tag",
            Effect::Once,
            json!({"group_id": "et1", "group_name": "等级", "order": 4_294_967_295_u32, "agentid": 1_000_014,
                "tag": [{"name": "VIP", "order": 1}, {"name": "SVIP"}]}),
            json!({"tag_group": group()}),
        )
        .at("/tag_group")
        .needed(),
        Method::post(
            "externalcontact/edit_corp_tag",
            Effect::Idempotent,
            json!({"id": "et1", "name": "新名", "order": 0, "agentid": 1_000_014}),
            json!({}),
        ),
        Method::post(
            "externalcontact/del_corp_tag",
            Effect::Idempotent,
            json!({"tag_id": ["et2"], "group_id": ["et1"], "agentid": 1_000_014}),
            json!({}),
        ),
    ]
}

#[tokio::test]
async fn all_tags_are_asked_for_by_an_empty_object() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let tags = client.external().get_corp_tag_list(&GetCorpTagList::default(), usual()).await.unwrap();
    assert!(tags.is_empty());
    assert_eq!(calls(&server)[0].body, "{}");
}

#[tokio::test]
async fn one_tag_that_is_gone_is_deleted_and_of_several_nobody_knows() {
    let (server, client) = wecom(|_| Reply::code(40068)).await;
    let external = client.external();
    let one = DelCorpTag { group_id: vec!["et1".into()], ..DelCorpTag::default() };
    external.del_corp_tag(&one, usual()).await.unwrap();
    let looked: Vec<Value> =
        calls(&server).iter().filter(|seen| seen.path.ends_with("list")).map(Seen::json).collect();
    assert_eq!(looked, [json!({"group_id": ["et1"]})]);
    let several = DelCorpTag { tag_id: vec!["et2".into(), "et3".into()], ..DelCorpTag::default() };
    let error = external.del_corp_tag(&several, usual()).await.unwrap_err();
    assert_eq!(error.errcode(), Some(40068));
}

/// WeCom gives 40068 for the tag of another app as well, which is there all the same.
#[tokio::test]
async fn a_tag_that_is_still_there_is_not_told_as_deleted() {
    let tag = |fields: Value| json!({"tag_group": [{"group_id": "et1", "tag": [fields]}]});
    for (list, deleted) in [
        (fine(&tag(json!({"id": "et2", "name": "VIP"}))), false),
        (fine(&tag(json!({"id": "et2", "deleted": false}))), false),
        (fine(&tag(json!({"id": "et2", "deleted": true}))), true),
        (fine(&json!({"tag_group": [{"group_id": "et1", "deleted": true}]})), true),
        (fine(&json!({"tag_group": []})), true),
        (Reply::code(40068), true),
        (Reply::code(60011), false),
        (Reply::code(45009), false),
    ] {
        let answer = list.clone();
        let (_server, client) =
            wecom(
                move |seen| {
                    if seen.path.ends_with("_tag_list") { answer.clone() } else { Reply::code(40068) }
                },
            )
            .await;
        let corp = DelCorpTag { tag_id: vec!["et2".into()], ..DelCorpTag::default() };
        let strategy = DelStrategyTag { tag_id: vec!["et2".into()], ..DelStrategyTag::default() };
        let answers = [
            client.external().del_corp_tag(&corp, usual()).await,
            client.external().del_strategy_tag(&strategy, usual()).await,
        ];
        for answer in answers {
            let code = answer.err().and_then(|error| error.errcode());
            assert_eq!(code, (!deleted).then_some(40068), "{list:?}");
        }
    }
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let named = |name: String| NewCorpTag { name, order: None };
    let good = || AddCorpTag {
        group_name: Some("等级".into()),
        tag: vec![named("VIP".into())],
        ..AddCorpTag::default()
    };
    let cases = [
        (AddCorpTag { group_name: None, ..good() }, "group_id and group_name are both absent"),
        (AddCorpTag { group_name: Some("汉".repeat(31)), ..good() }, "group_name has 31 characters"),
        (
            AddCorpTag { group_name: Some(String::new()), ..good() },
            "group_id and group_name are both absent or empty",
        ),
        (AddCorpTag { group_id: Some(String::new()), ..good() }, "group_id is empty: leave it out"),
        (
            AddCorpTag { group_id: Some("et1".into()), group_name: Some(String::new()), ..good() },
            "group_name is empty: leave it out",
        ),
        (AddCorpTag { tag: vec![], ..good() }, "tag is absent"),
        (
            AddCorpTag { tag: vec![named("a".into()), named(String::new())], ..good() },
            "tag.name has 0 characters in tag 2",
        ),
        (
            AddCorpTag { tag: vec![named("a".into()), named("汉".repeat(31))], ..good() },
            "tag.name has 31 characters in tag 2: 1 to 30 are allowed",
        ),
    ];
    for (request, fault) in cases {
        let error = external.add_corp_tag(&request, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
    }
    external.del_corp_tag(&DelCorpTag::default(), usual()).await.unwrap_err();
    external.edit_corp_tag(&EditCorpTag::default(), usual()).await.unwrap_err();
    let long = EditCorpTag { id: "et1".into(), name: Some("汉".repeat(31)), ..EditCorpTag::default() };
    external.edit_corp_tag(&long, usual()).await.unwrap_err();
    let edit = |name: Option<&str>| EditCorpTag {
        id: "et1".into(),
        name: name.map(str::to_owned),
        ..EditCorpTag::default()
    };
    for (request, fault) in [
        (edit(None), "name and order are both absent or empty: there is nothing to change"),
        (edit(Some("")), "name is empty: 1 to 30 characters are wanted"),
    ] {
        let error = external.edit_corp_tag(&request, usual()).await.unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
    assert!(server.seen().is_empty());
}

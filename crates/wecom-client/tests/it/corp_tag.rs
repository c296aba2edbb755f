//! The corp's tags: the tree, and what is added to it.

use serde_json::{Value, json};
use wecom_client::{
    Effect, Error,
    contact::{AddCorpTag, DelCorpTag, EditCorpTag, GetCorpTagList, NewCorpTag},
};

use crate::scripted::Reply;
use crate::walk::{Method, calls, usual, wecom};

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
    let (_server, client) = wecom(|_| Reply::code(40068)).await;
    let external = client.external();
    let one = DelCorpTag { group_id: vec!["et1".into()], ..DelCorpTag::default() };
    external.del_corp_tag(&one, usual()).await.unwrap();
    let several = DelCorpTag { tag_id: vec!["et2".into(), "et3".into()], ..DelCorpTag::default() };
    let error = external.del_corp_tag(&several, usual()).await.unwrap_err();
    assert_eq!(error.errcode(), Some(40068));
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
        (edit(None), "name and order are both absent: there is nothing to change"),
        (edit(Some("")), "name is empty: 1 to 30 characters are wanted"),
    ] {
        let error = external.edit_corp_tag(&request, usual()).await.unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
    assert!(server.seen().is_empty());
}

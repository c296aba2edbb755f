//! One id turned into another.

use serde_json::json;
use wecom_client::{
    Effect, Error,
    contact::{
        BusinessType, ConvertTmpExternalUserid, ConvertUnionid, SubjectType, UnionidToExternalUserid,
        UnionidToExternalUserid3rd,
    },
};

use crate::scripted::Reply;
use crate::walk::{Method, calls, fine, usual, wecom};

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "externalcontact/convert_to_openid",
            Effect::Read,
            json!({"external_userid": "wm1"}),
            json!({"openid": "ooAAAAAAAAAAA"}),
        )
        .at("/openid")
        .needed(),
        Method::post(
            "externalcontact/unionid_to_external_userid",
            Effect::Read,
            json!({"unionid": "oAA", "openid": "oBB"}),
            json!({"external_userid": "wm1"}),
        )
        .at("/external_userid"),
        Method::post(
            "service/externalcontact/unionid_to_external_userid_3rd",
            Effect::Read,
            json!({"unionid": "oAA", "openid": "oBB", "corpid": "ww2"}),
            json!({"external_userid_info": [{"corpid": "ww2", "external_userid": "wm1"}]}),
        )
        .at("/external_userid_info"),
        Method::post(
            "externalcontact/to_service_external_userid",
            Effect::Read,
            json!({"external_userid": "wm1"}),
            json!({"external_userid": "wm2"}),
        )
        .at("/external_userid"),
        Method::post(
            "externalcontact/from_service_external_userid",
            Effect::Read,
            json!({"external_userid": "wm2", "source_agentid": 1_000_014}),
            json!({"external_userid": "wm1"}),
        )
        .at("/external_userid"),
        Method::post(
            "externalcontact/get_new_external_userid",
            Effect::Read,
            json!({"external_userid_list": ["wm1", "wm2"]}),
            json!({"items": [{"external_userid": "wm1", "new_external_userid": "wm3"}]}),
        )
        .at("/items"),
        Method::post(
            "externalcontact/finish_external_userid_migration",
            Effect::Once,
            json!({"corpid": "ww2"}),
            json!({}),
        ),
        Method::post(
            "externalcontact/opengid_to_chatid",
            Effect::Read,
            json!({"opengid": "oAAA"}),
            json!({"chat_id": "wr1"}),
        )
        .at("/chat_id")
        .needed(),
        Method::post(
            "idconvert/convert_tmp_external_userid",
            Effect::Read,
            json!({"business_type": 1, "user_type": 1, "tmp_external_userid_list": ["ou1", "ou2", "ou3"]}),
            json!({"results": [{"tmp_external_userid": "ou1", "external_userid": "wm1"},
                {"tmp_external_userid": "ou2", "corpid": "ww2", "userid": "lisi"}],
                "invalid_tmp_external_userid_list": ["ou3"]}),
        ),
    ]
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    external.convert_to_openid("", usual()).await.unwrap_err();
    external.opengid_to_chatid("", usual()).await.unwrap_err();
    external.to_service_external_userid("", usual()).await.unwrap_err();
    external.from_service_external_userid("", 1, usual()).await.unwrap_err();
    external.finish_external_userid_migration("", usual()).await.unwrap_err();
    external.unionid_to_external_userid(&UnionidToExternalUserid::default(), usual()).await.unwrap_err();
    external
        .unionid_to_external_userid_3rd(&UnionidToExternalUserid3rd::default(), usual())
        .await
        .unwrap_err();
    let user =
        ConvertUnionid { unionid: "oAA".into(), openid: "oBB".into(), subject_type: Some(SubjectType(2)) };
    assert!(!format!("{user:?}").contains("oAA"), "{user:?}");
    let ids = vec!["wm1".to_owned(); 1_001];
    let error = external.get_new_external_userid(&ids, usual()).await.unwrap_err();
    assert!(error.to_string().contains("external_userid_list has 1001 elements: 1 to 1000"), "{error}");
    let request = ConvertTmpExternalUserid {
        business_type: Some(BusinessType::MEETING),
        user_type: Some(1),
        tmp_external_userid_list: vec!["ou1".into(); 101],
    };
    let error = external.convert_tmp_external_userid(&request, usual()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "tmp_external_userid_list", .. }), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_user_may_be_known_by_the_unionid_alone_and_does_not_show() {
    let (server, client) = wecom(|_| fine(&json!({"external_userid": "wm1"}))).await;
    let user = UnionidToExternalUserid { unionid: "oAA".into(), openid: None };
    let found = client.external().unionid_to_external_userid(&user, usual()).await.unwrap();
    assert_eq!(found.as_deref(), Some("wm1"));
    assert_eq!(calls(&server)[0].json(), json!({"unionid": "oAA"}));
    let third = UnionidToExternalUserid3rd { unionid: "oAA".into(), openid: "oBB".into(), corpid: None };
    let known = UnionidToExternalUserid { openid: Some("oBB".into()), ..user };
    let shown = format!("{known:?} {third:?}");
    assert!(!shown.contains("oAA") && !shown.contains("oBB"), "{shown}");
}

//! Ids that changed when providers' apps got ids of their own.

use serde_json::json;
use wecom_client::{
    Effect,
    contact::{ConvertUnionid, ExternalUseridToPendingId, SubjectType},
};

use crate::scripted::Reply;
use crate::walk::{Method, usual, wecom};

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "idconvert/external_tagid",
            Effect::Read,
            json!({"external_tagid_list": ["et1", "et2"]}),
            json!({"items": [{"external_tagid": "et1", "open_external_tagid": "et9"}],
                "invalid_external_tagid_list": ["et2"]}),
        ),
        Method::post(
            "idconvert/open_kfid",
            Effect::Read,
            json!({"open_kfid_list": ["wk1", "wk2"]}),
            json!({"items": [{"open_kfid": "wk1", "new_open_kfid": "wk9"}], "invalid_open_kfid_list": ["wk2"]}),
        ),
        Method::post(
            "idconvert/unionid_to_external_userid",
            Effect::Read,
            json!({"unionid": "oAA", "openid": "oBB", "subject_type": 1}),
            json!({"external_userid": "wm1", "pending_id": "p1"}),
        ),
        Method::post(
            "idconvert/batch/external_userid_to_pending_id",
            Effect::Read,
            json!({"chat_id": "wr1", "external_userid": ["wm1"]}),
            json!({"result": [{"external_userid": "wm1", "pending_id": "p1"}]}),
        )
        .at("/result"),
    ]
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    external.external_tagid(&[], usual()).await.unwrap_err();
    external.open_kfid(&[], usual()).await.unwrap_err();
    external.external_userid_to_pending_id(&ExternalUseridToPendingId::default(), usual()).await.unwrap_err();
    let user =
        ConvertUnionid { unionid: "oAA".into(), openid: "oBB".into(), subject_type: Some(SubjectType(2)) };
    let error = external.idconvert_unionid_to_external_userid(&user, usual()).await.unwrap_err();
    assert!(error.to_string().contains("subject_type is 2: 0 to 1"), "{error}");
    assert!(!format!("{user:?}").contains("oAA"), "{user:?}");
    assert!(server.seen().is_empty());
}

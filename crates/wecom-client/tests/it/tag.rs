//! Tags put on customers.

use serde_json::json;
use wecom_client::{Effect, Error, contact::MarkTag};

use crate::scripted::Reply;
use crate::walk::{Method, usual, wecom};

pub fn methods() -> Vec<Method> {
    vec![Method::post(
        "externalcontact/mark_tag",
        Effect::Idempotent,
        json!({"userid": "lisi", "external_userid": "wm1", "add_tag": ["et1"], "remove_tag": ["et2"]}),
        json!({}),
    )]
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let nobody = MarkTag { add_tag: vec!["et1".into()], ..MarkTag::default() };
    let error = external.mark_tag(&nobody, usual()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "userid", .. }), "{error}");
    let no_customer = MarkTag { userid: "lisi".into(), ..nobody };
    let error = external.mark_tag(&no_customer, usual()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "external_userid", .. }), "{error}");
    assert!(server.seen().is_empty());
}

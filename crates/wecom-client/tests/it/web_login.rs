//! Who has logged in by WeCom.

use serde_json::json;
use wecom_client::{Effect, Error};

use crate::{
    scripted::Reply,
    walk::{Method, calls, fine, once, wecom},
};

pub fn methods() -> Vec<Method> {
    vec![Method {
        effect: Effect::Once,
        ..Method::get(
            "auth/getuserinfo",
            json!({"code": "K2bQz7cVd9"}),
            json!({"userid": "zhangsan", "user_ticket": "t1", "openid": "o1", "external_userid": "wm1"}),
        )
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_checked_before_it_is_sent_and_stands_in_no_error() {
    let (server, client) = wecom(|seen| {
        let code = seen.query.iter().find(|(name, _)| name == "code").map(|(_, code)| code.clone());
        Reply::json(
            json!({"errcode": 40029, "errmsg": format!("invalid code {}", code.unwrap())}).to_string(),
        )
    })
    .await;
    for wrong in [String::new(), "x".repeat(513)] {
        let refused = client.getuserinfo(&wrong, once()).await;
        assert!(matches!(refused, Err(Error::Argument { .. })), "{refused:?}");
    }
    assert!(calls(&server).is_empty());
    let refused = client.getuserinfo("K2bQz7cVd9", once()).await.unwrap_err();
    assert_eq!(refused.errcode(), Some(40029));
    assert!(!format!("{refused} {refused:?}").contains("K2bQz7cVd9"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_employees_ticket_is_not_shown() {
    let (_server, client) =
        wecom(|_| fine(&json!({"userid": "zhangsan", "user_ticket": "secret-ticket"}))).await;
    let who = client.getuserinfo("K2bQz7cVd9", once()).await.unwrap();
    assert_eq!(who.userid.as_deref(), Some("zhangsan"));
    assert!(!format!("{who:?}").contains("secret-ticket"));
}

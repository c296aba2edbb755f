//! Who may use customer contact.

use serde_json::json;
use wecom_client::{Effect, Error, contact::CheckFollowUser};

use crate::scripted::Reply;
use crate::walk::{Method, usual, wecom};

pub fn methods() -> Vec<Method> {
    vec![
        Method::get(
            "externalcontact/get_follow_user_list",
            json!({}),
            json!({"follow_user": ["lisi", "wangwu"]}),
        )
        .at("/follow_user"),
        Method::post(
            "externalcontact/check_follow_user",
            Effect::Read,
            json!({"userid": ["lisi", "wangwu"], "partyid": [2]}),
            json!({"authorized": {"userid": ["lisi"], "partyid": [2]},
                "unauthorized": {"userid": ["wangwu"], "partyid": [3]}}),
        ),
    ]
}

#[tokio::test]
async fn nobody_is_not_asked_for() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let answer = client.external().check_follow_user(&CheckFollowUser::default(), usual()).await;
    assert!(matches!(answer, Err(Error::Argument { field: "userid", .. })));
    assert!(server.seen().is_empty());
}

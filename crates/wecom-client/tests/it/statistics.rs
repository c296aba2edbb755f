//! What employees did, day by day.

use serde_json::json;
use wecom_client::{
    Effect, Error, Timestamp,
    contact::{Day, GetUserBehaviorData},
};

use crate::scripted::Reply;
use crate::walk::{Method, fine, usual, wecom};

/// 2024-12-11, 00:00 in China.
const MIDNIGHT: i64 = 1_733_846_400;
const LATER: i64 = MIDNIGHT + 86_400;

fn day(day: i32) -> Day {
    Day::containing(Timestamp(MIDNIGHT + 3_600)).plus(day)
}

pub fn methods() -> Vec<Method> {
    vec![
Method::post(
            "externalcontact/get_user_behavior_data",
            Effect::Read,
            json!({"userid": ["lisi"], "partyid": [1], "start_time": MIDNIGHT, "end_time": LATER}),
            json!({"behavior_data": [
                {"stat_time": MIDNIGHT, "chat_cnt": 100, "message_cnt": 80, "reply_percentage": 60.25,
                    "avg_reply_time": 1, "negative_feedback_cnt": 0, "new_apply_cnt": 6, "new_contact_cnt": 5},
                {"stat_time": LATER, "chat_cnt": 0}]}),
        )
        .at("/behavior_data"),
    ]
}

#[tokio::test]
async fn what_could_not_be_computed_is_not_nothing() {
    let (_server, client) =
        wecom(|_| fine(&json!({"behavior_data": [{"stat_time": LATER + 5, "reply_percentage": 0}, {}]})))
            .await;
    let request = GetUserBehaviorData {
        userid: vec!["lisi".into()],
        start_time: Some(day(0)),
        end_time: Some(day(30)),
        ..GetUserBehaviorData::default()
    };
    let days = client.external().get_user_behavior_data(&request, usual()).await.unwrap();
    assert_eq!((days[0].reply_percentage, days[0].stat_time), (Some(0.0), Some(day(1))));
    assert_eq!((days[1].reply_percentage, days[1].avg_reply_time), (None, None));
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let good = || GetUserBehaviorData {
        userid: vec!["lisi".into()],
        partyid: vec![],
        start_time: Some(day(0)),
        end_time: Some(day(0)),
    };
    let cases = [
        (GetUserBehaviorData { userid: vec![], ..good() }, "userid and partyid are both absent or empty"),
        (GetUserBehaviorData { userid: vec!["a".into(); 101], ..good() }, "userid has 101 elements"),
        (GetUserBehaviorData { partyid: vec![1; 101], ..good() }, "partyid has 101 elements"),
        (GetUserBehaviorData { start_time: None, ..good() }, "start_time is absent"),
        (GetUserBehaviorData { end_time: None, ..good() }, "end_time is absent"),
        (
            GetUserBehaviorData { end_time: Some(day(31)), ..good() },
            "end_time is 31 days after the beginning",
        ),
        (
            GetUserBehaviorData { end_time: Some(day(-1)), ..good() },
            "end_time is 86400 s before the beginning",
        ),
    ];
    for (request, fault) in cases {
        let error = external.get_user_behavior_data(&request, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
    }
    assert!(server.seen().is_empty());
}

//! What happened in groups, by owner and by day.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use wecom_client::{
    Effect, Timestamp,
    contact::{Day, GroupChatStatistic, GroupChatStatisticByDay, GroupChatStatisticOrder, OwnersOf},
};

use crate::scripted::Reply;
use crate::walk::{Method, calls, fine, usual, wecom};

/// 2024-12-11, 00:00 in China.
const MIDNIGHT: i64 = 1_733_846_400;
const LATER: i64 = MIDNIGHT + 86_400;

fn figures() -> Value {
    json!({"new_chat_cnt": 2, "chat_total": 3, "chat_has_msg": 1, "new_member_cnt": 4, "member_total": 6,
        "member_has_msg": 0, "msg_total": 5, "migrate_trainee_chat_cnt": 7})
}

fn day(day: i32) -> Day {
    Day::containing(Timestamp(MIDNIGHT + 3_600)).plus(day)
}

pub fn methods() -> Vec<Method> {
    vec![
Method::post(
            "externalcontact/groupchat/statistic",
            Effect::Read,
            json!({"day_begin_time": MIDNIGHT, "day_end_time": LATER, "owner_filter": {"userid_list": ["lisi"]},
                "order_by": 2, "order_asc": 0, "offset": 0, "limit": 1000}),
            json!({"total": 2, "next_offset": 2, "items": [
                {"owner": "lisi", "data": figures()}, {"owner": "wangwu", "data": figures()}]}),
        ),
Method::post(
            "externalcontact/groupchat/statistic_group_by_day",
            Effect::Read,
            json!({"day_begin_time": MIDNIGHT, "day_end_time": LATER, "owner_filter": {"userid_list": ["lisi"]}}),
            json!({"items": [{"stat_time": MIDNIGHT, "data": figures()}]}),
        )
        .at("/items"),
    ]
}

#[tokio::test]
async fn owners_come_page_by_page_until_the_offset_is_the_total() {
    let (server, client) = wecom(|seen| {
        let offset = seen.json()["offset"].as_i64().unwrap_or(0);
        let next = (offset + 2).min(3);
        let items: Vec<_> = (offset..next).map(|index| json!({"owner": index.to_string()})).collect();
        fine(&json!({"total": 3, "next_offset": next, "items": items}))
    })
    .await;
    let request = GroupChatStatistic {
        day_begin_time: Some(day(0)),
        owner_filter: OwnersOf { userid_list: vec!["lisi".into()] },
        limit: Some(2),
        ..GroupChatStatistic::default()
    };
    let owners: Vec<_> =
        client.external().groupchat_statistic_all(&request, usual()).try_collect().await.unwrap();
    let owners: Vec<_> = owners.into_iter().filter_map(|owner| owner.owner).collect();
    assert_eq!(owners, ["0", "1", "2"]);
    assert_eq!(calls(&server).len(), 2);
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let owners = |count| OwnersOf { userid_list: vec!["a".into(); count] };
    for owner_filter in [owners(0), owners(101)] {
        let request = GroupChatStatistic {
            day_begin_time: Some(day(0)),
            owner_filter: owner_filter.clone(),
            ..GroupChatStatistic::default()
        };
        external.groupchat_statistic(&request, usual()).await.unwrap_err();
        let request =
            GroupChatStatisticByDay { day_begin_time: Some(day(0)), owner_filter, day_end_time: None };
        external.groupchat_statistic_group_by_day(&request, usual()).await.unwrap_err();
    }
    let good = || GroupChatStatistic {
        day_begin_time: Some(day(0)),
        owner_filter: owners(1),
        ..GroupChatStatistic::default()
    };
    for (request, fault) in [
        (
            GroupChatStatistic { order_by: Some(GroupChatStatisticOrder(5)), ..good() },
            "order_by is 5: 1 to 4",
        ),
        (GroupChatStatistic { order_asc: Some(2), ..good() }, "order_asc is 2: 0 to 1"),
        (GroupChatStatistic { offset: Some(-1), ..good() }, "offset is -1: 0 to"),
    ] {
        let error = external.groupchat_statistic(&request, usual()).await.unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
    let request = GroupChatStatistic { owner_filter: owners(1), ..GroupChatStatistic::default() };
    external.groupchat_statistic(&request, usual()).await.unwrap_err();
    assert!(server.seen().is_empty());
}

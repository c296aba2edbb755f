//! Customer groups, and their change of hands.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_client::{
    Effect::{Once, Read},
    contact::{GroupChat, GroupChatList, GroupChatStatus, GroupChatTransfer, JoinScene, OwnersOf},
};

use crate::scripted::Reply;
use crate::walk::{Method, client, once, pages, refused, server};

fn group() -> serde_json::Value {
    json!({"chat_id": "wr1", "name": "客户群", "owner": "lisi.01", "create_time": 1_733_900_461, "notice": "公告",
        "member_list": [
            {"userid": "lisi.01", "type": 1, "join_time": 1_733_900_461, "join_scene": 1,
             "invitor": {"userid": "wangwu"}, "group_nickname": "李", "name": "李四"},
            {"userid": "wm1", "type": 2, "unionid": "oz", "join_time": 1_733_900_462, "join_scene": 3, "state": "s"}],
        "admin_list": [{"userid": "lisi.01"}], "member_version": "v7"})
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/groupchat/list",
        Read,
        json!({"status_filter": 1,
        "owner_filter": {"userid_list": ["lisi.01"]}, "cursor": "c", "limit": 100}),
        json!({"group_chat_list": [{"chat_id": "wr1", "status": 0}], "next_cursor": "n"}),
    ));
    rows.push(
        Method::post(
            "externalcontact/groupchat/get",
            Read,
            json!({"chat_id": "wr1", "need_name": 1}),
            json!({"group_chat": group()}),
        )
        .at("/group_chat")
        .needed(),
    );
    let failed =
        json!({"failed_chat_list": [{"chat_id": "wr1", "errcode": 90501, "errmsg": "chat is not external"}]});
    rows.push(
        Method::post(
            "externalcontact/groupchat/transfer",
            Once,
            json!({"chat_id_list": ["wr1"], "new_owner": "wangwu"}),
            failed.clone(),
        )
        .at("/failed_chat_list"),
    );
    rows.push(
        Method::post(
            "externalcontact/groupchat/onjob_transfer",
            Once,
            json!({"chat_id_list": ["wr1"], "new_owner": "wangwu"}),
            failed,
        )
        .at("/failed_chat_list"),
    );
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let request = GroupChatList { limit: Some(1), ..GroupChatList::default() };
    pages("groupchat/list", "group_chat_list", json!({"chat_id": "wr1", "status": 3}), |wecom| {
        wecom.groupchat_list_all(&request, once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let many = |count: usize| vec!["x".to_owned(); count];
    refused("limit is absent or empty: WeCom requires it", async |wecom| {
        wecom.groupchat_list(&GroupChatList::default(), once()).await
    })
    .await;
    refused("owner_filter.userid_list has 101 elements: 0 to 100 are allowed", async |wecom| {
        let owner_filter = Some(OwnersOf { userid_list: many(101) });
        let request = GroupChatList { owner_filter, limit: Some(1), ..GroupChatList::default() };
        wecom.groupchat_list(&request, once()).await
    })
    .await;
    refused("chat_id_list has 101 elements: 1 to 100 are allowed", async |wecom| {
        let request = GroupChatTransfer { chat_id_list: many(101), new_owner: "a".into() };
        wecom.groupchat_transfer(&request, once()).await
    })
    .await;
    refused("status_filter is 4: 0 to 3 is allowed", async |wecom| {
        let status_filter = Some(GroupChatStatus(4));
        let request = GroupChatList { status_filter, limit: Some(1), ..GroupChatList::default() };
        wecom.groupchat_list(&request, once()).await
    })
    .await;
}

#[test]
fn odd_answers_are_read_and_show_no_names() {
    let group: GroupChat = serde_json::from_value(group()).unwrap();
    assert_eq!(group.member_list[1].join_scene, Some(JoinScene::QR_CODE));
    let shown = format!("{group:?} {:?}", group.member_list);
    assert!(!["李四", "客户群", "公告", "oz"].iter().any(|name| shown.contains(name)), "{shown}");
}

#[tokio::test]
async fn a_listing_of_groups_needs_no_size_of_its_pages() {
    let server = server(|_| Reply::json(r#"{"errcode":0,"group_chat_list":[{"chat_id":"wr1"}]}"#)).await;
    let groups = client(&server).external().groupchat_list_all(&GroupChatList::default(), once());
    assert_eq!(groups.try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(server.seen_at("groupchat/list")[0].json(), json!({"limit": 1_000}));
}

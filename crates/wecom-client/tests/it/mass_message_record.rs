//! What became of mass messages.

use serde_json::{Value, json};
use wecom_client::{
    Effect::Read,
    Timestamp,
    contact::{
        CreatorFilter, GetGroupmsgList, GetGroupmsgSendResult, GetGroupmsgTask, Groupmsg, GroupmsgSend,
        GroupmsgSendStatus, SentAttachment,
    },
};
use wecom_core::message::Attachment;

use crate::walk::{Method, once, pages, refused};

const START: i64 = 1_733_900_461;

fn task() -> GetGroupmsgTask {
    GetGroupmsgTask { msgid: "msg1".into(), limit: Some(50), cursor: Some("c".into()) }
}

fn sent() -> Value {
    json!({"external_userid": "wm1", "chat_id": "wr1", "userid": "lisi.01", "status": 1, "send_time": START})
}

fn message() -> Value {
    json!({"msgid": "msg1", "creator": "lisi.01", "create_time": START, "create_type": 1, "text": {"content": "您好"},
        "attachments": [
            {"msgtype": "image", "image": {"media_id": "m", "pic_url": "http://p.example/1"}},
            {"msgtype": "miniprogram", "miniprogram": {"title": "t", "pic_media_id": "", "appid": "wx", "page": "p"}},
            {"msgtype": "video", "video": {"media_id": "v"}},
            {"msgtype": "location", "location": {"latitude": 1.5}},
            {"msgtype": "link", "link": {"url": "https://example.com"}}]})
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(
        Method::post(
            "externalcontact/get_groupmsg_list_v2",
            Read,
            json!({"chat_type": "group", "start_time": START, "end_time": START + 60, "creator": "lisi.01",
            "filter_type": 0, "limit": 100, "cursor": "c"}),
            json!({"group_msg_list": [message()], "next_cursor": "n"}),
        )
        .open(),
    );
    let body = json!({"msgid": "msg1", "limit": 50, "cursor": "c"});
    let employee = json!({"userid": "lisi.01", "status": 2, "send_time": START});
    rows.push(Method::post(
        "externalcontact/get_groupmsg_task",
        Read,
        body.clone(),
        json!({"task_list": [employee], "next_cursor": "n"}),
    ));
    rows.push(Method::post(
        "externalcontact/get_groupmsg_send_result",
        Read,
        json!({"msgid": "msg1", "userid": "lisi.01", "limit": 1_000, "cursor": "c"}),
        json!({"send_list": [sent()], "next_cursor": "n"}),
    ));
    rows.push(Method::post(
        "externalcontact/get_group_msg_result",
        Read,
        body,
        json!({"check_status": 1, "detail_list": [sent()], "next_cursor": "n"}),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let list = GetGroupmsgList {
        chat_type: "group".into(),
        start_time: Some(Timestamp(START)),
        end_time: Some(Timestamp(START + 60)),
        ..GetGroupmsgList::default()
    };
    pages("get_groupmsg_list_v2", "group_msg_list", message(), |wecom| {
        wecom.get_groupmsg_list_v2_all(&list, once())
    })
    .await;
    let employee = json!({"userid": "lisi.01", "status": 2, "send_time": START});
    let first = GetGroupmsgTask { cursor: None, ..task() };
    pages("get_groupmsg_task", "task_list", employee, |wecom| wecom.get_groupmsg_task_all(&first, once()))
        .await;
    let result = GetGroupmsgSendResult {
        msgid: "msg1".into(),
        userid: "lisi.01".into(),
        ..GetGroupmsgSendResult::default()
    };
    pages("get_groupmsg_send_result", "send_list", sent(), |wecom| {
        wecom.get_groupmsg_send_result_all(&result, once())
    })
    .await;
    pages("get_group_msg_result", "detail_list", sent(), |wecom| {
        wecom.get_group_msg_result_all(&first, once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let list = |filter_type, seconds| GetGroupmsgList {
        chat_type: "single".into(),
        start_time: Some(Timestamp(START)),
        end_time: Some(Timestamp(START + seconds)),
        filter_type,
        ..GetGroupmsgList::default()
    };
    refused("filter_type is 3: 0 to 2 is allowed", async |wecom| {
        wecom.get_groupmsg_list_v2(&list(Some(CreatorFilter(3)), 1), once()).await
    })
    .await;
    refused("end_time is 5 s before the beginning", async |wecom| {
        wecom.get_groupmsg_list_v2(&list(None, -5), once()).await
    })
    .await;
    refused("limit is 1001: 1 to 1000 is allowed", async |wecom| {
        wecom.get_groupmsg_task(&GetGroupmsgTask { limit: Some(1_001), ..task() }, once()).await
    })
    .await;
    refused("start_time is absent or empty: WeCom requires it", async |wecom| {
        let request = GetGroupmsgList { chat_type: "single".into(), ..GetGroupmsgList::default() };
        wecom.get_groupmsg_list_v2(&request, once()).await
    })
    .await;
}

#[test]
fn odd_answers_are_read() {
    let message: Groupmsg = serde_json::from_value(message()).unwrap();
    assert!(matches!(message.attachments[2], SentAttachment::Known(Attachment::Video { .. })));
    assert!(matches!(message.attachments[3], SentAttachment::Other(_)));
    let strange: GroupmsgSend =
        serde_json::from_value(json!({"status": "7", "send_time": "1733900461"})).unwrap();
    assert_eq!((strange.status, strange.send_time), (Some(GroupmsgSendStatus(7)), Some(Timestamp(START))));
}

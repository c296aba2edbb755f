//! Mass messages and moments: proposed to employees, sent by them or not, and what became of it.

use serde_json::{Value, json};
use wecom_greeter::{
    action::message::{Attachment, Image, Link, Media, Text},
    wecom::{
        Effect::{Idempotent, Once, Read},
        Timestamp,
        external::{
            AddMomentTask, AddMsgTemplate, CreatorFilter, GetGroupmsgList, GetGroupmsgSendResult,
            GetGroupmsgTask, GetMomentCustomers, GetMomentList, GetMomentTask, Groupmsg, GroupmsgSend,
            GroupmsgSendStatus, MomentAttachment, MomentLink, SentAttachment,
        },
    },
};

use super::{Method, client, once, pages, refused, server};
use crate::harness::scripted::Reply;

const START: i64 = 1_733_900_461;

fn text(content: &str) -> Text {
    Text { content: content.into() }
}

fn picture(media_id: &str) -> MomentAttachment {
    MomentAttachment::Image { image: Media { media_id: media_id.into() } }
}

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

fn moment() -> Value {
    json!({"moment_id": "mom1", "creator": "lisi.01", "create_time": START, "create_type": 0, "visible_type": 1,
        "text": {"content": "新品"}, "image": [{"media_id": "m1"}, {"media_id": "m2"}],
        "video": {"media_id": "v", "thumb_media_id": "t"}, "link": {"title": "t", "url": "https://example.com"},
        "location": {"latitude": 23.10647, "longitude": 113.32446, "name": "广州塔"}})
}

#[expect(clippy::too_many_lines, reason = "a table, one row a method")]
pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/send_welcome_msg",
        Once,
        json!({"welcome_code": "CODE", "text": {"content": "您好"}, "attachments": [
            {"msgtype": "image", "image": {"media_id": "m", "pic_url": "http://p.qpic.cn/1"}},
            {"msgtype": "link", "link": {"title": "t", "picurl": "https://example.com/c.png", "desc": "d",
                "url": "https://example.com"}},
            {"msgtype": "miniprogram", "miniprogram": {"title": "t", "pic_media_id": "m", "appid": "wx8bd8",
                "page": "/index"}},
            {"msgtype": "video", "video": {"media_id": "v"}},
            {"msgtype": "file", "file": {"media_id": "f"}}]}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/add_msg_template",
        Once,
        json!({"chat_type": "single", "external_userid": ["wm1"], "chat_id_list": ["wr1"],
            "tag_filter": {"group_list": [{"tag_list": ["et1"]}]}, "sender": "lisi.01", "allow_select": false,
            "text": {"content": "hi"},
            "attachments": [{"msgtype": "link", "link": {"title": "t", "url": "https://example.com"}}]}),
        json!({"fail_list": ["wm2"], "msgid": "msgGCAAAXtWyujaWJHDDGi0mAAAA"}),
    ));
    rows.push(Method::post(
        "externalcontact/remind_groupmsg_send",
        Once,
        json!({"msgid": "msg1"}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/cancel_groupmsg_send",
        Idempotent,
        json!({"msgid": "msg1"}),
        json!({}),
    ));
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
    rows.push(
        Method::post(
            "externalcontact/add_moment_task",
            Once,
            json!({"text": {"content": "新品"},
            "attachments": [{"msgtype": "image", "image": {"media_id": "m1"}},
                            {"msgtype": "image", "image": {"media_id": "m2"}}],
            "visible_range": {"sender_list": {"user_list": ["lisi.01"], "department_list": [2, 3]},
                              "external_contact_list": {"tag_list": ["et1"]}}}),
            json!({"jobid": "job1"}),
        )
        .at("/jobid")
        .needed(),
    );
    let outcome = json!({"status": 3, "type": "add_moment_task", "result": {"errcode": 0, "errmsg": "ok",
        "moment_id": "mom1", "invalid_sender_list": {"user_list": ["gone"], "department_list": [9]},
        "invalid_external_contact_list": {"tag_list": ["et9"]}}});
    rows.push(Method::get(
        "externalcontact/get_moment_task_result",
        json!({"jobid": "job1"}),
        outcome.clone(),
    ));
    rows.push(Method::post(
        "externalcontact/cancel_moment_task",
        Idempotent,
        json!({"moment_id": "mom1"}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/get_moment_list",
        Read,
        json!({"start_time": START,
        "end_time": START + 86_400, "creator": "lisi.01", "filter_type": 1, "cursor": "c",
            "limit": 20}),
        json!({"moment_list": [moment()], "next_cursor": "n"}),
    ));
    let published = json!({"userid": "lisi.01", "publish_status": 1});
    rows.push(Method::post(
        "externalcontact/get_moment_task",
        Read,
        json!({"moment_id": "mom1", "cursor": "c", "limit": 1_000}),
        json!({"task_list": [published], "next_cursor": "n"}),
    ));
    let body = json!({"moment_id": "mom1", "userid": "lisi.01", "cursor": "c", "limit": 1_000});
    let customer = json!({"userid": "lisi.01", "external_userid": "wm1"});
    rows.push(Method::post(
        "externalcontact/get_moment_customer_list",
        Read,
        body.clone(),
        json!({"customer_list": [customer], "next_cursor": "n"}),
    ));
    rows.push(Method::post(
        "externalcontact/get_moment_send_result",
        Read,
        body,
        json!({"customer_list": [{"external_userid": "wm1"}], "next_cursor": ""}),
    ));
    let comments = json!({"comment_list": [{"external_userid": "wm1", "create_time": START}],
        "like_list": [{"userid": "lisi.01", "create_time": START}]});
    rows.push(Method::post(
        "externalcontact/get_moment_comments",
        Read,
        json!({"moment_id": "mom1", "userid": "lisi.01"}),
        comments.clone(),
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
    let list = GetMomentList {
        start_time: Some(Timestamp(START)),
        end_time: Some(Timestamp(START + 86_400)),
        ..GetMomentList::default()
    };
    pages("get_moment_list", "moment_list", moment(), |wecom| wecom.get_moment_list_all(&list, once())).await;
    let task = GetMomentTask { moment_id: "mom1".into(), ..GetMomentTask::default() };
    let published = json!({"userid": "lisi.01", "publish_status": 1});
    pages("get_moment_task", "task_list", published, |wecom| wecom.get_moment_task_all(&task, once())).await;
    let customers = GetMomentCustomers {
        moment_id: "mom1".into(),
        userid: "lisi.01".into(),
        ..GetMomentCustomers::default()
    };
    let customer = json!({"userid": "lisi.01", "external_userid": "wm1"});
    pages("get_moment_customer_list", "customer_list", customer.clone(), |wecom| {
        wecom.get_moment_customer_list_all(&customers, once())
    })
    .await;
    pages("get_moment_send_result", "customer_list", customer, |wecom| {
        wecom.get_moment_send_result_all(&customers, once())
    })
    .await;
}

#[tokio::test]
async fn a_message_that_was_cancelled_is_cancelled() {
    let cancelled = server(|_| Reply::code(41093)).await;
    client(&cancelled).external().cancel_groupmsg_send("msg1", once()).await.unwrap();
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let message = || AddMsgTemplate { text: Some(text("hi")), ..AddMsgTemplate::default() };
    refused("text and attachments are both absent or empty: WeCom wants one", async |wecom| {
        wecom.add_msg_template(&AddMsgTemplate { text: Some(text("")), ..message() }, once()).await
    })
    .await;
    refused("text.content has 4001 bytes of UTF-8: at most 4000 are allowed", async |wecom| {
        wecom
            .add_msg_template(&AddMsgTemplate { text: Some(text(&"x".repeat(4_001))), ..message() }, once())
            .await
    })
    .await;
    refused("external_userid has 10001 elements: 0 to 10000 are allowed", async |wecom| {
        let external_userid = Some(vec![String::new(); 10_001]);
        wecom.add_msg_template(&AddMsgTemplate { external_userid, ..message() }, once()).await
    })
    .await;
    refused("sender is absent or empty: WeCom requires it", async |wecom| {
        wecom.add_msg_template(&AddMsgTemplate { chat_type: Some("group".into()), ..message() }, once()).await
    })
    .await;
    refused("attachments has 10 elements: 0 to 9 are allowed", async |wecom| {
        let image = Image { media_id: Some("m".into()), pic_url: None };
        let attachments = vec![Attachment::Image { image }; 10];
        wecom.add_msg_template(&AddMsgTemplate { attachments, ..message() }, once()).await
    })
    .await;
    refused("attachments[0].link.title has 129 bytes of UTF-8: at most 128 are allowed", async |wecom| {
        let link = Link { title: "x".repeat(129), url: "u".into(), ..Link::default() };
        let request = AddMsgTemplate { attachments: vec![Attachment::Link { link }], ..message() };
        wecom.add_msg_template(&request, once()).await
    })
    .await;
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
    refused("attachments[0].link.title has 66 bytes of UTF-8: at most 64 are allowed", async |wecom| {
        let link = MomentLink {
            url: "https://example.com".into(),
            title: Some("汉".repeat(22)),
            ..MomentLink::default()
        };
        let attachments = vec![MomentAttachment::Link { link }];
        wecom.add_moment_task(&AddMomentTask { attachments, ..AddMomentTask::default() }, once()).await
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
    refused("end_time is 32 days after the beginning: at most 31 are allowed", async |wecom| {
        let request = GetMomentList {
            start_time: Some(Timestamp(START)),
            end_time: Some(Timestamp(START + 32 * 86_400)),
            ..GetMomentList::default()
        };
        wecom.get_moment_list(&request, once()).await
    })
    .await;
    refused(
        "attachments has 2 elements: WeCom takes nine pictures, or one video, or one link",
        async |wecom| {
            let link = MomentLink { url: "https://example.com".into(), ..MomentLink::default() };
            let attachments = vec![picture("m"), MomentAttachment::Link { link }];
            wecom.add_moment_task(&AddMomentTask { attachments, ..AddMomentTask::default() }, once()).await
        },
    )
    .await;
}

#[tokio::test]
async fn a_message_to_nobody_or_of_no_kind_is_not_sent() {
    let message = || AddMsgTemplate { text: Some(text("hi")), ..AddMsgTemplate::default() };
    refused(
        "external_userid and chat_id_list, tag_filter and sender are all absent or empty: nobody is addressed",
        async |wecom| wecom.add_msg_template(&message(), once()).await,
    )
    .await;
    refused("chat_type is \"all\": WeCom wants single or group", async |wecom| {
        wecom.add_msg_template(&AddMsgTemplate { chat_type: Some("all".into()), ..message() }, once()).await
    })
    .await;
    refused("sender is absent or empty: WeCom requires it", async |wecom| {
        let request = AddMsgTemplate {
            chat_type: Some("group".into()),
            sender: Some(String::new()),
            chat_id_list: Some(vec!["wr1".into()]),
            ..message()
        };
        wecom.add_msg_template(&request, once()).await
    })
    .await;
    refused("attachments[1].image.media_id is absent or empty: WeCom requires it", async |wecom| {
        let image = |media_id: &str| Attachment::Image {
            image: Image { media_id: Some(media_id.to_owned()), pic_url: None },
        };
        let attachments = vec![image("m"), image("")];
        let request = AddMsgTemplate { sender: Some("lisi".into()), attachments, ..message() };
        wecom.add_msg_template(&request, once()).await
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

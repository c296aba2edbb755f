//! What became of mass messages: the list of them, who has sent them, who has got them.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    AddMsgTemplate, GetGroupmsgList, GetGroupmsgSendResult, GetGroupmsgTask, GroupmsgSendStatus,
    GroupmsgTaskStatus,
};
use wecom_core::message::{Attachment, Link};

use super::{
    mass_message::{add_to, made, send, text},
    *,
};

#[tokio::test]
async fn a_message_is_proposed_sent_by_members_and_accounted_for() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (anna, bert) = (add_to(&outside, "zhangsan", None), add_to(&outside, "zhangsan", None));
    outside.hand.advance(Duration::from_secs(1));
    // The one with the latest contact sends it.
    add_to(&outside, "lisi", Some(&bert));
    let carl = add_to(&outside, "zhangsan", None);
    let to = [&anna, &bert, &carl].map(Clone::clone).to_vec();
    let message = AddMsgTemplate {
        external_userid: Some([to, vec!["wmNobody".into()]].concat()),
        attachments: vec![Attachment::Link {
            link: Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() },
        }],
        ..text("新品")
    };
    let added = wecom.add_msg_template(&message, once()).await.unwrap();
    assert_eq!(added.fail_list, ["wmNobody"]);
    let task =
        |msgid: &str| GetGroupmsgTask { msgid: msgid.into(), limit: Some(1), ..GetGroupmsgTask::default() };
    let msgid = added.msgid.clone().unwrap();
    assert_eq!(refused(wecom.get_groupmsg_task(&task(&msgid), once()).await), 41063);
    let msgid = made(&outside, added);
    let tasks: Vec<_> = wecom.get_groupmsg_task_all(&task(&msgid), once()).try_collect().await.unwrap();
    let tasks: Vec<_> =
        tasks.iter().map(|task| (task.userid.as_deref().unwrap(), task.status.unwrap())).collect();
    assert_eq!(tasks, [("lisi", GroupmsgTaskStatus::UNSENT), ("zhangsan", GroupmsgTaskStatus::UNSENT)]);

    outside.simulator.occur(Occurrence::DelFollowUser(Contact::of("zhangsan", &carl)), 0).unwrap();
    outside.hand.advance(Duration::from_secs(7));
    let acted = outside.simulator.mass_message(send(&msgid, "ZhangSan")).unwrap();
    assert_eq!((acted.sent, acted.failed), (vec![anna.clone()], vec![carl.clone()]));
    let result = |userid: &str| GetGroupmsgSendResult {
        msgid: msgid.clone(),
        userid: userid.into(),
        limit: Some(1),
        ..GetGroupmsgSendResult::default()
    };
    let sent: Vec<_> =
        wecom.get_groupmsg_send_result_all(&result("zhangsan"), once()).try_collect().await.unwrap();
    let sent: Vec<_> = sent
        .into_iter()
        .map(|sent| (sent.external_userid.unwrap(), sent.status.unwrap(), sent.send_time))
        .collect();
    let at = after(Duration::from_secs(9));
    assert_eq!(
        sent,
        [(anna, GroupmsgSendStatus::SENT, Some(at)), (carl, GroupmsgSendStatus::NO_CONTACT, None)]
    );
    let of_lisi = wecom.get_groupmsg_send_result(&result("lisi"), once()).await.unwrap().send_list;
    assert_eq!(of_lisi[0].status, Some(GroupmsgSendStatus::UNSENT));
    let old = GetGroupmsgTask { limit: None, ..task(&msgid) };
    assert_eq!(wecom.get_group_msg_result(&old, once()).await.unwrap().detail_list.len(), 3);

    wecom.cancel_groupmsg_send(&msgid, once()).await.unwrap();
    let list = GetGroupmsgList {
        chat_type: "single".into(),
        start_time: Some(after(Duration::ZERO)),
        end_time: Some(after(Duration::from_hours(48))),
        ..GetGroupmsgList::default()
    };
    let listed: Vec<_> = wecom.get_groupmsg_list_v2_all(&list, once()).try_collect().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].msgid.as_deref(), Some(msgid.as_str()));
    assert_eq!(listed[0].text.as_ref().unwrap().content, "新品");
    assert_eq!(listed[0].attachments.len(), 1);
    let by_member = GetGroupmsgList {
        filter_type: Some(wecom_client::contact::CreatorFilter::EMPLOYEES),
        ..list.clone()
    };
    assert!(wecom.get_groupmsg_list_v2(&by_member, once()).await.unwrap().group_msg_list.is_empty());
    let to_groups = GetGroupmsgList { chat_type: "group".into(), ..list };
    assert!(wecom.get_groupmsg_list_v2(&to_groups, once()).await.unwrap().group_msg_list.is_empty());
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_questions_about_messages_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    let anna = add_to(&outside, "zhangsan", None);
    let text = json!({ "content": "您好" });
    let add = "externalcontact/add_msg_template";
    let old = json!({ "external_userid": [anna], "text": text, "image": { "media_id": "simulated-image" } });
    let msgid = outside.post(add, old).await["msgid"].clone();
    outside.hand.advance(Duration::from_secs(1));
    for (code, body) in [(41046, json!({})), (41047, json!({ "msgid": "msgOther" }))] {
        for method in ["get_groupmsg_task", "get_groupmsg_send_result", "get_group_msg_result"] {
            assert_eq!(
                outside.code(&format!("externalcontact/{method}"), body.clone()).await,
                code,
                "{method}"
            );
        }
    }
    for (code, body) in [
        (40003, json!({ "msgid": msgid })),
        (60111, json!({ "msgid": msgid, "userid": "nobody" })),
        (40058, json!({ "msgid": msgid, "userid": "lisi", "limit": 1_001 })),
        (50100, json!({ "msgid": msgid, "userid": "lisi", "cursor": "x" })),
    ] {
        assert_eq!(
            outside.code("externalcontact/get_groupmsg_send_result", body.clone()).await,
            code,
            "{body}"
        );
    }
    let (start, end) = (NOW_MS / 1_000, NOW_MS / 1_000 + 60);
    let list = "externalcontact/get_groupmsg_list_v2";
    let whole = json!({ "chat_type": "single", "start_time": start, "end_time": end });
    let listed = outside.post(list, whole).await["group_msg_list"][0]["attachments"].clone();
    assert_eq!(
        listed,
        json!([{ "msgtype": "image", "image": { "media_id": "simulated-image" } }]),
        "in today's form"
    );
    for (code, body) in [
        (40058, json!({ "start_time": start, "end_time": end })),
        (40058, json!({ "chat_type": "single", "start_time": start })),
        (40058, json!({ "chat_type": "single", "start_time": end, "end_time": start })),
        (40058, json!({ "chat_type": "single", "start_time": start, "end_time": start + 32 * 86_400 })),
        (40058, json!({ "chat_type": "single", "start_time": start, "end_time": end, "limit": 101 })),
        (40058, json!({ "chat_type": "single", "start_time": start, "end_time": end, "filter_type": 3 })),
        (40003, json!({ "chat_type": "single", "start_time": start, "end_time": end, "creator": "张三" })),
    ] {
        assert_eq!(outside.code(list, body.clone()).await, code, "{body}");
    }
    outside.simulator.stop().await;
}

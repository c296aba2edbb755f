//! Mass messages: proposed by the API, sent by members.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    AddMsgTemplate, GetGroupmsgList, GetGroupmsgSendResult, GetGroupmsgTask, GroupmsgSendStatus,
    GroupmsgTaskStatus, MsgTemplateAdded, TagFilter, TagFilterGroup,
};
use wecom_core::message::{Attachment, Link, Text};
use wecom_simulator::{GroupAct, MessageAct};

use super::*;

fn text(content: &str) -> AddMsgTemplate {
    AddMsgTemplate { text: Some(Text { content: content.into() }), ..AddMsgTemplate::default() }
}

fn send(msgid: &str, employee: &str) -> MessageAct {
    MessageAct::Send { msgid: msgid.into(), employee: employee.into(), only: None }
}

fn add_to(outside: &Outside, employee: &str, customer: Option<&str>) -> String {
    let add = AddCustomer {
        employee: Some(employee.into()),
        customer: customer.map(str::to_owned),
        ..AddCustomer::default()
    };
    outside.simulator.add_customer(&add).unwrap().customer
}

/// What is answered once the message has been handed out.
fn made(outside: &Outside, added: MsgTemplateAdded) -> String {
    outside.hand.advance(Duration::from_secs(1));
    added.msgid.unwrap()
}

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
    assert_eq!(refused(wecom.cancel_groupmsg_send(&msgid, once()).await), 41063);
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

    for _ in 0..3 {
        wecom.remind_groupmsg_send(&msgid, once()).await.unwrap();
    }
    assert_eq!(refused(wecom.remind_groupmsg_send(&msgid, once()).await), 41094);
    outside.hand.advance(Duration::from_hours(24));
    wecom.remind_groupmsg_send(&msgid, once()).await.unwrap();
    wecom.cancel_groupmsg_send(&msgid, once()).await.unwrap();
    assert_eq!(refused(wecom.remind_groupmsg_send(&msgid, once()).await), 41093);
    let refusal = outside.simulator.mass_message(send(&msgid, "lisi")).unwrap_err().to_string();
    assert!(refusal.contains("cancelled"), "{refusal}");

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
async fn tags_choose_the_customers_and_members_may_choose_among_them() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let people: Vec<String> = (0..3).map(|_| add_to(&outside, "zhangsan", None)).collect();
    for customer in &people[..2] {
        let body = json!({ "userid": "zhangsan", "external_userid": customer, "add_tag": [SPRING] });
        assert_eq!(outside.code("externalcontact/mark_tag", body).await, 0);
    }
    let group = |tags: &[&str]| TagFilterGroup { tag_list: tags.iter().map(|id| (*id).to_owned()).collect() };
    let tagged = |groups: Vec<TagFilterGroup>| AddMsgTemplate {
        tag_filter: Some(TagFilter { group_list: groups }),
        allow_select: Some(true),
        ..text("您好")
    };
    let both = tagged(vec![group(&[SPRING, UNKNOWN]), group(&[UNKNOWN])]);
    assert_eq!(refused(wecom.add_msg_template(&both, once()).await), 41048, "one tag of each group");
    let added = wecom.add_msg_template(&tagged(vec![group(&[SPRING, UNKNOWN])]), once()).await.unwrap();
    let msgid = made(&outside, added);
    let only = MessageAct::Send {
        msgid: msgid.clone(),
        employee: "zhangsan".into(),
        only: Some(vec![people[1].clone(), people[2].clone()]),
    };
    assert_eq!(outside.simulator.mass_message(only.clone()).unwrap().sent, [people[1].clone()]);
    assert!(outside.simulator.mass_message(only).unwrap_err().to_string().contains("already"));

    let of_sender = AddMsgTemplate { sender: Some("zhangsan".into()), ..text("您好") };
    let added = wecom.add_msg_template(&of_sender, once()).await.unwrap();
    let msgid = made(&outside, added);
    let only = MessageAct::Send { msgid: msgid.clone(), employee: "zhangsan".into(), only: Some(Vec::new()) };
    assert!(outside.simulator.mass_message(only).unwrap_err().to_string().contains("allow_select"));
    assert!(
        outside
            .simulator
            .mass_message(send(&msgid, "lisi"))
            .unwrap_err()
            .to_string()
            .contains("not proposed")
    );
    assert!(
        outside.simulator.mass_message(send("msgOther", "lisi")).unwrap_err().to_string().contains("msgid")
    );
    let (status, answer) = outside
        .control(
            reqwest::Method::POST,
            "mass_messages",
            &json!({ "act": "send", "msgid": msgid, "employee": "zhangsan" }).to_string(),
        )
        .await;
    assert_eq!((status, answer["sent"].as_array().unwrap().len()), (200, 3));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_customer_gets_as_many_messages_a_month_as_it_has_days() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let anna = add_to(&outside, "zhangsan", None);
    let message = AddMsgTemplate { external_userid: Some(vec![anna.clone()]), ..text("您好") };
    for number in 1..=32 {
        let added = wecom.add_msg_template(&message, once()).await.unwrap();
        let msgid = made(&outside, added);
        let acted = outside.simulator.mass_message(send(&msgid, "zhangsan")).unwrap();
        assert_eq!(acted.sent.len(), usize::from(number <= 31), "message {number} of December");
    }
    outside.hand.advance(Duration::from_hours(24 * 22));
    let added = wecom.add_msg_template(&message, once()).await.unwrap();
    let msgid = made(&outside, added);
    assert_eq!(outside.simulator.mass_message(send(&msgid, "zhangsan")).unwrap().sent, [anna], "January");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_message_to_groups_is_counted_there() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let create = |owner: &str| {
        let (owner, name) = (owner.to_owned(), String::new());
        let act = GroupAct::Create { owner, name, members: Vec::new(), internal: false };
        outside.simulator.group(act).unwrap().chat_id
    };
    let (own, gone, foreign) = (create("zhangsan"), create("zhangsan"), create("lisi"));
    let message = AddMsgTemplate {
        chat_type: Some("group".into()),
        sender: Some("zhangsan".into()),
        chat_id_list: Some(vec![own.clone(), foreign.clone(), gone.clone()]),
        ..text("活动")
    };
    let added = wecom.add_msg_template(&message, once()).await.unwrap();
    assert_eq!(added.fail_list, std::slice::from_ref(&foreign));
    let msgid = made(&outside, added);
    outside.simulator.group(GroupAct::Dismiss { chat_id: gone.clone() }).unwrap();
    let acted = outside.simulator.mass_message(send(&msgid, "zhangsan")).unwrap();
    assert_eq!((acted.sent, acted.failed), (vec![own.clone()], vec![gone]));
    let request =
        GetGroupmsgSendResult { msgid, userid: "zhangsan".into(), ..GetGroupmsgSendResult::default() };
    let sent = wecom.get_groupmsg_send_result(&request, once()).await.unwrap().send_list;
    assert_eq!((sent[0].chat_id.as_ref(), sent[0].external_userid.as_ref()), (Some(&own), None));
    let statistic =
        json!({ "day_begin_time": NOW_MS / 1_000, "owner_filter": { "userid_list": ["zhangsan"] } });
    let told = outside.post("externalcontact/groupchat/statistic", statistic).await;
    assert_eq!(told["items"][0]["data"]["msg_total"], 1);
    let all = AddMsgTemplate { chat_id_list: None, ..message.clone() };
    assert!(wecom.add_msg_template(&all, once()).await.unwrap().fail_list.is_empty());
    let none = AddMsgTemplate { chat_id_list: Some(vec![foreign]), ..message };
    assert_eq!(refused(wecom.add_msg_template(&none, once()).await), 41048);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_messages_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    let anna = add_to(&outside, "zhangsan", None);
    let text = json!({ "content": "您好" });
    let add = "externalcontact/add_msg_template";
    for (code, body) in [
        (40058, json!({ "text": text })),
        (40058, json!({ "text": text, "chat_type": "both", "sender": "lisi" })),
        (40058, json!({ "text": text, "external_userid": vec![&anna; 10_001] })),
        (40058, json!({ "text": text, "sender": "lisi", "chat_id_list": vec!["wr"; 2_001] })),
        (40063, json!({ "text": text, "chat_type": "group", "chat_id_list": ["wr1"] })),
        (60111, json!({ "text": text, "sender": "nobody" })),
        (40003, json!({ "text": text, "sender": "张三" })),
        (41048, json!({ "text": text, "external_userid": ["wmNobody"] })),
        (41048, json!({ "text": text, "sender": "lisi" })),
        (40068, json!({ "text": text, "tag_filter": { "group_list": [{ "tag_list": ["etOther"] }] } })),
        (40063, json!({ "text": text, "tag_filter": { "group_list": [{ "tag_list": [] }] } })),
        (40058, json!({ "text": text, "tag_filter": { "group_list": [{ "tag_list": vec![SPRING; 101] }] } })),
        (40063, json!({ "external_userid": [anna] })),
        (44004, json!({ "external_userid": [anna], "text": { "content": "" } })),
        (40058, json!({ "external_userid": [anna], "text": { "content": "好".repeat(1_334) } })),
        (41064, json!({ "external_userid": [anna], "attachments": vec![json!({}); 10] })),
        (41065, json!({ "external_userid": [anna], "attachments": [{ "msgtype": "voice" }] })),
        (40007, json!({ "external_userid": [anna], "image": { "media_id": "unknown" } })),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, code, "{body}");
    }
    let old = json!({ "external_userid": [anna], "text": text, "image": { "media_id": "simulated-image" } });
    let msgid = outside.post(add, old).await["msgid"].clone();
    outside.hand.advance(Duration::from_secs(1));
    for (code, body) in [(41046, json!({})), (41047, json!({ "msgid": "msgOther" }))] {
        for method in [
            "get_groupmsg_task",
            "get_groupmsg_send_result",
            "get_group_msg_result",
            "remind_groupmsg_send",
            "cancel_groupmsg_send",
        ] {
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

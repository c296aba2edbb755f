//! Mass messages: proposed by the API, sent by members.

use wecom_client::contact::{
    AddMsgTemplate, GetGroupmsgSendResult, MsgTemplateAdded, TagFilter, TagFilterGroup,
};
use wecom_core::message::Text;
use wecom_simulator::{GroupAct, MessageAct};

use super::*;

pub(super) fn text(content: &str) -> AddMsgTemplate {
    AddMsgTemplate { text: Some(Text { content: content.into() }), ..AddMsgTemplate::default() }
}

pub(super) fn send(msgid: &str, employee: &str) -> MessageAct {
    MessageAct::Send { msgid: msgid.into(), employee: employee.into(), only: None }
}

pub(super) fn add_to(outside: &Outside, employee: &str, customer: Option<&str>) -> String {
    let add = AddCustomer {
        employee: Some(employee.into()),
        customer: customer.map(str::to_owned),
        ..AddCustomer::default()
    };
    outside.simulator.add_customer(&add).unwrap().customer
}

/// What is answered once the message has been handed out.
pub(super) fn made(outside: &Outside, added: MsgTemplateAdded) -> String {
    outside.hand.advance(Duration::from_secs(1));
    added.msgid.unwrap()
}

#[tokio::test]
async fn members_are_reminded_of_a_message_until_it_is_cancelled() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let to = ["zhangsan", "lisi"].map(|employee| add_to(&outside, employee, None)).to_vec();
    let message = AddMsgTemplate { external_userid: Some(to), ..text("新品") };
    let added = wecom.add_msg_template(&message, once()).await.unwrap();
    let msgid = added.msgid.clone().unwrap();
    assert_eq!(refused(wecom.cancel_groupmsg_send(&msgid, once()).await), 41063);
    let msgid = made(&outside, added);
    assert_eq!(outside.simulator.mass_message(send(&msgid, "zhangsan")).unwrap().sent.len(), 1);
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
    for (code, body) in [(41046, json!({})), (41047, json!({ "msgid": "msgOther" }))] {
        for method in ["remind_groupmsg_send", "cancel_groupmsg_send"] {
            assert_eq!(
                outside.code(&format!("externalcontact/{method}"), body.clone()).await,
                code,
                "{method}"
            );
        }
    }
    outside.simulator.stop().await;
}

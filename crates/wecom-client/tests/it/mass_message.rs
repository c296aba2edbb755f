//! Mass messages: proposed, reminded of, cancelled.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once},
    contact::AddMsgTemplate,
};
use wecom_core::message::{Attachment, Image, Link, Text};

use crate::scripted::Reply;
use crate::walk::{Method, client, once, refused, server};

fn text(content: &str) -> Text {
    Text { content: content.into() }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
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
    rows
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

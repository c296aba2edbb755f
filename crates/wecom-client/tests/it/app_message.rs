//! App messages: what goes over the wire, and what is refused before.

use serde_json::{Value, json};
use wecom_client::{AppMessage, AppText, Effect, Error, TextMessage};

use crate::{
    scripted::Reply,
    walk::{Method, calls, fine, usual, wecom},
};

pub fn methods() -> Vec<Method> {
    vec![
        Method::post(
            "message/send",
            Effect::Once,
            json!({"touser": "ZhangSan|lisi", "toparty": "1|12", "totag": "3", "msgtype": "text", "agentid": 1_000_042,
                "text": {"content": "您好"}, "safe": 0, "enable_duplicate_check": 1,
                "duplicate_check_interval": 1800}),
            json!({"invaliduser": "a|b", "invalidparty": "1", "invalidtag": "2", "unlicenseduser": "c", "msgid": "M"}),
        )
        .partly(),
    ]
}

#[tokio::test]
async fn a_message_of_any_kind_goes_out_as_it_was_written() {
    let (server, client) = wecom(|_| fine(&json!({"msgid": "M"}))).await;
    let card = json!({"title": "t", "description": "d", "url": "https://example.com"});
    let message = AppMessage {
        toparty: Some("2".into()),
        msgtype: "textcard".into(),
        agentid: 1,
        rest: [("textcard".to_owned(), card.clone())].into_iter().collect(),
        ..AppMessage::default()
    };
    client.messages().send_any(&message, usual()).await.unwrap();
    assert_eq!(
        calls(&server)[0].json(),
        json!({"toparty": "2", "msgtype": "textcard", "agentid": 1, "textcard": card})
    );
    let said = |content: &str| Some(AppText { content: content.to_owned() });
    for (wrong, fault) in [
        (AppMessage { toparty: Some("|".into()), ..message.clone() }, "nobody is addressed"),
        (AppMessage { msgtype: "text".into(), ..message.clone() }, "there is no `text` in the message"),
        (AppMessage { msgtype: "news".into(), ..message.clone() }, "there is no `news` in the message"),
        (AppMessage { msgtype: String::new(), ..message.clone() }, "msgtype is absent or empty"),
        (AppMessage { text: said(""), ..message.clone() }, "text.content has 0 bytes"),
        (AppMessage { touser: Some(["a"; 1_001].join("|")), ..message }, "touser has 1001 elements"),
    ] {
        let error = client.messages().send_any(&wrong, usual()).await.unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
    assert_eq!(calls(&server).len(), 1);
}

#[tokio::test]
async fn a_text_is_sent_in_the_apps_name() {
    let (server, client) = wecom(|_| {
        fine(&json!({"invaliduser": "lisi|wangwu", "invalidparty": "", "unlicenseduser": "zhaoliu", "msgid": "M"}))
    })
    .await;
    let message = TextMessage {
        touser: vec!["ZhangSan".into(), "lisi".into()],
        toparty: vec![1, 12],
        totag: vec![3],
        agentid: 1_000_002,
        content: "新客户 小周".into(),
    };
    assert!(!format!("{message:?}").contains("小周"));
    let sent = client.messages().send(&message, usual()).await.unwrap();
    assert_eq!(
        sent.left_out().as_deref(),
        Some("employees lisi, wangwu; employees without a licence zhaoliu")
    );
    let [call] = &calls(&server)[..] else { panic!("one call") };
    assert_eq!((call.verb.as_str(), call.path.as_str()), ("POST", "/cgi-bin/message/send"));
    assert_eq!(
        call.json(),
        json!({"touser": "ZhangSan|lisi", "toparty": "1|12", "totag": "3", "msgtype": "text",
            "agentid": 1_000_002, "text": {"content": "新客户 小周"}})
    );
}

#[tokio::test]
async fn a_message_to_everybody_has_no_one_left_out_and_is_not_sent_twice() {
    let (server, client) =
        wecom(|seen| if seen.number == 1 { fine(&json!({"msgid": "M"})) } else { Reply::code(-1) }).await;
    let message = TextMessage {
        touser: vec!["lisi".into()],
        agentid: 1,
        content: "您好".into(),
        ..TextMessage::default()
    };
    assert_eq!(client.messages().send(&message, usual()).await.unwrap().left_out(), None);
    assert_eq!(calls(&server)[0].json()["toparty"], Value::Null);
    // Busy may have been delivered: whether it is sent again is the caller's decision.
    assert!(client.messages().send(&message, usual()).await.unwrap_err().lost());
    assert_eq!(calls(&server).len(), 2);
}

#[tokio::test]
async fn limits_of_a_message_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let fine = || TextMessage {
        touser: vec!["lisi".into()],
        agentid: 1,
        content: "您好".into(),
        ..TextMessage::default()
    };
    for (message, fault) in [
        (TextMessage { touser: vec![], ..fine() }, "nobody is addressed"),
        (TextMessage { touser: vec!["a".into(); 1_001], ..fine() }, "touser has 1001 elements"),
        (TextMessage { toparty: vec![1; 101], ..fine() }, "toparty has 101 elements"),
        (TextMessage { totag: vec![1; 101], ..fine() }, "totag has 101 elements"),
        (TextMessage { content: String::new(), ..fine() }, "text.content has 0 bytes"),
        (TextMessage { content: "汉".repeat(683), ..fine() }, "text.content has 2049 bytes"),
    ] {
        let error = client.messages().send(&message, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
    }
    assert!(server.seen().is_empty());
    let at_the_limit = TextMessage { content: "汉".repeat(682), ..fine() };
    client.messages().send(&at_the_limit, usual()).await.unwrap();
}

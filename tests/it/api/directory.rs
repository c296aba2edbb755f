//! The company's own directory and app messages: what goes over the wire, and what is read.

use serde_json::{Value, json};
use wecom_greeter::wecom::{Error, TextMessage};

use super::{calls, fine, json_of, usual, wecom};
use crate::harness::scripted::Reply;

#[tokio::test]
async fn an_employee_is_asked_for_by_userid() {
    let (server, client) = wecom(|_| {
        fine(&json!({"userid": "zhangsan", "name": "张三", "alias": "小张", "department": [1, "12"],
            "main_department": "12", "order": [0, "40"], "is_leader_in_dept": [0, 1], "direct_leader": ["lisi", 7],
            "position": "采购", "external_position": "顾问", "open_userid": "wo1", "status": 1,
            "mobile": "13800000000", "added_later": {}}))
    })
    .await;
    let user = client.directory().user("zhangsan", usual()).await.unwrap();
    let [call] = &calls(&server)[..] else { panic!("one call") };
    assert_eq!((call.verb.as_str(), call.path.as_str()), ("GET", "/cgi-bin/user/get"));
    assert_eq!(call.argument("userid"), Some("zhangsan"));
    assert!(!format!("{user:?}").contains('张'));
    assert_eq!(
        json_of(Ok(user)).unwrap(),
        json!({"userid": "zhangsan", "name": "张三", "alias": "小张", "department": [1, 12], "main_department": 12,
            "order": [0, 40], "is_leader_in_dept": [0, 1], "direct_leader": ["lisi", "7"], "position": "采购",
            "external_position": "顾问", "open_userid": "wo1", "status": 1})
    );
    assert!(matches!(client.directory().user("", usual()).await, Err(Error::Argument { .. })));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_read_as_far_as_it_goes() {
    for odd in [
        json!({}),
        json!({"department": null, "name": 7, "main_department": [], "order": {}, "direct_leader": null}),
    ] {
        let (_server, client) = wecom(move |_| fine(&odd)).await;
        let user = client.directory().user("zhangsan", usual()).await.unwrap();
        assert_eq!((user.department, user.main_department, user.order), (vec![], None, vec![]));
        assert!(user.direct_leader.is_empty());
        assert!(client.directory().departments(None, usual()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn departments_come_with_names_or_without() {
    let (server, client) = wecom(|seen| {
        if seen.path.ends_with("simplelist") {
            fine(&json!({"department_id": [{"id": 2, "parentid": 1, "order": 10}]}))
        } else {
            fine(&json!({"department": [
                {"id": 2, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": ["zhangsan"], "parentid": 1,
                    "order": 10}]}))
        }
    })
    .await;
    let directory = client.directory();
    let with = json_of(directory.departments(Some(2), usual()).await).unwrap();
    let without = json_of(directory.department_ids(None, usual()).await).unwrap();
    assert_eq!(
        with,
        json!([{"id": 2, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": ["zhangsan"],
            "parentid": 1, "order": 10}])
    );
    assert_eq!(
        without,
        json!([{"id": 2, "name": null, "name_en": null, "department_leader": [], "parentid": 1, "order": 10}])
    );
    let calls = calls(&server);
    assert_eq!((calls[0].path.as_str(), calls[0].argument("id")), ("/cgi-bin/department/list", Some("2")));
    assert_eq!((calls[1].path.as_str(), calls[1].argument("id")), ("/cgi-bin/department/simplelist", None));
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

//! Messages of the app to employees.

use super::*;

#[tokio::test]
async fn what_employees_are_told_can_be_seen() {
    let outside = Outside::start(Options::default()).await;
    let tagged = Employee { userid: "zhaoliu".into(), tags: vec![5], ..Employee::default() };
    outside.simulator.employ(tagged).unwrap();
    let agent = Corp::sample().agent_id;
    let text = |to: Value| {
        let mut body =
            json!({ "msgtype": "text", "agentid": agent, "text": { "content": "小周没有收到欢迎语" } });
        body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        body
    };
    let send = "message/send";
    let answer = outside
        .post(send, text(json!({ "touser": "ZhangSan|Nobody", "toparty": "2|77", "totag": "5|6" })))
        .await;
    assert_eq!(answer["errcode"], 0);
    assert_eq!(
        (&answer["invaliduser"], &answer["invalidparty"], &answer["invalidtag"]),
        (&json!("nobody"), &json!("77"), &json!("6"))
    );
    let messages = outside.simulator.messages();
    assert_eq!(
        (messages[0].to.join(" "), messages[0].text()),
        ("lisi zhangsan zhaoliu".into(), "小周没有收到欢迎语")
    );
    assert_eq!(answer["msgid"], messages[0].msgid);
    let (_, of_wangwu) = outside.control(reqwest::Method::GET, "messages?to=wangwu", "").await;
    assert_eq!(of_wangwu, json!({ "messages": [] }));
    let (_, of_lisi) = outside.control(reqwest::Method::GET, "messages?to=LISI", "").await;
    assert_eq!(of_lisi["messages"][0]["message"]["content"], "小周没有收到欢迎语");

    let once = text(json!({ "touser": "@all", "enable_duplicate_check": 1 }));
    outside.codes(send, [(0, once.clone()), (0, once.clone())]).await;
    assert_eq!(outside.simulator.messages().len(), 2, "the same is not said again");
    assert_eq!(outside.simulator.messages()[1].to.len(), 4);
    outside.hand.advance(Duration::from_secs(1_801));
    outside.codes(send, [(0, once)]).await;
    assert_eq!(outside.simulator.messages().len(), 3);
    let mut long = text(json!({ "touser": "lisi" }));
    long["text"]["content"] = json!("好".repeat(700));
    outside.codes(send, [(0, long)]).await;
    assert_eq!(outside.simulator.messages()[3].text(), "好".repeat(682), "cut after 2048 bytes");

    let with = |field: &str, value: Value| {
        let mut body = text(json!({ "touser": "lisi" }));
        body[field] = value;
        body
    };
    let pictured = |id: &str| json!({ "touser": "lisi", "agentid": agent, "msgtype": "image", "image": { "media_id": id } });
    outside
        .codes(
            send,
            [
                (41011, with("agentid", Value::Null)),
                (40056, with("agentid", json!(1))),
                (0, with("agentid", json!(agent.to_string()))),
                (40008, with("msgtype", json!("telegram"))),
                (40058, with("msgtype", json!("markdown"))),
                (44004, with("text", json!({ "content": "" }))),
                (40007, pictured("unknown")),
                (0, pictured("simulated-image")),
                (82001, with("touser", json!(""))),
                (81013, with("touser", json!("nobody"))),
                (40032, with("touser", json!(vec!["lisi"; 1_001].join("|")))),
                (82002, with("toparty", json!(vec!["1"; 101].join("|")))),
                (82003, with("totag", json!(vec!["1"; 101].join("|")))),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

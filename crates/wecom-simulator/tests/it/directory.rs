//! Members, departments, and what the app tells employees.

use super::*;

#[tokio::test]
async fn members_and_departments_are_told() {
    let outside = Outside::start(Options::default()).await;
    let answer = outside.get("user/get", "userid=ZhangSan").await;
    for (field, expected) in [
        ("userid", json!("zhangsan")),
        ("name", json!("张三")),
        ("alias", json!("小张")),
        ("department", json!([4])),
        ("main_department", json!(4)),
        ("status", json!(1)),
    ] {
        assert_eq!(answer[field], expected, "{field}");
    }
    for (query, expected) in [("", 41009), ("userid=nobody", 60111), ("userid=%E5%BC%A0", 40003)] {
        assert_eq!(outside.get("user/get", query).await["errcode"], expected, "{query}");
    }
    let ids = |answer: &Value| {
        answer.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let all = outside.get("department/list", "").await;
    assert_eq!(ids(&all["department"]), [1, 2, 3, 4]);
    assert_eq!(all["department"][3]["name"], "华东区");
    assert_eq!((&all["department"][3]["parentid"], &all["department"][3]["order"]), (&json!(2), &json!(0)));
    let below = outside.get("department/simplelist", "id=2").await;
    assert_eq!(
        below["department_id"],
        json!([{ "id": 2, "parentid": 1, "order": 0 }, { "id": 4, "parentid": 2, "order": 0 }])
    );
    for path in ["department/list", "department/simplelist"] {
        assert_eq!(outside.get(path, "id=77").await["errcode"], 60123);
    }
    let names = |answer: &Value| {
        answer["userlist"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["userid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&outside.get("user/simplelist", "department_id=2").await), ["lisi"]);
    assert_eq!(
        names(&outside.get("user/simplelist", "department_id=2&fetch_child=1").await),
        ["lisi", "zhangsan"]
    );
    assert_eq!(outside.get("user/simplelist", "").await["errcode"], 40063);
    assert_eq!(outside.get("user/simplelist", "department_id=x").await["errcode"], 60123);

    let employee = Employee {
        userid: "zhaoliu".into(),
        departments: vec![3, 4],
        hindrances: vec![Hindrance::NotActivated],
        ..Employee::default()
    };
    outside.simulator.employ(employee).unwrap();
    assert_eq!(outside.get("user/get", "userid=zhaoliu").await["status"], 4);
    let page = outside.post("user/list_id", json!({ "limit": 3 })).await;
    assert_eq!(page["dept_user"][2], json!({ "userid": "wangwu", "department": 3 }));
    let rest = outside.post("user/list_id", json!({ "limit": 3, "cursor": page["next_cursor"] })).await;
    assert_eq!(rest["dept_user"].as_array().unwrap().len(), 2, "a row for each department");
    assert_eq!(rest["next_cursor"], "");
    outside
        .codes("user/list_id", [(50100, json!({ "cursor": "?" })), (40058, json!({ "limit": 10_001 }))])
        .await;
    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(outside.get("user/get", "userid=zhangsan").await["errcode"], 60111);
    assert!(matches!(outside.simulator.leave("zhangsan"), Err(Error::NoEmployee { .. })));
    let lost = Employee { userid: "lost".into(), departments: vec![77], ..Employee::default() };
    assert_eq!(outside.simulator.employ(lost), Err(Error::NoDepartment(77)));
    outside.simulator.stop().await;
}

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

//! Relations: tags, what is noted, how they begin and end.

use wecom_simulator::{MessageAct, MomentAct};

use super::*;

/// Whatever reaches a customer from a member can be read back, in its order, with what was kept of it.
#[tokio::test]
async fn all_that_a_customer_got_can_be_read() {
    let token_lifetime = Duration::from_hours(48);
    let outside = Outside::start(Options { token_lifetime, ..Options::default() }).await;
    let (customer, code) = outside.add("小周");
    let unknown = json!({ "welcome_code": code, "text": { "content": "您好", "more": [1] }, "extra": {} });
    assert_eq!(outside.code("externalcontact/send_welcome_msg", unknown).await, 0);
    let message = json!({ "external_userid": [customer], "text": { "content": "新品" } });
    let msgid = outside.post("externalcontact/add_msg_template", message).await["msgid"].clone();
    let (employee, msgid) = ("zhangsan".to_owned(), msgid.as_str().unwrap().to_owned());
    outside
        .simulator
        .mass_message(MessageAct::Send { msgid, employee: employee.clone(), only: None })
        .unwrap();
    outside.simulator.moment(MomentAct::Post { employee, text: "开业".into(), only: None }).unwrap();
    let transfer = json!({
        "handover_userid": "zhangsan", "takeover_userid": "lisi", "external_userid": [customer],
        "transfer_success_msg": "以后我来服务您",
    });
    assert_eq!(
        outside.post("externalcontact/transfer_customer", transfer).await["customer"][0]["errcode"],
        0
    );
    let received = |employee: &str| -> Vec<(ReceivedKind, Value)> {
        let relation = outside.simulator.relation(employee, &customer).unwrap();
        relation.received.iter().map(|of| (of.kind, of.message["text"].clone())).collect()
    };
    let text = |content: &str| json!({ "content": content });
    assert_eq!(
        received("zhangsan"),
        [
            (ReceivedKind::Welcome, text("您好")),
            (ReceivedKind::MassMessage, text("新品")),
            (ReceivedKind::Moment, text("开业")),
        ]
    );
    outside.hand.advance(Duration::from_hours(24));
    outside.simulator.transfers();
    assert_eq!(received("lisi"), [(ReceivedKind::TransferSuccess, text("以后我来服务您"))]);
    let (_, seen) = outside.control(reqwest::Method::GET, &format!("customers/{customer}"), "").await;
    assert_eq!(seen["relations"][0]["received"][0]["kind"], "transfer_success");

    let way = json!({ "type": 1, "scene": 2, "user": ["wangwu"], "is_temp": true, "conclusions": {
        "text": { "content": "再见", "more": 1 }, "link": { "title": "t", "url": "https://example.com", "more": 1 },
    } });
    let made = outside.post("externalcontact/add_contact_way", way).await;
    let other = outside.simulator.scan(&Scan::of(made["config_id"].as_str().unwrap())).unwrap().customer;
    outside.hand.advance(Duration::from_hours(24));
    outside.simulator.transfers();
    let relation = outside.simulator.relation("wangwu", &other).unwrap();
    let (kind, said) = relation.received.last().map(|of| (of.kind, of.message.as_ref().clone())).unwrap();
    let kept =
        json!({ "text": { "content": "再见" }, "link": { "title": "t", "url": "https://example.com" } });
    assert_eq!((kind, said), (ReceivedKind::Conclusion, kept));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_member_who_has_as_many_customers_as_is_allowed_gets_no_more() {
    let outside = Outside::start(Options::default()).await;
    let full = Employee { userid: "full".into(), customers_max: Some(1), ..Employee::default() };
    outside.simulator.employ(full).unwrap();
    let add = AddCustomer::new("full", "小周", None);
    let customer = outside.simulator.add_customer(&add).unwrap().customer;
    assert!(matches!(outside.simulator.add_customer(&add), Err(Error::NoRoom(_))));
    assert_eq!(
        (outside.simulator.customers().len(), outside.told().len()),
        (1, 1),
        "nobody is made, nothing is told"
    );
    let way = json!({ "type": 1, "scene": 2, "user": ["full"] });
    let made = outside.post("externalcontact/add_contact_way", way).await;
    let scan = Scan::of(made["config_id"].as_str().unwrap());
    assert!(matches!(outside.simulator.scan(&scan), Err(Error::NobodyToAdd(_))));
    let contact = Contact::of("full", &customer);
    outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    assert!(outside.simulator.scan(&scan).is_ok(), "there is room again");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_is_given_by_hand_is_told_and_bounded() {
    let outside = Outside::start(Options::default()).await;
    let add = AddCustomer {
        kind: CustomerKind::Wecom,
        corp_full_name: Some("示例科技有限公司".into()),
        position: Some("采购经理".into()),
        ..AddCustomer::new("lisi", "小周", None)
    };
    let customer = outside.simulator.add_customer(&add).unwrap().customer;
    let read = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    let read = &read["external_contact"];
    assert_eq!(
        (&read["position"], &read["corp_full_name"]),
        (&json!("采购经理"), &json!("示例科技有限公司"))
    );
    let long = AddCustomer::new("lisi", "一".repeat(129), None);
    assert!(matches!(
        outside.simulator.add_customer(&long),
        Err(Error::TooLong { field: "name", most: 128 })
    ));
    let members = vec!["wm".repeat(1_000); 40];
    let update = ChatUpdate { chat_id: "wr1".into(), members, ..ChatUpdate::default() };
    assert!(matches!(outside.simulator.occur(Occurrence::ChatUpdate(update), 0), Err(Error::Occurrence(_))));
    let name = "一".repeat(129);
    outside
        .codes(
            "externalcontact/customer_acquisition/create_link",
            [(40058, json!({ "link_name": name, "range": { "user_list": ["lisi"] } }))],
        )
        .await;
    let range = json!([{ "type": 1, "userid": "lisi" }]);
    let strategy = json!({ "strategy_name": name, "admin_list": ["lisi"], "range": range });
    outside.codes("externalcontact/customer_strategy/create", [(40058, strategy)]).await;
    let way = json!({ "type": 1, "scene": 2, "user": ["lisi"], "is_temp": true, "conclusions": {
        "link": { "title": "t", "url": format!("https://example.com/{}", "a".repeat(2_048)) },
    } });
    outside.codes("externalcontact/add_contact_way", [(40058, way)]).await;
    outside.simulator.stop().await;
}

#[tokio::test]
async fn tags_sit_on_the_pair_and_an_unknown_one_is_named() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let path = "externalcontact/mark_tag";
    let mark = |userid: &str, customer: &str, add: &[&str], remove: &[&str]| json!({ "userid": userid, "external_userid": customer, "add_tag": add, "remove_tag": remove });
    let unknown = outside.post(path, mark("zhangsan", &customer, &[SPRING, "etNoSuchTag"], &[])).await;
    assert_eq!(unknown["errcode"], 40068);
    assert!(unknown["errmsg"].as_str().unwrap().contains("etNoSuchTag"));
    assert!(!unknown["errmsg"].as_str().unwrap().contains(SPRING));
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty(), "all or nothing");

    for (expected, body) in [
        (40058, mark("zhangsan", &customer, &[], &[])),
        (40003, mark("", &customer, &[SPRING], &[])),
        (40003, mark("张三", &customer, &[SPRING], &[])),
        (60111, mark("nobody", &customer, &[SPRING], &[])),
        (41035, mark("zhangsan", "", &[SPRING], &[])),
        (40096, mark("zhangsan", "wmNobody", &[SPRING], &[])),
        (84061, mark("lisi", &customer, &[SPRING], &[])),
        (0, mark("ZhangSan", &customer, &[UNKNOWN], &[])),
        (0, mark("zhangsan", &customer, &[SPRING, SPRING], &[UNKNOWN])),
        (0, mark("zhangsan", &customer, &[SPRING], &[])),
    ] {
        assert_eq!(outside.code(path, body.clone()).await, expected, "{body}");
    }
    let relation = outside.simulator.relation("zhangsan", &customer).unwrap();
    assert_eq!((relation.tags, relation.tag_names), (vec![SPRING.to_owned()], vec!["渠道/春季".to_owned()]));

    outside
        .simulator
        .occur(Occurrence::TagDelete(TagChange { id: SPRING.into(), ..TagChange::default() }), 0)
        .unwrap();
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());
    assert_eq!(outside.code(path, mark("zhangsan", &customer, &[SPRING], &[])).await, 40068);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_is_noted_about_a_customer_is_there_when_the_customer_is_read() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let note = |changes: Value| {
        let mut body = json!({ "userid": "zhangsan", "external_userid": customer });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (expected, changes) in [
        (40058, json!({})),
        (40058, json!({ "remark": "一".repeat(21) })),
        (40058, json!({ "description": "一".repeat(151) })),
        (40058, json!({ "remark_company": "一".repeat(21) })),
        (40007, json!({ "remark_pic_mediaid": "unknown" })),
        (0, json!({ "remark": "周总", "remark_mobiles": ["13800000001"], "remark_company": "示例" })),
        (0, json!({ "description": "春季展会", "remark_mobiles": [] })),
    ] {
        assert_eq!(
            outside.code("externalcontact/remark", note(changes.clone())).await,
            expected,
            "{changes}"
        );
    }
    let tag = json!({ "userid": "zhangsan", "external_userid": customer, "add_tag": [SPRING] });
    assert_eq!(outside.code("externalcontact/mark_tag", tag).await, 0);

    let detail = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    assert_eq!(detail["external_contact"]["name"], "小周");
    assert_eq!(detail["external_contact"]["type"], 1);
    assert_eq!(detail["external_contact"]["gender"], 0);
    assert_eq!(
        detail["follow_user"],
        json!([{
            "userid": "zhangsan", "remark": "周总", "description": "春季展会", "createtime": NOW_MS / 1_000,
            "tags": [{ "group_name": "渠道", "tag_name": "春季", "tag_id": SPRING, "type": 1 }],
            "remark_mobiles": ["13800000001"], "add_way": 1, "oper_userid": customer,
            "remark_corp_name": "示例", "state": "spring-2026",
        }])
    );
    assert_eq!(
        outside.code("externalcontact/remark", note(json!({ "remark": "", "remark_mobiles": [""] }))).await,
        0
    );
    let detail = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    assert_eq!(detail["follow_user"][0]["remark"], "小周", "without a remark it is the customer's own name");
    assert_eq!(detail["follow_user"][0]["remark_mobiles"], json!([]));

    assert_eq!(
        outside.get("externalcontact/list", "userid=zhangsan").await["external_userid"],
        json!([customer])
    );
    assert_eq!(outside.get("externalcontact/list", "userid=lisi").await["errcode"], 84061);
    assert_eq!(outside.get("externalcontact/list", "userid=nobody").await["errcode"], 60111);
    assert_eq!(outside.get("externalcontact/get", "").await["errcode"], 41035);
    assert_eq!(outside.get("externalcontact/get", "external_userid=wmNobody").await["errcode"], 40096);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn relations_begin_half_end_and_begin_again() {
    let outside = Outside::start(Options::default()).await;
    let half = AddCustomer { half: true, ..AddCustomer::new("zhangsan", "小周", None) };
    let half = outside.simulator.add_customer(&half).unwrap();
    let tag = json!({ "userid": "zhangsan", "external_userid": half.customer, "add_tag": [SPRING] });
    assert_eq!(outside.code("externalcontact/mark_tag", tag.clone()).await, 84061, "not confirmed yet");
    assert_eq!(outside.welcome(half.welcome_code.as_deref().unwrap(), "您好").await, 0, "but they can chat");

    let whole =
        AddCustomer { customer: Some(half.customer.clone()), ..AddCustomer::new("zhangsan", "", None) };
    let added = outside.simulator.add_customer(&whole).unwrap();
    assert_eq!(added.welcome_code, None, "the welcome has been said");
    assert_eq!(outside.code("externalcontact/mark_tag", tag.clone()).await, 0);
    assert!(matches!(outside.simulator.add_customer(&whole), Err(Error::AlreadyContacts { .. })));

    let contact = Contact::of("zhangsan", &half.customer);
    outside.simulator.occur(Occurrence::DelFollowUser(contact.clone()), 0).unwrap();
    assert_eq!(
        outside.code("externalcontact/mark_tag", tag.clone()).await,
        0,
        "the relation survives on one side"
    );
    assert!(outside.simulator.add_customer(&whole).unwrap().welcome_code.is_some());
    let again = outside.simulator.relation("zhangsan", &half.customer).unwrap();
    assert_eq!(
        (again.tags.len(), again.welcomes.len(), again.left),
        (1, 1, false),
        "with what was noted on it"
    );

    let deleted = Occurrence::DelExternalContact { contact, by_transfer: false };
    outside.simulator.occur(deleted, 0).unwrap();
    assert_eq!(outside.code("externalcontact/mark_tag", tag).await, 84061);

    let wecom = AddCustomer { kind: CustomerKind::Wecom, ..AddCustomer::default() };
    let wecom = outside.simulator.add_customer(&wecom).unwrap();
    assert!(wecom.customer.starts_with("wo") && wecom.welcome_code.is_none());
    let silent = AddCustomer { without_code: true, ..AddCustomer::default() };
    let silent = outside.simulator.add_customer(&silent).unwrap();
    assert!(
        silent.customer.starts_with("wm") && silent.customer.len() == 32 && silent.welcome_code.is_none()
    );
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_tag_tree_is_told_and_grows() {
    let outside = Outside::start(Options::default()).await;
    let (list, add) = ("externalcontact/get_corp_tag_list", "externalcontact/add_corp_tag");
    let tree = outside.post(list, json!({})).await;
    let names =
        tree["tag_group"].as_array().unwrap().iter().map(|group| group["group_name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["渠道", "等级", "城市"]);
    let one = outside.post(list, json!({ "tag_id": [SPRING] })).await;
    assert_eq!(one["tag_group"][0]["tag"].as_array().unwrap().len(), 1);
    assert_eq!(one["tag_group"][0]["tag"][0]["name"], "春季");

    for (expected, body) in [
        (40058, json!({ "group_name": "渠道", "tag": [] })),
        (40071, json!({ "group_name": "渠道", "tag": [{ "name": "新" }, { "name": "春季" }] })),
        (40072, json!({ "group_name": "渠道", "tag": [{ "name": "一".repeat(31) }] })),
        (40068, json!({ "group_id": "etNone", "tag": [{ "name": "新" }] })),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, expected, "{body}");
    }
    let body = json!({ "group_name": "来源", "tag": [{ "name": "甲" }, { "name": "乙" }, { "name": "甲" }] });
    let added = outside.post(add, body).await;
    let tags = added["tag_group"]["tag"].as_array().unwrap();
    assert_eq!(tags.len(), 2, "the same name twice makes one");
    assert_eq!(outside.simulator.tag_name(tags[1]["id"].as_str().unwrap()).as_deref(), Some("来源/乙"));
    outside.simulator.stop().await;
}

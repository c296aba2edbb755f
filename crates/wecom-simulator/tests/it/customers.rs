//! Relations: how they begin and end, and what a customer receives.

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
        (outside.simulator.customers().len(), outside.notices().len()),
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

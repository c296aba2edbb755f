//! Many customers, many members: pages and their cursors.

use wecom_simulator::GroupAct;

use super::*;
use futures_util::TryStreamExt as _;

#[tokio::test]
async fn a_customer_of_more_than_five_hundred_members_has_pages() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    for number in 0..500 {
        let userid = format!("m{number:03}");
        outside.simulator.employ(Employee { userid: userid.clone(), ..Employee::default() }).unwrap();
        let add = AddCustomer { customer: Some(customer.clone()), ..AddCustomer::new(userid, "", None) };
        outside.simulator.add_customer(&add).unwrap();
    }
    let first = wecom.get(&customer, None, usual()).await.unwrap();
    assert_eq!(first.follow_user.len(), 500);
    let rest = wecom.get(&customer, first.next_cursor.as_deref(), usual()).await.unwrap();
    assert_eq!((rest.follow_user.len(), rest.next_cursor), (1, None));
    assert_eq!(rest.follow_user[0].userid.as_deref(), Some("m499"));
    assert_eq!(refused(wecom.get(&customer, Some("?"), usual()).await), 50100);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_customers_of_several_members_come_in_pages() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let mut expected = Vec::new();
    for userid in ["zhangsan", "zhangsan", "zhangsan", "lisi", "lisi"] {
        let added = outside.simulator.add_customer(&AddCustomer::new(userid, "小周", None)).unwrap();
        expected.push((added.customer, userid.to_owned()));
    }
    let half = AddCustomer { half: true, ..AddCustomer::new("lisi", "小王", None) };
    outside.simulator.add_customer(&half).unwrap();
    let of = |limit| wecom_client::contact::BatchGetByUser {
        userid_list: vec!["zhangsan".into(), "lisi".into(), "wangwu".into()],
        limit: Some(limit),
        ..wecom_client::contact::BatchGetByUser::default()
    };
    let all: Vec<_> = wecom.batch_get_by_user_all(&of(2), usual()).try_collect().await.unwrap();
    let pairs: Vec<_> = all
        .into_iter()
        .map(|of| {
            (
                of.external_contact.unwrap().external_userid.unwrap(),
                of.follow_info.unwrap().follow_user.userid.unwrap(),
            )
        })
        .collect();
    assert_eq!(pairs, expected);
    let served: Vec<_> = wecom
        .contact_list_all(&wecom_client::contact::ListContacts { limit: Some(2), cursor: None }, usual())
        .try_collect()
        .await
        .unwrap();
    let pairs: Vec<_> = served
        .iter()
        .map(|of| (of.external_userid.clone().unwrap(), of.follow_userid.clone().unwrap()))
        .collect();
    assert_eq!(pairs, expected);
    let persons: std::collections::BTreeSet<_> =
        served.iter().map(|of| of.tmp_openid.clone().unwrap()).collect();
    assert_eq!(persons.len(), 5);

    let inner = Employee {
        userid: "inner".into(),
        hindrances: vec![Hindrance::NoCustomerContact],
        ..Employee::default()
    };
    outside.simulator.employ(inner).unwrap();
    assert!(matches!(
        outside.simulator.add_customer(&AddCustomer::new("inner", "", None)),
        Err(Error::NotServing(_))
    ));
    assert_eq!(refused(wecom.list("inner", usual()).await), 84074);
    outside
        .codes(
            "externalcontact/batch/get_by_user",
            [
                (40058, json!({})),
                (40058, json!({ "userid_list": vec!["lisi"; 101] })),
                (40058, json!({ "userid_list": ["lisi"], "limit": 0 })),
                (0, json!({ "userid_list": ["lisi"], "limit": 1_000 })),
                (50100, json!({ "userid_list": ["lisi"], "cursor": "?" })),
                (40003, json!({ "userid_list": ["张三"] })),
                (60111, json!({ "userid_list": ["nobody"] })),
                (84074, json!({ "userid_list": ["inner"] })),
                (84061, json!({ "userid_list": ["wangwu"] })),
            ],
        )
        .await;
    outside
        .codes(
            "externalcontact/contact_list",
            [(50100, json!({ "cursor": "?" })), (40058, json!({ "limit": 1_001 }))],
        )
        .await;
    outside.simulator.stop().await;
}

/// What is deleted, or leaves the list, between two pages moves nothing of what has not been told yet.
#[tokio::test]
async fn nobody_is_skipped_when_others_go_between_two_pages() {
    let outside = Outside::start(Options::default()).await;
    let customers: Vec<String> = (0..5).map(|_| outside.add("小周").0).collect();
    let chat_id = group_chat::create(&outside, "lisi", &[&customers[0], &customers[1], &customers[2]]);
    let del = |customer: &str| {
        let contact = Contact::of("zhangsan", customer);
        outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    };
    let ids = |answer: &Value, list: &str, of: fn(&Value) -> &Value| -> Vec<String> {
        let rows = answer[list].as_array().unwrap().iter();
        rows.map(|row| of(row).as_str().unwrap_or_default().to_owned()).collect()
    };

    let path = "externalcontact/batch/get_by_user";
    let body = |cursor: &Value| json!({ "userid_list": ["zhangsan"], "limit": 2, "cursor": cursor });
    let of: fn(&Value) -> &Value = |row| &row["external_contact"]["external_userid"];
    let first = outside.post(path, body(&json!(""))).await;
    assert_eq!(ids(&first, "external_contact_list", of), customers[..2]);
    del(&customers[0]);
    let second = outside.post(path, body(&first["next_cursor"])).await;
    assert_eq!(ids(&second, "external_contact_list", of), customers[2..4]);

    // Four contacts are left, then come those who are in a group.
    let path = "externalcontact/contact_list";
    let of: fn(&Value) -> &Value = |row| &row["external_userid"];
    let first = outside.post(path, json!({ "limit": 2 })).await;
    assert_eq!(ids(&first, "info_list", of), customers[1..3]);
    del(&customers[1]);
    let second = outside.post(path, json!({ "limit": 3, "cursor": first["next_cursor"] })).await;
    assert_eq!(ids(&second, "info_list", of), [&customers[3], &customers[4], ""]);
    let leave = GroupAct::Leave { chat_id, members: vec![customers[0].clone()], removed: false };
    outside.simulator.group(leave).unwrap();
    let third = outside.post(path, json!({ "limit": 3, "cursor": second["next_cursor"] })).await;
    assert_eq!(ids(&third, "info_list", of), ["", &customers[2]]);

    let path = "user/list_id";
    let of: fn(&Value) -> &Value = |row| &row["userid"];
    let first = outside.post(path, json!({ "limit": 2 })).await;
    assert_eq!(ids(&first, "dept_user", of), ["zhangsan", "lisi"]);
    outside.simulator.leave("zhangsan").unwrap();
    let rest = outside.post(path, json!({ "limit": 2, "cursor": first["next_cursor"] })).await;
    assert_eq!(ids(&rest, "dept_user", of), ["wangwu"]);

    // Whoever transfers each page before asking for the next one gets everybody.
    let path = "externalcontact/get_unassigned_list";
    let mut seen = Vec::new();
    let mut cursor = json!("");
    loop {
        let page = outside.post(path, json!({ "page_size": 1, "cursor": cursor })).await;
        let waiting = ids(&page, "info", |row| &row["external_userid"]);
        let transfer =
            json!({ "handover_userid": "zhangsan", "takeover_userid": "lisi", "external_userid": waiting });
        let started = outside.post("externalcontact/resigned/transfer_customer", transfer).await;
        assert_eq!(started["customer"][0]["errcode"], 0);
        seen.extend(waiting);
        cursor = page["next_cursor"].clone();
        if cursor == "" {
            break;
        }
    }
    assert_eq!(seen, customers[2..]);
    outside.simulator.stop().await;
}

/// Being in a group and being a contact are two things: who was deleted is still there, and told without an id.
#[tokio::test]
async fn who_is_served_is_told_by_contact_and_by_group() {
    let outside = Outside::start(Options::default()).await;
    let ((anna, _), (bert, _)) = (outside.add("Anna"), outside.add("Bert"));
    outside.hand.advance(Duration::from_mins(1));
    let chat_id = group_chat::create(&outside, "lisi", &[&anna, &bert, "wangwu"]);
    let internal = GroupAct::Create {
        owner: "lisi".into(),
        name: String::new(),
        members: vec!["wangwu".into()],
        internal: true,
    };
    outside.simulator.group(internal).unwrap();
    let contact = Contact::of("zhangsan", &bert);
    outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    let first = outside.post("externalcontact/contact_list", json!({ "limit": 2 })).await;
    let rest = json!({ "limit": 2, "cursor": first["next_cursor"] });
    let rest = outside.post("externalcontact/contact_list", rest).await;
    let openid = |number: usize| first["info_list"][number]["tmp_openid"].clone();
    let at = NOW_MS / 1_000;
    assert_eq!(
        first["info_list"],
        json!([
            { "is_customer": true, "tmp_openid": openid(0), "external_userid": anna, "follow_userid": "zhangsan", "add_time": at },
            { "is_customer": true, "tmp_openid": openid(0), "external_userid": anna, "follow_userid": "lisi", "add_time": at + 60, "chat_id": chat_id },
        ])
    );
    let row = &rest["info_list"][0];
    assert_ne!(row["tmp_openid"], openid(0));
    assert_eq!(
        (&row["is_customer"], &row["name"], &row["chat_id"], row.get("external_userid")),
        (&json!(false), &json!("B**"), &json!(chat_id), None)
    );
    assert_eq!((rest["info_list"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &json!("")));
    outside.simulator.stop().await;
}

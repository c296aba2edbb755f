//! Contact ways: made by the API, scanned by people.

use super::*;
use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    AddContactWay, Conclusions, ContactWayScene, ContactWayType, ListContactWay, UpdateContactWay,
};

/// The whole story of a channel: made, scanned, greeted, tagged, counted, and gone again.
#[tokio::test]
async fn a_way_that_is_made_can_be_scanned_and_everything_knows_of_it() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let way =
        AddContactWay { remark: Some("展会".into()), ..AddContactWay::qr_code("ZhangSan", "expo-2026") };
    let made = wecom.add_contact_way(&way, usual()).await.unwrap();
    let config_id = made.config_id.unwrap();
    let picture = made.qr_code.clone().unwrap();
    assert!(picture.starts_with(&format!("{}/wwpic/", outside.simulator.api_base())), "{picture}");
    let read = wecom.get_contact_way(&config_id, usual()).await.unwrap();
    assert_eq!((read.config_id, read.qr_code), (Some(config_id.clone()), made.qr_code));
    assert_eq!((read.state.as_deref(), read.remark.as_deref()), (Some("expo-2026"), Some("展会")));
    assert_eq!((read.skip_verify, read.is_temp), (Some(true), Some(false)), "as if it had been said");
    assert!(outside.notices().is_empty(), "nothing that the API does is told");

    let scan = Scan { name: Some("小周".into()), ..Scan::of(&config_id) };
    let added = outside.simulator.scan(&scan).unwrap();
    assert_eq!((added.employee.as_str(), added.state.as_deref()), ("zhangsan", Some("expo-2026")));
    let notices = outside.notices();
    assert_eq!(element(&notices[0], "ChangeType"), "add_external_contact");
    assert_eq!(element(&notices[0], "State"), "expo-2026");
    assert_eq!(Some(element(&notices[0], "WelcomeCode")), added.welcome_code.as_deref());
    assert!(matches!(
        outside.simulator.scan(&Scan { customer: Some(added.customer.clone()), ..scan }),
        Err(Error::AlreadyContacts { .. })
    ));

    assert_eq!(outside.welcome(added.welcome_code.as_deref().unwrap(), "您好").await, 0);
    wecom.mark_tag(&tag("zhangsan", &added.customer, &[SPRING, UNKNOWN], &[]), usual()).await.unwrap();
    let contact = wecom.get(&added.customer, None, usual()).await.unwrap();
    let follow = &contact.follow_user[0];
    assert_eq!(
        (follow.state.as_deref(), follow.oper_userid.as_deref()),
        (Some("expo-2026"), Some(&*added.customer))
    );
    assert_eq!(
        follow.tags.iter().map(|tag| tag.tag_name.as_deref().unwrap()).collect::<Vec<_>>(),
        ["春季", "未知"]
    );
    assert_eq!(contact.external_contact.unionid.unwrap().len(), 28);
    let request =
        wecom_client::contact::BatchGetByUser { userid_list: vec!["zhangsan".into()], ..Default::default() };
    let batch = wecom.batch_get_by_user(&request, usual()).await.unwrap();
    assert_eq!(batch.external_contact_list[0].follow_info.as_ref().unwrap().tag_id, [SPRING, UNKNOWN]);
    let day = wecom_client::contact::Day::containing(Timestamp(NOW_MS / 1_000));
    let of = wecom_client::contact::GetUserBehaviorData {
        userid: vec!["zhangsan".into()],
        start_time: Some(day),
        end_time: Some(day),
        ..Default::default()
    };
    assert_eq!(wecom.get_user_behavior_data(&of, usual()).await.unwrap()[0].new_contact_cnt, Some(1));

    let made = json!({ "group_name": "活动", "tag": [{ "name": "春" }] });
    let made = outside.post("externalcontact/add_corp_tag", made).await;
    let own = made["tag_group"]["tag"][0]["id"].as_str().unwrap();
    wecom.mark_tag(&tag("zhangsan", &added.customer, &[own], &[]), usual()).await.unwrap();
    let tagged = async || wecom.get(&added.customer, None, usual()).await.unwrap().follow_user[0].tags.len();
    assert_eq!(tagged().await, 3);
    let gone = wecom_client::contact::DelCorpTag { tag_id: vec![own.into()], ..Default::default() };
    wecom.del_corp_tag(&gone, usual()).await.unwrap();
    let batch = wecom.batch_get_by_user(&request, usual()).await.unwrap();
    assert_eq!(batch.external_contact_list[0].follow_info.as_ref().unwrap().tag_id, [SPRING, UNKNOWN]);
    assert_eq!(tagged().await, 2);
    assert_eq!(outside.notices().len(), 1, "nor that a tag was deleted");

    let contact = Contact::of("zhangsan", &added.customer);
    outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    assert_eq!(refused(wecom.get(&added.customer, None, usual()).await), 84061);
    assert!(wecom.list("zhangsan", usual()).await.unwrap().is_empty());
    assert!(wecom.batch_get_by_user(&request, usual()).await.unwrap().external_contact_list.is_empty());

    wecom.del_contact_way(&config_id, usual()).await.unwrap();
    assert_eq!(
        outside.simulator.scan(&Scan::of(&config_id)).err(),
        Some(Error::NoContactWay(config_id.clone()))
    );
    assert_eq!(refused(wecom.get_contact_way(&config_id, usual()).await), 41044);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn with_verification_a_customer_waits_for_the_member_and_nothing_is_told() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let way = AddContactWay { skip_verify: Some(false), ..AddContactWay::qr_code("lisi", "door") };
    let config_id = wecom.add_contact_way(&way, usual()).await.unwrap().config_id.unwrap();
    let scan = Scan { name: Some("小周".into()), duplicates: 1, ..Scan::of(&config_id) };
    let asked = outside.simulator.scan(&scan).unwrap();
    assert!(asked.waiting && asked.welcome_code.is_none() && asked.deliveries.is_empty());
    assert_eq!((asked.employee.as_str(), asked.state.as_deref()), ("lisi", Some("door")));
    assert!(outside.notices().is_empty());
    assert!(outside.simulator.relation("lisi", &asked.customer).is_none());
    assert_eq!(
        refused(wecom.get(&asked.customer, None, usual()).await),
        84061,
        "there is nothing between them"
    );
    // Whoever asks twice has asked once.
    let again = Scan { customer: Some(asked.customer.clone()), ..scan };
    assert_eq!(outside.simulator.scan(&again).unwrap().customer, asked.customer);

    outside.hand.advance(Duration::from_hours(1));
    let added = outside.simulator.accept("Lisi", &asked.customer).unwrap();
    assert_eq!((added.state.as_deref(), added.waiting, added.deliveries.len()), (Some("door"), false, 2));
    assert_eq!(
        outside.changes(),
        changes([("add_external_contact", "lisi"); 2]),
        "once more, as was asked for"
    );
    let notice = &outside.notices()[0];
    assert_eq!(element(notice, "State"), "door");
    assert_eq!(Some(element(notice, "WelcomeCode")), added.welcome_code.as_deref());
    assert_eq!(
        outside.welcome(added.welcome_code.as_deref().unwrap(), "您好").await,
        0,
        "its 20 s begin now"
    );
    assert_eq!(wecom.list("lisi", usual()).await.unwrap(), [asked.customer.as_str()]);
    assert!(matches!(outside.simulator.accept("lisi", &asked.customer), Err(Error::NothingToAccept { .. })));
    assert!(matches!(outside.simulator.scan(&again), Err(Error::AlreadyContacts { .. })));

    let late = outside.simulator.scan(&Scan::of(&config_id)).unwrap();
    outside.simulator.leave("lisi").unwrap();
    assert!(matches!(outside.simulator.accept("lisi", &late.customer), Err(Error::NothingToAccept { .. })));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_temporary_chat_begins_when_the_member_consents() {
    let outside = Outside::start(Options::default()).await;
    let body = json!({ "type": 1, "scene": 2, "user": ["lisi"], "is_temp": true, "chat_expires_in": 600, "skip_verify": false });
    let made = outside.post("externalcontact/add_contact_way", body).await;
    let asked = outside.simulator.scan(&Scan::of(made["config_id"].as_str().unwrap())).unwrap();
    outside.hand.advance(Duration::from_mins(5));
    outside.simulator.accept("lisi", &asked.customer).unwrap();
    let chat = outside.simulator.relation("lisi", &asked.customer).unwrap().temp_chat.unwrap();
    assert_eq!(chat.until_ms, NOW_MS + 900_000);
    outside.simulator.stop().await;
}

/// The member skips verification and has not added back: made explicitly, as no way tells which members do so.
#[tokio::test]
async fn a_half_add_has_a_code_and_becomes_a_whole_one() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let half = AddCustomer { half: true, ..AddCustomer::new("lisi", "小周", Some("door")) };
    let half = outside.simulator.add_customer(&half).unwrap();
    assert!(!half.waiting);
    assert_eq!(refused(wecom.get(&half.customer, None, usual()).await), 84061, "not confirmed yet");
    assert_eq!(outside.welcome(half.welcome_code.as_deref().unwrap(), "您好").await, 0);
    let added = outside.simulator.accept("Lisi", &half.customer).unwrap();
    assert_eq!((added.state.as_deref(), added.welcome_code), (Some("door"), None), "the welcome was said");
    assert_eq!(
        outside.changes(),
        changes([("add_half_external_contact", "lisi"), ("add_external_contact", "lisi")])
    );
    assert_eq!(wecom.list("lisi", usual()).await.unwrap(), [half.customer.as_str()]);
    outside.simulator.stop().await;
}

/// A member who has left does not keep the rest of a way from being changed.
#[tokio::test]
async fn a_way_outlives_the_members_it_named() {
    let outside = Outside::start(Options::default()).await;
    let body = json!({ "type": 2, "scene": 2, "user": ["lisi", "wangwu"] });
    let made = outside.post("externalcontact/add_contact_way", body).await;
    let config_id = made["config_id"].as_str().unwrap();
    outside.simulator.leave("lisi").unwrap();
    let scanned = outside.simulator.scan(&Scan::of(config_id)).unwrap();
    assert_eq!(scanned.employee, "wangwu");
    let update = "externalcontact/update_contact_way";
    outside
        .codes(
            update,
            [
                (0, json!({ "config_id": config_id, "remark": "展会" })),
                (60111, json!({ "config_id": config_id, "user": ["lisi"] })),
                (0, json!({ "config_id": config_id, "user": ["wangwu"] })),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

#[tokio::test]
async fn several_members_share_a_way_as_long_as_they_are_there() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let way = AddContactWay {
        way_type: Some(ContactWayType::MULTI),
        scene: Some(ContactWayScene::QR_CODE),
        user: vec!["wangwu".into()],
        party: vec![2],
        is_exclusive: Some(true),
        ..Default::default()
    };
    let config_id = wecom.add_contact_way(&way, usual()).await.unwrap().config_id.unwrap();
    let scan = || outside.simulator.scan(&Scan::of(&config_id));
    let mut seen: Vec<String> = (0..40).map(|_| scan().unwrap().employee).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["lisi", "wangwu", "zhangsan"], "of the departments below, too");

    let colleague =
        Scan { kind: CustomerKind::Wecom, corp_name: Some("示例".into()), ..Scan::of(&config_id) };
    let mut seen: Vec<String> =
        (0..10).map(|_| outside.simulator.scan(&colleague).unwrap().employee).collect();
    seen.dedup();
    assert_eq!(seen.len(), 1, "all of one company get the same");

    let change = UpdateContactWay {
        config_id: config_id.clone(),
        user: Some(Vec::new()),
        party: Some(vec![4]),
        ..Default::default()
    };
    wecom.update_contact_way(&change, usual()).await.unwrap();
    assert!((0..20).all(|_| scan().unwrap().employee == "zhangsan"));
    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(scan().err(), Some(Error::NobodyToAdd(config_id.clone())));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_temporary_chat_ends_by_itself_or_is_closed() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let way = AddContactWay {
        is_temp: Some(true),
        expires_in: Some(3_600),
        chat_expires_in: Some(600),
        conclusions: Some(Conclusions {
            text: Some(wecom_client::contact::ConclusionsText { content: Some("再见".into()) }),
            image: Some(wecom_client::contact::ConclusionsImage {
                media_id: Some("simulated-image".into()),
                pic_url: None,
            }),
            link: Some(wecom_client::contact::ConclusionsLink {
                title: Some("t".into()),
                ..Default::default()
            }),
            miniprogram: None,
        }),
        ..AddContactWay::qr_code("lisi", "clinic")
    };
    let make = || wecom.add_contact_way(&way, usual());
    let first = make().await.unwrap().config_id.unwrap();
    let second = make().await.unwrap().config_id.unwrap();
    let late = make().await.unwrap().config_id.unwrap();
    let read = wecom.get_contact_way(&first, usual()).await.unwrap();
    assert_eq!((read.is_temp, read.expires_in, read.chat_expires_in), (Some(true), Some(3_600), Some(600)));
    let kept = read.conclusions.unwrap();
    assert!(kept.image.unwrap().pic_url.is_some() && kept.link.is_none(), "the first of them, as it is read");

    let one = outside.simulator.scan(&Scan::of(&first)).unwrap();
    assert_eq!(outside.simulator.scan(&Scan::of(&first)).err(), Some(Error::ContactWayOver(first.clone())));
    let change = UpdateContactWay { config_id: first, state: Some("x".into()), ..Default::default() };
    assert_eq!(refused(wecom.update_contact_way(&change, usual()).await), 41044, "it is spent");
    let other = outside.simulator.scan(&Scan::of(&second)).unwrap();
    let chat = |customer: &str| outside.simulator.relation("lisi", customer).unwrap().temp_chat.unwrap();
    let talk = |customer: &str| {
        outside.simulator.talk(&Talk {
            employee: "lisi".into(),
            customer: customer.into(),
            by: Speaker::Customer,
            messages: 1,
        })
    };
    assert_eq!(chat(&one.customer).until_ms, NOW_MS + 600_000);
    talk(&one.customer).unwrap();

    let of = |customer: &str| wecom_client::contact::CloseTempChat {
        userid: "lisi".into(),
        external_userid: customer.into(),
    };
    outside.hand.advance(Duration::from_mins(1));
    wecom.close_temp_chat(&of(&other.customer), usual()).await.unwrap();
    assert_eq!(chat(&other.customer).ended_at_ms, Some(NOW_MS + 60_000));
    assert_eq!(refused(wecom.close_temp_chat(&of(&other.customer), usual()).await), 84061);
    outside.hand.advance(Duration::from_mins(9));
    assert_eq!(refused(wecom.close_temp_chat(&of(&one.customer), usual()).await), 84061, "it has ended");
    assert_eq!(chat(&one.customer).ended_at_ms, Some(NOW_MS + 600_000));
    assert_eq!(chat(&one.customer).conclusions.unwrap()["text"]["content"], "再见");
    assert!(matches!(talk(&one.customer), Err(Error::CannotTalk { .. })));

    outside.hand.advance(Duration::from_mins(50));
    assert_eq!(outside.simulator.scan(&Scan::of(&late)).err(), Some(Error::ContactWayOver(late)));
    outside
        .codes(
            "externalcontact/close_temp_chat",
            [
                (40003, json!({ "userid": "", "external_userid": one.customer })),
                (60111, json!({ "userid": "nobody", "external_userid": one.customer })),
                (40096, json!({ "userid": "lisi", "external_userid": "wmNobody" })),
                (84061, json!({ "userid": "zhangsan", "external_userid": one.customer })),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_way_for_one_person_is_for_that_person() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let customers = outside.simulator.customers();
    let unionid = customers[0].ids().unionid.unwrap();
    let body = json!({ "type": 1, "scene": 2, "user": ["lisi"], "is_temp": true, "unionid": unionid });
    let made = outside.post("externalcontact/add_contact_way", body).await;
    let config_id = made["config_id"].as_str().unwrap();
    assert_eq!(
        outside.simulator.scan(&Scan::of(config_id)).err(),
        Some(Error::ContactWayOfAnother(config_id.into()))
    );
    let scan = Scan { customer: Some(customer.clone()), ..Scan::of(config_id) };
    assert_eq!(outside.simulator.scan(&scan).unwrap().customer, customer);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_cannot_be_a_way_is_refused_with_its_own_code() {
    let outside = Outside::start(Options::default()).await;
    for (userid, hindrance) in [
        ("asleep", Hindrance::NotActivated),
        ("anonymous", Hindrance::NotVerified),
        ("inner", Hindrance::NoCustomerContact),
    ] {
        let employee = Employee { userid: userid.into(), hindrances: vec![hindrance], ..Employee::default() };
        outside.simulator.employ(employee).unwrap();
    }
    outside.simulator.add_department(Department { id: 9, parent_id: 1, ..Department::default() }).unwrap();
    for number in 0..101 {
        let employee =
            Employee { userid: format!("crowd{number}"), departments: vec![9], ..Employee::default() };
        outside.simulator.employ(employee).unwrap();
    }
    let with = |changes: Value| {
        let mut body = json!({ "type": 1, "scene": 2, "user": ["lisi"] });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let add = "externalcontact/add_contact_way";
    outside
        .codes(
            add,
            [
                (41037, json!({ "scene": 2, "user": ["lisi"] })),
                (41038, json!({ "type": 1, "user": ["lisi"] })),
                (41039, with(json!({ "type": 3 }))),
                (41040, with(json!({ "scene": 3 }))),
                (41042, with(json!({ "scene": 1, "style": 4 }))),
                (41042, with(json!({ "scene": 1, "type": 2, "style": 3 }))),
                (41041, with(json!({ "type": 2, "party": [9] }))),
                (41054, with(json!({ "user": ["asleep"] }))),
                (41054, with(json!({ "user": ["anonymous"] }))),
                (84074, with(json!({ "user": ["inner"] }))),
                (60111, with(json!({ "user": ["nobody"] }))),
                (40003, with(json!({ "user": ["张三"] }))),
                (60123, with(json!({ "type": 2, "party": [77] }))),
                (40058, with(json!({ "user": [] }))),
                (40058, with(json!({ "user": ["lisi", "wangwu"] }))),
                (40058, with(json!({ "type": 2, "user": [] }))),
                (40058, with(json!({ "remark": "一".repeat(31) }))),
                (40058, with(json!({ "state": "一".repeat(31) }))),
                (40058, with(json!({ "type": 2, "is_temp": true }))),
                (40058, with(json!({ "is_temp": true, "expires_in": 1_209_601 }))),
                (40058, with(json!({ "is_temp": true, "chat_expires_in": 0 }))),
                (40058, with(json!({ "is_temp": true, "conclusions": { "text": { "content": "好".repeat(1_334) } } }))),
                (40058, with(json!({ "is_temp": true, "conclusions": { "link": { "title": "t".repeat(129) } } }))),
                (40007, with(json!({ "is_temp": true, "conclusions": { "image": { "media_id": "simulated-file" } } }))),
                (40058, with(json!({ "conclusions": 1 }))),
                (0, with(json!({ "scene": 1, "style": 3, "state": "一".repeat(30) }))),
            ],
        )
        .await;
    let button = outside.post(add, with(json!({ "scene": 1, "style": 3 }))).await;
    assert!(button.get("qr_code").is_none(), "a button has no code");
    let id = |config_id: &str| json!({ "config_id": config_id });
    for path in ["get_contact_way", "update_contact_way", "del_contact_way"] {
        outside.codes(&format!("externalcontact/{path}"), [(41043, json!({})), (41044, id("none"))]).await;
    }
    let mut change = id(button["config_id"].as_str().unwrap());
    for (expected, name, value) in [
        (41042, "style", json!(4)),
        (41054, "user", json!(["asleep"])),
        (40058, "state", json!("一".repeat(31))),
        (0, "skip_verify", json!(false)),
    ] {
        let mut body = change.clone();
        body[name] = value;
        outside.codes("externalcontact/update_contact_way", [(expected, body)]).await;
    }
    change["state"] = json!("new");
    assert_eq!(outside.code("externalcontact/update_contact_way", change.clone()).await, 0);
    let read = outside.post("externalcontact/get_contact_way", change).await;
    let read = &read["contact_way"];
    assert_eq!(
        (&read["skip_verify"], &read["state"], &read["style"]),
        (&json!(false), &json!("new"), &json!(3))
    );
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_lasting_ways_are_listed_in_pages() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let mut made = Vec::new();
    for number in 0..5 {
        let way = AddContactWay::qr_code("lisi", format!("s{number}"));
        made.push(wecom.add_contact_way(&way, usual()).await.unwrap().config_id.unwrap());
        outside.hand.advance(Duration::from_secs(10));
    }
    let temporary = AddContactWay { is_temp: Some(true), ..AddContactWay::qr_code("lisi", "t") };
    wecom.add_contact_way(&temporary, usual()).await.unwrap();
    let two = ListContactWay { limit: Some(2), ..Default::default() };
    let all = || async { wecom.list_contact_way_all(&two, usual()).try_collect::<Vec<_>>().await.unwrap() };
    assert_eq!(all().await, made, "without the temporary one");
    let page = wecom.list_contact_way(&two, usual()).await.unwrap();
    wecom.del_contact_way(&made[0], usual()).await.unwrap();
    let next = ListContactWay { cursor: page.next_cursor, ..two.clone() };
    let page = wecom.list_contact_way(&next, usual()).await.unwrap();
    assert_eq!(page.contact_way[0].config_id.as_ref(), Some(&made[2]), "a page does not shift");
    let at = |seconds| Some(Timestamp(NOW_MS / 1_000 + seconds));
    let span = ListContactWay { start_time: at(10), end_time: at(20), ..Default::default() };
    assert_eq!(wecom.list_contact_way(&span, usual()).await.unwrap().contact_way.len(), 2);
    outside.hand.advance(Duration::from_hours(91 * 24));
    assert!(all().await.is_empty(), "of the last 90 days");
    let list = "externalcontact/list_contact_way";
    let mut outside = outside;
    outside.login().await;
    outside.codes(list, [(50100, json!({ "cursor": "?" })), (40058, json!({ "limit": 1_001 }))]).await;
    outside.simulator.stop().await;
}

/// Whoever shows the code fetches it where the answer says that it is.
#[tokio::test]
async fn the_picture_of_a_way_can_be_fetched() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let made = client
        .external()
        .add_contact_way(&AddContactWay::qr_code("ZhangSan", "expo"), usual())
        .await
        .unwrap();
    let url = made.qr_code.unwrap();
    let http = outside.http.clone();
    let answer = http.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/png");
    let picture = answer.bytes().await.unwrap();
    let size = imagesize::blob_size(&picture).unwrap();
    assert!(size.width == size.height && size.width > 200, "{size:?}");
    let other = http.get(url.replace("/wwpic/", "/wwpic/x")).send().await.unwrap();
    assert_eq!(other.status(), 404);
    client.external().del_contact_way(&made.config_id.unwrap(), usual()).await.unwrap();
    assert_eq!(http.get(&url).send().await.unwrap().status(), 404, "gone with its way");
}

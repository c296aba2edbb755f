//! The tag tree changes, and with it every customer.

use super::*;

const CHANNEL: &str = "etSampleGroupChannel000000000000";

/// Tags that the app has made; the ids of their group and of themselves.
async fn own(outside: &Outside, group: &str, names: &[&str]) -> (String, Vec<String>) {
    let tags: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    let made = json!({ "group_name": group, "tag": tags });
    let made = outside.post("externalcontact/add_corp_tag", made).await;
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let made = &made["tag_group"];
    (id(&made["group_id"]), made["tag"].as_array().unwrap().iter().map(|tag| id(&tag["id"])).collect())
}

/// What was made in the console is the console's; the app may use it, and add to it what is its own.
#[tokio::test]
async fn an_app_changes_only_what_it_has_made() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let (edit, delete) = ("externalcontact/edit_corp_tag", "externalcontact/del_corp_tag");
    let (_, added) = own(&outside, "渠道", &["直播"]).await;
    let own = &added[0];
    outside
        .codes(
            edit,
            [
                (60011, json!({ "id": SPRING, "name": "春天" })),
                (60011, json!({ "id": CHANNEL, "order": 1 })),
                (0, json!({ "id": own, "name": "直播间" })),
            ],
        )
        .await;
    outside
        .codes(
            delete,
            [(60011, json!({ "tag_id": [own, SPRING] })), (60011, json!({ "group_id": [CHANNEL] }))],
        )
        .await;
    assert_eq!(outside.simulator.tag_name(own).as_deref(), Some("渠道/直播间"), "all or none");
    let mark = json!({ "userid": "zhangsan", "external_userid": customer, "add_tag": [SPRING, own] });
    assert_eq!(outside.code("externalcontact/mark_tag", mark).await, 0);
    outside.codes(delete, [(0, json!({ "tag_id": [own] }))]).await;
    outside.simulator.stop().await;
}

/// What people do in the console and in the client is reported by callbacks, and is there when the API is asked.
#[tokio::test]
async fn work_on_tags_and_customers_by_hand_is_told_and_stands() {
    use reqwest::Method;
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let notices = |from: usize| -> Vec<String> {
        let of = |name: &str, xml: &str| {
            if xml.contains(name) { element(xml, name).to_owned() } else { String::new() }
        };
        let said =
            |xml: &String| format!("{} {} {}", of("ChangeType", xml), of("TagType", xml), of("Id", xml));
        outside.notices().iter().skip(from).map(said).collect()
    };
    let create = r#"{"act": "create", "group": "活动", "tags": ["春", "夏"]}"#;
    let (status, made) = outside.control(Method::POST, "tags", create).await;
    let id = |at: usize| made["tag_ids"][at].as_str().unwrap().to_owned();
    let (group, spring, summer) = (made["group_id"].as_str().unwrap().to_owned(), id(0), id(1));
    assert_eq!(status, 200, "{made}");
    let expected =
        [format!("create tag_group {group}"), format!("create tag {spring}"), format!("create tag {summer}")];
    assert_eq!(notices(1), expected);
    let more = TagAct::Create { group: "活动".into(), tags: vec!["秋".into()], strategy_id: None };
    let autumn = outside.simulator.tags(more).unwrap().tag_ids.remove(0);
    assert_eq!(notices(4), [format!("create tag {autumn}")], "the group was there");

    outside.simulator.tags(TagAct::Rename { id: spring.clone(), name: "春节".into() }).unwrap();
    let order = vec![summer.clone(), autumn.clone(), spring.clone()];
    outside.simulator.tags(TagAct::Reorder { group: group.clone(), tags: order.clone() }).unwrap();
    assert_eq!(notices(5), [format!("update tag {spring}"), format!("shuffle  {group}")]);
    let list = outside.post("externalcontact/get_corp_tag_list", json!({ "group_id": [group] })).await;
    let mut tags: Vec<_> = list["tag_group"][0]["tag"].as_array().unwrap().clone();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag["order"].as_u64()));
    let names: Vec<_> = tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["夏", "秋", "春节"]);

    let edit = json!({
        "employee": "zhangsan", "customer": customer, "remark": "周总", "add_tag": [spring, summer],
        "mobiles": ["13800000001"],
    });
    let (_, edited) = outside.control(Method::POST, "edits", &edit.to_string()).await;
    assert_eq!(edited["tag_names"], json!(["活动/春节", "活动/夏"]), "{edited}");
    assert_eq!(
        (&edited["remark"]["remark"], edited["deliveries"].as_array().unwrap().len()),
        (&json!("周总"), 1)
    );
    let xml = outside.notices().pop().unwrap();
    assert_eq!((element(&xml, "ChangeType"), element(&xml, "UserID")), ("edit_external_contact", "zhangsan"));
    let read = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    let read = &read["follow_user"][0];
    assert_eq!((&read["remark"], &read["remark_mobiles"]), (&json!("周总"), &json!(["13800000001"])));
    let phones = Edit {
        employee: "zhangsan".into(),
        customer: customer.clone(),
        mobiles: Some(vec!["13800000002".into()]),
        ..Edit::default()
    };
    assert!(outside.simulator.edit(phones.clone()).unwrap().is_empty(), "phones alone are not told");
    assert!(outside.simulator.edit(Edit { remark: Some("周总".into()), ..phones }).unwrap().is_empty());

    outside.simulator.tags(TagAct::Delete { id: summer }).unwrap();
    assert_eq!(outside.simulator.relation("zhangsan", &customer).unwrap().tags, [spring]);
    outside.simulator.tags(TagAct::Delete { id: group.clone() }).unwrap();
    assert_eq!(notices(9), [format!("delete tag_group {group}")]);
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());

    for (path, body, told) in [
        ("tags", r#"{"act": "create", "group": "渠道", "tags": ["春季"]}"#.to_owned(), "is taken"),
        ("tags", r#"{"act": "create", "group": "新", "tags": ["一", "一"]}"#.to_owned(), "is taken"),
        ("tags", r#"{"act": "create", "group": "", "tags": ["一"]}"#.to_owned(), "1 to 30 characters"),
        ("tags", r#"{"act": "create", "group": "新", "tags": []}"#.to_owned(), "1 to 100 names"),
        (
            "tags",
            r#"{"act": "create", "group": "新", "tags": ["一"], "strategy_id": 9}"#.to_owned(),
            "customer_strategy/create",
        ),
        ("tags", r#"{"act": "rename", "id": "etNone", "name": "一"}"#.to_owned(), "GET /_simulator/state"),
        (
            "tags",
            json!({ "act": "reorder", "group": CHANNEL, "tags": [SPRING] }).to_string(),
            "each tag of the group once",
        ),
        ("tags", r#"{"act": "delete", "id": "etNone"}"#.to_owned(), "GET /_simulator/state"),
        (
            "edits",
            r#"{"employee": "lisi", "customer": "wmNobody", "remark": "a"}"#.to_owned(),
            "is no customer of lisi",
        ),
        (
            "edits",
            json!({ "employee": "zhangsan", "customer": customer, "remark": "一".repeat(21) }).to_string(),
            "20 characters",
        ),
    ] {
        let (status, answer) = outside.control(Method::POST, path, &body).await;
        assert!(status == 400 && answer["error"].as_str().unwrap().contains(told), "{path} {body}: {answer}");
    }
    outside.simulator.stop().await;
}

#[tokio::test]
async fn tags_and_groups_are_renamed_moved_and_deleted() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    let (group, ids) = own(&outside, "活动", &["春季", "未知"]).await;
    let (group, spring, unknown) = (group.as_str(), ids[0].as_str(), ids[1].as_str());
    wecom.mark_tag(&tag("zhangsan", &customer, &[spring, unknown], &[]), usual()).await.unwrap();
    let edit = |id: &str, name: Option<&str>, order| wecom_client::contact::EditCorpTag {
        id: id.into(),
        name: name.map(str::to_owned),
        order,
        agentid: Some(1),
    };
    wecom.edit_corp_tag(&edit(spring, Some("春天"), Some(7)), usual()).await.unwrap();
    wecom.edit_corp_tag(&edit(group, None, Some(u32::MAX)), usual()).await.unwrap();
    let follow = wecom.get(&customer, None, usual()).await.unwrap().follow_user;
    assert_eq!(follow[0].tags[0].tag_name.as_deref(), Some("春天"));
    let all =
        wecom.get_corp_tag_list(&wecom_client::contact::GetCorpTagList::default(), usual()).await.unwrap();
    let told = &all[3];
    assert_eq!((told.order, told.group_name.as_deref()), (Some(i64::from(u32::MAX)), Some("活动")));
    assert_eq!((told.tag[0].order, told.deleted, told.tag[0].deleted), (Some(7), None, None));

    outside
        .codes(
            "externalcontact/edit_corp_tag",
            [
                (40068, json!({ "id": "etNone", "name": "新" })),
                (40068, json!({ "name": "新" })),
                (40071, json!({ "id": spring, "name": "未知" })),
                (40071, json!({ "id": group, "name": "等级" })),
                (40072, json!({ "id": spring, "name": "" })),
                (40072, json!({ "id": spring, "name": "一".repeat(31) })),
                (0, json!({ "id": spring, "name": "春天" })),
                (0, json!({ "id": spring, "name": "等级" })),
            ],
        )
        .await;
    let delete = "externalcontact/del_corp_tag";
    outside
        .codes(
            delete,
            [
                (40068, json!({})),
                (40068, json!({ "tag_id": [spring, "etNone"] })),
                (40068, json!({ "group_id": [spring] })),
            ],
        )
        .await;
    assert_eq!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.len(), 2, "all or none");
    outside.codes(delete, [(0, json!({ "tag_id": [spring] })), (40068, json!({ "tag_id": [spring] }))]).await;
    let asked = wecom_client::contact::GetCorpTagList {
        tag_id: vec![spring.into(), unknown.into()],
        ..Default::default()
    };
    let told = wecom.get_corp_tag_list(&asked, usual()).await.unwrap();
    let deleted: Vec<_> = told[0].tag.iter().map(|tag| tag.deleted.unwrap()).collect();
    assert_eq!((deleted, told[0].deleted), (vec![true, false], Some(false)), "who asks by id is told");
    assert_eq!(refused(wecom.mark_tag(&tag("zhangsan", &customer, &[spring], &[]), usual()).await), 40068);

    // With its last tag the group goes; its name is free again.
    outside.codes(delete, [(0, json!({ "group_id": [group] }))]).await;
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());
    let all =
        wecom.get_corp_tag_list(&wecom_client::contact::GetCorpTagList::default(), usual()).await.unwrap();
    assert_eq!(all.len(), 3);
    let asked = wecom_client::contact::GetCorpTagList { group_id: vec![group.into()], ..Default::default() };
    let told = wecom.get_corp_tag_list(&asked, usual()).await.unwrap();
    assert_eq!((told[0].deleted, told[0].tag.len()), (Some(true), 2));
    let add = json!({ "group_name": "活动", "tag": [{ "name": "春季" }], "agentid": 1 });
    let made = outside.post("externalcontact/add_corp_tag", add).await;
    assert_ne!(made["tag_group"]["group_id"], *group);
    outside
        .codes(
            "externalcontact/get_corp_tag_list",
            [(40068, json!({ "tag_id": ["etNone"] })), (40068, json!({ "group_id": ["etNone"] }))],
        )
        .await;
    assert!(outside.notices().len() == 1, "nothing of this is told");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_company_has_three_thousand_tags() {
    let outside = Outside::start(Options::default()).await;
    let add = "externalcontact/add_corp_tag";
    // Nine are there.
    let many: Vec<_> = (0..2_990).map(|number| json!({ "name": format!("t{number}") })).collect();
    assert_eq!(outside.code(add, json!({ "group_name": "many", "tag": many })).await, 0);
    let two = json!({ "group_name": "few", "tag": [{ "name": "a" }, { "name": "b" }] });
    assert_eq!(outside.code(add, two).await, 40126);
    assert_eq!(outside.code(add, json!({ "group_name": "few", "tag": [{ "name": "a" }] })).await, 0);
    let delete = TagAct::Delete { id: SPRING.into() };
    outside.simulator.tags(delete).unwrap();
    assert_eq!(outside.code(add, json!({ "group_name": "few", "tag": [{ "name": "b" }] })).await, 0);
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

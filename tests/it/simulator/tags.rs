//! The tag tree changes, and with it every customer.

use super::*;

const CHANNEL: &str = "etSampleGroupChannel000000000000";

#[tokio::test]
async fn tags_and_groups_are_renamed_moved_and_deleted() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    wecom.mark_tag(&tag("zhangsan", &customer, &[SPRING, UNKNOWN], &[]), usual()).await.unwrap();
    let edit = |id: &str, name: Option<&str>, order| external::EditCorpTag {
        id: id.into(),
        name: name.map(str::to_owned),
        order,
        agentid: Some(1),
    };
    wecom.edit_corp_tag(&edit(SPRING, Some("春天"), Some(7)), usual()).await.unwrap();
    wecom.edit_corp_tag(&edit(CHANNEL, None, Some(u32::MAX)), usual()).await.unwrap();
    let follow = wecom.get(&customer, None, usual()).await.unwrap().follow_user;
    assert_eq!(follow[0].tags[0].tag_name.as_deref(), Some("春天"));
    let all = wecom.get_corp_tag_list(&external::GetCorpTagList::default(), usual()).await.unwrap();
    assert_eq!((all[0].order, all[0].group_name.as_deref()), (Some(i64::from(u32::MAX)), Some("渠道")));
    assert_eq!((all[0].tag[0].order, all[0].deleted, all[0].tag[0].deleted), (Some(7), None, None));

    outside
        .codes(
            "externalcontact/edit_corp_tag",
            [
                (40068, json!({ "id": "etNone", "name": "新" })),
                (40068, json!({ "name": "新" })),
                (40071, json!({ "id": SPRING, "name": "未知" })),
                (40071, json!({ "id": CHANNEL, "name": "等级" })),
                (40072, json!({ "id": SPRING, "name": "" })),
                (40072, json!({ "id": SPRING, "name": "一".repeat(31) })),
                (0, json!({ "id": SPRING, "name": "春天" })),
                (0, json!({ "id": SPRING, "name": "等级" })),
            ],
        )
        .await;
    let delete = "externalcontact/del_corp_tag";
    outside
        .codes(
            delete,
            [
                (40068, json!({})),
                (40068, json!({ "tag_id": [SPRING, "etNone"] })),
                (40068, json!({ "group_id": [SPRING] })),
            ],
        )
        .await;
    assert_eq!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.len(), 2, "all or none");
    outside.codes(delete, [(0, json!({ "tag_id": [SPRING] })), (40068, json!({ "tag_id": [SPRING] }))]).await;
    let asked =
        external::GetCorpTagList { tag_id: vec![SPRING.into(), UNKNOWN.into()], ..Default::default() };
    let told = wecom.get_corp_tag_list(&asked, usual()).await.unwrap();
    let deleted: Vec<_> = told[0].tag.iter().map(|tag| tag.deleted.unwrap()).collect();
    assert_eq!((deleted, told[0].deleted), (vec![true, false], Some(false)), "who asks by id is told");
    assert_eq!(refused(wecom.mark_tag(&tag("zhangsan", &customer, &[SPRING], &[]), usual()).await), 40068);

    // With its last tag the group goes; its name is free again.
    outside.codes(delete, [(0, json!({ "group_id": [CHANNEL] }))]).await;
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());
    let all = wecom.get_corp_tag_list(&external::GetCorpTagList::default(), usual()).await.unwrap();
    assert_eq!(all.len(), 2);
    let asked = external::GetCorpTagList { group_id: vec![CHANNEL.into()], ..Default::default() };
    let told = wecom.get_corp_tag_list(&asked, usual()).await.unwrap();
    assert_eq!((told[0].deleted, told[0].tag.len()), (Some(true), 4));
    let add = json!({ "group_name": "渠道", "tag": [{ "name": "春季" }], "agentid": 1 });
    let made = outside.post("externalcontact/add_corp_tag", add).await;
    assert_ne!(made["tag_group"]["group_id"], CHANNEL);
    outside
        .codes(
            "externalcontact/get_corp_tag_list",
            [(40068, json!({ "tag_id": ["etNone"] })), (40068, json!({ "group_id": ["etNone"] }))],
        )
        .await;
    assert!(outside.told().len() == 1, "nothing of this is told");
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
    outside.codes("externalcontact/del_corp_tag", [(0, json!({ "tag_id": [SPRING] }))]).await;
    assert_eq!(outside.code(add, json!({ "group_name": "few", "tag": [{ "name": "b" }] })).await, 0);
    outside.simulator.stop().await;
}

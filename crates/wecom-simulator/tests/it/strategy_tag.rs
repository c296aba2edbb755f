//! The tags of rule groups.

use super::{customer_strategy::sales, *};

#[tokio::test]
async fn the_tags_of_a_rule_group_are_for_those_in_its_range() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let id = wecom.customer_strategy_create(&sales(), usual()).await.unwrap();
    let read = wecom.customer_strategy_get(id, usual()).await.unwrap();
    assert_eq!((read.strategy_name.as_deref(), read.parent_id), (Some("销售"), Some(0)));
    let privilege = read.privilege.unwrap().0;
    assert_eq!((privilege.len(), privilege["share_customer"], privilege["contact_me"]), (21, false, true));

    let tags = wecom_client::contact::AddStrategyTag {
        strategy_id: Some(id),
        group_name: Some("意向".into()),
        tag: vec![wecom_client::contact::NewCorpTag { name: "高".into(), order: None }],
        ..Default::default()
    };
    let group = wecom.add_strategy_tag(&tags, usual()).await.unwrap();
    let high = group.tag[0].id.clone().unwrap();
    assert!(high.starts_with("st") && group.strategy_id == Some(id));
    let corp =
        wecom.get_corp_tag_list(&wecom_client::contact::GetCorpTagList::default(), usual()).await.unwrap();
    assert_eq!(corp.len(), 3, "they are none of the whole company's");

    let (customer, _) = outside.add("小周");
    let wangwus = outside.simulator.add_customer(&AddCustomer::new("wangwu", "小王", None)).unwrap().customer;
    wecom.mark_tag(&tag("zhangsan", &customer, &[&high], &[]), usual()).await.unwrap();
    assert_eq!(refused(wecom.mark_tag(&tag("wangwu", &wangwus, &[&high], &[]), usual()).await), 60011);
    let follow = wecom.get(&customer, None, usual()).await.unwrap().follow_user;
    assert_eq!(follow[0].tags[0].tag_type, Some(wecom_client::contact::TagType(3)));

    let edit = wecom_client::contact::EditStrategyTag {
        id: high.clone(),
        name: Some("很高".into()),
        order: Some(3),
    };
    wecom.edit_strategy_tag(&edit, usual()).await.unwrap();
    let asked = wecom_client::contact::GetStrategyTagList { strategy_id: Some(id), ..Default::default() };
    let told = wecom.get_strategy_tag_list(&asked, usual()).await.unwrap();
    assert_eq!((told[0].tag[0].name.as_deref(), told[0].tag[0].order), (Some("很高"), Some(3)));
    outside
        .codes(
            "externalcontact/edit_strategy_tag",
            [(40068, json!({ "id": SPRING, "name": "x" })), (40072, json!({ "id": high, "name": "" }))],
        )
        .await;
    outside.codes("externalcontact/edit_corp_tag", [(40068, json!({ "id": high, "name": "x" }))]).await;
    outside
        .codes(
            "externalcontact/add_strategy_tag",
            [
                (40063, json!({ "group_name": "意向", "tag": [{ "name": "低" }] })),
                (40058, json!({ "strategy_id": 99, "group_name": "意向", "tag": [{ "name": "低" }] })),
                (40071, json!({ "strategy_id": id, "group_name": "意向", "tag": [{ "name": "很高" }] })),
                (0, json!({ "strategy_id": id, "group_name": "意向", "tag": [{ "name": "低" }] })),
            ],
        )
        .await;
    outside
        .codes(
            "externalcontact/del_strategy_tag",
            [(40068, json!({ "tag_id": [SPRING] })), (0, json!({ "tag_id": [high] }))],
        )
        .await;
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());
    let all = wecom
        .get_strategy_tag_list(&wecom_client::contact::GetStrategyTagList::default(), usual())
        .await
        .unwrap();
    assert_eq!(all[0].tag.len(), 1, "the low one");
    wecom.customer_strategy_del(id, usual()).await.unwrap();
    let all = wecom
        .get_strategy_tag_list(&wecom_client::contact::GetStrategyTagList::default(), usual())
        .await
        .unwrap();
    assert!(all.is_empty(), "with their rule group tags go");
    outside.simulator.stop().await;
}

//! Members who leave, and what becomes of all that was theirs: customers, groups, ways, links, messages.

use wecom_simulator::MessageAct;

use super::*;

/// The groups of one who has left wait for another owner; the handover takes a while and happens once.
#[tokio::test]
async fn the_groups_of_one_who_left_are_inherited() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let chat_id = group_chat::create(&outside, "zhangsan", &[&customer]);
    group_chat::create(&outside, "lisi", &[&customer]);
    let transfer = json!({ "chat_id_list": [chat_id], "new_owner": "wangwu" });
    let code = async |path: &str| {
        let answer = outside.post(&format!("externalcontact/groupchat/{path}"), transfer.clone()).await;
        answer["failed_chat_list"][0]["errcode"].as_i64().unwrap_or(0)
    };
    let listed = async |status: i64| {
        let body = json!({ "status_filter": status, "limit": 10 });
        let answer = outside.post("externalcontact/groupchat/list", body).await;
        let rows = answer["group_chat_list"].as_array().unwrap();
        rows.iter().map(|row| row["chat_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let owner = async || {
        let answer = outside.post("externalcontact/groupchat/get", json!({ "chat_id": chat_id })).await;
        answer["group_chat"]["owner"].clone()
    };
    assert_eq!(code("transfer").await, 90500, "the owner is there");
    assert!(listed(1).await.is_empty());

    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(listed(1).await, std::slice::from_ref(&chat_id));
    assert_eq!(owner().await, "zhangsan", "until somebody else is");
    assert_eq!(code("onjob_transfer").await, 90502, "the owner is not there");
    assert_eq!(code("transfer").await, 0);
    assert_eq!((listed(1).await.len(), listed(2).await), (0, vec![chat_id.clone()]));
    assert_eq!(code("transfer").await, 90507, "it is on its way");
    outside.hand.advance(Duration::from_mins(1));
    assert_eq!(owner().await, "wangwu");
    assert_eq!((listed(2).await.len(), listed(3).await), (0, vec![chat_id.clone()]));
    assert_eq!(code("transfer").await, 90508);
    // Its customers do not come with the group: they are handed over for themselves.
    let unassigned = outside.post("externalcontact/get_unassigned_list", json!({})).await;
    assert_eq!(unassigned["info"][0]["external_userid"], json!(customer));
    assert_eq!(outside.notices().len(), 3, "the add and the two groups; nothing that the API does is told");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_link_that_has_nobody_left_is_unusable_until_it_leads_to_somebody() {
    let outside = Outside::start(Options::default()).await;
    let link = async |range: Value| {
        let body = json!({ "link_name": "直播", "range": range });
        let answer = outside.post("externalcontact/customer_acquisition/create_link", body).await;
        answer["link"]["link_id"].as_str().unwrap().to_owned()
    };
    let own = link(json!({ "user_list": ["zhangsan"] })).await;
    let shared = link(json!({ "user_list": ["zhangsan", "lisi"] })).await;
    let team = link(json!({ "department_list": [4] })).await;
    let open = |link_id: &str| outside.simulator.link(acquisition::open(link_id, "", None));
    let deliveries = outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(deliveries.len(), 2);
    let told = outside.notices();
    let links: Vec<&str> = told.iter().map(|xml| element(xml, "LinkId")).collect();
    assert_eq!(links, [own.as_str(), &team]);
    assert!(told.iter().all(|xml| element(xml, "ChangeType") == "link_unavailable"));
    assert!(matches!(open(&own), Err(Error::Impossible(_))));
    assert_eq!(open(&shared).unwrap().employee.as_deref(), Some("lisi"));
    assert!(outside.simulator.leave("wangwu").unwrap().is_empty(), "it was told once");

    let update = "externalcontact/customer_acquisition/update_link";
    assert_eq!(outside.code(update, json!({ "link_id": own, "link_name": "春季" })).await, 0);
    assert!(open(&own).is_err());
    assert_eq!(outside.code(update, json!({ "link_id": own, "range": { "user_list": ["lisi"] } })).await, 0);
    assert_eq!(open(&own).unwrap().employee.as_deref(), Some("lisi"));
    outside.simulator.stop().await;
}

/// What a day counted it goes on counting: the past does not change when somebody or something is deleted.
#[tokio::test]
async fn a_leaver_does_nothing_any_more_and_the_past_stays_counted() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let body =
        json!({ "external_userid": [customer], "sender": "zhangsan", "text": { "content": "春天来了" } });
    let added = outside.post("externalcontact/add_msg_template", body).await;
    let contact = Contact::of("zhangsan", &customer);
    outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    let of = json!({ "userid": ["zhangsan"], "start_time": NOW_MS / 1_000, "end_time": NOW_MS / 1_000 });
    let counted = outside.post("externalcontact/get_user_behavior_data", of.clone()).await;
    assert_eq!(counted["behavior_data"][0]["new_contact_cnt"], 1, "also of one who is deleted again");

    outside.simulator.leave("zhangsan").unwrap();
    let msgid = added["msgid"].as_str().unwrap().to_owned();
    let send = MessageAct::Send { msgid, employee: "zhangsan".into(), only: None };
    assert!(matches!(outside.simulator.mass_message(send), Err(Error::NoEmployee { .. })));
    outside
        .codes(
            "externalcontact/get_user_behavior_data",
            [
                (0, of.clone()),
                (
                    60111,
                    json!({ "userid": ["nobody"], "start_time": NOW_MS / 1_000, "end_time": NOW_MS / 1_000 }),
                ),
            ],
        )
        .await;
    let still = outside.post("externalcontact/get_user_behavior_data", of).await;
    assert_eq!(still["behavior_data"], counted["behavior_data"]);
    assert_eq!(outside.get("externalcontact/list", "userid=zhangsan").await["errcode"], 60111);
    let add = "externalcontact/add_contact_way";
    assert_eq!(outside.code(add, json!({ "type": 1, "scene": 2, "user": ["zhangsan"] })).await, 60111);
    outside.simulator.stop().await;
}

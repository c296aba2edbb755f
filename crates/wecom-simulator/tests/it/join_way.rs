//! Join ways: codes and buttons that lead customers into groups.

use wecom_client::contact::{JoinScene, JoinWay, JoinWayScene, UpdateJoinWay};
use wecom_simulator::{GroupAct, GroupActed};

use super::{
    group_chat::{create, join, received, with_receiver},
    *,
};

fn way(chat_ids: &[&str]) -> JoinWay {
    JoinWay {
        scene: Some(JoinWayScene::QR_CODE),
        state: Some("门店".into()),
        chat_id_list: chat_ids.iter().map(|id| (*id).to_owned()).collect(),
        ..JoinWay::default()
    }
}

#[tokio::test]
async fn a_customer_who_scans_a_join_way_is_in_its_group_with_its_state() {
    let (outside, receiver) = with_receiver().await;
    let client = outside.client();
    let wecom = client.external();
    let chat_id = create(&outside, "zhangsan", &[]);
    let config_id = wecom.groupchat_add_join_way(&way(&[&chat_id]), once()).await.unwrap();
    received(&outside, &receiver).await;
    let (anna, _) = outside.add("Anna");
    received(&outside, &receiver).await;
    let scan = |customer: Option<&str>| GroupAct::Scan {
        config_id: config_id.clone(),
        customer: customer.map(str::to_owned),
    };
    let GroupActed { members, .. } = outside.simulator.group(scan(Some(&anna))).unwrap();
    assert_eq!(members, std::slice::from_ref(&anna));
    let joined = received(&outside, &receiver).await.remove(0);
    assert_eq!((element(&joined, "UpdateDetail"), element(&joined, "JoinScene")), ("add_member", "3"));
    let new = outside.simulator.group(scan(None)).unwrap().members.remove(0);
    let group = wecom.groupchat_get(&chat_id, false, once()).await.unwrap();
    let ids: Vec<_> = group.member_list.iter().map(|member| member.userid.as_deref().unwrap()).collect();
    assert_eq!(ids, ["zhangsan", &anna, &new]);
    assert_eq!(group.member_list[1].join_scene, Some(JoinScene::QR_CODE));
    assert_eq!(group.member_list[1].state.as_deref(), Some("门店"));
    assert!(outside.simulator.group(scan(Some(&anna))).unwrap_err().to_string().contains("already"));

    // The API's own doing is told to nobody.
    received(&outside, &receiver).await;
    let detail = wecom.groupchat_get_join_way(&config_id, once()).await.unwrap();
    assert_eq!(detail.config_id.as_deref(), Some(config_id.as_str()));
    assert_eq!((detail.auto_create_room, detail.room_base_id), (Some(true), Some(1)));
    let qr_code = detail.qr_code.clone();
    let changed = JoinWay { remark: Some("新".into()), auto_create_room: Some(0), ..way(&[&chat_id]) };
    let long = JoinWay { state: None, remark: Some("长".repeat(31)), ..changed };
    let update = UpdateJoinWay { config_id: config_id.clone(), way: long };
    // The client knows the limit; whoever does not has the remark cut.
    assert!(wecom.groupchat_update_join_way(&update, once()).await.is_err());
    let body = serde_json::to_value(&update).unwrap();
    assert_eq!(outside.code("externalcontact/groupchat/update_join_way", body).await, 0);
    let detail = wecom.groupchat_get_join_way(&config_id, once()).await.unwrap();
    assert_eq!(detail.remark, Some("长".repeat(30)));
    let way = JoinWay { remark: Some("新".into()), ..update.way };
    let update = UpdateJoinWay { config_id: config_id.clone(), way };
    wecom.groupchat_update_join_way(&update, once()).await.unwrap();
    let detail = wecom.groupchat_get_join_way(&config_id, once()).await.unwrap();
    assert_eq!(
        (detail.state.as_deref(), detail.auto_create_room),
        (Some(""), Some(false)),
        "all is replaced"
    );
    assert_eq!(detail.qr_code, qr_code);
    wecom.groupchat_del_join_way(&config_id, once()).await.unwrap();
    assert_eq!(refused(wecom.groupchat_get_join_way(&config_id, once()).await), 41044);
    assert!(received(&outside, &receiver).await.is_empty());

    let add = "externalcontact/groupchat/add_join_way";
    for (code, body) in [
        (41038, json!({ "chat_id_list": [chat_id] })),
        (41040, json!({ "scene": 3, "chat_id_list": [chat_id] })),
        (40063, json!({ "scene": 1 })),
        (41091, json!({ "scene": 1, "chat_id_list": vec![&chat_id; 6] })),
        (86003, json!({ "scene": 1, "chat_id_list": ["wrOther"] })),
        (86001, json!({ "scene": 1, "chat_id_list": [""] })),
        (40058, json!({ "scene": 1, "chat_id_list": [chat_id], "state": "长".repeat(31) })),
        (40058, json!({ "scene": 1, "chat_id_list": [chat_id], "auto_create_room": 2 })),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, code, "{body}");
    }
    for method in ["get_join_way", "update_join_way", "del_join_way"] {
        let path = format!("externalcontact/groupchat/{method}");
        assert_eq!(outside.code(&path, json!({})).await, 41043, "{method}");
        assert_eq!(outside.code(&path, json!({ "config_id": "x" })).await, 41044, "{method}");
    }
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn a_join_way_whose_groups_are_full_makes_another_or_leads_nowhere() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let full = create(&outside, "lisi", &[]);
    for number in 0..499 {
        outside.simulator.group(GroupAct::Scan { config_id: String::new(), customer: None }).unwrap_err();
        let (customer, _) = outside.add(&format!("Customer {number}"));
        outside.simulator.group(join(&full, &[&customer], None)).unwrap();
    }
    let grows = JoinWay { room_base_name: Some("客户群".into()), room_base_id: Some(7), ..way(&[&full]) };
    let grows = wecom.groupchat_add_join_way(&grows, once()).await.unwrap();
    let stays = JoinWay { auto_create_room: Some(0), ..way(&[&full]) };
    let stays = wecom.groupchat_add_join_way(&stays, once()).await.unwrap();
    let scan = |config_id: &str| GroupAct::Scan { config_id: config_id.into(), customer: None };
    assert!(outside.simulator.group(scan(&stays)).unwrap_err().to_string().contains("full"));
    let acted = outside.simulator.group(scan(&grows)).unwrap();
    assert_ne!(acted.chat_id, full);
    assert_eq!(acted.deliveries.len(), 2, "a group is made, and somebody joins it");
    let group = wecom.groupchat_get(&acted.chat_id, false, once()).await.unwrap();
    assert_eq!((group.name.as_deref(), group.owner.as_deref()), (Some("客户群7"), Some("lisi")));
    let detail = wecom.groupchat_get_join_way(&grows, once()).await.unwrap();
    assert_eq!((detail.room_base_id, detail.chat_id_list), (Some(8), vec![acted.chat_id.clone()]));
    assert_eq!(outside.simulator.group(scan(&grows)).unwrap().chat_id, acted.chat_id);
    outside.simulator.stop().await;
}

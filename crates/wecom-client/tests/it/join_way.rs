//! The ways into groups.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    contact::{JoinWay, JoinWayScene, UpdateJoinWay},
};

use crate::scripted::Reply;
use crate::walk::{Method, client, once, refused, server};

fn way() -> JoinWay {
    JoinWay {
        scene: Some(JoinWayScene::QR_CODE),
        remark: Some("门店".into()),
        auto_create_room: Some(0),
        room_base_name: Some("群".into()),
        room_base_id: Some(10),
        chat_id_list: vec!["wr1".into(), "wr2".into()],
        state: Some("s".into()),
        mark_source: Some(false),
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    let body = json!({"scene": 2, "remark": "门店", "auto_create_room": 0, "room_base_name": "群", "room_base_id": 10,
        "chat_id_list": ["wr1", "wr2"], "state": "s", "mark_source": false});
    rows.push(
        Method::post(
            "externalcontact/groupchat/add_join_way",
            Once,
            body.clone(),
            json!({"config_id": "9ad7fa5cdaa6511298498f979c472aaa"}),
        )
        .at("/config_id")
        .needed(),
    );
    rows.push(Method::post("externalcontact/groupchat/get_join_way", Read, json!({"config_id": "c"}),
        json!({"join_way": {"config_id": "c", "scene": 2, "remark": "门店", "auto_create_room": true,
            "room_base_name": "群", "room_base_id": 10, "chat_id_list": ["wr1"], "qr_code": "http://p.example/1",
            "state": "s", "mark_source": true}})).at("/join_way").needed());
    let mut update = body;
    update["config_id"] = json!("c");
    rows.push(Method::post("externalcontact/groupchat/update_join_way", Idempotent, update, json!({})));
    rows.push(Method::post(
        "externalcontact/groupchat/del_join_way",
        Idempotent,
        json!({"config_id": "c"}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    let server = server(|_| Reply::code(41044)).await;
    client(&server).external().groupchat_del_join_way("c", once()).await.unwrap();
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let many = |count: usize| vec!["x".to_owned(); count];
    refused("scene is 3: 1 to 2 is allowed", async |wecom| {
        wecom.groupchat_add_join_way(&JoinWay { scene: Some(JoinWayScene(3)), ..way() }, once()).await
    })
    .await;
    refused("room_base_name has 41 characters: at most 40 are allowed", async |wecom| {
        let room_base_name = Some("群".repeat(41));
        wecom.groupchat_add_join_way(&JoinWay { room_base_name, ..way() }, once()).await
    })
    .await;
    refused("chat_id_list has 6 elements: 1 to 5 are allowed", async |wecom| {
        wecom.groupchat_add_join_way(&JoinWay { chat_id_list: many(6), ..way() }, once()).await
    })
    .await;
    refused("state has 31 characters: at most 30 are allowed", async |wecom| {
        let request =
            UpdateJoinWay { config_id: "c".into(), way: JoinWay { state: Some("汉".repeat(31)), ..way() } };
        wecom.groupchat_update_join_way(&request, once()).await
    })
    .await;
}

//! Customer groups, the ways into them, and what is said there at the door.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_greeter::{
    action::message::{Image, Link, Media, Miniprogram, Text},
    wecom::{
        Effect::{Idempotent, Once, Read},
        external::{
            GroupChat, GroupChatList, GroupChatStatus, GroupChatTransfer, GroupWelcomeTemplate, JoinScene,
            JoinWay, JoinWayScene, OwnersOf, UpdateJoinWay,
        },
    },
};

use super::{Method, client, once, pages, refused, server};
use crate::harness::scripted::Reply;

fn group() -> serde_json::Value {
    json!({"chat_id": "wr1", "name": "客户群", "owner": "lisi.01", "create_time": 1_733_900_461, "notice": "公告",
        "member_list": [
            {"userid": "lisi.01", "type": 1, "join_time": 1_733_900_461, "join_scene": 1,
             "invitor": {"userid": "wangwu"}, "group_nickname": "李", "name": "李四"},
            {"userid": "wm1", "type": 2, "unionid": "oz", "join_time": 1_733_900_462, "join_scene": 3, "state": "s"}],
        "admin_list": [{"userid": "lisi.01"}], "member_version": "v7"})
}

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

fn template() -> GroupWelcomeTemplate {
    GroupWelcomeTemplate {
        text: Some(Text { content: "%NICKNAME%您好".into() }),
        link: Some(Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() }),
        agentid: Some(1_000_014),
        notify: Some(0),
        ..GroupWelcomeTemplate::default()
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/groupchat/list",
        Read,
        json!({"status_filter": 1,
        "owner_filter": {"userid_list": ["lisi.01"]}, "cursor": "c", "limit": 100}),
        json!({"group_chat_list": [{"chat_id": "wr1", "status": 0}], "next_cursor": "n"}),
    ));
    rows.push(
        Method::post(
            "externalcontact/groupchat/get",
            Read,
            json!({"chat_id": "wr1", "need_name": 1}),
            json!({"group_chat": group()}),
        )
        .at("/group_chat")
        .needed(),
    );
    let failed =
        json!({"failed_chat_list": [{"chat_id": "wr1", "errcode": 90501, "errmsg": "chat is not external"}]});
    rows.push(
        Method::post(
            "externalcontact/groupchat/transfer",
            Once,
            json!({"chat_id_list": ["wr1"], "new_owner": "wangwu"}),
            failed.clone(),
        )
        .at("/failed_chat_list"),
    );
    rows.push(
        Method::post(
            "externalcontact/groupchat/onjob_transfer",
            Once,
            json!({"chat_id_list": ["wr1"], "new_owner": "wangwu"}),
            failed,
        )
        .at("/failed_chat_list"),
    );
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
    let body = json!({"text": {"content": "%NICKNAME%您好"}, "link": {"title": "t", "url": "https://example.com"},
        "agentid": 1_000_014, "notify": 0});
    rows.push(
        Method::post(
            "externalcontact/group_welcome_template/add",
            Once,
            body.clone(),
            json!({"template_id": "msgXXX"}),
        )
        .at("/template_id")
        .partly()
        .needed(),
    );
    let mut edit = body;
    edit["template_id"] = json!("msgXXX");
    edit.as_object_mut().unwrap().shift_remove("notify");
    rows.push(
        Method::post("externalcontact/group_welcome_template/edit", Idempotent, edit, json!({})).partly(),
    );
    rows.push(Method::post("externalcontact/group_welcome_template/get", Read,
        json!({"template_id": "msgXXX"}), json!({"text": {"content": "hello"},
        "image": {"pic_url": "http://p.example/pic"},
            "link": {"title": "t", "picurl": "https://example.com/p", "desc": "d", "url": "https://example.com"},
            "miniprogram": {"title": "t", "pic_media_id": "m", "appid": "wx8", "page": "/p"},
            "file": {"media_id": "f"}, "video": {"media_id": "v"}})));
    rows.push(Method::post(
        "externalcontact/group_welcome_template/del",
        Idempotent,
        json!({"template_id": "msgXXX", "agentid": 7}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let request = GroupChatList { limit: Some(1), ..GroupChatList::default() };
    pages("groupchat/list", "group_chat_list", json!({"chat_id": "wr1", "status": 3}), |wecom| {
        wecom.groupchat_list_all(&request, once())
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    let server = server(|_| Reply::code(41044)).await;
    client(&server).external().groupchat_del_join_way("c", once()).await.unwrap();
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    let many = |count: usize| vec!["x".to_owned(); count];
    refused("limit is absent or empty: WeCom requires it", async |wecom| {
        wecom.groupchat_list(&GroupChatList::default(), once()).await
    })
    .await;
    refused("owner_filter.userid_list has 101 elements: 0 to 100 are allowed", async |wecom| {
        let owner_filter = Some(OwnersOf { userid_list: many(101) });
        let request = GroupChatList { owner_filter, limit: Some(1), ..GroupChatList::default() };
        wecom.groupchat_list(&request, once()).await
    })
    .await;
    refused("chat_id_list has 101 elements: 1 to 100 are allowed", async |wecom| {
        let request = GroupChatTransfer { chat_id_list: many(101), new_owner: "a".into() };
        wecom.groupchat_transfer(&request, once()).await
    })
    .await;
    refused("status_filter is 4: 0 to 3 is allowed", async |wecom| {
        let status_filter = Some(GroupChatStatus(4));
        let request = GroupChatList { status_filter, limit: Some(1), ..GroupChatList::default() };
        wecom.groupchat_list(&request, once()).await
    })
    .await;
    refused("scene is 3: 1 to 2 is allowed", async |wecom| {
        wecom.groupchat_add_join_way(&JoinWay { scene: Some(JoinWayScene(3)), ..way() }, once()).await
    })
    .await;
    refused("room_base_name has 41 characters: at most 40 are allowed", async |wecom| {
        let room_base_name = Some("群".repeat(41));
        wecom.groupchat_add_join_way(&JoinWay { room_base_name, ..way() }, once()).await
    })
    .await;
    refused("video.media_id is absent or empty: WeCom requires it", async |wecom| {
        let video = Some(Media { media_id: String::new() });
        wecom
            .group_welcome_template_add(
                &GroupWelcomeTemplate { video, ..GroupWelcomeTemplate::default() },
                once(),
            )
            .await
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
    refused("text.content has 3003 bytes of UTF-8: at most 3000 are allowed", async |wecom| {
        let template = GroupWelcomeTemplate {
            text: Some(Text { content: "汉".repeat(1_001) }),
            ..GroupWelcomeTemplate::default()
        };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
    refused(
        "text has 2 of image, link, miniprogram, file and video beside it: WeCom takes one",
        async |wecom| {
            let template = GroupWelcomeTemplate { video: Some(Media { media_id: "v".into() }), ..template() };
            wecom.group_welcome_template_add(&template, once()).await
        },
    )
    .await;
    refused("image.media_id is absent or empty: WeCom requires it", async |wecom| {
        let template =
            GroupWelcomeTemplate { image: Some(Image::default()), ..GroupWelcomeTemplate::default() };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
    refused("miniprogram.title has 66 bytes of UTF-8: at most 64 are allowed", async |wecom| {
        let miniprogram = Miniprogram {
            title: "汉".repeat(22),
            pic_media_id: "m".into(),
            appid: "wx".into(),
            page: "p".into(),
        };
        let template =
            GroupWelcomeTemplate { miniprogram: Some(miniprogram), ..GroupWelcomeTemplate::default() };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
}

#[test]
fn odd_answers_are_read_and_show_no_names() {
    let group: GroupChat = serde_json::from_value(group()).unwrap();
    assert_eq!(group.member_list[1].join_scene, Some(JoinScene::QR_CODE));
    let shown = format!("{group:?} {:?}", group.member_list);
    assert!(!["李四", "客户群", "公告", "oz"].iter().any(|name| shown.contains(name)), "{shown}");
}

#[tokio::test]
async fn a_listing_of_groups_needs_no_size_of_its_pages() {
    let server = server(|_| Reply::json(r#"{"errcode":0,"group_chat_list":[{"chat_id":"wr1"}]}"#)).await;
    let groups = client(&server).external().groupchat_list_all(&GroupChatList::default(), once());
    assert_eq!(groups.try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(server.seen_at("groupchat/list")[0].json(), json!({"limit": 1_000}));
}

/// Whatever of a card is told is read, also where what a sender must give is not.
#[tokio::test]
async fn a_template_is_read_as_far_as_it_is_told() {
    let server = server(|_| {
        Reply::json(
            r#"{"errcode":0,"link":{"url":"https://example.com","picurl":null},"image":{"pic_url":"u"},
                "miniprogram":{"title":7,"appid":"wx"},"text":{},"file":[],"video":{"added_later":1}}"#,
        )
    })
    .await;
    let read = client(&server).external().group_welcome_template_get("t", once()).await.unwrap();
    let link = read.link.unwrap();
    assert_eq!((link.url.as_str(), link.title.as_str(), link.picurl), ("https://example.com", "", None));
    assert_eq!(read.image.unwrap().pic_url.as_deref(), Some("u"));
    let card = read.miniprogram.unwrap();
    assert_eq!((card.title.as_str(), card.appid.as_str(), card.pic_media_id.as_str()), ("7", "wx", ""));
    assert_eq!((read.text, read.file, read.video), (None, None, None));
}

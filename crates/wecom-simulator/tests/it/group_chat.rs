//! Groups: what people do in them, what the API shows of it, and what it does itself.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    GroupChatList, GroupChatStatus, GroupChatTransfer, GroupMemberType, JoinScene, OwnersOf,
};
use wecom_simulator::GroupAct;

use super::*;

/// A customer group; gives its id.
pub(super) fn create(outside: &Outside, owner: &str, members: &[&str]) -> String {
    let members = members.iter().map(|id| (*id).to_owned()).collect();
    let act = GroupAct::Create { owner: owner.into(), name: "客户群".into(), members, internal: false };
    outside.simulator.group(act).unwrap().chat_id
}

pub(super) fn join(chat_id: &str, members: &[&str], invited_by: Option<&str>) -> GroupAct {
    GroupAct::Join {
        chat_id: chat_id.into(),
        members: members.iter().map(|id| (*id).to_owned()).collect(),
        invited_by: invited_by.map(str::to_owned),
    }
}

/// The callbacks since the last look, once all have arrived.
pub(super) async fn received(outside: &Outside, receiver: &Receiver) -> Vec<String> {
    for delivery in outside.simulator.deliveries() {
        outside.simulator.delivered(delivery.number).await;
    }
    std::mem::take(&mut receiver.heard.lock().unwrap().plaintexts)
}

pub(super) async fn with_receiver() -> (Outside, Receiver) {
    let receiver = Receiver::start(&Corp::sample());
    let options = Options { callback: Some(receiver.url.clone()), ..Options::default() };
    (Outside::start(options).await, receiver)
}

/// The old form of the list goes by offset, and comes to an end.
#[tokio::test]
async fn groups_are_listed_by_offset_as_well() {
    let outside = Outside::start(Options::default()).await;
    let made: Vec<String> = (0..3).map(|_| create(&outside, "zhangsan", &[])).collect();
    let path = "externalcontact/groupchat/list";
    let page = async |offset: u64| {
        let answer = outside.post(path, json!({ "offset": offset, "limit": 2 })).await;
        let ids: Vec<_> =
            answer["group_chat_list"].as_array().unwrap().iter().map(|row| row["chat_id"].clone()).collect();
        (ids, answer.get("next_cursor").cloned())
    };
    assert_eq!(page(0).await, (vec![json!(made[0]), json!(made[1])], None));
    assert_eq!(page(2).await, (vec![json!(made[2])], None));
    assert_eq!(page(3).await, (Vec::new(), None));
    outside
        .codes(
            path,
            [
                (0, json!({ "offset": 49_000, "limit": 1_000 })),
                (40058, json!({ "offset": 49_001, "limit": 1_000 })),
                (40058, json!({ "offset": 0 })),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_group_has_administrators_and_names_of_those_who_left() {
    let outside = Outside::start(Options::default()).await;
    let chat_id = create(&outside, "zhangsan", &["lisi", "wangwu"]);
    let admins = |admins: &[&str]| GroupAct::Admins {
        chat_id: chat_id.clone(),
        admins: admins.iter().map(|userid| (*userid).to_owned()).collect(),
    };
    outside.simulator.group(admins(&["Lisi", "wangwu"])).unwrap();
    let read = async || {
        let asked = json!({ "chat_id": chat_id, "need_name": 1 });
        outside.post("externalcontact/groupchat/get", asked).await["group_chat"].clone()
    };
    assert_eq!(read().await["admin_list"], json!([{ "userid": "lisi" }, { "userid": "wangwu" }]));
    let leave = GroupAct::Leave { chat_id: chat_id.clone(), members: vec!["wangwu".into()], removed: true };
    outside.simulator.group(leave).unwrap();
    outside.simulator.leave("lisi").unwrap();
    let group = read().await;
    assert_eq!(group["admin_list"], json!([{ "userid": "lisi" }]));
    assert_eq!(group["member_list"][1]["name"], "李四", "the name stays");
    let refusal = outside.simulator.group(admins(&["wangwu"])).err().unwrap().to_string();
    assert!(refusal.contains("`join`"), "{refusal}");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_people_do_in_a_group_is_told_and_stands_in_it() {
    let (outside, receiver) = with_receiver().await;
    let client = outside.client();
    let wecom = client.external();
    let ((anna, _), (bert, _)) = (outside.add("Anna"), outside.add("Bert"));
    let chat_id = create(&outside, "zhangsan", &[&anna]);
    let events = received(&outside, &receiver).await;
    let created = events.last().unwrap();
    assert_eq!(
        (element(created, "Event"), element(created, "ChangeType")),
        ("change_external_chat", "create")
    );
    assert_eq!(element(created, "ChatId"), chat_id);

    outside.hand.advance(Duration::from_mins(1));
    let before = wecom.groupchat_get(&chat_id, false, once()).await.unwrap();
    outside.simulator.group(join(&chat_id, &[&bert, "LISI"], Some("zhangsan"))).unwrap();
    let joined = received(&outside, &receiver).await.remove(0);
    let group = wecom.groupchat_get(&chat_id, true, once()).await.unwrap();
    assert_eq!(element(&joined, "UpdateDetail"), "add_member");
    assert_eq!((element(&joined, "JoinScene"), element(&joined, "MemChangeCnt")), ("0", "2"));
    assert!(joined.contains(&format!("<Item><![CDATA[{bert}]]></Item>")) && joined.contains("CDATA[lisi]"));
    assert_eq!(Some(element(&joined, "LastMemVer")), before.member_version.as_deref());
    assert_eq!(Some(element(&joined, "CurMemVer")), group.member_version.as_deref());
    assert_eq!((group.owner.as_deref(), group.name.as_deref()), (Some("zhangsan"), Some("客户群")));
    let members: Vec<_> = group
        .member_list
        .iter()
        .map(|member| (member.userid.as_deref().unwrap(), member.name.as_deref().unwrap()))
        .collect();
    assert_eq!(members, [("zhangsan", "张三"), (&anna, "Anna"), (&bert, "Bert"), ("lisi", "李四")]);
    assert_eq!(group.member_list[2].member_type, Some(GroupMemberType::EXTERNAL));
    assert_eq!(group.member_list[2].join_scene, Some(JoinScene::INVITED));
    assert_eq!(group.member_list[2].join_time, Some(after(Duration::from_mins(1))));
    assert!(before.member_list[0].name.is_none(), "names come for need_name only");

    let leave = |removed| GroupAct::Leave { chat_id: chat_id.clone(), members: vec![bert.clone()], removed };
    outside.simulator.group(leave(true)).unwrap();
    assert_eq!(element(&received(&outside, &receiver).await[0], "QuitScene"), "1");
    outside.simulator.group(leave(false)).unwrap_err();
    let rename = GroupAct::Name { chat_id: chat_id.clone(), name: "新名".into() };
    outside.simulator.group(rename).unwrap();
    outside.simulator.group(GroupAct::Notice { chat_id: chat_id.clone(), notice: "公告".into() }).unwrap();
    outside.simulator.group(GroupAct::Give { chat_id: chat_id.clone(), owner: "wangwu".into() }).unwrap();
    let details: Vec<String> = received(&outside, &receiver)
        .await
        .iter()
        .map(|xml| element(xml, "UpdateDetail").to_owned())
        .collect();
    let mut sorted = details;
    sorted.sort();
    assert_eq!(sorted, ["change_name", "change_notice", "change_owner"]);
    let group = wecom.groupchat_get(&chat_id, false, once()).await.unwrap();
    assert_eq!(
        (group.name.as_deref(), group.notice.as_deref(), group.owner.as_deref(), group.member_list.len()),
        (Some("新名"), Some("公告"), Some("wangwu"), 4)
    );

    outside.simulator.group(GroupAct::Dismiss { chat_id: chat_id.clone() }).unwrap();
    assert_eq!(element(&received(&outside, &receiver).await[0], "ChangeType"), "dismiss");
    assert_eq!(refused(wecom.groupchat_get(&chat_id, false, once()).await), 86003);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn what_cannot_happen_in_a_group_is_told_why() {
    let outside = Outside::start(Options::default()).await;
    let (anna, _) = outside.add("Anna");
    let chat_id = create(&outside, "zhangsan", &[&anna]);
    let of = |act: GroupAct| outside.simulator.group(act).unwrap_err().to_string();
    let create = |owner: &str, name: String| GroupAct::Create {
        owner: owner.into(),
        name,
        members: vec!["wmNobody".into()],
        internal: false,
    };
    assert!(of(create("nobody", String::new())).contains("the members are lisi"));
    assert!(of(create("lisi", "名".repeat(101))).contains("100 characters"));
    assert!(of(create("lisi", String::new())).contains("no customer has"));
    assert!(of(join("wrOther", &[&anna], None)).contains("GET /_simulator/groups"));
    assert!(of(join(&chat_id, &[&anna], None)).contains("in it already"));
    let leave =
        GroupAct::Leave { chat_id: chat_id.clone(), members: vec!["zhangsan".into()], removed: false };
    assert!(of(leave).contains("the owner cannot leave"));
    let say = GroupAct::Say { chat_id: chat_id.clone(), member: "lisi".into(), count: 1 };
    assert!(of(say).contains("only somebody in the group"));
    let give = GroupAct::Give { chat_id: chat_id.clone(), owner: "ZhangSan".into() };
    assert!(of(give).contains("owns the group already"));
    let scan = GroupAct::Scan { config_id: "x".into(), customer: None };
    assert!(of(scan).contains("groupchat/add_join_way"));
    let (status, answer) = outside
        .control(
            reqwest::Method::POST,
            "groups",
            &json!({ "act": "dismiss", "chat_id": chat_id }).to_string(),
        )
        .await;
    assert_eq!((status, &answer["chat_id"]), (200, &json!(chat_id)));
    let (_, groups) = outside.control(reqwest::Method::GET, "groups?limit=1", "").await;
    assert_eq!(groups["groups"][0]["dismissed"], true);
    let (status, _) = outside.control(reqwest::Method::POST, "groups", r#"{"act": "fly"}"#).await;
    assert_eq!(status, 400);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_state_follows_an_event_that_is_told_by_hand() {
    let (outside, receiver) = with_receiver().await;
    let (anna, _) = outside.add("Anna");
    let chat_id = "wrToldByHand".to_owned();
    outside.simulator.occur(Occurrence::ChatCreate { chat_id: chat_id.clone() }, 0).unwrap();
    let joins = ChatUpdate {
        chat_id: chat_id.clone(),
        detail: Some("add_member".into()),
        join_scene: Some(3),
        members: vec![anna.clone(), "wmNobody".into()],
        ..ChatUpdate::default()
    };
    outside.simulator.occur(Occurrence::ChatUpdate(joins.clone()), 0).unwrap();
    let group = outside.client().external().groupchat_get(&chat_id, false, once()).await.unwrap();
    let of_anna = group.member_list.iter().find(|member| member.userid.as_ref() == Some(&anna)).unwrap();
    assert_eq!((group.member_list.len(), of_anna.join_scene), (2, Some(JoinScene::QR_CODE)));
    let events = received(&outside, &receiver).await;
    let joined = events.iter().find(|xml| xml.contains("add_member")).unwrap();
    assert_eq!(Some(element(joined, "CurMemVer")), group.member_version.as_deref());

    let leaves = ChatUpdate { detail: Some("del_member".into()), ..joins };
    outside.simulator.occur(Occurrence::ChatUpdate(leaves), 0).unwrap();
    assert_eq!(outside.simulator.groups()[0].members.len(), 1);
    outside.simulator.occur(Occurrence::ChatDismiss { chat_id: chat_id.clone() }, 0).unwrap();
    assert_eq!(outside.code("externalcontact/groupchat/get", json!({ "chat_id": chat_id })).await, 86003);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn groups_are_listed_by_owner_and_page() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let mut of_lisi: Vec<String> = (0..5).map(|_| create(&outside, "lisi", &[])).collect();
    create(&outside, "zhangsan", &[]);
    let internal =
        GroupAct::Create { owner: "lisi".into(), name: String::new(), members: Vec::new(), internal: true };
    let internal = outside.simulator.group(internal).unwrap().chat_id;
    let of = |owner: &str, limit| GroupChatList {
        owner_filter: Some(OwnersOf { userid_list: vec![owner.into()] }),
        limit: Some(limit),
        ..GroupChatList::default()
    };
    let first = wecom.groupchat_list(&of("LiSi", 2), once()).await.unwrap();
    // What goes away between two pages shifts nothing.
    outside.simulator.group(GroupAct::Dismiss { chat_id: of_lisi.remove(0) }).unwrap();
    let rest = GroupChatList { cursor: first.next_cursor, ..of("lisi", 2) };
    let rest: Vec<_> = wecom.groupchat_list_all(&rest, once()).try_collect().await.unwrap();
    let listed: Vec<_> = rest.iter().map(|group| group.chat_id.clone().unwrap()).collect();
    assert_eq!(listed, of_lisi[1..]);
    assert_eq!(rest[0].status, Some(GroupChatStatus::NORMAL));
    let all: Vec<_> = wecom
        .groupchat_list_all(&GroupChatList { limit: Some(1_000), ..GroupChatList::default() }, once())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 5);
    let left = GroupChatList { status_filter: Some(GroupChatStatus::OWNER_LEFT), ..of("lisi", 10) };
    assert!(wecom.groupchat_list(&left, once()).await.unwrap().group_chat_list.is_empty());

    assert_eq!(refused(wecom.groupchat_get("chat", false, once()).await), 86001);
    assert_eq!(refused(wecom.groupchat_get("wrNobodys", false, once()).await), 86003);
    assert_eq!(refused(wecom.groupchat_get(&internal, false, once()).await), 90501);
    let list = "externalcontact/groupchat/list";
    for (code, body) in [
        (40058, json!({})),
        (40058, json!({ "limit": 1_001 })),
        (40058, json!({ "limit": 0 })),
        (40058, json!({ "limit": 1, "status_filter": 4 })),
        (40058, json!({ "limit": 1, "owner_filter": { "userid_list": vec!["lisi"; 101] } })),
        (40003, json!({ "limit": 1, "owner_filter": { "userid_list": ["李四"] } })),
        (50100, json!({ "limit": 1, "cursor": "7" })),
    ] {
        assert_eq!(outside.code(list, body.clone()).await, code, "{body}");
    }
    assert_eq!(outside.get(list, "").await["errcode"], 40058, "wrong verb");

    let group = outside.simulator.groups().remove(1);
    assert_eq!(wecom.opengid_to_chatid(&group.opengid, once()).await.unwrap(), group.chat_id);
    assert_eq!(refused(wecom.opengid_to_chatid("oOther", once()).await), 90511);
    assert_eq!(outside.code("externalcontact/opengid_to_chatid", json!({})).await, 40063);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn more_than_a_thousand_owners_have_to_be_filtered() {
    let mut corp = Corp::sample();
    let employee = |number| wecom_simulator::corp::Employee {
        userid: format!("owner{number}"),
        ..corp.employees[0].clone()
    };
    let owners: Vec<_> = (0..1_001).map(employee).collect();
    corp.employees.extend(owners);
    let outside = Outside::start(Options { corp, ..Options::default() }).await;
    for number in 0..1_000 {
        create(&outside, &format!("owner{number}"), &[]);
    }
    let list = "externalcontact/groupchat/list";
    assert_eq!(outside.code(list, json!({ "limit": 1 })).await, 0);
    create(&outside, "owner1000", &[]);
    assert_eq!(outside.code(list, json!({ "limit": 1 })).await, 81017);
    let filtered = json!({ "limit": 1, "owner_filter": { "userid_list": ["owner7"] } });
    assert_eq!(outside.code(list, filtered).await, 0);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn groups_of_members_who_are_there_change_hands() {
    let (outside, receiver) = with_receiver().await;
    let client = outside.client();
    let wecom = client.external();
    let chat_id = create(&outside, "zhangsan", &[]);
    received(&outside, &receiver).await;
    let to = |owner: &str, chats: &[&str]| GroupChatTransfer {
        chat_id_list: chats.iter().map(|id| (*id).to_owned()).collect(),
        new_owner: owner.into(),
    };
    let codes = async |request: GroupChatTransfer| -> Vec<i64> {
        let failed = wecom.groupchat_onjob_transfer(&request, once()).await.unwrap();
        failed.iter().map(|failed| failed.errcode.unwrap()).collect()
    };
    assert_eq!(codes(to("lisi", &[&chat_id, "wrOther", "chat"])).await, [86003, 86001]);
    let group = wecom.groupchat_get(&chat_id, false, once()).await.unwrap();
    assert_eq!((group.owner.as_deref(), group.member_list.len()), (Some("lisi"), 2));
    assert!(received(&outside, &receiver).await.is_empty(), "the API's own doing is told to nobody");
    assert_eq!(codes(to("lisi", &[&chat_id])).await, [90504]);
    assert!(codes(to("wangwu", &[&chat_id])).await.is_empty());
    assert_eq!(codes(to("lisi", &[&chat_id])).await, [40128], "twice in ninety days");
    outside.hand.advance(Duration::from_hours(91 * 24));
    assert!(codes(to("lisi", &[&chat_id])).await.is_empty());
    let failed = wecom.groupchat_transfer(&to("wangwu", &[&chat_id]), once()).await.unwrap();
    assert_eq!(failed[0].errcode, Some(90500), "the owner has not left");

    let mut outside = outside;
    outside.login().await;
    let many: Vec<String> = (0..301).map(|_| create(&outside, "zhangsan", &[])).collect();
    let path = "externalcontact/groupchat/onjob_transfer";
    let mut failed = Vec::new();
    for hundred in many.chunks(100) {
        let answer = outside.post(path, json!({ "chat_id_list": hundred, "new_owner": "wangwu" })).await;
        failed.extend(answer["failed_chat_list"].as_array().unwrap().clone());
    }
    assert_eq!(failed.len(), 1, "three hundred a day");
    assert_eq!((&failed[0]["chat_id"], &failed[0]["errcode"]), (&json!(many[300]), &json!(45009)));
    for (code, body) in [
        (40063, json!({ "new_owner": "lisi" })),
        (40058, json!({ "new_owner": "lisi", "chat_id_list": vec!["wr1"; 101] })),
        (40003, json!({ "chat_id_list": ["wr1"] })),
        (60111, json!({ "new_owner": "nobody", "chat_id_list": ["wr1"] })),
    ] {
        assert_eq!(outside.code(path, body.clone()).await, code, "{body}");
    }
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

//! Contact ways: made, read, changed, listed and deleted as documented.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use wecom_client::{
    Effect, Error, Timestamp,
    contact::{
        AddContactWay, CloseTempChat, Conclusions, ConclusionsLink, ConclusionsText, ContactWay,
        ContactWayScene, ContactWayType, ListContactWay, UpdateContactWay,
    },
};

use crate::scripted::{Reply, Seen};
use crate::walk::{Method, calls, fine, usual, wecom};

fn way() -> Value {
    json!({"config_id": "42b3", "type": 1, "scene": 2, "style": 1, "remark": "线下渠道", "skip_verify": false,
        "state": "1866127734050410496", "qr_code": "https://wework.qpic.cn/wwpic/made_up_1/0", "user": ["lisi.01"],
        "party": [2, 3], "is_temp": true, "expires_in": 86400, "chat_expires_in": 86400, "unionid": "oxTWIuGaI",
        "is_exclusive": true, "mark_source": false,
        "conclusions": {"text": {"content": "再见"}, "image": {"pic_url": "http://p.qpic.cn/made_up"},
            "link": {"title": "t", "picurl": "https://example.com/p", "desc": "d", "url": "https://example.com"},
            "miniprogram": {"title": "t", "pic_media_id": "M", "appid": "wx8bd8", "page": "/index"}}})
}

pub fn methods() -> Vec<Method> {
    vec![
Method::post(
            "externalcontact/add_contact_way",
            Effect::Once,
            json!({"type": 1, "scene": 2, "style": 1, "remark": "线下渠道", "skip_verify": false, "state": "s",
                "user": ["lisi.01"], "is_temp": true, "expires_in": 86400, "chat_expires_in": 86400,
                "unionid": "oxTWIuGaI", "is_exclusive": true, "mark_source": false,
                "conclusions": {"text": {"content": "再见"}, "image": {"media_id": "M"},
                    "link": {"title": "t", "picurl": "p", "desc": "d", "url": "u"},
                    "miniprogram": {"title": "t", "pic_media_id": "M", "appid": "wx8bd8", "page": "/index"}}}),
            json!({"config_id": "42b3", "qr_code": "https://wework.qpic.cn/wwpic/made_up_1/0"}),
        ).partly(),
Method::post(
            "externalcontact/get_contact_way",
            Effect::Read,
            json!({"config_id": "42b3"}),
            json!({"contact_way": way()}),
        )
        .at("/contact_way")
        .needed(),
Method::post(
            "externalcontact/update_contact_way",
            Effect::Idempotent,
            json!({"config_id": "42b3", "remark": "", "skip_verify": false, "style": 2, "state": "", "user": [],
                "party": [2], "expires_in": 1, "chat_expires_in": 1, "unionid": "o", "is_exclusive": false,
                "mark_source": true,
                "conclusions": {"text": {"content": "再见"}}}),
            json!({}),
        ),
Method::post(
            "externalcontact/list_contact_way",
            Effect::Read,
            json!({"start_time": 1_622_476_800, "end_time": 1_625_068_800, "cursor": "CURSOR", "limit": 1000}),
            json!({"contact_way": [{"config_id": "534b"}, {"config_id": "8a6f"}], "next_cursor": "NEXT"}),
        ),
Method::post(
            "externalcontact/del_contact_way",
            Effect::Idempotent,
            json!({"config_id": "42b3"}),
            json!({}),
        ),
Method::post(
            "externalcontact/close_temp_chat",
            Effect::Once,
            json!({"userid": "lisi.01", "external_userid": "wm1"}),
            json!({}),
        ),
    ]
}

#[tokio::test]
async fn what_was_not_said_is_not_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    external.add_contact_way(&AddContactWay::qr_code("lisi", "spring"), usual()).await.unwrap();
    let update = UpdateContactWay { config_id: "42b3".into(), ..UpdateContactWay::default() };
    external.update_contact_way(&update, usual()).await.unwrap();
    external.list_contact_way(&ListContactWay::default(), usual()).await.unwrap();
    let bodies: Vec<_> = calls(&server).iter().map(Seen::json).collect();
    assert_eq!(
        bodies,
        [
            json!({"type": 1, "scene": 2, "state": "spring", "user": ["lisi"]}),
            json!({"config_id": "42b3"}),
            json!({})
        ]
    );
}

#[tokio::test]
async fn a_way_may_come_as_a_list_of_one() {
    let (_server, client) = wecom(|_| fine(&json!({"contact_way": [way()]}))).await;
    let read = client.external().get_contact_way("42b3", usual()).await.unwrap();
    assert_eq!((read.way_type, read.scene), (Some(ContactWayType::SINGLE), Some(ContactWayScene::QR_CODE)));
    assert_eq!((read.skip_verify, read.party), (Some(false), vec![2, 3]));
}

#[tokio::test]
async fn a_way_that_is_gone_is_deleted() {
    let (_server, client) = wecom(|_| Reply::code(41044)).await;
    client.external().del_contact_way("42b3", usual()).await.unwrap();
    let error = client.external().get_contact_way("42b3", usual()).await.unwrap_err();
    assert_eq!(error.errcode(), Some(41044));
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let good = || AddContactWay::qr_code("lisi", "spring");
    let multi = || AddContactWay { way_type: Some(ContactWayType::MULTI), ..good() };
    let said = |bytes: usize| Conclusions {
        text: Some(ConclusionsText { content: Some("x".repeat(bytes)) }),
        ..Conclusions::default()
    };
    let titled = Conclusions {
        link: Some(ConclusionsLink { title: Some("汉".repeat(43)), ..ConclusionsLink::default() }),
        ..Conclusions::default()
    };
    let cases = [
        (AddContactWay { way_type: None, ..good() }, "type is absent"),
        (AddContactWay { scene: None, ..good() }, "scene is absent"),
        (AddContactWay { way_type: Some(ContactWayType(3)), ..good() }, "type is 3: 1 to 2"),
        (AddContactWay { scene: Some(ContactWayScene(0)), ..good() }, "scene is 0: 1 to 2"),
        (AddContactWay { style: Some(4), ..good() }, "style is 4: 1 to 3"),
        (AddContactWay { style: Some(3), ..multi() }, "style is 3: 1 to 2"),
        (AddContactWay { remark: Some("汉".repeat(31)), ..good() }, "remark has 31 characters"),
        (AddContactWay { state: Some("汉".repeat(31)), ..good() }, "state has 31 characters"),
        (AddContactWay { user: vec![], ..good() }, "user is absent"),
        (AddContactWay { user: vec!["a".into(), "b".into()], ..good() }, "user has 2 elements: exactly 1"),
        (AddContactWay { party: vec![1], ..good() }, "party has 1 elements"),
        (AddContactWay { user: vec!["a".into(); 101], ..multi() }, "user has 101 elements"),
        (AddContactWay { user: vec![], ..multi() }, "user is absent"),
        (AddContactWay { expires_in: Some(1_209_601), ..good() }, "expires_in is 1209601"),
        (AddContactWay { chat_expires_in: Some(0), ..good() }, "chat_expires_in is 0"),
        (
            AddContactWay { conclusions: Some(said(4_001)), ..good() },
            "conclusions.text.content has 4001 bytes of UTF-8: at most 4000",
        ),
        (AddContactWay { conclusions: Some(titled), ..good() }, "conclusions.link.title has 129 bytes"),
    ];
    for (way, fault) in cases {
        let error = external.add_contact_way(&way, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
    }
    let page = ListContactWay { limit: Some(1_001), ..ListContactWay::default() };
    external.list_contact_way(&page, usual()).await.unwrap_err();
    let backwards = ListContactWay {
        start_time: Some(Timestamp(9)),
        end_time: Some(Timestamp(2)),
        ..ListContactWay::default()
    };
    external.list_contact_way(&backwards, usual()).await.unwrap_err();
    external.get_contact_way("", usual()).await.unwrap_err();
    external.del_contact_way("", usual()).await.unwrap_err();
    external.close_temp_chat(&CloseTempChat::default(), usual()).await.unwrap_err();
    external.update_contact_way(&UpdateContactWay::default(), usual()).await.unwrap_err();
    assert!(server.seen().is_empty());

    let at_the_limit = AddContactWay {
        style: Some(2),
        remark: Some("汉".repeat(30)),
        state: Some("汉".repeat(30)),
        user: vec!["a".into(); 100],
        expires_in: Some(1_209_600),
        conclusions: Some(said(4_000)),
        ..multi()
    };
    external.add_contact_way(&at_the_limit, usual()).await.unwrap();
    let departments = AddContactWay { user: vec![], party: vec![1], ..multi() };
    external.add_contact_way(&departments, usual()).await.unwrap();
}

#[tokio::test]
async fn a_listing_follows_the_cursor_and_starts_again_once_when_it_has_expired() {
    let (server, client) = wecom(|seen| {
        let cursor = seen.json()["cursor"].as_str().map(str::to_owned);
        match (seen.number, cursor.as_deref()) {
            (_, None) => fine(&json!({"contact_way": [{"config_id": "a"}], "next_cursor": "1"})),
            (2, Some("1")) => Reply::code(50100),
            (_, Some("1")) => fine(&json!({"contact_way": [], "next_cursor": "2"})),
            (_, Some("2")) => fine(&json!({"contact_way": [{"config_id": "b"}], "next_cursor": ""})),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let request = ListContactWay { limit: Some(1), ..ListContactWay::default() };
    let ids: Vec<_> = client.external().list_contact_way_all(&request, usual()).try_collect().await.unwrap();
    assert_eq!(ids, ["a", "a", "b"]);
    assert!(calls(&server).iter().all(|call| call.json()["limit"] == 1));
    assert_eq!(calls(&server).len(), 5);
}

#[tokio::test]
async fn a_listing_whose_cursor_stays_ends_in_an_error() {
    let (server, client) =
        wecom(|_| fine(&json!({"contact_way": [{"config_id": "a"}], "next_cursor": "1"}))).await;
    let listing = client.external().list_contact_way_all(&ListContactWay::default(), usual());
    let error = listing.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
    assert_eq!(calls(&server).len(), 2);
}

#[test]
fn for_whom_a_way_is_does_not_show() {
    let unionid = Some("oxTWIuGaI".to_owned());
    let made = AddContactWay { unionid: unionid.clone(), ..AddContactWay::qr_code("lisi", "spring") };
    let changed = UpdateContactWay { unionid, ..UpdateContactWay::default() };
    let read: ContactWay = serde_json::from_value(way()).unwrap();
    let shown = format!("{made:?} {changed:?} {read:?}");
    assert!(!shown.contains("oxTWIuGaI") && shown.contains("spring") && shown.contains("lisi"), "{shown}");
}

//! Many customers at once, page by page.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use wecom_client::{
    Effect,
    contact::{BatchGetByUser, ListContacts},
};

use crate::scripted::Reply;
use crate::walk::{Method, calls, fine, usual, wecom};

fn customer() -> Value {
    json!({"external_userid": "wm1", "name": "小周", "position": "采购经理", "avatar": "http://wx.qlogo.cn/made_up",
        "corp_name": "示例", "corp_full_name": "示例科技有限公司", "type": 2, "gender": 1, "unionid": "ozynqs",
        "external_profile": {"external_corp_name": "示例", "wechat_channels": {"nickname": "视频号", "status": 1},
            "external_attr": [
                {"type": 0, "name": "文本", "text": {"value": "v"}},
                {"type": 1, "name": "网页", "web": {"url": "https://example.com", "title": "t"}},
                {"type": 2, "name": "小程序",
                    "miniprogram": {"appid": "wx8bd8", "pagepath": "/index", "title": "t"}}]}})
}

pub fn methods() -> Vec<Method> {
    vec![
        Method::get(
            "externalcontact/list",
            json!({"userid": "lisi"}),
            json!({"external_userid": ["wm1", "wo-2_"]}),
        )
        .at("/external_userid"),
        Method::post(
            "externalcontact/batch/get_by_user",
            Effect::Read,
            json!({"userid_list": ["lisi", "wangwu"], "cursor": "CURSOR", "limit": 100}),
            json!({"external_contact_list": [{"external_contact": customer(), "follow_info":
                {"userid": "lisi", "remark": "周总", "description": "描述", "createtime": 1_733_900_461,
                    "tag_id": ["et1", "et2"], "remark_corp_name": "示例公司", "remark_mobiles": ["13800000001"],
                    "oper_userid": "lisi", "add_way": 3, "state": "s",
                    "wechat_channels": {"nickname": "视频号", "source": 2}}}],
                "next_cursor": "NEXT", "fail_info": {"unlicensed_userid_list": ["zhaoliu"]}}),
        )
        .partly(),
        Method::post(
            "externalcontact/contact_list",
            Effect::Read,
            json!({"cursor": "CURSOR", "limit": 1000}),
            json!({"next_cursor": "NEXT", "info_list": [
                {"is_customer": false, "name": "***开", "tmp_openid": "T", "follow_userid": "lisi",
                    "chat_name": "外联群1", "add_time": 1_694_418_699},
                {"is_customer": true, "tmp_openid": "T", "external_userid": "wo1", "chat_id": "wr1",
                    "add_time": 1_694_418_699}]}),
        ),
    ]
}

#[tokio::test]
async fn to_have_no_customers_is_no_error() {
    let (_server, client) = wecom(|_| Reply::code(84061)).await;
    let external = client.external();
    assert!(external.list("lisi", usual()).await.unwrap().is_empty());
    let request = BatchGetByUser { userid_list: vec!["lisi".into()], ..BatchGetByUser::default() };
    assert!(external.batch_get_by_user(&request, usual()).await.unwrap().external_contact_list.is_empty());
    assert_eq!(external.get("wm1", None, usual()).await.unwrap_err().errcode(), Some(84061));
}

#[tokio::test]
async fn customers_come_page_by_page_and_a_short_page_is_not_the_last() {
    let (server, client) = wecom(|seen| {
        let contact = |id: &str| json!({"external_contact": {"external_userid": id}, "follow_info": {}});
        fine(&match seen.json()["cursor"].as_str() {
            None => json!({"external_contact_list": [contact("a"), contact("b")], "next_cursor": "1",
                "fail_info": {"unlicensed_userid_list": ["wangwu"]}}),
            Some("1") => json!({"external_contact_list": [], "next_cursor": "2"}),
            Some(_) => json!({"external_contact_list": [contact("c")]}),
        })
    })
    .await;
    let request =
        BatchGetByUser { userid_list: vec!["lisi".into()], limit: Some(2), ..BatchGetByUser::default() };
    let mut listing = client.external().batch_get_by_user_all(&request, usual());
    let mut ids = Vec::new();
    while let Some(contact) = listing.try_next().await.unwrap() {
        ids.extend(contact.external_contact.unwrap().external_userid);
        let asked = if ids.len() < 3 { 1 } else { 3 };
        assert_eq!(calls(&server).len(), asked, "no page is asked for before it is needed");
    }
    assert_eq!(ids, ["a", "b", "c"]);
    let pages: Vec<_> =
        client.external().batch_get_by_user_pages(&request, usual()).try_collect().await.unwrap();
    assert_eq!(pages.len(), 3);
    let unlicensed = pages[0].fail_info.as_ref().map(|info| info.unlicensed_userid_list.len());
    assert_eq!(unlicensed, Some(1), "who was left out is shown page by page");
    let list = client.external().contact_list_all(&ListContacts::default(), usual());
    assert!(list.try_collect::<Vec<_>>().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_that_expires_between_two_pages_is_renewed() {
    let (server, client) = wecom(|seen| match seen.number {
        1 => fine(&json!({"info_list": [{"tmp_openid": "a"}], "next_cursor": "1"})),
        2 => Reply::code(42001),
        _ => fine(&json!({"info_list": [{"tmp_openid": "b"}]})),
    })
    .await;
    let list = client.external().contact_list_all(&ListContacts::default(), usual());
    assert_eq!(list.try_collect::<Vec<_>>().await.unwrap().len(), 2);
    assert_eq!((calls(&server).len(), server.seen_at("/gettoken").len()), (3, 2));
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    external.list("", usual()).await.unwrap_err();
    for request in [
        BatchGetByUser::default(),
        BatchGetByUser { userid_list: vec!["a".into(); 101], ..BatchGetByUser::default() },
        BatchGetByUser { userid_list: vec!["a".into()], limit: Some(101), ..BatchGetByUser::default() },
    ] {
        external.batch_get_by_user(&request, usual()).await.unwrap_err();
    }
    let page = ListContacts { limit: Some(1_001), ..ListContacts::default() };
    external.contact_list(&page, usual()).await.unwrap_err();
    assert!(server.seen().is_empty());
}

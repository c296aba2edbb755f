//! A customer, who follows, and what an employee notes.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use wecom_client::{
    Effect, Error,
    contact::{FollowUser, Remark},
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
            "externalcontact/get",
            json!({"external_userid": "wm1", "cursor": "CURSOR"}),
            json!({"external_contact": customer(), "next_cursor": "NEXT", "follow_user": [
                {"userid": "lisi.01", "remark": "周总", "description": "描述", "createtime": 1_733_900_461,
                    "tags": [{"group_name": "等级", "tag_name": "VIP", "tag_id": "et1", "type": 1}],
                    "remark_corp_name": "示例公司", "remark_mobiles": ["13800000001"], "add_way": 1,
                    "oper_userid": "lisi.01", "state": "1866127734050410496"},
                {"userid": "wangwu", "createtime": 1_733_900_999, "add_way": 10,
                    "wechat_channels": {"nickname": "视频号", "source": 1}, "oper_userid": "wo1"}]}),
        ),
        Method::post(
            "externalcontact/remark",
            Effect::Idempotent,
            json!({"userid": "lisi", "external_userid": "wm1", "remark": "周总", "description": "",
                "remark_company": "示例", "remark_mobiles": [""], "remark_pic_mediaid": "M"}),
            json!({}),
        ),
    ]
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let pair = || Remark {
        userid: "lisi".into(),
        external_userid: "wm1".into(),
        remark: Some("周".into()),
        ..Remark::default()
    };
    let cases = [
        (Remark { userid: String::new(), ..pair() }, "userid is absent"),
        (Remark { remark: None, ..pair() }, "remark and every other field are absent"),
        (Remark { remark: Some("汉".repeat(21)), ..pair() }, "remark has 21 characters"),
        (Remark { description: Some("汉".repeat(151)), ..pair() }, "description has 151 characters"),
        (Remark { remark_company: Some("汉".repeat(21)), ..pair() }, "remark_company has 21"),
    ];
    for (remark, fault) in cases {
        let error = external.remark(&remark, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
        assert!(!format!("{remark:?}").contains('汉'));
    }
    assert!(server.seen().is_empty());
    let at_the_limit = Remark { remark: Some("汉".repeat(20)), ..pair() };
    external.remark(&at_the_limit, usual()).await.unwrap();
}

#[tokio::test]
async fn a_customer_of_many_employees_comes_whole() {
    let (server, client) = wecom(|seen| {
        let (userid, next) = match seen.argument("cursor") {
            None => ("a", "1"),
            Some("1") => ("b", "2"),
            Some(_) => ("c", ""),
        };
        fine(&json!({"external_contact": {"external_userid": "wm1"}, "follow_user": [{"userid": userid}],
            "next_cursor": next}))
    })
    .await;
    let external = client.external();
    let whole = external.get_whole("wm1", usual()).await.unwrap();
    let userids =
        |users: Vec<FollowUser>| users.into_iter().filter_map(|user| user.userid).collect::<Vec<_>>();
    assert_eq!(whole.external_contact.external_userid.as_deref(), Some("wm1"));
    assert_eq!(
        (userids(whole.follow_user), whole.next_cursor.is_none_or(|next| next.is_empty())),
        (["a", "b", "c"].map(str::to_owned).to_vec(), true)
    );
    let followers: Vec<_> = external.get_all("wm1", None, usual()).try_collect().await.unwrap();
    assert_eq!(userids(followers), ["a", "b", "c"]);
    let rest: Vec<_> = external.get_all("wm1", Some("2"), usual()).try_collect().await.unwrap();
    assert_eq!(userids(rest), ["c"]);
    assert_eq!(calls(&server).len(), 7);
    let error = external.get("", None, usual()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "external_userid", .. }), "{error}");
}

#[tokio::test]
async fn a_remark_that_changes_nothing_is_not_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let remark = Remark {
        userid: "lisi".into(),
        external_userid: "wm1".into(),
        remark_mobiles: Some(Vec::new()),
        ..Remark::default()
    };
    let error = client.external().remark(&remark, usual()).await.unwrap_err();
    assert!(matches!(error, Error::Argument { field: "remark", .. }), "{error}");
    let cleared = Remark { remark_mobiles: Some(vec![String::new()]), ..remark };
    client.external().remark(&cleared, usual()).await.unwrap();
    assert_eq!(calls(&server).len(), 1);
}

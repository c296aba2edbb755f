//! The company's own directory: what goes over the wire, and what is read.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_client::{Effect, Error, ListUserIds};

use crate::scripted::Reply;
use crate::walk::{Method, calls, fine, json_of, usual, wecom};

pub fn methods() -> Vec<Method> {
    let user = json!({"userid": "zhangsan", "name": "张三", "alias": "小张", "department": [1, 12], "main_department": 12,
        "order": [0, 40], "is_leader_in_dept": [0, 1], "direct_leader": ["lisi"], "position": "采购",
        "external_position": "顾问", "open_userid": "wo1", "status": 1});
    let department = json!({"id": 2, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": ["zhangsan"],
        "parentid": 1, "order": 10});
    let name = json!({"userid": "zhangsan", "name": "张三", "department": [1, 2], "open_userid": "wo1"});
    let row = json!({"userid": "zhangsan", "department": 1, "open_userid": "wo1"});
    vec![
        Method::get("user/get", json!({"userid": "zhangsan"}), user.clone()),
        Method::get("user/list", json!({"department_id": 1}), json!({"userlist": [user]})).at("/userlist"),
        Method::get("user/simplelist", json!({"department_id": 1}), json!({"userlist": [name.clone()]}))
            .at("/userlist"),
        Method::post(
            "user/list_id",
            Effect::Read,
            json!({"cursor": "CURSOR", "limit": 10_000}),
            json!({"dept_user": [row], "next_cursor": "NEXT"}),
        ),
        Method::post(
            "user/getuserid",
            Effect::Read,
            json!({"mobile": "13800000000"}),
            json!({"userid": "zhangsan"}),
        )
        .at("/userid")
        .needed(),
        Method::get("department/list", json!({"id": 2}), json!({"department": [department.clone()]}))
            .at("/department"),
        Method::get("department/get", json!({"id": 2}), json!({"department": department})).at("/department"),
        Method::get(
            "department/simplelist",
            json!({"id": 2}),
            json!({"department_id": [{"id": 2, "parentid": 1, "order": 10}]}),
        )
        .at("/department_id"),
        Method::get("tag/list", json!({}), json!({"taglist": [{"tagid": 1, "tagname": "a"}]})).at("/taglist"),
        Method::get(
            "tag/get",
            json!({"tagid": 1}),
            json!({"tagname": "乒乓球协会", "userlist": [name], "partylist": [2]}),
        ),
    ]
}

#[tokio::test]
async fn who_is_in_which_department_comes_page_by_page() {
    let (server, client) = wecom(|seen| {
        fine(&match seen.json()["cursor"].as_str() {
            None => json!({"dept_user": [{"userid": "a", "department": "1"}], "next_cursor": "1"}),
            Some(_) => json!({"dept_user": [{"userid": "a", "department": 2}], "next_cursor": ""}),
        })
    })
    .await;
    let listing = client.directory().user_ids_all(&ListUserIds::default(), usual());
    let rows: Vec<_> = listing.try_collect().await.unwrap();
    assert_eq!(rows.iter().map(|row| row.department).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!(calls(&server)[0].json(), json!({"limit": 10_000}));
}

#[tokio::test]
async fn a_phone_number_stands_in_no_error() {
    let refused = r#"{"errcode":46004,"errmsg":"no user has 13800000000, hint"}"#;
    let (_server, client) = wecom(move |_| Reply::json(refused)).await;
    let error = client.directory().userid_of("13800000000", usual()).await.unwrap_err();
    assert!(error.errcode() == Some(46004) && !format!("{error:?}").contains("138"), "{error}");
}

#[tokio::test]
async fn an_employee_is_asked_for_by_userid() {
    let (server, client) = wecom(|_| {
        fine(&json!({"userid": "zhangsan", "name": "张三", "alias": "小张", "department": [1, "12"],
            "main_department": "12", "order": [0, "40"], "is_leader_in_dept": [0, 1], "direct_leader": ["lisi", 7],
            "position": "采购", "external_position": "顾问", "open_userid": "wo1", "status": 1,
            "mobile": "13800000000", "added_later": {}}))
    })
    .await;
    let user = client.directory().user("zhangsan", usual()).await.unwrap();
    let [call] = &calls(&server)[..] else { panic!("one call") };
    assert_eq!((call.verb.as_str(), call.path.as_str()), ("GET", "/cgi-bin/user/get"));
    assert_eq!(call.argument("userid"), Some("zhangsan"));
    assert!(!format!("{user:?}").contains('张'));
    assert_eq!(
        json_of(Ok(user)).unwrap(),
        json!({"userid": "zhangsan", "name": "张三", "alias": "小张", "department": [1, 12], "main_department": 12,
            "order": [0, 40], "is_leader_in_dept": [0, 1], "direct_leader": ["lisi", "7"], "position": "采购",
            "external_position": "顾问", "open_userid": "wo1", "status": 1})
    );
    assert!(matches!(client.directory().user("", usual()).await, Err(Error::Argument { .. })));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_read_as_far_as_it_goes() {
    for odd in [
        json!({}),
        json!({"department": null, "name": 7, "main_department": [], "order": {}, "direct_leader": null}),
    ] {
        let (_server, client) = wecom(move |_| fine(&odd)).await;
        let user = client.directory().user("zhangsan", usual()).await.unwrap();
        assert_eq!((user.department, user.main_department, user.order), (vec![], None, vec![]));
        assert!(user.direct_leader.is_empty());
        assert!(client.directory().departments(None, usual()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn departments_come_with_names_or_without() {
    let (server, client) = wecom(|seen| {
        if seen.path.ends_with("simplelist") {
            fine(&json!({"department_id": [{"id": 2, "parentid": 1, "order": 10}]}))
        } else {
            fine(&json!({"department": [
                {"id": 2, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": ["zhangsan"], "parentid": 1,
                    "order": 10}]}))
        }
    })
    .await;
    let directory = client.directory();
    let with = json_of(directory.departments(Some(2), usual()).await).unwrap();
    let without = json_of(directory.department_ids(None, usual()).await).unwrap();
    assert_eq!(
        with,
        json!([{"id": 2, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": ["zhangsan"],
            "parentid": 1, "order": 10}])
    );
    assert_eq!(
        without,
        json!([{"id": 2, "name": null, "name_en": null, "department_leader": [], "parentid": 1, "order": 10}])
    );
    let calls = calls(&server);
    assert_eq!((calls[0].path.as_str(), calls[0].argument("id")), ("/cgi-bin/department/list", Some("2")));
    assert_eq!((calls[1].path.as_str(), calls[1].argument("id")), ("/cgi-bin/department/simplelist", None));
}

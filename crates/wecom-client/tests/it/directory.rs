//! The company's own directory: what goes over the wire, and what is read.

use serde_json::json;
use wecom_client::Error;

use crate::walk::{calls, fine, json_of, usual, wecom};

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

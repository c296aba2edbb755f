//! Members and departments.

use super::*;

#[tokio::test]
async fn members_and_departments_are_told() {
    let outside = Outside::start(Options::default()).await;
    let answer = outside.get("user/get", "userid=ZhangSan").await;
    for (field, expected) in [
        ("userid", json!("zhangsan")),
        ("name", json!("张三")),
        ("alias", json!("小张")),
        ("department", json!([4])),
        ("main_department", json!(4)),
        ("status", json!(1)),
    ] {
        assert_eq!(answer[field], expected, "{field}");
    }
    for (query, expected) in [("", 41009), ("userid=nobody", 60111), ("userid=%E5%BC%A0", 40003)] {
        assert_eq!(outside.get("user/get", query).await["errcode"], expected, "{query}");
    }
    let ids = |answer: &Value| {
        answer.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let all = outside.get("department/list", "").await;
    assert_eq!(ids(&all["department"]), [1, 2, 3, 4]);
    assert_eq!(all["department"][3]["name"], "华东区");
    assert_eq!((&all["department"][3]["parentid"], &all["department"][3]["order"]), (&json!(2), &json!(0)));
    let below = outside.get("department/simplelist", "id=2").await;
    assert_eq!(
        below["department_id"],
        json!([{ "id": 2, "parentid": 1, "order": 0 }, { "id": 4, "parentid": 2, "order": 0 }])
    );
    for path in ["department/list", "department/simplelist"] {
        assert_eq!(outside.get(path, "id=77").await["errcode"], 60123);
    }
    let names = |answer: &Value| {
        answer["userlist"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["userid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&outside.get("user/simplelist", "department_id=2").await), ["lisi"]);
    assert_eq!(
        names(&outside.get("user/simplelist", "department_id=2&fetch_child=1").await),
        ["lisi", "zhangsan"]
    );
    assert_eq!(outside.get("user/simplelist", "").await["errcode"], 40063);
    assert_eq!(outside.get("user/simplelist", "department_id=x").await["errcode"], 60123);

    let employee = Employee {
        userid: "zhaoliu".into(),
        departments: vec![3, 4],
        hindrances: vec![Hindrance::NotActivated],
        ..Employee::default()
    };
    outside.simulator.employ(employee).unwrap();
    assert_eq!(outside.get("user/get", "userid=zhaoliu").await["status"], 4);
    let listed = outside.get("user/list", "department_id=2&fetch_child=1").await;
    assert_eq!(names(&listed), ["lisi", "zhangsan", "zhaoliu"]);
    assert_eq!(
        (&listed["userlist"][0]["name"], &listed["userlist"][0]["status"]),
        (&json!("李四"), &json!(1))
    );
    let one = outside.get("department/get", "id=4").await;
    assert_eq!((&one["department"]["name"], &one["department"]["parentid"]), (&json!("华东区"), &json!(2)));
    assert_eq!(outside.get("department/get", "id=77").await["errcode"], 60123);
    assert_eq!(outside.get("department/get", "").await["errcode"], 40063);

    let tagged = Employee { userid: "qianqi".into(), tags: vec![5], ..Employee::default() };
    outside.simulator.employ(tagged).unwrap();
    assert_eq!(outside.get("tag/list", "").await["taglist"], json!([{ "tagid": 5, "tagname": "标签5" }]));
    assert_eq!(outside.get("tag/get", "tagid=5").await["userlist"][0]["userid"], "qianqi");
    assert_eq!(outside.get("tag/get", "tagid=6").await["errcode"], 40068);
    let numbers = [(0, json!({ "mobile": "13800000001" })), (46004, json!({ "mobile": "13911111111" }))];
    outside.codes("user/getuserid", numbers).await;
    outside.codes("user/getuserid", [(40063, json!({}))]).await;
    outside.simulator.leave("qianqi").unwrap();
    let page = outside.post("user/list_id", json!({ "limit": 3 })).await;
    assert_eq!(page["dept_user"][2], json!({ "userid": "wangwu", "department": 3 }));
    let rest = outside.post("user/list_id", json!({ "limit": 3, "cursor": page["next_cursor"] })).await;
    assert_eq!(rest["dept_user"].as_array().unwrap().len(), 2, "a row for each department");
    assert_eq!(rest["next_cursor"], "");
    outside
        .codes("user/list_id", [(50100, json!({ "cursor": "?" })), (40058, json!({ "limit": 10_001 }))])
        .await;
    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(outside.get("user/get", "userid=zhangsan").await["errcode"], 60111);
    assert!(matches!(outside.simulator.leave("zhangsan"), Err(Error::NoEmployee { .. })));
    let lost = Employee { userid: "lost".into(), departments: vec![77], ..Employee::default() };
    assert_eq!(outside.simulator.employ(lost), Err(Error::NoDepartment(77)));
    outside.simulator.stop().await;
}

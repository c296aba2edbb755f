//! A customer is read, and noted about.

use super::*;

#[tokio::test]
async fn what_is_noted_about_a_customer_is_there_when_the_customer_is_read() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let note = |changes: Value| {
        let mut body = json!({ "userid": "zhangsan", "external_userid": customer });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (expected, changes) in [
        (40058, json!({})),
        (40058, json!({ "remark": "一".repeat(21) })),
        (40058, json!({ "description": "一".repeat(151) })),
        (40058, json!({ "remark_company": "一".repeat(21) })),
        (40007, json!({ "remark_pic_mediaid": "unknown" })),
        (0, json!({ "remark": "周总", "remark_mobiles": ["13800000001"], "remark_company": "示例" })),
        (0, json!({ "description": "春季展会", "remark_mobiles": [] })),
    ] {
        assert_eq!(
            outside.code("externalcontact/remark", note(changes.clone())).await,
            expected,
            "{changes}"
        );
    }
    let tag = json!({ "userid": "zhangsan", "external_userid": customer, "add_tag": [SPRING] });
    assert_eq!(outside.code("externalcontact/mark_tag", tag).await, 0);

    let detail = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    assert_eq!(detail["external_contact"]["name"], "小周");
    assert_eq!(detail["external_contact"]["type"], 1);
    assert_eq!(detail["external_contact"]["gender"], 0);
    assert_eq!(
        detail["follow_user"],
        json!([{
            "userid": "zhangsan", "remark": "周总", "description": "春季展会", "createtime": NOW_MS / 1_000,
            "tags": [{ "group_name": "渠道", "tag_name": "春季", "tag_id": SPRING, "type": 1 }],
            "remark_mobiles": ["13800000001"], "add_way": 1, "oper_userid": customer,
            "remark_corp_name": "示例", "state": "spring-2026",
        }])
    );
    assert_eq!(
        outside.code("externalcontact/remark", note(json!({ "remark": "", "remark_mobiles": [""] }))).await,
        0
    );
    let detail = outside.get("externalcontact/get", &format!("external_userid={customer}")).await;
    assert_eq!(detail["follow_user"][0]["remark"], "小周", "without a remark it is the customer's own name");
    assert_eq!(detail["follow_user"][0]["remark_mobiles"], json!([]));

    assert_eq!(
        outside.get("externalcontact/list", "userid=zhangsan").await["external_userid"],
        json!([customer])
    );
    assert_eq!(outside.get("externalcontact/list", "userid=lisi").await["errcode"], 84061);
    assert_eq!(outside.get("externalcontact/list", "userid=nobody").await["errcode"], 60111);
    assert_eq!(outside.get("externalcontact/get", "").await["errcode"], 41035);
    assert_eq!(outside.get("externalcontact/get", "external_userid=wmNobody").await["errcode"], 40096);
    outside.simulator.stop().await;
}

//! The members who may have customers.

use super::*;

#[tokio::test]
async fn whoever_serves_customers_is_listed() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    assert_eq!(wecom.get_follow_user_list(usual()).await.unwrap(), ["lisi", "wangwu", "zhangsan"]);
    let employ = |userid: &str, hindrances| {
        let employee = Employee { userid: userid.into(), hindrances, ..Employee::default() };
        outside.simulator.employ(employee).unwrap();
    };
    employ("inner", vec![Hindrance::NoCustomerContact]);
    employ("new", Vec::new());
    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(wecom.get_follow_user_list(usual()).await.unwrap(), ["lisi", "new", "wangwu"]);
    assert_eq!(outside.code("externalcontact/get_follow_user_list", json!({})).await, 40058, "a GET");
    outside.simulator.stop().await;
}

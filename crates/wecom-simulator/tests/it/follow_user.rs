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

#[tokio::test]
async fn who_may_serve_customers_is_told_apart() {
    let outside = Outside::start(Options::default()).await;
    let inner = Employee {
        userid: "inner".into(),
        departments: vec![3],
        hindrances: vec![Hindrance::NoCustomerContact],
        ..Employee::default()
    };
    outside.simulator.employ(inner).unwrap();
    let asked = wecom_client::contact::CheckFollowUser {
        userid: vec!["lisi".into(), "inner".into()],
        partyid: vec![2, 3],
    };
    let checked = outside.client().external().check_follow_user(&asked, usual()).await.unwrap();
    assert_eq!((checked.authorized.userid, checked.authorized.partyid), (vec!["lisi".to_owned()], vec![2]));
    assert_eq!(
        (checked.unauthorized.userid, checked.unauthorized.partyid),
        (vec!["inner".to_owned()], vec![3])
    );
    outside
        .codes(
            "externalcontact/check_follow_user",
            [
                (40058, json!({})),
                (60111, json!({ "userid": ["nobody"] })),
                (60123, json!({ "partyid": [77] })),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_app_tells_of_itself() {
    let outside = Outside::start(Options::default()).await;
    let (client, agentid) = (outside.client(), Corp::sample().agent_id);
    let agent = client.agent(agentid, usual()).await.unwrap();
    assert_eq!((agent.agentid, agent.allow_partys.partyid, agent.close), (Some(agentid), vec![1], Some(0)));
    assert_eq!(refused(client.agent(7, usual()).await), 40056);
    assert_eq!(client.agents(usual()).await.unwrap()[0].agentid, Some(agentid));
    outside.simulator.stop().await;
}

//! A customer's ids elsewhere.

use super::*;

#[tokio::test]
async fn one_person_has_many_ids_and_each_leads_back() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    let colleague = AddCustomer { kind: CustomerKind::Wecom, ..AddCustomer::default() };
    let colleague = outside.simulator.add_customer(&colleague).unwrap().customer;
    let ids = outside.simulator.customers()[0].ids();
    let (unionid, openid) = (ids.unionid.unwrap(), ids.openid.unwrap());

    assert_eq!(wecom.convert_to_openid(&customer, usual()).await.unwrap(), openid);
    assert_eq!(refused(wecom.convert_to_openid(&colleague, usual()).await), 41056);
    let person = wecom_client::contact::UnionidToExternalUserid {
        unionid: unionid.clone(),
        openid: Some(openid.clone()),
    };
    assert_eq!(
        wecom.unionid_to_external_userid(&person, usual()).await.unwrap().as_deref(),
        Some(&*customer)
    );
    let service = wecom.to_service_external_userid(&customer, usual()).await.unwrap().unwrap();
    assert_eq!(service, ids.service_external_userid);
    let back = wecom.from_service_external_userid(&service, 1_000_042, usual()).await.unwrap();
    assert_eq!(back.as_deref(), Some(&*customer));
    let third = wecom_client::contact::UnionidToExternalUserid3rd {
        unionid: unionid.clone(),
        openid: openid.clone(),
        corpid: None,
    };
    let found = wecom.unionid_to_external_userid_3rd(&third, usual()).await.unwrap();
    assert_eq!(found[0].external_userid.as_deref(), Some(&*service));
    let temporary = wecom_client::contact::ConvertTmpExternalUserid {
        business_type: Some(wecom_client::contact::BusinessType::MEETING),
        user_type: Some(1),
        tmp_external_userid_list: vec![ids.tmp_external_userid.clone(), "ouNobody".into()],
    };
    let converted = wecom.convert_tmp_external_userid(&temporary, usual()).await.unwrap();
    assert_eq!(converted.results[0].external_userid.as_deref(), Some(&*customer));
    assert_eq!(converted.invalid_tmp_external_userid_list, ["ouNobody"]);

    let new = wecom.get_new_external_userid(&[customer.clone(), colleague], usual()).await.unwrap();
    let new = new[0].new_external_userid.clone().unwrap();
    let path = "externalcontact/finish_external_userid_migration";
    outside.codes(path, [(40013, json!({ "corpid": "wwOther" }))]).await;
    wecom.finish_external_userid_migration(&Corp::sample().corp_id, usual()).await.unwrap();
    assert_eq!(refused(wecom.get(&customer, None, usual()).await), 40096);
    assert_eq!(wecom.get(&new, None, usual()).await.unwrap().follow_user.len(), 1);
    assert_eq!(wecom.unionid_to_external_userid(&person, usual()).await.unwrap(), Some(new));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_is_nobodys_id_is_refused_with_its_own_code() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let ids = outside.simulator.customers()[0].ids();
    let (unionid, openid) = (ids.unionid.unwrap(), ids.openid.unwrap());
    let nobody = (format!("ozynqs{}", "0".repeat(22)), format!("oX5Gk6{}", "0".repeat(22)));
    let one = |id: &str| json!({ "external_userid": id });
    for path in ["convert_to_openid", "to_service_external_userid"] {
        let rows = [(41035, json!({})), (40096, one("wmNobody"))];
        outside.codes(&format!("externalcontact/{path}"), rows).await;
    }
    outside
        .codes(
            "externalcontact/unionid_to_external_userid",
            [
                (40063, json!({ "openid": openid })),
                (0, json!({ "unionid": unionid })),
                (40058, json!({ "unionid": unionid, "openid": "oX5Gk6other" })),
                (84061, json!({ "unionid": nobody.0, "openid": nobody.1 })),
                (0, json!({ "unionid": unionid, "openid": openid })),
            ],
        )
        .await;
    outside
        .codes(
            "service/externalcontact/unionid_to_external_userid_3rd",
            [
                (40013, json!({ "unionid": unionid, "openid": openid, "corpid": "wwOther" })),
                (40058, json!({ "unionid": unionid, "openid": "oX5Gk6other" })),
                (0, json!({ "unionid": nobody.0, "openid": nobody.1 })),
            ],
        )
        .await;
    outside
        .codes(
            "externalcontact/from_service_external_userid",
            [
                (40056, one(&ids.service_external_userid)),
                (41035, json!({ "source_agentid": 1 })),
                (40096, json!({ "source_agentid": 1, "external_userid": customer })),
            ],
        )
        .await;
    outside
        .codes(
            "externalcontact/get_new_external_userid",
            [
                (40058, json!({})),
                (40058, json!({ "external_userid_list": vec![customer.clone(); 1_001] })),
                (40096, json!({ "external_userid_list": [customer, "wmNobody"] })),
            ],
        )
        .await;
    let temporary = |business: i64, user: i64, ids: Value| json!({ "business_type": business, "user_type": user, "tmp_external_userid_list": ids });
    let convert = "idconvert/convert_tmp_external_userid";
    outside
        .codes(
            convert,
            [
                (40058, temporary(4, 1, json!(["ou"]))),
                (40058, temporary(1, 5, json!(["ou"]))),
                (40058, temporary(1, 1, json!([]))),
                (40058, temporary(1, 1, json!(vec!["ou"; 101]))),
            ],
        )
        .await;
    let linked = outside.post(convert, temporary(1, 2, json!([ids.tmp_external_userid]))).await;
    assert_eq!(linked["results"], json!([]), "no linked company is there");
    outside.simulator.stop().await;
}

/// From the end of a migration on a customer has the new id, wherever one is named.
#[tokio::test]
async fn a_migrated_customer_is_the_same_everywhere() {
    use wecom_simulator::{GroupAct, MessageAct, MomentAct};
    let outside = Outside::start(Options::default()).await;
    let (old, _) = outside.add("小周");
    let chat_id = group_chat::create(&outside, "zhangsan", &[&old]);
    let say = |member: &str| GroupAct::Say { chat_id: chat_id.clone(), member: member.into(), count: 1 };
    outside.simulator.group(say(&old)).unwrap();
    let body = json!({ "link_name": "直播", "range": { "user_list": ["lisi"] } });
    let link = outside.post("externalcontact/customer_acquisition/create_link", body).await;
    let link_id = link["link"]["link_id"].as_str().unwrap();
    outside.simulator.link(acquisition::open(link_id, "", Some(&old))).unwrap();
    let body = json!({ "external_userid": [old], "sender": "zhangsan", "text": { "content": "春天来了" } });
    let msgid =
        outside.post("externalcontact/add_msg_template", body).await["msgid"].as_str().unwrap().to_owned();
    let post = MomentAct::Post { employee: "zhangsan".into(), text: "春天来了".into(), only: None };
    let moment_id = outside.simulator.moment(post).unwrap().moment_id;
    let way = json!({ "type": 1, "scene": 2, "user": ["wangwu"], "skip_verify": false });
    let way = outside.post("externalcontact/add_contact_way", way).await;
    let scan = Scan { customer: Some(old.clone()), ..Scan::of(way["config_id"].as_str().unwrap()) };
    assert!(outside.simulator.scan(&scan).unwrap().waiting);

    let body = json!({ "corpid": Corp::sample().corp_id });
    assert_eq!(outside.code("externalcontact/finish_external_userid_migration", body).await, 0);
    let new = outside.simulator.customers()[0].external_userid.clone();
    assert_ne!(new, old);
    assert_eq!(outside.simulator.groups()[0].members, ["zhangsan", &new]);
    outside.simulator.group(say(&new)).unwrap();
    let body = json!({ "link_id": link_id });
    let came = outside.post("externalcontact/customer_acquisition/customer", body).await;
    assert_eq!(came["customer_list"][0]["external_userid"], json!(new));
    let sent = MessageAct::Send { msgid, employee: "zhangsan".into(), only: None };
    assert_eq!(outside.simulator.mass_message(sent).unwrap().sent, std::slice::from_ref(&new));
    let like = MomentAct::Like { moment_id, employee: "zhangsan".into(), by: new.clone() };
    outside.simulator.moment(like).unwrap();
    assert_eq!(outside.simulator.accept("wangwu", &new).unwrap().customer, new);
    outside.simulator.stop().await;
}

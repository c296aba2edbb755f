//! Ids that apps get when WeCom upgrades them: of tags, of customer service accounts, of users who are no customers yet.

use super::*;

/// What stands for somebody who is no customer yet is what is told of the customer later.
#[tokio::test]
async fn ids_of_providers_apps_are_told_and_lead_to_the_customer() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    let ids = outside.simulator.customers()[0].ids();
    let user = |unionid: &str, openid: &str| wecom_client::contact::ConvertUnionid {
        unionid: unionid.to_owned(),
        openid: openid.to_owned(),
        subject_type: None,
    };
    let (unionid, openid) = (ids.unionid.unwrap(), ids.openid.unwrap());
    let found = wecom.idconvert_unionid_to_external_userid(&user(&unionid, &openid), usual()).await.unwrap();
    assert_eq!((found.external_userid.as_deref(), found.pending_id), (Some(&*customer), None));
    let (nobody, none) = ("ozynqsabcdefghijklmnopqrstuv", "oX5Gk6abcdefghijklmnopqrstuv");
    let found = wecom.idconvert_unionid_to_external_userid(&user(nobody, none), usual()).await.unwrap();
    assert!(found.external_userid.is_none() && found.pending_id.is_some(), "{found:?}");
    let request = wecom_client::contact::ExternalUseridToPendingId {
        external_userid: vec![customer.clone(), "wmNobody".into()],
        chat_id: None,
    };
    let told = wecom.external_userid_to_pending_id(&request, usual()).await.unwrap();
    assert_eq!((told.len(), told[0].external_userid.as_deref()), (1, Some(&*customer)));
    assert!(told[0].pending_id.is_some() && told[0].pending_id != found.pending_id);
    let tags = wecom.external_tagid(&[SPRING.to_owned(), "etNone".to_owned()], usual()).await.unwrap();
    assert_eq!(tags.items[0].external_tagid.as_deref(), Some(SPRING));
    assert_eq!(tags.invalid_external_tagid_list, ["etNone"]);
    let accounts = wecom.open_kfid(&["wk1".to_owned()], usual()).await.unwrap();
    assert_eq!((accounts.items.len(), accounts.invalid_open_kfid_list.len()), (0, 1));
    let alone = wecom_client::contact::UnionidToExternalUserid { unionid, openid: None };
    let found = wecom.unionid_to_external_userid(&alone, usual()).await.unwrap();
    assert_eq!(found.as_deref(), Some(&*customer));
    outside.simulator.stop().await;
}

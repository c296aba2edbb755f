//! Acquisition links: made, changed and deleted; customers open them, and callbacks report it.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    CreateAcquisitionLink, PriorityOption, PriorityType, Scope, UpdateAcquisitionLink,
};
use wecom_simulator::{LinkAct, LinkActed};

use super::*;

fn range(users: &[&str]) -> Scope {
    Scope { user_list: users.iter().map(|id| (*id).to_owned()).collect(), department_list: Vec::new() }
}

pub(super) fn new_link(users: &[&str]) -> CreateAcquisitionLink {
    CreateAcquisitionLink {
        link_name: "直播".into(),
        range: range(users),
        ..CreateAcquisitionLink::default()
    }
}

/// Somebody opens a link and asks to be added.
pub(super) fn open(link_id: &str, state: &str, customer: Option<&str>) -> LinkAct {
    LinkAct::Open {
        link_id: link_id.into(),
        state: state.into(),
        customer: customer.map(str::to_owned),
        profile: false,
        only_look: false,
        declined: false,
    }
}

/// The changes in the callbacks about an act, in order.
pub(super) fn changes(outside: &Outside, acted: &LinkActed) -> Vec<String> {
    let deliveries = outside.simulator.deliveries();
    let delivered = deliveries.iter().filter(|delivery| acted.deliveries.contains(&delivery.number));
    delivered.map(|delivery| delivery.change.clone().unwrap()).collect()
}

pub(super) fn plaintext(outside: &Outside, number: u64) -> String {
    let deliveries = outside.simulator.deliveries();
    deliveries.into_iter().find(|delivery| delivery.number == number).unwrap().plaintext
}

#[tokio::test]
async fn a_link_has_a_name_of_30_characters() {
    let outside = Outside::start(Options::default()).await;
    let named = |name: String| json!({ "link_name": name, "range": { "user_list": ["lisi"] } });
    let path = "externalcontact/customer_acquisition/create_link";
    let made = outside.post(path, named("长".repeat(30))).await;
    assert_eq!(made["errcode"], 0, "{made}");
    outside.codes(path, [(40058, named("长".repeat(31))), (40063, named(String::new()))]).await;
    let renamed = json!({ "link_id": made["link"]["link_id"], "link_name": "长".repeat(31) });
    outside.codes("externalcontact/customer_acquisition/update_link", [(40058, renamed)]).await;
    let permit = outside.get("externalcontact/customer_acquisition_app/get_permit", "").await;
    assert_eq!((&permit["errcode"], &permit["department_list"]), (&json!(0), &json!([1])));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn whoever_opens_a_link_becomes_a_customer_with_its_state() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let link = wecom.customer_acquisition_create_link(&new_link(&["lisi"]), once()).await.unwrap();
    let link_id = link.link_id.unwrap();
    assert!(link_id.starts_with("cawcde") && link.url.unwrap().ends_with(&link_id));
    let acted = outside.simulator.link(open(&link_id, "live-7", None)).unwrap();
    assert_eq!(changes(&outside, &acted), ["friend_request", "add_external_contact"]);
    let request = plaintext(&outside, acted.deliveries[0]);
    assert_eq!((element(&request, "LinkId"), element(&request, "State")), (link_id.as_str(), "live-7"));
    let added = plaintext(&outside, acted.deliveries[1]);
    let (customer, code) = (acted.customer.unwrap(), acted.welcome_code.unwrap());
    assert_eq!((element(&added, "UserID"), element(&added, "ExternalUserID")), ("lisi", customer.as_str()));
    assert_eq!((element(&added, "State"), element(&added, "WelcomeCode")), ("live-7", code.as_str()));
    assert_eq!(outside.welcome(&code, "您好").await, 0);
    let relation = outside.simulator.relation("lisi", &customer).unwrap();
    assert_eq!((relation.state.as_deref(), relation.add_way), (Some("live-7"), 16));
    let quota = wecom.customer_acquisition_quota(once()).await.unwrap();
    assert_eq!((quota.total, quota.balance), (Some(1), Some(999)));
    assert_eq!(quota.quota_list[0].balance, Some(999));

    let again = outside.simulator.link(open(&link_id, "live-8", Some(&customer))).unwrap();
    assert_eq!((again.employee.as_deref(), again.deliveries.len()), (Some("lisi"), 0), "a contact already");
    let look = LinkAct::Open {
        link_id: link_id.clone(),
        state: "live-7".into(),
        customer: None,
        profile: true,
        only_look: true,
        declined: false,
    };
    let acted = outside.simulator.link(look).unwrap();
    assert_eq!(changes(&outside, &acted), ["open_profile"]);
    let statistic = wecom
        .customer_acquisition_statistic(&link_id, after(Duration::ZERO), after(Duration::ZERO), once())
        .await
        .unwrap();
    assert_eq!((statistic.click_link_customer_cnt, statistic.new_customer_cnt), (Some(2), Some(1)));
    assert_eq!(wecom.customer_acquisition_quota(once()).await.unwrap().balance, Some(999));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn links_are_changed_and_deleted_here_and_in_the_console() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (known, _) = outside.add("Known");
    let asks = CreateAcquisitionLink {
        skip_verify: Some(false),
        priority_option: Some(PriorityOption {
            priority_type: Some(PriorityType::CONTACTS),
            priority_userid_list: Vec::new(),
        }),
        ..new_link(&["lisi"])
    };
    let link = wecom.customer_acquisition_create_link(&asks, once()).await.unwrap();
    let link_id = link.link_id.unwrap();
    let acted = outside.simulator.link(open(&link_id, "", Some(&known))).unwrap();
    assert_eq!(acted.employee.as_deref(), Some("zhangsan"), "whoever has the customer comes first");
    let declined = LinkAct::Open {
        link_id: link_id.clone(),
        state: String::new(),
        customer: None,
        profile: false,
        only_look: false,
        declined: true,
    };
    let acted = outside.simulator.link(declined).unwrap();
    assert_eq!(changes(&outside, &acted), ["friend_request"]);
    let change = UpdateAcquisitionLink {
        link_id: link_id.clone(),
        link_name: Some("新".into()),
        range: Some(range(&["wangwu"])),
        ..UpdateAcquisitionLink::default()
    };
    wecom.customer_acquisition_update_link(&change, once()).await.unwrap();
    let detail = wecom.customer_acquisition_get(&link_id, once()).await.unwrap();
    let kept = detail.link.unwrap();
    assert_eq!(
        (kept.link_name.as_deref(), kept.skip_verify, kept.mark_source),
        (Some("新"), Some(false), Some(true))
    );
    assert_eq!(detail.range, Some(range(&["wangwu"])));
    assert_eq!(detail.priority_option.unwrap().priority_type, Some(PriorityType::CONTACTS));
    assert_eq!(outside.simulator.link(open(&link_id, "", None)).unwrap().employee.as_deref(), Some("wangwu"));

    let before = outside.simulator.deliveries().len();
    wecom.customer_acquisition_delete_link(&link_id, once()).await.unwrap();
    assert_eq!(outside.simulator.deliveries().len(), before, "the API's own doing is told to nobody");
    assert_eq!(refused(wecom.customer_acquisition_get(&link_id, once()).await), 40058);
    let more = async || {
        wecom.customer_acquisition_create_link(&new_link(&["lisi"]), once()).await.unwrap().link_id.unwrap()
    };
    let (second, third, fourth) = (more().await, more().await, more().await);
    let acted = outside.simulator.link(LinkAct::Delete { link_id: second.clone() }).unwrap();
    assert_eq!(changes(&outside, &acted), ["delete_link"]);
    assert_eq!(refused(wecom.customer_acquisition_delete_link(&second, once()).await), 40058);
    outside.simulator.occur(Occurrence::DeleteLink { link_id: third }, 0).unwrap();
    outside.simulator.occur(Occurrence::LinkUnavailable { link_id: fourth.clone() }, 0).unwrap();
    let left: Vec<_> = wecom
        .customer_acquisition_list_link_all(&wecom_client::contact::ListAcquisitionLinks::default(), once())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(left, std::slice::from_ref(&fourth));
    let refusal = outside.simulator.link(open(&fourth, "", None)).err().unwrap().to_string();
    assert!(refusal.contains("unavailable"), "{refusal}");
    let (status, answer) =
        outside.control(reqwest::Method::POST, "links", r#"{"act": "open", "link_id": "cawcdeother"}"#).await;
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("create_link"), "{answer}");
    let (status, _) =
        outside.control(reqwest::Method::POST, "links", r#"{"act": "quota", "balance": 7}"#).await;
    assert_eq!(status, 200);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_links_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    let of = |method: &str| format!("externalcontact/customer_acquisition/{method}");
    let range = json!({ "user_list": ["lisi"] });
    for (code, body) in [
        (40063, json!({ "range": range })),
        (40063, json!({ "link_name": "", "range": range })),
        (40063, json!({ "link_name": "n" })),
        (40063, json!({ "link_name": "n", "range": {} })),
        (60111, json!({ "link_name": "n", "range": { "user_list": ["nobody"] } })),
        (60123, json!({ "link_name": "n", "range": { "department_list": [9] } })),
        (40058, json!({ "link_name": "n", "range": { "user_list": vec!["lisi"; 501] } })),
        (40058, json!({ "link_name": "n", "range": range, "priority_option": { "priority_type": 3 } })),
        (40063, json!({ "link_name": "n", "range": range, "priority_option": { "priority_type": 2 } })),
        (0, json!({ "link_name": "n", "range": { "department_list": [1] } })),
    ] {
        assert_eq!(outside.code(&of("create_link"), body.clone()).await, code, "{body}");
    }
    for method in ["get", "update_link", "delete_link"] {
        assert_eq!(outside.code(&of(method), json!({})).await, 40063, "{method}");
        assert_eq!(outside.code(&of(method), json!({ "link_id": "cawcdeother" })).await, 40058, "{method}");
    }
    assert_eq!(outside.code(&of("list_link"), json!({ "limit": 101 })).await, 40058);
    for _ in 1..1_000 {
        let body = json!({ "link_name": "n", "range": range });
        assert_eq!(outside.code(&of("create_link"), body).await, 0);
    }
    let body = json!({ "link_name": "n", "range": range });
    assert_eq!(outside.code(&of("create_link"), body).await, 41095);
    outside.simulator.stop().await;
}

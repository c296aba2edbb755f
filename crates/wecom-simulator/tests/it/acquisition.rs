//! Acquisition links: customers open them, the quota pays for them, and callbacks report what comes of it.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    ChatStatus, CreateAcquisitionLink, PriorityOption, PriorityType, Scope, UpdateAcquisitionLink,
};
use wecom_simulator::{LinkAct, LinkActed};

use super::*;

fn customers_of(link_id: &str) -> wecom_client::contact::ListAcquiredCustomers {
    wecom_client::contact::ListAcquiredCustomers { link_id: link_id.to_owned(), ..Default::default() }
}

fn range(users: &[&str]) -> Scope {
    Scope { user_list: users.iter().map(|id| (*id).to_owned()).collect(), department_list: Vec::new() }
}

fn new_link(users: &[&str]) -> CreateAcquisitionLink {
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
fn changes(outside: &Outside, acted: &LinkActed) -> Vec<String> {
    let deliveries = outside.simulator.deliveries();
    let delivered = deliveries.iter().filter(|delivery| acted.deliveries.contains(&delivery.number));
    delivered.map(|delivery| delivery.change.clone().unwrap()).collect()
}

fn plaintext(outside: &Outside, number: u64) -> String {
    let deliveries = outside.simulator.deliveries();
    deliveries.into_iter().find(|delivery| delivery.number == number).unwrap().plaintext
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
async fn what_a_customer_who_came_by_a_link_writes_is_told_in_parts() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let link = wecom.customer_acquisition_create_link(&new_link(&["lisi"]), once()).await.unwrap();
    let link_id = link.link_id.unwrap();
    let people: Vec<String> = ["a", "b", "c"]
        .map(|state| outside.simulator.link(open(&link_id, state, None)).unwrap().customer.unwrap())
        .to_vec();
    let say = |count| LinkAct::Say { link_id: link_id.clone(), customer: people[0].clone(), count };
    let first = outside.simulator.link(say(1)).unwrap();
    assert_eq!(changes(&outside, &first), ["customer_start_chat"]);
    assert_eq!(element(&plaintext(&outside, first.deliveries[0]), "LinkId"), link_id);
    assert!(outside.simulator.link(say(1)).unwrap().deliveries.is_empty());
    let more = outside.simulator.link(say(3)).unwrap();
    assert_eq!(changes(&outside, &more), ["message_from_customer"; 2], "the third and the fifth");
    let event = plaintext(&outside, more.deliveries[1]);
    let key = element(&event, "ChatKey");
    let chat = wecom.customer_acquisition_get_chat_info(key, once()).await.unwrap();
    assert_eq!((chat.userid.as_deref(), chat.external_userid.as_ref()), (Some("lisi"), Some(&people[0])));
    let info = chat.chat_info.unwrap();
    assert_eq!(
        (info.recv_msg_cnt, info.link_id.as_deref(), info.state.as_deref()),
        (Some(5), Some(link_id.as_str()), Some("a"))
    );
    outside.hand.advance(Duration::from_mins(30));
    assert_eq!(
        refused(wecom.customer_acquisition_get_chat_info(key, once()).await),
        40058,
        "for half an hour"
    );

    let contact = Contact::of("lisi", &people[1]);
    let by_hand = Occurrence::CustomerStartChat { contact, link_id: Some(link_id.clone()) };
    outside.simulator.occur(by_hand, 0).unwrap();
    let page = wecom
        .customer_acquisition_customer(
            &wecom_client::contact::ListAcquiredCustomers { limit: Some(1), ..customers_of(&link_id) },
            once(),
        )
        .await
        .unwrap();
    assert_eq!((page.customer_list.len(), page.next_cursor.is_some()), (1, true));
    let all: Vec<_> =
        wecom.customer_acquisition_customer_all(&customers_of(&link_id), once()).try_collect().await.unwrap();
    let all: Vec<_> = all
        .into_iter()
        .map(|came| (came.external_userid.unwrap(), came.state.unwrap(), came.chat_status.unwrap()))
        .collect();
    let came = |at: usize, state: &str, status| (people[at].clone(), state.to_owned(), status);
    assert_eq!(
        all,
        [came(0, "a", ChatStatus::WROTE), came(1, "b", ChatStatus::WROTE), came(2, "c", ChatStatus::SILENT)]
    );
    outside.simulator.stop().await;
}

/// A link's customer is one of the member's, and the link's messages are theirs: there is one state.
#[tokio::test]
async fn messages_by_a_link_and_messages_of_the_two_are_the_same() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let link = wecom.customer_acquisition_create_link(&new_link(&["lisi"]), once()).await.unwrap();
    let link_id = link.link_id.unwrap();
    let opened = |state| outside.simulator.link(open(&link_id, state, None)).unwrap();
    let (first, second) = (opened("a"), opened("b"));
    let (customer, other) = (first.customer.unwrap(), second.customer.unwrap());
    let say = |customer: &str| {
        let (link_id, customer) = (link_id.clone(), customer.to_owned());
        outside.simulator.link(LinkAct::Say { link_id, customer, count: 1 })
    };
    let talk = |by, messages| {
        let talk = Talk { employee: "lisi".into(), customer: other.clone(), by, messages };
        let deliveries = outside.simulator.talk(&talk).unwrap();
        changes(&outside, &LinkActed { deliveries, ..LinkActed::default() })
    };

    say(&customer).unwrap();
    assert_eq!(outside.welcome(&first.welcome_code.unwrap(), "您好").await, 41051, "they are chatting");
    assert!(talk(Speaker::Employee, 3).is_empty(), "only what the customer writes is told");
    assert_eq!(talk(Speaker::Customer, 3), ["customer_start_chat", "message_from_customer"]);
    let asked =
        wecom_client::contact::ListAcquiredCustomers { link_id: link_id.clone(), ..Default::default() };
    let page = wecom.customer_acquisition_customer(&asked, once()).await.unwrap();
    assert_eq!(page.customer_list[1].chat_status, Some(ChatStatus::WROTE));
    let day = wecom_client::contact::Day::containing(Timestamp(NOW_MS / 1_000));
    let asked = wecom_client::contact::GetUserBehaviorData {
        userid: vec!["lisi".into()],
        partyid: Vec::new(),
        start_time: Some(day),
        end_time: Some(day),
    };
    let days = wecom.get_user_behavior_data(&asked, once()).await.unwrap();
    assert_eq!((days[0].reply_percentage, days[0].chat_cnt), (Some(0.0), Some(1)), "one asked, unanswered");

    let deleted = Occurrence::DelFollowUser(Contact::of("lisi", &customer));
    let deliveries = outside.simulator.occur(deleted.clone(), 0).unwrap();
    assert_eq!(deliveries.len(), 2);
    let event = plaintext(&outside, deliveries[1]);
    assert_eq!(
        (element(&event, "Event"), element(&event, "LinkId")),
        ("customer_acquisition", link_id.as_str())
    );
    assert_eq!(outside.simulator.occur(deleted, 0).unwrap().len(), 1, "a second time there is no link to it");
    let refusal = say(&customer).err().unwrap().to_string();
    assert!(refusal.contains("cannot write to each other"), "{refusal}");

    // Whoever comes back by another way is no customer of the link's any more.
    let again = AddCustomer { customer: Some(customer.clone()), ..AddCustomer::new("lisi", "", None) };
    outside.simulator.add_customer(&again).unwrap();
    let contact = Occurrence::DelFollowUser(Contact::of("lisi", &customer));
    assert_eq!(outside.simulator.occur(contact, 0).unwrap().len(), 1);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_quota_runs_low_and_out_and_grows_again() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let link = wecom.customer_acquisition_create_link(&new_link(&["lisi"]), once()).await.unwrap();
    let link_id = link.link_id.unwrap();
    let quota = |balance| outside.simulator.link(LinkAct::Quota { balance, days: 30 }).unwrap();
    assert!(quota(21).deliveries.is_empty());
    let by_link = |at: usize| {
        changes(&outside, &outside.simulator.link(open(&link_id, "", None)).unwrap()).get(at).cloned()
    };
    assert_eq!(by_link(2), None, "20 are left");
    assert_eq!(by_link(2).as_deref(), Some("balance_low"), "19");
    assert_eq!(by_link(2), None, "told once");
    let low = outside.simulator.link(open(&link_id, "", None)).unwrap();
    assert!(!plaintext(&outside, low.deliveries[1]).contains("<State>"), "no channel, no state");
    quota(1);
    assert_eq!(by_link(2).as_deref(), Some("balance_exhausted"));
    let refusal = outside.simulator.link(open(&link_id, "", None)).err().unwrap().to_string();
    assert!(refusal.contains("quota"), "{refusal}");
    let total = wecom.customer_acquisition_quota(once()).await.unwrap();
    assert_eq!(
        (total.total, total.balance, total.quota_list.len()),
        (Some(1_000), Some(0), 0),
        "all that there was has been used up"
    );
    assert_eq!(changes(&outside, &quota(10)), ["balance_increased"]);
    let more = outside.simulator.link(LinkAct::Quota { balance: 30, days: 60 }).unwrap();
    assert!(more.deliveries.is_empty());
    let parts = wecom.customer_acquisition_quota(once()).await.unwrap();
    assert_eq!((parts.total, parts.balance), (Some(1_000), Some(30)), "what is bought is not used yet");
    let parts: Vec<_> = parts.quota_list.iter().map(|part| part.balance.unwrap()).collect();
    assert_eq!(parts, [10, 20]);
    outside.hand.advance(Duration::from_hours(24 * 31));
    assert_eq!(
        wecom.customer_acquisition_quota(once()).await.unwrap().balance,
        Some(20),
        "part of it expired"
    );
    assert_eq!(changes(&outside, &quota(5)), ["balance_low"]);
    assert_eq!(changes(&outside, &quota(0)), ["balance_exhausted"]);
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
    for method in ["get", "update_link", "delete_link", "customer", "statistic"] {
        assert_eq!(outside.code(&of(method), json!({})).await, 40063, "{method}");
        assert_eq!(outside.code(&of(method), json!({ "link_id": "cawcdeother" })).await, 40058, "{method}");
    }
    let link_id = outside.post(&of("list_link"), json!({})).await["link_id_list"][0].clone();
    let now_s = NOW_MS / 1_000;
    for (code, method, body) in [
        (40058, "statistic", json!({ "link_id": link_id, "start_time": now_s })),
        (
            40058,
            "statistic",
            json!({ "link_id": link_id, "start_time": now_s - 31 * 86_400, "end_time": now_s }),
        ),
        (
            40058,
            "statistic",
            json!({ "link_id": link_id, "start_time": now_s - 181 * 86_400, "end_time": now_s - 180 * 86_400 }),
        ),
        (0, "statistic", json!({ "link_id": link_id, "start_time": now_s - 30 * 86_400, "end_time": now_s })),
        (40058, "customer", json!({ "link_id": link_id, "limit": 1_001 })),
        (50100, "customer", json!({ "link_id": link_id, "cursor": "x" })),
        (40058, "list_link", json!({ "limit": 101 })),
        (40063, "get_chat_info", json!({})),
        (40058, "get_chat_info", json!({ "chat_key": "x" })),
    ] {
        assert_eq!(outside.code(&of(method), body.clone()).await, code, "{method} {body}");
    }
    assert_eq!(outside.code("externalcontact/customer_acquisition_quota", json!({})).await, 40058, "a GET");
    for _ in 1..1_000 {
        let body = json!({ "link_name": "n", "range": range });
        assert_eq!(outside.code(&of("create_link"), body).await, 0);
    }
    let body = json!({ "link_name": "n", "range": range });
    assert_eq!(outside.code(&of("create_link"), body).await, 41095);
    outside.simulator.stop().await;
}

//! What acquisition links have brought: customers, statistics, conversations; and the quota that pays for them.

use futures_util::TryStreamExt as _;
use wecom_client::contact::ChatStatus;
use wecom_simulator::{LinkAct, LinkActed};

use super::{
    acquisition::{changes, new_link, open, plaintext},
    *,
};

fn customers_of(link_id: &str) -> wecom_client::contact::ListAcquiredCustomers {
    wecom_client::contact::ListAcquiredCustomers { link_id: link_id.to_owned(), ..Default::default() }
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
async fn wrong_questions_about_links_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    let of = |method: &str| format!("externalcontact/customer_acquisition/{method}");
    for method in ["customer", "statistic"] {
        assert_eq!(outside.code(&of(method), json!({})).await, 40063, "{method}");
        assert_eq!(outside.code(&of(method), json!({ "link_id": "cawcdeother" })).await, 40058, "{method}");
    }
    let link = outside
        .client()
        .external()
        .customer_acquisition_create_link(&new_link(&["lisi"]), once())
        .await
        .unwrap();
    let link_id = link.link_id.unwrap();
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
        (40063, "get_chat_info", json!({})),
        (40058, "get_chat_info", json!({ "chat_key": "x" })),
    ] {
        assert_eq!(outside.code(&of(method), body.clone()).await, code, "{method} {body}");
    }
    assert_eq!(outside.code("externalcontact/customer_acquisition_quota", json!({})).await, 40058, "a GET");
    outside.simulator.stop().await;
}

//! Customers who change hands.

use super::*;
use futures_util::TryStreamExt as _;
use wecom_client::contact::{GetUnassignedList, TransferCustomer, TransferResult, TransferStatus};

const DAY: Duration = Duration::from_hours(24);

fn between(handover: &str, takeover: &str, customers: &[&str]) -> TransferCustomer {
    TransferCustomer {
        handover_userid: handover.into(),
        takeover_userid: takeover.into(),
        external_userid: customers.iter().map(|id| (*id).to_owned()).collect(),
        transfer_success_msg: None,
    }
}

fn result(handover: &str, takeover: &str) -> TransferResult {
    TransferResult { handover_userid: handover.into(), takeover_userid: takeover.into(), cursor: None }
}

/// Per customer, of one call.
async fn started(wecom: &wecom_client::External, request: &TransferCustomer) -> Vec<i64> {
    let told = wecom.transfer_customer(request, usual()).await.unwrap();
    told.into_iter().map(|customer| customer.errcode.unwrap()).collect()
}

#[tokio::test]
async fn a_customer_on_the_job_is_taken_over_after_a_day_with_all_that_was_noted() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    wecom.mark_tag(&tag("zhangsan", &customer, &[SPRING], &[]), usual()).await.unwrap();
    let request = between("zhangsan", "LISI", &[&customer, "wmNobody", &customer]);
    assert_eq!(started(&wecom, &request).await, [0, 40096, 40129]);
    let transferred = wecom.transfer_result(&result("zhangsan", "lisi"), usual()).await.unwrap().customer;
    assert_eq!(transferred[0].status, Some(TransferStatus::WAITING));
    let due_s = (NOW_MS + 24 * 3_600_000) / 1_000;
    assert_eq!(transferred[0].takeover_time, Some(Timestamp(due_s)), "when it will be");
    assert_eq!(
        wecom.list("zhangsan", usual()).await.unwrap(),
        [customer.as_str()],
        "until then all is as it was"
    );
    assert_eq!(outside.changes().len(), 1, "the API's doing is not told");

    outside.hand.advance(DAY);
    // The clock alone brings it about: nobody calls.
    let mut told = Vec::new();
    for _ in 0..500 {
        told = receiver.plaintexts();
        if told.len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(told.len(), 3);
    assert_eq!(
        outside.changes(),
        changes([
            ("add_external_contact", "zhangsan"),
            ("add_external_contact", "lisi"),
            ("del_external_contact", "zhangsan"),
        ])
    );
    assert_eq!(element(&outside.notices()[2], "Source"), "DELETE_BY_TRANSFER");
    let transferred = wecom.transfer_result(&result("ZhangSan", "lisi"), usual()).await.unwrap().customer;
    assert_eq!((transferred.len(), transferred[0].status), (1, Some(TransferStatus::DONE)));
    let follow = wecom.get(&customer, None, usual()).await.unwrap().follow_user;
    assert_eq!(follow.len(), 1);
    assert_eq!(
        (follow[0].userid.as_deref(), follow[0].oper_userid.as_deref()),
        (Some("lisi"), Some("zhangsan"))
    );
    assert_eq!(follow[0].add_way, Some(wecom_client::contact::AddWay(202)));
    assert_eq!(follow[0].tags[0].tag_id.as_deref(), Some(SPRING));
    assert!(wecom.list("zhangsan", usual()).await.unwrap().is_empty());

    // Once more within 90 days, and no more.
    assert_eq!(started(&wecom, &between("lisi", "wangwu", &[&customer])).await, [0]);
    outside.hand.advance(DAY);
    assert_eq!(started(&wecom, &between("wangwu", "lisi", &[&customer])).await, [40128]);
    outside.hand.advance(DAY * 89);
    assert_eq!(started(&wecom, &between("wangwu", "lisi", &[&customer])).await, [0]);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn a_transfer_fails_when_the_customer_refuses_or_the_taker_is_full() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (first, _) = outside.add("小周");
    let (second, _) = outside.add("小王");
    let (third, _) = outside.add("小李");
    let narrow = Employee { userid: "narrow".into(), customers_max: Some(1), ..Employee::default() };
    outside.simulator.employ(narrow).unwrap();
    assert_eq!(started(&wecom, &between("zhangsan", "narrow", &[&first, &second, &third])).await, [0, 0, 0]);
    outside.simulator.decide_transfer(&first, TransferDecision::Refuse).unwrap();
    outside.simulator.decide_transfer(&second, TransferDecision::Accept).unwrap();
    assert_eq!(
        outside.simulator.decide_transfer(&first, TransferDecision::Accept),
        Err(Error::NoTransfer(first.clone()))
    );
    outside.hand.advance(DAY);
    let transferred = wecom.transfer_result(&result("zhangsan", "narrow"), usual()).await.unwrap().customer;
    let stands: Vec<_> =
        transferred.iter().map(|of| (of.status.unwrap(), of.takeover_time.unwrap().0)).collect();
    assert_eq!(
        stands,
        [
            (TransferStatus::REFUSED, 0),
            (TransferStatus::DONE, NOW_MS / 1_000),
            (TransferStatus::CUSTOMER_LIMIT, 0),
        ]
    );
    let told = outside.notices();
    assert_eq!(
        outside.changes()[3..],
        changes([
            ("transfer_fail", "narrow"),
            ("add_external_contact", "narrow"),
            ("del_external_contact", "zhangsan"),
            ("transfer_fail", "narrow"),
        ])
    );
    assert_eq!(
        (element(&told[3], "FailReason"), element(&told[6], "FailReason")),
        ("customer_refused", "customer_limit_exceed")
    );
    assert_eq!(wecom.list("zhangsan", usual()).await.unwrap(), [first.as_str(), third.as_str()], "they stay");
    assert_eq!(started(&wecom, &between("zhangsan", "narrow", &[&first])).await, [40099]);
    assert_eq!(started(&wecom, &between("zhangsan", "lisi", &[&first])).await, [0]);
    outside.simulator.decide_transfer(&first, TransferDecision::LimitExceeded).unwrap();
    // Whoever is deleted on the way arrives nowhere.
    assert_eq!(started(&wecom, &between("zhangsan", "lisi", &[&third])).await, [0]);
    let contact = Contact::of("zhangsan", &third);
    outside.simulator.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap();
    assert_eq!(outside.simulator.decide_transfer(&third, TransferDecision::Accept), Ok(Vec::new()));
    assert_eq!(refused(wecom.get(&third, None, usual()).await), 84061);
    let transferred = wecom.transfer_result(&result("zhangsan", "lisi"), usual()).await.unwrap().customer;
    assert_eq!(transferred[0].status, Some(TransferStatus::CUSTOMER_LIMIT));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_customers_of_one_who_left_wait_to_be_taken_over() {
    let token_lifetime = Duration::from_hours(48);
    let outside = Outside::start(Options { token_lifetime, ..Options::default() }).await;
    let client = outside.client();
    let wecom = client.external();
    let (customer, _) = outside.add("小周");
    let add = AddCustomer::new("wangwu", "小王", None);
    let others: Vec<_> = (0..3).map(|_| outside.simulator.add_customer(&add).unwrap().customer).collect();
    let request = between("zhangsan", "lisi", &[&customer]);
    assert_eq!(refused(wecom.resigned_transfer_customer(&request, usual()).await), 40097);
    outside.simulator.leave("wangwu").unwrap();
    outside.hand.advance(Duration::from_secs(100));
    outside.simulator.leave("zhangsan").unwrap();
    assert_eq!(refused(wecom.get(&customer, None, usual()).await), 84061, "nobody follows");
    assert_eq!(wecom.get_follow_user_list(usual()).await.unwrap(), ["lisi"]);
    assert_eq!(refused(wecom.transfer_customer(&request, usual()).await), 60111);

    let unassigned = || async {
        let request = GetUnassignedList { page_size: Some(2), ..Default::default() };
        let all = wecom.get_unassigned_list_all(&request, usual());
        all.map_ok(|of| of.external_userid.unwrap()).try_collect::<Vec<_>>().await.unwrap()
    };
    let mut expected = vec![customer.clone()];
    expected.extend(others.clone());
    assert_eq!(unassigned().await, expected, "the latest leaver first");
    let by_number = GetUnassignedList { page_id: Some(1), page_size: Some(3), cursor: None };
    let page = wecom.get_unassigned_list(&by_number, usual()).await.unwrap();
    assert_eq!((page.info.len(), page.is_last, page.next_cursor), (1, Some(true), None));
    assert_eq!(page.info[0].dimission_time, Some(Timestamp(NOW_MS / 1_000)));

    let told = wecom.resigned_transfer_customer(&request, usual()).await.unwrap();
    assert_eq!(told[0].errcode, Some(0));
    assert_eq!(wecom.resigned_transfer_customer(&request, usual()).await.unwrap()[0].errcode, Some(40100));
    assert_eq!(unassigned().await, others, "the one under way waits no more");
    outside.hand.advance(DAY);
    let transferred = wecom.resigned_transfer_result(&result("zhangsan", "lisi"), usual()).await.unwrap();
    assert_eq!(transferred.customer[0].status, Some(TransferStatus::DONE));
    assert!(wecom.transfer_result(&result("zhangsan", "lisi"), usual()).await.unwrap().customer.is_empty());
    assert_eq!(outside.changes().last().unwrap(), &("add_external_contact".to_owned(), "lisi".to_owned()));
    assert_eq!(wecom.list("lisi", usual()).await.unwrap(), [customer.as_str()]);

    // The old form does both.
    let old = |handover: &str, customer: &str| json!({ "handover_userid": handover, "takeover_userid": "lisi", "external_userid": customer });
    outside
        .codes(
            "externalcontact/transfer",
            [(0, old("wangwu", &others[0])), (40100, old("wangwu", &others[0])), (41035, old("wangwu", ""))],
        )
        .await;
    assert_eq!(outside.simulator.transfers().len(), 2);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn what_cannot_be_transferred_is_refused_with_its_own_code() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    for (userid, hindrance) in [
        ("anonymous", Hindrance::NotVerified),
        ("inner", Hindrance::NoCustomerContact),
        ("barred", Hindrance::Barred),
    ] {
        let employee = Employee { userid: userid.into(), hindrances: vec![hindrance], ..Employee::default() };
        outside.simulator.employ(employee).unwrap();
    }
    let of = |handover: &str, takeover: &str, customers: Value| json!({ "handover_userid": handover, "takeover_userid": takeover, "external_userid": customers });
    let one = json!([customer]);
    outside
        .codes(
            "externalcontact/transfer_customer",
            [
                (40003, of("", "lisi", one.clone())),
                (60111, of("nobody", "lisi", one.clone())),
                (60111, of("zhangsan", "nobody", one.clone())),
                (40130, of("zhangsan", "ZhangSan", one.clone())),
                (40098, of("zhangsan", "anonymous", one.clone())),
                (84074, of("zhangsan", "inner", one.clone())),
                (40143, of("zhangsan", "barred", one.clone())),
                (41035, of("zhangsan", "lisi", json!([]))),
                (40058, of("zhangsan", "lisi", json!(vec![customer.clone(); 101]))),
                (40058, {
                    let mut body = of("zhangsan", "lisi", one.clone());
                    body["transfer_success_msg"] = json!("一".repeat(201));
                    body
                }),
            ],
        )
        .await;
    let other = outside.post("externalcontact/transfer_customer", of("wangwu", "lisi", one)).await;
    assert_eq!(other["customer"], json!([{ "external_userid": customer, "errcode": 40131 }]), "not wangwu's");
    outside
        .codes(
            "externalcontact/transfer_result",
            [
                (40003, json!({ "handover_userid": "", "takeover_userid": "lisi" })),
                (60111, json!({ "handover_userid": "zhangsan", "takeover_userid": "nobody" })),
                (50100, json!({ "handover_userid": "zhangsan", "takeover_userid": "lisi", "cursor": "?" })),
            ],
        )
        .await;
    outside
        .codes(
            "externalcontact/get_unassigned_list",
            [
                (50100, json!({ "cursor": "?" })),
                (40058, json!({ "page_size": 1_001 })),
                (40058, json!({ "page_id": 50, "page_size": 1_000 })),
                (0, json!({ "page_id": 49, "page_size": 1_000 })),
            ],
        )
        .await;
    outside.simulator.stop().await;
}

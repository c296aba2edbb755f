//! Customers who change hands.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use wecom_client::{
    Effect, Error,
    contact::{GetUnassignedList, TransferCustomer, TransferResult, TransferStatus},
};

use crate::scripted::{Reply, Seen};
use crate::walk::{Method, calls, fine, usual, wecom};

fn started() -> Value {
    json!({"customer": [{"external_userid": "wm1", "errcode": 0}, {"external_userid": "wm2", "errcode": 40096}]})
}

fn results() -> Value {
    json!({"next_cursor": "NEXT", "customer": [
        {"external_userid": "wm1", "status": 1, "takeover_time": 1_588_262_400},
        {"external_userid": "wm2", "status": 2, "takeover_time": 0}]})
}

pub fn methods() -> Vec<Method> {
    vec![
Method::post(
            "externalcontact/get_unassigned_list",
            Effect::Read,
            json!({"page_id": 0, "page_size": 1000, "cursor": ""}),
            json!({"info": [{"handover_userid": "zhaoliu", "external_userid": "wm1",
                "dimission_time": 1_733_800_000}], "is_last": false, "next_cursor": "NEXT"}),
        ),
Method::post(
            "externalcontact/transfer_customer",
            Effect::Once,
            json!({"handover_userid": "lisi", "takeover_userid": "wangwu", "external_userid": ["wm1", "wm2"],
                "transfer_success_msg": "您好"}),
            started(),
        )
        .at("/customer"),
Method::post(
            "externalcontact/transfer_result",
            Effect::Read,
            json!({"handover_userid": "lisi", "takeover_userid": "wangwu", "cursor": "CURSOR"}),
            results(),
        ),
Method::post(
            "externalcontact/resigned/transfer_customer",
            Effect::Once,
            json!({"handover_userid": "zhaoliu", "takeover_userid": "wangwu", "external_userid": ["wm1", "wm2"]}),
            started(),
        )
        .at("/customer"),
Method::post(
            "externalcontact/resigned/transfer_result",
            Effect::Read,
            json!({"handover_userid": "zhaoliu", "takeover_userid": "wangwu", "cursor": "CURSOR"}),
            results(),
        ),
    ]
}

#[tokio::test]
async fn leavers_customers_come_by_cursor() {
    let (server, client) = wecom(|seen| {
        let customer = |id: &str| json!([{"external_userid": id}]);
        fine(&match seen.json()["cursor"].as_str() {
            Some("") => json!({"info": customer("a"), "is_last": false, "next_cursor": "1"}),
            // Whichever of the two says that it is the last, it is.
            _ => json!({"info": customer("b"), "is_last": true, "next_cursor": "2"}),
        })
    })
    .await;
    let request = GetUnassignedList { page_id: Some(7), page_size: Some(1), cursor: None };
    let list = client.external().get_unassigned_list_all(&request, usual());
    assert_eq!(list.try_collect::<Vec<_>>().await.unwrap().len(), 2);
    let bodies: Vec<_> = calls(&server).iter().map(Seen::json).collect();
    assert_eq!(bodies, [json!({"page_size": 1, "cursor": ""}), json!({"page_size": 1, "cursor": "1"})]);
}

#[tokio::test]
async fn results_come_page_by_page() {
    let (server, client) = wecom(|seen| {
        let mut page = results();
        if seen.json()["cursor"].is_string() {
            page["next_cursor"] = json!("");
        }
        fine(&page)
    })
    .await;
    let request = TransferResult {
        handover_userid: "lisi".into(),
        takeover_userid: "wangwu".into(),
        ..TransferResult::default()
    };
    let external = client.external();
    let all: Vec<_> = external.transfer_result_all(&request, usual()).try_collect().await.unwrap();
    assert_eq!((all.len(), all[3].status), (4, Some(TransferStatus::WAITING)));
    let all: Vec<_> = external.resigned_transfer_result_all(&request, usual()).try_collect().await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(server.seen_at("resigned/transfer_result").len(), 2);
}

#[tokio::test]
async fn limits_are_refused_before_anything_is_sent() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let external = client.external();
    let good = || TransferCustomer {
        handover_userid: "lisi".into(),
        takeover_userid: "wangwu".into(),
        external_userid: vec!["wm1".into()],
        transfer_success_msg: None,
    };
    let cases = [
        (TransferCustomer { handover_userid: String::new(), ..good() }, "handover_userid is absent"),
        (TransferCustomer { takeover_userid: String::new(), ..good() }, "takeover_userid is absent"),
        (TransferCustomer { takeover_userid: "LiSi".into(), ..good() }, "takeover_userid is the giver's"),
        (TransferCustomer { external_userid: vec![], ..good() }, "external_userid is absent"),
        (
            TransferCustomer { external_userid: vec!["wm1".into(); 101], ..good() },
            "external_userid has 101 elements: 1 to 100 are allowed",
        ),
        (
            TransferCustomer { transfer_success_msg: Some("汉".repeat(201)), ..good() },
            "transfer_success_msg has 201 characters",
        ),
    ];
    for (request, fault) in cases {
        let error = external.transfer_customer(&request, usual()).await.unwrap_err();
        assert!(matches!(error, Error::Argument { .. }) && error.to_string().contains(fault), "{error}");
    }
    let worded = TransferCustomer { transfer_success_msg: Some("您好".into()), ..good() };
    external.resigned_transfer_customer(&worded, usual()).await.unwrap_err();
    external.transfer_result(&TransferResult::default(), usual()).await.unwrap_err();
    let far = GetUnassignedList { page_id: Some(50), page_size: Some(1_000), cursor: None };
    let error = external.get_unassigned_list(&far, usual()).await.unwrap_err();
    assert!(error.to_string().contains("page_id times page_size is 50000"), "{error}");
    assert!(server.seen().is_empty());
    external
        .get_unassigned_list(&GetUnassignedList { cursor: Some("1".into()), ..far }, usual())
        .await
        .unwrap();
}

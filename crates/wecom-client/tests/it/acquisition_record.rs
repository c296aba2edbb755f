//! What acquisition links brought.

use serde_json::json;
use wecom_client::{Effect::Read, Timestamp, contact::ListAcquiredCustomers};

use crate::walk::{Method, once, pages, refused};

const START: i64 = 1_733_900_461;

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    let customers = json!({"customer_list": [{"external_userid": "wm1", "userid": "lisi.01", "chat_status": 0,
        "state": "CHANNEL"}], "next_cursor": "n"});
    rows.push(Method::post(
        "externalcontact/customer_acquisition/customer",
        Read,
        json!({"link_id": "cawcde1", "limit": 1_000, "cursor": "c"}),
        customers.clone(),
    ));
    let quota =
        json!({"total": 1_000, "balance": 500, "quota_list": [{"expire_date": START, "balance": 500}]});
    rows.push(Method::get("externalcontact/customer_acquisition_quota", json!({}), quota.clone()));
    let statistic = json!({"click_link_customer_cnt": 8, "new_customer_cnt": 3});
    rows.push(Method::post(
        "externalcontact/customer_acquisition/statistic",
        Read,
        json!({"link_id": "cawcde1", "start_time": START, "end_time": START + 86_400}),
        statistic.clone(),
    ));
    let chat = json!({"userid": "lisi.01", "external_userid": "wm1",
        "chat_info": {"recv_msg_cnt": 2, "link_id": "cawcde1", "state": "s"}});
    rows.push(Method::post(
        "externalcontact/customer_acquisition/get_chat_info",
        Read,
        json!({"chat_key": "CAKJ"}),
        chat.clone(),
    ));
    rows.push(Method::get(
        "externalcontact/customer_acquisition_app/get_permit",
        json!({}),
        json!({"user_list": ["lisi"], "department_list": [2], "tag_list": [1]}),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let customer =
        json!({"external_userid": "wm1", "userid": "lisi.01", "chat_status": 0, "state": "CHANNEL"});
    pages("customer_acquisition/customer", "customer_list", customer, |wecom| {
        let request = ListAcquiredCustomers { link_id: "cawcde1".into(), ..ListAcquiredCustomers::default() };
        wecom.customer_acquisition_customer_all(&request, once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("end_time is 31 days after the beginning: at most 30 are allowed", async |wecom| {
        let (start, end) = (Timestamp(START), Timestamp(START + 31 * 86_400));
        wecom.customer_acquisition_statistic("c", start, end, once()).await
    })
    .await;
}

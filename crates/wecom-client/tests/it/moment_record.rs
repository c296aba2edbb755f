//! What became of moments.

use serde_json::{Value, json};
use wecom_client::{
    Effect::Read,
    Timestamp,
    contact::{GetMomentCustomers, GetMomentList, GetMomentTask},
};

use crate::walk::{Method, once, pages, refused};

const START: i64 = 1_733_900_461;

fn moment() -> Value {
    json!({"moment_id": "mom1", "creator": "lisi.01", "create_time": START, "create_type": 0, "visible_type": 1,
        "text": {"content": "新品"}, "image": [{"media_id": "m1"}, {"media_id": "m2"}],
        "video": {"media_id": "v", "thumb_media_id": "t"}, "link": {"title": "t", "url": "https://example.com"},
        "location": {"latitude": 23.10647, "longitude": 113.32446, "name": "广州塔"}})
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/get_moment_list",
        Read,
        json!({"start_time": START,
        "end_time": START + 86_400, "creator": "lisi.01", "filter_type": 1, "cursor": "c",
            "limit": 20}),
        json!({"moment_list": [moment()], "next_cursor": "n"}),
    ));
    let published = json!({"userid": "lisi.01", "publish_status": 1});
    rows.push(Method::post(
        "externalcontact/get_moment_task",
        Read,
        json!({"moment_id": "mom1", "cursor": "c", "limit": 1_000}),
        json!({"task_list": [published], "next_cursor": "n"}),
    ));
    let body = json!({"moment_id": "mom1", "userid": "lisi.01", "cursor": "c", "limit": 1_000});
    let customer = json!({"userid": "lisi.01", "external_userid": "wm1"});
    rows.push(Method::post(
        "externalcontact/get_moment_customer_list",
        Read,
        body.clone(),
        json!({"customer_list": [customer], "next_cursor": "n"}),
    ));
    rows.push(Method::post(
        "externalcontact/get_moment_send_result",
        Read,
        body,
        json!({"customer_list": [{"external_userid": "wm1"}], "next_cursor": ""}),
    ));
    let comments = json!({"comment_list": [{"external_userid": "wm1", "create_time": START}],
        "like_list": [{"userid": "lisi.01", "create_time": START}]});
    rows.push(Method::post(
        "externalcontact/get_moment_comments",
        Read,
        json!({"moment_id": "mom1", "userid": "lisi.01"}),
        comments.clone(),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let list = GetMomentList {
        start_time: Some(Timestamp(START)),
        end_time: Some(Timestamp(START + 86_400)),
        ..GetMomentList::default()
    };
    pages("get_moment_list", "moment_list", moment(), |wecom| wecom.get_moment_list_all(&list, once())).await;
    let task = GetMomentTask { moment_id: "mom1".into(), ..GetMomentTask::default() };
    let published = json!({"userid": "lisi.01", "publish_status": 1});
    pages("get_moment_task", "task_list", published, |wecom| wecom.get_moment_task_all(&task, once())).await;
    let customers = GetMomentCustomers {
        moment_id: "mom1".into(),
        userid: "lisi.01".into(),
        ..GetMomentCustomers::default()
    };
    let customer = json!({"userid": "lisi.01", "external_userid": "wm1"});
    pages("get_moment_customer_list", "customer_list", customer.clone(), |wecom| {
        wecom.get_moment_customer_list_all(&customers, once())
    })
    .await;
    pages("get_moment_send_result", "customer_list", customer, |wecom| {
        wecom.get_moment_send_result_all(&customers, once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("end_time is 32 days after the beginning: at most 31 are allowed", async |wecom| {
        let request = GetMomentList {
            start_time: Some(Timestamp(START)),
            end_time: Some(Timestamp(START + 32 * 86_400)),
            ..GetMomentList::default()
        };
        wecom.get_moment_list(&request, once()).await
    })
    .await;
}

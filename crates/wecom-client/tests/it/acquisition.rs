//! Acquisition links: made, listed, changed, removed.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    contact::{CreateAcquisitionLink, ListAcquisitionLinks, PriorityOption, PriorityType, Scope},
};

use crate::scripted::Reply;
use crate::walk::{Method, client, once, pages, refused, server};

const START: i64 = 1_733_900_461;

fn scope() -> Scope {
    Scope { user_list: vec!["lisi.01".into()], department_list: vec![2] }
}

fn link() -> CreateAcquisitionLink {
    CreateAcquisitionLink {
        link_name: "春季".into(),
        range: scope(),
        skip_verify: Some(false),
        priority_option: Some(PriorityOption {
            priority_type: Some(PriorityType::LISTED),
            priority_userid_list: vec!["lisi.01".into()],
        }),
        mark_source: Some(true),
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/customer_acquisition/list_link",
        Read,
        json!({"limit": 100, "cursor": "c"}),
        json!({"link_id_list": ["cawcde1", "cawcde2"], "next_cursor": "n"}),
    ));
    let detail = json!({"link": {"link_id": "cawcde1", "link_name": "春季", "url": "https://work.weixin.qq.com/ca/x",
        "create_time": START, "skip_verify": true, "mark_source": false},
        "range": {"user_list": ["lisi.01"], "department_list": [2]},
        "priority_option": {"priority_type": 2, "priority_userid_list": ["lisi.01"]}});
    rows.push(Method::post(
        "externalcontact/customer_acquisition/get",
        Read,
        json!({"link_id": "cawcde1"}),
        detail.clone(),
    ));
    let body = json!({"link_name": "春季", "range": {"user_list": ["lisi.01"], "department_list": [2]},
        "skip_verify": false, "priority_option": {"priority_type": 2, "priority_userid_list": ["lisi.01"]},
        "mark_source": true});
    rows.push(Method::post("externalcontact/customer_acquisition/create_link", Once, body,
        json!({"link": {"link_id": "cawcde1", "link_name": "春季", "url": "https://work.weixin.qq.com/ca/x",
            "create_time": START}})).at("/link").needed());
    rows.push(Method::post(
        "externalcontact/customer_acquisition/update_link",
        Idempotent,
        json!({"link_id": "cawcde1", "link_name": "夏季", "range": {"user_list": ["lisi.01"]}, "skip_verify": false,
            "priority_option": {"priority_type": 1}, "mark_source": false}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/customer_acquisition/delete_link",
        Idempotent,
        json!({"link_id": "cawcde1"}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    pages("customer_acquisition/list_link", "link_id_list", json!("cawcde1"), |wecom| {
        wecom.customer_acquisition_list_link_all(&ListAcquisitionLinks::default(), once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("range is absent or empty: WeCom requires it", async |wecom| {
        let request = CreateAcquisitionLink { range: Scope::default(), ..link() };
        wecom.customer_acquisition_create_link(&request, once()).await
    })
    .await;
    refused("limit is 101: 1 to 100 is allowed", async |wecom| {
        let request = ListAcquisitionLinks { limit: Some(101), cursor: None };
        wecom.customer_acquisition_list_link(&request, once()).await
    })
    .await;
}

/// A listing is given to a task, breaks off, and is gone on with where it broke off.
#[tokio::test]
async fn a_listing_belongs_to_nobody_and_can_be_gone_on_with() {
    let server = server(|seen| {
        let cursor = seen.json().get("cursor").and_then(serde_json::Value::as_str).map(str::to_owned);
        match (cursor.as_deref(), seen.number) {
            (None, _) => Reply::json(r#"{"errcode":0,"link_id_list":["a"],"next_cursor":"c1"}"#),
            (Some("c1"), 2) => Reply::code(40058),
            (Some("c1"), _) => Reply::json(r#"{"errcode":0,"link_id_list":["b"],"next_cursor":"c2"}"#),
            (Some(_), _) => Reply::json(r#"{"errcode":0,"link_id_list":["c"]}"#),
        }
    })
    .await;
    let external = client(&server).external();
    let mut listing = external.customer_acquisition_list_link_all(&ListAcquisitionLinks::default(), once());
    drop(external);
    let broken = tokio::task::JoinSet::from_iter([async move {
        let mut ids = Vec::new();
        let error = loop {
            match listing.try_next().await {
                Ok(item) => ids.extend(item),
                Err(error) => break error,
            }
        };
        (ids, error.errcode(), listing.cursor().cloned())
    }])
    .join_all()
    .await;
    assert_eq!(broken, [(vec!["a".to_owned()], Some(40058), Some("c1".to_owned()))]);
    let rest = ListAcquisitionLinks { cursor: broken[0].2.clone(), limit: None };
    let rest = client(&server).external().customer_acquisition_list_link_all(&rest, once());
    assert_eq!(rest.try_collect::<Vec<_>>().await.unwrap(), ["b", "c"]);
    assert!(server.seen_at("list_link").iter().all(|seen| seen.json()["limit"] == 100), "the largest pages");
}

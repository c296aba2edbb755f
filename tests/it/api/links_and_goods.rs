//! Acquisition links, product albums, intercept rules, and the rule groups of moments.

use futures_util::TryStreamExt as _;
use serde_json::json;
use wecom_greeter::{
    action::{message::Media, outcome::Class},
    wecom::{
        Effect::{Idempotent, Once, Read},
        Error, Timestamp,
        external::{
            AddInterceptRule, CreateAcquisitionLink, CreateMomentStrategy, GetProductAlbumList,
            GetStrategyRange, InterceptType, ListAcquiredCustomers, ListAcquisitionLinks, ListStrategies,
            PriorityOption, PriorityType, Product, ProductPicture, Scope,
        },
    },
};

use super::{Method, client, once, pages, pages_as, refused, server, usual};
use crate::harness::scripted::Reply;

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

fn product() -> Product {
    Product {
        description: Some("茶".into()),
        price: Some(30_000),
        product_sn: Some("xxx1".into()),
        attachments: Some(vec![ProductPicture::Image { image: Media { media_id: "m".into() } }]),
    }
}

fn rule() -> AddInterceptRule {
    AddInterceptRule {
        rule_name: "rule".into(),
        word_list: vec!["敏感词".into()],
        semantics_list: vec![1, 2, 3],
        intercept_type: Some(InterceptType::BLOCK),
        applicable_range: scope(),
    }
}

#[expect(clippy::too_many_lines, reason = "a table, one row a method")]
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
    let body = json!({"description": "茶", "price": 30_000, "product_sn": "xxx1",
        "attachments": [{"type": "image", "image": {"media_id": "m"}}]});
    rows.push(
        Method::post("externalcontact/add_product_album", Once, body.clone(), json!({"product_id": "p1"}))
            .at("/product_id")
            .needed(),
    );
    let told = json!({"product_id": "p1", "product_sn": "xxx1", "description": "茶", "price": 30_000,
        "create_time": START, "attachments": [{"type": "image", "image": {"media_id": "m"}}]});
    rows.push(
        Method::post(
            "externalcontact/get_product_album",
            Read,
            json!({"product_id": "p1"}),
            json!({"product": told}),
        )
        .at("/product")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/get_product_album_list",
        Read,
        json!({"limit": 50, "cursor": "c"}),
        json!({"product_list": [told], "next_cursor": "n"}),
    ));
    rows.push(Method::post(
        "externalcontact/update_product_album",
        Idempotent,
        json!({"product_id": "p1", "price": 0, "description": "茶", "product_sn": "xxx1",
            "attachments": [{"type": "image", "image": {"media_id": "m"}}]}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/delete_product_album",
        Idempotent,
        json!({"product_id": "p1"}),
        json!({}),
    ));
    let range = json!({"user_list": ["lisi.01"], "department_list": [2]});
    rows.push(
        Method::post(
            "externalcontact/add_intercept_rule",
            Once,
            json!({"rule_name": "rule",
        "word_list": ["敏感词"], "semantics_list": [1, 2, 3], "intercept_type": 1,
            "applicable_range": range}),
            json!({"rule_id": "r1"}),
        )
        .at("/rule_id")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/update_intercept_rule",
        Idempotent,
        json!({"rule_id": "r1", "rule_name": "rule", "word_list": ["a"],
            "extra_rule": {"semantics_list": []}, "intercept_type": 2,
            "add_applicable_range": range, "remove_applicable_range": {"department_list": [7]}}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/del_intercept_rule",
        Idempotent,
        json!({"rule_id": "r1"}),
        json!({}),
    ));
    let listed = json!({"rule_id": "r1", "rule_name": "rule", "create_time": START});
    rows.push(
        Method::get("externalcontact/get_intercept_rule_list", json!({}), json!({"rule_list": [listed]}))
            .at("/rule_list"),
    );
    let told = json!({"rule_id": "r1", "rule_name": "rule", "word_list": ["敏感词"],
        "extra_rule": {"semantics_list": [1, 2]}, "intercept_type": 1, "applicable_range": range});
    rows.push(
        Method::post(
            "externalcontact/get_intercept_rule",
            Read,
            json!({"rule_id": "r1"}),
            json!({"rule": told}),
        )
        .at("/rule")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/moment_strategy/list",
        Read,
        json!({"cursor": "c", "limit": 1_000}),
        json!({"strategy": [{"strategy_id": 1}, {"strategy_id": 2}], "next_cursor": "n"}),
    ));
    let told = json!({"strategy_id": 1, "parent_id": 0, "strategy_name": "NAME", "create_time": START,
        "admin_list": ["lisi.01"],
        "privilege": {"view_moment_list": true, "send_moment": true, "manage_moment_cover_and_sign": false}});
    rows.push(
        Method::post(
            "externalcontact/moment_strategy/get",
            Read,
            json!({"strategy_id": 1}),
            json!({"strategy": told}),
        )
        .at("/strategy")
        .needed(),
    );
    let nodes = json!([{"type": 1, "userid": "lisi.01"}, {"type": 2, "partyid": 2}]);
    rows.push(Method::post(
        "externalcontact/moment_strategy/get_range",
        Read,
        json!({"strategy_id": 1, "cursor": "c", "limit": 10}),
        json!({"range": nodes, "next_cursor": "n"}),
    ));
    rows.push(
        Method::post(
            "externalcontact/moment_strategy/create",
            Once,
            json!({"parent_id": 0,
        "strategy_name": "NAME", "admin_list": ["lisi.01"], "privilege": {"send_moment": false},
            "range": nodes}),
            json!({"strategy_id": 1}),
        )
        .at("/strategy_id")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/moment_strategy/edit",
        Idempotent,
        json!({"strategy_id": 1, "strategy_name": "NAME", "admin_list": ["lisi.01"],
            "privilege": {"send_moment": true}, "range_add": nodes, "range_del": nodes}),
        json!({}),
    ));
    rows.push(Method::post(
        "externalcontact/moment_strategy/del",
        Idempotent,
        json!({"strategy_id": 1}),
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
    let customer =
        json!({"external_userid": "wm1", "userid": "lisi.01", "chat_status": 0, "state": "CHANNEL"});
    pages("customer_acquisition/customer", "customer_list", customer, |wecom| {
        let request = ListAcquiredCustomers { link_id: "cawcde1".into(), ..ListAcquiredCustomers::default() };
        wecom.customer_acquisition_customer_all(&request, once())
    })
    .await;
    let product = json!({"product_id": "p1", "description": "茶", "price": 30_000});
    pages("get_product_album_list", "product_list", product, |wecom| {
        wecom.get_product_album_list_all(&GetProductAlbumList::default(), once())
    })
    .await;
    pages_as("moment_strategy/list", "strategy", json!({"strategy_id": 1}), &json!(1), |wecom| {
        wecom.moment_strategy_list_all(&ListStrategies::default(), once())
    })
    .await;
    pages_as("customer_strategy/list", "strategy", json!({"strategy_id": 1}), &json!(1), |wecom| {
        wecom.customer_strategy_list_all(&ListStrategies::default(), once())
    })
    .await;
    pages("moment_strategy/get_range", "range", json!({"type": 2, "partyid": 2}), |wecom| {
        wecom.moment_strategy_get_range_all(&GetStrategyRange::of(1), once())
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
    refused("end_time is 31 days after the beginning: at most 30 are allowed", async |wecom| {
        let (start, end) = (Timestamp(START), Timestamp(START + 31 * 86_400));
        wecom.customer_acquisition_statistic("c", start, end, once()).await
    })
    .await;
    refused("limit is 101: 1 to 100 is allowed", async |wecom| {
        let request = ListAcquisitionLinks { limit: Some(101), cursor: None };
        wecom.customer_acquisition_list_link(&request, once()).await
    })
    .await;
    refused("price is 5000001: 0 to 5000000 is allowed", async |wecom| {
        wecom.add_product_album(&Product { price: Some(5_000_001), ..product() }, once()).await
    })
    .await;
    refused("attachments is absent or empty: WeCom requires it", async |wecom| {
        wecom.add_product_album(&Product { attachments: None, ..product() }, once()).await
    })
    .await;
    refused("rule_name has 21 characters: at most 20 are allowed", async |wecom| {
        wecom.add_intercept_rule(&AddInterceptRule { rule_name: "汉".repeat(21), ..rule() }, once()).await
    })
    .await;
    refused("word_list has 33 characters in word 1: 1 to 32 are allowed", async |wecom| {
        wecom
            .add_intercept_rule(&AddInterceptRule { word_list: vec!["词".repeat(33)], ..rule() }, once())
            .await
    })
    .await;
    refused("word_list is absent or empty: WeCom requires it", async |wecom| {
        let request = AddInterceptRule { word_list: Vec::new(), semantics_list: vec![1], ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
    refused("word_list has 0 characters in word 2: 1 to 32 are allowed", async |wecom| {
        let request = AddInterceptRule { word_list: vec!["词".into(), String::new()], ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
    refused("semantics_list is 4: 1 to 3 is allowed", async |wecom| {
        wecom.add_intercept_rule(&AddInterceptRule { semantics_list: vec![4], ..rule() }, once()).await
    })
    .await;
    refused("intercept_type is 3: 1 to 2 is allowed", async |wecom| {
        let request = AddInterceptRule { intercept_type: Some(InterceptType(3)), ..rule() };
        wecom.add_intercept_rule(&request, once()).await
    })
    .await;
    refused("product_sn has other characters than letters and digits", async |wecom| {
        wecom.add_product_album(&Product { product_sn: Some("a-1".into()), ..product() }, once()).await
    })
    .await;
    refused("attachments[1].image.media_id is absent or empty: WeCom requires it", async |wecom| {
        let picture = |id: &str| ProductPicture::Image { image: Media { media_id: id.to_owned() } };
        let attachments = Some(vec![picture("m"), picture("")]);
        wecom.add_product_album(&Product { attachments, ..product() }, once()).await
    })
    .await;
    refused("strategy_id is absent or empty: WeCom requires it", async |wecom| {
        wecom.moment_strategy_get_range(&GetStrategyRange::default(), once()).await
    })
    .await;
    refused("admin_list has 21 elements: 1 to 20 are allowed", async |wecom| {
        let request = CreateMomentStrategy {
            strategy_name: "n".into(),
            admin_list: vec!["a".into(); 21],
            ..CreateMomentStrategy::default()
        };
        wecom.moment_strategy_create(&request, once()).await
    })
    .await;
    refused("admin_list is absent or empty: WeCom requires it", async |wecom| {
        let request = CreateMomentStrategy { strategy_name: "n".into(), ..CreateMomentStrategy::default() };
        wecom.moment_strategy_create(&request, once()).await
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    for code in [41070, 41071] {
        let server = server(move |_| Reply::code(code)).await;
        client(&server).external().del_intercept_rule("r", once()).await.unwrap();
        let error = client(&server).external().get_intercept_rule("r", once()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(code));
    }
    for code in [41074, 41075] {
        let server = server(move |_| Reply::code(code)).await;
        client(&server).external().delete_product_album("p", once()).await.unwrap();
        let error = client(&server).external().get_product_album("p", once()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(code));
    }
}

#[tokio::test]
async fn an_id_that_is_a_number_is_an_id_and_an_answer_without_one_may_have_been_done() {
    let numbered = server(|_| Reply::json(r#"{"errcode":0,"rule_id":12,"product_id":13}"#)).await;
    let external = client(&numbered).external();
    assert_eq!(external.add_intercept_rule(&rule(), usual()).await.unwrap(), "12");
    assert_eq!(external.add_product_album(&product(), usual()).await.unwrap(), "13");
    let silent = server(|_| Reply::ok()).await;
    let error = client(&silent).external().add_intercept_rule(&rule(), usual()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }) && error.lost(), "{error}");
    assert_eq!(error.class(), Class::Refused, "nothing that asks for another try");
    assert_eq!(silent.seen_at("add_intercept_rule").len(), 1);
    let error = client(&silent).external().get_intercept_rule("r", usual()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }) && !error.lost(), "{error}");
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

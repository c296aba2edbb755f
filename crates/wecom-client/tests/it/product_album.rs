//! Product albums.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    Error,
    contact::{GetProductAlbumList, Product, ProductPicture},
};
use wecom_core::message::Media;

use crate::scripted::Reply;
use crate::walk::{Method, client, once, pages, refused, server, usual};

const START: i64 = 1_733_900_461;

fn product() -> Product {
    Product {
        description: Some("茶".into()),
        price: Some(30_000),
        product_sn: Some("xxx1".into()),
        attachments: Some(vec![ProductPicture::Image { image: Media { media_id: "m".into() } }]),
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    let body = json!({"description": "茶", "price": 30_000, "product_sn": "xxx1",
        "attachments": [{"type": "image", "image": {"media_id": "m"}}]});
    rows.push(
        Method::post("externalcontact/add_product_album", Once, body.clone(), json!({"product_id": "p1"}))
            .at("/product_id")
            .needed(),
    );
    let shown = json!({"product_id": "p1", "product_sn": "xxx1", "description": "茶", "price": 30_000,
        "create_time": START, "attachments": [{"type": "image", "image": {"media_id": "m"}}]});
    rows.push(
        Method::post(
            "externalcontact/get_product_album",
            Read,
            json!({"product_id": "p1"}),
            json!({"product": shown}),
        )
        .at("/product")
        .needed(),
    );
    rows.push(Method::post(
        "externalcontact/get_product_album_list",
        Read,
        json!({"limit": 50, "cursor": "c"}),
        json!({"product_list": [shown], "next_cursor": "n"}),
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
    rows
}

#[tokio::test]
async fn every_listing_follows_its_cursor() {
    let product = json!({"product_id": "p1", "description": "茶", "price": 30_000});
    pages("get_product_album_list", "product_list", product, |wecom| {
        wecom.get_product_album_list_all(&GetProductAlbumList::default(), once())
    })
    .await;
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("price is 5000001: 0 to 5000000 is allowed", async |wecom| {
        wecom.add_product_album(&Product { price: Some(5_000_001), ..product() }, once()).await
    })
    .await;
    refused("attachments is absent or empty: WeCom requires it", async |wecom| {
        wecom.add_product_album(&Product { attachments: None, ..product() }, once()).await
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
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    for code in [41074, 41075] {
        let server = server(move |_| Reply::code(code)).await;
        client(&server).external().delete_product_album("p", once()).await.unwrap();
        let error = client(&server).external().get_product_album("p", once()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(code));
    }
}

#[tokio::test]
async fn an_id_that_is_a_number_is_an_id_and_an_answer_without_one_may_have_been_done() {
    let numbered = server(|_| Reply::json(r#"{"errcode":0,"product_id":13}"#)).await;
    let external = client(&numbered).external();
    assert_eq!(external.add_product_album(&product(), usual()).await.unwrap(), "13");
    let silent = server(|_| Reply::ok()).await;
    let error = client(&silent).external().add_product_album(&product(), usual()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }) && error.lost(), "{error}");
    assert_eq!(silent.seen_at("add_product_album").len(), 1);
}

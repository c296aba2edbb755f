//! The product album.

use futures_util::TryStreamExt as _;
use wecom_client::{
    AttachmentUse, MediaFile, MediaType,
    contact::{GetProductAlbumList, Product, ProductPicture, UpdateProduct},
};
use wecom_core::message::Media as MediaId;

use super::{media::PNG, *};

#[tokio::test]
async fn products_are_kept_changed_and_remembered_when_gone() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let file = MediaFile::from_bytes("a.png", PNG);
    let media = client.media();
    let upload = media.upload_attachment(MediaType::Image, AttachmentUse::ProductAlbum, &file, once());
    let media_id = upload.await.unwrap().media_id;
    let product = Product {
        description: Some("龙井".into()),
        price: Some(9_900),
        product_sn: Some("LJ2026".into()),
        attachments: Some(vec![ProductPicture::Image { image: MediaId { media_id: media_id.clone() } }]),
    };
    let product_id = wecom.add_product_album(&product, once()).await.unwrap();
    let second = wecom.add_product_album(&product, once()).await.unwrap();
    let change = Product { price: Some(8_800), ..Product::default() };
    let change = UpdateProduct { product_id: product_id.clone(), product: change };
    wecom.update_product_album(&change, once()).await.unwrap();
    let kept = wecom.get_product_album(&product_id, once()).await.unwrap();
    assert_eq!(
        (kept.description.as_deref(), kept.price, kept.product_sn.as_deref()),
        (Some("龙井"), Some(8_800), Some("LJ2026"))
    );
    assert_eq!(kept.attachments[0].image, Some(MediaId { media_id: media_id.clone() }));
    let list = GetProductAlbumList { limit: Some(1), ..GetProductAlbumList::default() };
    let all: Vec<_> = wecom.get_product_album_list_all(&list, once()).try_collect().await.unwrap();
    assert_eq!(all.len(), 2);
    wecom.delete_product_album(&product_id, once()).await.unwrap();
    assert_eq!(refused(wecom.get_product_album(&product_id, once()).await), 41074);
    wecom.delete_product_album(&product_id, once()).await.expect("what is gone is deleted");
    outside
        .codes("externalcontact/delete_product_album", [(41074, json!({ "product_id": product_id }))])
        .await;
    assert_eq!(refused(wecom.update_product_album(&change, once()).await), 41074);
    let all: Vec<_> = wecom.get_product_album_list_all(&list, once()).try_collect().await.unwrap();
    assert_eq!(all[0].product_id.as_ref(), Some(&second));

    let picture = json!({ "type": "image", "image": { "media_id": media_id } });
    let whole = json!({ "description": "d", "price": 1, "attachments": [picture] });
    let with = |field: &str, value: Value| {
        let mut body = whole.clone();
        body[field] = value;
        body
    };
    for (code, body) in [
        (0, whole.clone()),
        (41087, with("description", Value::Null)),
        (41087, with("description", json!("长".repeat(301)))),
        (41086, with("price", Value::Null)),
        (41086, with("price", json!(5_000_001))),
        (41085, with("product_sn", json!("编号"))),
        (41085, with("product_sn", json!("1".repeat(129)))),
        (41088, with("attachments", json!([]))),
        (41088, with("attachments", Value::Null)),
        (41064, with("attachments", json!(vec![&picture; 10]))),
        (41065, with("attachments", json!([{ "type": "video" }]))),
        (
            40007,
            with("attachments", json!([{ "type": "image", "image": { "media_id": "simulated-image" } }])),
        ),
    ] {
        assert_eq!(outside.code("externalcontact/add_product_album", body.clone()).await, code, "{body}");
    }
    assert_eq!(outside.code("externalcontact/get_product_album", json!({ "product_id": "x" })).await, 41075);
    assert_eq!(outside.code("externalcontact/get_product_album_list", json!({ "limit": 101 })).await, 40058);
    outside.simulator.stop().await;
}

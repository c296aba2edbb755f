//! The product album (page 95096).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{Pages, invalid},
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    world::{
        World,
        media::Shelf,
        products::{PRODUCTS_MAX, Product},
    },
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/add_product_album", add),
    Method::post("externalcontact/get_product_album", get),
    Method::post("externalcontact/get_product_album_list", list),
    Method::post("externalcontact/update_product_album", update),
    Method::post("externalcontact/delete_product_album", delete),
];

const DESCRIPTION_CHARS_MAX: usize = 300;
const PRODUCT_SN_BYTES_MAX: usize = 128;

/// The highest price, in cents: 50,000 yuan.
const PRICE_MAX: i64 = 5_000_000;

const PICTURES_MAX: usize = 9;

/// So many products on a page where no `limit` is given, and at most.
const PAGE: usize = 50;
const PAGE_MAX: usize = 100;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    product_id: String,
    description: Option<String>,
    price: Option<i64>,
    product_sn: Option<String>,
    attachments: Option<Vec<Value>>,
}

impl Asked {
    /// Checks what is given, and gives the media ids of the pictures.
    fn check(&self, world: &World, now_ms: i64) -> Result<Option<Vec<String>>, Refusal> {
        if let Some(description) = &self.description
            && (description.is_empty() || description.chars().count() > DESCRIPTION_CHARS_MAX)
        {
            return Err(Refusal::new(41087, "invalid product description"));
        }
        if self.price.is_some_and(|price| !(0..=PRICE_MAX).contains(&price)) {
            return Err(Refusal::new(41086, "invalid product price"));
        }
        let is_sn = |sn: &String| {
            sn.len() <= PRODUCT_SN_BYTES_MAX && sn.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if self.product_sn.as_ref().is_some_and(|sn| !is_sn(sn)) {
            return Err(Refusal::new(41085, "invalid product sn"));
        }
        let Some(attachments) = &self.attachments else { return Ok(None) };
        match attachments.len() {
            0 => return Err(Refusal::new(41088, "attachments is empty")),
            1..=PICTURES_MAX => {}
            _ => return Err(Refusal::new(41064, "attachments count out of limit")),
        }
        let picture = |attachment: &Value| {
            if attachment["type"] != "image" {
                return Err(Refusal::new(41065, "unsupported attachment type"));
            }
            let media_id = attachment["image"]["media_id"].as_str().unwrap_or_default();
            if world.media.works_on(Shelf::Albums, media_id, MediaKind::Image, now_ms) {
                Ok(media_id.to_owned())
            } else {
                Err(Refusal::new(40007, "invalid media_id"))
            }
        };
        attachments.iter().map(picture).collect::<Result<Vec<_>, _>>().map(Some)
    }
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let pictures = asked.check(world, call.now_ms)?;
    let description = asked.description.ok_or(Refusal::new(41087, "invalid product description"))?;
    let price = asked.price.ok_or(Refusal::new(41086, "invalid product price"))?;
    let pictures = pictures.ok_or(Refusal::new(41088, "attachments is empty"))?;
    if world.products.all.len() >= PRODUCTS_MAX {
        return Err(invalid("too many products"));
    }
    let product_id = format!("xxx{}", world.random_text(29));
    world.products.made += 1;
    let product = Product {
        product_id: product_id.clone(),
        product_sn: asked.product_sn.unwrap_or_default(),
        description,
        price,
        created_ms: call.now_ms,
        pictures,
        deleted: false,
    };
    world.products.all.insert(world.products.made, product);
    Ok(members(json!({ "product_id": product_id })))
}

fn product<'a>(world: &'a World, product_id: &str) -> Result<(u64, &'a Product), Refusal> {
    let found = world.products.get(product_id).ok_or(Refusal::new(41075, "invalid product_id"))?;
    if found.1.deleted {
        return Err(Refusal::new(41074, "product has been deleted"));
    }
    Ok(found)
}

fn to_json(product: &Product) -> Value {
    let picture = |media_id: &String| json!({ "type": "image", "image": { "media_id": media_id } });
    json!({
        "product_id": product.product_id,
        "product_sn": product.product_sn,
        "description": product.description,
        "price": product.price,
        "create_time": product.created_ms / 1_000,
        "attachments": product.pictures.iter().map(picture).collect::<Vec<_>>(),
    })
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (_, product) = product(world, &asked.product_id)?;
    Ok(members(json!({ "product": to_json(product) })))
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let pages: Pages = call.json()?;
    let rows = world.products.all.iter().filter(|(_, product)| !product.deleted);
    let rows = rows.map(|(number, product)| (*number, to_json(product)));
    pages.to_answer("product_list", (Some(PAGE), PAGE_MAX), rows)
}

/// Changes what is given. Pictures are replaced as a whole.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (number, _) = product(world, &asked.product_id)?;
    let pictures = asked.check(world, call.now_ms)?;
    if let Some(product) = world.products.all.get_mut(&number) {
        product.description = asked.description.unwrap_or_else(|| std::mem::take(&mut product.description));
        product.price = asked.price.unwrap_or(product.price);
        product.product_sn = asked.product_sn.unwrap_or_else(|| std::mem::take(&mut product.product_sn));
        product.pictures = pictures.unwrap_or_else(|| std::mem::take(&mut product.pictures));
    }
    Ok(members(Value::Null))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (number, _) = product(world, &asked.product_id)?;
    if let Some(product) = world.products.all.get_mut(&number) {
        product.deleted = true;
    }
    Ok(members(Value::Null))
}

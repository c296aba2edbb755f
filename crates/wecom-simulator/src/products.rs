//! The product album: goods that members show in chats.

use std::collections::BTreeMap;

/// How many products fit, deleted ones included.
pub(super) const PRODUCTS_MAX: usize = 100_000;

/// The products, by numbers that count up.
#[derive(Default)]
pub(super) struct Products {
    pub(super) all: BTreeMap<u64, Product>,
    pub(super) made: u64,
}

/// A product.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(super) struct Product {
    pub(super) product_id: String,
    pub(super) product_sn: String,
    pub(super) description: String,
    /// In cents.
    pub(super) price: i64,
    pub(super) created_ms: i64,
    /// The media ids of its pictures.
    pub(super) pictures: Vec<String>,
    /// It is remembered that it was there: 41074 and not 41075.
    pub(super) deleted: bool,
}

impl Products {
    pub(super) fn get(&self, product_id: &str) -> Option<(u64, &Product)> {
        let found = self.all.iter().find(|(_, product)| product.product_id == product_id);
        found.map(|(number, product)| (*number, product))
    }
}

//! The product album: goods that members show in chats.

use std::collections::BTreeMap;

/// How many products fit, deleted ones included.
pub(crate) const PRODUCTS_MAX: usize = 100_000;

/// The products, by numbers that count up.
#[derive(Default)]
pub(crate) struct Products {
    pub(crate) all: BTreeMap<u64, Product>,
    pub(crate) made: u64,
}

/// A product of the album.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Product {
    pub(crate) product_id: String,
    pub(crate) product_sn: String,
    pub(crate) description: String,
    /// The price in cents.
    pub(crate) price: i64,
    pub(crate) created_ms: i64,
    /// The media ids of its pictures.
    pub(crate) pictures: Vec<String>,
    /// A deleted product stays, because asking for it gives 41074, and for an unknown one 41075.
    pub(crate) deleted: bool,
}

impl Products {
    pub(crate) fn get(&self, product_id: &str) -> Option<(u64, &Product)> {
        let found = self.all.iter().find(|(_, product)| product.product_id == product_id);
        found.map(|(number, product)| (*number, product))
    }
}

//! Product albums (商品图册): goods that employees show in chats.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, absent_is};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Fault, Listing, Timestamp,
    limits::{Check, place},
    paging::{Page, all_pages, cursor, paged},
    read, values,
};
use wecom_core::message::Media;

const ADD: Endpoint = Endpoint::post("externalcontact/add_product_album", Effect::Once).page(95096);
const GET: Endpoint = Endpoint::post("externalcontact/get_product_album", Effect::Read).page(95096);
const LIST: Endpoint = Endpoint::post("externalcontact/get_product_album_list", Effect::Read).page(95096);
const UPDATE: Endpoint =
    Endpoint::post("externalcontact/update_product_album", Effect::Idempotent).page(95096);
const DELETE: Endpoint =
    Endpoint::post("externalcontact/delete_product_album", Effect::Idempotent).page(95096);

/// At most so many pictures.
const PICTURES_MAX: usize = 9;
/// At most so many characters in a description.
const DESCRIPTION_CHARS_MAX: usize = 300;
/// At most so many bytes in a product's number.
const PRODUCT_SN_BYTES_MAX: usize = 128;
/// At most so many cents: 50,000 yuan.
const PRICE_MAX: i64 = 5_000_000;

/// At most so many products on one page.
const PAGE_MAX: u32 = 100;

/// There is no such product, or no longer.
const GONE: [i64; 2] = [41_074, 41_075];

impl External {
    /// Makes a product and brings back its id (`add_product_album`; page 95096).
    ///
    /// # Errors
    ///
    /// 41085 to 41088 for number, price, description and pictures, 40007 for a picture that was uploaded for another
    /// purpose. [`Error::Argument`] when description, price or pictures are absent or beyond their limits.
    pub async fn add_product_album(&self, product: &Product, options: CallOptions) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            product_id: String,
        }
        product
            .check(Check::of(ADD))
            .given("description", product.description.is_some())
            .given("price", product.price.is_some())
            .given("attachments", product.attachments.as_ref().is_some_and(|list| !list.is_empty()))
            .end()?;
        let call = Call::new(ADD, options).json(product);
        let Answer { product_id } = self.client.call(call).await?;
        Ok(product_id)
    }

    /// A product (`get_product_album`; page 95096).
    ///
    /// # Errors
    ///
    /// 41074 and 41075 when there is none of this id (any more).
    pub async fn get_product_album(
        &self,
        product_id: &str,
        options: CallOptions,
    ) -> Result<ProductDetail, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            product: ProductDetail,
        }
        Check::of(GET).required("product_id", product_id).end()?;
        let call = Call::new(GET, options).json(&json!({"product_id": product_id}));
        let Answer { product } = self.client.call(call).await?;
        Ok(product)
    }

    /// The products, a page of them (`get_product_album_list`; page 95096).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works. [`Error::Argument`] when `limit` is not 1 to 100.
    pub async fn get_product_album_list(
        &self,
        request: &GetProductAlbumList,
        options: CallOptions,
    ) -> Result<ProductPage, Error> {
        Check::of(LIST).page_size("limit", request.limit, PAGE_MAX).end()?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// The products of all pages.
    pub fn get_product_album_list_all(
        &self,
        request: &GetProductAlbumList,
        options: CallOptions,
    ) -> Listing<ProductDetail> {
        all_pages!(self.get_product_album_list, LIST, request, PAGE_MAX, options)
    }

    /// Changes a product (`update_product_album`; page 95096): what is absent stays as it is, pictures are replaced
    /// as a whole.
    ///
    /// # Errors
    ///
    /// As of [`add_product_album`](Self::add_product_album), and 41074 and 41075 when there is none of this id.
    pub async fn update_product_album(
        &self,
        request: &UpdateProduct,
        options: CallOptions,
    ) -> Result<(), Error> {
        request.product.check(Check::of(UPDATE).required("product_id", &request.product_id)).end()?;
        self.done(Call::new(UPDATE, options).json(request)).await
    }

    /// Removes a product (`delete_product_album`; page 95096). One that is gone already is removed (41074, and
    /// 41075, which WeCom also says of what never was one).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id.
    pub async fn delete_product_album(&self, product_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DELETE).required("product_id", product_id).end()?;
        let call = Call::new(DELETE, options).json(&json!({"product_id": product_id}));
        absent_is(&GONE, (), self.done(call).await)
    }
}

/// What a product is; the request of [`External::add_product_album`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Product {
    /// Its name and what is good about it, at most 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its price in cents (分), at most 5,000,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Its number: letters and digits, at most 128 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_sn: Option<String>,
    /// Its pictures, 1 to 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<ProductPicture>>,
}

impl Product {
    fn check(&self, check: Check) -> Check {
        let pictures = self.attachments.as_deref().unwrap_or_default();
        let number = self.product_sn.as_deref().unwrap_or_default();
        let check = pictures.iter().enumerate().fold(check, |check, (index, picture)| {
            let ProductPicture::Image { image } = picture;
            check.required(place!(Some(index), "image.media_id"), &image.media_id)
        });
        check
            .rule(self.description.as_deref() != Some(""), "description", || Fault::EmptyGiven {
                most: DESCRIPTION_CHARS_MAX,
            })
            .rule(number.chars().all(|letter| letter.is_ascii_alphanumeric()), "product_sn", || {
                Fault::NotAlphanumeric
            })
            .chars("description", self.description.as_deref(), DESCRIPTION_CHARS_MAX)
            .number("price", self.price, 0..=PRICE_MAX)
            .bytes("product_sn", self.product_sn.as_deref(), PRODUCT_SN_BYTES_MAX)
            .count("attachments", pictures, 0..=PICTURES_MAX)
    }
}

/// A picture of a product: `type` and the object of that name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ProductPicture {
    /// A picture.
    Image {
        /// Uploaded by [`upload_attachment`](crate::Media::upload_attachment) for product albums.
        image: Media,
    },
}

/// Changes of a product; the request of [`External::update_product_album`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateProduct {
    /// The one that is to change.
    pub product_id: String,
    /// What is to change.
    #[serde(flatten)]
    pub product: Product,
}

/// Which products; the request of [`External::get_product_album_list`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GetProductAlbumList {
    /// How many a page, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The answer of [`External::get_product_album_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProductPage {
    /// The products.
    #[serde(deserialize_with = "values::list")]
    pub product_list: Vec<ProductDetail>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

paged!(GetProductAlbumList, limit);

impl Page for ProductPage {
    type Item = ProductDetail;
    type Next = String;

    fn into_parts(self) -> (Vec<ProductDetail>, Option<String>) {
        (self.product_list, cursor(self.next_cursor))
    }
}

/// A product as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProductDetail {
    /// The product's id.
    #[serde(deserialize_with = "values::text")]
    pub product_id: Option<String>,
    /// Its number.
    #[serde(deserialize_with = "values::text")]
    pub product_sn: Option<String>,
    /// Its name and what is good about it.
    #[serde(deserialize_with = "values::text")]
    pub description: Option<String>,
    /// Its price in cents.
    #[serde(deserialize_with = "values::integer")]
    pub price: Option<i64>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Its pictures.
    #[serde(deserialize_with = "values::list")]
    pub attachments: Vec<ProductAttachment>,
}

/// A picture of a product as WeCom answers with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProductAttachment {
    /// What it is: `image`.
    #[serde(rename = "type", deserialize_with = "values::text")]
    pub attachment_type: Option<String>,
    /// The picture.
    #[serde(deserialize_with = "super::content::part")]
    pub image: Option<Media>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        ADD, DELETE, DESCRIPTION_CHARS_MAX, GET, LIST, PAGE_MAX, PICTURES_MAX, PRICE_MAX,
        PRODUCT_SN_BYTES_MAX, UPDATE,
    };
    use crate::method::{Argument, CURSOR, Method, formatcp, integer, json, rust, text};

    const PRODUCT_ID: Argument = text("product_id", "The product's id").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD, rust!(external.add_product_album, |given| &given.whole()?))
            .is("Make a product")
            .wxjava(&["addProductAlbum"])
            .takes(&[
                text(
                    "description",
                    formatcp!(
                        "Its name and what is good about it, at most {DESCRIPTION_CHARS_MAX} characters"
                    ),
                )
                .required(),
                integer("price", formatcp!("Its price in cents (分), at most {PRICE_MAX}")).required(),
                text(
                    "product_sn",
                    formatcp!("Its number: letters and digits, at most {PRODUCT_SN_BYTES_MAX} bytes"),
                ),
                json(
                    "attachments",
                    formatcp!(
                        "1 to {PICTURES_MAX} of {{\"type\": \"image\", \"image\": {{\"media_id\": …}}}}"
                    ),
                )
                .required(),
            ])
            .like(
                "--description 春茶 --price 8800 --attachments \
             '[{\"type\": \"image\", \"image\": {\"media_id\": \"MEDIA_ID\"}}]'",
            ),
        Method::of(GET, rust!(external.get_product_album, |given| given.text("product_id")))
            .is("Show a product")
            .wxjava(&["getProductAlbum"])
            .takes(&[PRODUCT_ID])
            .like("--product-id xxxxxxxxxx"),
        Method::of(LIST, rust!(external.get_product_album_list, |given| &given.whole()?))
            .is("List the products")
            .wxjava(&["getProductAlbumList"])
            .takes(&[integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")), CURSOR])
            .paged("product_list", "limit", PAGE_MAX)
            .like("--all"),
        Method::of(UPDATE, rust!(external.update_product_album, |given| &given.whole()?))
            .is("Change a product; what is not given stays, pictures are replaced as a whole")
            .wxjava(&["updateProductAlbum"])
            .takes(&[
                PRODUCT_ID,
                text(
                    "description",
                    formatcp!(
                        "Its name and what is good about it, at most {DESCRIPTION_CHARS_MAX} characters"
                    ),
                ),
                integer("price", formatcp!("Its price in cents (分), at most {PRICE_MAX}")),
                text(
                    "product_sn",
                    formatcp!("Its number: letters and digits, at most {PRODUCT_SN_BYTES_MAX} bytes"),
                ),
                json(
                    "attachments",
                    formatcp!(
                        "1 to {PICTURES_MAX} of {{\"type\": \"image\", \"image\": {{\"media_id\": …}}}}"
                    ),
                ),
            ])
            .like("--product-id xxxxxxxxxx --price 6800"),
        Method::of(DELETE, rust!(external.delete_product_album, |given| given.text("product_id")))
            .is("Delete a product")
            .wxjava(&["deleteProductAlbum"])
            .takes(&[PRODUCT_ID])
            .like("--product-id xxxxxxxxxx"),
    ];
}

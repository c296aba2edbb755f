//! Product albums (商品图册), and the words that chats are watched for (敏感词).

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, integer, integers, json, rust, text, texts};

const ALBUM_PAGE: u32 = 95096;
const WORDS_PAGE: u32 = 95097;

const PRODUCT_ID: Argument = text("product_id", "The product's id").required();
const RULE_ID: Argument = text("rule_id", "The rule's id").required();

pub(super) static ALBUMS: Family = Family {
    title: "Product albums",
    methods: &[
        Method::post(
            "externalcontact/add_product_album",
            Once,
            rust!(external.add_product_album, |given| &given.whole()?),
        )
        .is("Make a product")
        .page(ALBUM_PAGE)
        .takes(&[
            text("description", "Its name and what is good about it, at most 300 characters").required(),
            integer("price", "Its price in cents (分), at most 5000000").required(),
            text("product_sn", "Its number: letters and digits, at most 128 bytes"),
            json("attachments", "1 to 9 of {\"type\": \"image\", \"image\": {\"media_id\": …}}").required(),
        ])
        .like(
            "--description 春茶 --price 8800 --attachments \
             '[{\"type\": \"image\", \"image\": {\"media_id\": \"MEDIA_ID\"}}]'",
        ),
        Method::post(
            "externalcontact/get_product_album",
            Read,
            rust!(external.get_product_album, |given| given.text("product_id")),
        )
        .is("Show a product")
        .page(ALBUM_PAGE)
        .takes(&[PRODUCT_ID])
        .like("--product-id xxxxxxxxxx"),
        Method::post(
            "externalcontact/get_product_album_list",
            Read,
            rust!(external.get_product_album_list, |given| &given.whole()?),
        )
        .is("List the products")
        .page(ALBUM_PAGE)
        .takes(&[integer("limit", "How many on a page: 1 to 100"), CURSOR])
        .paged("product_list", "limit", 100)
        .like("--all"),
        Method::post(
            "externalcontact/update_product_album",
            Idempotent,
            rust!(external.update_product_album, |given| &given.whole()?),
        )
        .is("Change a product; what is not given stays, pictures are replaced as a whole")
        .page(ALBUM_PAGE)
        .takes(&[
            PRODUCT_ID,
            text("description", "Its name and what is good about it, at most 300 characters"),
            integer("price", "Its price in cents (分), at most 5000000"),
            text("product_sn", "Its number: letters and digits, at most 128 bytes"),
            json("attachments", "1 to 9 of {\"type\": \"image\", \"image\": {\"media_id\": …}}"),
        ])
        .like("--product-id xxxxxxxxxx --price 6800"),
        Method::post(
            "externalcontact/delete_product_album",
            Idempotent,
            rust!(external.delete_product_album, |given| given.text("product_id")),
        )
        .is("Delete a product")
        .page(ALBUM_PAGE)
        .takes(&[PRODUCT_ID])
        .like("--product-id xxxxxxxxxx"),
    ],
};

pub(super) static WORDS: Family = Family {
    title: "Intercept rules",
    methods: &[
        Method::post(
            "externalcontact/add_intercept_rule",
            Once,
            rust!(external.add_intercept_rule, |given| &given.whole()?),
        )
        .is("Make a rule: words that employees are warned of, or kept from sending")
        .page(WORDS_PAGE)
        .takes(&[
            text("rule_name", "Its name, 1 to 20 characters").required(),
            texts("word_list", "The words, at most 300 of 1 to 32 characters"),
            integers("semantics_list", "Patterns: 1 phone numbers, 2 mail addresses, 3 red packets"),
            integer("intercept_type", "1 warned and not sent, 2 warned").required(),
            json("applicable_range", "For whom: {\"user_list\": […], \"department_list\": […]}").required(),
        ])
        .like(
            "--rule-name 承诺收益 --word-list 保本 --word-list 稳赚 --intercept-type 2 --applicable-range \
             '{\"department_list\": [1]}'",
        ),
        Method::post(
            "externalcontact/update_intercept_rule",
            Idempotent,
            rust!(external.update_intercept_rule, |given| &given.whole()?),
        )
        .is("Change a rule; what is not given stays, words are replaced as a whole")
        .page(WORDS_PAGE)
        .takes(&[
            RULE_ID,
            text("rule_name", "Its name, 1 to 20 characters"),
            texts("word_list", "The words, all of them"),
            json("extra_rule", "The patterns, all of them: {\"semantics_list\": [1, 2, 3]}"),
            integer("intercept_type", "1 warned and not sent, 2 warned"),
            json("add_applicable_range", "For whom else: {\"user_list\": […], \"department_list\": […]}"),
            json("remove_applicable_range", "For whom no longer, likewise"),
        ])
        .like("--rule-id xxx --intercept-type 1"),
        Method::post(
            "externalcontact/del_intercept_rule",
            Idempotent,
            rust!(external.del_intercept_rule, |given| given.text("rule_id")),
        )
        .is("Delete a rule")
        .page(WORDS_PAGE)
        .takes(&[RULE_ID])
        .like("--rule-id xxx"),
        Method::get("externalcontact/get_intercept_rule_list", rust!(external.get_intercept_rule_list))
            .is("List the rules by name")
            .page(WORDS_PAGE)
            .lists("rule_list"),
        Method::post(
            "externalcontact/get_intercept_rule",
            Read,
            rust!(external.get_intercept_rule, |given| given.text("rule_id")),
        )
        .is("Show a rule")
        .page(WORDS_PAGE)
        .takes(&[RULE_ID])
        .like("--rule-id xxx"),
    ],
};

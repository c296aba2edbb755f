//! Acquisition links (获客助手): links by which customers add employees from anywhere.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, boolean, integer, json, rust, text, time};

const LINK_PAGE: u32 = 97297;
const FIGURES_PAGE: u32 = 97375;

const LINK_ID: Argument = text("link_id", "The link's id").required();
const SKIP_VERIFY: Argument =
    boolean("skip_verify", "Customers are added without the employee's consent; WeCom's default is true");
const PRIORITY: Argument =
    json("priority_option", "Who comes first: {\"priority_type\": 1 or 2, \"priority_userid_list\": […]}");
const MARK_SOURCE: Argument = boolean("mark_source", "Customers who came by it are marked with the source");

pub(super) static FAMILY: Family = Family {
    title: "Acquisition links",
    methods: &[
        Method::post(
            "externalcontact/customer_acquisition/list_link",
            Read,
            rust!(external.customer_acquisition_list_link, |given| &given.whole()?),
        )
        .is("List the acquisition links by id")
        .page(LINK_PAGE)
        .takes(&[integer("limit", "How many on a page: 1 to 100"), CURSOR])
        .paged("link_id_list", "limit", 100)
        .like("--all"),
        Method::post(
            "externalcontact/customer_acquisition/get",
            Read,
            rust!(external.customer_acquisition_get, |given| given.text("link_id")),
        )
        .is("Show an acquisition link, and who is behind it")
        .page(LINK_PAGE)
        .takes(&[LINK_ID])
        .draws("/link/url")
        .like("--link-id cawcd41a7be0c52f98 --qr"),
        Method::post(
            "externalcontact/customer_acquisition/create_link",
            Once,
            rust!(external.customer_acquisition_create_link, |given| &given.whole()?),
        )
        .is("Make an acquisition link")
        .page(LINK_PAGE)
        .takes(&[
            text("link_name", "Its name").required(),
            json("range", "Who gets the customers: {\"user_list\": […], \"department_list\": […]}")
                .required(),
            SKIP_VERIFY,
            PRIORITY,
            MARK_SOURCE,
        ])
        .draws("/link/url")
        .like("--link-name 春季 --range '{\"user_list\": [\"zhangsan\"]}'"),
        Method::post(
            "externalcontact/customer_acquisition/update_link",
            Idempotent,
            rust!(external.customer_acquisition_update_link, |given| &given.whole()?),
        )
        .is("Change an acquisition link; what is not given stays, a range is replaced as a whole")
        .page(LINK_PAGE)
        .takes(&[
            LINK_ID,
            text("link_name", "Its name"),
            json("range", "Who gets the customers: {\"user_list\": […], \"department_list\": […]}"),
            SKIP_VERIFY,
            PRIORITY,
            MARK_SOURCE,
        ])
        .like("--link-id cawcd41a7be0c52f98 --link-name 夏季"),
        Method::post(
            "externalcontact/customer_acquisition/delete_link",
            Idempotent,
            rust!(external.customer_acquisition_delete_link, |given| given.text("link_id")),
        )
        .is("Delete an acquisition link")
        .page(LINK_PAGE)
        .takes(&[LINK_ID])
        .like("--link-id cawcd41a7be0c52f98"),
        Method::post(
            "externalcontact/customer_acquisition/customer",
            Read,
            rust!(external.customer_acquisition_customer, |given| &given.whole()?),
        )
        .is("List the customers who came by an acquisition link")
        .page(97298)
        .takes(&[LINK_ID, integer("limit", "How many on a page: 1 to 1000"), CURSOR])
        .paged("customer_list", "limit", 1_000)
        .like("--link-id cawcd41a7be0c52f98 --all"),
        Method::get("externalcontact/customer_acquisition_quota", rust!(external.customer_acquisition_quota))
            .is("Show how many more customers the corp can gain by links")
            .page(FIGURES_PAGE),
        Method::post(
            "externalcontact/customer_acquisition/statistic",
            Read,
            rust!(
                external.customer_acquisition_statistic,
                |given| given.text("link_id"),
                given.time("start_time"),
                given.time("end_time")
            ),
        )
        .is("Show how often a link was opened, and how many customers it brought")
        .page(FIGURES_PAGE)
        .takes(&[
            LINK_ID,
            time("start_time", "From when").required(),
            time("end_time", "To when, at most 30 days later").required(),
        ])
        .like("--link-id cawcd41a7be0c52f98 --start-time 7d --end-time 0s"),
        Method::post(
            "externalcontact/customer_acquisition/get_chat_info",
            Read,
            rust!(external.customer_acquisition_get_chat_info, |given| given.text("chat_key")),
        )
        .is("Show who has written by a link, by the key of the event message_from_customer")
        .page(100_130)
        .takes(&[text("chat_key", "What came with the event; works for half an hour").required()])
        .like("--chat-key CAKJ8mZ3qTr5vXw7yB1dF4hL6nP0sU2"),
    ],
};

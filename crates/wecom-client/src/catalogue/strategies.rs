//! Rule groups (规则组) of customer contact and of moments: which employees may do what.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, ids, integer, json, rust, text};

const CUSTOMER_PAGE: u32 = 94883;
const MOMENT_PAGE: u32 = 94890;

const STRATEGY_ID: Argument = integer("strategy_id", "The rule group's id").required();
const LIMIT: Argument = integer("limit", "How many on a page: 1 to 1000, which is WeCom's default");
const PARENT_ID: Argument = integer("parent_id", "The rule group above it; 0 for none");
const ADMINS: Argument = ids("admin_list", "Its administrators' userids");
const PRIVILEGE: Argument = json("privilege", "What its employees may do: {\"view_customer_list\": true, …}");
const RANGE: Argument = json(
    "range",
    "Its employees and departments: [{\"type\": 1, \"userid\": …}, {\"type\": 2, \"partyid\": …}]",
);
const RANGE_ADD: Argument = json("range_add", "Who comes in: [{\"type\": 1, \"userid\": …}, …]");
const RANGE_DEL: Argument = json("range_del", "Who goes out, likewise");

const CREATED: &str = "--strategy-name 门店 --admin-list zhangsan --range '[{\"type\": 2, \"partyid\": 3}]'";

pub(super) static CUSTOMERS: Family = Family {
    title: "Customer strategies",
    methods: &[
        Method::post(
            "externalcontact/customer_strategy/list",
            Read,
            rust!(external.customer_strategy_list, |given| &given.whole()?),
        )
        .is("List the rule groups of customer contact by id")
        .page(CUSTOMER_PAGE)
        .takes(&[CURSOR, LIMIT])
        .paged("strategy", "limit", 1_000)
        .like("--all"),
        Method::post(
            "externalcontact/customer_strategy/get",
            Read,
            rust!(external.customer_strategy_get, |given| given.integer("strategy_id")),
        )
        .is("Show a rule group of customer contact")
        .page(CUSTOMER_PAGE)
        .takes(&[STRATEGY_ID])
        .like("--strategy-id 1"),
        Method::post(
            "externalcontact/customer_strategy/get_range",
            Read,
            rust!(external.customer_strategy_get_range, |given| &given.whole()?),
        )
        .is("List the employees and departments of a rule group of customer contact")
        .page(CUSTOMER_PAGE)
        .takes(&[STRATEGY_ID, CURSOR, LIMIT])
        .paged("range", "limit", 1_000)
        .like("--strategy-id 1 --all"),
        Method::post(
            "externalcontact/customer_strategy/create",
            Once,
            rust!(external.customer_strategy_create, |given| &given.whole()?),
        )
        .is("Make a rule group of customer contact")
        .page(CUSTOMER_PAGE)
        .takes(&[
            PARENT_ID,
            text("strategy_name", "Its name").required(),
            ADMINS.required(),
            PRIVILEGE,
            RANGE.required(),
        ])
        .like(CREATED),
        Method::post(
            "externalcontact/customer_strategy/edit",
            Idempotent,
            rust!(external.customer_strategy_edit, |given| &given.whole()?),
        )
        .is("Change a rule group of customer contact; what is not given stays")
        .page(CUSTOMER_PAGE)
        .takes(&[STRATEGY_ID, text("strategy_name", "Its name"), ADMINS, PRIVILEGE, RANGE_ADD, RANGE_DEL])
        .like("--strategy-id 1 --strategy-name 直营门店"),
        Method::post(
            "externalcontact/customer_strategy/del",
            Idempotent,
            rust!(external.customer_strategy_del, |given| given.integer("strategy_id")),
        )
        .is("Delete a rule group of customer contact")
        .page(CUSTOMER_PAGE)
        .takes(&[STRATEGY_ID])
        .like("--strategy-id 1"),
    ],
};

pub(super) static MOMENTS: Family = Family {
    title: "Moment strategies",
    methods: &[
        Method::post(
            "externalcontact/moment_strategy/list",
            Read,
            rust!(external.moment_strategy_list, |given| &given.whole()?),
        )
        .is("List the rule groups of moments by id")
        .page(MOMENT_PAGE)
        .takes(&[CURSOR, LIMIT])
        .paged("strategy", "limit", 1_000)
        .like("--all"),
        Method::post(
            "externalcontact/moment_strategy/get",
            Read,
            rust!(external.moment_strategy_get, |given| given.integer("strategy_id")),
        )
        .is("Show a rule group of moments")
        .page(MOMENT_PAGE)
        .takes(&[STRATEGY_ID])
        .like("--strategy-id 1"),
        Method::post(
            "externalcontact/moment_strategy/get_range",
            Read,
            rust!(external.moment_strategy_get_range, |given| &given.whole()?),
        )
        .is("List the employees and departments of a rule group of moments")
        .page(MOMENT_PAGE)
        .takes(&[STRATEGY_ID, CURSOR, LIMIT])
        .paged("range", "limit", 1_000)
        .like("--strategy-id 1 --all"),
        Method::post(
            "externalcontact/moment_strategy/create",
            Once,
            rust!(external.moment_strategy_create, |given| &given.whole()?),
        )
        .is("Make a rule group of moments")
        .page(MOMENT_PAGE)
        .takes(&[
            PARENT_ID,
            text("strategy_name", "Its name").required(),
            ADMINS.required(),
            PRIVILEGE,
            RANGE.required(),
        ])
        .like(CREATED),
        Method::post(
            "externalcontact/moment_strategy/edit",
            Idempotent,
            rust!(external.moment_strategy_edit, |given| &given.whole()?),
        )
        .is("Change a rule group of moments; what is not given stays")
        .page(MOMENT_PAGE)
        .takes(&[STRATEGY_ID, text("strategy_name", "Its name"), ADMINS, PRIVILEGE, RANGE_ADD, RANGE_DEL])
        .like("--strategy-id 1 --strategy-name 直营门店"),
        Method::post(
            "externalcontact/moment_strategy/del",
            Idempotent,
            rust!(external.moment_strategy_del, |given| given.integer("strategy_id")),
        )
        .is("Delete a rule group of moments")
        .page(MOMENT_PAGE)
        .takes(&[STRATEGY_ID])
        .like("--strategy-id 1"),
    ],
};

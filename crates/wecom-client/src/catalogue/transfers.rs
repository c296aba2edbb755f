//! Customers who change hands.

use super::Family;
use crate::Effect::{Once, Read};
use crate::method::{Argument, CURSOR, Method, ids, integer, rust, text};

const GIVER: Argument = text("handover_userid", "The employee who gives").required();
const TAKER: Argument = text("takeover_userid", "The employee who takes over").required();
const CUSTOMERS: Argument = ids("external_userid", "The customers, 1 to 100").required();

pub(super) static FAMILY: Family = Family {
    title: "Transfers",
    methods: &[
        Method::post(
            "externalcontact/get_unassigned_list",
            Read,
            rust!(external.get_unassigned_list, |given| &given.whole()?),
        )
        .is("List the customers whose employee has left")
        .seed(&["listUnassignedList"])
        .page(92124)
        .takes(&[
            integer("page_id", "The number of the page, from 0, up to 50000 customers; not with --cursor"),
            integer("page_size", "How many on a page: 1 to 1000, which is WeCom's default"),
            CURSOR,
        ])
        .paged("info", "page_size", 1_000)
        .like("--all"),
        Method::post(
            "externalcontact/transfer_customer",
            Once,
            rust!(external.transfer_customer, |given| &given.whole()?),
        )
        .is("Start handing customers of one employee to another; it takes effect after 24 hours")
        .seed(&["transferExternalContact"])
        .was("externalcontact/transfer")
        .page(92125)
        .takes(&[
            GIVER,
            TAKER,
            CUSTOMERS,
            text("transfer_success_msg", "What the customer is told, at most 200 characters"),
        ])
        .lists("customer")
        .like(
            "--handover-userid zhangsan --takeover-userid lisi --external-userid \
             wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A",
        ),
        Method::post(
            "externalcontact/transfer_result",
            Read,
            rust!(external.transfer_result, |given| &given.whole()?),
        )
        .is("List what has come of the transfers between two employees")
        .page(94088)
        .takes(&[GIVER, TAKER, CURSOR])
        .paged_as(crate::method::Paging { by: crate::method::By::Cursor, list: "customer", limit: None })
        .like("--handover-userid zhangsan --takeover-userid lisi --all"),
        Method::post(
            "externalcontact/resigned/transfer_customer",
            Once,
            rust!(external.resigned_transfer_customer, |given| &given.whole()?),
        )
        .is("Start handing customers of an employee who has left to another")
        .page(94081)
        .takes(&[GIVER, TAKER, CUSTOMERS])
        .lists("customer")
        .like(
            "--handover-userid zhaoliu --takeover-userid lisi --external-userid \
             wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A",
        ),
        Method::post(
            "externalcontact/resigned/transfer_result",
            Read,
            rust!(external.resigned_transfer_result, |given| &given.whole()?),
        )
        .is("List what has come of the transfers from an employee who has left")
        .page(94082)
        .takes(&[GIVER, TAKER, CURSOR])
        .paged_as(crate::method::Paging { by: crate::method::By::Cursor, list: "customer", limit: None })
        .like("--handover-userid zhaoliu --takeover-userid lisi --all"),
    ],
};

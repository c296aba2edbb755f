//! Employees with the right to customer contact, and their customers.

use super::Family;
use crate::Effect::{Idempotent, Read};
use crate::method::{By, CURSOR, Method, Paging, ids, integer, rust, text, texts};

pub(super) static FAMILY: Family = Family {
    title: "Employees and customers",
    methods: &[
        Method::get("externalcontact/get_follow_user_list", rust!(external.get_follow_user_list))
            .is("List the employees who may use customer contact")
            .seed(&["listFollowers"])
            .page(92571)
            .lists("follow_user"),
        Method::get("externalcontact/list", rust!(external.list, |given| given.text("userid")))
            .is("List an employee's customers by id; 84061 means that there are none")
            .seed(&["listExternalContacts"])
            .page(92113)
            .takes(&[text("userid", "The employee").required()])
            .lists("external_userid")
            .like("--userid zhangsan"),
        Method::get(
            "externalcontact/get",
            rust!(external.get, |given| given.text("external_userid"), given.maybe_text("cursor")),
        )
        .is("Show a customer and the employees who follow him or her")
        .seed(&["getContactDetail", "getExternalContact"])
        .was("crm/get_external_contact")
        .page(92114)
        .takes(&[
            text("external_userid", "The customer").required(),
            text("cursor", "The next_cursor of the page before; only beyond 500 employees"),
        ])
        .paged_as(Paging { by: By::Cursor, list: "follow_user", limit: None })
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::post(
            "externalcontact/batch/get_by_user",
            Read,
            rust!(external.batch_get_by_user, |given| &given.whole()?),
        )
        .is("List the customers of up to 100 employees, with what each has on record of them")
        .page(92994)
        .takes(&[
            ids("userid_list", "The employees, 1 to 100").required(),
            CURSOR,
            integer("limit", "How many on a page: 1 to 100, WeCom's default is 50"),
        ])
        .paged("external_contact_list", "limit", 100)
        .like("--userid-list zhangsan,lisi --all"),
        Method::post(
            "externalcontact/contact_list",
            Read,
            rust!(external.contact_list, |given| &given.whole()?),
        )
        .is("List everybody whom the company has served, by chat or group, customer or not")
        .page(99434)
        .takes(&[CURSOR, integer("limit", "How many on a page: 1 to 1000, which is WeCom's default")])
        .paged("info_list", "limit", 1_000)
        .like("--all"),
        Method::post("externalcontact/remark", Idempotent, rust!(external.remark, |given| &given.whole()?))
            .is("Set what an employee notes about a customer; what is not given stays, \"\" clears")
            .seed(&["updateRemark"])
            .page(92115)
            .takes(&[
                text("userid", "The employee").required(),
                text("external_userid", "The customer").required(),
                text("remark", "What stands for the name, at most 20 characters"),
                text("description", "The description, at most 150 characters"),
                text("remark_company", "The company, at most 20 characters; of customers from WeChat only"),
                texts("remark_mobiles", "All phones from now on; \"\" clears them"),
                text("remark_pic_mediaid", "The media_id of a picture, by media-upload"),
            ])
            .like("--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --remark 周总"),
    ],
};

//! Contact ways (联系我): codes and buttons by which customers add employees.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{CURSOR, Method, boolean, ids, integer, integers, json, rust, text, time};

const PAGE: u32 = 96348;

pub(super) static FAMILY: Family = Family {
    title: "Contact ways",
    methods: &[
        Method::post(
            "externalcontact/add_contact_way",
            Once,
            rust!(external.add_contact_way, |given| &given.whole()?),
        )
        .is("Make a contact way: a code or button by which customers add employees")
        .seed(&["addContactWay"])
        .page(PAGE)
        .takes(&[
            integer("type", "1 one employee, 2 several").required(),
            integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
            integer("style", "The button's look, from 1; of scene 1 only"),
            text("remark", "A memo for administrators, at most 30 characters"),
            boolean(
                "skip_verify",
                "Customers are added without the employee's confirmation; WeCom's default is true",
            ),
            text("state", "The channel's key, at most 30 characters; comes back in the event of the add"),
            ids("user", "Employees' userids: exactly one for type 1, else at most 100"),
            integers("party", "Departments' ids; of type 2 only"),
            boolean("is_temp", "Opens a temporary chat; medical trade only"),
            integer("expires_in", "How long a temporary way's code works, in seconds, at most 14 days"),
            integer("chat_expires_in", "How long a temporary chat lasts, in seconds, at most 14 days"),
            text("unionid", "The only WeChat user who may use a temporary way"),
            boolean("is_exclusive", "All who come from one other company get the same employee"),
            boolean("mark_source", "The customer is marked with the source"),
            json(
                "conclusions",
                "What is sent when a temporary chat ends: text, and image, link or miniprogram",
            ),
        ])
        .draws("/qr_code")
        .like("--type 1 --scene 2 --user zhangsan --state spring-2026"),
        Method::post(
            "externalcontact/get_contact_way",
            Read,
            rust!(external.get_contact_way, |given| given.text("config_id")),
        )
        .is("Show a contact way")
        .seed(&["getContactWay"])
        .page(PAGE)
        .takes(&[text("config_id", "The way's id").required()])
        .draws("/contact_way/qr_code")
        .like("--config-id 42b34949e138eb6e027c123cba77fad7"),
        Method::post(
            "externalcontact/update_contact_way",
            Idempotent,
            rust!(external.update_contact_way, |given| &given.whole()?),
        )
        .is("Change a contact way; what is not given stays, lists are replaced as a whole")
        .seed(&["updateContactWay"])
        .page(PAGE)
        .takes(&[
            text("config_id", "The way's id").required(),
            text("remark", "A memo for administrators, at most 30 characters"),
            boolean("skip_verify", "Customers are added without the employee's confirmation"),
            integer("style", "The button's look"),
            text("state", "The channel's key, at most 30 characters"),
            ids("user", "All employees from now on, at most 100"),
            integers("party", "All departments from now on"),
            integer("expires_in", "How long a temporary way's code works, in seconds, at most 14 days"),
            integer("chat_expires_in", "How long a temporary chat lasts, in seconds, at most 14 days"),
            text("unionid", "The only WeChat user who may use a temporary way"),
            boolean("mark_source", "The customer is marked with the source"),
            json(
                "conclusions",
                "What is sent when a temporary chat ends: text, and image, link or miniprogram",
            ),
        ])
        .like("--config-id 42b34949e138eb6e027c123cba77fad7 --skip-verify=false"),
        Method::post(
            "externalcontact/list_contact_way",
            Read,
            rust!(external.list_contact_way, |given| &given.whole()?),
        )
        .is("List the contact ways that this app made, by config_id")
        .page(PAGE)
        .takes(&[
            time("start_time", "Made then or later; WeCom's default is 90 days ago"),
            time("end_time", "Made then or before; WeCom's default is now"),
            CURSOR,
            integer("limit", "How many on a page: 1 to 1000, WeCom's default is 100"),
        ])
        .paged("contact_way", "limit", 1_000)
        .like("--start-time 30d --all"),
        Method::post(
            "externalcontact/del_contact_way",
            Idempotent,
            rust!(external.del_contact_way, |given| given.text("config_id")),
        )
        .is("Delete a contact way")
        .seed(&["deleteContactWay"])
        .page(PAGE)
        .takes(&[text("config_id", "The way's id").required()])
        .like("--config-id 42b34949e138eb6e027c123cba77fad7"),
        Method::post(
            "externalcontact/close_temp_chat",
            Once,
            rust!(external.close_temp_chat, |given| &given.whole()?),
        )
        .is("End a temporary chat before its time; its conclusion is sent first")
        .seed(&["closeTempChat"])
        .page(PAGE)
        .takes(&[
            text("userid", "The employee").required(),
            text("external_userid", "The customer").required(),
        ])
        .like("--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
    ],
};

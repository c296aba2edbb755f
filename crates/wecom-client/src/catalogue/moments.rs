//! Moments: what employees publish for their customers.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, content, integer, json, rust, text, time};

const TASK_PAGE: u32 = 95094;
const RECORD_PAGE: u32 = 93333;

const MOMENT_ID: Argument = text("moment_id", "The moment's id").required();
const PUBLISHER: Argument = text("userid", "The employee who published it").required();

pub(super) static FAMILY: Family = Family {
    title: "Moments",
    methods: &[
        Method::post(
            "externalcontact/add_moment_task",
            Once,
            rust!(external.add_moment_task, |given| &given.whole()?),
        )
        .is("Have a moment handed out to employees, who publish it; at most ten a minute")
        .page(TASK_PAGE)
        .takes(&[
            content("text", "The text, at most 2000 characters"),
            json(
                "attachments",
                "Up to 9 of {\"msgtype\": \"image\", \"image\": {…}}, or one video, or one link",
            ),
            json("visible_range", "Who publishes it and who sees it: sender_list, external_contact_list"),
        ])
        .like("--text 春季新品到店"),
        Method::get(
            "externalcontact/get_moment_task_result",
            rust!(external.get_moment_task_result, |given| given.text("jobid")),
        )
        .is("Show how far the handing out of a moment is; for 24 hours")
        .page(TASK_PAGE)
        .takes(&[text("jobid", "The job's id, by add-moment-task").required()])
        .like("--jobid xxxxxx"),
        Method::post(
            "externalcontact/cancel_moment_task",
            Idempotent,
            rust!(external.cancel_moment_task, |given| given.text("moment_id")),
        )
        .is("Take a moment back from the employees who have not published it")
        .page(97612)
        .takes(&[MOMENT_ID])
        .like("--moment-id momxxx"),
        Method::post(
            "externalcontact/get_moment_list",
            Read,
            rust!(external.get_moment_list, |given| &given.whole()?),
        )
        .is("List the moments of a time of at most a month")
        .page(RECORD_PAGE)
        .takes(&[
            time("start_time", "From when").required(),
            time("end_time", "To when, at most a month later").required(),
            text("creator", "Only moments of this employee"),
            integer(
                "filter_type",
                "0 those of the corp, 1 those of employees, 2 all, which is WeCom's default",
            ),
            CURSOR,
            integer("limit", "How many on a page: 1 to 100; WeCom may take no more than 20"),
        ])
        // Once 100; today's page says 20.
        .paged("moment_list", "limit", 20)
        .like("--start-time 7d --end-time 0s --all"),
        Method::post(
            "externalcontact/get_moment_task",
            Read,
            rust!(external.get_moment_task, |given| &given.whole()?),
        )
        .is("List the employees to whom a moment was handed out, and whether they published it")
        .page(RECORD_PAGE)
        .takes(&[MOMENT_ID, CURSOR, integer("limit", "How many on a page: 1 to 1000")])
        .paged("task_list", "limit", 1_000)
        .like("--moment-id momxxx --all"),
        Method::post(
            "externalcontact/get_moment_customer_list",
            Read,
            rust!(external.get_moment_customer_list, |given| &given.whole()?),
        )
        .is("List the customers whom an employee chose to see a moment")
        .page(RECORD_PAGE)
        .takes(&[MOMENT_ID, PUBLISHER, CURSOR, integer("limit", "How many on a page: 1 to 1000")])
        .paged("customer_list", "limit", 1_000)
        .like("--moment-id momxxx --userid zhangsan --all"),
        Method::post(
            "externalcontact/get_moment_send_result",
            Read,
            rust!(external.get_moment_send_result, |given| &given.whole()?),
        )
        .is("List the customers in whose moments it has appeared")
        .page(RECORD_PAGE)
        .takes(&[MOMENT_ID, PUBLISHER, CURSOR, integer("limit", "How many on a page: 1 to 5000")])
        .paged("customer_list", "limit", 5_000)
        .like("--moment-id momxxx --userid zhangsan --all"),
        Method::post(
            "externalcontact/get_moment_comments",
            Read,
            rust!(external.get_moment_comments, |given| given.text("moment_id"), given.text("userid")),
        )
        .is("Show who commented on an employee's moment, and who liked it")
        .page(RECORD_PAGE)
        .takes(&[MOMENT_ID, PUBLISHER])
        .like("--moment-id momxxx --userid zhangsan"),
    ],
};

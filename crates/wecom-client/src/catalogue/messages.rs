//! Messages: the welcome of a customer, those that greet whoever comes into a group, and mass messages.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, boolean, content, ids, integer, json, rust, text, time};

const TEMPLATE_PAGE: u32 = 92366;
const RECORD_PAGE: u32 = 93338;

const ATTACHMENTS: Argument = json(
    "attachments",
    "Up to 9 of {\"msgtype\": \"image\", \"image\": {…}}; also link, miniprogram, video, file",
);
const MSGID: Argument = text("msgid", "The message's id").required();
const TEMPLATE_ID: Argument = text("template_id", "The template's id").required();

pub(super) static WELCOMES: Family = Family {
    title: "Welcomes",
    methods: &[
        Method::post(
            "externalcontact/send_welcome_msg",
            Once,
            rust!(external.send_welcome_msg, |given| &given.whole()?),
        )
        .is("Send a new customer the welcome, within 20 seconds of the add")
        .seed(&["sendWelcomeMsg"])
        .page(92599)
        .takes(&[
            text("welcome_code", "What came with the event; works once, for 20 seconds").required(),
            content("text", "The text, at most 4000 bytes of UTF-8"),
            ATTACHMENTS,
        ])
        .like("--welcome-code hX3cPq7Vd2mN8sK1tR5yB9wJ4fG6aL0z --text 您好"),
        Method::post(
            "externalcontact/group_welcome_template/add",
            Once,
            rust!(external.group_welcome_template_add, |given| &given.whole()?),
        )
        .is("Make a welcome for whoever comes into a customer group")
        .page(TEMPLATE_PAGE)
        .takes(&[
            content("text", "At most 3000 bytes; %NICKNAME% stands for the name of whoever comes"),
            json("image", "{\"media_id\": …} or {\"pic_url\": …}"),
            json("link", "{\"title\": …, \"url\": …, \"picurl\": …, \"desc\": …}"),
            json("miniprogram", "{\"title\": …, \"pic_media_id\": …, \"appid\": …, \"page\": …}"),
            json("file", "{\"media_id\": …}"),
            json("video", "{\"media_id\": …}"),
            integer("agentid", "The app, where a suite has several"),
            integer("notify", "Owners of groups are told of it: 1 yes, which is WeCom's default, 0 no"),
        ])
        .like("--text '%NICKNAME%,欢迎'"),
        Method::post(
            "externalcontact/group_welcome_template/edit",
            Idempotent,
            rust!(external.group_welcome_template_edit, |given| &given.whole()?),
        )
        .is("Replace what a group welcome says")
        .page(TEMPLATE_PAGE)
        .takes(&[
            TEMPLATE_ID,
            content("text", "At most 3000 bytes; %NICKNAME% stands for the name of whoever comes"),
            json("image", "{\"media_id\": …} or {\"pic_url\": …}"),
            json("link", "{\"title\": …, \"url\": …, \"picurl\": …, \"desc\": …}"),
            json("miniprogram", "{\"title\": …, \"pic_media_id\": …, \"appid\": …, \"page\": …}"),
            json("file", "{\"media_id\": …}"),
            json("video", "{\"media_id\": …}"),
            integer("agentid", "The app, where a suite has several"),
        ])
        .like("--template-id msgXXXXXX --text 欢迎"),
        Method::post(
            "externalcontact/group_welcome_template/get",
            Read,
            rust!(external.group_welcome_template_get, |given| given.text("template_id")),
        )
        .is("Show what a group welcome says")
        .page(TEMPLATE_PAGE)
        .takes(&[TEMPLATE_ID])
        .like("--template-id msgXXXXXX"),
        Method::post(
            "externalcontact/group_welcome_template/del",
            Idempotent,
            rust!(
                external.group_welcome_template_del,
                |given| given.text("template_id"),
                given.maybe_integer("agentid")
            ),
        )
        .is("Delete a group welcome")
        .page(TEMPLATE_PAGE)
        .takes(&[TEMPLATE_ID, integer("agentid", "The app, where a suite has several")])
        .like("--template-id msgXXXXXX"),
    ],
};

pub(super) static MASS: Family = Family {
    title: "Mass messages",
    methods: &[
        Method::post(
            "externalcontact/add_msg_template",
            Once,
            rust!(external.add_msg_template, |given| &given.whole()?),
        )
        .is("Propose a message to employees, who have to send it themselves")
        .seed(&["addMsgTemplate"])
        .page(92135)
        .takes(&[
            text("chat_type", "single to customers, which is WeCom's default, or group to customer groups"),
            ids(
                "external_userid",
                "The customers, at most 10000; with --sender alone all of that employee's",
            ),
            ids("chat_id_list", "The groups, at most 2000"),
            json("tag_filter", "Only customers with these tags: {\"group_list\": [{\"tag_list\": […]}]}"),
            text("sender", "The employee who is to send it; required for groups"),
            boolean("allow_select", "The employee may choose among the addressees; WeCom's default is false"),
            content("text", "The text, at most 4000 bytes of UTF-8"),
            ATTACHMENTS,
        ])
        .like("--sender zhangsan --text 春季活动今天开始"),
        Method::post(
            "externalcontact/remind_groupmsg_send",
            Once,
            rust!(external.remind_groupmsg_send, |given| given.text("msgid")),
        )
        .is("Remind the employees who have not sent a mass message; three times in 24 hours")
        .page(97610)
        .takes(&[MSGID])
        .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
        Method::post(
            "externalcontact/cancel_groupmsg_send",
            Idempotent,
            rust!(external.cancel_groupmsg_send, |given| given.text("msgid")),
        )
        .is("Take a mass message back from the employees who have not sent it")
        .page(97611)
        .takes(&[MSGID])
        .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
        Method::post(
            "externalcontact/get_groupmsg_list_v2",
            Read,
            rust!(external.get_groupmsg_list_v2, |given| &given.whole()?),
        )
        .is("List the mass messages of a time")
        .page(RECORD_PAGE)
        .takes(&[
            text("chat_type", "single or group").required(),
            time("start_time", "From when").required(),
            time("end_time", "To when").required(),
            text("creator", "Only messages of this employee"),
            integer(
                "filter_type",
                "0 those of the corp, 1 those of employees, 2 all, which is WeCom's default",
            ),
            integer("limit", "How many on a page: 1 to 100"),
            CURSOR,
        ])
        .paged("group_msg_list", "limit", 100)
        .like("--chat-type single --start-time 7d --end-time 0s --all"),
        Method::post(
            "externalcontact/get_groupmsg_task",
            Read,
            rust!(external.get_groupmsg_task, |given| &given.whole()?),
        )
        .is("List the employees to whom a mass message was proposed, and whether they sent it")
        .page(RECORD_PAGE)
        .takes(&[MSGID, integer("limit", "How many on a page: 1 to 1000"), CURSOR])
        .paged("task_list", "limit", 1_000)
        .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA --all"),
        Method::post(
            "externalcontact/get_groupmsg_send_result",
            Read,
            rust!(external.get_groupmsg_send_result, |given| &given.whole()?),
        )
        .is("List what became of an employee's mass message, customer by customer")
        .page(RECORD_PAGE)
        .takes(&[
            MSGID,
            text("userid", "The employee who sends it").required(),
            integer("limit", "How many on a page: 1 to 1000"),
            CURSOR,
        ])
        .paged("send_list", "limit", 1_000)
        .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA --userid zhangsan --all"),
        Method::post(
            "externalcontact/get_group_msg_result",
            Read,
            rust!(external.get_group_msg_result, |given| &given.whole()?),
        )
        .is("List what became of a mass message: the old form, still answered")
        .takes(&[MSGID, integer("limit", "How many on a page: 1 to 1000"), CURSOR])
        .paged("detail_list", "limit", 1_000)
        .like("--msgid msgGCAAAXtWyujaWJHDDGi0mACAAAA"),
    ],
};

//! Customer groups, and the ways by which customers come into them.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Argument, CURSOR, Method, boolean, ids, integer, owners, rust, text};

const JOIN_WAY_PAGE: u32 = 92229;

const CONFIG_ID: Argument = text("config_id", "The way's id").required();

pub(super) static FAMILY: Family = Family {
    title: "Customer groups",
    methods: &[
        Method::post(
            "externalcontact/groupchat/list",
            Read,
            rust!(external.groupchat_list, |given| &given.whole()?),
        )
        .is("List customer groups by id")
        .seed(&["listGroupChat"])
        .page(92120)
        .takes(&[
            integer("status_filter", "0 all, 1 the owner has left, 2 being handed over, 3 handed over"),
            owners("Only groups of these owners, at most 100 userids"),
            CURSOR,
            integer("limit", "How many on a page: 1 to 1000").required(),
        ])
        .paged("group_chat_list", "limit", 1_000)
        .like("--owner-filter zhangsan,lisi --limit 100"),
        Method::post(
            "externalcontact/groupchat/get",
            Read,
            rust!(external.groupchat_get, |given| given.text("chat_id"), given.zero_or_one("need_name")?),
        )
        .is("Show a customer group and those in it")
        .seed(&["getGroupChat"])
        .page(92122)
        .takes(&[
            text("chat_id", "The group").required(),
            integer("need_name", "1 to have the members' names as well; WeCom's default is 0"),
        ])
        .like("--chat-id wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --need-name 1"),
        Method::post(
            "externalcontact/groupchat/transfer",
            Once,
            rust!(external.groupchat_transfer, |given| &given.whole()?),
        )
        .is("Give the groups of an employee who has left to another")
        .page(92127)
        .takes(&[
            ids("chat_id_list", "The groups, 1 to 100").required(),
            text("new_owner", "The employee who gets them; at most 300 a day").required(),
        ])
        .lists("failed_chat_list")
        .like("--chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --new-owner lisi"),
        Method::post(
            "externalcontact/groupchat/onjob_transfer",
            Once,
            rust!(external.groupchat_onjob_transfer, |given| &given.whole()?),
        )
        .is("Give the groups of an employee who is still there to another")
        .page(95703)
        .takes(&[
            ids("chat_id_list", "The groups, 1 to 100").required(),
            text("new_owner", "The employee who gets them; at most 300 a day").required(),
        ])
        .lists("failed_chat_list")
        .like("--chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --new-owner lisi"),
        Method::post(
            "externalcontact/opengid_to_chatid",
            Read,
            rust!(external.opengid_to_chatid, |given| given.text("opengid")),
        )
        .is("Find the customer group that a mini-program knows by its opengid")
        .page(94822)
        .takes(&[text("opengid", "The mini-program's id of the group").required()])
        .like("--opengid oAAAAAAAAA"),
    ],
};

pub(super) static JOIN_WAYS: Family = Family {
    title: "Group join ways",
    methods: &[
        Method::post(
            "externalcontact/groupchat/add_join_way",
            Once,
            rust!(external.groupchat_add_join_way, |given| &given.whole()?),
        )
        .is("Make a join way: a code or button by which customers come into a group")
        .page(JOIN_WAY_PAGE)
        .takes(&[
            integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
            text("remark", "A note, at most 30 characters"),
            integer(
                "auto_create_room",
                "Another group is made when all are full: 1 yes, WeCom's default, 0 no",
            ),
            text("room_base_name", "How the names of such groups begin"),
            integer("room_base_id", "The number from which such groups are counted"),
            ids("chat_id_list", "The groups that it leads to, 1 to 5").required(),
            text("state", "The channel's key, at most 30 characters"),
            boolean("mark_source", "Customers who came by it are marked with the source"),
        ])
        .like("--scene 2 --chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --state counter"),
        Method::post(
            "externalcontact/groupchat/get_join_way",
            Read,
            rust!(external.groupchat_get_join_way, |given| given.text("config_id")),
        )
        .is("Show a join way")
        .page(JOIN_WAY_PAGE)
        .takes(&[CONFIG_ID])
        .draws("/join_way/qr_code")
        .like("--config-id 9ad7fa5cdaa6511298498f979c472aaa --qr"),
        Method::post(
            "externalcontact/groupchat/update_join_way",
            Idempotent,
            rust!(external.groupchat_update_join_way, |given| &given.whole()?),
        )
        .is("Replace a join way as a whole: what is not given falls back to WeCom's default")
        .page(JOIN_WAY_PAGE)
        .takes(&[
            CONFIG_ID,
            integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
            text("remark", "A note, at most 30 characters"),
            integer(
                "auto_create_room",
                "Another group is made when all are full: 1 yes, WeCom's default, 0 no",
            ),
            text("room_base_name", "How the names of such groups begin"),
            integer("room_base_id", "The number from which such groups are counted"),
            ids("chat_id_list", "The groups that it leads to, 1 to 5").required(),
            text("state", "The channel's key, at most 30 characters"),
            boolean("mark_source", "Customers who came by it are marked with the source"),
        ])
        .like(
            "--config-id 9ad7fa5cdaa6511298498f979c472aaa --scene 2 --chat-id-list \
             wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w",
        ),
        Method::post(
            "externalcontact/groupchat/del_join_way",
            Idempotent,
            rust!(external.groupchat_del_join_way, |given| given.text("config_id")),
        )
        .is("Delete a join way")
        .page(JOIN_WAY_PAGE)
        .takes(&[CONFIG_ID])
        .like("--config-id 9ad7fa5cdaa6511298498f979c472aaa"),
    ],
};

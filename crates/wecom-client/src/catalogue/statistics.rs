//! What employees did with customers and groups.

use super::Family;
use crate::Effect::Read;
use crate::method::{By, Method, Paging, day, ids, integer, integers, owners, rust};

const GROUPS_PAGE: u32 = 92133;

pub(super) static FAMILY: Family = Family {
    title: "Statistics",
    methods: &[
        Method::post(
            "externalcontact/get_user_behavior_data",
            Read,
            rust!(external.get_user_behavior_data, |given| &given.whole()?),
        )
        .is("Show what employees did with customers, day by day; of the last 180 days")
        .seed(&["getUserBehaviorStatistic"])
        .page(92132)
        .takes(&[
            ids("userid", "Employees, at most 100"),
            integers("partyid", "Departments, at most 100"),
            day("start_time", "The first day").required(),
            day("end_time", "The last day, at most 30 days later").required(),
        ])
        .lists("behavior_data")
        .like("--userid zhangsan --start-time 2026-03-01 --end-time 2026-03-07"),
        Method::post(
            "externalcontact/groupchat/statistic",
            Read,
            rust!(external.groupchat_statistic, |given| &given.whole()?),
        )
        .is("Show what happened in the groups of owners, owner by owner")
        .seed(&["getGroupChatStatistic"])
        .page(GROUPS_PAGE)
        .takes(&[
            day("day_begin_time", "The first day").required(),
            day("day_end_time", "The last day, at most 30 days later; the first if not given"),
            owners("The owners, 1 to 100 userids").required(),
            integer("order_by", "1 new groups, 2 all groups, 3 new members, 4 all members"),
            integer("order_asc", "1 ascending, 0 descending"),
            integer("offset", "How many owners to pass over"),
            integer("limit", "How many on a page: 1 to 1000, WeCom's default is 500"),
        ])
        .paged_as(Paging { by: By::Offset, list: "items", limit: Some(("limit", 1_000)) })
        .like("--day-begin-time 2026-03-01 --owner-filter zhangsan --all"),
        Method::post(
            "externalcontact/groupchat/statistic_group_by_day",
            Read,
            rust!(external.groupchat_statistic_group_by_day, |given| &given.whole()?),
        )
        .is("Show what happened in the groups of owners, day by day")
        .page(GROUPS_PAGE)
        .takes(&[
            day("day_begin_time", "The first day").required(),
            day("day_end_time", "The last day, at most 30 days later; the first if not given"),
            owners("The owners, 1 to 100 userids").required(),
        ])
        .lists("items")
        .like("--day-begin-time 2026-03-01 --day-end-time 2026-03-07 --owner-filter zhangsan"),
    ],
};

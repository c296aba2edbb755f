//! What happened in customer groups, by owner and by day. WeCom keeps the last 180 days.

use serde::{Deserialize, Serialize};

use super::{
    External, OwnersOf,
    statistics::{OWNERS_MAX, check_days},
};
use crate::client::{
    Call, CallOptions, Day, Effect, Endpoint, Error, Listing,
    limits::Check,
    paging::{Page, Paged, all_pages},
    values,
};

const GROUPCHAT_STATISTIC: Endpoint =
    Endpoint::post("externalcontact/groupchat/statistic", Effect::Read).page(92133);
const GROUPCHAT_STATISTIC_GROUP_BY_DAY: Endpoint =
    Endpoint::post("externalcontact/groupchat/statistic_group_by_day", Effect::Read).page(92133);

/// At most so many owners on one page.
const PAGE_MAX: u32 = 1_000;

impl External {
    /// One page of what happened in the groups of owners (`groupchat/statistic`; page 92133): one entry an owner,
    /// summed over the days.
    ///
    /// # Errors
    ///
    /// 81017 when too many owners are named. [`Error::Argument`] when a limit of [`GroupChatStatistic`] is broken.
    pub async fn groupchat_statistic(
        &self,
        request: &GroupChatStatistic,
        options: CallOptions,
    ) -> Result<GroupChatOwners, Error> {
        let GroupChatStatistic {
            day_begin_time,
            day_end_time,
            owner_filter,
            order_by,
            order_asc,
            offset,
            limit,
        } = request;
        let check = Check::of(GROUPCHAT_STATISTIC)
            .given("day_begin_time", day_begin_time.is_some())
            .count("owner_filter.userid_list", &owner_filter.userid_list, 1..=OWNERS_MAX)
            .number("order_by", order_by.map(|order| order.0), 1..=4)
            .number("order_asc", *order_asc, 0..=1)
            .number("offset", *offset, 0..=i64::from(u32::MAX))
            .page_size("limit", *limit, PAGE_MAX);
        check_days(check, "day_end_time", *day_begin_time, *day_end_time).end()?;
        self.client.call(Call::new(GROUPCHAT_STATISTIC, options).json(request)).await
    }

    /// What happened in the groups of owners (`groupchat/statistic_group_by_day`; page 92133): one entry a day,
    /// summed over the owners.
    ///
    /// # Errors
    ///
    /// As [`External::groupchat_statistic`].
    pub async fn groupchat_statistic_group_by_day(
        &self,
        request: &GroupChatStatisticByDay,
        options: CallOptions,
    ) -> Result<Vec<GroupChatDay>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            items: Vec<GroupChatDay>,
        }
        let GroupChatStatisticByDay { day_begin_time, day_end_time, owner_filter } = request;
        let check = Check::of(GROUPCHAT_STATISTIC_GROUP_BY_DAY)
            .given("day_begin_time", day_begin_time.is_some())
            .count("owner_filter.userid_list", &owner_filter.userid_list, 1..=OWNERS_MAX);
        check_days(check, "day_end_time", *day_begin_time, *day_end_time).end()?;
        let call = Call::new(GROUPCHAT_STATISTIC_GROUP_BY_DAY, options).json(request);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.items)
    }

    /// Every owner of [`External::groupchat_statistic`], page by page.
    pub fn groupchat_statistic_all(
        &self,
        request: &GroupChatStatistic,
        options: CallOptions,
    ) -> Listing<GroupChatOwner, i64> {
        all_pages!(self.groupchat_statistic, GROUPCHAT_STATISTIC, request, PAGE_MAX, options)
    }
}

/// Whose groups, and when; see [`External::groupchat_statistic`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GroupChatStatistic {
    /// The first day; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_begin_time: Option<Day>,
    /// The last day, at most 30 days later; the first if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_end_time: Option<Day>,
    /// The owners, 1 to 100; required.
    pub owner_filter: OwnersOf,
    /// By what the owners are sorted; by new groups if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_by: Option<GroupChatStatisticOrder>,
    /// 1 for ascending; 0, as if absent, for descending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_asc: Option<u32>,
    /// How many owners to pass over; 0 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// How many on a page: 500 if absent, at most 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Whose groups, and when; see [`External::groupchat_statistic_group_by_day`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GroupChatStatisticByDay {
    /// The first day; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_begin_time: Option<Day>,
    /// The last day, at most 30 days later; the first if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_end_time: Option<Day>,
    /// The owners, 1 to 100; required.
    pub owner_filter: OwnersOf,
}

values::open_number! {
    /// By what the owners of [`External::groupchat_statistic`] are sorted.
    GroupChatStatisticOrder {
        /// New groups.
        NEW_CHATS = 1, "new_chats";
        /// All groups.
        CHATS = 2, "chats";
        /// New members.
        NEW_MEMBERS = 3, "new_members";
        /// All members.
        MEMBERS = 4, "members";
    }
}

/// One page of [`External::groupchat_statistic`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChatOwners {
    /// How many owners there are in all.
    #[serde(deserialize_with = "values::integer")]
    pub total: Option<i64>,
    /// The `offset` of the next page; `total` on the last.
    #[serde(deserialize_with = "values::integer")]
    pub next_offset: Option<i64>,
    /// The owners.
    #[serde(deserialize_with = "values::list")]
    pub items: Vec<GroupChatOwner>,
}

impl Page for GroupChatOwners {
    type Item = GroupChatOwner;
    type Next = i64;

    fn into_parts(self) -> (Vec<GroupChatOwner>, Option<i64>) {
        let next = match (self.next_offset, self.total) {
            (Some(next), Some(total)) if next < total => Some(next),
            _ => None,
        };
        (self.items, next)
    }
}

impl Paged for GroupChatStatistic {
    type Next = i64;

    fn turn_to(&mut self, next: Option<i64>) {
        if next.is_some() {
            self.offset = next;
        }
    }

    fn size(&mut self) -> Option<&mut Option<u32>> {
        Some(&mut self.limit)
    }
}

/// What happened in an owner's groups.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChatOwner {
    /// The owner.
    #[serde(deserialize_with = "values::text")]
    pub owner: Option<String>,
    /// The figures.
    #[serde(deserialize_with = "values::object")]
    pub data: Option<GroupChatFigures>,
}

/// What happened in groups on one day.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChatDay {
    /// The day that the figures are of.
    #[serde(deserialize_with = "values::number")]
    pub stat_time: Option<Day>,
    /// The figures.
    #[serde(deserialize_with = "values::object")]
    pub data: Option<GroupChatFigures>,
}

/// The figures of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChatFigures {
    /// New groups.
    #[serde(deserialize_with = "values::integer")]
    pub new_chat_cnt: Option<i64>,
    /// All groups.
    #[serde(deserialize_with = "values::integer")]
    pub chat_total: Option<i64>,
    /// Groups in which somebody wrote.
    #[serde(deserialize_with = "values::integer")]
    pub chat_has_msg: Option<i64>,
    /// New members.
    #[serde(deserialize_with = "values::integer")]
    pub new_member_cnt: Option<i64>,
    /// All members.
    #[serde(deserialize_with = "values::integer")]
    pub member_total: Option<i64>,
    /// Members who wrote.
    #[serde(deserialize_with = "values::integer")]
    pub member_has_msg: Option<i64>,
    /// Messages.
    #[serde(deserialize_with = "values::integer")]
    pub msg_total: Option<i64>,
    /// Groups of the education trade that were moved here from WeChat.
    #[serde(deserialize_with = "values::integer")]
    pub migrate_trainee_chat_cnt: Option<i64>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{GROUPCHAT_STATISTIC, GROUPCHAT_STATISTIC_GROUP_BY_DAY, OWNERS_MAX, PAGE_MAX};
    use crate::contact::statistics::DAYS_MAX;
    use crate::method::{By, Method, Paging, day, formatcp, integer, owners, rust};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(GROUPCHAT_STATISTIC, rust!(external.groupchat_statistic, |given| &given.whole()?))
            .is("Show what happened in the groups of owners, owner by owner")
            .wxjava(&["getGroupChatStatistic"])
            .takes(&[
                day("day_begin_time", "The first day").required(),
                day(
                    "day_end_time",
                    formatcp!("The last day, at most {DAYS_MAX} days later; the first if not given"),
                ),
                owners(formatcp!("The owners, 1 to {OWNERS_MAX} userids")).required(),
                integer("order_by", "1 new groups, 2 all groups, 3 new members, 4 all members"),
                integer("order_asc", "1 ascending, 0 descending"),
                integer("offset", "How many owners to pass over"),
                integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}, WeCom's default is 500")),
            ])
            .paged_as(Paging { by: By::Offset, list: "items", limit: Some(("limit", PAGE_MAX)) })
            .like("--day-begin-time 2026-03-01 --owner-filter zhangsan --all"),
        Method::of(
            GROUPCHAT_STATISTIC_GROUP_BY_DAY,
            rust!(external.groupchat_statistic_group_by_day, |given| &given.whole()?),
        )
        .is("Show what happened in the groups of owners, day by day")
        .takes(&[
            day("day_begin_time", "The first day").required(),
            day(
                "day_end_time",
                formatcp!("The last day, at most {DAYS_MAX} days later; the first if not given"),
            ),
            owners(formatcp!("The owners, 1 to {OWNERS_MAX} userids")).required(),
        ])
        .lists("items")
        .like("--day-begin-time 2026-03-01 --day-end-time 2026-03-07 --owner-filter zhangsan"),
    ];
}

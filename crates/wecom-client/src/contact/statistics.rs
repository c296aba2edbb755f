//! What employees did with customers and customer groups, by day and by owner. WeCom keeps the last 180 days.

use serde::{Deserialize, Serialize};

use super::{
    Day, External, Listing, OwnersOf,
    limits::Check,
    paging::{Page, Paged, all_pages},
    read,
};
use crate::{Call, CallOptions, Effect, Error, client::values};

const GET_USER_BEHAVIOR_DATA: &str = "externalcontact/get_user_behavior_data";
const GROUPCHAT_STATISTIC: &str = "externalcontact/groupchat/statistic";
const GROUPCHAT_STATISTIC_GROUP_BY_DAY: &str = "externalcontact/groupchat/statistic_group_by_day";

/// At most so long between the first and the last day, in seconds.
const SPAN_S_MAX: i64 = 30 * 86_400;
/// At most so many employees, departments or owners in one call.
const OWNERS_MAX: usize = 100;
/// At most so many owners on one page.
const PAGE_MAX: i64 = 1_000;

impl External {
    /// What employees did with customers (`get_user_behavior_data`; document 92132): one entry a day, summed over all
    /// who are named.
    ///
    /// # Errors
    ///
    /// 60011 when one of them is outside the app's visible range. [`Error::Argument`] when a limit of
    /// [`GetUserBehaviorData`] is broken.
    pub async fn get_user_behavior_data(
        &self,
        request: &GetUserBehaviorData,
        options: CallOptions,
    ) -> Result<Vec<BehaviorData>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            behavior_data: Vec<BehaviorData>,
        }
        let GetUserBehaviorData { userid, partyid, start_time, end_time } = request;
        let check = Check::of(GET_USER_BEHAVIOR_DATA)
            .rule(!userid.is_empty() || !partyid.is_empty(), "userid", || {
                "and partyid are both empty: WeCom wants at least one".to_owned()
            })
            .count("userid", userid, 0..=OWNERS_MAX)
            .count("partyid", partyid, 0..=OWNERS_MAX)
            .given("start_time", start_time.is_some())
            .given("end_time", end_time.is_some());
        check_days(check, "end_time", *start_time, *end_time).end()?;
        let call = Call::post(GET_USER_BEHAVIOR_DATA, Effect::Read, request, options);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.behavior_data)
    }

    /// One page of what happened in the groups of owners (`groupchat/statistic`; document 92133): one entry an owner,
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
            .number("limit", *limit, 1..=PAGE_MAX);
        check_days(check, "day_end_time", *day_begin_time, *day_end_time).end()?;
        self.client.call(Call::post(GROUPCHAT_STATISTIC, Effect::Read, request, options)).await
    }

    /// What happened in the groups of owners (`groupchat/statistic_group_by_day`; document 92133): one entry a day,
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
        let call = Call::post(GROUPCHAT_STATISTIC_GROUP_BY_DAY, Effect::Read, request, options);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.items)
    }
}

impl External {
    /// Every owner of [`External::groupchat_statistic`], page by page.
    pub fn groupchat_statistic_all(
        &self,
        request: &GroupChatStatistic,
        options: CallOptions,
    ) -> Listing<GroupChatOwner, i64> {
        all_pages!(self.groupchat_statistic, GROUPCHAT_STATISTIC, request, 1_000, options)
    }
}

fn check_days(check: Check, end_field: &'static str, begin: Option<Day>, end: Option<Day>) -> Check {
    match (begin, end) {
        (Some(begin), Some(end)) => {
            check.span(end_field, begin.begins().as_unix_s(), end.begins().as_unix_s(), SPAN_S_MAX)
        }
        _ => check,
    }
}

/// Whose behaviour, and when; see [`External::get_user_behavior_data`]. Not both lists are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GetUserBehaviorData {
    /// Employees, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userid: Vec<String>,
    /// Departments, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partyid: Vec<i64>,
    /// The first day; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Day>,
    /// The last day, at most 30 days later; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Day>,
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

/// What employees did with customers in a day. What is absent could not be computed, which is not 0.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BehaviorData {
    /// The day.
    #[serde(deserialize_with = "values::number")]
    pub stat_time: Option<Day>,
    /// Chats in which the employee wrote.
    #[serde(deserialize_with = "values::integer")]
    pub chat_cnt: Option<i64>,
    /// Messages that the employee sent.
    #[serde(deserialize_with = "values::integer")]
    pub message_cnt: Option<i64>,
    /// How many of the chats that customers began were answered, in percent; absent where none were begun.
    #[serde(deserialize_with = "read::fraction")]
    pub reply_percentage: Option<f64>,
    /// How long the first answer took on average, in minutes; absent where none was given.
    #[serde(deserialize_with = "values::integer")]
    pub avg_reply_time: Option<i64>,
    /// Customers who deleted or blocked the employee.
    #[serde(deserialize_with = "values::integer")]
    pub negative_feedback_cnt: Option<i64>,
    /// Requests that the employee sent to become a contact.
    #[serde(deserialize_with = "values::integer")]
    pub new_apply_cnt: Option<i64>,
    /// New customers.
    #[serde(deserialize_with = "values::integer")]
    pub new_contact_cnt: Option<i64>,
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
    /// The day.
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

//! Statistics of customer groups, by owner and by day (page 92133), counted from what has happened in them.
//!
//! Totals are those at the end of the last day; what is new is summed over the days. On each day a group counts for its
//! owner at the end of that day. Other than with WeCom, today is counted too, as far as it has come.

use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{days, empty, invalid},
    errcode::Refusal,
    group_chat::OwnerFilter,
};
use crate::world::World;

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/groupchat/statistic", by_owner),
    Method::post("externalcontact/groupchat/statistic_group_by_day", by_day),
];

/// So many owners on a page where no `limit` is given, and at most.
const PAGE: i64 = 500;
const PAGE_MAX: i64 = 1_000;

#[derive(Deserialize)]
struct Asked {
    day_begin_time: Option<i64>,
    day_end_time: Option<i64>,
    owner_filter: Option<OwnerFilter>,
    order_by: Option<i64>,
    order_asc: Option<i64>,
    offset: Option<i64>,
    limit: Option<i64>,
}

/// Each day from its midnight to the next, in Unix milliseconds.
type Days = Vec<(i64, i64)>;

impl Asked {
    fn check(&self, now_ms: i64) -> Result<(Days, &OwnerFilter), Refusal> {
        let begin = self.day_begin_time.ok_or_else(|| invalid("day_begin_time is missing"))?;
        let days = days(begin, self.day_end_time.unwrap_or(begin), now_ms)?;
        let owners = self.owner_filter.as_ref().filter(|filter| !filter.userid_list.is_empty());
        let owners = owners.ok_or_else(|| empty("owner_filter.userid_list"))?;
        owners.check()?;
        Ok((days, owners))
    }
}

#[derive(Clone, Copy, Default)]
struct Figures {
    new_chats: u64,
    chats: u64,
    chats_with_words: u64,
    new_members: u64,
    members: u64,
    members_with_words: u64,
    messages: u64,
}

impl Figures {
    /// The groups of some owners on one day: what is new, and the totals at its end.
    fn of_day(world: &World, (from_ms, to_ms): (i64, i64), owns: impl Fn(&str) -> bool) -> Self {
        let mut sum = Self::default();
        let chats = world.groups.chats.iter().filter(|chat| {
            !chat.internal
                && chat.created_ms < to_ms
                && chat.dismissed_ms.is_none_or(|at_ms| at_ms >= from_ms)
                && owns(chat.owner_at(to_ms - 1))
        });
        for chat in chats {
            sum.new_chats += u64::from(chat.created_ms >= from_ms);
            sum.new_members += chat.joined_between(from_ms, to_ms);
            if chat.dismissed_ms.is_some_and(|at_ms| at_ms < to_ms) {
                continue;
            }
            let (talkers, messages) = chat.said_before(to_ms);
            sum.chats += 1;
            sum.chats_with_words += u64::from(messages > 0);
            sum.members += chat.size_at(to_ms);
            sum.members_with_words += talkers;
            sum.messages += messages;
        }
        sum
    }

    /// The same over several days.
    fn of_days(world: &World, days: &[(i64, i64)], owns: impl Fn(&str) -> bool) -> Self {
        days.iter().fold(Self::default(), |before, day| {
            let of_day = Self::of_day(world, *day, &owns);
            Self {
                new_chats: before.new_chats + of_day.new_chats,
                new_members: before.new_members + of_day.new_members,
                ..of_day
            }
        })
    }

    fn to_json(self) -> Value {
        json!({
            "new_chat_cnt": self.new_chats,
            "chat_total": self.chats,
            "chat_has_msg": self.chats_with_words,
            "new_member_cnt": self.new_members,
            "member_total": self.members,
            "member_has_msg": self.members_with_words,
            "msg_total": self.messages,
            "migrate_trainee_chat_cnt": 0,
        })
    }
}

/// One entry for each owner who is named and has ever had a group.
fn by_owner(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    world.settle_chats(call.now_ms);
    let (days, filter) = asked.check(call.now_ms)?;
    let figure: fn(&Figures) -> u64 = match asked.order_by.unwrap_or(1) {
        1 => |figures| figures.new_chats,
        2 => |figures| figures.chats,
        3 => |figures| figures.new_members,
        4 => |figures| figures.members,
        _ => return Err(invalid("order_by is not 1 to 4")),
    };
    let ascending = match asked.order_asc.unwrap_or(0) {
        0 => false,
        1 => true,
        _ => return Err(invalid("order_asc is not 0 or 1")),
    };
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(invalid(format!("limit is not 1 to {PAGE_MAX}")));
    }
    let offset = usize::try_from(asked.offset.unwrap_or(0)).map_err(|_| invalid("offset is negative"))?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let mut owners: Vec<&str> = world
        .groups
        .chats
        .iter()
        .filter(|chat| !chat.internal)
        .flat_map(|chat| chat.owners.iter().map(|(_, owner)| owner.as_str()))
        .filter(|owner| filter.has(owner))
        .collect();
    owners.sort_unstable();
    owners.dedup();
    let mut rows: Vec<(&str, Figures)> =
        owners.into_iter().map(|owner| (owner, Figures::of_days(world, &days, |of| of == owner))).collect();
    if ascending {
        rows.sort_by_key(|(_, figures)| figure(figures));
    } else {
        rows.sort_by_key(|(_, figures)| Reverse(figure(figures)));
    }
    let total = rows.len();
    let page = rows.iter().skip(offset).take(limit);
    let items: Vec<Value> =
        page.map(|(owner, figures)| json!({ "owner": owner, "data": figures.to_json() })).collect();
    let next_offset = offset.saturating_add(items.len()).min(total);
    Ok(members(json!({ "total": total, "next_offset": next_offset, "items": items })))
}

/// One entry for each day, summed over the owners.
fn by_day(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    world.settle_chats(call.now_ms);
    let (days, filter) = asked.check(call.now_ms)?;
    let items = days.iter().map(|day| {
        let figures = Figures::of_day(world, *day, |owner| filter.has(owner));
        json!({ "stat_time": day.0 / 1_000, "data": figures.to_json() })
    });
    Ok(members(json!({ "items": items.collect::<Vec<_>>() })))
}

//! What acquisition links have brought: customers, statistics, conversations; and the quota (pages 97298, 97375 and 100138).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acquisition::link,
    call::{Answer, Call, Method, members},
    check::{Pages, days, empty, invalid},
};
use crate::{corp::ROOT, world::World};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/customer_acquisition/customer", customer),
    Method::get("externalcontact/customer_acquisition_quota", quota),
    Method::post("externalcontact/customer_acquisition/statistic", statistic),
    Method::post("externalcontact/customer_acquisition/get_chat_info", chat_info),
    Method::get("externalcontact/customer_acquisition_app/get_permit", get_permit),
];

/// So many customers on a page where no `limit` is given, and at most.
const PAGE: usize = 100;
const PAGE_MAX: usize = 1_000;

#[derive(Deserialize)]
struct Customers {
    #[serde(default)]
    link_id: String,
    #[serde(flatten)]
    pages: Pages,
}

fn customer(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Customers = call.json()?;
    let link = link(world, &asked.link_id)?;
    let rows = link.customers.iter().zip(0..).map(|(came, number)| {
        let json = json!({
            "external_userid": came.customer,
            "userid": came.employee,
            "chat_status": i64::from(came.messages > 0),
            "state": came.state,
        });
        (number, json)
    });
    asked.pages.to_answer("customer_list", (Some(PAGE), PAGE_MAX), rows)
}

#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn quota(world: &mut World, call: &Call<'_>) -> Answer {
    let quota = &world.links.quota;
    let parts = quota.parts(call.now_ms).filter(|(_, left)| *left > 0);
    let parts: Vec<Value> =
        parts.map(|(at_ms, left)| json!({ "expire_date": at_ms / 1_000, "balance": left })).collect();
    let balance = quota.balance(call.now_ms);
    Ok(members(json!({ "total": quota.used, "balance": balance, "quota_list": parts })))
}

#[derive(Deserialize)]
struct Statistic {
    #[serde(default)]
    link_id: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
}

fn statistic(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Statistic = call.json()?;
    let link = link(world, &asked.link_id)?;
    let (Some(start_s), Some(end_s)) = (asked.start_time, asked.end_time) else {
        return Err(invalid("start_time or end_time is missing"));
    };
    let days = days(start_s, end_s, call.now_ms)?;
    let (from_ms, to_ms) = (days.first().map_or(0, |day| day.0), days.last().map_or(0, |day| day.1));
    let (opened, came) = link.figures(from_ms, to_ms);
    Ok(members(json!({ "click_link_customer_cnt": opened, "new_customer_cnt": came })))
}

#[derive(Deserialize)]
struct ByKey {
    #[serde(default)]
    chat_key: String,
}

fn chat_info(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ByKey = call.json()?;
    if asked.chat_key.is_empty() {
        return Err(empty("chat_key"));
    }
    let chat = world.links.chat(&asked.chat_key, call.now_ms);
    let chat = chat.ok_or_else(|| invalid("chat_key is unknown or too old"))?;
    Ok(members(json!({
        "userid": chat.employee,
        "external_userid": chat.customer,
        "chat_info": {
            "recv_msg_cnt": chat.messages,
            "link_id": chat.link_id,
            "state": chat.state,
        },
    })))
}

/// For whom a marketing app may work (page 101146): the whole company, which is the root department.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn get_permit(_: &mut World, _: &Call<'_>) -> Answer {
    Ok(members(json!({ "user_list": [], "department_list": [ROOT], "tag_list": [] })))
}

//! What members did with customers, by day (page 92132); `world::behaviour` counts it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check,
    errcode::Refusal,
};
use crate::world::World;

pub(super) const METHODS: &[Method] =
    &[Method::post("externalcontact/get_user_behavior_data", get_user_behavior_data)];

/// The most members, and the most departments.
const OF_MAX: usize = 100;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    userid: Vec<String>,
    #[serde(default)]
    partyid: Vec<i64>,
    start_time: Option<i64>,
    end_time: Option<i64>,
}

fn get_user_behavior_data(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    check::somebody(&asked.userid, &asked.partyid)?;
    check::count("userid", &asked.userid, OF_MAX)?;
    check::count("partyid", &asked.partyid, OF_MAX)?;
    let begin_s = check::given("start_time", asked.start_time)?;
    let days = check::days(begin_s, check::given("end_time", asked.end_time)?, call.now_ms)?;
    let userids = userids(world, &asked)?;
    let rows = days.into_iter().map(|(begin_ms, _)| {
        let sum = world.behaviour.sum(begin_ms, userids.iter().map(String::as_str));
        let mut json = json!({
            "stat_time": begin_ms / 1_000,
            "chat_cnt": sum.chats,
            "message_cnt": sum.messages,
            "negative_feedback_cnt": sum.negative_feedbacks,
            "new_apply_cnt": sum.applies,
            "new_contact_cnt": sum.contacts + world.set_up.more_customers(),
        });
        // WeCom leaves out what cannot be computed: it is not 0.
        if sum.asked > 0 {
            json["reply_percentage"] = json!(percent(sum.replied, sum.asked));
        }
        if let (Ok(replied @ 1..), reply_ms) = (i64::try_from(sum.replied), sum.reply_ms) {
            json["avg_reply_time"] = json!(reply_ms / replied / 60_000);
        }
        json
    });
    let rows: Vec<Value> = rows.collect();
    Ok(members(json!({ "behavior_data": rows })))
}

/// With two decimals.
fn percent(part: u64, whole: u64) -> f64 {
    let hundredths = u32::try_from(part.saturating_mul(10_000) / whole).unwrap_or(u32::MAX);
    f64::from(hundredths) / 100.0
}

/// All members who are meant, each once. Those who have left count, as what they did stays in the statistics.
fn userids(world: &World, asked: &Asked) -> Result<BTreeSet<String>, Refusal> {
    let mut userids = BTreeSet::new();
    for userid in &asked.userid {
        check::member_ever(world, userid)?;
        userids.insert(userid.to_lowercase());
    }
    for id in &asked.partyid {
        check::department(world, *id)?;
    }
    let within = world.staff.ever_within(&asked.partyid);
    userids.extend(within.into_iter().map(|member| member.employee.userid.to_lowercase()));
    Ok(userids)
}

//! What became of moments: the list of them, who published them, who sees them and what they said (page 93333).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, Pages, invalid, span},
    errcode::Refusal,
    mass_message::check_creator,
    moment::{moment, of_company},
};
use crate::world::{
    World,
    moments::{Moment, Origin, Published},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/get_moment_list", list),
    Method::post("externalcontact/get_moment_task", task),
    Method::post("externalcontact/get_moment_customer_list", customer_list),
    Method::post("externalcontact/get_moment_send_result", send_result),
    Method::post("externalcontact/get_moment_comments", comments),
];

/// The list looks at a month at most.
const LIST_DAYS_MAX: i64 = 31;

/// So many moments on a page where no `limit` is given, and at most.
const LIST_PAGE: usize = 20;
const LIST_PAGE_MAX: usize = 100;

/// The same for members, for those who can see it, and for those who got it.
const PAGE: usize = 500;
const PAGE_MAX: usize = 1_000;
const SENT_PAGE: usize = 3_000;
const SENT_PAGE_MAX: usize = 5_000;

#[derive(Deserialize)]
struct List {
    start_time: Option<i64>,
    end_time: Option<i64>,
    creator: Option<String>,
    filter_type: Option<i64>,
    #[serde(flatten)]
    pages: Pages,
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: List = call.json()?;
    let (start_s, end_s) = span(asked.start_time, asked.end_time, LIST_DAYS_MAX)?;
    check_creator(asked.creator.as_deref())?;
    let filter_type = asked.filter_type.unwrap_or(2);
    if !(0..=2).contains(&filter_type) {
        return Err(invalid("filter_type is not 0 to 2"));
    }
    let creator = asked.creator.as_deref().filter(|creator| !creator.is_empty());
    let rows = world.moments.iter().filter(|(_, moment)| {
        let (by_member, maker) = match &moment.origin {
            Origin::Company(_) => (false, None),
            Origin::Member(userid) => (true, Some(userid)),
        };
        moment.is_there(call.now_ms)
            && (start_s..=end_s).contains(&(moment.created_ms / 1_000))
            && (filter_type == 2 || (filter_type == 1) == by_member)
            && creator.is_none_or(|wanted| maker.is_some_and(|maker| maker.eq_ignore_ascii_case(wanted)))
    });
    let rows = rows.map(|(number, moment)| (number, to_json(moment)));
    asked.pages.to_answer("moment_list", (Some(LIST_PAGE), LIST_PAGE_MAX), rows)
}

fn to_json(moment: &Moment) -> Value {
    let mut json = json!({
        "moment_id": moment.moment_id,
        "create_time": moment.created_ms / 1_000,
    });
    match &moment.origin {
        Origin::Company(job) => {
            json["create_type"] = json!(0);
            json["visible_type"] = json!(i64::from(job.for_all));
        }
        Origin::Member(userid) => {
            json["creator"] = json!(userid);
            json["create_type"] = json!(1);
            json["visible_type"] = json!(1);
        }
    }
    if let Some(text) = &moment.text {
        json["text"] = text.clone();
    }
    let mut pictures = Vec::new();
    for attachment in &moment.attachments {
        match attachment["msgtype"].as_str() {
            Some("image") => pictures.push(json!({ "media_id": attachment["image"]["media_id"] })),
            Some("video") => json["video"] = json!({ "media_id": attachment["video"]["media_id"] }),
            _ => {
                let link = &attachment["link"];
                json["link"] = json!({ "title": link["title"], "url": link["url"] });
            }
        }
    }
    if !pictures.is_empty() {
        json["image"] = json!(pictures);
    }
    json
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    moment_id: String,
    #[serde(default)]
    userid: String,
    #[serde(flatten)]
    pages: Pages,
}

/// The members to whom a moment of the company was handed.
fn task(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (moment, job) = of_company(world, &asked.moment_id, call.now_ms)?;
    if moment.is_being_handed_out(call.now_ms) {
        return Err(Refusal::new(41079, "moment is being distributed, try again later"));
    }
    // A cancelled moment is taken back from the members who have not published it.
    let rows = job.senders.iter().zip(0..).filter_map(|(userid, number)| {
        let published = moment.published.contains_key(userid);
        let row = json!({ "userid": userid, "publish_status": i64::from(published) });
        (published || !job.cancelled).then_some((number, row))
    });
    asked.pages.to_answer("task_list", (Some(PAGE), PAGE_MAX), rows)
}

/// A moment as a member has published it, and the member.
fn published<'a>(
    world: &'a World,
    moment_id: &str,
    userid: &str,
    now_ms: i64,
) -> Result<(&'a Published, String), Refusal> {
    let moment = moment(world, moment_id, now_ms)?;
    let userid = check::employee(world, userid)?;
    if let Some(published) = moment.published.get(&userid) {
        return Ok((published, userid));
    }
    Err(match &moment.origin {
        Origin::Company(job) if job.senders.contains(&userid) => {
            Refusal::new(41062, "moment is not published by the user")
        }
        _ => Refusal::new(41061, "invalid userid of the moment"),
    })
}

fn customer_list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (published, userid) = published(world, &asked.moment_id, &asked.userid, call.now_ms)?;
    let rows = published.customers.iter().zip(0..);
    let rows = rows.map(|(id, number)| (number, json!({ "userid": userid, "external_userid": id })));
    asked.pages.to_answer("customer_list", (Some(PAGE), PAGE_MAX), rows)
}

/// The customers in whose moments it appears. It does not where the customer has deleted the member.
fn send_result(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (published, userid) = published(world, &asked.moment_id, &asked.userid, call.now_ms)?;
    let rows = published.customers.iter().zip(0..).filter_map(|(id, number)| {
        world.friendship(&userid, id).map(|_| (number, json!({ "external_userid": id })))
    });
    asked.pages.to_answer("customer_list", (Some(SENT_PAGE), SENT_PAGE_MAX), rows)
}

fn comments(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let (published, _) = published(world, &asked.moment_id, &asked.userid, call.now_ms)?;
    let to_json = |list: &[(String, i64)]| -> Vec<Value> {
        let to_json = |(by, at_ms): &(String, i64)| {
            let who = if world.customer(by).is_some() { "external_userid" } else { "userid" };
            json!({ (who): by, "create_time": at_ms / 1_000 })
        };
        list.iter().map(to_json).collect()
    };
    Ok(members(
        json!({ "comment_list": to_json(&published.comments), "like_list": to_json(&published.likes) }),
    ))
}

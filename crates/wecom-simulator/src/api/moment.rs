//! Moments: making and cancelling them (page 95094).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, empty, invalid},
    content::{check_known, kept_attachment},
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    world::{
        World,
        calendar::DAY_MS,
        media::Shelf,
        moments::{Job, Moment, Origin},
        scope::Scope,
    },
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/add_moment_task", add_moment_task),
    Method::get("externalcontact/get_moment_task_result", task_result),
    Method::post("externalcontact/cancel_moment_task", cancel),
];

/// The most characters in the text.
const TEXT_CHARS_MAX: usize = 2_000;

/// The most pictures in a moment. Of videos and links there can be one.
const PICTURES_MAX: usize = 9;

/// The most jobs in a minute (41078).
const JOBS_A_MINUTE_MAX: usize = 10;
const MINUTE_MS: i64 = 60_000;

/// The result of a job can be asked for so long.
const RESULT_KEPT_MS: i64 = DAY_MS;

#[derive(Deserialize, Default)]
#[serde(default)]
struct AddMomentTask {
    text: Option<Text>,
    attachments: Vec<Value>,
    visible_range: Option<VisibleRange>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Text {
    content: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct VisibleRange {
    sender_list: Option<Scope>,
    external_contact_list: Option<Tagged>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tagged {
    tag_list: Vec<String>,
}

fn add_moment_task(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: AddMomentTask = call.json()?;
    let text = asked.text.map(|text| text.content).unwrap_or_default();
    check_content(world, &text, &asked.attachments, call.now_ms)?;
    let lately = world.moments.iter().rev().take(JOBS_A_MINUTE_MAX).filter(|(_, moment)| {
        matches!(moment.origin, Origin::Company(_)) && call.now_ms - moment.created_ms < MINUTE_MS
    });
    if lately.count() >= JOBS_A_MINUTE_MAX {
        return Err(Refusal::new(41078, "moment task count out of limit"));
    }
    let range = asked.visible_range.unwrap_or_default();
    let (wanted, tagged) = (range.sender_list.unwrap_or_default(), range.external_contact_list);
    let tagged = tagged.unwrap_or_default().tag_list;
    let (tags, invalid_tags): (Vec<_>, Vec<_>) =
        tagged.into_iter().partition(|id| world.tags.name(id).is_some());
    let for_all = wanted.is_empty() && tags.is_empty() && invalid_tags.is_empty();
    let senders = if wanted.is_empty() {
        world.employees().map(|employee| employee.userid.clone()).collect()
    } else {
        wanted.members(&world.staff)
    };
    // If none of the tags exists, nobody could see the moment, so nobody gets it to publish.
    let senders = if tags.is_empty() && !invalid_tags.is_empty() { Vec::new() } else { senders };
    let invalid_senders = Scope {
        user_list: wanted.user_list.into_iter().filter(|id| !world.has_employee(id)).collect(),
        department_list: wanted
            .department_list
            .into_iter()
            .filter(|id| world.department(*id).is_none())
            .collect(),
    };
    let jobid = world.random_text(43);
    let job =
        Job { jobid: jobid.clone(), senders, tags, for_all, invalid_senders, invalid_tags, cancelled: false };
    let moment = Moment {
        moment_id: format!("mom{}", world.random_text(29)),
        created_ms: call.now_ms,
        text: (!text.is_empty()).then(|| json!({ "content": text })),
        attachments: asked.attachments.iter().map(kept_attachment).collect(),
        origin: Origin::Company(job),
        published: BTreeMap::new(),
    };
    world.moments.add(moment);
    Ok(members(json!({ "jobid": jobid })))
}

fn check_content(world: &World, text: &str, attachments: &[Value], now_ms: i64) -> Result<(), Refusal> {
    if text.is_empty() && attachments.is_empty() {
        return Err(Refusal::new(41089, "moment text and attachments are both empty"));
    }
    check::chars("text.content", Some(text), TEXT_CHARS_MAX)?;
    let msgtype = |attachment: &Value| attachment["msgtype"].as_str().unwrap_or_default().to_owned();
    let pictures = attachments.iter().filter(|attachment| msgtype(attachment) == "image").count();
    // Several pictures, or one attachment of another kind.
    if pictures < attachments.len() && attachments.len() > 1 {
        return Err(Refusal::new(41064, "attachments count out of limit"));
    }
    if check::count("attachments", attachments, PICTURES_MAX).is_err() {
        return Err(Refusal::new(41064, "attachments count out of limit"));
    }
    for attachment in attachments {
        let msgtype = msgtype(attachment);
        let object = &attachment[&msgtype];
        if let Some(object) = object.as_object() {
            check_known(&msgtype, object)?;
        }
        let media_id = object["media_id"].as_str().unwrap_or_default();
        let works = |kind| world.media.works_on(Shelf::Moments, media_id, kind, now_ms);
        let right = match msgtype.as_str() {
            "image" => works(MediaKind::Image),
            "video" => works(MediaKind::Video),
            "link" => {
                if object["url"].as_str().is_none_or(str::is_empty) {
                    return Err(empty("link.url"));
                }
                // Its picture may be left out.
                media_id.is_empty() || works(MediaKind::Image)
            }
            _ => return Err(Refusal::new(41065, "unsupported attachment msgtype")),
        };
        if !right {
            return Err(Refusal::new(40007, "invalid media_id"));
        }
    }
    Ok(())
}

fn task_result(world: &mut World, call: &Call<'_>) -> Answer {
    let jobid = call.param("jobid").ok_or_else(|| invalid("jobid is missing"))?;
    let mut all = world.moments.iter();
    let found = all.find_map(|(_, moment)| match &moment.origin {
        Origin::Company(job) if job.jobid == jobid => Some((moment, job)),
        _ => None,
    });
    let found = found.filter(|(moment, _)| call.now_ms - moment.created_ms < RESULT_KEPT_MS);
    let (moment, job) = found.ok_or(Refusal::new(40088, "jobid not exist"))?;
    let status = moment.progress(call.now_ms);
    let mut answer = json!({ "status": status, "type": "add_moment_task" });
    if status == 3 {
        let mut result = json!({
            "errcode": 0,
            "errmsg": "ok",
            "moment_id": moment.moment_id,
            "invalid_sender_list": job.invalid_senders,
            "invalid_external_contact_list": { "tag_list": job.invalid_tags },
        });
        if job.senders.is_empty() {
            result["errcode"] = json!(81013);
            result["errmsg"] = json!("all of the visible range is invalid");
            result["moment_id"] = Value::Null;
        }
        answer["result"] = result;
    }
    Ok(members(answer))
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    moment_id: String,
}

fn cancel(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { moment_id } = call.json()?;
    let moment = of_company(world, &moment_id, call.now_ms)?.0;
    if moment.is_being_handed_out(call.now_ms) {
        return Err(Refusal::new(41079, "moment is being distributed, try again later"));
    }
    if let Some(Moment { origin: Origin::Company(job), .. }) = world.moments.get_mut(&moment_id) {
        job.cancelled = true;
    }
    Ok(members(json!({})))
}

/// The moment of that id.
pub(super) fn moment<'a>(world: &'a World, moment_id: &str, now_ms: i64) -> Result<&'a Moment, Refusal> {
    if moment_id.is_empty() {
        return Err(Refusal::new(41059, "missing moment_id"));
    }
    world.moments.get(moment_id, now_ms).ok_or(Refusal::new(41060, "invalid moment_id"))
}

/// The moment of that id, which the company must have made.
pub(super) fn of_company<'a>(
    world: &'a World,
    moment_id: &str,
    now_ms: i64,
) -> Result<(&'a Moment, &'a Job), Refusal> {
    let moment = moment(world, moment_id, now_ms)?;
    match &moment.origin {
        Origin::Company(job) => Ok((moment, job)),
        Origin::Member(_) => Err(Refusal::new(41067, "moment type mismatch")),
    }
}

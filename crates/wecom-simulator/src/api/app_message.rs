//! Messages of the app to employees (page 90236): they are kept, so that a test can look at them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::invalid,
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    world::{World, inbox::AppMessage, staff::Member},
};

pub(super) const METHODS: &[Method] = &[Method::post("message/send", send)];

/// The most members, and the most departments and tags, that one message addresses.
const USERS_MAX: usize = 1_000;
const PARTIES_MAX: usize = 100;

/// A text is cut after so many bytes.
const TEXT_BYTES_MAX: usize = 2_048;

/// What an app can send.
const MSGTYPES: [&str; 11] = [
    "text",
    "markdown",
    "image",
    "voice",
    "video",
    "file",
    "textcard",
    "news",
    "mpnews",
    "miniprogram_notice",
    "template_card",
];

/// The same message is not sent again within so many seconds, if the caller asks for that check and names no time.
const DUPLICATE_S: i64 = 1_800;
const DUPLICATE_S_MAX: i64 = 4 * 3_600;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    toparty: String,
    #[serde(default)]
    totag: String,
    #[serde(default)]
    msgtype: String,
    agentid: Option<Value>,
    #[serde(default)]
    enable_duplicate_check: i64,
    duplicate_check_interval: Option<i64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

fn send(world: &mut World, call: &Call<'_>) -> Answer {
    let mut asked: Asked = call.json()?;
    check_agent(world, asked.agentid.as_ref())?;
    if !MSGTYPES.contains(&asked.msgtype.as_str()) {
        return Err(Refusal::new(40008, "invalid message type"));
    }
    let message = asked.rest.remove(&asked.msgtype).filter(Value::is_object);
    let message = message.ok_or_else(|| invalid(format!("no object {}", asked.msgtype)))?;
    let message = check_message(world, &asked.msgtype, message, call.now_ms)?;
    let Addressed { to, invaliduser, invalidparty, invalidtag } = addressed(world, &asked)?;
    let msgid = world.random_text(43);
    let interval_s = asked.duplicate_check_interval.unwrap_or(DUPLICATE_S).clamp(0, DUPLICATE_S_MAX);
    let since_ms = call.now_ms - interval_s * 1_000;
    if asked.enable_duplicate_check != 1 || !world.inbox.has(&to, &asked.msgtype, &message, since_ms) {
        let message =
            AppMessage { msgid: msgid.clone(), at_ms: call.now_ms, to, msgtype: asked.msgtype, message };
        world.inbox.put(message);
    }
    Ok(members(json!({
        "invaliduser": invaliduser,
        "invalidparty": invalidparty,
        "invalidtag": invalidtag,
        "unlicenseduser": "",
        "msgid": msgid,
    })))
}

/// Checks the agentid: the company has one app. WeCom takes the number as a text, too.
fn check_agent(world: &World, agentid: Option<&Value>) -> Result<(), Refusal> {
    let agentid = match agentid {
        None | Some(Value::Null) => return Err(Refusal::new(41011, "missing agentid")),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_i64(),
    };
    if agentid == Some(world.agent_id) { Ok(()) } else { Err(Refusal::new(40056, "invalid agentid")) }
}

fn check_message(world: &World, msgtype: &str, mut message: Value, now_ms: i64) -> Result<Value, Refusal> {
    let media = |kind| {
        let id = message["media_id"].as_str().unwrap_or_default();
        if world.media.works(id, kind, now_ms) {
            Ok(())
        } else {
            Err(Refusal::new(40007, "invalid media_id"))
        }
    };
    match msgtype {
        "image" => media(MediaKind::Image)?,
        "voice" => media(MediaKind::Voice)?,
        "video" => media(MediaKind::Video)?,
        "file" => media(MediaKind::File)?,
        "text" | "markdown" => {
            let content = message["content"].as_str().filter(|content| !content.is_empty());
            let content = content.ok_or(Refusal::new(44004, "empty content"))?;
            if content.len() > TEXT_BYTES_MAX {
                message["content"] = json!(content[..content.floor_char_boundary(TEXT_BYTES_MAX)]);
            }
        }
        _ => {}
    }
    Ok(message)
}

/// Who gets a message, and which addresses lead to nobody, joined as WeCom joins them.
struct Addressed {
    to: Vec<String>,
    invaliduser: String,
    invalidparty: String,
    invalidtag: String,
}

fn addressed(world: &World, asked: &Asked) -> Result<Addressed, Refusal> {
    let parts = |text: &str| -> Vec<String> {
        text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (users, parties, tags) = (parts(&asked.touser), parts(&asked.toparty), parts(&asked.totag));
    if users.is_empty() && parties.is_empty() && tags.is_empty() {
        return Err(Refusal::new(82001, "touser, toparty and totag are all empty"));
    }
    if users.len() > USERS_MAX {
        return Err(Refusal::new(40032, "invalid user list size"));
    }
    if parties.len() > PARTIES_MAX {
        return Err(Refusal::new(82002, "invalid party list size"));
    }
    if tags.len() > PARTIES_MAX {
        return Err(Refusal::new(82003, "invalid tag list size"));
    }
    // By userid in lower case, so that nobody gets the message twice.
    let mut to = BTreeMap::new();
    let mut address = |member: &Member| {
        to.insert(member.employee.userid.to_lowercase(), member.employee.userid.clone());
    };
    let (mut no_users, mut no_parties, mut no_tags) = (Vec::new(), Vec::new(), Vec::new());
    if asked.touser == "@all" {
        world.staff.all().for_each(&mut address);
    } else {
        for userid in users {
            match world.staff.get(&userid) {
                Some(member) => address(member),
                None => no_users.push(userid.to_lowercase()),
            }
        }
        for party in parties {
            match party.parse().ok().filter(|id| world.staff.department(*id).is_some()) {
                Some(id) => world.staff.within(&[id]).into_iter().for_each(&mut address),
                None => no_parties.push(party),
            }
        }
        for tag in tags {
            let id: Option<i64> = tag.parse().ok();
            let tagged =
                world.staff.all().filter(|member| id.is_some_and(|id| member.employee.tags.contains(&id)));
            let tagged: Vec<&Member> = tagged.collect();
            if tagged.is_empty() {
                no_tags.push(tag);
            }
            tagged.into_iter().for_each(&mut address);
        }
    }
    if to.is_empty() {
        return Err(Refusal::new(81013, "user & party & tag all invalid"));
    }
    let join = |parts: Vec<String>| parts.join("|");
    Ok(Addressed {
        to: to.into_values().collect(),
        invaliduser: join(no_users),
        invalidparty: join(no_parties),
        invalidtag: join(no_tags),
    })
}

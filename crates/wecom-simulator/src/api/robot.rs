//! Messages of group robots (page 91770): anybody who has a robot's key posts in its name, without a token.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    call::{Answer, Call, Method},
    check::invalid,
    errcode::Refusal,
};
use crate::world::{
    World,
    robots::{RobotFault, RobotMessage},
};

pub(super) const METHODS: &[Method] = &[Method::post("webhook/send", send).open()];

/// What a robot posts, each with how many bytes its content may have where it has one.
const MSGTYPES: [(&str, Option<usize>); 8] = [
    ("text", Some(2_048)),
    ("markdown", Some(4_096)),
    ("markdown_v2", Some(4_096)),
    ("image", None),
    ("news", None),
    ("file", None),
    ("voice", None),
    ("template_card", None),
];

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    msgtype: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

fn send(world: &mut World, call: &Call<'_>) -> Answer {
    let key = call.param("key").unwrap_or_default();
    world.robots.check(key, call.now_ms).map_err(|fault| match fault {
        RobotFault::Unknown => Refusal::new(93000, "invalid webhook url"),
        RobotFault::TooOften => Refusal::by_code(45009, None),
    })?;
    let Asked { msgtype, mut rest } = call.json()?;
    let known = MSGTYPES.iter().find(|(name, _)| *name == msgtype);
    let (_, bytes_max) = known.ok_or(Refusal::new(40008, "invalid message type"))?;
    let message = rest.remove(&msgtype).filter(Value::is_object);
    let message = message.ok_or_else(|| invalid(format!("no object {msgtype}")))?;
    if let Some(bytes_max) = *bytes_max {
        let content = message["content"].as_str().filter(|content| !content.is_empty());
        let content = content.ok_or(Refusal::new(44004, "empty content"))?;
        if content.len() > bytes_max {
            return Err(invalid(format!("{msgtype}.content exceed max length {bytes_max}")));
        }
    }
    world.robots.put(RobotMessage { at_ms: call.now_ms, key: key.to_owned(), msgtype, message });
    Ok(Map::new())
}

//! Join ways: codes and buttons that lead into groups (page 92229).

use serde::Deserialize;
use serde_json::json;

use super::{
    call::{Answer, Call, Method, members},
    check::{self, empty, invalid},
    contact_way::too_many,
    errcode::Refusal,
    group_chat::chat,
};
use crate::world::{
    World,
    groups::{JoinWay, JoinWayContent},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/groupchat/add_join_way", add),
    Method::post("externalcontact/groupchat/get_join_way", get),
    Method::post("externalcontact/groupchat/update_join_way", update),
    Method::post("externalcontact/groupchat/del_join_way", del),
];

/// The most characters in `remark`, in `state`, in `room_base_name`.
const REMARK_CHARS_MAX: usize = 30;
const STATE_CHARS_MAX: usize = 30;
const ROOM_BASE_NAME_CHARS_MAX: usize = 40;

/// A way leads to at most so many groups (41091).
const CHATS_MAX: usize = 5;

#[derive(Deserialize)]
struct Way {
    #[serde(default)]
    config_id: String,
    scene: Option<i64>,
    #[serde(default)]
    remark: String,
    auto_create_room: Option<i64>,
    #[serde(default)]
    room_base_name: String,
    room_base_id: Option<i64>,
    #[serde(default)]
    chat_id_list: Vec<String>,
    #[serde(default)]
    state: String,
    mark_source: Option<bool>,
}

impl Way {
    fn check(self, world: &World) -> Result<JoinWayContent, Refusal> {
        let scene = self.scene.ok_or(Refusal::new(41038, "missing scene"))?;
        if !(1..=2).contains(&scene) {
            return Err(Refusal::new(41040, "invalid scene"));
        }
        check::chars("state", Some(&self.state), STATE_CHARS_MAX)?;
        check::chars("room_base_name", Some(&self.room_base_name), ROOM_BASE_NAME_CHARS_MAX)?;
        let auto_create_room = match self.auto_create_room {
            None | Some(1) => true,
            Some(0) => false,
            Some(_) => return Err(invalid("auto_create_room is not 0 or 1")),
        };
        if self.chat_id_list.is_empty() {
            return Err(empty("chat_id_list"));
        }
        if self.chat_id_list.len() > CHATS_MAX {
            return Err(Refusal::new(41091, "too many chats in a join way"));
        }
        for chat_id in &self.chat_id_list {
            chat(world, chat_id)?;
        }
        Ok(JoinWayContent {
            scene,
            // A longer one is cut and not refused (page 99547), unlike that of a contact way.
            remark: self.remark.chars().take(REMARK_CHARS_MAX).collect(),
            auto_create_room,
            room_base_name: self.room_base_name,
            room_base_id: self.room_base_id.unwrap_or(1),
            chat_ids: self.chat_id_list,
            state: self.state,
            mark_source: self.mark_source.unwrap_or(true),
        })
    }
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let content = call.json::<Way>()?.check(world)?;
    world.ways.check_room(world.groups.ways.len()).map_err(too_many)?;
    let config_id = world.random_text(32).to_lowercase();
    let qr_code = format!("https://p.qpic.cn/wwhead/{}/0", world.random_text(48));
    world.groups.ways_made += 1;
    let way = JoinWay { config_id: config_id.clone(), qr_code, content };
    world.groups.ways.insert(world.groups.ways_made, way);
    Ok(members(json!({ "config_id": config_id })))
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    config_id: String,
}

/// The number of the way of that id.
fn way_of(world: &World, config_id: &str) -> Result<u64, Refusal> {
    if config_id.is_empty() {
        return Err(Refusal::new(41043, "missing config_id"));
    }
    let found = world.groups.way(config_id).map(|(number, _)| number);
    found.ok_or(Refusal::new(41044, "invalid config_id"))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ById = call.json()?;
    let number = way_of(world, &asked.config_id)?;
    let JoinWay { config_id, qr_code, content } = &world.groups.ways[&number];
    Ok(members(json!({ "join_way": {
        "config_id": config_id,
        "scene": content.scene,
        "remark": content.remark,
        "auto_create_room": i64::from(content.auto_create_room),
        "room_base_name": content.room_base_name,
        "room_base_id": content.room_base_id,
        "chat_id_list": content.chat_ids,
        "qr_code": qr_code,
        "state": content.state,
        "mark_source": content.mark_source,
    } })))
}

/// Replaces everything about a way but its id and its code.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Way = call.json()?;
    let number = way_of(world, &asked.config_id)?;
    let content = asked.check(world)?;
    if let Some(way) = world.groups.ways.get_mut(&number) {
        way.content = content;
    }
    Ok(members(json!({})))
}

fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ById = call.json()?;
    let number = way_of(world, &asked.config_id)?;
    world.groups.ways.remove(&number);
    Ok(members(json!({})))
}

//! Contact ways (page 96348): making, reading, changing and deleting them, and ending temporary chats. What happens
//! when one is scanned is in `acts::scan`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, invalid},
    content::{APPID_BYTES_MAX, Object, kept_part, optional},
    errcode::Refusal,
};
use crate::{
    corp::{Hindrance, MediaKind},
    world::{
        World,
        calendar::DAY_S,
        contact_ways::{ContactWay, TooMany},
    },
};
use wecom_core::message::{
    LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, MINIPROGRAM_TITLE_BYTES_MAX,
    TEXT_BYTES_MAX,
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/add_contact_way", add),
    Method::post("externalcontact/get_contact_way", get),
    Method::post("externalcontact/list_contact_way", list),
    Method::post("externalcontact/update_contact_way", update),
    Method::post("externalcontact/del_contact_way", del),
    Method::post("externalcontact/close_temp_chat", close_temp_chat),
];

/// The most characters in `remark` and `state`.
const TEXT_CHARS_MAX: usize = 30;

/// The most members in one way, its departments' counted in.
const MEMBERS_MAX: usize = 100;

/// A temporary way's code and its chat last so long, and at most so long, in seconds.
const CODE_S: i64 = 7 * DAY_S;
const CHAT_S: i64 = DAY_S;
const TEMPORARY_S_MAX: i64 = 14 * DAY_S;

/// WeCom lists the ways made since 2021-07-10; by default those of the last 90 days.
const LISTED_SINCE_S: i64 = 1_625_846_400;
const LISTED_DAYS: i64 = 90;
const PAGE: usize = 100;
const PAGE_MAX: usize = 1_000;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    config_id: String,
    #[serde(rename = "type")]
    kind: Option<i64>,
    scene: Option<i64>,
    style: Option<i64>,
    remark: Option<String>,
    skip_verify: Option<bool>,
    state: Option<String>,
    user: Option<Vec<String>>,
    party: Option<Vec<i64>>,
    #[serde(default)]
    is_temp: bool,
    expires_in: Option<i64>,
    chat_expires_in: Option<i64>,
    unionid: Option<String>,
    is_exclusive: Option<bool>,
    mark_source: Option<bool>,
    conclusions: Option<Map<String, Value>>,
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let kind = asked.kind.ok_or(Refusal::new(41037, "missing contact way type"))?;
    let scene = asked.scene.ok_or(Refusal::new(41038, "missing contact way scene"))?;
    if !(1..=2).contains(&kind) {
        return Err(Refusal::new(41039, "invalid contact way type"));
    }
    if !(1..=2).contains(&scene) {
        return Err(Refusal::new(41040, "invalid contact way scene"));
    }
    let is_temp = asked.is_temp;
    if is_temp && kind != 1 {
        return Err(invalid("a temporary contact way is for one member"));
    }
    let mut way = ContactWay {
        is_temp,
        expires_in: is_temp.then_some(CODE_S),
        chat_expires_in: is_temp.then_some(CHAT_S),
        ..ContactWay::new(kind, scene, call.now_ms)
    };
    change(world, &mut way, asked, call.now_ms)?;
    if is_temp {
        world.ways.check_temporary(call.now_ms)
    } else {
        world.ways.check_room(world.groups.ways.len())
    }
    .map_err(too_many)?;
    world.ways.forget_temporary(call.now_ms - TEMPORARY_S_MAX * 1_000);
    way.config_id = world.random_text(32);
    let picture = world.random_text(48);
    way.picture = (scene == 2).then_some(picture);
    let mut answer = json!({ "config_id": way.config_id });
    if let Some(picture) = &way.picture {
        answer["qr_code"] = json!(picture_url(call, picture));
    }
    world.ways.add(way);
    Ok(members(answer))
}

/// Lasting ways to members and ways into groups share one limit.
pub(super) fn too_many(TooMany: TooMany) -> Refusal {
    Refusal::new(41045, "contact way count out of limit")
}

/// Puts what is given into a way, and checks it. The members are checked only where they are given: a member who has left
/// meanwhile does not keep the rest of a way from being changed.
fn change(world: &World, way: &mut ContactWay, asked: Asked, now_ms: i64) -> Result<(), Refusal> {
    check::chars("remark", asked.remark.as_deref(), TEXT_CHARS_MAX)?;
    check::chars("state", asked.state.as_deref(), TEXT_CHARS_MAX)?;
    way.remark = asked.remark.unwrap_or(std::mem::take(&mut way.remark));
    way.state = asked.state.unwrap_or(std::mem::take(&mut way.state));
    way.skip_verify = asked.skip_verify.unwrap_or(way.skip_verify);
    way.is_exclusive = asked.is_exclusive.unwrap_or(way.is_exclusive);
    way.mark_source = asked.mark_source.unwrap_or(way.mark_source);
    // Only buttons have a style: three for the button of one member, two for that of several.
    if let (1, Some(style)) = (way.scene, asked.style) {
        if !(1..=if way.kind == 1 { 3 } else { 2 }).contains(&style) {
            return Err(Refusal::new(41042, "invalid contact way style"));
        }
        way.style = Some(style);
    }
    let leads_elsewhere =
        way.user.is_empty() && way.party.is_empty() || asked.user.is_some() || asked.party.is_some();
    way.user = asked.user.unwrap_or(std::mem::take(&mut way.user));
    // Only a way to several members has departments.
    if way.kind == 2 {
        way.party = asked.party.unwrap_or(std::mem::take(&mut way.party));
    }
    if leads_elsewhere {
        check_members(world, way)?;
    }
    if way.is_temp {
        let seconds = |field: &str, asked: Option<i64>, before| match asked {
            Some(seconds) if !(1..=TEMPORARY_S_MAX).contains(&seconds) => {
                Err(invalid(format!("{field} is not 1 to {TEMPORARY_S_MAX} s")))
            }
            asked => Ok(asked.or(before)),
        };
        way.expires_in = seconds("expires_in", asked.expires_in, way.expires_in)?;
        way.chat_expires_in = seconds("chat_expires_in", asked.chat_expires_in, way.chat_expires_in)?;
        way.unionid = asked.unionid.filter(|unionid| !unionid.is_empty()).or(way.unionid.take());
        if let Some(conclusions) = asked.conclusions {
            way.conclusions = Some(concluded(world, conclusions, now_ms)?);
        }
    }
    Ok(())
}

fn check_members(world: &World, way: &ContactWay) -> Result<(), Refusal> {
    if way.kind == 1 && way.user.len() != 1 {
        return Err(invalid("user is not exactly one"));
    }
    if way.user.is_empty() && way.party.is_empty() {
        return Err(invalid("user and party are both empty"));
    }
    for id in &way.party {
        check::department(world, *id)?;
    }
    let mut all: Vec<String> = Vec::new();
    for userid in &way.user {
        let member = check::serving(world, userid)?;
        if member.is(Hindrance::NotActivated) || member.is(Hindrance::NotVerified) {
            return Err(Refusal::new(41054, "user is not activated"));
        }
        all.push(member.employee.userid.clone());
    }
    all.extend(world.staff.within(&way.party).into_iter().map(|member| member.employee.userid.clone()));
    all.sort_unstable();
    all.dedup();
    if all.len() > MEMBERS_MAX {
        return Err(Refusal::new(41041, "contact way user count out of limit"));
    }
    Ok(())
}

/// A closing message in the form in which it is kept: its text, and the first of picture, link and mini-program. A
/// picture is kept as a URL, because WeCom answers with that.
fn concluded(world: &World, mut asked: Map<String, Value>, now_ms: i64) -> Result<Value, Refusal> {
    let mut object = |name: &str| match asked.remove(name) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(invalid(format!("conclusions.{name} is no object"))),
    };
    let picture = |of: &Object, field: &str| {
        let id = optional(of, field, usize::MAX)?.unwrap_or_default();
        let works = world.media.works(id, MediaKind::Image, now_ms);
        if works { Ok(id.to_owned()) } else { Err(Refusal::new(40007, "invalid media_id")) }
    };
    let within = |of: &Object, limits: &[(&str, usize)]| {
        limits.iter().try_for_each(|(field, most)| optional(of, field, *most).map(|_| ()))
    };
    let mut kept = Map::new();
    if let Some(text) = object("text")?
        && let Some(content) = optional(&text, "content", TEXT_BYTES_MAX)?
    {
        kept.insert("text".into(), json!({ "content": content }));
    }
    if let Some(image) = object("image")? {
        let id = picture(&image, "media_id")?;
        kept.insert("image".into(), json!({ "pic_url": format!("https://wework.qpic.cn/wwpic/{id}/0") }));
    } else if let Some(link) = object("link")? {
        within(
            &link,
            &[
                ("title", LINK_TITLE_BYTES_MAX),
                ("desc", LINK_DESC_BYTES_MAX),
                ("url", LINK_URL_BYTES_MAX),
                ("picurl", LINK_URL_BYTES_MAX),
            ],
        )?;
        kept.insert("link".into(), kept_part("link", &Value::Object(link)));
    } else if let Some(card) = object("miniprogram")? {
        within(
            &card,
            &[
                ("title", MINIPROGRAM_TITLE_BYTES_MAX),
                ("appid", APPID_BYTES_MAX),
                ("page", LINK_URL_BYTES_MAX),
            ],
        )?;
        picture(&card, "pic_media_id")?;
        kept.insert("miniprogram".into(), kept_part("miniprogram", &Value::Object(card)));
    }
    Ok(Value::Object(kept))
}

#[derive(Deserialize)]
struct ConfigId {
    #[serde(default)]
    config_id: String,
}

fn find<'w>(world: &'w World, config_id: &str) -> Result<&'w ContactWay, Refusal> {
    if config_id.is_empty() {
        return Err(Refusal::new(41043, "missing contact way config_id"));
    }
    world.ways.get(config_id).ok_or(Refusal::new(41044, "invalid contact way config_id"))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let ConfigId { config_id } = call.json()?;
    Ok(members(json!({ "contact_way": to_json(find(world, &config_id)?, call) })))
}

/// WeCom has its pictures at `wework.qpic.cn`; the simulator has them itself, so that they can be looked at.
fn picture_url(call: &Call<'_>, picture: &str) -> String {
    format!("{}/wwpic/{picture}/0", call.base)
}

fn to_json(way: &ContactWay, call: &Call<'_>) -> Value {
    let mut json = json!({
        "config_id": way.config_id,
        "type": way.kind,
        "scene": way.scene,
        "style": way.style,
        "remark": way.remark,
        "skip_verify": way.skip_verify,
        "state": way.state,
        "qr_code": way.picture.as_deref().map(|picture| picture_url(call, picture)),
        "user": way.user,
        "party": way.party,
        "is_temp": way.is_temp,
        "expires_in": way.expires_in,
        "chat_expires_in": way.chat_expires_in,
        "unionid": way.unionid,
        "is_exclusive": way.is_exclusive,
        "mark_source": way.mark_source,
        "conclusions": way.conclusions,
    });
    // WeCom leaves out what a way does not have.
    if let Some(members) = json.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    json
}

/// Changes a way. Type, scene and `is_temp` stay; a way that does not work any more cannot be changed.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let mut way = find(world, &asked.config_id)?.clone();
    if way.is_over(call.now_ms) {
        return Err(Refusal::new(41044, "invalid contact way config_id, it has expired"));
    }
    change(world, &mut way, asked, call.now_ms)?;
    if let Some(there) = world.ways.get_mut(&way.config_id.clone()) {
        *there = way;
    }
    Ok(members(Value::Null))
}

fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let ConfigId { config_id } = call.json()?;
    find(world, &config_id)?;
    world.ways.remove(&config_id);
    Ok(members(Value::Null))
}

#[derive(Deserialize)]
struct List {
    start_time: Option<i64>,
    end_time: Option<i64>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// The lasting ways, in the order in which they were made.
fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: List = call.json()?;
    let limit = check::limit(asked.limit, PAGE, PAGE_MAX)?;
    let from = check::cursor(asked.cursor.as_deref())?;
    let start_s = asked.start_time.unwrap_or(call.now_ms / 1_000 - LISTED_DAYS * DAY_S).max(LISTED_SINCE_S);
    let end_s = asked.end_time.unwrap_or(call.now_ms / 1_000);
    let made_ms = start_s.saturating_mul(1_000)..=end_s.saturating_mul(1_000).saturating_add(999);
    let rows = world.ways.lasting(u64::try_from(from).unwrap_or(u64::MAX), made_ms);
    let rows = rows.map(|(number, way)| (number, json!({ "config_id": way.config_id })));
    let (page, next_cursor) = check::page(rows, from, limit);
    Ok(members(json!({ "contact_way": page, "next_cursor": next_cursor })))
}

#[derive(Deserialize)]
struct TempChatOf {
    #[serde(default)]
    userid: String,
    #[serde(default)]
    external_userid: String,
}

/// Ends a temporary chat before its time. One that has ended already gives 84061.
fn close_temp_chat(world: &mut World, call: &Call<'_>) -> Answer {
    let TempChatOf { userid, external_userid } = call.json()?;
    let userid = check::member(world, &userid)?.employee.userid.clone();
    let place = check::customer(world, &external_userid)?;
    let bond = world.customers[place].bonds.iter_mut().find(|bond| bond.is_of(&userid));
    let open = bond.filter(|bond| bond.temp_chat.as_ref().is_some_and(|chat| chat.is_open()));
    open.ok_or(Refusal::new(84061, "not external contact"))?.end_temp_chat(call.now_ms);
    Ok(members(Value::Null))
}

//! Customer groups: reading them and giving them to another owner (pages 92120, 92122, 92127, 95703, 94828).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, Pages, check_userid, empty, invalid},
    errcode::Refusal,
};
use crate::world::{
    World,
    calendar::{DAY_MS, day_of},
    groups::{Chat, JoinedBy, Membership},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/groupchat/list", list),
    Method::post("externalcontact/groupchat/get", get),
    Method::post("externalcontact/groupchat/transfer", transfer),
    Method::post("externalcontact/groupchat/onjob_transfer", onjob_transfer),
];

/// The most owners in a filter.
pub(super) const OWNERS_MAX: usize = 100;

/// Without a filter, more owners than these are refused (81017).
const OWNERS_UNFILTERED_MAX: usize = 1_000;

/// The most groups on one page.
const PAGE_MAX: usize = 1_000;

/// With an offset, no further than so many groups.
const OFFSET_MAX: u64 = 50_000;

/// The most groups in one transfer.
const TRANSFER_MAX: usize = 100;

/// A new owner gets at most so many groups a day.
const TRANSFERS_A_DAY_MAX: usize = 300;

/// A group whose owner works here can be given away by the API at most so many times in 90 days.
const ONJOB_TRANSFERS_MAX: usize = 2;
const ONJOB_TRANSFERS_WITHIN_MS: i64 = 90 * DAY_MS;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct OwnerFilter {
    pub(super) userid_list: Vec<String>,
}

impl OwnerFilter {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check::count("owner_filter.userid_list", &self.userid_list, OWNERS_MAX)?;
        self.userid_list.iter().try_for_each(|userid| check_userid(userid))
    }

    pub(super) fn has(&self, owner: &str) -> bool {
        self.userid_list.iter().any(|userid| userid.eq_ignore_ascii_case(owner))
    }
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    status_filter: i64,
    #[serde(default)]
    owner_filter: OwnerFilter,
    /// The old form has this instead of a cursor.
    offset: Option<u64>,
    #[serde(flatten)]
    pages: Pages,
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: List = call.json()?;
    world.settle_chats(call.now_ms);
    if !(0..=3).contains(&asked.status_filter) {
        return Err(invalid("status_filter is not 0 to 3"));
    }
    asked.owner_filter.check()?;
    let chats = || {
        let chats = world.groups.chats.iter().enumerate();
        chats.filter(|(_, chat)| chat.dismissed_ms.is_none() && !chat.internal)
    };
    let filters = !asked.owner_filter.userid_list.is_empty();
    if !filters {
        let mut owners: Vec<&str> = chats().map(|(_, chat)| chat.owner()).collect();
        owners.sort_unstable();
        owners.dedup();
        if owners.len() > OWNERS_UNFILTERED_MAX {
            return Err(Refusal::new(81017, "too many owners: filter by owner"));
        }
    }
    let rows = chats().filter_map(|(number, chat)| {
        let status = status(world, chat);
        let wanted = (!filters || asked.owner_filter.has(chat.owner()))
            && (asked.status_filter == 0 || asked.status_filter == status);
        wanted.then(|| (number as u64, json!({ "chat_id": chat.chat_id, "status": status })))
    });
    match asked.offset {
        Some(offset) if !asked.pages.has_cursor() => {
            let limit = asked.pages.limit(None, PAGE_MAX)?;
            if offset.saturating_add(limit as u64) > OFFSET_MAX {
                return Err(invalid(format!("offset plus limit exceeds {OFFSET_MAX}")));
            }
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            let page: Vec<Value> = rows.skip(offset).take(limit).map(|(_, row)| row).collect();
            Ok(members(json!({ "group_chat_list": page })))
        }
        _ => asked.pages.to_answer("group_chat_list", (None, PAGE_MAX), rows),
    }
}

/// 0 normal, 1 the owner has left, 2 being handed over, 3 handed over.
fn status(world: &World, chat: &Chat) -> i64 {
    if chat.is_inheriting() {
        2
    } else if !world.has_employee(chat.owner()) {
        1
    } else if chat.inherited {
        3
    } else {
        0
    }
}

#[derive(Deserialize)]
struct Get {
    #[serde(default)]
    chat_id: String,
    #[serde(default)]
    need_name: i64,
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Get = call.json()?;
    world.settle_chats(call.now_ms);
    if !(0..=1).contains(&asked.need_name) {
        return Err(invalid("need_name is not 0 or 1"));
    }
    let chat = chat(world, &asked.chat_id)?;
    let member_list: Vec<Value> =
        chat.members.iter().map(|member| member_json(world, member, asked.need_name == 1)).collect();
    let admins = chat.admins.iter().map(|userid| json!({ "userid": userid }));
    Ok(members(json!({ "group_chat": {
        "chat_id": chat.chat_id,
        "name": chat.name,
        "owner": chat.owner(),
        "create_time": chat.created_ms / 1_000,
        "notice": chat.notice,
        "member_list": member_list,
        "admin_list": admins.collect::<Vec<_>>(),
        "member_version": chat.version,
    } })))
}

fn member_json(world: &World, member: &Membership, with_name: bool) -> Value {
    let mut json = json!({
        "userid": member.userid,
        "type": if member.external { 2 } else { 1 },
        "join_time": member.joined_ms / 1_000,
        "join_scene": match member.by {
            JoinedBy::Invitation(_) => 1,
            JoinedBy::Link => 2,
            JoinedBy::Code => 3,
        },
        "group_nickname": "",
    });
    if let JoinedBy::Invitation(inviter) = &member.by {
        json["invitor"] = json!({ "userid": inviter });
    }
    if with_name {
        let name = if member.external {
            world.customer(&member.userid).map(|customer| customer.name.as_str())
        } else {
            world.staff.ever(&member.userid).map(|member| member.employee.name.as_str())
        };
        json["name"] = json!(name.unwrap_or_default());
    }
    if let Some(state) = &member.state {
        json["state"] = json!(state);
    }
    json
}

/// A customer group by its id.
pub(super) fn chat<'a>(world: &'a World, chat_id: &str) -> Result<&'a Chat, Refusal> {
    let shaped = chat_id.strip_prefix("wr").is_some_and(|rest| {
        chat_id.len() <= 64
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    });
    if !shaped {
        return Err(Refusal::new(86001, "invalid chatid"));
    }
    let chat = world.groups.chat(chat_id).ok_or(Refusal::new(86003, "chatid not exist"))?;
    if chat.internal {
        return Err(Refusal::new(90501, "chat is not external group chat"));
    }
    Ok(chat)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Transfer {
    chat_id_list: Vec<String>,
    new_owner: String,
}

/// Gives the groups of members who have left to another member.
fn transfer(world: &mut World, call: &Call<'_>) -> Answer {
    give(world, call, |world, chat, _| {
        if chat.is_inheriting() {
            return Err(Refusal::new(90507, "the chat is being inherited"));
        }
        if chat.inherited && world.has_employee(chat.owner()) {
            return Err(Refusal::new(90508, "the chat has been inherited"));
        }
        if world.has_employee(chat.owner()) {
            return Err(Refusal::new(90500, "the owner of this chat is not resigned"));
        }
        Ok(())
    })
}

/// Gives the groups of members who work here to another member.
fn onjob_transfer(world: &mut World, call: &Call<'_>) -> Answer {
    let now_ms = call.now_ms;
    give(world, call, |world, chat, new_owner| {
        if !world.has_employee(chat.owner()) {
            return Err(Refusal::new(90502, "the owner of this chat has resigned"));
        }
        if chat.owner() == new_owner {
            return Err(Refusal::new(90504, "the owner of this chat is not changed"));
        }
        let lately = chat.handed_ms.iter().filter(|at_ms| now_ms - **at_ms < ONJOB_TRANSFERS_WITHIN_MS);
        // WeCom documents no code for this. It is the one for customers who are transferred too often.
        if lately.count() >= ONJOB_TRANSFERS_MAX {
            return Err(Refusal::new(40128, "the chat is transferred too often"));
        }
        Ok(())
    })
}

fn give(
    world: &mut World,
    call: &Call<'_>,
    may: impl Fn(&World, &Chat, &str) -> Result<(), Refusal>,
) -> Answer {
    let asked: Transfer = call.json()?;
    world.settle_chats(call.now_ms);
    if asked.chat_id_list.is_empty() {
        return Err(empty("chat_id_list"));
    }
    check::count("chat_id_list", &asked.chat_id_list, TRANSFER_MAX)?;
    let new_owner = check::employee(world, &asked.new_owner)?;
    let today = day_of(call.now_ms);
    world.groups.handed.retain(|(_, at_ms)| *at_ms >= today);
    let mut failed = Vec::new();
    for chat_id in &asked.chat_id_list {
        let had = world.groups.handed.iter().filter(|(owner, _)| *owner == new_owner).count();
        let allowed = chat(world, chat_id).and_then(|chat| {
            may(world, chat, &new_owner)?;
            if had >= TRANSFERS_A_DAY_MAX {
                return Err(Refusal::new(45009, "api freq out of limit"));
            }
            Ok(world.has_employee(chat.owner()))
        });
        match allowed {
            Err(Refusal { code, text }) => {
                failed.push(json!({ "chat_id": chat_id, "errcode": code, "errmsg": text }));
                continue;
            }
            Ok(false) => world.groups.inherit(chat_id, &new_owner, call.now_ms),
            Ok(true) => {
                world.give_chat(chat_id, &new_owner, call.now_ms);
                if let Some(chat) = world.groups.chat_mut(chat_id) {
                    chat.handed_ms.push(call.now_ms);
                }
            }
        }
        world.groups.handed.push((new_owner.clone(), call.now_ms));
    }
    Ok(members(json!({ "failed_chat_list": failed })))
}

#[cfg(test)]
mod tests {
    use std::cell::OnceCell;

    use super::*;
    use crate::corp::Corp;

    fn post(world: &mut World, path: &str, body: &Value, now_ms: i64) -> Value {
        let method = METHODS.iter().find(|method| method.path.ends_with(path)).unwrap();
        let body = body.to_string();
        let call = Call {
            now_ms,
            base: "http://wecom.example",
            query: &[],
            range: None,
            body: body.as_bytes(),
            upload: None,
            file: OnceCell::new(),
        };
        Value::Object((method.answer)(world, &call).unwrap())
    }

    #[test]
    fn a_leavers_group_is_inherited_after_a_while_and_once() {
        let mut world = World::new(&Corp::sample(), 7_200_000, 7, 0);
        let chat_id = world.make_chat(None, ("gone".to_owned(), String::new()), 0).unwrap();
        let asked = json!({ "chat_id_list": [chat_id], "new_owner": "lisi" });
        let listed = |world: &mut World, filter: i64, now_ms| {
            let body = json!({ "limit": 10, "status_filter": filter });
            post(world, "groupchat/list", &body, now_ms)["group_chat_list"].as_array().unwrap().len()
        };
        let code = |answer: Value| answer["failed_chat_list"][0]["errcode"].as_i64();
        assert_eq!(listed(&mut world, 1, 0), 1);
        assert_eq!(code(post(&mut world, "onjob_transfer", &asked, 0)), Some(90502), "the owner has left");
        assert_eq!(code(post(&mut world, "groupchat/transfer", &asked, 0)), None);
        assert_eq!(listed(&mut world, 2, 0), 1);
        assert_eq!(code(post(&mut world, "groupchat/transfer", &asked, 1)), Some(90507));
        let owner = |world: &mut World, now_ms| {
            let body = json!({ "chat_id": chat_id });
            post(world, "groupchat/get", &body, now_ms)["group_chat"]["owner"].clone()
        };
        assert_eq!(owner(&mut world, 59_999), "gone");
        assert_eq!(owner(&mut world, 60_000), "lisi");
        assert_eq!((listed(&mut world, 3, 60_000), listed(&mut world, 1, 60_000)), (1, 0));
        assert_eq!(code(post(&mut world, "groupchat/transfer", &asked, 60_000)), Some(90508));
    }
}

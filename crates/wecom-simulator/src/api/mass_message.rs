//! Mass messages (pages 92135 and 97610): the API makes them, and members send them (`acts::mass_message`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, check_userid, empty, invalid},
    content::{OLD_FORM, Object, check_message, kept_message},
    errcode::Refusal,
    group_chat::chat,
};
use crate::world::{
    World,
    bond::Bond,
    calendar::DAY_MS,
    mass_messages::{Addressee, MassMessage, SendOutcome, Task},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/add_msg_template", add_msg_template),
    Method::post("externalcontact/remind_groupmsg_send", remind),
    Method::post("externalcontact/cancel_groupmsg_send", cancel),
];

/// The most customers or groups in one message.
const CUSTOMERS_MAX: usize = 10_000;
const CHATS_MAX: usize = 2_000;

/// The most tags in one group of a filter.
const FILTER_TAGS_MAX: usize = 100;

/// Members are reminded at most so many times in 24 hours (41094).
const REMINDERS_A_DAY_MAX: usize = 3;

#[derive(Deserialize, Default)]
#[serde(default)]
struct To {
    chat_type: Option<String>,
    external_userid: Vec<String>,
    chat_id_list: Vec<String>,
    tag_filter: TagFilter,
    sender: String,
    allow_select: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TagFilter {
    group_list: Vec<TagGroup>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TagGroup {
    tag_list: Vec<String>,
}

impl TagFilter {
    fn check(&self, world: &World) -> Result<(), Refusal> {
        for TagGroup { tag_list } in &self.group_list {
            check::count("tag_filter.group_list.tag_list", tag_list, FILTER_TAGS_MAX)?;
            if tag_list.is_empty() {
                return Err(empty("tag_filter.group_list.tag_list"));
            }
            if tag_list.iter().any(|id| world.tags.name(id).is_none()) {
                return Err(Refusal::new(40068, "invalid tagid"));
            }
        }
        Ok(())
    }

    /// Whether a relation has a tag of each group.
    fn takes(&self, bond: &Bond) -> bool {
        self.group_list.iter().all(|group| group.tag_list.iter().any(|id| bond.tags.contains(id)))
    }
}

fn add_msg_template(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: To = call.json()?;
    let content: Object = call.json()?;
    let to_groups = match asked.chat_type.as_deref() {
        None | Some("" | "single") => false,
        Some("group") => true,
        Some(_) => return Err(invalid("chat_type is neither single nor group")),
    };
    check::count("external_userid", &asked.external_userid, CUSTOMERS_MAX)?;
    check::count("chat_id_list", &asked.chat_id_list, CHATS_MAX)?;
    asked.tag_filter.check(world)?;
    let sender = match asked.sender.as_str() {
        "" if to_groups => return Err(empty("sender")),
        "" => None,
        sender => Some(check::employee(world, sender)?),
    };
    check_message(world, &content, call.now_ms)?;
    world.settle_chats(call.now_ms);
    let (tasks, fail_list) = match (&sender, to_groups) {
        (Some(sender), true) => groups_of(world, sender, &asked.chat_id_list),
        _ => customers(world, sender.as_deref(), &asked)?,
    };
    if tasks.is_empty() {
        return Err(Refusal::new(41048, "no customer to send"));
    }
    let (text, attachments) = parts(&kept_message(&content));
    let msgid = format!("msgGCAAAXt{}", world.random_text(18));
    world.mass_messages.add(MassMessage {
        msgid: msgid.clone(),
        created_ms: call.now_ms,
        to_groups,
        text,
        attachments,
        allow_select: asked.allow_select,
        tasks: tasks
            .into_iter()
            .map(|(userid, ids)| Task {
                userid,
                sent_ms: None,
                addressees: ids
                    .into_iter()
                    .map(|id| Addressee { id, outcome: SendOutcome::Unsent })
                    .collect(),
            })
            .collect(),
        reminded_ms: Vec::new(),
        cancelled: false,
    });
    Ok(members(json!({ "fail_list": fail_list, "msgid": msgid })))
}

/// Which member sends to whom, and who cannot be reached.
type Assigned = (BTreeMap<String, Vec<String>>, Vec<String>);

fn groups_of(world: &World, sender: &str, asked: &[String]) -> Assigned {
    let owned = |chat_id: &str| chat(world, chat_id).is_ok_and(|chat| chat.owner() == sender);
    let (taken, failed): (Vec<String>, Vec<String>) = if asked.is_empty() {
        let all = world.groups.chats.iter().map(|chat| chat.chat_id.clone());
        (all.filter(|chat_id| owned(chat_id)).collect(), Vec::new())
    } else {
        asked.iter().cloned().partition(|chat_id| owned(chat_id))
    };
    let mut tasks = BTreeMap::new();
    if !taken.is_empty() {
        tasks.insert(sender.to_owned(), once_each(taken));
    }
    (tasks, failed)
}

fn customers(world: &World, sender: Option<&str>, asked: &To) -> Result<Assigned, Refusal> {
    let To { external_userid, tag_filter, .. } = asked;
    if external_userid.is_empty() && sender.is_none() && tag_filter.group_list.is_empty() {
        return Err(invalid("external_userid, sender and tag_filter are all empty"));
    }
    let mut tasks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut failed = Vec::new();
    // Tags choose among all customers only; customers who are named get the message whatever their tags.
    let named = !external_userid.is_empty();
    let ids = if named {
        once_each(external_userid.clone())
    } else {
        world.customers.iter().map(|customer| customer.external_userid.clone()).collect()
    };
    for id in ids {
        let mut bonds: Vec<&Bond> = world.customers.bonds(&id).iter().collect();
        bonds.retain(|bond| {
            !bond.half
                && !bond.left
                && sender.is_none_or(|sender| bond.employee.eq_ignore_ascii_case(sender))
                && (named || tag_filter.takes(bond))
        });
        // WeCom chooses the member with the latest contact; the latest add is the nearest thing that is known here.
        match bonds.iter().max_by_key(|bond| bond.added_at_ms) {
            Some(bond) => tasks.entry(bond.employee.clone()).or_default().push(id),
            None if named => failed.push(id),
            None => {}
        }
    }
    Ok((tasks, failed))
}

fn once_each(mut ids: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// Text and attachments in today's form.
fn parts(content: &Object) -> (Option<Value>, Vec<Value>) {
    let text = content.get("text").filter(|text| text.is_object()).cloned();
    let given = content.get("attachments").and_then(Value::as_array).cloned().unwrap_or_default();
    if !given.is_empty() {
        return (text, given);
    }
    let old = OLD_FORM.into_iter().find_map(|name| Some((name, content.get(name)?.as_object()?)));
    let attachments = old.map(|(name, object)| json!({ "msgtype": name, (name): object }));
    (text, attachments.into_iter().collect())
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    msgid: String,
}

/// The message of that id.
pub(super) fn message<'a>(world: &'a World, msgid: &str) -> Result<&'a MassMessage, Refusal> {
    if msgid.is_empty() {
        return Err(Refusal::new(41046, "missing msgid"));
    }
    world.mass_messages.get(msgid).ok_or(Refusal::new(41047, "invalid msgid"))
}

/// The message of that id, if it has been handed out and is not cancelled.
fn open_message<'a>(world: &'a mut World, call: &Call<'_>) -> Result<&'a mut MassMessage, Refusal> {
    let asked: ById = call.json()?;
    let found = message(world, &asked.msgid)?;
    if found.is_being_handed_out(call.now_ms) {
        return Err(Refusal::new(41063, "group msg is being distributed, try again later"));
    }
    if found.cancelled {
        return Err(Refusal::new(41093, "group msg is cancelled"));
    }
    world.mass_messages.get_mut(&asked.msgid).ok_or(Refusal::new(41047, "invalid msgid"))
}

fn remind(world: &mut World, call: &Call<'_>) -> Answer {
    let message = open_message(world, call)?;
    message.reminded_ms.retain(|at_ms| call.now_ms - at_ms < DAY_MS);
    if message.reminded_ms.len() >= REMINDERS_A_DAY_MAX {
        return Err(Refusal::new(41094, "remind group msg out of limit"));
    }
    message.reminded_ms.push(call.now_ms);
    Ok(members(json!({})))
}

fn cancel(world: &mut World, call: &Call<'_>) -> Answer {
    open_message(world, call)?.cancelled = true;
    Ok(members(json!({})))
}

/// Checks the userid in a filter. The member may have left.
pub(super) fn check_creator(creator: Option<&str>) -> Result<(), Refusal> {
    creator.filter(|creator| !creator.is_empty()).map_or(Ok(()), check_userid)
}

//! What became of mass messages: the list of them, who has sent them, who has got them (pages 93338 and 92136).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method},
    check::{self, Pages, invalid, span},
    errcode::Refusal,
    mass_message::{check_creator, message},
};
use crate::world::{
    World,
    mass_messages::{Addressee, MassMessage, SendOutcome, Task},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/get_groupmsg_list_v2", list),
    Method::post("externalcontact/get_groupmsg_task", task),
    Method::post("externalcontact/get_groupmsg_send_result", send_result),
    Method::post("externalcontact/get_group_msg_result", old_result),
];

/// The list looks at a month at most.
const LIST_DAYS_MAX: i64 = 31;

/// So many messages on a page where no `limit` is given, and at most.
const LIST_PAGE: usize = 50;
const LIST_PAGE_MAX: usize = 100;

/// The same for members and addressees.
const PAGE: usize = 500;
const PAGE_MAX: usize = 1_000;

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    chat_type: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    creator: Option<String>,
    filter_type: Option<i64>,
    #[serde(flatten)]
    pages: Pages,
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: List = call.json()?;
    let to_groups = match asked.chat_type.as_str() {
        "single" => false,
        "group" => true,
        _ => return Err(invalid("chat_type is neither single nor group")),
    };
    let (start_s, end_s) = span(asked.start_time, asked.end_time, LIST_DAYS_MAX)?;
    check_creator(asked.creator.as_deref())?;
    let filter_type = asked.filter_type.unwrap_or(2);
    if !(0..=2).contains(&filter_type) {
        return Err(invalid("filter_type is not 0 to 2"));
    }
    // Here every message was made by an app, so filters for those of members find nothing.
    let by_member = filter_type == 1 || asked.creator.is_some_and(|creator| !creator.is_empty());
    let rows = world.mass_messages.iter().filter_map(|(number, message)| {
        let created_s = message.created_ms / 1_000;
        let wanted = message.to_groups == to_groups && !by_member && (start_s..=end_s).contains(&created_s);
        wanted.then(|| (number, to_json(message)))
    });
    asked.pages.to_answer("group_msg_list", (Some(LIST_PAGE), LIST_PAGE_MAX), rows)
}

fn to_json(message: &MassMessage) -> Value {
    let mut json = json!({
        "msgid": message.msgid,
        "create_time": message.created_ms / 1_000,
        "create_type": 0,
        "attachments": message.attachments,
    });
    if let Some(text) = &message.text {
        json["text"] = text.clone();
    }
    json
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    msgid: String,
    #[serde(default)]
    userid: String,
    #[serde(flatten)]
    pages: Pages,
}

/// The message, once it has been handed out.
fn handed_out<'a>(world: &'a World, asked: &Asked, now_ms: i64) -> Result<&'a MassMessage, Refusal> {
    let message = message(world, &asked.msgid)?;
    if message.is_being_handed_out(now_ms) {
        return Err(Refusal::new(41063, "group msg is being distributed, try again later"));
    }
    Ok(message)
}

fn task(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let message = handed_out(world, &asked, call.now_ms)?;
    let rows = message.tasks.iter().zip(0..).map(|(task, number)| {
        let json = match task.sent_ms {
            Some(at_ms) => json!({ "userid": task.userid, "status": 2, "send_time": at_ms / 1_000 }),
            None => json!({ "userid": task.userid, "status": 0 }),
        };
        (number, json)
    });
    asked.pages.to_answer("task_list", (Some(PAGE), PAGE_MAX), rows)
}

fn send_result(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let message = handed_out(world, &asked, call.now_ms)?;
    let userid = check::employee(world, &asked.userid)?;
    let task = message.tasks.iter().find(|task| task.userid == userid);
    let rows = task
        .into_iter()
        .flat_map(|task| task.addressees.iter().map(|addressee| outcome_json(message, task, addressee)));
    let rows = rows.zip(0..).map(|(row, number)| (number, row));
    asked.pages.to_answer("send_list", (Some(PAGE), PAGE_MAX), rows)
}

/// The old form, from before there were tasks: the addressees of all members in one list.
fn old_result(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let message = handed_out(world, &asked, call.now_ms)?;
    let rows = message
        .tasks
        .iter()
        .flat_map(|task| task.addressees.iter().map(move |addressee| outcome_json(message, task, addressee)));
    let rows = rows.zip(0..).map(|(row, number)| (number, row));
    asked.pages.to_answer("detail_list", (Some(PAGE), PAGE_MAX), rows)
}

fn outcome_json(message: &MassMessage, task: &Task, addressee: &Addressee) -> Value {
    let name = if message.to_groups { "chat_id" } else { "external_userid" };
    let outcome = addressee.outcome;
    let mut json = json!({ (name): addressee.id, "userid": task.userid, "status": outcome as i64 });
    if let (SendOutcome::Sent, Some(at_ms)) = (outcome, task.sent_ms) {
        json["send_time"] = json!(at_ms / 1_000);
    }
    json
}

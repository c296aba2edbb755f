//! `externalcontact/send_welcome_msg` (page 92599): once, inside 20 seconds.

use serde_json::Value;

use super::{
    call::{Answer, Call, Method},
    check::invalid,
    content::{Object, check_message, kept_message},
    errcode::Refusal,
};
use crate::world::{World, codes::CodeFault};

pub(super) const METHODS: &[Method] = &[Method::post("externalcontact/send_welcome_msg", send_welcome_msg)];

/// Sends a welcome. A code stays usable when the call is refused for another reason.
fn send_welcome_msg(world: &mut World, call: &Call<'_>) -> Answer {
    let mut message: Object = call.json()?;
    let code = match message.shift_remove("welcome_code") {
        Some(Value::String(code)) if !code.is_empty() => code,
        None | Some(Value::String(_)) => {
            return Err(Refusal::new(41049, "missing welcome_code"));
        }
        Some(_) => return Err(invalid("welcome_code is no string")),
    };
    check_message(world, &message, call.now_ms)?;
    let message = Value::Object(kept_message(&message));
    let spent = world.codes.spend(&code, message, &mut world.customers, call.now_ms);
    spent.map_err(|fault| match fault {
        CodeFault::Invalid => Refusal::new(41050, "invalid welcome_code"),
        CodeFault::Used => Refusal::new(41051, "externaluser has started chatting"),
        CodeFault::NoRelation => Refusal::new(84061, "not external contact"),
    })?;
    Ok(Object::new())
}

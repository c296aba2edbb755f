//! Who has logged in by WeCom (page 98176).

use serde_json::json;

use super::{
    call::{Answer, Call, Method, members},
    errcode::Refusal,
};
use crate::world::{World, logins::LoggedIn};

pub(super) const METHODS: &[Method] = &[Method::get("auth/getuserinfo", getuserinfo)];

/// Spends the code.
fn getuserinfo(world: &mut World, call: &Call<'_>) -> Answer {
    let code = call.param("code").ok_or(Refusal::new(41008, "missing code"))?;
    match world.logins.spend(code, call.now_ms) {
        Some(LoggedIn::Member(userid)) => Ok(members(json!({ "userid": userid }))),
        Some(LoggedIn::Stranger(openid)) => Ok(members(json!({ "openid": openid }))),
        None => Err(Refusal::new(40029, "invalid code")),
    }
}

//! `gettoken` (page 91039), and the addresses of WeCom.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{
    call::{Answer, Call, Method, members},
    errcode::Refusal,
};
use crate::world::World;

pub(super) const METHODS: &[Method] = &[
    Method::get("gettoken", gettoken).open(),
    Method::get("getcallbackip", own_addresses),
    Method::get("get_api_domain_ip", own_addresses),
];

/// Characters of a token: WeCom asks for room for 512 bytes; its own are some 200 long.
const TOKEN_LENGTH: usize = 214;

/// Gives the token that works, or a new one.
fn gettoken(world: &mut World, call: &Call<'_>) -> Answer {
    let corp_id = call.param("corpid").ok_or(Refusal::new(41002, "corpid missing"))?;
    let secret = call.param("corpsecret").ok_or(Refusal::new(41004, "corpsecret missing"))?;
    // A plain corp id is not case-sensitive (page 96516).
    if !corp_id.eq_ignore_ascii_case(&world.corp_id) {
        return Err(Refusal::new(40013, "invalid corpid"));
    }
    if secret != world.secret.expose_secret() {
        return Err(Refusal::new(40001, "invalid credential"));
    }
    let fresh = world.random_text(TOKEN_LENGTH);
    let (token, expires_in) = world.tokens.give(fresh, call.now_ms);
    Ok(members(json!({ "access_token": token, "expires_in": expires_in })))
}

/// The addresses of this machine, from which callbacks come and at which the API is.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn own_addresses(_: &mut World, _: &Call<'_>) -> Answer {
    Ok(members(json!({ "ip_list": ["127.0.0.1", "::1"] })))
}

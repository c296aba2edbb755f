//! The app itself (page 90227): everybody may use it.

use serde_json::json;

use super::{
    call::{Answer, Call, Method, members},
    errcode::Refusal,
};
use crate::{corp::ROOT, world::World};

pub(super) const METHODS: &[Method] = &[Method::get("agent/get", get), Method::get("agent/list", list)];

/// What it is called.
const NAME: &str = "客户联系";

const LOGO: &str = "https://p.qlogo.cn/bizmail/made_up/0";

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let agentid = call.param("agentid").ok_or(Refusal::new(41011, "missing agentid"))?;
    if agentid.parse() != Ok(world.agent_id) {
        return Err(Refusal::new(40056, "invalid agentid"));
    }
    Ok(members(json!({
        "agentid": world.agent_id,
        "name": NAME,
        "square_logo_url": LOGO,
        "description": "",
        "allow_userinfos": { "user": [] },
        "allow_partys": { "partyid": [ROOT] },
        "allow_tags": { "tagid": [] },
        "close": 0,
        "redirect_domain": "",
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
    })))
}

#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn list(world: &mut World, _: &Call<'_>) -> Answer {
    let app = json!({ "agentid": world.agent_id, "name": NAME, "square_logo_url": LOGO });
    Ok(members(json!({ "agentlist": [app] })))
}

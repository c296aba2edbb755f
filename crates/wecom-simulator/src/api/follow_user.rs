//! Members with customers (pages 92571 and 96312).

use serde::Deserialize;
use serde_json::json;

use super::{
    call::{Answer, Call, Method, members},
    check,
};
use crate::world::{World, staff::Member};

pub(super) const METHODS: &[Method] = &[
    Method::get("externalcontact/get_follow_user_list", get_follow_user_list),
    Method::post("externalcontact/check_follow_user", check_follow_user),
];

/// The members who may have customers.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn get_follow_user_list(world: &mut World, _: &Call<'_>) -> Answer {
    let serving = world.staff.serving().filter(|_| !world.set_up.nobody_in_range());
    let userids: Vec<&str> = serving.map(|member| member.employee.userid.as_str()).collect();
    Ok(members(json!({ "follow_user": userids })))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    userid: Vec<String>,
    #[serde(default)]
    partyid: Vec<i64>,
}

/// Which members may have customers, and in which departments all may (page 96312).
fn check_follow_user(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    check::somebody(&asked.userid, &asked.partyid)?;
    let (mut users, mut parties) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for userid in asked.userid {
        let member = check::member(world, &userid)?;
        if member.serves() { users.0.push(userid) } else { users.1.push(userid) }
    }
    for id in asked.partyid {
        check::department(world, id)?;
        let all_serve = world.staff.within(&[id]).into_iter().all(Member::serves);
        if all_serve { parties.0.push(id) } else { parties.1.push(id) }
    }
    Ok(members(json!({
        "authorized": { "userid": users.0, "partyid": parties.0 },
        "unauthorized": { "userid": users.1, "partyid": parties.1 },
    })))
}

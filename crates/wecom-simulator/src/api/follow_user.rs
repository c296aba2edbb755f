//! Members with customers (page 92571).

use serde_json::json;

use super::call::{Answer, Call, Method, members};
use crate::world::World;

pub(super) const METHODS: &[Method] =
    &[Method::get("externalcontact/get_follow_user_list", get_follow_user_list)];

/// The members who may have customers.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn get_follow_user_list(world: &mut World, _: &Call<'_>) -> Answer {
    let userids: Vec<&str> = world.staff.serving().map(|member| member.employee.userid.as_str()).collect();
    Ok(members(json!({ "follow_user": userids })))
}

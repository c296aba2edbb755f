//! Customers: reading them, who has them, and what is noted about them (documents 92113, 92114, 92115, 92571).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call, Method, Refusal, Verb, check_userid, members};
use crate::simulator::{
    corp::MediaKind,
    customer::CustomerKind,
    world::{Bond, World},
};

pub(super) const METHODS: &[Method] = &[
    Method { verb: Verb::Post, path: "externalcontact/remark", answer: remark },
    Method { verb: Verb::Get, path: "externalcontact/get", answer: get },
    Method { verb: Verb::Get, path: "externalcontact/list", answer: list },
    Method { verb: Verb::Get, path: "externalcontact/get_follow_user_list", answer: get_follow_user_list },
];

/// At most so many characters in `remark` and in `remark_company`.
const REMARK_CHARS_MAX: usize = 20;

/// At most so many characters in `description`.
const DESCRIPTION_CHARS_MAX: usize = 150;

/// So many members of one customer are told a page.
const FOLLOWERS_PER_PAGE: usize = 500;

/// One customer, with each member who follows.
fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.param("external_userid").ok_or(Refusal::new(41035, "missing external_userid"))?;
    let customer = world.customer(id).ok_or(Refusal::new(40096, "invalid external userid"))?;
    let mut told = json!({
        "external_userid": customer.external_userid,
        "name": customer.name,
        "type": match customer.kind { CustomerKind::Wechat => 1, CustomerKind::Wecom => 2 },
        "gender": customer.gender,
        "avatar": format!("http://wx.qlogo.cn/mmhead/{}/0", customer.external_userid),
    });
    if customer.kind == CustomerKind::Wecom {
        told["corp_name"] = json!(customer.corp_name.as_deref().unwrap_or("示例"));
        told["external_profile"] = json!({ "external_attr": [] });
    }
    // A cursor is the place at which the next page begins.
    let from: usize = match call.param("cursor") {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| Refusal::new(50100, "invalid cursor"))?,
    };
    let bonds: Vec<&Bond> = world.bonds(id).iter().filter(|bond| !bond.half).collect();
    if bonds.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    let page = bonds.iter().skip(from).take(FOLLOWERS_PER_PAGE);
    let follow_user: Vec<Value> = page.map(|bond| follower(world, &customer.name, bond)).collect();
    let mut answer = json!({ "external_contact": told, "follow_user": follow_user });
    if from + FOLLOWERS_PER_PAGE < bonds.len() {
        answer["next_cursor"] = json!((from + FOLLOWERS_PER_PAGE).to_string());
    }
    Ok(members(answer))
}

fn follower(world: &World, name: &str, bond: &Bond) -> Value {
    let tags = bond.tags.iter().filter_map(|id| {
        let (group_name, tag_name) = world.tag(id)?;
        Some(json!({ "group_name": group_name, "tag_name": tag_name, "tag_id": id, "type": 1 }))
    });
    let noted = &bond.remark;
    let mut follower = json!({
        "userid": bond.employee,
        "remark": noted.remark.as_deref().unwrap_or(name),
        "description": noted.description.as_deref().unwrap_or_default(),
        "createtime": bond.added_at_ms / 1_000,
        "tags": tags.collect::<Vec<_>>(),
        "remark_mobiles": noted.mobiles,
        "add_way": bond.add_way,
        "oper_userid": bond.employee,
    });
    if let Some(company) = &noted.company {
        follower["remark_corp_name"] = json!(company);
    }
    if let Some(state) = &bond.state {
        follower["state"] = json!(state);
    }
    follower
}

/// The customers of one member; 84061 where there are none.
fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let userid = call.param("userid").unwrap_or_default();
    check_userid(userid)?;
    let customers = world.customers_of(userid).ok_or(Refusal::new(60111, "userid not found"))?;
    if customers.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    Ok(members(json!({ "external_userid": customers })))
}

/// The members who may have customers.
#[expect(clippy::unnecessary_wraps, reason = "a method of the table")]
fn get_follow_user_list(world: &mut World, _: &Call<'_>) -> Answer {
    let userids: Vec<&str> = world.employees().map(|employee| employee.userid.as_str()).collect();
    Ok(members(json!({ "follow_user": userids })))
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
struct Remark {
    #[serde(default)]
    userid: String,
    #[serde(default)]
    external_userid: String,
    remark: Option<String>,
    description: Option<String>,
    remark_company: Option<String>,
    remark_mobiles: Option<Vec<String>>,
    remark_pic_mediaid: Option<String>,
}

/// Notes something about a customer. What is absent stays as it is; what is empty is cleared.
fn remark(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Remark = call.json()?;
    check_userid(&asked.userid)?;
    if asked.external_userid.is_empty() {
        return Err(Refusal::new(41035, "missing external_userid"));
    }
    let too_long =
        |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.chars().count() > most);
    let invalid = |what| Err(Refusal::new(40058, format!("invalid Request Parameter, {what}")));
    if too_long(&asked.remark, REMARK_CHARS_MAX) {
        return invalid("remark exceeds 20 characters");
    }
    if too_long(&asked.description, DESCRIPTION_CHARS_MAX) {
        return invalid("description exceeds 150 characters");
    }
    if too_long(&asked.remark_company, REMARK_CHARS_MAX) {
        return invalid("remark_company exceeds 20 characters");
    }
    let Remark {
        userid,
        external_userid,
        remark,
        description,
        remark_company,
        remark_mobiles,
        remark_pic_mediaid,
    } = asked;
    if remark.is_none()
        && description.is_none()
        && remark_company.is_none()
        && remark_mobiles.is_none()
        && remark_pic_mediaid.is_none()
    {
        return invalid("nothing to change");
    }
    if remark_pic_mediaid.is_some_and(|id| !world.media.works(&id, MediaKind::Image, call.now_ms)) {
        return Err(Refusal::new(40007, "invalid media_id"));
    }
    let is_wechat =
        world.customer(&external_userid).is_some_and(|customer| customer.kind == CustomerKind::Wechat);
    let noted = &mut world.bond(&userid, &external_userid)?.remark;
    let some = |text: String| (!text.is_empty()).then_some(text);
    if let Some(remark) = remark {
        noted.remark = some(remark);
    }
    if let Some(description) = description {
        noted.description = some(description);
    }
    if let Some(company) = remark_company
        && is_wechat
    {
        noted.company = some(company);
    }
    // An empty list leaves the phones as they are; one empty string clears them.
    if let Some(mobiles) = remark_mobiles
        && !mobiles.is_empty()
    {
        noted.mobiles = mobiles.into_iter().filter(|mobile| !mobile.is_empty()).collect();
    }
    Ok(members(Value::Null))
}

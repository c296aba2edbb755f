//! A customer: reading one, and noting something about one (pages 92114 and 92115).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{self, check_userid, invalid},
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    customer::CustomerKind,
    world::{
        World,
        bond::{Bond, COMPANY_CHARS_MAX, DESCRIPTION_CHARS_MAX, Oper, REMARK_CHARS_MAX},
    },
};

pub(super) const METHODS: &[Method] =
    &[Method::get("externalcontact/get", get), Method::post("externalcontact/remark", remark)];

/// So many members of one customer are on a page.
const FOLLOWERS_PER_PAGE: usize = 500;

/// One customer, with each member who follows.
fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let place = check::customer(world, call.param("external_userid").unwrap_or_default())?;
    let from = check::cursor(call.param("cursor"))?;
    let bonds: Vec<&Bond> = world.follows(place).collect();
    if bonds.is_empty() {
        return Err(Refusal::new(84061, "not external contact"));
    }
    let rows = bonds.into_iter().map(|bond| (bond.number, bond));
    let (page, next_cursor) = check::page(rows, from, FOLLOWERS_PER_PAGE);
    let follow_user: Vec<Value> = page.into_iter().map(|bond| follow_user(world, place, bond)).collect();
    let mut answer =
        json!({ "external_contact": external_contact(world, place), "follow_user": follow_user });
    if !next_cursor.is_empty() {
        answer["next_cursor"] = json!(next_cursor);
    }
    Ok(members(answer))
}

/// A customer, as it reads whoever follows.
pub(super) fn external_contact(world: &World, place: usize) -> Value {
    let customer = &world.customers[place].customer;
    let mut json = json!({
        "external_userid": customer.external_userid,
        "name": customer.name,
        "type": match customer.kind { CustomerKind::Wechat => 1, CustomerKind::Wecom => 2 },
        "gender": customer.gender,
        "avatar": format!("http://wx.qlogo.cn/mmhead/{}/0", customer.external_userid),
    });
    if let Some(unionid) = customer.ids().unionid {
        json["unionid"] = json!(unionid);
    }
    if customer.kind == CustomerKind::Wecom {
        json["corp_name"] = json!(customer.corp_name.as_deref().unwrap_or("示例"));
        if let Some(full) = &customer.corp_full_name {
            json["corp_full_name"] = json!(full);
        }
        if let Some(position) = &customer.position {
            json["position"] = json!(position);
        }
        json["external_profile"] = json!({ "external_attr": [] });
    }
    json
}

fn follow_user(world: &World, place: usize, bond: &Bond) -> Value {
    let tags = bond.tags.iter().filter_map(|id| {
        let (group_name, tag_name) = world.tags.name(id)?;
        let kind = if world.tags.group_of(id).is_some_and(|group| group.strategy.is_some()) { 3 } else { 1 };
        Some(json!({ "group_name": group_name, "tag_name": tag_name, "tag_id": id, "type": kind }))
    });
    let tags: Vec<Value> = tags.collect();
    let mut json = relation(world, place, bond);
    json["tags"] = json!(tags);
    json
}

/// A relation, without its tags: two methods show them in different forms.
pub(super) fn relation(world: &World, place: usize, bond: &Bond) -> Value {
    let customer = &world.customers[place].customer;
    let noted = &bond.remark;
    let oper_userid = match &bond.oper {
        Oper::Customer => &customer.external_userid,
        Oper::Employee => &bond.employee,
        Oper::Handover(giver) => giver,
    };
    let mut json = json!({
        "userid": bond.employee,
        "remark": noted.remark.as_deref().unwrap_or(&customer.name),
        "description": noted.description.as_deref().unwrap_or_default(),
        "createtime": bond.added_at_ms / 1_000,
        "remark_mobiles": noted.mobiles,
        "add_way": bond.add_way,
        "oper_userid": oper_userid,
    });
    if let Some(company) = &noted.company {
        json["remark_corp_name"] = json!(company);
    }
    if let Some(state) = &bond.state {
        json["state"] = json!(state);
    }
    json
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
    check::chars("remark", asked.remark.as_deref(), REMARK_CHARS_MAX)?;
    check::chars("description", asked.description.as_deref(), DESCRIPTION_CHARS_MAX)?;
    check::chars("remark_company", asked.remark_company.as_deref(), COMPANY_CHARS_MAX)?;
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
        return Err(invalid("nothing to change"));
    }
    // Clients that send every field send an empty one for a picture that there is not.
    if remark_pic_mediaid
        .is_some_and(|id| !id.is_empty() && !world.media.works(&id, MediaKind::Image, call.now_ms))
    {
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

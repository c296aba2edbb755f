//! Group welcome templates (page 92366).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call, Method, members},
    check::{empty, invalid},
    content::{Object, check_attachment, kept_part},
    errcode::Refusal,
};
use crate::world::{
    World,
    templates::{TEMPLATES_MAX, Template},
};

pub(super) const METHODS: &[Method] = &[
    Method::post("externalcontact/group_welcome_template/add", add),
    Method::post("externalcontact/group_welcome_template/edit", edit),
    Method::post("externalcontact/group_welcome_template/get", get),
    Method::post("externalcontact/group_welcome_template/del", del),
];

/// The most bytes of UTF-8 in the text: fewer than in a customer's welcome.
const TEXT_BYTES_MAX: usize = 3_000;

/// What may stand beside the text: one of them.
const PARTS: [&str; 5] = ["image", "link", "miniprogram", "file", "video"];

/// Checks the content of a template; returns it in the form in which it is kept.
fn checked(world: &mut World, asked: &Object, now_ms: i64) -> Result<Object, Refusal> {
    let text = match asked.get("text") {
        None => "",
        Some(Value::Object(text)) => match text.get("content") {
            None => "",
            Some(content) => content.as_str().ok_or_else(|| invalid("text.content is no string"))?,
        },
        Some(_) => return Err(invalid("text is no object")),
    };
    if text.len() > TEXT_BYTES_MAX {
        return Err(invalid(format!("text.content exceeds {TEXT_BYTES_MAX} bytes")));
    }
    let mut content = Map::new();
    if !text.is_empty() {
        content.insert("text".to_owned(), json!({ "content": text }));
    }
    let mut parts = PARTS.into_iter().filter_map(|name| Some((name, asked.get(name)?.as_object()?.clone())));
    if let Some((name, mut part)) = parts.next() {
        if parts.next().is_some() {
            return Err(invalid("more than one of image, link, miniprogram, file and video"));
        }
        check_attachment(world, name, &part, now_ms)?;
        if name == "image" && part.get("pic_url").is_none_or(|url| url.as_str() == Some("")) {
            // WeCom shows a picture that was given by its media id with a URL of its own.
            let url = format!("http://p.qpic.cn/pic_wework/3474110808/{}/0", world.random_text(48));
            world.media.put_image(url.clone());
            part = Map::from_iter([("pic_url".to_owned(), json!(url))]);
        }
        if name == "image" {
            part.shift_remove("media_id");
        }
        content.insert(name.to_owned(), kept_part(name, &Value::Object(part)));
    }
    if content.is_empty() {
        return Err(empty("text"));
    }
    Ok(content)
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: Object = call.json()?;
    if asked.get("notify").is_some_and(|notify| !matches!(notify.as_i64(), Some(0 | 1))) {
        return Err(invalid("notify is not 0 or 1"));
    }
    if world.templates.all.len() >= TEMPLATES_MAX {
        return Err(Refusal::new(41055, "group welcome template count out of limit"));
    }
    let content = checked(world, &asked, call.now_ms)?;
    let template_id = format!("msgXXXXXX{}", world.random_text(20));
    world.templates.all.insert(template_id.clone(), Template { foreign: false, content });
    Ok(members(json!({ "template_id": template_id })))
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    template_id: String,
}

fn template<'a>(world: &'a World, template_id: &str) -> Result<&'a Template, Refusal> {
    if template_id.is_empty() {
        return Err(empty("template_id"));
    }
    world.templates.all.get(template_id).ok_or_else(|| invalid("template_id is unknown"))
}

/// A template that this app may change.
fn check_own(world: &World, template_id: &str) -> Result<(), Refusal> {
    if template(world, template_id)?.foreign {
        return Err(Refusal::new(41058, "no permission to edit the group welcome template"));
    }
    Ok(())
}

fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { template_id } = call.json()?;
    let asked: Object = call.json()?;
    check_own(world, &template_id)?;
    let content = checked(world, &asked, call.now_ms)?;
    if let Some(template) = world.templates.all.get_mut(&template_id) {
        template.content = content;
    }
    Ok(members(json!({})))
}

fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { template_id } = call.json()?;
    Ok(template(world, &template_id)?.content.clone())
}

fn del(world: &mut World, call: &Call<'_>) -> Answer {
    let ById { template_id } = call.json()?;
    check_own(world, &template_id)?;
    world.templates.all.remove(&template_id);
    Ok(members(json!({})))
}

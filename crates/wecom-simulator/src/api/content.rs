//! The content of messages: WeCom's limits on text and attachments, for all methods that send or keep a message.

use serde_json::{Map, Value, json};

use super::{check::invalid, errcode::Refusal};
use crate::{corp::MediaKind, world::World};
use wecom_core::message::{
    ATTACHMENTS_MAX, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX,
    MINIPROGRAM_TITLE_BYTES_MAX, TEXT_BYTES_MAX,
};

/// The attachments of the old form: one of these stands beside `text`. If there are several, the first counts.
pub(super) const OLD_FORM: [&str; 3] = ["image", "link", "miniprogram"];

pub(super) type Object = Map<String, Value>;

/// The most bytes in a mini-program's appid, which has 18. WeCom names no limit.
pub(super) const APPID_BYTES_MAX: usize = 64;

/// The fields of a part of a message that WeCom knows. Others are dropped.
fn known_members(msgtype: &str) -> &'static [&'static str] {
    match msgtype {
        "image" => &["media_id", "pic_url"],
        // A link in a moment names its picture by media id.
        "link" => &["title", "picurl", "desc", "url", "media_id"],
        "miniprogram" => &["title", "pic_media_id", "appid", "page"],
        "video" | "file" => &["media_id"],
        _ => &[],
    }
}

/// Checks that the fields that are kept are texts of bounded length.
pub(super) fn check_known(msgtype: &str, part: &Object) -> Result<(), Refusal> {
    known_members(msgtype).iter().try_for_each(|name| optional(part, name, LINK_URL_BYTES_MAX).map(|_| ()))
}

/// A part of a message in the form in which it is kept.
pub(super) fn kept_part(msgtype: &str, part: &Value) -> Value {
    let known = |name: &&str| Some(((*name).to_owned(), part.get(*name)?.clone()));
    Value::Object(known_members(msgtype).iter().filter_map(known).collect())
}

/// An attachment in the form in which it is kept.
pub(super) fn kept_attachment(attachment: &Value) -> Value {
    let msgtype = attachment["msgtype"].as_str().unwrap_or_default();
    json!({ "msgtype": msgtype, (msgtype): kept_part(msgtype, &attachment[msgtype]) })
}

/// A message that has been checked, in the form in which it is kept.
pub(super) fn kept_message(message: &Object) -> Object {
    let mut kept = Object::new();
    if let Some(content) = message.get("text").and_then(|text| text.get("content")) {
        kept.insert("text".to_owned(), json!({ "content": content }));
    }
    if let Some(attachments) = message.get("attachments").and_then(Value::as_array) {
        kept.insert("attachments".to_owned(), attachments.iter().map(kept_attachment).collect());
    }
    for name in OLD_FORM {
        if let Some(part) = message.get(name).filter(|part| part.is_object()) {
            kept.insert(name.to_owned(), kept_part(name, part));
        }
    }
    kept
}

/// Checks a message of text and attachments (pages 92599 and 92135), the old form included.
pub(super) fn check_message(world: &World, message: &Object, now_ms: i64) -> Result<(), Refusal> {
    let text = match message.get("text") {
        None => None,
        Some(Value::Object(text)) => match text.get("content") {
            None => Some(""),
            Some(content) => Some(content.as_str().ok_or_else(|| invalid("text.content is no string"))?),
        },
        Some(_) => return Err(invalid("text is no object")),
    };
    if text.is_some_and(|text| text.len() > TEXT_BYTES_MAX) {
        return Err(invalid(format!("text.content exceeds {TEXT_BYTES_MAX} bytes")));
    }
    let attachments = match message.get("attachments") {
        None => &[][..],
        Some(attachments) => attachments.as_array().ok_or_else(|| invalid("attachments is no array"))?,
    };
    if attachments.len() > ATTACHMENTS_MAX {
        return Err(Refusal::new(41064, "attachments count out of limit"));
    }
    let old = OLD_FORM.into_iter().find_map(|name| Some((name, message.get(name)?.as_object()?)));
    if attachments.is_empty() && old.is_none() {
        match text {
            None => return Err(Refusal::new(40063, "text and attachments are both empty")),
            Some("") => return Err(Refusal::new(44004, "empty content")),
            Some(_) => {}
        }
    }
    if let (true, Some((msgtype, attachment))) = (attachments.is_empty(), old) {
        check_attachment(world, msgtype, attachment, now_ms)?;
    }
    for attachment in attachments {
        let msgtype = attachment.get("msgtype").and_then(Value::as_str).unwrap_or_default();
        if !["image", "link", "miniprogram", "video", "file"].contains(&msgtype) {
            return Err(Refusal::new(41065, "unsupported attachment msgtype"));
        }
        let object = attachment.get(msgtype).and_then(Value::as_object);
        let object =
            object.ok_or_else(|| invalid(format!("attachment of msgtype {msgtype} has no {msgtype}")))?;
        check_attachment(world, msgtype, object, now_ms)?;
    }
    Ok(())
}

/// Checks one attachment.
pub(super) fn check_attachment(
    world: &World,
    msgtype: &str,
    object: &Object,
    now_ms: i64,
) -> Result<(), Refusal> {
    check_known(msgtype, object)?;
    let media = |field: &str, kind| {
        let media_id = required(object, field, usize::MAX)?;
        if world.media.works(media_id, kind, now_ms) {
            Ok(())
        } else {
            Err(Refusal::new(40007, "invalid media_id"))
        }
    };
    match msgtype {
        // Where both `media_id` and `pic_url` are given, WeCom takes the media id.
        "image" if optional(object, "media_id", usize::MAX)?.is_some() => media("media_id", MediaKind::Image),
        "image" => {
            let url = required(object, "pic_url", LINK_URL_BYTES_MAX)?;
            if world.media.is_image(url) {
                Ok(())
            } else {
                Err(invalid("pic_url was not made by media/uploadimg"))
            }
        }
        "link" => {
            required(object, "title", LINK_TITLE_BYTES_MAX)?;
            required(object, "url", LINK_URL_BYTES_MAX)?;
            optional(object, "picurl", LINK_URL_BYTES_MAX)?;
            optional(object, "desc", LINK_DESC_BYTES_MAX)?;
            Ok(())
        }
        "miniprogram" => {
            required(object, "title", MINIPROGRAM_TITLE_BYTES_MAX)?;
            required(object, "appid", APPID_BYTES_MAX)?;
            required(object, "page", LINK_URL_BYTES_MAX)?;
            media("pic_media_id", MediaKind::Image)
        }
        "video" => media("media_id", MediaKind::Video),
        _ => media("media_id", MediaKind::File),
    }
}

pub(super) fn required<'a>(object: &'a Object, field: &str, most: usize) -> Result<&'a str, Refusal> {
    optional(object, field, most)?.ok_or_else(|| Refusal::new(40063, format!("{field} is empty")))
}

pub(super) fn optional<'a>(object: &'a Object, field: &str, most: usize) -> Result<Option<&'a str>, Refusal> {
    match object.get(field) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() > most => {
            Err(invalid(format!("{field} exceeds {most} bytes")))
        }
        Some(Value::String(text)) => Ok((!text.is_empty()).then_some(text)),
        Some(_) => Err(invalid(format!("{field} is no string"))),
    }
}

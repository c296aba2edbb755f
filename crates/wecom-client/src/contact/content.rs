//! What messages consist of, where it is more than a welcome: the platform's limits on it, and how it is read back.
//!
//! The content types are those of [`wecom_core::message`]: the platform has one form for all.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::client::{
    Fault, Lack,
    limits::{Check, place},
};
use wecom_core::message::{
    ATTACHMENTS_MAX, Attachment, Image, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, Link,
    MINIPROGRAM_TITLE_BYTES_MAX, Media, Miniprogram, Text,
};

/// The limits of a message's content (page 92135); `text_bytes_max` differs by method.
pub(super) fn message(
    check: Check,
    text: Option<&Text>,
    text_bytes_max: usize,
    attachments: &[Attachment],
) -> Check {
    let content = text.map(|text| text.content.as_str());
    let something = content.is_some_and(|content| !content.is_empty()) || !attachments.is_empty();
    let check = check
        .rule(something, "text", || Fault::NoneGiven { others: &["attachments"], so: Lack::OneWanted })
        .bytes("text.content", content, text_bytes_max)
        .count("attachments", attachments, 0..=ATTACHMENTS_MAX);
    attachments.iter().enumerate().fold(check, |check, (index, attachment)| {
        let at = Some(index);
        match attachment {
            Attachment::Image { image: content } => image(check, at, content),
            Attachment::Link { link: content } => link(check, at, content),
            Attachment::Miniprogram { miniprogram: content } => miniprogram(check, at, content),
            Attachment::Video { video } => check.required(place!(at, "video.media_id"), &video.media_id),
            Attachment::File { file } => check.required(place!(at, "file.media_id"), &file.media_id),
        }
    })
}

/// A picture's limits; `at` says which attachment it is, if it is one.
pub(super) fn image(check: Check, at: Option<usize>, image: &Image) -> Check {
    let Image { media_id, pic_url } = image;
    let given = [media_id, pic_url].into_iter().flatten().any(|place| !place.is_empty());
    check.given(place!(at, "image.media_id"), given)
}

/// A link card's limits.
pub(super) fn link(check: Check, at: Option<usize>, link: &Link) -> Check {
    let Link { title, picurl, desc, url } = link;
    check
        .required(place!(at, "link.title"), title)
        .bytes(place!(at, "link.title"), Some(title), LINK_TITLE_BYTES_MAX)
        .bytes(place!(at, "link.picurl"), picurl.as_deref(), LINK_URL_BYTES_MAX)
        .bytes(place!(at, "link.desc"), desc.as_deref(), LINK_DESC_BYTES_MAX)
        .required(place!(at, "link.url"), url)
        .bytes(place!(at, "link.url"), Some(url), LINK_URL_BYTES_MAX)
}

/// A mini-program card's limits.
pub(super) fn miniprogram(check: Check, at: Option<usize>, miniprogram: &Miniprogram) -> Check {
    let Miniprogram { title, pic_media_id, appid, page } = miniprogram;
    check
        .required(place!(at, "miniprogram.title"), title)
        .bytes(place!(at, "miniprogram.title"), Some(title), MINIPROGRAM_TITLE_BYTES_MAX)
        .required(place!(at, "miniprogram.pic_media_id"), pic_media_id)
        .required(place!(at, "miniprogram.appid"), appid)
        .required(place!(at, "miniprogram.page"), page)
}

/// An attachment in an answer: of a kind that is known, or whatever else WeCom sends one day.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SentAttachment {
    /// What can be sent as well.
    Known(Attachment),
    /// Another kind, or a known one without its usual fields.
    Other(Value),
}

/// A part of a message in an answer. It is absent where none of its fields is there; of those that a sender must give,
/// the ones that WeCom leaves out are empty.
pub(super) fn part<'de, D: Deserializer<'de>, T: Part>(from: D) -> Result<Option<T>, D::Error> {
    let fields = match Value::deserialize(from)? {
        Value::Object(fields) => fields,
        // A lone element stands for itself, as everywhere.
        Value::Array(list) => match <[Value; 1]>::try_from(list) {
            Ok([Value::Object(fields)]) => fields,
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let field = |name: &str| match fields.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Ok(T::FIELDS.iter().any(|name| field(name).is_some()).then(|| T::read(field)))
}

/// A part of a message that can be read from an answer.
pub(super) trait Part: Sized {
    /// The names of its fields.
    const FIELDS: &'static [&'static str];

    /// Makes it of its fields; `field` gives the text of one by its name.
    fn read(field: impl Fn(&str) -> Option<String>) -> Self;
}

impl Part for Text {
    const FIELDS: &'static [&'static str] = &["content"];

    fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        Self { content: field("content").unwrap_or_default() }
    }
}

impl Part for Image {
    const FIELDS: &'static [&'static str] = &["media_id", "pic_url"];

    fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        Self { media_id: field("media_id"), pic_url: field("pic_url") }
    }
}

impl Part for Link {
    const FIELDS: &'static [&'static str] = &["title", "picurl", "desc", "url"];

    fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            title: field("title").unwrap_or_default(),
            picurl: field("picurl"),
            desc: field("desc"),
            url: field("url").unwrap_or_default(),
        }
    }
}

impl Part for Miniprogram {
    const FIELDS: &'static [&'static str] = &["title", "pic_media_id", "appid", "page"];

    fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            title: field("title").unwrap_or_default(),
            pic_media_id: field("pic_media_id").unwrap_or_default(),
            appid: field("appid").unwrap_or_default(),
            page: field("page").unwrap_or_default(),
        }
    }
}

impl Part for Media {
    const FIELDS: &'static [&'static str] = &["media_id"];

    fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        Self { media_id: field("media_id").unwrap_or_default() }
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::ATTACHMENTS_MAX;
    use crate::method::{Argument, formatcp, json};

    pub(crate) const ATTACHMENTS: Argument = json(
        "attachments",
        formatcp!(
            "Up to {ATTACHMENTS_MAX} of {{\"msgtype\": \"image\", \"image\": {{…}}}}; also link, miniprogram, video, file"
        ),
    );
}

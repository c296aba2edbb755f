//! What messages consist of, where it is more than a welcome: the platform's limits on it, and how it is read back.
//!
//! The content types are those of [`action::message`](crate::action::message): the platform has one form for all.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::limits::Check;
use crate::action::message::{
    ATTACHMENTS_MAX, Attachment, Image, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, Link,
    MINIPROGRAM_TITLE_BYTES_MAX, Miniprogram, Text,
};

/// The limits of a message's content (document 92135); `text_bytes_max` differs by method.
pub(super) fn message(
    check: Check,
    text: Option<&Text>,
    text_bytes_max: usize,
    attachments: &[Attachment],
) -> Check {
    let content = text.map(|text| text.content.as_str());
    let something = content.is_some_and(|content| !content.is_empty()) || !attachments.is_empty();
    let check = check
        .rule(something, "text", || "and attachments are both absent or empty: WeCom wants one".to_owned())
        .bytes("text.content", content, text_bytes_max)
        .count("attachments", attachments, 0..=ATTACHMENTS_MAX);
    attachments.iter().fold(check, |check, attachment| match attachment {
        Attachment::Image { image: content } => image(check, content),
        Attachment::Link { link: content } => link(check, content),
        Attachment::Miniprogram { miniprogram: content } => miniprogram(check, content),
        Attachment::Video { video } => check.required("video.media_id", &video.media_id),
        Attachment::File { file } => check.required("file.media_id", &file.media_id),
    })
}

/// A picture's limits.
pub(super) fn image(check: Check, image: &Image) -> Check {
    let Image { media_id, pic_url } = image;
    check.given("image.media_id", media_id.is_some() || pic_url.is_some())
}

/// A link card's limits.
pub(super) fn link(check: Check, link: &Link) -> Check {
    let Link { title, picurl, desc, url } = link;
    check
        .required("link.title", title)
        .bytes("link.title", Some(title), LINK_TITLE_BYTES_MAX)
        .bytes("link.picurl", picurl.as_deref(), LINK_URL_BYTES_MAX)
        .bytes("link.desc", desc.as_deref(), LINK_DESC_BYTES_MAX)
        .required("link.url", url)
        .bytes("link.url", Some(url), LINK_URL_BYTES_MAX)
}

/// A mini-program card's limits.
pub(super) fn miniprogram(check: Check, miniprogram: &Miniprogram) -> Check {
    let Miniprogram { title, pic_media_id, appid, page } = miniprogram;
    check
        .required("miniprogram.title", title)
        .bytes("miniprogram.title", Some(title), MINIPROGRAM_TITLE_BYTES_MAX)
        .required("miniprogram.pic_media_id", pic_media_id)
        .required("miniprogram.appid", appid)
        .required("miniprogram.page", page)
}

/// An attachment as WeCom tells of it: of a kind that is known, or whatever else it sends one day.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum SentAttachment {
    /// What can be sent as well.
    Known(Attachment),
    /// Another kind, or a known one without its usual fields.
    Other(Value),
}

/// A part of a message that is whole, or absent.
pub(super) fn part<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    Value::deserialize(from).map(|value| serde_json::from_value(value).ok())
}

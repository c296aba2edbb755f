//! Uploads (pages 90253, 90256 and 96347): files are checked by size and format, and kept for three days.

use serde_json::json;

use super::{
    call::{Answer, Call, Method, Upload, members},
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    world::{
        World,
        format::{Format, resolution, video_ms, voice_ms},
        media::{File, Shelf},
    },
};

pub(super) const METHODS: &[Method] = &[
    Method::upload("media/upload", 45001, upload),
    Method::upload("media/uploadimg", 45001, uploadimg),
    Method::upload("media/upload_attachment", 41080, upload_attachment),
];

/// A file must be larger than so many bytes.
const FILE_BYTES_MIN: usize = 5;

const MB: usize = 1_024 * 1_024;

/// `media/uploadimg` takes at most so many bytes.
const IMAGE_URL_BYTES_MAX: usize = 2 * MB;

/// A voice message is at most so long (45007).
const VOICE_MS_MAX: u64 = 60_000;

/// A moment's video is at most so long (41082).
const MOMENT_VIDEO_MS_MAX: u64 = 30_000;

/// A moment's picture has at most so many pixels on its long side (41081), as WeCom suggests for long pictures.
const MOMENT_LONG_SIDE_MAX: usize = 10_800;

fn bytes_max(kind: MediaKind) -> usize {
    match kind {
        MediaKind::Image | MediaKind::Video => 10 * MB,
        MediaKind::Voice => 2 * MB,
        MediaKind::File => 20 * MB,
    }
}

/// A temporary medium, for three days.
fn upload(world: &mut World, call: &Call<'_>) -> Answer {
    let kind =
        call.param("type").and_then(MediaKind::named).ok_or(Refusal::new(40004, "invalid media type"))?;
    let file = file(call, bytes_max(kind), 45001)?;
    let format = Format::of(&file.bytes);
    match kind {
        MediaKind::Image if !format.is_picture() => return Err(Refusal::new(40123, "invalid image format")),
        MediaKind::Voice if format != Format::Amr => {
            return Err(Refusal::new(301_017, "voice must be an AMR file"));
        }
        MediaKind::Voice if voice_ms(&file.bytes).is_some_and(|ms| ms > VOICE_MS_MAX) => {
            return Err(Refusal::new(45007, "voice is too long"));
        }
        MediaKind::Video if format != Format::Mp4 => return Err(Refusal::new(40004, "invalid media type")),
        _ => {}
    }
    let media_id = world.random_text(44);
    world.media.put_file(media_id.clone(), (kind, Shelf::Messages), file, call.now_ms);
    // WeCom answers with a string here, and with a number in media/upload_attachment.
    let created_at = (call.now_ms / 1_000).to_string();
    Ok(members(json!({ "type": kind.as_str(), "media_id": media_id, "created_at": created_at })))
}

/// A picture's URL that lasts.
fn uploadimg(world: &mut World, call: &Call<'_>) -> Answer {
    let file = file(call, IMAGE_URL_BYTES_MAX, 45001)?;
    if !Format::of(&file.bytes).is_picture() {
        return Err(Refusal::new(40123, "invalid image format"));
    }
    if !world.media.count_image(call.now_ms) {
        return Err(Refusal::new(45009, "api freq out of limit"));
    }
    let url = format!("http://p.qpic.cn/pic_wework/3474110808/{}/0", world.random_text(48));
    world.media.put_image(url.clone());
    Ok(members(json!({ "url": url })))
}

/// A temporary medium for moments or for product albums.
fn upload_attachment(world: &mut World, call: &Call<'_>) -> Answer {
    let kind = call.param("media_type").and_then(MediaKind::named);
    let kind = kind.ok_or(Refusal::new(40004, "invalid media type"))?;
    let shelf = match (call.param("attachment_type"), kind) {
        (Some("1"), MediaKind::Image | MediaKind::Video | MediaKind::File) => Shelf::Moments,
        (Some("2"), MediaKind::Image) => Shelf::Albums,
        _ => return Err(Refusal::new(41072, "attachment_type does not fit media_type")),
    };
    let file = file(call, bytes_max(kind), 41080)?;
    let format = Format::of(&file.bytes);
    match kind {
        MediaKind::Image if !format.is_picture() => return Err(Refusal::new(40123, "invalid image format")),
        MediaKind::Image if shelf == Shelf::Moments => {
            let (width, height) = resolution(&file.bytes).unwrap_or_default();
            if width.max(height) > MOMENT_LONG_SIDE_MAX {
                return Err(Refusal::new(41081, "image resolution out of limit"));
            }
        }
        MediaKind::Video if format != Format::Mp4 => return Err(Refusal::new(41090, "invalid video format")),
        MediaKind::Video if video_ms(&file.bytes).is_some_and(|ms| ms > MOMENT_VIDEO_MS_MAX) => {
            return Err(Refusal::new(41082, "video is too long"));
        }
        _ => {}
    }
    let media_id = world.random_text(44);
    world.media.put_file(media_id.clone(), (kind, shelf), file, call.now_ms);
    let created_at = call.now_ms / 1_000;
    Ok(members(json!({ "type": kind.as_str(), "media_id": media_id, "created_at": created_at })))
}

/// The file of the form, if its size is right; `too_big` is the code for one that is too large.
fn file(call: &Call<'_>, most: usize, too_big: i64) -> Result<File, Refusal> {
    let Upload { name, bytes } = call.upload.ok_or(Refusal::new(44001, "empty media data"))?;
    match bytes.len() {
        0 => Err(Refusal::new(44001, "empty media data")),
        size if size <= FILE_BYTES_MIN => Err(Refusal::new(40006, "invalid media size")),
        size if size > most => Err(Refusal::new(too_big, "media file is too big")),
        _ => Ok(File { name: name.clone(), bytes: bytes.to_vec() }),
    }
}

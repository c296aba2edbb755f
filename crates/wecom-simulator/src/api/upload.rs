//! Uploads (documents 90253, 90256 and 96347): checked by size and format, and kept for their three days.

use serde_json::json;

use super::{Answer, Call, Method, Refusal, members};
use crate::{
    corp::MediaKind,
    world::World,
    world::format::{Format, resolution, video_ms, voice_ms},
    world::media::{File, Shelf},
};

pub(super) const METHODS: &[Method] = &[
    Method::upload("media/upload", 45001, upload),
    Method::upload("media/uploadimg", 45001, uploadimg),
    Method::upload("media/upload_attachment", 41080, upload_attachment),
];

/// A file is larger than so many bytes.
const FILE_BYTES_MIN: usize = 5;

const MB: usize = 1_024 * 1_024;

/// `media/uploadimg` takes at most so many bytes.
const IMAGE_URL_BYTES_MAX: usize = 2 * MB;

/// A voice message is at most so long (45007).
const VOICE_MS_MAX: u64 = 60_000;

/// A moment's video is at most so long (41082).
const MOMENT_VIDEO_MS_MAX: u64 = 30_000;

/// A moment's picture has at most so many points on its long side (41081): what WeCom suggests for long pictures.
const MOMENT_LONG_SIDE_MAX: u32 = 10_800;

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
    // A string here, and a number in media/upload_attachment.
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

/// The file of the form, if its size is right; `too_big` is the code for one that is not.
fn file(call: &Call<'_>, most: usize, too_big: i64) -> Result<File, Refusal> {
    let (name, bytes) =
        file_of(call.content_type, call.body).ok_or(Refusal::new(44001, "empty media data"))?;
    match bytes.len() {
        0 => Err(Refusal::new(44001, "empty media data")),
        size if size <= FILE_BYTES_MIN => Err(Refusal::new(40006, "invalid media size")),
        size if size > most => Err(Refusal::new(too_big, "media file is too big")),
        _ => Ok(File { name, bytes: bytes.to_vec() }),
    }
}

/// Name and content of the first part that has a file name.
fn file_of<'a>(content_type: &str, body: &'a [u8]) -> Option<(String, &'a [u8])> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() {
        return None;
    }
    let end = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&end.as_bytes()[2..])?;
    // Each turn leaves one part behind, so it ends with the body.
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let length = find(part, end.as_bytes())?;
        let head = find(part, b"\r\n\r\n").filter(|head| *head < length)?;
        if let Some(name) = name_of(&part[..head]) {
            return Some((name, part.get(head + 4..length.max(head + 4))?));
        }
        rest = &part[length + end.len()..];
    }
    None
}

/// The file name in a part's headers, as plain UTF-8; none where the part is no file.
fn name_of(head: &[u8]) -> Option<String> {
    let at = find(head, b"filename")? + b"filename".len();
    let text = String::from_utf8_lossy(&head[at..]);
    let value = text.strip_prefix('=').unwrap_or_default();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', '\r', '\n']).next(),
    };
    Some(value.unwrap_or_default().to_owned())
}

/// Where `needle` first begins. Leaps from one first byte to the next: a file may have 20 MB.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(leap) = haystack[from..].iter().position(|byte| *byte == first) {
        if haystack[from + leap..].starts_with(needle) {
            return Some(from + leap);
        }
        from += leap + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_among_the_parts() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
                     Content-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n\r\n-picture-\r\n--x--\r\n";
        assert_eq!(
            file_of("multipart/form-data; boundary=x", body),
            Some(("a.png".to_owned(), &b"\r\n-picture-"[..]))
        );
        for cut in 0..body.len() {
            let _ = file_of("multipart/form-data; boundary=x", &body[..cut]);
        }
        assert_eq!(file_of("multipart/form-data; boundary=", body), None);
        assert_eq!(file_of("application/json", body), None);
    }
}

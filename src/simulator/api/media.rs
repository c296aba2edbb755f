//! Uploads (documents 90253 and 90256). What is uploaded is measured and forgotten; its id is what matters.

use serde_json::json;

use super::{Answer, Call, Method, Refusal, members};
use crate::simulator::{corp::MediaKind, world::World};

pub(super) const METHODS: &[Method] =
    &[Method::post("media/upload", upload), Method::post("media/uploadimg", uploadimg)];

/// A file is larger than so many bytes.
const FILE_BYTES_MIN: usize = 5;

const MB: usize = 1_024 * 1_024;

/// `media/uploadimg` takes at most so many bytes.
const IMAGE_URL_BYTES_MAX: usize = 2 * MB;

/// A temporary medium, for three days.
fn upload(world: &mut World, call: &Call<'_>) -> Answer {
    let kind =
        call.param("type").and_then(MediaKind::named).ok_or(Refusal::new(40004, "invalid media type"))?;
    let most = match kind {
        MediaKind::Image | MediaKind::Video => 10 * MB,
        MediaKind::Voice => 2 * MB,
        MediaKind::File => 20 * MB,
    };
    check_size(call, most)?;
    let media_id = world.random_text(44);
    world.media.put(media_id.clone(), kind, call.now_ms);
    // A string here, and a number in media/upload_attachment.
    let created_at = (call.now_ms / 1_000).to_string();
    Ok(members(json!({ "type": kind.as_str(), "media_id": media_id, "created_at": created_at })))
}

/// A picture's URL that lasts.
fn uploadimg(world: &mut World, call: &Call<'_>) -> Answer {
    check_size(call, IMAGE_URL_BYTES_MAX)?;
    let url = format!("http://p.qpic.cn/pic_wework/3474110808/{}/0", world.random_text(48));
    world.media.put_image(url.clone());
    Ok(members(json!({ "url": url })))
}

fn check_size(call: &Call<'_>, most: usize) -> Result<(), Refusal> {
    let file = file_of(call.content_type, call.body).ok_or(Refusal::new(44001, "empty media data"))?;
    match file.len() {
        0 => Err(Refusal::new(44001, "empty media data")),
        size if size <= FILE_BYTES_MIN => Err(Refusal::new(40006, "invalid media size")),
        size if size > most => Err(Refusal::new(45001, "media file is too big")),
        _ => Ok(()),
    }
}

/// The content of the first part that has a file name.
fn file_of<'a>(content_type: &str, body: &'a [u8]) -> Option<&'a [u8]> {
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
        if find(&part[..head], b"filename").is_some() {
            return part.get(head + 4..length.max(head + 4));
        }
        rest = &part[length + end.len()..];
    }
    None
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
        assert_eq!(file_of("multipart/form-data; boundary=x", body), Some(&b"\r\n-picture-"[..]));
        for cut in 0..body.len() {
            let _ = file_of("multipart/form-data; boundary=x", &body[..cut]);
        }
        assert_eq!(file_of("multipart/form-data; boundary=", body), None);
        assert_eq!(file_of("application/json", body), None);
    }
}

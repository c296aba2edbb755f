//! Downloading media, and letting WeCom fetch files from a URL (pages 90254 and 96219). Uploads are in `upload`.

use serde::Deserialize;
use serde_json::{Map, json};

use super::{
    call::{Answer, Call, Method, SentFile, SentRange, members},
    check::{empty, invalid},
    errcode::Refusal,
};
use crate::{
    corp::MediaKind,
    world::{
        World,
        format::{Format, SAMPLE_MP4},
        media::{File, Job, Shelf},
    },
};

pub(super) const METHODS: &[Method] = &[
    Method::get("media/get", get),
    Method::post("media/upload_by_url", upload_by_url),
    Method::post("media/get_upload_by_url_result", result),
];

/// Sends a medium's bytes, or the part of them that `Range` asks for.
fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let media_id = call.param("media_id").ok_or(Refusal::new(41006, "media_id missing"))?;
    let file = world.media.file(media_id, call.now_ms);
    let File { name, bytes } = file.ok_or(Refusal::new(40007, "invalid media_id"))?;
    let format = Format::of(bytes);
    let name = if name.is_empty() {
        let extension = match format {
            Format::Jpg => ".jpg",
            Format::Png => ".png",
            Format::Amr => ".amr",
            Format::Mp4 => ".mp4",
            Format::Other => "",
        };
        format!("{media_id}{extension}")
    } else {
        name.clone()
    };
    let (range, bytes) = match call.range.and_then(|range| part(range, bytes.len())) {
        None => (SentRange::Whole, bytes.clone()),
        Some(part) if part.is_empty() => (SentRange::None(bytes.len()), Vec::new()),
        Some(part) => {
            let range = format!("bytes {}-{}/{}", part.start, part.end - 1, bytes.len());
            (SentRange::Part(range), bytes[part].to_vec())
        }
    };
    let file = SentFile { content_type: format.mime(), name, bytes, range };
    // It cannot be set already: a call is answered once.
    let _ = call.file.set(file);
    Ok(Map::new())
}

/// The part of a file that a `Range` header names; empty where it begins past the end. `None` where the header is no
/// single range: then the whole file is sent (RFC 9110, 14.2).
fn part(range: &str, length: usize) -> Option<std::ops::Range<usize>> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let part = match (first, last) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => {
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(if part.start < part.end { part } else { length..length })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct UploadByUrl {
    scene: i64,
    r#type: String,
    filename: String,
    url: String,
    md5: String,
}

/// Starts a job that ends with a medium. Nothing is fetched in truth: the medium is a sample. For hosts below
/// `.invalid`, of which there can be none, the job fails.
fn upload_by_url(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: UploadByUrl = call.json()?;
    if asked.scene != 1 {
        return Err(invalid("scene is not 1"));
    }
    let kind = match asked.r#type.as_str() {
        "video" => MediaKind::Video,
        "file" => MediaKind::File,
        _ => return Err(Refusal::new(40004, "invalid media type")),
    };
    if asked.filename.is_empty() {
        return Err(empty("filename"));
    }
    if asked.md5.len() != 32 || !asked.md5.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(invalid("md5 is no MD5 in hexadecimal"));
    }
    let url = reqwest::Url::parse(&asked.url).ok();
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    let url = url.ok_or_else(|| invalid("url is no http or https URL"))?;
    let fails = url.host_str().is_some_and(|host| host.ends_with(".invalid"));
    let jobid = format!("jobid_{}", world.random_text(32));
    let media_id = (!fails).then(|| world.random_text(44));
    if let Some(media_id) = &media_id {
        let bytes = if kind == MediaKind::Video { SAMPLE_MP4.to_vec() } else { asked.url.into_bytes() };
        let file = File { name: asked.filename, bytes };
        world.media.put_file(media_id.clone(), (kind, Shelf::Messages), file, call.now_ms);
    }
    world.media.put_job(jobid.clone(), Job { made_ms: call.now_ms, media_id });
    Ok(members(json!({ "jobid": jobid })))
}

#[derive(Deserialize)]
struct ById {
    #[serde(default)]
    jobid: String,
}

fn result(world: &mut World, call: &Call<'_>) -> Answer {
    let asked: ById = call.json()?;
    if asked.jobid.is_empty() {
        return Err(empty("jobid"));
    }
    let job = world.media.job(&asked.jobid, call.now_ms);
    let job = job.ok_or(Refusal::new(40088, "jobid not exist"))?;
    Ok(members(match &job.media_id {
        _ if !job.has_ended(call.now_ms) => json!({ "status": 1 }),
        Some(media_id) => json!({ "status": 2, "detail": {
            "errcode": 0,
            "errmsg": "ok",
            "media_id": media_id,
            "created_at": (job.made_ms / 1_000).to_string(),
        } }),
        None => {
            json!({ "status": 3, "detail": { "errcode": 830_003, "errmsg": "download from url failed" } })
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_the_part_that_is_there() {
        assert_eq!(part("bytes=0-1023", 2_048), Some(0..1_024));
        assert_eq!(part("bytes=1024-", 2_048), Some(1_024..2_048));
        assert_eq!(part("bytes=2000-9999", 2_048), Some(2_000..2_048));
        assert_eq!(part("bytes=-8", 2_048), Some(2_040..2_048));
        for past in ["bytes=2048-", "bytes=2048-9999", "bytes=-0"] {
            assert_eq!(part(past, 2_048), Some(2_048..2_048), "{past}");
        }
        for none in ["bytes=5-4", "bytes=a-b", "lines=0-1", "bytes=0-1,4-5", ""] {
            assert_eq!(part(none, 2_048), None, "{none}");
        }
        assert_eq!(part("bytes=0-18446744073709551615", 3), Some(0..3));
    }
}

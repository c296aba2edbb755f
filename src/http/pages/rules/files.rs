//! Files of attachments on the pages: stored when they are chosen, and pictures shown.

use actix_web::{HttpResponse, http::header, web::Path};

use super::{
    super::{frame::Frame, show::Pictures, words::rules::SayRules},
    typed::Typed,
};
use crate::{
    access::By,
    action::MediaKind,
    flow::publish::brought::{NotBrought, bring},
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    store::Digest,
};

/// Stores the files that were chosen, and has the fields of their attachments name them. Those that were not taken, by their
/// fields, with the reasons.
pub(super) async fn store_files(
    frame: &Frame,
    typed: &mut Typed,
    by: &By,
) -> Result<Vec<(String, String)>, Problem> {
    let mut refused = Vec::new();
    for file in std::mem::take(&mut typed.files) {
        let Some(entry) = file.field.strip_suffix("-upload").map(str::to_owned) else { continue };
        let wanted = match typed.get(&format!("{entry}-kind")) {
            "image" | "miniprogram" => MediaKind::Image,
            "video" => MediaKind::Video,
            _ => MediaKind::File,
        };
        let brought = bring(
            frame.store(),
            (&file.name, None),
            Some(wanted),
            file.bytes.to_vec(),
            by,
            frame.times.now_ms,
        );
        match brought.await {
            Ok(brought) => {
                typed.put(&format!("{entry}-file"), &brought.path);
                // One of them says where the picture is.
                typed.put(&format!("{entry}-media_id"), "");
                typed.put(&format!("{entry}-pic_url"), "");
            }
            Err(NotBrought::Store(error)) => return Err(Problem::Store(error)),
            Err(why) => refused.push((format!("{entry}-file"), frame.say_rules(SayRules::File(&why)))),
        }
    }
    Ok(refused)
}

/// Where the pictures can be seen that a version of the rules names, or that were brought for the next: by the media ids that
/// a welcome has for them before they are uploaded to WeCom.
pub(super) async fn pictures(frame: &Frame, version: i64) -> Result<Pictures, Problem> {
    let mut pictures = Pictures::new();
    let seen = |digest: Digest| format!("/rules/files/{}", digest.to_hex());
    for file in frame.store().brought_files().await?.into_iter().rev() {
        if file.kind == MediaKind::Image {
            pictures.insert(format!("file:{}", file.path), seen(file.digest));
        }
    }
    let named = if version == 0 { Vec::new() } else { frame.store().ruleset_files(version).await? };
    for file in named.into_iter().filter(|file| file.kind == MediaKind::Image) {
        pictures.insert(format!("file:{}", file.path), seen(file.digest));
    }
    Ok(pictures)
}

/// A picture. Of what is stored nothing else is shown: a browser would take a text for a page.
pub(in crate::http::pages) async fn picture(
    _: Caller<Viewer>,
    frame: Frame,
    digest: Path<String>,
) -> Result<HttpResponse, Problem> {
    let digest = Digest::from_hex(&digest).ok_or(Problem::NoSuchPath)?;
    let bytes = frame.store().content(digest).await?.ok_or(Problem::NoSuchPath)?;
    let content_type = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else {
        return Err(Problem::NoSuchPath);
    };
    // A content never has another digest.
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400, immutable"))
        .body(bytes))
}

//! What has been uploaded: temporary media, which work for three days, and pictures with a URL, which last.

use std::collections::{HashMap, HashSet, VecDeque};

use reqwest::Url;

use super::corp::MediaKind;

/// How long an uploaded medium works (document 90253).
const MEDIA_WORKS_MS: i64 = 3 * 24 * 3_600_000;

/// How many media and images are remembered; the oldest are forgotten, and are then unknown.
const MEDIA_KEPT: usize = 100_000;

/// Uploaded media and images.
#[derive(Default)]
pub(super) struct MediaShelf {
    media: HashMap<String, (MediaKind, i64)>,
    by_age: VecDeque<String>,
    images: HashSet<String>,
}

impl MediaShelf {
    pub(super) fn put(&mut self, media_id: String, kind: MediaKind, now_ms: i64) {
        if self.by_age.len() == MEDIA_KEPT
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.media.remove(&oldest);
        }
        if self.media.insert(media_id.clone(), (kind, now_ms)).is_none() {
            self.by_age.push_back(media_id);
        }
    }

    /// Whether it is there, of that kind, and not older than three days.
    pub(super) fn works(&self, media_id: &str, kind: MediaKind, now_ms: i64) -> bool {
        self.media.get(media_id).is_some_and(|(is, at_ms)| *is == kind && now_ms - at_ms < MEDIA_WORKS_MS)
    }

    pub(super) fn put_image(&mut self, url: String) {
        if self.images.len() < MEDIA_KEPT {
            self.images.insert(url);
        }
    }

    /// Whether `media/uploadimg` made it, here or at WeCom.
    pub(super) fn is_image(&self, url: &str) -> bool {
        self.images.contains(url)
            || Url::parse(url).is_ok_and(|url| {
                url.host_str().is_some_and(|host| host == "qpic.cn" || host.ends_with(".qpic.cn"))
            })
    }
}

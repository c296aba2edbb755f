//! What has been uploaded: temporary media, which work for three days and only for the use that they were uploaded for,
//! and pictures with a URL, which stay.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use reqwest::Url;

use super::{
    calendar::{day_of, month_of},
    format::{SAMPLE_AMR, SAMPLE_MP4, SAMPLE_PNG},
};
use crate::corp::MediaKind;

/// How long an uploaded medium works (page 90253).
const MEDIA_WORKS_MS: i64 = 3 * 24 * 3_600_000;

/// How many media and images are remembered. The oldest are forgotten, and are unknown from then on.
const MEDIA_KEPT: usize = 100_000;

/// So many bytes of media are remembered in all: a dozen of the largest. The oldest are forgotten.
const BYTES_KEPT: usize = 256 * 1_024 * 1_024;

/// `media/uploadimg` makes at most so many URLs a day, and a month (page 90256).
const IMAGES_A_DAY_MAX: u32 = 1_000;
const IMAGES_A_MONTH_MAX: u32 = 3_000;

/// How long it takes to fetch a file from a URL, and for how long its result can be asked for.
const JOB_TAKES_MS: i64 = 2_000;
const JOB_KEPT_MS: i64 = 24 * 3_600_000;

/// What a medium was uploaded for. Its id does not work for anything else (40007).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// For messages.
    Messages,
    /// For moments.
    Moments,
    /// For product albums.
    Albums,
}

/// An uploaded file.
#[derive(Clone)]
pub(crate) struct File {
    /// The file's name. Where it is empty, the file is named after its media id.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

struct Medium {
    kind: MediaKind,
    shelf: Shelf,
    at_ms: i64,
    file: File,
}

/// A file that WeCom is fetching.
pub(crate) struct Job {
    pub(crate) made_ms: i64,
    /// The medium that it becomes; none: the fetching fails.
    pub(crate) media_id: Option<String>,
}

impl Job {
    pub(crate) fn has_ended(&self, now_ms: i64) -> bool {
        now_ms - self.made_ms >= JOB_TAKES_MS
    }
}

/// Uploaded media and images.
#[derive(Default)]
pub(crate) struct MediaShelf {
    media: HashMap<String, Medium>,
    by_age: VecDeque<String>,
    bytes: usize,
    images: HashSet<String>,
    /// How many images, by the midnight of their day; of the last days only.
    images_made: BTreeMap<i64, u32>,
    jobs: HashMap<String, Job>,
}

impl MediaShelf {
    /// Adds a medium for messages whose content does not matter: a sample of its kind.
    pub(crate) fn put(&mut self, media_id: String, kind: MediaKind, now_ms: i64) {
        let bytes = match kind {
            MediaKind::Image => SAMPLE_PNG,
            MediaKind::Voice => SAMPLE_AMR,
            MediaKind::Video => SAMPLE_MP4,
            MediaKind::File => b"simulated file\n",
        };
        let file = File { name: String::new(), bytes: bytes.to_vec() };
        self.put_file(media_id, (kind, Shelf::Messages), file, now_ms);
    }

    pub(crate) fn put_file(
        &mut self,
        media_id: String,
        (kind, place): (MediaKind, Shelf),
        file: File,
        now_ms: i64,
    ) {
        self.bytes += file.bytes.len();
        let before = self.media.insert(media_id.clone(), Medium { kind, shelf: place, at_ms: now_ms, file });
        match before {
            Some(before) => self.bytes -= before.file.bytes.len(),
            None => self.by_age.push_back(media_id),
        }
        while self.by_age.len() > MEDIA_KEPT || (self.bytes > BYTES_KEPT && self.by_age.len() > 1) {
            let Some(oldest) = self.by_age.pop_front() else { break };
            if let Some(forgotten) = self.media.remove(&oldest) {
                self.bytes -= forgotten.file.bytes.len();
            }
        }
    }

    /// Whether a medium works in messages: uploaded for them, of that kind, and not older than three days.
    pub(crate) fn works(&self, media_id: &str, kind: MediaKind, now_ms: i64) -> bool {
        self.works_on(Shelf::Messages, media_id, kind, now_ms)
    }

    /// Whether a medium works for this use: uploaded for it, of that kind, and not older than three days.
    pub(crate) fn works_on(&self, place: Shelf, media_id: &str, kind: MediaKind, now_ms: i64) -> bool {
        let medium = self.fresh(media_id, now_ms);
        medium.is_some_and(|medium| medium.kind == kind && medium.shelf == place)
    }

    /// The file of an id that works, whatever it was uploaded for.
    pub(crate) fn file(&self, media_id: &str, now_ms: i64) -> Option<&File> {
        self.fresh(media_id, now_ms).map(|medium| &medium.file)
    }

    fn fresh(&self, media_id: &str, now_ms: i64) -> Option<&Medium> {
        self.media.get(media_id).filter(|medium| now_ms - medium.at_ms < MEDIA_WORKS_MS)
    }

    pub(crate) fn put_image(&mut self, url: String) {
        if self.images.len() < MEDIA_KEPT {
            self.images.insert(url);
        }
    }

    /// Counts one more image. Gives false, and counts nothing, where the limit of the day or the month is reached.
    pub(crate) fn count_image(&mut self, now_ms: i64) -> bool {
        let (today, month) = (day_of(now_ms), month_of(now_ms));
        self.images_made.retain(|day, _| month_of(*day) == month);
        let this_month: u32 = self.images_made.values().sum();
        let count = self.images_made.entry(today).or_default();
        let may = *count < IMAGES_A_DAY_MAX && this_month < IMAGES_A_MONTH_MAX;
        *count += u32::from(may);
        may
    }

    /// Whether a URL was made by `media/uploadimg`, here or at the real WeCom.
    pub(crate) fn is_image(&self, url: &str) -> bool {
        self.images.contains(url)
            || Url::parse(url).is_ok_and(|url| {
                url.host_str().is_some_and(|host| host == "qpic.cn" || host.ends_with(".qpic.cn"))
            })
    }

    pub(crate) fn put_job(&mut self, jobid: String, job: Job) {
        let now_ms = job.made_ms;
        self.jobs.retain(|_, job| now_ms - job.made_ms < JOB_KEPT_MS);
        if self.jobs.len() < MEDIA_KEPT {
            self.jobs.insert(jobid, job);
        }
    }

    pub(crate) fn job(&self, jobid: &str, now_ms: i64) -> Option<&Job> {
        self.jobs.get(jobid).filter(|job| now_ms - job.made_ms < JOB_KEPT_MS)
    }
}

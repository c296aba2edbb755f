//! The media ids of the rules in force, in memory: what a plan is made with.
//!
//! The rulebook loads a version here before it puts it in force, so that the ids which an import has uploaded are
//! there with the first event; the version before it stays for the events that are being planned by it. What other
//! processes upload is seen within a second.
//!
//! This is no [`Memory`](crate::known::memory::Memory), which asks WeCom when somebody wants to know. Ids are in our own
//! database and not WeCom's to answer; they have to be there before anybody wants them, whole versions at a time; and
//! planning must not wait for them. What is missing is simply not there.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::{Mutex, Notify};
use tracing::warn;

use crate::{
    known::memory::millis,
    rules::Media,
    shutdown::Shutdown,
    store::{self, MediaKey, MediaRecord, RulesetFile, Store},
    telemetry::chain,
};
use wecom_core::clock::Clock;

/// How long an id works: three days, less what a message may be under way and clocks may differ.
pub const WORKS_FOR: Duration = Duration::from_mins(3 * 24 * 60 - 10);

/// How many versions of the rules are kept: the one in force, and the one before it for what is under way.
const VERSIONS_KEPT: usize = 2;

/// The media ids of the rules in force, for every corp. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Shelf(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    shutdown: Shutdown,
    loading: Mutex<()>,
    // Newest last. Read for a moment by every plan, written once in a while.
    stocks: RwLock<Vec<Arc<Stock>>>,
    changed: Notify,
}

/// The files of one version, and the ids that they have.
struct Stock {
    version: i64,
    files: Arc<[RulesetFile]>,
    records: Vec<MediaRecord>,
    corps: HashMap<String, Ids>,
}

/// The ids of one corp.
struct Ids {
    media: Arc<Media>,
    /// From when on one of them no longer works.
    until_ms: i64,
}

/// The shelf as an app sees it.
#[derive(Clone, Debug)]
pub struct OfCorp {
    shelf: Shelf,
    corp_id: String,
}

impl Shelf {
    /// An empty shelf.
    pub fn new(store: Store, clock: Clock, shutdown: Shutdown) -> Self {
        let (loading, stocks, changed) = (Mutex::default(), RwLock::default(), Notify::new());
        Self(Arc::new(Inner { store, clock, shutdown, loading, stocks, changed }))
    }

    /// The part of it that is a corp's.
    pub fn of_corp(&self, corp_id: &str) -> OfCorp {
        OfCorp { shelf: self.clone(), corp_id: corp_id.to_owned() }
    }

    /// Reads how it stands with the files of a version. Called before the version is put in force.
    pub async fn load(&self, version: i64) -> Result<(), store::Error> {
        // One at a time: a slow reading must not replace a later one.
        let _turn = self.0.loading.lock().await;
        let known = self.stock(version).map(|stock| Arc::clone(&stock.files));
        let files = match known {
            Some(files) => files,
            None => self.0.store.ruleset_files(version).await?.into(),
        };
        let now_ms = self.0.clock.now_ms();
        let records =
            if files.is_empty() { Vec::new() } else { self.0.store.media_of(version, now_ms).await? };
        let corps = by_corp(&files, &records, now_ms);
        let stock = Arc::new(Stock { version, files, records, corps });
        let mut stocks = self.0.stocks.write().unwrap_or_else(PoisonError::into_inner);
        stocks.retain(|stock| stock.version != version);
        stocks.push(stock);
        // By version and not by who comes last: a second look at the version before must not bring it back.
        stocks.sort_by_key(|stock| stock.version);
        let over = stocks.len().saturating_sub(VERSIONS_KEPT);
        stocks.drain(..over);
        drop(stocks);
        self.0.changed.notify_one();
        Ok(())
    }

    /// Reads the newest version again, if it names files.
    pub(super) async fn refresh(&self) -> Result<(), store::Error> {
        match self.newest() {
            Some(stock) if !stock.files.is_empty() => self.load(stock.version).await,
            _ => Ok(()),
        }
    }

    /// Takes away the files that were brought long ago and that no rules have named.
    pub(super) async fn forget_old_files(&self) -> Result<(), store::Error> {
        self.0.store.forget_old_files(self.0.clock.now_ms()).await
    }

    /// Returns when it has been loaded again.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// What is due for these corps, as far as nobody is at it, and what is not yet on record.
    pub(super) fn due<'a>(&self, corps: impl Iterator<Item = &'a str>) -> Due {
        let Some(stock) = self.newest() else { return Due::default() };
        let now_ms = self.0.clock.now_ms();
        let records: HashMap<&MediaKey, &MediaRecord> =
            stock.records.iter().map(|record| (&record.key, record)).collect();
        let mut due = Due::default();
        for corp_id in corps {
            for key in keys(&stock.files, corp_id) {
                match records.get(&key) {
                    None => {
                        due.unwanted.push(key.clone());
                        due.now.push(key);
                    }
                    Some(record) if record.due_ms <= now_ms && !record.held => due.now.push(key),
                    Some(_) => {}
                }
            }
        }
        due
    }

    /// How it stands with a corp's files: how many have no id that works, and the age of the oldest id that does.
    pub(super) fn state(&self, corp_id: &str) -> (usize, Option<i64>) {
        let Some(stock) = self.newest() else { return (0, None) };
        let now_ms = self.0.clock.now_ms();
        let works: HashMap<&MediaKey, i64> = stock
            .records
            .iter()
            .filter_map(|record| works(record, now_ms).map(|(_, at_ms)| (&record.key, at_ms)))
            .collect();
        let wanted = keys(&stock.files, corp_id);
        let missing = wanted.iter().filter(|key| !works.contains_key(key)).count();
        let oldest = wanted.iter().filter_map(|key| works.get(key)).map(|at_ms| now_ms - at_ms).max();
        (missing, oldest)
    }

    fn newest(&self) -> Option<Arc<Stock>> {
        self.0.stocks.read().unwrap_or_else(PoisonError::into_inner).last().map(Arc::clone)
    }

    fn stock(&self, version: i64) -> Option<Arc<Stock>> {
        let stocks = self.0.stocks.read().unwrap_or_else(PoisonError::into_inner);
        stocks.iter().find(|stock| stock.version == version).map(Arc::clone)
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

/// What a keeper has to see to.
#[derive(Default)]
pub(super) struct Due {
    /// Not on record yet.
    pub(super) unwanted: Vec<MediaKey>,
    /// To be uploaded, those among them.
    pub(super) now: Vec<MediaKey>,
}

impl OfCorp {
    /// The media ids that the files of this version of the rules have at this moment.
    pub fn ids(&self, version: i64) -> Arc<Media> {
        let Some(stock) = self.shelf.stock(version) else { return Arc::new(Media::uploaded([])) };
        let now_ms = self.shelf.0.clock.now_ms();
        match stock.corps.get(&self.corp_id) {
            Some(ids) if now_ms < ids.until_ms => Arc::clone(&ids.media),
            Some(_) => {
                let media = by_corp(&stock.files, &stock.records, now_ms).remove(&self.corp_id);
                media.map_or_else(|| Arc::new(Media::uploaded([])), |ids| ids.media)
            }
            None => Arc::new(Media::uploaded([])),
        }
    }

    /// WeCom refused a message that carried these ids: none of ours among them is used any more, and they are renewed
    /// now. Returns at once; the rest is done in the background.
    pub fn refused(&self, media_ids: Vec<String>) {
        if media_ids.is_empty() {
            return;
        }
        let OfCorp { shelf, corp_id } = self.clone();
        self.shelf.0.shutdown.spawn_until_hard(async move {
            let now_ms = shelf.0.clock.now_ms();
            let marked = match shelf.0.store.refuse_media(&corp_id, &media_ids, now_ms).await {
                Ok(0) => return,
                Ok(_) => shelf.refresh().await,
                Err(error) => Err(error),
            };
            match marked {
                Ok(()) => warn!(
                    corp.id = %corp_id,
                    "WeCom refused media ids of corp {corp_id}; the files are uploaded again now"
                ),
                // Nothing is lost: welcomes go out without them, and the next one that WeCom refuses leads here again.
                Err(error) => {
                    warn!(error = %chain(&error), "Refused media ids of corp {corp_id} could not be marked");
                }
            }
        });
    }
}

/// What is to be uploaded for a corp: two paths with the same content and name are one.
pub(crate) fn keys(files: &[RulesetFile], corp_id: &str) -> Vec<MediaKey> {
    let mut keys: Vec<MediaKey> = Vec::with_capacity(files.len());
    for file in files {
        let key = MediaKey::new(corp_id, file);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// The id and when it was uploaded, if it still works.
pub(super) fn works(record: &MediaRecord, now_ms: i64) -> Option<(&str, i64)> {
    let (media_id, at_ms) = record.uploaded.as_ref()?;
    (now_ms < at_ms.saturating_add(millis(WORKS_FOR))).then_some((media_id, *at_ms))
}

fn by_corp(files: &[RulesetFile], records: &[MediaRecord], now_ms: i64) -> HashMap<String, Ids> {
    let mut corps: HashMap<&str, HashMap<MediaKey, (&str, i64)>> = HashMap::new();
    for record in records {
        let of_corp = corps.entry(&record.key.corp_id).or_default();
        if let Some(works) = works(record, now_ms) {
            of_corp.insert(record.key.clone(), works);
        }
    }
    corps
        .into_iter()
        .map(|(corp_id, ids)| {
            let until_ms = ids.values().map(|(_, at_ms)| at_ms.saturating_add(millis(WORKS_FOR))).min();
            let media = Media::uploaded(files.iter().filter_map(|file| {
                let (media_id, _) = ids.get(&MediaKey::new(corp_id, file))?;
                Some(((file.kind, file.path.clone()), (*media_id).to_owned()))
            }));
            let ids = Ids { media: Arc::new(media), until_ms: until_ms.unwrap_or(i64::MAX) };
            (corp_id.to_owned(), ids)
        })
        .collect()
}

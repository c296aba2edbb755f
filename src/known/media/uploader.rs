//! One upload: claimed in the store, sent, recorded.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tracing::{info, warn};

use super::{kind::media_type, shelf::works};
use crate::{
    known::memory::millis,
    store::{self, MediaKey, MediaLease, ProcessId, Store},
    telemetry::Metrics,
};
use wecom_client::{CallOptions, Client, MediaFile, Retries, UPLOAD_TIMEOUT};
use wecom_core::clock::Clock;

/// At what age an id is renewed. A day is left for WeCom to be away, or for an operator to mend what is wrong.
pub const RENEWED_AFTER: Duration = Duration::from_hours(2 * 24);

/// The pauses after failures in a row. The first are short, as a new picture may be waited for; then an hour, because
/// what has failed five times needs a person, and a day is left for one.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(3),
    Duration::from_mins(15),
    Duration::from_hours(1),
];

/// Uploads what is on record, in the name of one process.
#[derive(Clone, Debug)]
pub struct Uploader(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    metrics: Arc<Metrics>,
    process: ProcessId,
    // In the order of the apps' names, so that every process begins with the same one.
    clients: BTreeMap<String, Vec<Client>>,
}

/// What became of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is uploaded.
    Uploaded,
    /// It is not due, or another process is at it.
    NotOurs,
    /// It failed, and is tried again later.
    Failed {
        /// Why, in words for whoever runs this.
        why: String,
    },
}

impl Uploader {
    /// An uploader for the corps of these apps (name, corp and client): what one of them uploads is everybody's.
    pub fn new(
        store: Store,
        clock: Clock,
        metrics: Arc<Metrics>,
        process: ProcessId,
        apps: impl IntoIterator<Item = (String, String, Client)>,
    ) -> Self {
        let mut apps: Vec<_> = apps.into_iter().collect();
        apps.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let mut clients: BTreeMap<String, Vec<Client>> = BTreeMap::new();
        for (_, corp_id, client) in apps {
            clients.entry(corp_id).or_default().push(client);
        }
        Self(Arc::new(Inner { store, clock, metrics, process, clients }))
    }

    /// The corps for which it uploads.
    pub fn corps(&self) -> impl Iterator<Item = &str> {
        self.0.clients.keys().map(String::as_str)
    }

    /// Notes that these are wanted.
    pub async fn want(&self, keys: &[MediaKey]) -> Result<(), store::Error> {
        self.0.store.want_media(keys, self.0.clock.now_ms()).await
    }

    /// Whether WeCom can be called for a corp, or why not.
    pub async fn reach(&self, corp_id: &str) -> Result<(), String> {
        match self.0.clients.get(corp_id).and_then(|clients| clients.first()) {
            Some(client) => client.warm().await.map_err(|error| explained(&error)),
            None => Err(NO_APP.to_owned()),
        }
    }

    /// Whether this has an id that works, or why not.
    pub async fn ready(&self, key: &MediaKey) -> Result<Result<(), String>, store::Error> {
        let now_ms = self.0.clock.now_ms();
        let record = self.0.store.media(key, now_ms).await?;
        let works = record.as_ref().is_some_and(|record| works(record, now_ms).is_some());
        Ok(if works {
            Ok(())
        } else {
            Err(record
                .and_then(|record| record.error)
                .unwrap_or_else(|| "another process is at it".to_owned()))
        })
    }

    /// Uploads this if it is due and nobody else is at it, and records what came of it. Takes no longer than
    /// [`UPLOAD_TIMEOUT`] and the database.
    pub async fn see_to(&self, key: &MediaKey) -> Result<Seen, store::Error> {
        let Inner { store, clock, metrics, process, .. } = &*self.0;
        // Counted from before the upload, so that no clock but ours has to be right.
        let from_ms = clock.now_ms();
        let Some(lease) = store.claim_media(key, *process, from_ms).await? else { return Ok(Seen::NotOurs) };
        let (corp_id, name) = (&key.corp_id, &key.name);
        match self.upload(&lease).await? {
            Ok(media_id) => {
                metrics.uploaded(corp_id, true);
                let due_ms = from_ms.saturating_add(millis(RENEWED_AFTER));
                store.media_uploaded(&lease, &media_id, from_ms, due_ms).await?;
                info!(corp.id = %corp_id, "Uploaded `{name}` for corp {corp_id}; it is renewed in two days");
                Ok(Seen::Uploaded)
            }
            Err(why) => {
                metrics.uploaded(corp_id, false);
                let last = PAUSES.len() - 1;
                let pause = PAUSES[usize::try_from(lease.failures).unwrap_or(last).min(last)];
                store.media_failed(&lease, &why, clock.now_ms().saturating_add(millis(pause))).await?;
                warn!(
                    corp.id = %corp_id,
                    "`{name}` could not be uploaded for corp {corp_id}, and is tried again in {pause:?}: {why}"
                );
                Ok(Seen::Failed { why })
            }
        }
    }

    /// The media id, or why there is none.
    async fn upload(&self, lease: &MediaLease) -> Result<Result<String, String>, store::Error> {
        let key = &lease.key;
        let clients = self.0.clients.get(&key.corp_id).map(Vec::as_slice).unwrap_or_default();
        // Where one app may not upload, another of the corp may.
        let turn = usize::try_from(lease.failures).unwrap_or(0).checked_rem(clients.len());
        let Some(client) = turn.map(|turn| &clients[turn]) else { return Ok(Err(NO_APP.to_owned())) };
        let Some(bytes) = self.0.store.content(key.digest).await? else {
            return Ok(Err("its content is not in the database: import the rules again".to_owned()));
        };
        let file = MediaFile::from_bytes(&key.name, bytes);
        let options = CallOptions::new(UPLOAD_TIMEOUT, Retries::Standard);
        let uploaded = client.media().upload(media_type(key.kind), &file, options).await;
        Ok(match uploaded {
            // An id that is empty would be refused with the whole welcome.
            Ok(uploaded) if uploaded.media_id.is_empty() => Err("WeCom gave it no media id".to_owned()),
            Ok(uploaded) => Ok(uploaded.media_id),
            Err(error) => Err(explained(&error)),
        })
    }
}

const NO_APP: &str = "no app of this corp is in the settings";

/// What went wrong, and what the platform's code means.
fn explained(error: &wecom_client::Error) -> String {
    let meaning = error.errcode().and_then(wecom_client::explain);
    meaning.map_or_else(|| error.message(), |text| format!("{} ({text})", error.message()))
}

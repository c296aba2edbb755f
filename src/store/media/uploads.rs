//! The uploads of files that rules name: for each corp the media id of the last one, and when the next is due.
//!
//! Several processes look after the same ids. An upload is leased to one of them, as actions are: the lease is void when
//! its holder falls silent, and whatever the holder records names the epoch that it was given.

use super::files::{Digest, RulesetFile};
use crate::{
    action::MediaKind,
    store::{
        Store,
        backend::{Result, clean, on, read_name, row, run},
        flags::{self, FlaggedFile},
        processes::ProcessId,
    },
};

/// How long an upload belongs to its holder. The call ends within a minute
/// ([`UPLOAD_TIMEOUT`](wecom_client::UPLOAD_TIMEOUT)); the rest is for reading 20 MB from the database on a busy machine.
const LEASE_MS: i64 = 90_000;

/// How long after a refused id was replaced its successor is believed, whatever WeCom says. A refusal does not say which
/// of up to nine ids is the culprit; without this pause all of them would be uploaded again for every customer.
const BELIEVED_MS: i64 = 3_600_000;

/// What is uploaded: one content, for one corp, as one kind, under one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaKey {
    /// The corp; its apps share what is uploaded.
    pub corp_id: String,
    /// The content.
    pub digest: Digest,
    /// The kind of attachment it is sent as.
    pub kind: MediaKind,
    /// The name.
    pub name: String,
}

impl MediaKey {
    /// This file, for that corp.
    pub fn new(corp_id: &str, file: &RulesetFile) -> Self {
        let RulesetFile { kind, path: _, name, digest } = file;
        Self { corp_id: corp_id.to_owned(), digest: *digest, kind: *kind, name: name.clone() }
    }
}

/// The state of an upload: the id it has, and when it is due next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaRecord {
    /// What is uploaded.
    pub key: MediaKey,
    /// Its media id, and since when it has it, in Unix milliseconds. `None` while it has not been uploaded, and after
    /// WeCom has refused the id.
    pub uploaded: Option<(String, i64)>,
    /// When it is to be uploaded next.
    pub due_ms: i64,
    /// How often in a row that has failed.
    pub failures: u32,
    /// Why the last try failed.
    pub error: Option<String>,
    /// Whether a living process is uploading it now.
    pub held: bool,
}

/// The right to upload something, and to say what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLease {
    /// What is to be uploaded.
    pub key: MediaKey,
    /// How often in a row it has failed so far.
    pub failures: u32,
    epoch: i64,
}

row! {
    struct MediaRow {
        corp_id: String,
        digest: Vec<u8>,
        kind: String,
        name: String,
        media_id: Option<String>,
        uploaded_at_ms: Option<i64>,
        due_ms: i64,
        failures: i64,
        error: Option<String>,
        held: bool,
    }
}

impl MediaRow {
    fn record(self) -> Result<MediaRecord> {
        let Self { corp_id, digest, kind, name, media_id, uploaded_at_ms, due_ms, failures, error, held } =
            self;
        let digest = Digest::read(&digest);
        let kind =
            read_name("media", "kind", format_args!("({corp_id}, {digest:?}, {kind}, {name})"), &kind)?;
        Ok(MediaRecord {
            key: MediaKey { corp_id, digest, kind, name },
            uploaded: media_id.zip(uploaded_at_ms),
            due_ms,
            failures: u32::try_from(failures).unwrap_or(u32::MAX),
            error,
            held,
        })
    }
}

/// Binds the key of an upload, in the order of its columns in the table's primary key.
macro_rules! bind_key {
    ($query:expr, $key:expr) => {
        $query
            .bind(clean(&$key.corp_id))
            .bind($key.digest.as_bytes())
            .bind($key.kind.as_str())
            .bind(clean(&$key.name))
    };
}

impl Store {
    /// Notes that these are to be uploaded. Those that are on record already stay as they are.
    pub async fn want_media(&self, keys: &[MediaKey], now_ms: i64) -> Result<()> {
        let mut tx = self.backend().begin().await?;
        for key in keys {
            run!(tx, "note what is to be uploaded", |c| bind_key!(sqlx::query(WANT), key)
                .bind(now_ms)
                .execute(c))?;
        }
        tx.commit().await
    }

    /// The uploads of a version's files, for every corp that wants them.
    pub async fn media_of(&self, version: i64, now_ms: i64) -> Result<Vec<MediaRecord>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "read media ids", |c| sqlx::query_as::<_, MediaRow>(OF_VERSION)
            .bind(now_ms)
            .bind(version)
            .fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter().map(MediaRow::record).collect()
    }

    /// One upload; `None` where it is not wanted.
    pub async fn media(&self, key: &MediaKey, now_ms: i64) -> Result<Option<MediaRecord>> {
        let mut tx = self.backend().read().await?;
        let row =
            on!(tx, "read a media id", |c| bind_key!(sqlx::query_as::<_, MediaRow>(ONE).bind(now_ms), key)
                .fetch_optional(c))?;
        tx.commit().await?;
        row.map(MediaRow::record).transpose()
    }

    /// Leases an upload to this process, if it is due and no living process has it.
    pub async fn claim_media(
        &self,
        key: &MediaKey,
        me: ProcessId,
        now_ms: i64,
    ) -> Result<Option<MediaLease>> {
        let mut tx = self.backend().single().await?;
        let row = on!(tx, "claim an upload", |c| bind_key!(sqlx::query_as::<_, (i64, i64)>(CLAIM), key)
            .bind(now_ms)
            .bind(me.id())
            .bind(now_ms.saturating_add(LEASE_MS))
            .fetch_optional(c))?;
        tx.commit().await?;
        Ok(row.map(|(epoch, failures)| MediaLease {
            key: key.clone(),
            failures: u32::try_from(failures).unwrap_or(u32::MAX),
            epoch,
        }))
    }

    /// Records an upload: `media_id` works from `uploaded_at_ms` on and is to be renewed at `due_ms`. With the last of the
    /// ids that WeCom refused, the flags that the refusals raised are taken back. `false` where the lease had ended: then
    /// nothing was changed.
    pub async fn media_uploaded(
        &self,
        lease: &MediaLease,
        media_id: &str,
        uploaded_at_ms: i64,
        due_ms: i64,
    ) -> Result<bool> {
        let MediaLease { key, failures: _, epoch } = lease;
        let file = FlaggedFile { digest: key.digest.as_bytes(), kind: key.kind, name: &key.name };
        let mut tx = self.backend().begin().await?;
        flags::lock_those_of(&mut tx, &file).await?;
        let row = on!(tx, "record an upload", |c| bind_key!(sqlx::query_as::<_, (i64,)>(UPLOADED), key)
            .bind(epoch)
            .bind(clean(media_id))
            .bind(uploaded_at_ms)
            .bind(due_ms)
            .fetch_optional(c))?;
        if row.is_some() {
            flags::take_back_media(&mut tx, &file, uploaded_at_ms).await?;
        }
        tx.commit().await?;
        Ok(row.is_some())
    }

    /// Records that the upload failed because of `error` and is to be tried again at `due_ms`. The id of an earlier upload
    /// stays in use. `false` where the lease had ended: then nothing was changed.
    pub async fn media_failed(&self, lease: &MediaLease, error: &str, due_ms: i64) -> Result<bool> {
        let MediaLease { key, failures: _, epoch } = lease;
        let mut tx = self.backend().single().await?;
        let row = on!(tx, "record a failed upload", |c| bind_key!(sqlx::query_as::<_, (i64,)>(FAILED), key)
            .bind(epoch)
            .bind(due_ms)
            .bind(clean(error))
            .fetch_optional(c))?;
        tx.commit().await?;
        Ok(row.is_some())
    }

    /// WeCom refused a message with these media ids. Those of them that are ours are no longer used and are due to be
    /// uploaded at once, except one that replaced a refused id within the last hour. Returns how many that were.
    pub async fn refuse_media(&self, corp_id: &str, media_ids: &[String], now_ms: i64) -> Result<usize> {
        let mut refused = 0;
        let mut tx = self.backend().begin().await?;
        for media_id in media_ids {
            let rows = on!(tx, "take back a media id", |c| sqlx::query_as::<_, (i64,)>(
                "UPDATE media SET media_id = NULL, uploaded_at_ms = NULL, refused_at_ms = $3, due_ms = $3
                 WHERE media_id = $2 AND corp_id = $1 AND (refused_at_ms IS NULL OR refused_at_ms <= $4)
                 RETURNING lease_epoch"
            )
            .bind(clean(corp_id))
            .bind(clean(media_id))
            .bind(now_ms)
            .bind(now_ms.saturating_sub(BELIEVED_MS))
            .fetch_all(c))?;
            refused += rows.len();
        }
        tx.commit().await?;
        Ok(refused)
    }
}

const WANT: &str = "INSERT INTO media (corp_id, digest, kind, name, due_ms, failures, lease_epoch)
     VALUES ($1, $2, $3, $4, $5, 0, 0) ON CONFLICT (corp_id, digest, kind, name) DO NOTHING";

/// `$1` is now.
macro_rules! select_media {
    ($which:literal) => {
        concat!(
            "SELECT m.corp_id, m.digest, m.kind, m.name, m.media_id, m.uploaded_at_ms, m.due_ms, m.failures, m.error,
                    m.lease_until_ms IS NOT NULL AND m.lease_until_ms >= $1
                    AND EXISTS (SELECT 1 FROM process p
                                WHERE p.id = m.lease_owner AND p.alive_until_ms >= $1) AS held
             FROM media m WHERE ",
            $which
        )
    };
}

const OF_VERSION: &str = select_media!(
    "EXISTS (SELECT 1 FROM ruleset_file f
             WHERE f.version = $2 AND f.digest = m.digest AND f.kind = m.kind AND f.name = m.name)
     ORDER BY m.corp_id, m.digest, m.kind, m.name"
);

const ONE: &str = select_media!("m.corp_id = $2 AND m.digest = $3 AND m.kind = $4 AND m.name = $5");

const CLAIM: &str = "UPDATE media SET lease_owner = $6, lease_epoch = lease_epoch + 1, lease_until_ms = $7
     WHERE corp_id = $1 AND digest = $2 AND kind = $3 AND name = $4 AND due_ms <= $5
       AND (lease_owner IS NULL OR lease_until_ms < $5
            OR NOT EXISTS (SELECT 1 FROM process p
                           WHERE p.id = media.lease_owner AND p.alive_until_ms >= $5))
     RETURNING lease_epoch, failures";

const UPLOADED: &str =
    "UPDATE media SET media_id = $6, uploaded_at_ms = $7, due_ms = $8, failures = 0, error = NULL,
            lease_owner = NULL, lease_until_ms = NULL
     WHERE corp_id = $1 AND digest = $2 AND kind = $3 AND name = $4 AND lease_epoch = $5
     RETURNING lease_epoch";

const FAILED: &str = "UPDATE media SET due_ms = $6, failures = failures + 1, error = $7,
            lease_owner = NULL, lease_until_ms = NULL
     WHERE corp_id = $1 AND digest = $2 AND kind = $3 AND name = $4 AND lease_epoch = $5
     RETURNING lease_epoch";

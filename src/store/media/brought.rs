//! Files that were brought ahead of the rules that will name them, by a page or a program: bounded in number, size and age.

use std::time::Duration;

use super::files::Digest;
use crate::{
    access::{Act, By},
    action::MediaKind,
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Result, Tx, clean, on, read_name, row, run},
    },
};

/// How long a file waits for rules that name it: whoever is on a holiday in between finds it again.
pub const UPLOADS_KEPT_FOR: Duration = Duration::from_hours(14 * 24);

/// So many files may wait: as many as one version of the rules may name.
pub const UPLOADS_MAX: usize = 200;

/// So many bytes may wait in all: 25 of the largest files. They are in the database.
const UPLOADS_BYTES_MAX: i64 = 512 * 1_024 * 1_024;

/// A file that waits for rules that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtFile {
    /// The path under which rules name it.
    pub path: String,
    /// Who brought it.
    pub by: String,
    /// What it is called where it is received.
    pub name: String,
    /// What its first bytes say.
    pub kind: MediaKind,
    /// Its content.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: i64,
    /// When it was brought.
    pub uploaded_at_ms: i64,
}

/// What became of a file that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It waits.
    Kept,
    /// Too many wait already; nothing was stored.
    TooMany,
}

row! {
    struct BroughtRow {
        path: String,
        by_who: String,
        name: String,
        kind: String,
        digest: Vec<u8>,
        size: i64,
        uploaded_at_ms: i64,
    }
}

impl Store {
    /// Keeps a file until rules name it, in the place of what the same person had brought under its path, whose content goes
    /// where nothing else has it. Old ones go.
    pub async fn bring_file(&self, file: &BroughtFile, bytes: &[u8], by: &By) -> Result<Brought> {
        let mut tx = self.backend().begin().await?.for_a_search();
        let now_ms = file.uploaded_at_ms;
        forget_old(&mut tx, now_ms).await?;
        let (count, waiting) = on!(tx, "count the files that were brought", |c| {
            sqlx::query_as::<_, (i64, i64)>(
            "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM upload WHERE NOT (path = $1 AND by_who = $2)"
        )
        .bind(clean(&file.path))
        .bind(clean(&file.by))
        .fetch_one(c)
        })?;
        let is_full = usize::try_from(count).unwrap_or(usize::MAX) >= UPLOADS_MAX;
        if is_full || waiting.saturating_add(file.size) > UPLOADS_BYTES_MAX {
            tx.commit().await?;
            return Ok(Brought::TooMany);
        }
        let replaced = on!(tx, "look for what a file replaces", |c| sqlx::query_as::<_, (Vec<u8>,)>(
            "SELECT digest FROM upload WHERE path = $1 AND by_who = $2"
        )
        .bind(clean(&file.path))
        .bind(clean(&file.by))
        .fetch_optional(c))?;
        run!(tx, "store a file", |c| sqlx::query(
            "INSERT INTO content (digest, size, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING"
        )
        .bind(file.digest.as_bytes())
        .bind(file.size)
        .bind(bytes)
        .execute(c))?;
        run!(tx, "store that a file was brought", |c| {
            sqlx::query(
            "INSERT INTO upload (path, by_who, name, kind, digest, size, uploaded_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (path, by_who) DO UPDATE SET name = excluded.name, kind = excluded.kind, digest = excluded.digest,
                 size = excluded.size, uploaded_at_ms = excluded.uploaded_at_ms"
        )
        .bind(clean(&file.path))
        .bind(clean(&file.by))
        .bind(clean(&file.name))
        .bind(file.kind.as_str())
        .bind(file.digest.as_bytes())
        .bind(file.size)
        .bind(file.uploaded_at_ms)
        .execute(c)
        })?;
        if let Some((digest,)) = replaced {
            forget_content(&mut tx, &digest).await?;
        }
        let digest = file.digest.to_hex();
        let line =
            AuditLine { by, act: Act::FileBrought, target: &file.path, before: None, after: Some(&digest) };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await?;
        Ok(Brought::Kept)
    }

    /// The files that wait, the newest first.
    pub async fn brought_files(&self) -> Result<Vec<BroughtFile>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "list the files that were brought", |c| {
            sqlx::query_as::<_, BroughtRow>(
            "SELECT path, by_who, name, kind, digest, size, uploaded_at_ms FROM upload ORDER BY uploaded_at_ms DESC, path"
        )
        .fetch_all(c)
        })?;
        tx.commit().await?;
        let of = |row: BroughtRow| {
            let kind = read_name("upload", "kind", format_args!("({})", row.path), &row.kind)?;
            Ok(BroughtFile {
                path: row.path,
                by: row.by_who,
                name: row.name,
                kind,
                digest: Digest::read(&row.digest),
                size: row.size,
                uploaded_at_ms: row.uploaded_at_ms,
            })
        };
        rows.into_iter().map(of).collect()
    }

    /// Takes away files that have waited too long, with their contents where nothing else has them.
    pub async fn forget_old_files(&self, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().begin().await?.for_a_search();
        forget_old(&mut tx, now_ms).await?;
        tx.commit().await
    }
}

async fn forget_old(tx: &mut Tx, now_ms: i64) -> Result<()> {
    let kept_ms = i64::try_from(UPLOADS_KEPT_FOR.as_millis()).unwrap_or(i64::MAX);
    let old = on!(tx, "look for files that nobody named", |c| sqlx::query_as::<_, (Vec<u8>,)>(
        "DELETE FROM upload WHERE uploaded_at_ms <= $1 RETURNING digest"
    )
    .bind(now_ms.saturating_sub(kept_ms))
    .fetch_all(c))?;
    for (digest,) in old {
        forget_content(tx, &digest).await?;
    }
    Ok(())
}

/// Takes a content away, unless rules or another file that waits have it.
async fn forget_content(tx: &mut Tx, digest: &[u8]) -> Result<()> {
    run!(tx, "take a file away that nobody named", |c| sqlx::query(
        "DELETE FROM content WHERE digest = $1
             AND NOT EXISTS (SELECT 1 FROM ruleset_file WHERE ruleset_file.digest = content.digest)
             AND NOT EXISTS (SELECT 1 FROM upload WHERE upload.digest = content.digest)"
    )
    .bind(digest)
    .execute(c))
}

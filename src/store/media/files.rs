//! The files that rules name: each content once, under its digest, and which version of the rules names which files.

use std::fmt;

use crate::{
    action::MediaKind,
    store::{
        Store,
        backend::{Result, Tx, clean, on, read_name, row, run},
    },
};

/// At most so many bytes in one content: what `media/upload` takes of a file (page 90253).
pub const CONTENT_BYTES_MAX: usize = 20 * 1_024 * 1_024;

/// The SHA-256 digest of a content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest that the caller has computed.
    pub fn new(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    pub(in crate::store) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its hexadecimal digits.
    pub fn to_hex(self) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// That of these hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> =
            hex.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let bytes: Vec<u8> = digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        (hex.len() == 64).then(|| bytes.try_into().ok().map(Self)).flatten()
    }

    pub(super) fn read(bytes: &[u8]) -> Self {
        // A constraint makes sure that every digest in the database has 32 bytes.
        Self(bytes.try_into().unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Twelve digits are enough to tell two files apart in a log.
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A file that a version of the rules names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RulesetFile {
    /// The kind of attachment it is sent as.
    pub kind: MediaKind,
    /// As it stands in the rules.
    pub path: String,
    /// What it is called where it is received.
    pub name: String,
    /// What it held when the rules were imported.
    pub digest: Digest,
}

row! {
    struct FileRow {
        kind: String,
        path: String,
        name: String,
        digest: Vec<u8>,
    }
}

impl Store {
    /// Keeps a content of at most [`CONTENT_BYTES_MAX`] bytes. Does nothing where it is kept already.
    pub async fn put_content(&self, digest: Digest, bytes: &[u8]) -> Result<()> {
        let mut tx = self.backend().single().await?.for_a_search();
        run!(tx, "store a file", |c| sqlx::query(
            "INSERT INTO content (digest, size, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING"
        )
        .bind(digest.as_bytes())
        .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .bind(bytes)
        .execute(c))?;
        tx.commit().await
    }

    /// Whether this content is kept.
    pub async fn has_content(&self, digest: Digest) -> Result<bool> {
        let mut tx = self.backend().read().await?.for_a_search();
        let (kept,) = on!(tx, "look for a file", |c| sqlx::query_as::<_, (bool,)>(
            "SELECT EXISTS (SELECT 1 FROM content WHERE digest = $1)"
        )
        .bind(digest.as_bytes())
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(kept)
    }

    /// A content, whole.
    pub async fn content(&self, digest: Digest) -> Result<Option<Vec<u8>>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let row = on!(tx, "read a file", |c| sqlx::query_as::<_, (Vec<u8>,)>(
            "SELECT bytes FROM content WHERE digest = $1"
        )
        .bind(digest.as_bytes())
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(row.map(|(bytes,)| bytes))
    }

    /// The files that a version of the rules names, by kind and path.
    pub async fn ruleset_files(&self, version: i64) -> Result<Vec<RulesetFile>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let files = files_of(&mut tx, version).await?;
        tx.commit().await?;
        Ok(files)
    }
}

/// The files of a version, inside a transaction.
pub(in crate::store) async fn files_of(tx: &mut Tx, version: i64) -> Result<Vec<RulesetFile>> {
    let rows = on!(tx, "read which files rules name", |c| sqlx::query_as::<_, FileRow>(
        "SELECT kind, path, name, digest FROM ruleset_file WHERE version = $1"
    )
    .bind(version)
    .fetch_all(c))?;
    let of = |FileRow { kind, path, name, digest }| {
        let kind = read_name("ruleset_file", "kind", format_args!("({version}, {kind}, {path})"), &kind)?;
        Ok(RulesetFile { kind, path, name, digest: Digest::read(&digest) })
    };
    let mut files = rows.into_iter().map(of).collect::<Result<Vec<_>>>()?;
    // Here and not by the database: texts sort by the collation on PostgreSQL.
    files.sort_unstable();
    Ok(files)
}

/// Stores the files of a version, inside the transaction that stores the version. Their contents are there.
pub(in crate::store) async fn put_files(tx: &mut Tx, version: i64, files: &[RulesetFile]) -> Result<()> {
    for RulesetFile { kind, path, name, digest } in files {
        run!(tx, "store which files rules name", |c| sqlx::query(
            "INSERT INTO ruleset_file (version, kind, path, name, digest) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(version)
        .bind(kind.as_str())
        .bind(clean(path))
        .bind(clean(name))
        .bind(digest.as_bytes())
        .execute(c))?;
    }
    Ok(())
}

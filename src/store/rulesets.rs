//! Keeps the rules, version by version, and what has shown itself to be wrong with them.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::{
    Store,
    backend::{Backend, Result, Tx, clean, on, run},
    media::{self, RulesetFile},
    record::settle::RuleFlag,
};

/// How many flags are listed at most: more than a person mends in a day.
const FLAGS_MAX: i64 = 1_000;

/// One version of the rules, as a person wrote them.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct RulesetVersion {
    /// The version, counted from 1.
    pub version: i64,
    /// The file's text.
    pub document: String,
    /// What was said about it when it was imported.
    pub note: Option<String>,
    /// When it was imported.
    pub imported_at_ms: i64,
}

/// What became of an import of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesetImport {
    /// It is a new version, in force from now on.
    New {
        /// The version.
        version: i64,
    },
    /// It is, letter by letter, the version in force.
    Unchanged {
        /// The version.
        version: i64,
    },
}

/// A version of the rules in a list of them.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct RulesetLine {
    /// The version, counted from 1.
    pub version: i64,
    /// When it was put in force.
    pub imported_at_ms: i64,
    /// What was said about it.
    pub note: Option<String>,
    /// The latest earlier version with the same text.
    pub same_as: Option<i64>,
}

impl RulesetLine {
    /// Whether an earlier version was put in force again.
    pub fn is_rollback(&self) -> bool {
        let note = self.note.as_deref().unwrap_or_default();
        self.same_as.is_some() && note.starts_with(ROLLBACK_NOTE)
    }
}

/// How the note of a rollback begins. The table says nothing else of where a version came from, and needs not to: its
/// text is that of the earlier version.
const ROLLBACK_NOTE: &str = "back to version ";

/// What became of a rollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// The earlier version's rules are in force, as a new version.
    New {
        /// The new version.
        version: i64,
    },
    /// They were in force already.
    Unchanged {
        /// The version in force.
        version: i64,
    },
    /// There is no such version.
    Missing,
}

/// How many versions are listed at most.
const HISTORY_MAX: u32 = 1_000;

/// Something wrong with a rule, how often and since when.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct FlagRecord {
    /// The rule's name.
    pub rule: String,
    /// The version of the rules it stands in.
    pub ruleset_version: i64,
    /// Which of its actions.
    pub kind: String,
    /// What is wrong, as it was told last.
    pub reason: String,
    /// When it showed itself first.
    pub first_at_ms: i64,
    /// And last.
    pub last_at_ms: i64,
    /// And how often.
    pub count: i64,
}

impl Store {
    /// Puts rules that name no files in force; see [`import_rules_with`](Self::import_rules_with).
    pub async fn import_rules(
        &self,
        document: &str,
        note: Option<&str>,
        now_ms: i64,
    ) -> Result<RulesetImport> {
        self.import_rules_with(document, &[], note, now_ms).await
    }

    /// Puts these rules in force with the files that they name, as a new version unless the same document with the
    /// same contents is in force already. The caller has checked the rules, names each kind and path once, and has
    /// [kept](Store::put_content) the contents.
    pub async fn import_rules_with(
        &self,
        document: &str,
        files: &[RulesetFile],
        note: Option<&str>,
        now_ms: i64,
    ) -> Result<RulesetImport> {
        let document = clean(document);
        let mut files = files.to_vec();
        files.sort_unstable();
        let mut tx = self.begin_with_rules_locked().await?;
        let active = on!(tx, "read the rules in force", |c| sqlx::query_as::<_, (i64, bool)>(
            "SELECT version, document = $1 FROM ruleset ORDER BY version DESC LIMIT 1"
        )
        .bind(document.as_ref())
        .fetch_optional(c))?;
        let version = match active {
            Some((version, true)) if media::files_of(&mut tx, version).await? == files => {
                tx.commit().await?;
                return Ok(RulesetImport::Unchanged { version });
            }
            Some((version, _)) => version + 1,
            None => 1,
        };
        insert(&mut tx, version, &document, note, now_ms).await?;
        media::put_files(&mut tx, version, &files).await?;
        tx.commit().await?;
        Ok(RulesetImport::New { version })
    }

    /// Puts an earlier version in force again, as a new version with the same text and the same files: what was in force at any time can
    /// be read for ever.
    pub async fn rollback_rules(&self, version: i64, note: Option<&str>, now_ms: i64) -> Result<Rollback> {
        let mut tx = self.begin_with_rules_locked().await?;
        let rows = on!(tx, "read the rules to go back to", |c| sqlx::query_as::<_, (i64, String)>(
            "SELECT version, document FROM ruleset
             WHERE version = $1 OR version = (SELECT max(version) FROM ruleset) ORDER BY version"
        )
        .bind(version)
        .fetch_all(c))?;
        let ended = match rows.as_slice() {
            [(only, _)] if *only == version => Rollback::Unchanged { version },
            [(first, document), (active, in_force)] if *first == version => {
                let files = media::files_of(&mut tx, version).await?;
                if document == in_force && files == media::files_of(&mut tx, *active).await? {
                    Rollback::Unchanged { version: *active }
                } else {
                    let said = note.map_or_else(String::new, |note| format!(": {note}"));
                    let note = format!("{ROLLBACK_NOTE}{version}{said}");
                    insert(&mut tx, active + 1, document, Some(&note), now_ms).await?;
                    media::put_files(&mut tx, active + 1, &files).await?;
                    Rollback::New { version: active + 1 }
                }
            }
            _ => Rollback::Missing,
        };
        tx.commit().await?;
        Ok(ended)
    }

    /// Versions of the rules, the latest first; at most 1000.
    pub async fn ruleset_history(&self, limit: u32) -> Result<Vec<RulesetLine>> {
        let mut tx = self.backend().read().await?;
        let lines = on!(tx, "list the versions of the rules", |c| sqlx::query_as::<_, RulesetLine>(
            "SELECT version, imported_at_ms, note,
                    (SELECT max(same.version) FROM ruleset same
                     WHERE same.version < ruleset.version AND same.document = ruleset.document) AS same_as
             FROM ruleset ORDER BY version DESC LIMIT $1"
        )
        .bind(i64::from(limit.min(HISTORY_MAX)))
        .fetch_all(c))?;
        tx.commit().await?;
        Ok(lines)
    }

    /// A transaction in which nobody else can add a version.
    async fn begin_with_rules_locked(&self) -> Result<Tx> {
        let mut tx = self.backend().begin().await?;
        if let Backend::Postgres(_) = self.backend() {
            // Differs because on SQLite nobody else can write between the statements.
            run!(tx, "lock the rules", |c| sqlx::raw_sql("LOCK TABLE ruleset IN SHARE ROW EXCLUSIVE MODE")
                .execute(c))?;
        }
        Ok(tx)
    }

    /// The version in force; `None` where no rules were ever imported. Cheap: for asking every second.
    pub async fn active_version(&self) -> Result<Option<i64>> {
        let mut tx = self.backend().read().await?;
        let (version,) = on!(tx, "read which rules are in force", |c| sqlx::query_as::<_, (Option<i64>,)>(
            "SELECT max(version) FROM ruleset"
        )
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(version)
    }

    /// The rules in force.
    pub async fn active_rules(&self) -> Result<Option<RulesetVersion>> {
        let mut tx = self.backend().read().await?;
        let rules = on!(tx, "read the rules in force", |c| sqlx::query_as::<_, RulesetVersion>(
            "SELECT version, document, note, imported_at_ms FROM ruleset ORDER BY version DESC LIMIT 1"
        )
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(rules)
    }

    /// One version of the rules.
    pub async fn rules(&self, version: i64) -> Result<Option<RulesetVersion>> {
        let mut tx = self.backend().read().await?;
        let rules = on!(tx, "read rules", |c| sqlx::query_as::<_, RulesetVersion>(
            "SELECT version, document, note, imported_at_ms FROM ruleset WHERE version = $1"
        )
        .bind(version)
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(rules)
    }

    /// Notes something wrong with a rule; the same thing again is counted.
    pub async fn flag_rule(&self, flag: &RuleFlag, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        raise(&mut tx, flag, now_ms).await?;
        tx.commit().await
    }

    /// What is wrong with the rules of this version, last seen first.
    pub async fn rule_flags(&self, ruleset_version: i64) -> Result<Vec<FlagRecord>> {
        let mut tx = self.backend().read().await?;
        let flags = on!(tx, "read what is wrong with rules", |c| sqlx::query_as::<_, FlagRecord>(
            "SELECT rule, ruleset_version, kind, reason, first_at_ms, last_at_ms, count FROM rule_flag
             WHERE ruleset_version = $1 ORDER BY last_at_ms DESC, rule, kind LIMIT $2"
        )
        .bind(ruleset_version)
        .bind(FLAGS_MAX)
        .fetch_all(c))?;
        tx.commit().await?;
        Ok(flags)
    }
}

async fn insert(tx: &mut Tx, version: i64, document: &str, note: Option<&str>, now_ms: i64) -> Result<()> {
    run!(tx, "store the rules", |c| sqlx::query(
        "INSERT INTO ruleset (version, document, note, imported_at_ms) VALUES ($1, $2, $3, $4)"
    )
    .bind(version)
    .bind(document)
    .bind(note.map(clean))
    .bind(now_ms)
    .execute(c))?;
    Ok(())
}

/// The same inside a transaction that settles.
pub(super) async fn raise(tx: &mut Tx, flag: &RuleFlag, now_ms: i64) -> Result<()> {
    run!(tx, "flag a rule", |c| sqlx::query(
        "INSERT INTO rule_flag (rule, ruleset_version, kind, reason, first_at_ms, last_at_ms, count)
         VALUES ($1, $2, $3, $4, $5, $5, 1)
         ON CONFLICT (rule, ruleset_version, kind) DO UPDATE
         SET reason = excluded.reason, last_at_ms = excluded.last_at_ms, count = rule_flag.count + 1"
    )
    .bind(clean(&flag.rule))
    .bind(flag.ruleset_version)
    .bind(flag.kind.as_str())
    .bind(clean(&flag.reason))
    .bind(now_ms)
    .execute(c))?;
    Ok(())
}

//! Keeps the rules, version by version. The highest version is in force; none is ever changed or removed.

use serde::Serialize;

use crate::{
    access::{Act, By},
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Backend, Result, Tx, clean, on, row, run},
        media::files::{RulesetFile, files_of, put_files},
    },
};

row! {
    /// One version of the rules, as a person wrote them.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct RulesetVersion {
        /// The version, counted from 1.
        pub version: i64,
        /// The file's text.
        pub document: String,
        /// The note that was given with the import.
        pub note: Option<String>,
        /// When it was imported.
        pub imported_at_ms: i64,
        /// Who put it in force, where that was kept.
        pub imported_by: Option<String>,
    }
}

/// What became of an import of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesetImport {
    /// They are a new version, in force from now on.
    New {
        /// The version.
        version: i64,
    },
    /// The version in force has the same text, letter by letter, and the same files.
    Unchanged {
        /// The version.
        version: i64,
    },
}

/// Another version is in force than whoever wants to change the rules has seen; nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The version in force; 0: none.
    pub version: i64,
}

row! {
    /// A version of the rules in a list of them.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct RulesetSummary {
        /// The version, counted from 1.
        pub version: i64,
        /// When it was put in force.
        pub imported_at_ms: i64,
        /// The note that was given with it.
        pub note: Option<String>,
        /// The latest earlier version with the same text.
        pub same_as: Option<i64>,
        /// Who put it in force, where that was kept.
        pub imported_by: Option<String>,
    }
}

impl RulesetSummary {
    /// Whether an earlier version was put in force again.
    pub fn is_rollback(&self) -> bool {
        let note = self.note.as_deref().unwrap_or_default();
        self.same_as.is_some() && note.starts_with(ROLLBACK_NOTE)
    }
}

/// How the note of a rollback begins. The table holds nothing else about where a version came from: that it is a
/// rollback is only shown, and nothing is decided by it.
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

    /// Puts these rules in force with the files that they name, as a new version unless the same document with the same
    /// contents is in force already. The caller must have checked the rules, name each kind and path once, and have
    /// [stored](Store::put_content) the contents.
    pub async fn import_rules_with(
        &self,
        document: &str,
        files: &[RulesetFile],
        note: Option<&str>,
        now_ms: i64,
    ) -> Result<RulesetImport> {
        let imported =
            self.import_rules_by(document, files, (note, None), &By::command_line(), now_ms).await?;
        // Whoever names no version has seen whichever it is.
        Ok(imported.unwrap_or_else(|Stale { version }| RulesetImport::Unchanged { version }))
    }

    /// The same by somebody; with the version that they have seen (0: none) only if it is still the one in force.
    pub async fn import_rules_by(
        &self,
        document: &str,
        files: &[RulesetFile],
        (note, seen): (Option<&str>, Option<i64>),
        by: &By,
        now_ms: i64,
    ) -> Result<Result<RulesetImport, Stale>> {
        let document = clean(document);
        let mut files = files.to_vec();
        files.sort_unstable();
        let mut tx = self.begin_with_rules_locked().await?;
        let active = on!(tx, "read the rules in force", |c| sqlx::query_as::<_, (i64, bool)>(
            "SELECT version, document = $1 FROM ruleset ORDER BY version DESC LIMIT 1"
        )
        .bind(document.as_ref())
        .fetch_optional(c))?;
        let in_force = active.map_or(0, |(version, _)| version);
        if seen.is_some_and(|seen| seen != in_force) {
            tx.rollback().await?;
            return Ok(Err(Stale { version: in_force }));
        }
        let version = match active {
            Some((version, true)) if files_of(&mut tx, version).await? == files => {
                tx.commit().await?;
                return Ok(Ok(RulesetImport::Unchanged { version }));
            }
            Some((version, _)) => version + 1,
            None => 1,
        };
        insert(&mut tx, version, &document, note, (by, now_ms)).await?;
        put_files(&mut tx, version, &files).await?;
        note_change(&mut tx, Act::RulesPublished, (in_force, version), note, (by, now_ms)).await?;
        tx.commit().await?;
        Ok(Ok(RulesetImport::New { version }))
    }

    /// Puts an earlier version in force again. It becomes a new version with the same text and the same files, so that the
    /// history still shows what was in force at any time.
    pub async fn rollback_rules(&self, version: i64, note: Option<&str>, now_ms: i64) -> Result<Rollback> {
        self.rollback_rules_by(version, note, &By::command_line(), now_ms).await
    }

    /// The same by somebody.
    pub async fn rollback_rules_by(
        &self,
        version: i64,
        note: Option<&str>,
        by: &By,
        now_ms: i64,
    ) -> Result<Rollback> {
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
                let files = files_of(&mut tx, version).await?;
                if document == in_force && files == files_of(&mut tx, *active).await? {
                    Rollback::Unchanged { version: *active }
                } else {
                    let given = note.map_or_else(String::new, |note| format!(": {note}"));
                    let note = format!("{ROLLBACK_NOTE}{version}{given}");
                    insert(&mut tx, active + 1, document, Some(&note), (by, now_ms)).await?;
                    put_files(&mut tx, active + 1, &files).await?;
                    let change = (*active, active + 1);
                    note_change(&mut tx, Act::RulesRolledBack, change, Some(&note), (by, now_ms)).await?;
                    Rollback::New { version: active + 1 }
                }
            }
            _ => Rollback::Missing,
        };
        tx.commit().await?;
        Ok(ended)
    }

    /// Versions of the rules, the latest first; at most 1000.
    pub async fn ruleset_history(&self, limit: u32) -> Result<Vec<RulesetSummary>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let lines = on!(tx, "list the versions of the rules", |c| sqlx::query_as::<_, RulesetSummary>(
            "SELECT version, imported_at_ms, note, imported_by,
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
        let mut tx = self.backend().begin().await?.for_a_search();
        if let Backend::Postgres(_) = self.backend() {
            // Differs because on SQLite nobody else can write between the statements.
            run!(tx, "lock the rules", |c| sqlx::raw_sql("LOCK TABLE ruleset IN SHARE ROW EXCLUSIVE MODE")
                .execute(c))?;
        }
        Ok(tx)
    }

    /// The version in force; `None` where no rules were ever imported. Cheap enough to ask every second.
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
        let rules = on!(tx, "read the rules in force", |c| {
            sqlx::query_as::<_, RulesetVersion>(
            "SELECT version, document, note, imported_at_ms, imported_by FROM ruleset ORDER BY version DESC LIMIT 1"
        )
        .fetch_optional(c)
        })?;
        tx.commit().await?;
        Ok(rules)
    }

    /// One version of the rules.
    pub async fn rules(&self, version: i64) -> Result<Option<RulesetVersion>> {
        let mut tx = self.backend().read().await?;
        let rules = on!(tx, "read rules", |c| sqlx::query_as::<_, RulesetVersion>(
            "SELECT version, document, note, imported_at_ms, imported_by FROM ruleset WHERE version = $1"
        )
        .bind(version)
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(rules)
    }
}

async fn insert(
    tx: &mut Tx,
    version: i64,
    document: &str,
    note: Option<&str>,
    (by, now_ms): (&By, i64),
) -> Result<()> {
    run!(tx, "store the rules", |c| {
        sqlx::query(
        "INSERT INTO ruleset (version, document, note, imported_at_ms, imported_by) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(version)
    .bind(document)
    .bind(note.map(clean))
    .bind(now_ms)
    .bind(clean(&by.who))
    .execute(c)
    })?;
    Ok(())
}

/// Writes into the audit that other rules are in force.
async fn note_change(
    tx: &mut Tx,
    act: Act,
    (before, after): (i64, i64),
    note: Option<&str>,
    (by, now_ms): (&By, i64),
) -> Result<()> {
    let (before, after) = (before.to_string(), after.to_string());
    let line =
        AuditLine { by, act, target: note.unwrap_or("rules"), before: Some(&before), after: Some(&after) };
    audit::note(tx, &line, now_ms).await
}

//! What is wrong with rules: raised when WeCom refuses what a rule asked for, counted when it happens again, and taken
//! back when the server has mended it.

use serde::Serialize;

use crate::{
    action::{Kind, MediaKind, ReasonCode, RuleUse},
    store::{
        Store,
        backend::{Dialect, Multirow, ROWS_MAX, Result, Tx, clean, on, padded, read_name, row, run},
    },
};

/// How many flags are listed at most: more than a person mends in a day.
const FLAGS_MAX: i64 = 1_000;

/// Something wrong with a rule that showed itself in WeCom's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFlag {
    /// The rule's name.
    pub rule: String,
    /// The version of the rules it stands in.
    pub ruleset_version: i64,
    /// The kind of action that was refused.
    pub kind: Kind,
    /// What is wrong, for programs.
    pub code: ReasonCode,
    /// The same in words an operator understands.
    pub reason: String,
}

/// Something wrong with a rule, how often it showed itself, and since when. There is one for each rule and kind of action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlagRecord {
    /// The rule's name.
    pub rule: String,
    /// The version of the rules it stands in.
    pub ruleset_version: i64,
    /// The kind of action that was refused.
    pub kind: Kind,
    /// What is wrong, as it showed itself last.
    pub code: ReasonCode,
    /// The same in words, with WeCom's last answer.
    pub reason: String,
    /// When it showed itself first.
    pub first_at_ms: i64,
    /// When it showed itself last.
    pub last_at_ms: i64,
    /// How often it showed itself.
    pub count: i64,
}

row! {
    struct FlagRow {
        rule: String,
        ruleset_version: i64,
        kind: String,
        code: String,
        reason: String,
        first_at_ms: i64,
        last_at_ms: i64,
        count: i64,
    }
}

impl FlagRow {
    fn record(self) -> Result<FlagRecord> {
        let Self { rule, ruleset_version, kind, code, reason, first_at_ms, last_at_ms, count } = self;
        // The table's key, by which the row can be found.
        let row = format!("({rule}, {ruleset_version}, {kind})");
        Ok(FlagRecord {
            kind: read_name("rule_flag", "kind", &row, &kind)?,
            code: read_name("rule_flag", "code", &row, &code)?,
            rule,
            ruleset_version,
            reason,
            first_at_ms,
            last_at_ms,
            count,
        })
    }
}

impl Store {
    /// Notes something wrong with a rule. The same rule and kind again is counted, and the latest code and words are kept.
    pub async fn flag_rule(&self, flag: &RuleFlag, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        raise(&mut tx, flag, now_ms).await?;
        tx.commit().await
    }

    /// What is wrong with the rules of this version, last seen first.
    pub async fn rule_flags(&self, ruleset_version: i64) -> Result<Vec<FlagRecord>> {
        let mut tx = self.backend().read().await?;
        let flags = on!(tx, "read what is wrong with rules", |c| {
            sqlx::query_as::<_, FlagRow>(
            "SELECT rule, ruleset_version, kind, code, reason, first_at_ms, last_at_ms, count FROM rule_flag
             WHERE ruleset_version = $1 ORDER BY last_at_ms DESC, rule, kind LIMIT $2"
        )
        .bind(ruleset_version)
        .bind(FLAGS_MAX)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        flags.into_iter().map(FlagRow::record).collect()
    }
}

/// Raises a flag inside a transaction, as the one that settles the refused action.
pub(in crate::store) async fn raise(tx: &mut Tx, flag: &RuleFlag, now_ms: i64) -> Result<()> {
    run!(tx, "flag a rule", |c| sqlx::query(
        "INSERT INTO rule_flag (rule, ruleset_version, kind, code, reason, first_at_ms, last_at_ms, count)
         VALUES ($1, $2, $3, $4, $5, $6, $6, 1)
         ON CONFLICT (rule, ruleset_version, kind) DO UPDATE
         SET code = excluded.code, reason = excluded.reason, last_at_ms = excluded.last_at_ms,
             count = rule_flag.count + 1"
    )
    .bind(clean(&flag.rule))
    .bind(flag.ruleset_version)
    .bind(flag.kind.as_str())
    .bind(flag.code.as_str())
    .bind(clean(&flag.reason))
    .bind(now_ms)
    .execute(c))?;
    Ok(())
}

/// Takes back the flags for tags of the rules by which these events were tagged, now that all of their tags went on: whatever
/// was wrong has been mended.
pub(in crate::store) async fn take_back_tags(tx: &mut Tx, event_ids: &[i64]) -> Result<()> {
    // Nearly always there is none, and then nothing else is read.
    let flagged = on!(tx, "look what is wrong with tags", |c| {
        sqlx::query_as::<_, (String, i64)>(
        "SELECT rule, ruleset_version FROM rule_flag WHERE kind = 'tag' ORDER BY rule, ruleset_version LIMIT $1"
    )
    .bind(FLAGS_MAX)
    .fetch_all(c)
    })?;
    if flagged.is_empty() {
        return Ok(());
    }
    let mut used: Vec<RuleUse> = Vec::new();
    for ids in event_ids.chunks(ROWS_MAX) {
        let (text, places) = RULES_OF.text(tx, ids.len());
        let rows = on!(tx, "read the rules of events", |c| {
            let mut select = sqlx::query_as::<_, (String,)>(text);
            for id in padded(ids, places) {
                select = select.bind(id.copied());
            }
            select.fetch_all(c)
        })?;
        // Rules that cannot be read take nothing back; `events show` says what is wrong with them.
        let rules = rows.into_iter().filter_map(|(rules,)| serde_json::from_str::<Vec<RuleUse>>(&rules).ok());
        used.extend(rules.flatten().filter(|rule| rule.used_for.contains(&Kind::Tag)));
    }
    // In the order in which they were read, so that two processes lock in the same one.
    for (rule, version) in flagged {
        if used.iter().any(|used| clean(&used.name) == rule && used.version == version) {
            run!(tx, "take back what was wrong with tags", |c| sqlx::query(
                "DELETE FROM rule_flag WHERE rule = $1 AND ruleset_version = $2 AND kind = 'tag'"
            )
            .bind(&rule)
            .bind(version)
            .execute(c))?;
        }
    }
    Ok(())
}

pub(in crate::store) static RULES_OF: Multirow =
    Multirow::new(&["id"], "SELECT event.rules FROM v JOIN event ON event.id = v.id");

/// A file that rules name, as the table of their files knows it.
pub(in crate::store) struct FlaggedFile<'a> {
    /// SHA-256 of the content.
    pub(in crate::store) digest: &'a [u8],
    /// The kind of attachment it is sent as.
    pub(in crate::store) kind: MediaKind,
    /// What it is called where it is received.
    pub(in crate::store) name: &'a str,
}

/// Locks the flags that an upload of this file may take back. To be called before the upload is recorded.
pub(in crate::store) async fn lock_those_of(tx: &mut Tx, file: &FlaggedFile<'_>) -> Result<()> {
    let text = tx.text(&LOCK);
    on!(tx, "look what is wrong with rules", |c| sqlx::query_as::<_, (i64,)>(text)
        .bind(file.digest)
        .bind(file.kind.as_str())
        .bind(clean(file.name))
        .fetch_all(c))?;
    Ok(())
}

/// Takes back the flags that a refused media id raised until `uploaded_at_ms` for rules that name this file, provided that
/// every file of these rules has a media id again.
pub(in crate::store) async fn take_back_media(
    tx: &mut Tx,
    file: &FlaggedFile<'_>,
    uploaded_at_ms: i64,
) -> Result<()> {
    run!(tx, "take back what was wrong with rules", |c| sqlx::query(
        "DELETE FROM rule_flag
         WHERE kind = 'welcome' AND code = $4 AND last_at_ms <= $5
           AND ruleset_version IN (SELECT f.version FROM ruleset_file f
                                   WHERE f.digest = $1 AND f.kind = $2 AND f.name = $3)
           AND NOT EXISTS (SELECT 1 FROM ruleset_file f JOIN media m
                           ON m.digest = f.digest AND m.kind = f.kind AND m.name = f.name
                           WHERE f.version = rule_flag.ruleset_version AND m.media_id IS NULL)"
    )
    .bind(file.digest)
    .bind(file.kind.as_str())
    .bind(clean(file.name))
    .bind(ReasonCode::MediaRefused.as_str())
    .bind(uploaded_at_ms)
    .execute(c))?;
    Ok(())
}

macro_rules! lock {
    ($lock:literal) => {
        concat!(
            "SELECT ruleset_version FROM rule_flag
             WHERE kind = 'welcome'
               AND ruleset_version IN (SELECT f.version FROM ruleset_file f
                                       WHERE f.digest = $1 AND f.kind = $2 AND f.name = $3)
             ORDER BY ruleset_version, rule ",
            $lock
        )
    };
}

/// Differs because SQLite has one writer. On PostgreSQL the last two files of the same rules may be uploaded at the same
/// moment, and each transaction would see the other's file as still missing; so the flags are locked before the upload is
/// recorded.
const LOCK: Dialect = Dialect { sqlite: lock!(""), postgres: lock!("FOR UPDATE") };

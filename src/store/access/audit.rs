//! The audit: a line for every act that changed something, written in the transaction of the change.

use serde::Serialize;

use crate::{
    access::{Act, By, Via},
    store::{
        Store,
        backend::{Result, Tx, clean, fact, on, read_name, row, run},
    },
};

/// How much of a text before or after a change is kept: what was changed is in the record, this is for people.
const TEXT_BYTES_MAX: usize = 4_096;

/// How many lines a page has at most.
const PAGE_MAX: u32 = 500;

/// A line that is about to be written.
#[derive(Clone, Debug)]
pub struct AuditLine<'a> {
    /// Who does it.
    pub by: &'a By,
    /// What is done.
    pub act: Act,
    /// To what: a token's name, a version, ids, a method.
    pub target: &'a str,
    /// How it was before.
    pub before: Option<&'a str>,
    /// How it is now.
    pub after: Option<&'a str>,
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// Its number.
    pub id: i64,
    /// When.
    pub at_ms: i64,
    /// The token's name, or the employee's userid.
    pub who: String,
    /// How they came in.
    pub via: Via,
    /// From where, as far as the connection tells.
    pub address: Option<String>,
    /// What was done.
    pub act: Act,
    /// To what.
    pub target: String,
    /// How it was before.
    pub before: Option<String>,
    /// How it was afterwards.
    pub after: Option<String>,
}

row! {
    struct AuditRow {
        id: i64,
        at_ms: i64,
        who: String,
        via: String,
        address: Option<String>,
        act: String,
        target: String,
        before: Option<String>,
        after: Option<String>,
    }
}

impl AuditRow {
    fn record(self) -> Result<AuditRecord> {
        let Self { id, at_ms, who, via, address, act, target, before, after } = self;
        Ok(AuditRecord {
            via: read_name("audit", "via", id, &via)?,
            act: read_name("audit", "act", id, &act)?,
            id,
            at_ms,
            who,
            address,
            target,
            before,
            after,
        })
    }
}

impl Store {
    /// Lines of the audit, the latest first, those before the id where one is given.
    pub async fn audit(&self, before_id: Option<i64>, limit: u32) -> Result<Vec<AuditRecord>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "read the audit", |c| sqlx::query_as::<_, AuditRow>(
            "SELECT id, at_ms, who, via, address, act, target, before, after FROM audit
             WHERE id < $1 ORDER BY id DESC LIMIT $2"
        )
        .bind(before_id.unwrap_or(i64::MAX))
        .bind(i64::from(limit.min(PAGE_MAX)))
        .fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter().map(AuditRow::record).collect()
    }

    /// Writes a line about something that was not done in this database, as a call to WeCom.
    pub async fn note_act(&self, line: &AuditLine<'_>, now_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        note(&mut tx, line, now_ms).await?;
        tx.commit().await
    }
}

/// Writes a line inside the transaction of the change.
pub(in crate::store) async fn note(tx: &mut Tx, line: &AuditLine<'_>, now_ms: i64) -> Result<()> {
    let cut = |text: &str| {
        let text = clean(text);
        text[..text.floor_char_boundary(TEXT_BYTES_MAX.min(text.len()))].to_owned()
    };
    run!(tx, "write the audit", |c| sqlx::query(
        "INSERT INTO audit (at_ms, who, via, address, act, target, before, after)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(now_ms)
    .bind(fact(&line.by.who))
    .bind(line.by.via.as_str())
    .bind(line.by.address.as_deref().map(fact))
    .bind(line.act.as_str())
    .bind(cut(line.target))
    .bind(line.before.map(cut))
    .bind(line.after.map(cut))
    .execute(c))?;
    Ok(())
}

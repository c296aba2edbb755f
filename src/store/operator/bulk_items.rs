//! What stands behind the numbers of an act on many: a few of those that it is about, and those that came to nothing.

use std::collections::HashMap;

use serde::Serialize;

use super::bulk::{BulkAct, BulkWhy, is_gone, unpacked};
use crate::{
    action::{Kind, ReasonCode, Status},
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, row},
    },
};

/// One of many: an action, or an event with the action of its latest run that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkItem {
    /// The id of the action or of the event.
    pub id: i64,
    /// The event.
    pub event_id: i64,
    /// `ChangeType` of the event.
    pub change: Option<String>,
    /// When the action ended, or the event arrived.
    pub at_ms: i64,
    /// The employee's userid.
    pub user_id: Option<String>,
    /// The customer's external_userid.
    pub external_user_id: Option<String>,
    /// What kind of action.
    pub kind: Option<Kind>,
    /// Where the action stands.
    pub status: Option<Status>,
    /// Until when it is worth anything.
    pub deadline_ms: Option<i64>,
    /// Why it is not plainly done.
    pub code: Option<ReasonCode>,
}

/// One of many that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BulkFailure {
    /// The id of the action or of the event.
    pub id: i64,
    /// Why.
    pub why: BulkWhy,
}

row! {
    struct ItemRow {
        id: i64,
        event_id: i64,
        change: Option<String>,
        at_ms: i64,
        user_id: Option<String>,
        external_user_id: Option<String>,
        kind: Option<String>,
        status: Option<String>,
        deadline_ms: Option<i64>,
        code: Option<String>,
    }
}

impl ItemRow {
    fn item(self) -> Result<BulkItem> {
        let id = self.id;
        let kind = self.kind.as_deref().map(|name| read_name("action", "kind", id, name)).transpose()?;
        let status =
            self.status.as_deref().map(|name| read_name("action", "status", id, name)).transpose()?;
        let code = self.code.as_deref().map(|name| read_name("action", "code", id, name)).transpose()?;
        let Self { event_id, change, at_ms, user_id, external_user_id, deadline_ms, .. } = self;
        Ok(BulkItem {
            id,
            event_id,
            change,
            at_ms,
            user_id,
            external_user_id,
            kind,
            status,
            deadline_ms,
            code,
        })
    }
}

static ACTIONS: Multirow = Multirow::new(
    &["id"],
    "SELECT a.id, a.event_id, e.change, COALESCE(a.settled_at_ms, a.created_at_ms) AS at_ms, e.user_id,
            e.external_user_id, a.kind, a.status, a.deadline_ms, a.code
     FROM v JOIN action a ON a.id = v.id JOIN event e ON e.id = a.event_id",
);

static EVENTS: Multirow = Multirow::new(
    &["id"],
    "SELECT e.id, e.id AS event_id, e.change, e.received_at_ms AS at_ms, e.user_id, e.external_user_id, a.kind,
            a.status, a.deadline_ms, a.code
     FROM v JOIN event e ON e.id = v.id
     LEFT JOIN action a ON a.id = (SELECT w.id FROM action w
                                   WHERE w.event_id = e.id AND w.run = e.run AND w.status IN ('expired', 'failed')
                                   ORDER BY CASE w.status WHEN 'failed' THEN 0 ELSE 1 END, w.id LIMIT 1)",
);

impl Store {
    /// Some of those that an act on many was prepared for, the newest first. Those of one that has ended are not kept.
    pub async fn bulk_newest(&self, id: i64, count: i64) -> Result<Vec<BulkItem>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "read some of many", |c| {
            sqlx::query_as::<_, (String, Option<i64>, Vec<u8>)>(
            "SELECT b.act, b.gone_above, substr(i.ids, CAST(8 * CASE WHEN b.matches > $2 THEN b.matches - $2 ELSE 0 END + 1 AS INTEGER))
             FROM bulk b JOIN bulk_ids i ON i.bulk_id = b.id WHERE b.id = $1"
        )
        .bind(id)
        .bind(count)
        .fetch_optional(c)
        })?;
        let Some((act, gone_above, bytes)) = row else { return Ok(Vec::new()) };
        let act: BulkAct = read_name("bulk", "act", id, &act)?;
        let mut ids = unpacked(&bytes);
        ids.retain(|id| !is_gone(*id, gone_above));
        ids.reverse();
        let mut found = items(&mut tx, act, &ids).await?;
        tx.commit().await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Those of an act on many that came to nothing, the newest first, those with a smaller id where one is given; each with
    /// what it is, as far as it is in the record still.
    pub async fn bulk_failures(
        &self,
        id: i64,
        act: BulkAct,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(BulkFailure, Option<BulkItem>)>> {
        let mut tx = self.backend().read().await?;
        let rows =
            on!(tx, "read what came to nothing", |c| sqlx::query_as::<_, (i64, String, Option<i64>)>(
                "SELECT f.item_id, f.why, b.gone_above FROM bulk_failure f JOIN bulk b ON b.id = f.bulk_id
             WHERE f.bulk_id = $1 AND f.item_id < $2 ORDER BY f.item_id DESC LIMIT $3"
            )
            .bind(id)
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(c))?;
        let there = rows.iter().filter(|(id, _, gone_above)| !is_gone(*id, *gone_above));
        let ids: Vec<i64> = there.map(|(id, ..)| *id).collect();
        let mut found = items(&mut tx, act, &ids).await?;
        tx.commit().await?;
        rows.into_iter()
            .map(|(item, why, _)| {
                let why = read_name("bulk_failure", "why", item, &why)?;
                Ok((BulkFailure { id: item, why }, found.remove(&item)))
            })
            .collect()
    }
}

async fn items(tx: &mut Tx, act: BulkAct, ids: &[i64]) -> Result<HashMap<i64, BulkItem>> {
    let statement = match act {
        BulkAct::Retry => &ACTIONS,
        BulkAct::Replay => &EVENTS,
    };
    let mut found = HashMap::new();
    for chunk in ids.chunks(ROWS_MAX) {
        let (text, places) = statement.text(tx, chunk.len());
        let rows = on!(tx, "read some of many", |c| {
            let mut select = sqlx::query_as::<_, ItemRow>(text);
            for id in padded(chunk, places) {
                select = select.bind(id.copied());
            }
            select.fetch_all(c)
        })?;
        for row in rows {
            found.insert(row.id, row.item()?);
        }
    }
    Ok(found)
}

//! Has actions tried again that failed or expired.

use std::collections::{BTreeMap, HashMap};

use crate::{
    access::{Act, By},
    action::Status,
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, run},
        read::filter::{ActionFilter, PAGE_MAX},
    },
};

/// What became of the request to try an action again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It is due now, and the next sweep gives it to somebody.
    Due,
    /// Its deadline has passed: the welcome code no longer works.
    TooLate,
    /// It has not failed: it is in this status.
    NotFailed(Status),
    /// There is no such action.
    Missing,
}

impl Store {
    /// Has these actions tried again, and returns for each what became of it. The retry schedule starts over; the attempts
    /// so far stay on record.
    pub async fn retry(&self, action_ids: &[i64], now_ms: i64) -> Result<Vec<(i64, Retry)>> {
        self.retry_by(action_ids, &By::command_line(), now_ms).await
    }

    /// The same by somebody.
    pub async fn retry_by(&self, action_ids: &[i64], by: &By, now_ms: i64) -> Result<Vec<(i64, Retry)>> {
        let mut answers = Vec::with_capacity(action_ids.len());
        for ids in action_ids.chunks(ROWS_MAX) {
            let mut sorted = ids.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            let mut tx = self.backend().begin().await?.for_a_search();
            let said = retry_in(&mut tx, &sorted, by, now_ms).await?;
            tx.commit().await?;
            answers.extend(ids.iter().map(|id| (*id, said.get(id).copied().unwrap_or(Retry::Missing))));
        }
        Ok(answers)
    }

    /// Has all actions that a filter finds tried again. A filter without a status means those that failed or expired.
    pub async fn retry_where(&self, filter: &ActionFilter, now_ms: i64) -> Result<Vec<(i64, Retry)>> {
        let mut left =
            filter.event.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let mut answers = Vec::new();
        let statuses: &[Status] = match &filter.status {
            Some(status) => std::slice::from_ref(status),
            None => &[Status::Failed, Status::Expired],
        };
        for status in statuses {
            let mut page = filter.clone();
            page.status = Some(*status);
            while left > 0 {
                page.event.limit = Some(u32::try_from(left).unwrap_or(PAGE_MAX).min(PAGE_MAX));
                let ids: Vec<i64> = self.actions(&page).await?.into_iter().map(|action| action.id).collect();
                let Some(last) = ids.last() else { break };
                page.event.before_id = Some(*last);
                left -= ids.len();
                answers.extend(self.retry(&ids, now_ms).await?);
            }
        }
        Ok(answers)
    }
}

/// Has actions tried again in a transaction, with a line of the audit; what became of each. They are sorted, each is
/// there once, and there are [`ROWS_MAX`] of them at most.
pub(super) async fn retry_in(tx: &mut Tx, ids: &[i64], by: &By, now_ms: i64) -> Result<HashMap<i64, Retry>> {
    let due = make_due(tx, ids, now_ms).await?;
    let mut events: BTreeMap<i64, i64> = BTreeMap::new();
    for event_id in due.values() {
        *events.entry(*event_id).or_default() += 1;
    }
    if !events.is_empty() {
        reopen(tx, &events.into_iter().collect::<Vec<_>>()).await?;
        let named: Vec<String> = ids.iter().filter(|id| due.contains_key(id)).map(i64::to_string).collect();
        let target = named.join(" ");
        let line = AuditLine { by, act: Act::Retried, target: &target, before: None, after: Some("pending") };
        audit::note(tx, &line, now_ms).await?;
    }
    let others: Vec<i64> = ids.iter().copied().filter(|id| !due.contains_key(id)).collect();
    let why = if others.is_empty() { HashMap::new() } else { statuses(tx, &others).await? };
    let said = |id: &i64| {
        let retry = match why.get(id) {
            _ if due.contains_key(id) => Retry::Due,
            Some(Status::Failed | Status::Expired) => Retry::TooLate,
            Some(status) => Retry::NotFailed(*status),
            None => Retry::Missing,
        };
        (*id, retry)
    };
    Ok(ids.iter().map(said).collect())
}

static MAKE_DUE: Multirow = Multirow::new(
    &["id", "now_ms"],
    "UPDATE action SET status = 'pending', reason = NULL, code = NULL, settled_at_ms = NULL, due_ms = v.now_ms,
            first_due_ms = v.now_ms, attempts_before_retry = action.attempts
     FROM v
     WHERE action.id = v.id AND action.status IN ('failed', 'expired')
       AND (action.deadline_ms IS NULL OR action.deadline_ms > v.now_ms)
     RETURNING action.id, action.event_id",
);

/// Makes due those that failed or expired and are not too late; returns each with its event.
async fn make_due(tx: &mut Tx, ids: &[i64], now_ms: i64) -> Result<HashMap<i64, i64>> {
    let (text, places) = MAKE_DUE.text(tx, ids.len());
    let rows = on!(tx, "have actions tried again", |c| {
        let mut update = sqlx::query_as::<_, (i64, i64)>(text);
        for id in padded(ids, places) {
            update = update.bind(id.copied()).bind(id.map(|_| now_ms));
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().collect())
}

static REOPEN: Multirow = Multirow::new(
    &["id", "reopened"],
    "UPDATE event SET unfinished = event.unfinished + v.reopened,
            status = CASE WHEN event.status = 'settled' THEN 'planned' ELSE event.status END
     FROM v WHERE event.id = v.id",
);

/// Has the events of these actions wait for them again.
async fn reopen(tx: &mut Tx, events: &[(i64, i64)]) -> Result<()> {
    let (text, places) = REOPEN.text(tx, events.len());
    run!(tx, "reopen events", |c| {
        let mut update = sqlx::query(text);
        for event in padded(events, places) {
            update = update.bind(event.map(|(id, _)| *id)).bind(event.map(|(_, reopened)| *reopened));
        }
        update.execute(c)
    })?;
    Ok(())
}

static STATUSES: Multirow =
    Multirow::new(&["id"], "SELECT action.id, action.status FROM v JOIN action ON action.id = v.id");

/// Where these actions stand.
async fn statuses(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Status>> {
    let (text, places) = STATUSES.text(tx, ids.len());
    let rows = on!(tx, "look why actions are not tried again", |c| {
        let mut select = sqlx::query_as::<_, (i64, String)>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    rows.into_iter().map(|(id, status)| Ok((id, read_name("action", "status", id, &status)?))).collect()
}

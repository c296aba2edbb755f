//! Doing it again: an event from its plan, or an action from its next call.

use std::collections::{BTreeMap, HashMap};

use crate::{
    action::Status,
    store::{
        Store,
        backend::{Multirow, ROWS_MAX, Result, Tx, on, padded, run},
        processes::ProcessId,
        read::{actions::ActionFilter, events::PAGE_MAX},
        record::{
            accept::{ClaimedEvent, PLANNING_LEASE_MS},
            plan::Swept,
        },
    },
};

/// What became of the wish to replay an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// It is this process's to plan, in a run of its own. Should the process end, a server takes the replay over.
    Begun(ClaimedEvent),
    /// It is waiting to be planned already.
    Underway,
    /// There is no such event.
    Missing,
}

/// What became of the wish to try an action again.
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
    /// Has this process plan the event again, as the next run.
    pub async fn begin_replay(&self, event_id: i64, me: ProcessId, now_ms: i64) -> Result<Replay> {
        let mut tx = self.backend().begin().await?;
        let begun = on!(tx, "begin a replay", |c| sqlx::query_as::<_, Swept>(
            "UPDATE event SET status = 'received', run = run + 1,
                    lease_owner = $2, lease_epoch = lease_epoch + 1, lease_until_ms = $3
             WHERE id = $1 AND status <> 'received'
             RETURNING id, run, lease_epoch, app, corp_id, user_id, external_user_id, happened_at_ms,
                       received_at_ms, payload"
        )
        .bind(event_id)
        .bind(me.id())
        .bind(now_ms.saturating_add(PLANNING_LEASE_MS))
        .fetch_optional(c))?;
        let replay = if let Some(row) = begun {
            Replay::Begun(row.claimed())
        } else {
            let exists = on!(tx, "look for an event", |c| sqlx::query_as::<_, (i64,)>(
                "SELECT id FROM event WHERE id = $1"
            )
            .bind(event_id)
            .fetch_optional(c))?;
            if exists.is_some() { Replay::Underway } else { Replay::Missing }
        };
        tx.commit().await?;
        Ok(replay)
    }

    /// Has these actions tried again, as many as are named, and says for each what became of it. The retry schedule
    /// starts over; the attempts so far stay on record.
    pub async fn retry(&self, action_ids: &[i64], now_ms: i64) -> Result<Vec<(i64, Retry)>> {
        let mut said = Vec::with_capacity(action_ids.len());
        for ids in action_ids.chunks(ROWS_MAX) {
            let mut sorted = ids.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            let mut tx = self.backend().begin().await?;
            let due = make_due(&mut tx, &sorted, now_ms).await?;
            let mut events: BTreeMap<i64, i64> = BTreeMap::new();
            for event_id in due.values() {
                *events.entry(*event_id).or_default() += 1;
            }
            if !events.is_empty() {
                reopen(&mut tx, &events.into_iter().collect::<Vec<_>>()).await?;
            }
            let others: Vec<i64> = sorted.iter().copied().filter(|id| !due.contains_key(id)).collect();
            let why = if others.is_empty() { HashMap::new() } else { statuses(&mut tx, &others).await? };
            tx.commit().await?;
            said.extend(ids.iter().map(|id| {
                let retry = match why.get(id).and_then(|status| status.parse().ok()) {
                    _ if due.contains_key(id) => Retry::Due,
                    Some(Status::Failed | Status::Expired) => Retry::TooLate,
                    Some(status) => Retry::NotFailed(status),
                    None => Retry::Missing,
                };
                (*id, retry)
            }));
        }
        Ok(said)
    }

    /// The same for all that a filter finds. Where it does not name a status it means what failed or expired.
    pub async fn retry_where(&self, filter: &ActionFilter, now_ms: i64) -> Result<Vec<(i64, Retry)>> {
        let mut left =
            filter.event.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let mut said = Vec::new();
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
                said.extend(self.retry(&ids, now_ms).await?);
            }
        }
        Ok(said)
    }
}

static MAKE_DUE: Multirow = Multirow::new(
    &["id", "now_ms"],
    "UPDATE action SET status = 'pending', reason = NULL, settled_at_ms = NULL, due_ms = v.now_ms,
            first_due_ms = v.now_ms, attempts_before_retry = action.attempts
     FROM v
     WHERE action.id = v.id AND action.status IN ('failed', 'expired')
       AND (action.deadline_ms IS NULL OR action.deadline_ms > v.now_ms)
     RETURNING action.id, action.event_id",
);

/// Each action that is due now, with its event.
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

async fn statuses(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let (text, places) = STATUSES.text(tx, ids.len());
    let rows = on!(tx, "look why actions are not tried again", |c| {
        let mut select = sqlx::query_as::<_, (i64, String)>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    Ok(rows.into_iter().collect())
}

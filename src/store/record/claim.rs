//! Hands actions out: leases and epochs.
//!
//! An action is free when nobody holds its lease, or its holder has been silent, or the lease has run out. Taking it
//! raises the epoch; [settling](super::settle) it names the epoch. So a process that was thought dead, and was not, changes nothing.

use std::sync::Arc;

use sqlx::FromRow;

use super::{
    accept::{ClaimedEvent, StoredEvent},
    reports::TakesOn,
    settle::Settlement,
};
use crate::{
    action::{Action, Deadline, Kind, outcome::Next},
    store::{
        Store,
        backend::{Backend, Dialect, Multirow, ROWS_MAX, Result, Tx, on, padded, run},
        processes::ProcessId,
    },
};

/// How long after its deadline an action is still its holder's: no call starts after the deadline, but one that
/// started before it may take a moment to end and to be recorded.
const DEADLINE_GRACE_MS: i64 = 2_000;

/// How long a process may hold an action that has no deadline before it is taken for hung. A call ends within
/// seconds; the rest is waiting for a turn behind others of the same corp.
pub(in crate::store) const LEASE_MS: i64 = 300_000;

/// Until when an action is its holder's, alive or not.
pub(in crate::store) fn lease_until_ms(deadline: Option<Deadline>, due_ms: i64, now_ms: i64) -> i64 {
    match deadline {
        Some(deadline) => deadline.as_ms().max(now_ms).saturating_add(DEADLINE_GRACE_MS),
        None => due_ms.max(now_ms).saturating_add(LEASE_MS),
    }
}

/// An action that this process is to perform. Only a commit makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id in the record.
    pub action_id: i64,
    /// The event it belongs to.
    pub event_id: i64,
    /// Which lease of this action it is.
    pub epoch: i64,
    /// Its kind.
    pub kind: Kind,
    /// What is to be done, as earlier attempts left it.
    pub action: Action,
    /// Until when.
    pub deadline: Option<Deadline>,
    /// How many attempts there have been since it was planned, or since an operator had it tried again.
    pub attempts: u32,
    /// Whether the end of an earlier attempt is unknown.
    pub earlier_lost: bool,
    /// When it was first due.
    pub first_due_ms: i64,
    /// Until when it is this process's; past that another may be performing it.
    pub lease_until_ms: i64,
    /// The event.
    pub event: Arc<StoredEvent>,
    /// Which plan of the event it is from.
    pub run: i64,
}

impl Claimed {
    /// What is needed to settle it.
    pub fn lease(&self) -> ActionLease {
        ActionLease {
            action_id: self.action_id,
            event_id: self.event_id,
            epoch: self.epoch,
            deadline: self.deadline,
        }
    }
}

/// The right to settle an action. Valid while the row's epoch is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionLease {
    /// The action.
    pub action_id: i64,
    /// The event it belongs to.
    pub event_id: i64,
    /// Which lease of this action it is.
    pub epoch: i64,
    /// The action's deadline.
    pub deadline: Option<Deadline>,
}

impl Store {
    /// Gives this process actions that are due and that nobody living holds, at most 128: what has a deadline first,
    /// and of that what is not too late already; then what has been due longest. Of the tags and remarks for one
    /// employee and customer only the first is given out while it is not settled. What tells others is not among them.
    pub async fn sweep_actions(&self, me: ProcessId, now_ms: i64, limit: usize) -> Result<Vec<Claimed>> {
        let sweeps: &[_] = &[(&SWEEP_DEADLINES, DEADLINE_GRACE_MS), (&SWEEP_DUE, LEASE_MS)];
        self.sweep(sweeps, me, now_ms, limit).await
    }

    pub(in crate::store) async fn sweep(
        &self,
        sweeps: &[(&Dialect, i64)],
        me: ProcessId,
        now_ms: i64,
        limit: usize,
    ) -> Result<Vec<Claimed>> {
        let limit = limit.min(ROWS_MAX);
        let mut tx = self.backend().begin().await?;
        let mut ids: Vec<i64> = Vec::new();
        for (sweep, lease_ms) in sweeps {
            let text = tx.text(sweep);
            let rows = on!(tx, "sweep actions", |c| sqlx::query_as::<_, (i64,)>(text)
                .bind(now_ms)
                .bind(i64::try_from(limit - ids.len()).unwrap_or(0))
                .bind(me.id())
                .bind(lease_ms)
                .fetch_all(c))?;
            ids.extend(rows.into_iter().map(|(id,)| id));
            if ids.len() >= limit {
                break;
            }
        }
        let rows = if ids.is_empty() { Vec::new() } else { load(&mut tx, &ids).await? };
        tx.commit().await?;
        let mut claimed = self.claimed(rows, now_ms).await?;
        claimed.sort_by_key(|action| {
            (action.deadline.is_none(), action.deadline, action.first_due_ms, action.action_id)
        });
        Ok(claimed)
    }

    /// Gives this process what it planned for the event and does not know of: the plan was stored, and the answer that
    /// said so got lost with the connection.
    pub async fn take_up(&self, planned: &ClaimedEvent, me: ProcessId, now_ms: i64) -> Result<Vec<Claimed>> {
        let mut tx = self.backend().begin().await?;
        // The epochs: only the process that held the event under this lease can have stored that plan, and nobody has
        // been given its actions since.
        let ids: Vec<i64> = on!(tx, "take up a plan", |c| sqlx::query_as::<_, (i64,)>(
            "UPDATE action SET lease_epoch = lease_epoch + 1
             WHERE event_id = $1 AND run = $2 AND status = 'running' AND lease_owner = $3 AND lease_epoch = 1
               AND EXISTS (SELECT 1 FROM event e WHERE e.id = $1 AND e.lease_epoch = $4)
             RETURNING id"
        )
        .bind(planned.lease.event_id)
        .bind(planned.run)
        .bind(me.id())
        .bind(planned.lease.epoch)
        .fetch_all(c))?
        .into_iter()
        .map(|(id,)| id)
        .collect();
        let rows = if ids.is_empty() { Vec::new() } else { load(&mut tx, &ids).await? };
        tx.commit().await?;
        let mut claimed = self.claimed(rows, now_ms).await?;
        // They were inserted in the order of doing them.
        claimed.sort_by_key(|action| action.action_id);
        Ok(claimed)
    }

    /// Gives this process what a settlement of its own has added to the event's run ([`Settlement::then`]) and nobody
    /// has begun on; of notices and forwards what `tidings` says. What the sweep takes meanwhile is the sweep's.
    pub async fn take_up_added(
        &self,
        event_id: i64,
        run: i64,
        tidings: &TakesOn,
        me: ProcessId,
        now_ms: i64,
    ) -> Result<Vec<Claimed>> {
        let mut tx = self.backend().begin().await?;
        let ids: Vec<i64> = on!(tx, "take up what was added", |c| sqlx::query_as::<_, (i64,)>(
            "UPDATE action SET status = 'running', lease_owner = $3, lease_epoch = lease_epoch + 1, lease_until_ms = $5
             WHERE event_id = $1 AND run = $2 AND status = 'pending' AND lease_owner IS NULL
               AND attempts = 0 AND due_ms <= $4 AND deadline_ms IS NULL
               AND ($6 OR kind <> 'notify') AND ($7 OR kind <> 'forward')
             RETURNING id"
        )
        .bind(event_id)
        .bind(run)
        .bind(me.id())
        .bind(now_ms)
        .bind(lease_until_ms(None, now_ms, now_ms))
        .bind(tidings.notices)
        // While one address is full, what was added for any waits for the sweep: a moment.
        .bind(tidings.forwards && tidings.full.is_empty())
        .fetch_all(c))?
        .into_iter()
        .map(|(id,)| id)
        .collect();
        let rows = if ids.is_empty() { Vec::new() } else { load(&mut tx, &ids).await? };
        tx.commit().await?;
        let mut claimed = self.claimed(rows, now_ms).await?;
        // They were inserted in the order of doing them.
        claimed.sort_by_key(|action| action.action_id);
        Ok(claimed)
    }

    /// What was loaded, as actions; one that is not of this version of the program is failed.
    pub(in crate::store) async fn claimed(&self, rows: Vec<Loaded>, now_ms: i64) -> Result<Vec<Claimed>> {
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            match row.claimed() {
                Ok(action) => claimed.push(action),
                Err((lease, what)) => {
                    let next = Next::Failed { reason: format!("this version cannot perform it: {what}") };
                    let settlement = Settlement {
                        lease,
                        attempt: None,
                        next,
                        request: None,
                        flags: Vec::new(),
                        keep: false,
                        then: None,
                        now_ms,
                    };
                    self.settle(settlement).await?;
                }
            }
        }
        Ok(claimed)
    }
}

// Who asks is alive, though the database may not have heard of it for a while: its own leases hold until they run out.
// Whoever else still held a lease that is void may have called before it fell silent, and nobody knows what came of it.
macro_rules! sweep {
    ($which:literal, $order:literal, $until:literal, $lock:literal) => {
        concat!(
            "WITH free AS MATERIALIZED (
                 SELECT a.id FROM action a
                 WHERE a.status IN ('pending', 'running') AND ",
            $which,
            " AND a.due_ms <= $1
                   AND (a.lease_owner IS NULL OR a.lease_until_ms < $1 OR a.lease_owner <> $3 AND NOT EXISTS
                        (SELECT 1 FROM process p WHERE p.id = a.lease_owner AND p.alive_until_ms >= $1))
                 ORDER BY ",
            $order,
            " LIMIT $2 ",
            $lock,
            ")
             UPDATE action SET status = 'running', earlier_lost = earlier_lost OR lease_owner IS NOT NULL,
                    lease_owner = $3, lease_epoch = lease_epoch + 1, lease_until_ms = ",
            $until,
            " WHERE id IN (SELECT id FROM free)
             RETURNING id"
        )
    };
}

pub(in crate::store) use sweep;

macro_rules! sweep_deadlines {
    ($lock:literal) => {
        sweep!(
            "a.deadline_ms IS NOT NULL",
            "a.deadline_ms <= $1, a.deadline_ms, a.id",
            "CASE WHEN deadline_ms > $1 THEN deadline_ms ELSE $1 END + $4",
            $lock
        )
    };
}

// What is in the way of a tag or remark: another for the same pair that comes before it and could be performed now, or one
// that somebody living holds. One that nobody holds and that waits out its pause is in nobody's way, and nothing else is.
macro_rules! sweep_due {
    ($lock:literal) => {
        sweep!(
            "a.deadline_ms IS NULL AND a.kind NOT IN ('notify', 'forward') AND NOT EXISTS
                 (SELECT 1 FROM action b
                  WHERE b.external_user_id = a.external_user_id AND b.user_id = a.user_id AND b.id <> a.id
                    AND a.kind <> 'decide'
                    AND b.status IN ('pending', 'running') AND b.kind IN ('tag', 'remark')
                    AND b.corp_id IS NOT DISTINCT FROM a.corp_id
                    AND (b.id < a.id AND b.due_ms <= $1 OR b.lease_until_ms >= $1 AND EXISTS
                         (SELECT 1 FROM process p WHERE p.id = b.lease_owner AND p.alive_until_ms >= $1)))",
            "a.due_ms, a.id",
            "$1 + $4",
            $lock
        )
    };
}

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
const SWEEP_DEADLINES: Dialect =
    Dialect { sqlite: sweep_deadlines!(""), postgres: sweep_deadlines!("FOR UPDATE OF a SKIP LOCKED") };

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
const SWEEP_DUE: Dialect =
    Dialect { sqlite: sweep_due!(""), postgres: sweep_due!("FOR UPDATE OF a SKIP LOCKED") };

static LOAD: Multirow = Multirow::new(
    &["id"],
    "SELECT a.id, a.event_id, a.run, a.kind, a.request, a.deadline_ms, a.attempts, a.attempts_before_retry,
            a.earlier_lost, a.first_due_ms, a.lease_epoch, a.lease_until_ms,
            e.app, e.corp_id, e.user_id, e.external_user_id, e.happened_at_ms, e.received_at_ms, e.payload
     FROM v JOIN action a ON a.id = v.id JOIN event e ON e.id = a.event_id",
);

#[derive(FromRow)]
pub(in crate::store) struct Loaded {
    id: i64,
    event_id: i64,
    run: i64,
    kind: String,
    request: Option<String>,
    deadline_ms: Option<i64>,
    attempts: i64,
    attempts_before_retry: i64,
    earlier_lost: bool,
    first_due_ms: i64,
    lease_epoch: i64,
    lease_until_ms: i64,
    app: String,
    corp_id: Option<String>,
    user_id: Option<String>,
    external_user_id: Option<String>,
    happened_at_ms: i64,
    received_at_ms: i64,
    payload: Vec<u8>,
}

impl Loaded {
    /// The action, or what about it is not of this version of the program.
    fn claimed(self) -> std::result::Result<Claimed, (ActionLease, String)> {
        let deadline = self.deadline_ms.map(Deadline::at_ms);
        let lease =
            ActionLease { action_id: self.id, event_id: self.event_id, epoch: self.lease_epoch, deadline };
        let kind: Kind = self.kind.parse().map_err(|_| (lease, format!("its kind is {}", self.kind)))?;
        let action = Action::from_json(kind, self.request.as_deref().unwrap_or_default())
            .map_err(|error| (lease, format!("its request is not of this version ({error})")))?;
        Ok(Claimed {
            action_id: self.id,
            event_id: self.event_id,
            epoch: self.lease_epoch,
            kind,
            action,
            deadline,
            attempts: u32::try_from(self.attempts - self.attempts_before_retry).unwrap_or(u32::MAX),
            earlier_lost: self.earlier_lost,
            first_due_ms: self.first_due_ms,
            lease_until_ms: self.lease_until_ms,
            event: Arc::new(StoredEvent {
                id: self.event_id,
                app: self.app,
                corp_id: self.corp_id,
                user_id: self.user_id,
                external_user_id: self.external_user_id,
                happened_at_ms: self.happened_at_ms,
                received_at_ms: self.received_at_ms,
                payload: self.payload,
            }),
            run: self.run,
        })
    }
}

pub(in crate::store) async fn load(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Loaded>> {
    let (text, places) = LOAD.text(tx, ids.len());
    on!(tx, "read actions", |c| {
        let mut select = sqlx::query_as::<_, Loaded>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })
}

/// Gives an action back untouched.
pub(in crate::store) async fn release(backend: &Backend, action_id: i64, epoch: i64) -> Result<()> {
    let mut tx = backend.single().await?;
    run!(tx, "release an action", |c| sqlx::query(
        "UPDATE action SET status = 'pending', lease_owner = NULL, lease_until_ms = NULL
         WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL"
    )
    .bind(action_id)
    .bind(epoch)
    .execute(c))?;
    tx.commit().await
}

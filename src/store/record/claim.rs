//! Gives work to this process: events that nobody plans, actions that nobody performs, and what it planned itself.
//!
//! A sweep looks for what is due and free, so that work which a crash or a full process left behind is taken up by whoever
//! sweeps next. [Reports](super::reports) are swept apart from what is done for customers.

use super::{
    event::{ClaimedEvent, ClaimedEventRow, PLANNING_LEASE_MS, claimed_event_columns},
    lease::{Claimed, DEADLINE_GRACE_MS, LEASE_MS, LeasedRow, TakesOn, lease_until_ms, load},
    settle::Settlement,
};
use crate::{
    action::{ReasonCode, outcome::Next},
    store::{
        Store,
        backend::{Dialect, ROWS_MAX, Result, Tx, on},
        processes::ProcessId,
    },
};

impl Store {
    /// Leases to this process events that are stored but not planned and that no living process holds, at most 128. The
    /// newest come first: those that carry a welcome code have the more time left the later they came, and the others can
    /// wait.
    pub async fn sweep_events(&self, me: ProcessId, now_ms: i64, limit: usize) -> Result<Vec<ClaimedEvent>> {
        let mut tx = self.backend().single().await?;
        let text = tx.text(&SWEEP_EVENTS);
        let rows = on!(tx, "sweep events", |c| sqlx::query_as::<_, ClaimedEventRow>(text)
            .bind(now_ms)
            .bind(i64::try_from(limit.min(ROWS_MAX)).unwrap_or(0))
            .bind(me.id())
            .bind(now_ms.saturating_add(PLANNING_LEASE_MS))
            .fetch_all(c))?;
        tx.commit().await?;
        let mut claimed: Vec<_> = rows.into_iter().map(ClaimedEventRow::claimed).collect::<Result<_>>()?;
        claimed.sort_by_key(|claimed: &ClaimedEvent| std::cmp::Reverse(claimed.lease.event_id));
        Ok(claimed)
    }

    /// Leases to this process actions that are due and that no living process holds, at most 128, reports not among them.
    /// Those with a deadline come first, and of these the ones that are not too late already; then those that have been
    /// due longest. Of the tags and remarks for one employee and customer only the first is given out until it is settled.
    pub async fn sweep_actions(&self, me: ProcessId, now_ms: i64, limit: usize) -> Result<Vec<Claimed>> {
        let sweeps: &[_] = &[(&SWEEP_DEADLINES, DEADLINE_GRACE_MS), (&SWEEP_DUE, LEASE_MS)];
        self.sweep(sweeps, me, now_ms, limit).await
    }

    /// Runs these sweeps until `limit` actions are found. Each comes with the length of its lease.
    pub(in crate::store) async fn sweep(
        &self,
        sweeps: &[(&Dialect, i64)],
        me: ProcessId,
        now_ms: i64,
        limit: usize,
    ) -> Result<Vec<Claimed>> {
        let limit = limit.min(ROWS_MAX);
        let term = self.standing().term();
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
        let rows = load(&mut tx, &ids).await?;
        tx.commit().await?;
        let mut claimed = self.claimed(rows, term, now_ms).await?;
        claimed.sort_by_key(|action| {
            (action.deadline.is_none(), action.deadline, action.first_due_ms, action.action_id)
        });
        Ok(claimed)
    }

    /// Gives this process the actions that it planned for the event and does not know of: the plan was stored, but the
    /// answer that said so got lost with the connection.
    pub async fn take_up(&self, planned: &ClaimedEvent, me: ProcessId, now_ms: i64) -> Result<Vec<Claimed>> {
        let term = self.standing().term();
        let mut tx = self.backend().begin().await?;
        // The epochs make sure of it: only the process that held the event under this lease can have stored that plan,
        // and its actions have not been given to anybody since.
        let ids = on!(tx, "take up a plan", |c| sqlx::query_as::<_, (i64,)>(
            "UPDATE action SET lease_epoch = lease_epoch + 1
             WHERE event_id = $1 AND run = $2 AND status = 'running' AND lease_owner = $3 AND lease_epoch = 1
               AND EXISTS (SELECT 1 FROM event e WHERE e.id = $1 AND e.lease_epoch = $4)
             RETURNING id"
        )
        .bind(planned.lease.event_id)
        .bind(planned.run)
        .bind(me.id())
        .bind(planned.lease.epoch)
        .fetch_all(c))?;
        self.taken_up(tx, ids, term, now_ms).await
    }

    /// Leases to this process what a settlement of its own has added to the event's run
    /// ([`Settlement::follow_up`]), as far as no process has begun on it; of the reports those that `reports` takes on.
    /// What a sweep takes meanwhile belongs to that sweep.
    pub async fn take_up_added(
        &self,
        event_id: i64,
        run: i64,
        reports: &TakesOn,
        me: ProcessId,
        now_ms: i64,
    ) -> Result<Vec<Claimed>> {
        let term = self.standing().term();
        let mut tx = self.backend().begin().await?;
        let ids = on!(tx, "take up what was added", |c| {
            sqlx::query_as::<_, (i64,)>(
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
        .bind(reports.notices)
        // While one address is full, added forwards wait for the sweep, which knows addresses apart. That is a moment.
        .bind(reports.forwards && reports.full.is_empty())
        .fetch_all(c)
        })?;
        self.taken_up(tx, ids, term, now_ms).await
    }

    /// Reads the actions whose leases have been taken in this transaction, and ends it.
    async fn taken_up(&self, mut tx: Tx, ids: Vec<(i64,)>, term: u64, now_ms: i64) -> Result<Vec<Claimed>> {
        let ids: Vec<i64> = ids.into_iter().map(|(id,)| id).collect();
        let rows = load(&mut tx, &ids).await?;
        tx.commit().await?;
        let mut claimed = self.claimed(rows, term, now_ms).await?;
        // They were inserted in the order in which they are to be performed.
        claimed.sort_by_key(|action| action.action_id);
        Ok(claimed)
    }

    /// The actions of these rows, leased in that term. One that this version of the program does not understand is failed.
    pub(in crate::store) async fn claimed(
        &self,
        rows: Vec<LeasedRow>,
        term: u64,
        now_ms: i64,
    ) -> Result<Vec<Claimed>> {
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            match row.claimed(term) {
                Ok(action) => claimed.push(action),
                Err((lease, what)) => {
                    let text = format!("this version cannot perform it: {what}");
                    let next = Next::Failed { reason: ReasonCode::OtherVersion.because(text) };
                    let settlement = Settlement {
                        lease,
                        attempt: None,
                        next,
                        request: None,
                        flags: Vec::new(),
                        all_tags_on: false,
                        unanswered: false,
                        keep: false,
                        follow_up: None,
                        now_ms,
                    };
                    self.settle(settlement).await?;
                }
            }
        }
        Ok(claimed)
    }
}

macro_rules! sweep_events {
    ($lock:literal) => {
        concat!(
            "WITH free AS MATERIALIZED (
                 SELECT id FROM event
                 WHERE status = 'received'
                   AND (lease_owner IS NULL OR lease_until_ms < $1 OR NOT EXISTS
                        (SELECT 1 FROM process WHERE process.id = event.lease_owner AND alive_until_ms >= $1))
                 ORDER BY id DESC LIMIT $2 ",
            $lock,
            ")
             UPDATE event SET lease_owner = $3, lease_epoch = lease_epoch + 1, lease_until_ms = $4
             WHERE id IN (SELECT id FROM free)
             RETURNING ",
            claimed_event_columns!()
        )
    };
}

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
pub(in crate::store) const SWEEP_EVENTS: Dialect =
    Dialect { sqlite: sweep_events!(""), postgres: sweep_events!("FOR UPDATE SKIP LOCKED") };

// The asking process is alive, even if the database has not heard of it for a while, so its own leases hold until they run
// out. Another process whose lease is void may have made its call before it fell silent: that attempt counts as lost.
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

// A tag or remark has to wait for another one of the same pair if that comes before it and could be performed now, or if a
// living process holds it. One that nobody holds and that only waits for its next try is in nobody's way.
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
pub(in crate::store) const SWEEP_DEADLINES: Dialect =
    Dialect { sqlite: sweep_deadlines!(""), postgres: sweep_deadlines!("FOR UPDATE OF a SKIP LOCKED") };

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
pub(in crate::store) const SWEEP_DUE: Dialect =
    Dialect { sqlite: sweep_due!(""), postgres: sweep_due!("FOR UPDATE OF a SKIP LOCKED") };
